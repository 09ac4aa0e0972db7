"""How does somebody find a capsule, take it part by part, and complete it?"""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.generic import TemplateView, View

from cic.core.errors import DomainError
from cic.core.permissions import can
from cic.core.views import WorkspacePage, add_refusal
from events.choices import CapsuleLevel
from events.forms import CompleteForm
from events.models import Capsule, Taking
from events.operations import capsules

from .capsules import CapsulePage

SHOWN_AT_ONCE = 60


class CataloguePage(WorkspacePage, TemplateView):
    """What there is to learn: first what the reader has begun, then the rest, then what they completed."""

    template_name = "events/capsules/catalogue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Published capsules that match, each with the reader's own taking."""
        user, words = self.request.user, self.request.GET.get("q", "").strip()[:100]
        level = self.request.GET.get("level", "")
        found = Capsule.objects.visible_to(user).published()
        found = found.search(words) if words else found
        if level in CapsuleLevel.values:
            found = found.filter(level=level)
        shown = list(found.order_by("sort_key", "pk")[: SHOWN_AT_ONCE + 1])
        mine = {
            row.capsule_id: row
            for row in Taking.objects.visible_to(user).filter(
                user_id=user.pk, capsule__in=[row.pk for row in shown], edition=F("capsule__edition")
            )
        }
        groups: dict[str, list[Any]] = {"begun": [], "new": [], "completed": []}
        for capsule in shown[:SHOWN_AT_ONCE]:
            taking = capsule.taking = mine.get(capsule.pk)
            if taking is not None:
                taking.capsule = capsule
            capsule.parts_count = len(capsule.part_list)
            groups["new" if taking is None else "completed" if taking.is_completed else "begun"].append(
                capsule
            )
        return super().get_context_data(
            page_title=gettext("Capsules"),
            words=words,
            level=level,
            levels=CapsuleLevel.choices,
            groups=groups,
            nothing=not shown,
            narrowed=bool(words or level),
            more=len(shown) > SHOWN_AT_ONCE,
            may_write=can(user, "events.create_capsule"),
            **kwargs,
        )


class Learning(WorkspacePage, View):
    """One step of who takes a capsule: a POST that comes back to its page."""

    model = Capsule
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take the step; a refusal is said on the page."""
        self.object = self.get_object()
        try:
            anchor = self.step()
        except DomainError as error:
            messages.error(request, error.detail)
            anchor = ""
        return redirect(f"{reverse('capsule_detail', args=[self.object.pk])}{anchor}")

    def step(self) -> str:
        """Call the operation; where on the page one goes on."""
        raise TypeError(f"{type(self).__name__} must say which operation it calls.")

    def taking(self) -> Taking:
        """The reader's own taking of this edition. Raises: Http404."""
        user = self.request.user
        rows = Taking.objects.visible_to(user).filter(user_id=user.pk, capsule=self.object)
        found = rows.filter(edition=self.object.edition).select_related("capsule").first()
        if found is None:
            raise Http404
        return found


class BeginView(Learning):
    """Begin."""

    permission = "events.take_capsule"

    def step(self) -> str:
        """Begin; on to the first part."""
        capsules.begin_capsule(self.object, actor=self.request.user)
        return "#part-1"


class ReadView(Learning):
    """A part was read."""

    permission = "events.view_capsule"

    def step(self) -> str:
        """Remember it; on to the next one that is open, or to the end."""
        taking = capsules.read_part(self.taking(), self.kwargs["number"], actor=self.request.user)
        later = [number for number in taking.parts_to_read if number > self.kwargs["number"]]
        following = (later or taking.parts_to_read)[:1]
        return f"#part-{following[0]}" if following else "#complete"


class CompletePage(Learning, CapsulePage):
    """Complete a capsule: its page again where something is missing, with what was typed."""

    permission = "events.view_capsule"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Complete it; on to the certificate."""
        self.object = self.get_object()
        taking = self.taking()
        goals, _language = self.object.said_goals
        form = CompleteForm(request.POST, goals=goals)
        if form.is_valid():
            try:
                values = form.cleaned_data
                capsules.complete_capsule(
                    taking, goals=values["goals"], name=values["name"], actor=request.user
                )
            except DomainError as error:
                add_refusal(form, error)
            else:
                messages.success(
                    request, gettext("Well done: the capsule is completed. Here is your certificate.")
                )
                return redirect("my_certificates")
        self.form = form
        return self.render_to_response(self.get_context_data(), status=422)


ROUTES = [
    path("learn/", CataloguePage.as_view(), name="capsule_catalogue"),
    path("capsules/<int:pk>/begin/", BeginView.as_view(), name="capsule_begin"),
    path("capsules/<int:pk>/parts/<int:number>/read/", ReadView.as_view(), name="capsule_read"),
    path("capsules/<int:pk>/complete/", CompletePage.as_view(), name="capsule_complete"),
]
