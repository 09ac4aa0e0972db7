"""How does anybody register for a session from its public page, and put it into their calendar?"""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from cic.core.errors import DomainError
from cic.core.hours import side_by_side
from cic.core.views import add_refusal
from cic.core.views.public import AskingPage, PublicPage
from events.calculations.calendars import Meeting, calendar_of
from events.choices import CONFIRM_HOURS, SessionState
from events.forms import RegisterForm
from events.models import Event, Session
from events.operations import registrations

ANYONE = AnonymousUser()
FRESH_SECONDS = 60


def shown_session(reference: str) -> Session:
    """The session that everybody may read under this reference. Raises: Http404."""
    found = Session.objects.shown().select_related("event").with_seats().filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


class RegisterPage(AskingPage):
    """Ask for a place: by one button for who signed in, else with a name and an address that is asked to confirm."""

    route = "register"
    counted_as = "register"
    form_class = RegisterForm
    page_title = _("Take a place")
    template_name = "events/register.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the session. Nobody is asked to sign in."""
        self.session = shown_session(kwargs["reference"])
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> str:
        """The page of the event."""
        return reverse("public_record", args=[self.session.event.reference])

    def crumbs(self) -> Any:
        """The event, the session."""
        return [
            {"label": self.session.event.said.title, "url": self.back()},
            {"label": self.page_title, "url": ""},
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who signed in gives neither name nor address."""
        return {**super().get_form_kwargs(), "known": self.request.user.is_authenticated}

    def act(self, form: forms.Form) -> HttpResponse:
        """Register, or ask the address to confirm."""
        user = self.request.user
        try:
            if user.is_authenticated:
                place = registrations.register(self.session, actor=user)
                messages.success(self.request, f"{self.session.said.title}: {place.get_state_display()}")
            else:
                language = get_language() or settings.LANGUAGE_CODE
                registrations.ask_to_register(self.session, language=language, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        """One's own places; for an address, what happens next."""
        if self.request.user.is_authenticated:
            return reverse("my_registrations")
        return reverse("register_asked", args=[self.session.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The session, and whether there is a place."""
        session = self.session
        return super().get_context_data(
            session=session,
            hours=side_by_side(session.starts_at, session.ends_at, session.zone),
            is_full=session.seats_left == 0 or session.waiting > 0,
            back_url=self.back(),
            hours_to_confirm=CONFIRM_HOURS,
            **kwargs,
        )


class AskedPage(PublicPage, TemplateView):
    """What happens after an address was given: the same for every address."""

    route = "register_asked"
    page_title = _("Look into your mail")
    template_name = "events/register_asked.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How long the link holds."""
        session = shown_session(self.kwargs["reference"])
        back = reverse("public_record", args=[session.event.reference])
        return super().get_context_data(session=session, hours=CONFIRM_HOURS, back_url=back, **kwargs)


def meeting_of(session: Session) -> Meeting:
    """A session as a calendar reads it, without the platform's link: that is for who has a place."""
    address = f"{settings.BASE_URL}{reverse('public_record', args=[session.reference])}"
    return Meeting(
        key=session.reference,
        title=str(session.said.title),
        text="\n\n".join(filter(None, [str(session.said.summary), address])),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        place=str(session.where),
        url=address,
        version=session.version,
        changed_at=session.updated_at,
        is_cancelled=session.state == SessionState.CANCELLED,
    )


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def calendar_file(request: HttpRequest, reference: str) -> HttpResponse:
    """One session, or all of an event, for a calendar.

    Raises: Http404.
    """
    rows = Session.objects.shown().select_related("event").exclude(starts_at=None)
    if reference.startswith(f"{Event.REFERENCE_PREFIX}-"):
        sessions = list(rows.filter(event__reference=reference).order_by("starts_at"))
        name = sessions[0].event.said.title if sessions else ""
    else:
        sessions = list(rows.filter(reference=reference))
        name = sessions[0].said.title if sessions else ""
    if not sessions:
        raise Http404
    body = calendar_of(
        [meeting_of(session) for session in sessions],
        name=str(name),
        language=get_language() or settings.LANGUAGE_CODE,
        host=urlsplit(settings.BASE_URL).hostname or "localhost",
    )
    headers = {"Content-Disposition": f'attachment; filename="{reference}.ics"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


ROUTES = [
    path("register/<slug:reference>/", RegisterPage.as_view(), name="register"),
    path("register/<slug:reference>/asked/", AskedPage.as_view(), name="register_asked"),
    path("calendar/<slug:reference>.ics", calendar_file, name="event_calendar"),
]
