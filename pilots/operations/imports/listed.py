"""How does a list that was exported here come back? Row by row, by the same operations and rights as the pages."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models

from cic.core.cells import as_line
from cic.core.errors import DomainError
from cic.core.models import Translatable
from cic.core.operations import operation
from cic.core.permissions import require
from cic.core.translations import Texts, translate
from pilots.calculations.readers import Action, Row
from pilots.calculations.readers.layouts import KINDS
from pilots.calculations.readers.lists import reads_alike

# These register what they know.
from . import event_nouns, partner_nouns, people_nouns, pilot_nouns, words  # noqa: F401
from .nouns import NOUNS, Noun, Rejected, Values, linked
from .wanted import Chunk, coming_key

EMPTY: tuple[Any, ...] = (None, "", [])


class _Undone(Exception):
    """Ends the transaction of a row that was only tried."""


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
    except Rejected as rejected:
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
    values = dict(row.values)
    key, version, state = values.pop("key"), values.pop("version"), values.pop("state", None)
    said = _told_elsewhere(noun, values.pop("translations", {}))
    if key:
        obj = _known(noun, key, chunk)
    else:
        # Nothing was emptied where nothing had been: what a new row leaves out, the record has by itself.
        obj, values = None, {name: value for name, value in values.items() if value not in EMPTY}
    values = linked(noun, values, obj, chunk.actor)
    if obj is None:
        obj = _alike(row, noun, values, chunk)
    if obj is None:
        return _create(row, noun, values, said, chunk)
    if noun.asks_once and not key:
        return "unchanged"
    if state not in (None, "", getattr(obj, "state", state)):
        chunk.note(row, "state", words.BY_MOVE, f"{obj.state} / {state}", Action.KEPT)
    now = {name: noun.now(obj, name, chunk.actor) for name in values}
    changes = {name: value for name, value in values.items() if _says_more(row, name, value, now[name])}
    texts = _new_texts(row, obj, said, keyed=bool(key))
    meant = noun.meant(changes, obj, chunk)
    # Somebody may be written in more than one way.
    changes = {name: value for name, value in changes.items() if not _stands(obj, name, meant[name])}
    if not changes and not texts:
        return "unchanged"
    if version not in (None, obj.version):
        raise Rejected("version", words.STALE, f"{version} / {obj.version}")
    if changes:
        meant = {name: meant[name] for name in changes}
        noun.edit(obj, meant, actor=chunk.actor, expected_version=obj.version)
    if texts:
        _translate(row, noun, obj, texts, chunk)
    for name, value in changes.items():
        new = meant[name] if isinstance(meant[name], models.Model) else value
        told = _told(row, f"{_said(now[name])} → {_said(new)}")
        chunk.note(row, name, words.CHANGED, told, chunk.verb)
    return "changed"


def _create(row: Row, noun: Noun, values: Values, said: Texts, chunk: Chunk) -> str:
    """Make the record of a row; in a dry run, once for all rows that would mean it."""
    coming = coming_of(row)
    if chunk.run.dry_run and coming in chunk.coming:
        return "unchanged"
    obj = noun.create(noun.meant(values, None, chunk), chunk)
    if obj is None:
        return "unchanged"
    if texts := _new_texts(row, obj, said, keyed=False):
        _translate(row, noun, obj, texts, chunk)
    chunk.coming.add(coming)
    chunk.note(row, "", words.NEW, _told(row, values[noun.told_by[0]]), chunk.verb)
    return "created"


def _told_elsewhere(noun: Noun, said: Texts) -> Texts:
    """What the row says in other languages, of the texts that are translated."""
    languages = dict(settings.LANGUAGES)
    names = noun.model.TRANSLATED if issubclass(noun.model, Translatable) else ()
    return {
        code: {name: text for name, text in texts.items() if name in names}
        for code, texts in said.items()
        if code in languages and names
    }


def _new_texts(row: Row, obj: Any, said: Texts, *, keyed: bool) -> Texts:
    """Those of `said` that are not what the record says; without a key nothing is emptied."""
    new: dict[str, dict[str, Any]] = {}
    for code, texts in said.items():
        known = obj.translations.get(code, {})
        for name, text in texts.items():
            now = known[name]["text"] if name in known else ""
            if (text or keyed) and not reads_alike(row.kind, name, text, now):
                new.setdefault(code, {})[name] = text
    return new


def _translate(row: Row, noun: Noun, obj: Any, texts: Texts, chunk: Chunk) -> None:
    """Say a record in other languages, as whoever may do so on its page."""
    require(chunk.actor, noun.translate, obj)
    translate(obj, texts, actor=chunk.actor)
    for code, said in texts.items():
        for name, text in said.items():
            chunk.note(row, f"{name}_{code}", words.CHANGED, _said(text), chunk.verb)


def coming_of(row: Row) -> int:
    """What stands for the record that a row would create: the same for all rows that mean it."""
    told = NOUNS[row.kind].told_by if row.kind in NOUNS else ()
    return coming_key(f"listed.{row.kind}", "\n".join(str(row.values.get(name)).casefold() for name in told))


def _known(noun: Noun, key: str, chunk: Chunk) -> Any:
    """The record that goes by this reference or id. Raises: Rejected."""
    # An id as a spreadsheet writes it.
    key = key.removesuffix(".0")
    possible = noun.key != "pk" or (key.isdecimal() and len(key) < 19)
    seen = noun.model.objects.visible_to(chunk.actor)  # type: ignore[attr-defined]
    obj = seen.filter(**{noun.key: key}).first() if possible else None
    if obj is None:
        raise Rejected("", words.NOT_FOUND, key)
    return obj


def _alike(row: Row, noun: Noun, values: Values, chunk: Chunk) -> Any:
    """The record that a row without a key is about; None when it is a new one. Raises: Rejected."""
    seen = noun.model.objects.visible_to(chunk.actor)  # type: ignore[attr-defined]
    alike = list(seen.filter(pk__in=[one.pk for one in noun.alike(values, chunk)])[:2])
    if len(alike) > 1:
        raise Rejected("", words.SEVERAL, _told(row, values[noun.told_by[0]]))
    return alike[0] if alike else None


def _says_more(row: Row, name: str, value: Any, now: Any) -> bool:
    """Whether the cell says something else than the record does now."""
    if value == now or isinstance(value, models.Model) or isinstance(now, models.Model):
        return bool(value != now)
    return not reads_alike(row.kind, name, value, now)


def _stands(obj: Any, name: str, meant: Any) -> bool:
    """Whether a link leads there already."""
    return isinstance(meant, models.Model) and getattr(obj, name) == meant


def _told(row: Row, value: Any) -> Any:
    """What the report says of a value: which record it is, but nothing in the words of a list that is not for all who read it."""
    return "" if KINDS[row.kind].personal and not isinstance(value, models.Model) else value


def _said(value: Any) -> str:
    if value in EMPTY:
        return "–"
    if isinstance(value, list):
        return "; ".join(as_line(item) if isinstance(item, tuple) else str(item) for item in value)
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
