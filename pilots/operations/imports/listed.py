"""How does a list that was exported here come back? Row by row, by the same operations and rights as the pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from cic.core.errors import DomainError
from cic.core.operations import operation, record
from cic.core.permissions import require
from cic.core.texts import clean_text
from partners.models import Organisation
from partners.operations.organisations import edit_organisation
from pilots.calculations.readers import Action, Kind, Row
from pilots.models import Challenge, Indicator, Trial
from pilots.operations.challenges import create_challenge, edit_challenge
from pilots.operations.indicators import add_indicator, edit_indicator
from pilots.operations.trials import create_trial, edit_trial

from . import words
from .wanted import Chunk


class _Undone(Exception):
    """Ends the transaction of a row that was only tried."""


class _Rejected(Exception):
    """Why a row is not imported: field, problem, value."""


@dataclass(frozen=True)
class Noun:
    """How records of one kind are known, made and changed. `alike` are those a row without a key may mean."""

    model: type[models.Model]
    key: str
    alike: Callable[[Mapping[str, Any], Chunk], Any]
    create: Callable[[dict[str, Any], Chunk], Any]
    edit: Callable[..., Any]


def apply(rows: Sequence[Row], chunk: Chunk) -> None:
    """Take in a stretch of rows: those with a key change their record, those without one make theirs, once."""
    for row in rows:
        if row.kind in NOUNS:
            _take(row, NOUNS[row.kind], chunk)


def _take(row: Row, noun: Noun, chunk: Chunk) -> None:
    try:
        done = _write_or_try(row, noun, chunk)
    except _Undone as undone:
        chunk.count(str(row.kind), undone.args[0])
    except _Rejected as rejected:
        chunk.reject(row, *rejected.args)
    except DomainError as error:
        for name in list(error.fields) or [""]:
            chunk.note(row, name, words.REFUSED_BY_RULE, error.detail, Action.REJECTED)
        chunk.count(str(row.kind), "rejected")
    else:
        chunk.count(str(row.kind), done)


@operation
def _write_or_try(row: Row, noun: Noun, chunk: Chunk) -> str:
    done = _write(row, noun, chunk)
    if chunk.run.dry_run:
        # By an error, so that the log forgets it as well.
        raise _Undone(done)
    return done


def _write(row: Row, noun: Noun, chunk: Chunk) -> str:
    """Write one row. Returns what it came to: "created", "changed" or "unchanged"."""
    values = _linked(dict(row.values), chunk)
    version, state = values.pop("version"), values.pop("state", None)
    obj = _found(noun, values, chunk)
    if obj is None:
        noun.create({name: value for name, value in values.items() if value not in (None, "")}, chunk)
        chunk.note(row, "", words.NEW, values.get("title") or values.get("name"), chunk.verb)
        return "created"
    if state not in (None, "", getattr(obj, "state", state)):
        chunk.note(row, "state", words.BY_MOVE, f"{obj.state} / {state}", Action.KEPT)
    changes = {name: value for name, value in values.items() if _says_more(obj, name, value)}
    if not changes:
        return "unchanged"
    if version not in (None, obj.version):
        raise _Rejected("version", words.STALE, f"{version} / {obj.version}")
    before = {name: getattr(obj, name) for name in changes}
    noun.edit(obj, changes, actor=chunk.actor, expected_version=obj.version)
    for name, value in changes.items():
        chunk.note(row, name, words.CHANGED, f"{_said(before[name])} → {_said(value)}", chunk.verb)
    return "changed"


def _linked(values: dict[str, Any], chunk: Chunk) -> dict[str, Any]:
    """Records in the place of the names they go by."""
    if "trial" in values:
        trial = Trial.objects.visible_to(chunk.actor).filter(reference=values["trial"]).first()
        if trial is None:
            raise _Rejected("trial", words.NOT_FOUND, values["trial"])
        values["trial"] = trial
    if name := values.get("promoter"):
        known = Trial.objects.visible_to(chunk.actor).filter(reference=values["key"], promoter__name=name)
        same = known.select_related("promoter").first()
        found = (
            [same.promoter]
            if same
            else list(Organisation.objects.visible_to(chunk.actor).filter(name=name)[:2])
        )
        if len(found) != 1:
            raise _Rejected("promoter", words.SEVERAL if found else words.NOT_FOUND, name)
        values["promoter"] = found[0]
    elif "promoter" in values:
        values["promoter"] = None
    return values


def _found(noun: Noun, values: dict[str, Any], chunk: Chunk) -> Any:
    """The record a row is about; None when it is a new one."""
    key, seen = values.pop("key"), noun.model.objects.visible_to(chunk.actor)  # type: ignore[attr-defined]
    if key:
        # An id as a spreadsheet writes it.
        key = key.removesuffix(".0")
        known = noun.key != "pk" or (key.isdecimal() and len(key) < 19)
        obj = seen.filter(**{noun.key: key}).first() if known else None
        if obj is None:
            raise _Rejected("", words.NOT_FOUND, key)
        return obj
    alike = list(seen.filter(pk__in=[one.pk for one in noun.alike(values, chunk)])[:2])
    if len(alike) > 1:
        raise _Rejected("", words.SEVERAL, values.get("title") or values.get("name"))
    return alike[0] if alike else None


def _says_more(obj: Any, name: str, value: Any) -> bool:
    """Whether the cell says something else than the record."""
    now = getattr(obj, name)
    if isinstance(value, str):
        multiline = not isinstance(obj._meta.get_field(name), models.CharField)
        return clean_text(value, multiline=multiline) != now
    return value != now


def _said(value: Any) -> str:
    if value in (None, ""):
        return "–"
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def _organisations_alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
    return Organisation.objects.matching(values["name"])


def _challenges_alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
    return Challenge.objects.filter(centre=chunk.run.centre_id, title=values["title"])


def _trials_alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
    kind = {"kind": values["kind"]} if values.get("kind") else {}
    return Trial.objects.filter(centre=chunk.run.centre_id, title=values["title"], **kind)


def _indicators_alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
    return Indicator.objects.filter(trial=values["trial"], name=values["name"])


def _register(values: dict[str, Any], chunk: Chunk) -> Organisation:
    """Whoever brings a list in is not the organisation's administrator, as who registers one is."""
    require(chunk.actor, "pilots.start_import", chunk.run.centre)
    return record(Organisation(**values), actor=chunk.actor, action="import")


def _plan(values: dict[str, Any], chunk: Chunk) -> Trial:
    if not values.get("kind"):
        raise _Rejected("kind", words.MISSING, "")
    return create_trial(actor=chunk.actor, centre=chunk.run.centre, **values)


NOUNS: dict[Any, Noun] = {
    Kind.ORGANISATION: Noun(Organisation, "pk", _organisations_alike, _register, edit_organisation),
    Kind.CHALLENGE: Noun(
        Challenge,
        "reference",
        _challenges_alike,
        lambda values, chunk: create_challenge({**values, "centre": chunk.run.centre}, actor=chunk.actor),
        edit_challenge,
    ),
    Kind.TRIAL: Noun(Trial, "reference", _trials_alike, _plan, edit_trial),
    Kind.INDICATOR: Noun(
        Indicator,
        "pk",
        _indicators_alike,
        lambda values, chunk: add_indicator(actor=chunk.actor, **values),
        edit_indicator,
    ),
}
