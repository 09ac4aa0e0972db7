"""What do people see of events in the workspace, and how do they plan one?"""

from itertools import groupby
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.hours import hours_in_words
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import CreatePage, DetailPage, EditPage, ListPage, MovePage
from events.choices import SEATED, EventStatus, SessionState
from events.filters import EventFilter
from events.forms import EventForm, NewEventForm
from events.models import Event, Session
from events.models.tables import ORGANISERS
from events.operations import events, sessions
from events.transitions import EVENT_PUBLICATION, SESSION
from partners.models import Organisation

STATUS_TONES = {
    EventStatus.UPCOMING: "progress",
    EventStatus.ON_NOW: "good",
    EventStatus.OVER: "neutral",
    EventStatus.CANCELLED: "stop",
    EventStatus.UNDATED: "warn",
}


def status_badge(event: Event) -> dict[str, str]:
    """How far an event is, as word and tone."""
    status = EventStatus(event.status)
    return {"label": str(status.label), "tone": STATUS_TONES[status]}


def when_of(record: Any) -> str:
    """The hours of an event or session by its own clock."""
    return hours_in_words(record.starts_at, record.ends_at, record.zone)


class EventListPage(ListPage):
    """The events the reader may see."""

    model = Event
    noun = "event"
    permission = "events.view_event"
    filterset_class = EventFilter
    quiet_filters = (
        "reference", "starts_at", "created_at", "updated_at", "external_id", "source", "language", "is_cancelled",
    )  # fmt: skip
    row_template = "events/events/_row.html"
    page_title = _("Events")
    create_permission = "events.create_event"
    create_label = _("Plan an event")
    columns = (
        ("reference", _("Reference"), "reference"),
        ("title", _("Event"), "title"),
        ("status", _("How far"), ""),
        ("starts_at", _("When"), "starts_at"),
        ("sessions", _("Sessions"), ""),
        ("registered", _("Registered"), ""),
        ("publication", _("Publication"), ""),
    )
    export_columns = (
        ("reference", "reference"),
        ("title", "title"),
        ("kind", "kind"),
        ("summary", "summary"),
        ("place", "place"),
        ("organisers", ORGANISERS),
        ("spoken", "spoken"),
        ("interpretation", "interpretation"),
        ("gives_certificates", "gives_certificates"),
        ("zone", "zone"),
        ("language", "language"),
        ("starts_at", "starts_at"),
        ("ends_at", "ends_at"),
        ("centre", "centre__name"),
        ("publication", "publication"),
        ("version", "version"),
    )
    first_order = ("-starts_at", "starts_at")

    def rows(self, queryset: Any) -> Any:
        """With how many sessions, and how many have a place."""
        seen = Session.objects.visible_to(self.request.user).order_by().values("pk")
        return queryset.annotate(
            session_count=Count("sessions", filter=Q(sessions__in=seen), distinct=True),
            registered=Count(
                "sessions__registrations", filter=Q(sessions__registrations__state__in=SEATED), distinct=True
            ),
        )

    def dress(self, row: Any) -> None:
        """With its hours in words."""
        super().dress(row)
        row.badge, row.when = status_badge(row), when_of(row)
        row.counted = can(self.request.user, "events.work_on_events", row)


class EventPage(DetailPage):
    """One event: its programme, hour by hour, and how many come."""

    model = Event
    noun = "event"
    permission = "events.view_event"
    edit_permission = "events.edit_event"
    translate_permission = "events.translate"
    template_name = "events/events/detail.html"
    tables = (EVENT_PUBLICATION,)

    def get_queryset(self) -> Any:
        """With its centre and who organises it."""
        known = Prefetch("organisers", queryset=Organisation.objects.visible_to(self.request.user))
        return super().get_queryset().select_related("centre").prefetch_related(known)

    def works_here(self) -> bool:
        """Whether the reader reads the work of the centre."""
        return can(self.request.user, "events.work_on_events", self.object)

    def facts(self) -> list[tuple[Any, Any]]:
        """What, where, in which languages."""
        event = self.object
        known = [
            (_("Kind"), event.get_kind_display()),
            (_("Place"), event.place),
            (_("Centre"), event.centre or ""),
            (_("Organisers"), ", ".join(map(str, event.organisers.all()))),
            (_("Languages spoken"), ", ".join(event.spoken)),
            (_("Interpretation"), event.interpretation),
            (_("Time zone"), event.zone),
        ]
        if can(self.request.user, "events.read_link", event):
            known.append((_("Link to the platform"), event.platform_url))
        return known

    def history(self) -> Any:
        """The stages, for those who work here."""
        return super().history() if self.works_here() else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The programme, day by day."""
        user = self.request.user
        rows = list(
            Session.objects.visible_to(user)
            .filter(event=self.object)
            .with_seats()
            .prefetch_related("appearances")
            .order_by("starts_at", "pk")
        )
        for session in rows:
            session.event = self.object
            dress_session(session)
        days = [
            {"day": day, "sessions": list(group)}
            for day, group in groupby(rows, key=lambda row: row.local_day)
        ]
        context = super().get_context_data(**kwargs)
        context["object"].status_badge = status_badge(self.object)
        context["object"].badge = context["object"].status_badge
        may_run = can(user, "events.edit_event", self.object)
        return context | {
            "title": self.object.said.title,
            "crumbs": [
                {"label": _("Events"), "url": reverse("event_list")},
                {"label": self.object.reference, "url": ""},
            ],
            "days": days,
            "session_count": len(rows),
            "when": when_of(self.object),
            "publication_badge": EVENT_PUBLICATION.badge(self.object),
            "works_here": self.works_here(),
            "counts_shown": can(user, "events.list_registrations", self.object),
            "add_url": reverse("session_create", args=[self.object.pk]) if may_run else "",
        }


def dress_session(session: Session) -> None:
    """Give a session what a programme prints: its day and hours by its own clock, its badge, who speaks."""
    session.badge = SESSION.badge(session)
    session.url = reverse("session_detail", args=[session.pk])
    session.when = when_of(session)
    session.people = list(session.appearances.all())
    session.local_day = session.first_hour = session.last_hour = None
    if session.starts_at is not None:
        first, last = session.starts_at.astimezone(session.tz), session.ends_at.astimezone(session.tz)
        session.local_day, session.first_hour, session.last_hour = (
            first.date(),
            f"{first:%H:%M}",
            f"{last:%H:%M}",
        )
    session.is_off = session.state == SessionState.CANCELLED
    session.share_pct = 0
    if session.capacity:
        session.share_pct = min(100, round(100 * session.taken / session.capacity))


class WithReader:
    """A page whose form limits the centres to the person's own."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the person."""
        return {**super().get_form_kwargs(), "user": self.request.user}  # type: ignore[misc]


class EventCreatePage(WithReader, CreatePage):
    """Plan an event, with its first session where the day is known."""

    model = Event
    noun = "event"
    permission = "events.create_event"
    form_class = NewEventForm
    page_title = _("Plan an event")
    submit_label = _("Save the event")
    done = _("The event is saved. Nobody outside sees it until it is published.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions under their headings."""
        context = super().get_context_data(**kwargs)
        context["sections"] = sections_of(context["form"])
        return context

    def act(self, form: Any) -> Any:
        """Record both."""
        values = dict(form.cleaned_data)
        first = {name: values.pop(name) for name in ("starts_at", "ends_at", "capacity")}
        return sessions.plan_event(values, first, actor=self.request.user)


def sections_of(form: Any) -> list[tuple[Any, list[Any]]]:
    """The fields of an event under three headings."""
    parts = (
        (_("What for"), ("title", "kind", "summary", "centre")),
        (_("When"), ("on", "begins", "ends", "zone", "capacity", "gives_certificates")),
        (
            _("Where, and in which languages"),
            ("place", "platform_url", "spoken", "interpretation", "language"),
        ),
    )
    return [(heading, [form[name] for name in names if name in form.fields]) for heading, names in parts]


class EventEditPage(WithReader, EditPage):
    """Change what is said of an event."""

    model = Event
    noun = "event"
    permission = "events.edit_event"
    form_class = EventForm
    page_title = _("Change the event")
    done = _("The event is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions under their headings."""
        context = super().get_context_data(**kwargs)
        context["sections"] = sections_of(context["form"])
        return context

    def act(self, form: Any) -> Any:
        """Save it."""
        return events.edit_event(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class EventMovePage(MovePage):
    """Take an event along its way to the public."""

    model = Event
    noun = "event"
    permission = "events.view_event"
    tables = (EVENT_PUBLICATION,)

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return events.move_event(obj, name, actor=self.request.user, **given)


ROUTES = [
    path("events/", EventListPage.as_view(), name="event_list"),
    path("events/new/", EventCreatePage.as_view(), name="event_create"),
    path("events/<int:pk>/", EventPage.as_view(), name="event_detail"),
    *translation_routes("events", "event", Event, "events.translate"),
    path("events/<int:pk>/edit/", EventEditPage.as_view(), name="event_edit"),
    path("events/<int:pk>/moves/<slug:name>/", EventMovePage.as_view(), name="event_move"),
]
NAV = [NavEntry(_("Meetings and events"), _("Events"), "event_list")]
