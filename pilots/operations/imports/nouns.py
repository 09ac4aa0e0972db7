"""How are the records of each list known, made and changed, and to what do their cells point?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from cic.core.hours import instant_in
from cic.core.operations import record
from cic.core.permissions import require
from events.models import Capsule, Event, Registration, Session
from events.operations.capsules import create_capsule, edit_capsule
from events.operations.events import create_event, edit_event
from events.operations.registrations import register_guest
from events.operations.sessions import create_session, edit_session
from partners.models import Agreement, Centre, Organisation
from partners.models.users import check_zone, fold_address
from partners.operations.agreements import draft_agreement, edit_agreement
from partners.operations.centres import edit_centre, propose_centre
from partners.operations.organisations import edit_organisation
from pilots.calculations.readers import Kind, Problem
from pilots.models import Challenge, Idea, Indicator, Trial
from pilots.operations.challenges import create_challenge, edit_challenge
from pilots.operations.ideas import edit_idea, propose
from pilots.operations.indicators import add_indicator, edit_indicator
from pilots.operations.trials import create_trial, edit_trial

from . import words
from .wanted import Chunk

Values = dict[str, Any]


class Rejected(Exception):
    """Why a row is not imported: field, problem, value."""


@dataclass(frozen=True)
class Noun:
    """How records of one kind are known, made and changed.

    `alike`: those a row without a key may mean. `told_by`: the cells that two rows for the same record have in common;
    the first is what the report calls it. `asks_once`: a row without a key has nothing to say to a record that is there.
    `translate`: the permission to say it in other languages.
    """

    model: type[models.Model]
    key: str
    told_by: tuple[str, ...]
    alike: Callable[[Mapping[str, Any], Chunk], Any]
    create: Callable[[Values, Chunk], Any]
    edit: Callable[..., Any]
    asks_once: bool = False
    translate: str = ""


# What the cells point to, by reference; and the organisations, by name.
POINTS: dict[str, type[models.Model]] = {
    "trial": Trial,
    "event": Event,
    "session": Session,
    "challenge": Challenge,
}
ORGANISATIONS = ("promoter", "organisation")
HOURS = ("starts_at", "ends_at")


def linked(values: Values, obj: Any, chunk: Chunk) -> Values:
    """The values with records in the place of the names they go by, and hours as instants. Raises: Rejected."""
    for name, model in POINTS.items():
        if name in values:
            values[name] = _pointed_to(model, name, values[name], chunk)
    for name in ORGANISATIONS:
        if name in values:
            values[name] = _organisation(name, values[name], obj, chunk)
    if any(isinstance(values.get(name), datetime) for name in HOURS):
        _give_hours(values, obj)
    return values


def _pointed_to(model: Any, name: str, reference: str, chunk: Chunk) -> Any:
    if not reference:
        return None
    found = model.objects.visible_to(chunk.actor).filter(reference=reference).first()
    if found is None:
        raise Rejected(name, words.NOT_FOUND, reference)
    return found


def _organisation(field: str, name: str, obj: Any, chunk: Chunk) -> Organisation | None:
    if not name:
        return None
    now = getattr(obj, field, None)
    if now is not None and now.name == name:
        return now
    found = list(Organisation.objects.visible_to(chunk.actor).filter(name=name)[:2])
    if len(found) != 1:
        raise Rejected(field, words.SEVERAL if found else words.NOT_FOUND, name)
    return found[0]


def _give_hours(values: Values, obj: Any) -> None:
    """Read the hours that name no offset by the clock of the row's zone."""
    zone = values.get("zone") or (obj or values["event"]).zone
    try:
        check_zone(zone)
    except ValidationError as error:
        raise Rejected("zone", str(Problem.UNKNOWN_VALUE), zone) from error
    for name in HOURS:
        shown = values.get(name)
        if isinstance(shown, datetime) and shown.tzinfo is None:
            values[name] = instant_in(shown.date(), shown.time(), zone)
            if values[name] is None:
                raise Rejected(name, str(Problem.INVALID_DATE), f"{shown:%Y-%m-%d %H:%M} {zone}")


def _within(model: Any, *names: str, **fixed: str) -> Callable[[Mapping[str, Any], Chunk], Any]:
    """Those of the import's centre that have the same `names`, as far as the row says them."""

    def alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
        told = {name: values[name] for name in names if values.get(name)}
        return model.objects.filter(centre=chunk.run.centre_id, **told)

    return alike


def _sessions_alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
    same = Session.objects.filter(event=values["event"], title=values["title"])
    hour = values.get("starts_at")
    # A course meets often under one title; and a session that was moved is still the same.
    return same.filter(Q(starts_at=hour) | Q(previous_starts_at=hour)) if hour else same


def _in_centre(create: Callable[..., Any]) -> Callable[[Values, Chunk], Any]:
    """Make it as its form does, in the centre of the import."""
    return lambda values, chunk: create({**values, "centre": chunk.run.centre}, actor=chunk.actor)


def _register_organisation(values: Values, chunk: Chunk) -> Organisation:
    """Whoever brings a list in is not the organisation's administrator, as who registers one is."""
    require(chunk.actor, "pilots.start_import", chunk.run.centre)
    return record(Organisation(**values), actor=chunk.actor, action="import")


def _plan(values: Values, chunk: Chunk) -> Trial:
    if not values.get("kind"):
        raise Rejected("kind", words.MISSING, "")
    return create_trial(actor=chunk.actor, centre=chunk.run.centre, **values)


def _register(values: Values, chunk: Chunk) -> Registration:
    language = values.get("language") or values["session"].language
    return register_guest(
        values["session"], actor=chunk.actor, name=values["name"], email=values["email"], language=language
    )


def _keep_registration(obj: Registration, changes: Mapping[str, Any], **kwargs: Any) -> Any:
    """A place belongs to who asked for it: it is given back and asked for again, and not written over."""
    raise Rejected(next(iter(changes)), words.REFUSED_BY_RULE, "")


NOUNS: dict[Any, Noun] = {
    Kind.ORGANISATION: Noun(
        Organisation,
        "pk",
        ("name",),
        lambda values, chunk: Organisation.objects.matching(values["name"]),
        _register_organisation,
        edit_organisation,
        translate="partners.edit_organisation",
    ),
    Kind.CENTRE: Noun(
        Centre,
        "reference",
        ("name",),
        lambda values, chunk: Centre.objects.filter(name=values["name"]),
        lambda values, chunk: propose_centre(values, actor=chunk.actor),
        edit_centre,
        translate="partners.translate",
    ),
    Kind.AGREEMENT: Noun(
        Agreement,
        "reference",
        ("title", "kind"),
        _within(Agreement, "title", "kind"),
        _in_centre(draft_agreement),
        edit_agreement,
        translate="partners.edit_agreement",
    ),
    Kind.CHALLENGE: Noun(
        Challenge,
        "reference",
        ("title",),
        _within(Challenge, "title"),
        _in_centre(create_challenge),
        edit_challenge,
        translate="pilots.translate",
    ),
    Kind.IDEA: Noun(
        Idea,
        "reference",
        ("title",),
        _within(Idea, "title"),
        _in_centre(propose),
        edit_idea,
        translate="pilots.translate",
    ),
    Kind.TRIAL: Noun(
        Trial,
        "reference",
        ("title", "kind"),
        _within(Trial, "title", "kind"),
        _plan,
        edit_trial,
        translate="pilots.translate",
    ),
    Kind.INDICATOR: Noun(
        Indicator,
        "pk",
        ("name", "trial"),
        lambda values, chunk: Indicator.objects.filter(trial=values["trial"], name=values["name"]),
        lambda values, chunk: add_indicator(actor=chunk.actor, **values),
        edit_indicator,
        translate="pilots.translate",
    ),
    Kind.EVENT: Noun(
        Event,
        "reference",
        ("title", "kind"),
        _within(Event, "title", "kind"),
        _in_centre(create_event),
        edit_event,
        translate="events.translate",
    ),
    Kind.SESSION: Noun(
        Session,
        "reference",
        ("title", "event", "starts_at"),
        _sessions_alike,
        lambda values, chunk: create_session(values, actor=chunk.actor),
        edit_session,
        translate="events.edit_session",
    ),
    Kind.REGISTRATION: Noun(
        Registration,
        "pk",
        ("session", "email"),
        lambda values, chunk: Registration.objects.filter(
            session=values["session"], email=fold_address(values["email"])
        ),
        _register,
        _keep_registration,
        asks_once=True,
    ),
    Kind.CAPSULE: Noun(
        Capsule,
        "reference",
        ("title",),
        _within(Capsule, "title"),
        _in_centre(create_capsule),
        edit_capsule,
        translate="events.edit_capsule",
    ),
}
