"""What do people see of a trial's plan and logbook, and how do they write what belongs to it?"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.forms import DateField
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cic.core.formats import day
from cic.core.maps import city_map
from cic.core.models import Attachment
from cic.core.permissions import can
from cic.core.views import DetailPage, MovePage, ObjectPage, moves_of
from partners.forms.fields import DayInput
from partners.models import Territory
from partners.views.parts import AddPage, OfWhole, PartConfirmPage, PartEditPage
from pilots.choices import OVER_STATES, TrialKind
from pilots.forms import trials as forms
from pilots.models import (
    ExtensionRequest,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    Trial,
    TrialPartner,
)
from pilots.models.photos import photos_of
from pilots.operations import extensions, logbook, trial_parts
from pilots.transitions.permits import PERMIT
from pilots.transitions.trials import EXTENSION, term_of

from .trials import tabs_of

LOG_SHOWN = 100


class TrialSidePage(DetailPage):
    """A further page of one trial."""

    model = Trial
    noun = "trial"
    permission = "pilots.view_trial"
    tab: ClassVar[str] = ""

    def get_queryset(self) -> Any:
        """With what its head names."""
        return super().get_queryset().select_related("centre")

    def history(self) -> Any:
        """The stages stand on the first page."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Head and tabs; what the reader may do here."""
        trial, user = self.object, self.request.user
        inside = can(user, "pilots.view_trial_inside", trial)
        if not inside:
            trial.badge = trial.public_badge
        open_now = trial.state not in OVER_STATES
        return super().get_context_data(
            title=trial.title,
            tabs=tabs_of(trial, self.tab, inside=inside),
            crumbs=[
                {"label": _("Trials"), "url": reverse("trial_list")},
                {"label": trial.reference, "url": reverse("trial_detail", args=[trial.pk])},
            ],
            inside=inside,
            steers=open_now and can(user, "pilots.edit_trial", trial),
            works=open_now and can(user, "pilots.work_on_trial", trial),
            today=timezone.localdate(),
            **kwargs,
        )


class TrialPlanPage(TrialSidePage):
    """Milestones, places on a map, permits, risks, partners, team and success criteria."""

    template_name = "pilots/trials/plan.html"
    tab = "plan"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each part as far as the reader may see it."""
        trial, user = self.object, self.request.user
        sites = list(trial.sites.order_by("pk"))
        context = super().get_context_data(
            milestones=list(trial.milestones.order_by("due_on", "pk")),
            partners=list(trial.partners.select_related("organisation").order_by("position", "pk")),
            sites=sites,
            map=map_of(sites),
            is_poc=trial.kind == TrialKind.POC,
            **kwargs,
        )
        if context["inside"]:
            permits = list(trial.permits.order_by("pk"))
            for permit in permits:
                permit.trial, permit.badge = trial, PERMIT.badge(permit)
                permit.moves = moves_of(permit, (PERMIT,), user, "permit") if context["steers"] else []
            context |= {
                "permits": permits,
                "risks": sorted(
                    trial.risks.all(),
                    key=lambda risk: (risk.closed_on is not None, -risk.likelihood * risk.impact, risk.pk),
                ),
                "team": list(trial.team.select_related("user").order_by("pk")),
                "criteria": list(trial.criteria.order_by("pk")) if context["is_poc"] else [],
                "plan_facts": [
                    (_("Data protection"), trial.data_protection),
                    (_("Insurance"), trial.insurance),
                ],
            }
        return context


def map_of(sites: Sequence[Site]) -> Any:
    """The places over the city's districts; None when none of them has coordinates."""
    places = [
        (site.name, "", float(site.longitude), float(site.latitude))
        for site in sites
        if site.latitude is not None and site.longitude is not None
    ]
    if not places:
        return None
    districts = Territory.objects.filter(kind="district").order_by("code")
    shapes = [(row.code, row.name, row.outline) for row in districts if row.outline]
    return city_map(shapes, places, width=360)


class TrialLogPage(TrialSidePage):
    """What happened, newest first, and the wishes for more time."""

    template_name = "pilots/trials/log.html"
    tab = "log"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Entries and extension requests as far as the reader may see them."""
        trial, user = self.object, self.request.user
        context = super().get_context_data(**kwargs)
        entries = trial.log.select_related("author").order_by("-happened_on", "-pk")
        if not context["inside"]:
            entries = entries.filter(is_public=True)
        shown = list(entries[:LOG_SHOWN])
        photos = photos_of(shown)
        context["entries"] = [self._with_photos(entry, photos.get(entry.pk, []), context) for entry in shown]
        if context["inside"]:
            requests = list(trial.extensions.select_related("asked_by").order_by("-pk"))
            for request in requests:
                request.trial, request.badge = trial, EXTENSION.badge(request)
                request.moves = moves_of(request, (EXTENSION,), user, "extension")
            context["extensions"] = requests
        return context

    def _with_photos(self, entry: LogEntry, photos: list[dict[str, Any]], context: Any) -> dict[str, Any]:
        row = self._row(entry, context)
        if row["may_edit"]:
            for photo in photos:
                photo["remove_url"] = reverse("log_photo_remove", args=[entry.pk, photo["pk"]])
        return {**row, "photos": photos}

    def _row(self, entry: LogEntry, context: dict[str, Any]) -> dict[str, Any]:
        own = context["works"] and entry.author_id == self.request.user.pk
        return {"entry": entry, "may_edit": context["steers"] or own}


class _OfTrial(OfWhole):
    """A page about a part; it leads back to the page of the trial that shows it."""

    whole = "trial"
    whole_noun = "trial"
    tab: ClassVar[str] = "trial_plan"

    def get_cancel_url(self) -> str:
        """Back to where the part is shown."""
        return reverse(self.tab, args=[self.get_whole().pk])


class AddPartPage(AddPage):
    """Add one part to a trial; the route says of which kind."""

    model: ClassVar[Any] = Site
    parent_model = Trial
    noun = "trial"
    whole = "trial"
    permission = "pilots.edit_trial"
    tab: ClassVar[str] = "trial_plan"

    def get_cancel_url(self) -> str:
        """Back to where the parts are shown."""
        return reverse(self.tab, args=[self.parent.pk])

    def act(self, form: Any) -> Any:
        """Add it."""
        return trial_parts.add_part(self.model, actor=self.request.user, **self.values(form))


class EditPartPage(_OfTrial, PartEditPage):
    """Change one part; the route says of which kind."""

    model: ClassVar[Any] = Site
    permission = "pilots.edit_trial_part"

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_form_kwargs(self) -> dict[str, Any]:
        """A copy of the part that knows its trial."""
        kwargs = super().get_form_kwargs()
        kwargs["instance"].trial = self.object.trial
        return kwargs

    def act(self, form: Any) -> Any:
        """Save it."""
        return trial_parts.edit_part(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class RemovePartPage(_OfTrial, PartConfirmPage):
    """Ask before a part is taken away; the route says of which kind."""

    model: ClassVar[Any] = Site
    permission = "pilots.edit_trial_part"
    submit_label = _("Take it away")

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def act(self, form: Any) -> Any:
        """Take it away."""
        trial_parts.remove_part(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


def photo_of(form: Any) -> tuple[Any, str]:
    """The photograph that was sent and its words; the form keeps what the entry itself holds."""
    return form.cleaned_data.pop("photo", None), form.cleaned_data.pop("description", "")


class AddLogPage(AddPartPage):
    """Write into the logbook."""

    permission = "pilots.work_on_trial"
    tab = "trial_log"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The city says what the public sees."""
        return {
            **super().get_form_kwargs(),
            "shows": can(self.request.user, "pilots.edit_trial", self.parent),
        }

    def act(self, form: Any) -> Any:
        """Write it, its photograph with it or neither."""
        with transaction.atomic():
            photo, description = photo_of(form)
            entry = super().act(form)
            if photo:
                logbook.add_photo(entry, photo, actor=self.request.user, description=description)
        return entry


class EditLogPage(EditPartPage):
    """Change an entry of the logbook."""

    permission = "pilots.write_log"
    tab = "trial_log"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The city says what the public sees."""
        return {
            **super().get_form_kwargs(),
            "shows": can(self.request.user, "pilots.edit_trial", self.object.trial),
        }

    def act(self, form: Any) -> Any:
        """Save it, one more photograph with it or neither."""
        with transaction.atomic():
            photo, description = photo_of(form)
            entry = super().act(form)
            if photo:
                logbook.add_photo(entry, photo, actor=self.request.user, description=description)
        return entry


class RemoveLogPage(RemovePartPage):
    """Ask before an entry is taken away."""

    permission = "pilots.write_log"
    tab = "trial_log"


class RemovePhotoPage(RemoveLogPage):
    """Ask before one photograph of an entry is taken away."""

    model = LogEntry
    page_title = _("Take the photograph away?")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the photograph among those of this entry."""
        if request.user.is_authenticated:
            self.photo = get_object_or_404(Attachment.objects.about(self.get_object()), pk=kwargs["file"])
        return super().dispatch(request, *args, **kwargs)

    def get_lead(self) -> str:
        """Which one."""
        return self.photo.title

    def act(self, form: Any) -> Any:
        """Take it away."""
        logbook.remove_photo(self.object, self.photo, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


class AmendCriterionPage(_OfTrial, ObjectPage):
    """Change a frozen success criterion, visibly."""

    model = SuccessCriterion
    permission = "pilots.edit_trial_part"
    form_class = forms.AmendCriterionForm
    page_title = _("Amend the success criterion")

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_initial(self) -> dict[str, Any]:
        """Its present words."""
        return {"text": self.object.text}

    def act(self, form: Any) -> Any:
        """Amend it."""
        return trial_parts.amend_criterion(self.object, actor=self.request.user, **form.cleaned_data)


class PartMovePage(_OfTrial, MovePage):
    """A move of a part; its days are picked."""

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_form(self, form_class: Any = None) -> Any:
        """The form of the move."""
        form = super().get_form(form_class)
        for field in form.fields.values():
            if isinstance(field, DateField):
                field.widget = DayInput()
        return form

    def get_title(self) -> Any:
        """What the move is called."""
        assert self.move is not None
        return self.move.label


class PermitMovePage(PartMovePage):
    """Note that a permit was granted or refused."""

    model = Permit
    noun = "permit"
    permission = "pilots.edit_trial_part"
    tables = (PERMIT,)

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Note it."""
        return trial_parts.move_permit(obj, name, actor=self.request.user, **given)


class AskExtensionPage(AddPartPage):
    """Ask for more time."""

    permission = "pilots.work_on_trial"
    tab = "trial_log"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With how long it runs as planned, and how far its agreement reaches."""
        return super().get_context_data(lead=self._limits(), **kwargs)

    def _limits(self) -> str:
        trial, user = self.parent, self.request.user
        sentences = (
            [_now("As planned it ends on %(day)s.") % {"day": day(trial.ends_on)}] if trial.ends_on else []
        )
        term = term_of(trial.agreement)
        known = term is not None and can(user, "partners.view_agreement", trial.agreement)
        if known and term.ends_on and can(user, "partners.read_agreement_term", trial.agreement):
            words = {"reference": trial.agreement.reference, "day": day(term.ends_on)}
            sentences.append(
                _now(
                    "Its agreement %(reference)s runs until %(day)s: beyond that day it has to be extended first."
                )
                % words
            )
            if trial.agreement.legal_limit_on:
                limit = {"day": day(trial.agreement.legal_limit_on)}
                sentences.append(_now("By law it can be extended until %(day)s at most.") % limit)
        return " ".join(sentences)

    def act(self, form: Any) -> Any:
        """Ask."""
        return extensions.ask_extension(actor=self.request.user, **self.values(form))


class ExtensionMovePage(PartMovePage):
    """Grant or refuse more time."""

    model = ExtensionRequest
    noun = "extension"
    permission = "pilots.view_inner_part"
    tables = (EXTENSION,)
    tab = "trial_log"

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Answer."""
        return extensions.move_extension(obj, name, actor=self.request.user, **given)


PARTS: Sequence[tuple[str, str, Any, Any, Any, Any]] = (
    ("partners", "trial_partner", TrialPartner, forms.PartnerForm, _("Add a partner"), _("Change the partner")),
    ("team", "team_person", TeamPerson, forms.TeamForm, _("Add a person"), _("Change the task")),
    ("sites", "site", Site, forms.SiteForm, _("Add a place"), _("Change the place")),
    ("permits", "permit", Permit, forms.PermitForm, _("Add a permit"), _("Change the permit")),
    ("milestones", "milestone", Milestone, forms.MilestoneForm, _("Add a milestone"), _("Change the milestone")),
    ("risks", "risk", Risk, forms.RiskForm, _("Add a risk"), _("Change the risk")),
    ("criteria", "criterion", SuccessCriterion, forms.CriterionForm, _("Add a success criterion"), _("Answer the success criterion")),
)  # fmt: skip


def routes_of(plural: str, noun: str, model: Any, form: Any, add: Any, change: Any, pages: Any) -> list[Any]:
    """Add, change and take away one kind of part."""
    adding, editing, removing = pages
    return [
        path(
            f"trials/<int:pk>/{plural}/new/",
            adding.as_view(model=model, form_class=form, page_title=add),
            name=f"{noun}_create",
        ),
        path(
            f"trials/{plural}/<int:pk>/edit/",
            editing.as_view(model=model, form_class=form, page_title=change),
            name=f"{noun}_edit",
        ),
        path(
            f"trials/{plural}/<int:pk>/remove/",
            removing.as_view(model=model, page_title=_("Take it away?")),
            name=f"{noun}_remove",
        ),
    ]


STEERED = (AddPartPage, EditPartPage, RemovePartPage)
LOGGED = (AddLogPage, EditLogPage, RemoveLogPage)
ROUTES = [
    path("trials/<int:pk>/plan/", TrialPlanPage.as_view(), name="trial_plan"),
    path("trials/<int:pk>/log/", TrialLogPage.as_view(), name="trial_log"),
    *(route for part in PARTS for route in routes_of(*part, STEERED)),
    *routes_of(
        "log",
        "log_entry",
        LogEntry,
        forms.LogForm,
        _("Write into the logbook"),
        _("Change the entry"),
        LOGGED,
    ),
    path(
        "trials/log/<int:pk>/photos/<uuid:file>/remove/", RemovePhotoPage.as_view(), name="log_photo_remove"
    ),
    path("trials/criteria/<int:pk>/amend/", AmendCriterionPage.as_view(), name="criterion_amend"),
    path("trials/permits/<int:pk>/moves/<slug:name>/", PermitMovePage.as_view(), name="permit_move"),
    path(
        "trials/<int:pk>/extensions/new/",
        AskExtensionPage.as_view(
            model=ExtensionRequest, form_class=forms.ExtensionForm, page_title=_("Ask for more time")
        ),
        name="extension_create",
    ),
    path("trials/extensions/<int:pk>/moves/<slug:name>/", ExtensionMovePage.as_view(), name="extension_move"),
]
