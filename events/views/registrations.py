"""Who comes to a session, how are they checked in at the door, and who did not come?"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cic.core.context import NavEntry
from cic.core.errors import DomainError
from cic.core.hours import hours_in_words, moment_in_words
from cic.core.permissions import can
from cic.core.views import ConfirmPage, ListPage, MovePage, WorkspacePage
from events.choices import RegistrationState as R
from events.filters import RegistrationFilter
from events.models import Registration, Session
from events.operations import registrations
from events.transitions import REGISTRATION

from .sessions import OfSession, states_of

# Who stands on the list at the door; of a big hall one searches.
AT_THE_DOOR = (R.CONFIRMED, R.OFFERED, R.ATTENDED, R.NO_SHOW, R.WAITLISTED)
SHOWN_AT_ONCE = 60


def session_of(page: Any) -> Session:
    """The session of the address, for those who may see it. Raises: Http404."""
    rows = Session.objects.visible_to(page.request.user).select_related("event")
    return get_object_or_404(rows, pk=page.kwargs["pk"])


class RegistrationListPage(ListPage):
    """Those who registered for one session."""

    model = Registration
    noun = "registration"
    permission = "events.list_registrations"
    filterset_class = RegistrationFilter
    quiet_filters = ("session", "event", "asked_at")
    row_template = "events/registrations/_row.html"
    template_name = "events/registrations/list.html"
    page_title = _("Registrations")
    table = REGISTRATION
    columns = (
        ("name", _("Name"), "name"),
        ("email", _("E-mail"), ""),
        ("state", _("State"), ""),
        ("asked_at", _("Asked"), "asked_at"),
        ("checked_in_at", _("Checked in"), ""),
        ("moves", _("Change"), ""),
    )
    export_columns = (
        ("session", "session__reference"),
        ("name", "name"),
        ("email", "email"),
        ("language", "language"),
        ("state", "state"),
        ("asked_at", "asked_at"),
        ("waiting_since", "waiting_since"),
        ("checked_in_at", "checked_in_at"),
        ("id", "pk"),
        ("version", "version"),
    )
    first_order = ("asked_at", "asked_at")

    @cached_property
    def session(self) -> Session:
        """The session of the address."""
        return session_of(self)

    def check(self, obj: Any = None) -> None:
        """Ask of the session."""
        super().check(self.session)

    def get_queryset(self) -> Any:
        """Of this session."""
        return super().get_queryset().filter(session=self.session)

    def row_url(self, row: Any) -> str:
        """A row leads nowhere: all of it is here."""
        return ""

    def dress(self, row: Any) -> None:
        """With what may be done."""
        row.session = self.session
        super().dress(row)
        row.moves = [
            {"label": move.label, "url": reverse("registration_move", args=[row.pk, move.name])}
            for move in REGISTRATION.open_to(self.request.user, row)
            if move.name in ("accept", "cancel") and move.allowed
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many are in each state."""
        session, counts = self.session, states_of(self.session)
        seated = sum(counts[state] for state in (R.CONFIRMED, R.OFFERED, R.ATTENDED, R.NO_SHOW))
        return super().get_context_data(
            lead=hours_in_words(session.starts_at, session.ends_at, session.zone),
            crumbs=crumbs_of(session, self.page_title),
            session=session,
            counts=counts,
            seated=seated,
            check_in_url=reverse("check_in", args=[session.pk])
            if can(self.request.user, "events.check_in", session)
            else "",
            **kwargs,
        )


def crumbs_of(session: Session, here: Any) -> list[dict[str, Any]]:
    """The way from the event."""
    return [
        {"label": session.event.title, "url": reverse("event_detail", args=[session.event_id])},
        {"label": session.title, "url": reverse("session_detail", args=[session.pk])},
        {"label": here, "url": ""},
    ]


class RegistrationMovePage(MovePage):
    """Take an offered place for somebody, or cancel."""

    model = Registration
    noun = "registration"
    permission = "events.view_registration"
    tables = (REGISTRATION,)

    def get_queryset(self) -> Any:
        """With its session."""
        return super().get_queryset().select_related("session__event")

    def get_cancel_url(self) -> str:
        """Back to the list, or to one's own place."""
        if can(self.request.user, "events.list_registrations", self.object.session):
            return reverse("registration_list", args=[self.object.session_id])
        return reverse("my_registrations")

    def get_success_url(self) -> str:
        """The same."""
        return self.get_cancel_url()

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return registrations.move_registration(obj, name, actor=self.request.user, **given)


class CheckInPage(WorkspacePage, TemplateView):
    """At the door, on a telephone: find a name, tap once; tap again to undo. Plain forms, no script."""

    model = Session
    noun = "session"
    permission = "events.check_in"
    template_name = "events/registrations/check_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the session."""
        if request.user.is_authenticated:
            self.object = session_of(self)
            self.check(self.object)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check one in, or take it back; come back to the same search."""
        number = request.POST.get("registration", "")
        rows = Registration.objects.visible_to(request.user).filter(session=self.object)
        row = rows.filter(pk=int(number[:18])).first() if number.isdecimal() else None
        name = request.POST.get("action", "")
        if row is None or name not in ("check_in", "undo_check_in"):
            raise Http404
        try:
            registrations.move_registration(row, name, actor=request.user)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            said = gettext("%(name)s is in.") if name == "check_in" else gettext("%(name)s is out again.")
            messages.success(request, said % {"name": row.name})
        words = request.POST.get("who", "")[:100]
        return redirect(f"{request.path}?{urlencode({'who': words})}" if words else request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Those who match, the ones to come first."""
        session, words = self.object, self.request.GET.get("who", "").strip()[:100]
        rows = Registration.objects.visible_to(self.request.user).filter(
            session=session, state__in=AT_THE_DOOR
        )
        found = rows.search(words) if words else rows
        shown = list(found.order_by("sort_key", "pk")[: SHOWN_AT_ONCE + 1])
        counts = states_of(session)
        expected = counts[R.CONFIRMED] + counts[R.ATTENDED] + counts[R.OFFERED] + counts[R.NO_SHOW]
        return super().get_context_data(
            page_title=gettext("Check-in"),
            session=session,
            crumbs=crumbs_of(session, gettext("Check-in")),
            when=hours_in_words(session.starts_at, session.ends_at, session.zone),
            words=words,
            rows=[{"row": row, "badge": REGISTRATION.badge(row)} for row in shown[:SHOWN_AT_ONCE]],
            more=len(shown) > SHOWN_AT_ONCE,
            is_early=not session.takes_check_in,
            opens=moment_in_words(session.check_in_opens_at, session.zone),
            came=counts[R.ATTENDED],
            expected=expected,
            close_url=reverse("check_in_close", args=[session.pk])
            if session.is_over and counts[R.CONFIRMED]
            else "",
            **kwargs,
        )


class CloseCheckInPage(OfSession, ConfirmPage):
    """Note of everybody who was not checked in that they did not come."""

    permission = "events.check_in"
    page_title = _("Close the check-in")
    lead = _(
        "Everybody who has a place and was not checked in is noted as not having come. You can still check somebody in later."
    )
    submit_label = _("Close the check-in")
    asks_reason = False

    def act(self, form: Any) -> Any:
        """Note it."""
        count = registrations.close_check_in(self.object, actor=self.request.user)
        said = ngettext("%(count)d person did not come.", "%(count)d people did not come.", count)
        messages.success(self.request, said % {"count": count})
        return self.object

    def get_success_url(self) -> str:
        """The list."""
        return reverse("registration_list", args=[self.object.pk])


class MyRegistrationsPage(WorkspacePage, TemplateView):
    """Where I registered: what is to come first."""

    template_name = "events/registrations/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One's own places with their sessions."""
        user = self.request.user
        rows = list(
            Registration.objects.visible_to(user)
            .filter(user_id=user.pk)
            .select_related("session__event")
            .order_by("-session__starts_at", "-pk")[:100]
        )
        for row in rows:
            row.badge = REGISTRATION.badge(row)
            row.when = hours_in_words(row.session.starts_at, row.session.ends_at, row.session.zone)
            row.link = row.session.link if row.has_place and not row.session.is_over else ""
            row.moves = [
                {"label": move.label, "url": reverse("registration_move", args=[row.pk, move.name])}
                for move in REGISTRATION.open_to(user, row)
                if move.name in ("accept", "cancel") and move.allowed
            ]
        return super().get_context_data(
            page_title=gettext("Where I registered"),
            coming=[row for row in rows if not row.session.is_over][::-1],
            past=[row for row in rows if row.session.is_over],
            **kwargs,
        )


ROUTES = [
    path("sessions/<int:pk>/registrations/", RegistrationListPage.as_view(), name="registration_list"),
    path("registrations/mine/", MyRegistrationsPage.as_view(), name="my_registrations"),
    path(
        "registrations/<int:pk>/moves/<slug:name>/", RegistrationMovePage.as_view(), name="registration_move"
    ),
    path("sessions/<int:pk>/check-in/", CheckInPage.as_view(), name="check_in"),
    path("sessions/<int:pk>/check-in/close/", CloseCheckInPage.as_view(), name="check_in_close"),
]
NAV = [NavEntry(_("Meetings and events"), _("Where I registered"), "my_registrations")]
