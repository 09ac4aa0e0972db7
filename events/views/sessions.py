"""What do people see of a session, and how do they plan it, write its sheet, move it to another hour?"""

from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.errors import DomainError
from cic.core.hours import hours_in_words, side_by_side
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import (
    ChildCreatePage,
    ConfirmPage,
    DetailPage,
    EditPage,
    ListPage,
    MovePage,
    ObjectPage,
    Versioned,
)
from cic.core.views.autosave import Autosave
from cic.core.words import count_words
from events.calculations.sheets import is_over
from events.choices import OVER_STATES, RegistrationState
from events.filters import SessionFilter
from events.forms import AppearanceForm, RescheduleForm, SessionForm, SheetForm
from events.forms.fields import hours_of
from events.models import Appearance, Capsule, Event, Session, TemplateSection
from events.models.tables import CAPSULE, CHAIR
from events.operations import appearances, sessions
from events.transitions import SESSION

from .documents import documents_of
from .events import WithReader


def sheet_of(session: Session) -> list[dict[str, Any]]:
    """The sections of a sheet with their words; what stands under a section that is gone comes last."""
    rows, known = [], set()
    for section in session.template.sections.all() if session.template else ():
        text = session.texts.get(section.key) or ""
        known.add(section.key)
        rows.append(
            {
                "section": section,
                "title": section.title,
                "text": text,
                "words": count_words(text),
                "is_over": is_over(section.as_checked, text),
            }
        )
    left = {key: text for key, text in session.texts.items() if key not in known and text}
    return rows + [
        {"section": None, "title": key, "text": text, "words": count_words(text), "is_over": False}
        for key, text in left.items()
    ]


class SessionListPage(ListPage):
    """The sheets the reader may see: which are being written, which wait to be read, what is announced."""

    model = Session
    noun = "session"
    permission = "events.view_session"
    filterset_class = SessionFilter
    quiet_filters = ("reference", "event", "starts_at", "updated_at", "external_id", "source")
    row_template = "events/sessions/_row.html"
    page_title = _("Session sheets")
    table = SESSION
    columns = (
        ("reference", _("Reference"), "reference"),
        ("title", _("Session"), "title"),
        ("event", _("Event"), ""),
        ("state", _("State"), ""),
        ("starts_at", _("When"), "starts_at"),
        ("seats", _("Places"), ""),
    )
    export_columns = (
        ("reference", "reference"),
        ("event", "event__reference"),
        ("title", "title"),
        ("summary", "summary"),
        ("thematic_line", "thematic_line"),
        ("state", "state"),
        ("starts_at", "starts_at"),
        ("ends_at", "ends_at"),
        ("zone", "zone"),
        ("place", "place"),
        ("capacity", "capacity"),
        ("recording_url", "recording_url"),
        ("language", "language"),
        ("template", "template__name"),
        ("capsule", CAPSULE),
        ("chair", CHAIR),
        ("version", "version"),
    )

    def get_export_columns(self) -> Any:
        """With a column for each section of the sheets found, `sheet_` and its key."""
        templates = self.found.order_by().values("template")
        seen = TemplateSection.objects.visible_to(self.request.user)
        sections = seen.filter(template__in=templates).order_by("position", "pk")
        keys = dict.fromkeys(sections.values_list("key", flat=True))
        return (*self.export_columns, *((f"sheet_{key}", KeyTextTransform(key, "texts")) for key in keys))

    def rows(self, queryset: Any) -> Any:
        """With its event and the places taken."""
        return queryset.select_related("event").with_seats()

    def dress(self, row: Any) -> None:
        """With its hours in words, and the counts for who may know them."""
        super().dress(row)
        row.when = hours_in_words(row.starts_at, row.ends_at, row.zone)
        row.counted = can(self.request.user, "events.list_registrations", row)


class SessionPage(DetailPage):
    """One session: its hours side by side, its sheet, who speaks, and how many come."""

    model = Session
    noun = "session"
    permission = "events.view_session"
    edit_permission = "events.edit_session"
    translate_permission = "events.edit_session"
    template_name = "events/sessions/detail.html"
    tables = (SESSION,)

    def get_queryset(self) -> Any:
        """With all that is said of it."""
        rows = (
            super()
            .get_queryset()
            .select_related("event__centre", "template", "chair", "capsule")
            .with_seats()
        )
        return rows.prefetch_related("template__sections", "appearances")

    def works_here(self) -> bool:
        """Whether the reader works on the event, or writes its sheet."""
        user = self.request.user
        return can(user, "events.work_on_events", self.object.event) or can(
            user, "events.write_sheet", self.object
        )

    def facts(self) -> list[tuple[Any, Any]]:
        """Where, in which line, who writes the sheet."""
        session = self.object
        known = [
            (_("Place"), session.where),
            (_("Thematic line"), session.thematic_line),
            (_("Capsule"), self.capsule()),
            (_("Sheet template"), session.template or ""),
            (_("Who writes the sheet"), session.chair or "" if self.works_here() else ""),
            (_("Recording"), session.recording_url),
        ]
        if can(self.request.user, "events.read_link", session):
            known.append((_("Link to the platform"), session.link))
        return known

    def capsule(self) -> Any:
        """The capsule it gives, as a link, where the reader may read it."""
        capsule = self.object.capsule
        if (
            capsule is None
            or not Capsule.objects.visible_to(self.request.user).filter(pk=capsule.pk).exists()
        ):
            return ""
        return format_html(
            '<a href="{}">{}</a>', reverse("capsule_detail", args=[capsule.pk]), capsule.said.title
        )

    def history(self) -> Any:
        """The stages, for those who work here."""
        return super().history() if self.works_here() else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sheet, the people, the counts and what may be done."""
        session, user = self.object, self.request.user
        lists = can(user, "events.list_registrations", session)
        context = super().get_context_data(**kwargs)
        counts = states_of(session) if lists else {}
        may_edit = can(user, "events.edit_session", session)
        writes = (
            can(user, "events.write_sheet", session)
            and session.state not in OVER_STATES
            and sessions.may_write_still(session, user)
        )
        return context | {
            "title": session.said.title,
            "crumbs": [
                {"label": _("Events"), "url": reverse("event_list")},
                {"label": session.event.title, "url": reverse("event_detail", args=[session.event_id])},
                {"label": session.reference, "url": ""},
            ],
            "hours": side_by_side(session.starts_at, session.ends_at, session.zone),
            "before": hours_in_words(session.previous_starts_at, session.previous_ends_at, session.zone),
            "sheet": sheet_of(session),
            "people": session.appearances.all(),
            "documents": documents_of(session, user),
            "document_url": reverse("session_document", args=[session.pk]) if may_edit else "",
            "counts": counts,
            "lists": lists,
            "writes": writes,
            "may_check_in": can(user, "events.check_in", session) and session.published_at is not None,
            "may_move": may_edit and session.published_at is not None and session.state not in OVER_STATES,
            "works_here": self.works_here(),
            "register_url": reverse("register", args=[session.reference])
            if session.takes_registrations and can(user, "events.register", session)
            else "",
        }


def states_of(session: Session) -> dict[str, int]:
    """How many registrations there are in each state."""
    rows = session.registrations.order_by().values("state").annotate(n=Count("pk"))
    return dict.fromkeys(RegistrationState.values, 0) | {row["state"]: row["n"] for row in rows}


class OfSession:
    """What every page about one session shares."""

    model = Session
    noun = "session"
    object: Any

    def get_queryset(self) -> Any:
        """With its event."""
        return super().get_queryset().select_related("event", "template", "chair")  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way back."""
        session = self.object
        kwargs.setdefault(
            "crumbs",
            [
                {"label": session.event.title, "url": reverse("event_detail", args=[session.event_id])},
                {"label": session.title, "url": reverse("session_detail", args=[session.pk])},
                {"label": getattr(self, "page_title", ""), "url": ""},
            ],
        )
        return super().get_context_data(**kwargs)  # type: ignore[misc]


class SessionCreatePage(WithReader, ChildCreatePage):
    """Plan a session of an event."""

    model = Session
    noun = "session"
    parent_model = Event
    permission = "events.edit_event"
    form_class = SessionForm
    page_title = _("Plan a session")
    submit_label = _("Save as a draft")
    done = _("The session is saved as a draft.")

    def get_initial(self) -> dict[str, Any]:
        """The zone and language of the event."""
        return {"zone": self.parent.zone, "language": self.parent.language}

    def get_cancel_url(self) -> str:
        """Back to the event."""
        return reverse("event_detail", args=[self.parent.pk])

    def get_success_url(self) -> str:
        """To the session."""
        return reverse("session_detail", args=[self.result.pk])

    def act(self, form: Any) -> Any:
        """Record it."""
        return sessions.create_session({**form.cleaned_data, "event": self.parent}, actor=self.request.user)


class SessionEditPage(WithReader, OfSession, EditPage):
    """Change what is said of a session."""

    permission = "events.edit_session"
    form_class = SessionForm
    page_title = _("Change the session")
    done = _("The session is saved.")

    def act(self, form: Any) -> Any:
        """Save it."""
        return sessions.edit_session(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class SheetPage(OfSession, Versioned):
    """Write the sheet: every section with its limit, saved while one writes, checked when it is handed in."""

    permission = "events.write_sheet"
    form_class = SheetForm
    template_name = "events/sessions/sheet.html"
    page_title = _("Session sheet")
    submit_label = _("Save the sheet")
    done = _("The sheet is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The sections of its template, with what they say."""
        sections = self.object.template.sections.all() if self.object.template else ()
        return {**super().get_form_kwargs(), "sections": sections, "texts": self.object.texts}

    def as_it_is(self, form: Any) -> dict[str, Any]:
        """What the sheet says now."""
        return {name: self.object.texts.get(name, "") for name in form.fields if name != "version"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where it is saved while one writes."""
        return super().get_context_data(save_url=reverse("sheet_draft", args=[self.object.pk]), **kwargs)

    def act(self, form: Any) -> Any:
        """Keep it."""
        return sessions.save_sheet(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class SheetDraft(Autosave, SheetPage):
    """The sheet, saved while it is written."""

    def addresses(self, saved: Any) -> dict[str, Any]:
        """Where the sheet is."""
        return {
            "version": Session.objects.values_list("version", flat=True).get(pk=saved.pk),
            "edit_url": reverse("sheet_edit", args=[saved.pk]),
            "save_url": reverse("sheet_draft", args=[saved.pk]),
        }


class ReschedulePage(OfSession, ObjectPage):
    """Move an announced session to other hours."""

    permission = "events.edit_session"
    form_class = RescheduleForm
    template_name = "events/sessions/reschedule.html"
    page_title = _("Move to another hour")
    submit_label = _("Move it, and tell who registered")
    done = _("The session is moved. Everybody who registered is told by mail.")

    def get_initial(self) -> dict[str, Any]:
        """The hours it has."""
        return {"zone": self.object.zone, **hours_of(self.object)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The hours it has, and how many are told."""
        session = self.object
        return super().get_context_data(
            now=hours_in_words(session.starts_at, session.ends_at, session.zone),
            told=session.registrations.filter(state__in=("confirmed", "waitlisted", "offered")).count(),
            **kwargs,
        )

    def act(self, form: Any) -> Any:
        """Move it."""
        values = form.cleaned_data
        if values.get("starts_at") is None:
            raise DomainError("invalid", str(_("Say when it is.")))
        return sessions.reschedule(self.object, actor=self.request.user, **values)


class SessionMovePage(OfSession, MovePage):
    """Hand in, ask for changes, approve, publish, hold, put away, cancel."""

    permission = "events.view_session"
    tables = (SESSION,)

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return sessions.move_session(obj, name, actor=self.request.user, **given)


class AppearanceAddPage(ChildCreatePage):
    """Name somebody who speaks or moderates."""

    model = Appearance
    noun = "session"
    parent_model = Session
    permission = "events.write_sheet"
    form_class = AppearanceForm
    page_title = _("Add a speaker or moderator")
    submit_label = _("Add")
    done = _("Added.")

    def get_initial(self) -> dict[str, Any]:
        """The next place in the order."""
        return {"position": self.parent.appearances.count() + 1}

    def act(self, form: Any) -> Any:
        """Add them."""
        return appearances.add_appearance(actor=self.request.user, session=self.parent, **form.cleaned_data)


class OfAppearance:
    """What every page about one appearance shares."""

    model = Appearance
    permission = "events.edit_part"
    object: Any

    def get_queryset(self) -> Any:
        """With its session."""
        return super().get_queryset().select_related("session__event")  # type: ignore[misc]

    def get_cancel_url(self) -> str:
        """Back to the session."""
        return reverse("session_detail", args=[self.object.session_id])

    def get_success_url(self) -> str:
        """Back to the session."""
        return self.get_cancel_url()


class AppearanceEditPage(OfAppearance, EditPage):
    """Change how somebody is named."""

    form_class = AppearanceForm
    page_title = _("Change a speaker or moderator")
    done = _("Saved.")

    def act(self, form: Any) -> Any:
        """Save it."""
        return appearances.edit_appearance(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class AppearanceRemovePage(OfAppearance, ConfirmPage):
    """Take somebody off the list."""

    page_title = _("Take off the list: %(name)s")
    submit_label = _("Take off the list")
    done = _("Taken off the list.")
    asks_reason = False

    def act(self, form: Any) -> Any:
        """Take them off."""
        return appearances.remove_appearance(self.object, actor=self.request.user)


ROUTES = [
    path("sessions/", SessionListPage.as_view(), name="session_list"),
    path("events/<int:pk>/sessions/new/", SessionCreatePage.as_view(), name="session_create"),
    path("sessions/<int:pk>/", SessionPage.as_view(), name="session_detail"),
    *translation_routes("sessions", "session", Session, "events.edit_session"),
    path("sessions/<int:pk>/edit/", SessionEditPage.as_view(), name="session_edit"),
    path("sessions/<int:pk>/sheet/", SheetPage.as_view(), name="sheet_edit"),
    path("sessions/<int:pk>/sheet/draft/", SheetDraft.as_view(), name="sheet_draft"),
    path("sessions/<int:pk>/reschedule/", ReschedulePage.as_view(), name="session_reschedule"),
    path("sessions/<int:pk>/moves/<slug:name>/", SessionMovePage.as_view(), name="session_move"),
    path("sessions/<int:pk>/appearances/new/", AppearanceAddPage.as_view(), name="appearance_add"),
    path("appearances/<int:pk>/edit/", AppearanceEditPage.as_view(), name="appearance_edit"),
    path("appearances/<int:pk>/remove/", AppearanceRemovePage.as_view(), name="appearance_remove"),
]
NAV = [NavEntry(_("Meetings and events"), _("Session sheets"), "session_list", "events.work_on_events")]
