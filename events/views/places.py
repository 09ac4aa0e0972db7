"""What does the link of a mail about one's place open? Confirm, take an offered place, cancel: without an account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cic.core.errors import DomainError
from cic.core.hours import side_by_side
from cic.core.views.public import PublicPage
from events.choices import RegistrationState as R
from events.operations import registrations
from events.operations.mailing import registration_of
from events.transitions import REGISTRATION, no_longer_given


@method_decorator(never_cache, name="dispatch")
class PlacePage(PublicPage, TemplateView):
    """One place, for whoever has its mails. GET changes nothing: programs open every link of a mail."""

    route = "registration"
    page_title = _("Your place")
    template_name = "events/place.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Read whose it is from the address.

        Raises: Http404.
        """
        found = registration_of(kwargs["token"])
        if found is None:
            raise Http404
        self.registration = found
        return super().dispatch(request, *args, **kwargs)

    def crumbs(self) -> Any:
        """The event, while anybody may read it."""
        event = self.registration.session.event
        if not event.is_public:
            return []
        url = reverse("public_record", args=[event.reference])
        return [{"label": event.said.title, "url": url}, {"label": self.page_title, "url": ""}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was answered, and show what came of it."""
        try:
            registrations.answer_by_link(self.registration, request.POST.get("answer", ""))
        except DomainError as error:
            context = self.get_context_data(refusal=error.detail, **kwargs)
            return self.render_to_response(context, status=error.status)
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The place, its session, and what can be answered."""
        row, session = self.registration, self.registration.session
        over = session.is_over
        return super().get_context_data(
            registration=row,
            session=session,
            badge=REGISTRATION.badge(row),
            hours=side_by_side(session.starts_at, session.ends_at, session.zone),
            may_confirm=row.state == R.PENDING and session.takes_registrations,
            may_accept=row.state == R.OFFERED and not no_longer_given(row),
            may_cancel=row.state in (R.CONFIRMED, R.WAITLISTED, R.OFFERED) and not over,
            link=session.link if row.has_place and not over else "",
            **kwargs,
        )


ROUTES = [path("registrations/<str:token>/", PlacePage.as_view(), name="registration")]
