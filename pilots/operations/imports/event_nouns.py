"""How do events, sessions, sheet templates, registrations and capsules come back from their lists?"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from events.models import Capsule, Event, Registration, Session, SheetTemplate
from events.models.tables import CAPSULE, CHAIR, ORGANISERS, SECTIONS
from events.operations.capsules import create_capsule, edit_capsule
from events.operations.events import create_event, edit_event
from events.operations.registrations import register_guest
from events.operations.sessions import create_session, edit_session, save_sheet
from events.operations.sheets import create_template, edit_template, set_sections
from partners.models.users import fold_address
from pilots.calculations.readers import Kind
from pilots.calculations.readers.formats import fold

from . import words
from .nouns import (
    Cell,
    Noun,
    Rejected,
    Values,
    gathered,
    in_centre,
    person,
    pointing,
    register_noun,
    within_centre,
)
from .wanted import Chunk

SHEET = "sheet_"


def _sessions_alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
    same = Session.objects.filter(event=values["event"], title=values["title"])
    hour = values.get("starts_at")
    # A course meets often under one title; and a session that was moved is still the same.
    return same.filter(Q(starts_at=hour) | Q(previous_starts_at=hour)) if hour else same


def _sheet_says(session: Session, column: str, _reader: Any) -> str:
    """What the sheet says in the section of a column such as `sheet_agenda`."""
    return next((text for key, text in session.texts.items() if SHEET + fold(key) == column), "")


def _plan_session(values: Values, chunk: Chunk) -> Session:
    own, texts = _parted(values)
    session = create_session(own, actor=chunk.actor)
    return _write_sheet(session, texts, actor=chunk.actor) if texts else session


def _edit_session(session: Session, changes: Values, *, actor: Any, expected_version: int) -> None:
    """Whoever only writes the sheet need not be who runs the event."""
    own, texts = _parted(changes)
    if own:
        session = edit_session(session, own, actor=actor, expected_version=expected_version)
        expected_version = session.version
    if texts:
        _write_sheet(session, texts, actor=actor, expected_version=expected_version)


def _parted(values: Values) -> tuple[Values, Values]:
    """What is said of the session, and the columns of its sheet."""
    texts = {name: text for name, text in values.items() if name.startswith(SHEET)}
    return {name: value for name, value in values.items() if name not in texts}, texts


def _write_sheet(session: Session, texts: Values, **by: Any) -> Session:
    sections = session.template.sections.all() if session.template else ()
    keys = {SHEET + fold(section.key): section.key for section in sections}
    return save_sheet(session, {keys.get(column, column): text for column, text in texts.items()}, **by)


def _sections(rows: Sequence[Sequence[Any]], template: SheetTemplate | None, chunk: Chunk) -> list[Values]:
    names = ("key", "title", "is_required", "max_words", "limit_kind", "help_text")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _make_template(values: Values, chunk: Chunk) -> SheetTemplate:
    sections = values.pop("sections", [])
    template = create_template(values, actor=chunk.actor)
    set_sections(template, sections, actor=chunk.actor)
    return template


def _edit_template(template: SheetTemplate, changes: Values, *, actor: Any, expected_version: int) -> None:
    own = {name: value for name, value in changes.items() if name != "sections"}
    template = edit_template(template, own, actor=actor, expected_version=expected_version)
    if "sections" in changes:
        set_sections(template, changes["sections"], actor=actor)


def _register(values: Values, chunk: Chunk) -> Registration:
    language = values.get("language") or values["session"].language
    return register_guest(
        values["session"],
        actor=chunk.actor,
        name=values["name"],
        email=values["email"],
        language=language,
        only_tried=chunk.run.dry_run,
    )


def _keep_registration(obj: Registration, changes: Mapping[str, Any], **kwargs: Any) -> Any:
    """A place belongs to who asked for it: it is given back and asked for again, and not written over."""
    raise Rejected(next(iter(changes)), words.REFUSED_BY_RULE, "")


register_noun(
    Kind.EVENT,
    Noun(
        Event,
        "reference",
        ("title", "kind"),
        within_centre(Event, "title", "kind"),
        in_centre(create_event),
        edit_event,
        translate="events.translate",
        cells={"organisers": pointing(ORGANISERS)},
    ),
)
register_noun(
    Kind.SESSION,
    Noun(
        Session,
        "reference",
        ("title", "event", "starts_at"),
        _sessions_alike,
        _plan_session,
        _edit_session,
        translate="events.edit_session",
        points={"event": Event},
        named={"template": SheetTemplate},
        cells={"capsule": pointing(CAPSULE), "chair": person(CHAIR)},
        families={SHEET: Cell(_sheet_says)},
    ),
)
register_noun(
    Kind.REGISTRATION,
    Noun(
        Registration,
        "pk",
        ("session", "email"),
        lambda values, chunk: Registration.objects.filter(
            session=values["session"], email=fold_address(values["email"])
        ),
        _register,
        _keep_registration,
        asks_once=True,
        points={"session": Session},
    ),
)
register_noun(
    Kind.CAPSULE,
    Noun(
        Capsule,
        "reference",
        ("title",),
        within_centre(Capsule, "title"),
        in_centre(create_capsule),
        edit_capsule,
        translate="events.edit_capsule",
    ),
)
register_noun(
    Kind.SHEET_TEMPLATE,
    Noun(
        SheetTemplate,
        "pk",
        ("name",),
        lambda values, chunk: SheetTemplate.objects.filter(name=values["name"]),
        _make_template,
        _edit_template,
        cells={"sections": gathered(SECTIONS, _sections)},
    ),
)
