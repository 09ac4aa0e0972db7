"""How are the records of each list known, made and changed, and to what do their cells point?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst

from cic.core.cells import Gathered
from cic.core.hours import instant_in
from partners.choices import UserKind
from partners.models import User
from partners.models.users import check_zone, fold_address
from pilots.calculations.readers import Problem
from pilots.calculations.readers.layouts import Layout, register_layout

from . import words
from .wanted import Chunk

Values = dict[str, Any]


class Rejected(Exception):
    """Why a row is not imported: field, problem, value."""


def _as_read(value: Any, obj: Any, chunk: Chunk) -> Any:
    return value


@dataclass(frozen=True)
class Cell:
    """A column that is no field of its record.

    `shown`: what the table shows there of a record, by its column, to who reads. `meant`: what a cell that says something
    else means to the operation, of a record or of a new one; it raises Rejected.
    """

    shown: Callable[[Any, str, Any], Any]
    meant: Callable[[Any, Any, Chunk], Any] = _as_read


def gathered(column: Gathered, meant: Callable[[Any, Any, Chunk], Any]) -> Cell:
    """The cell of a column that holds rows of another table."""
    return Cell(lambda obj, _name, reader: column.about(obj, reader), meant)


def pointing(column: Gathered, among: Callable[[Any, Chunk], Any] | None = None) -> Cell:
    """The cell of a column that says what its record points to: one of `among`, or any that the actor may see.

    What stands there already stays meant, however many others go by the same name.
    """
    link, key = column.link, column.key

    def meant(value: Any, obj: Any, chunk: Chunk) -> Any:
        rows = among(obj, chunk) if among else link.related_model.objects.visible_to(chunk.actor)
        known = _seen_there(column, obj, chunk) if obj else []
        found = [_one(rows, link.name, key, said, known) for said in _several(value)]
        return found if link.many_to_many else next(iter(found), None)

    return gathered(column, meant)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _seen_there(column: Gathered, obj: Any, chunk: Chunk) -> list[Any]:
    """To what `obj` points, as far as the actor sees it."""
    held = getattr(obj, column.link.name)
    held = list(held.all()) if column.link.many_to_many else [held] if held else []
    shown = _several(column.about(obj, chunk.actor))
    return [each for each in held if getattr(each, column.key) in shown]


def person(column: Gathered) -> Cell:
    """The cell of a column that names somebody; they may be written by their address too, which no report repeats."""
    by_name = pointing(column, lambda _obj, chunk: _people(chunk))

    def meant(value: str, obj: Any, chunk: Chunk) -> Any:
        if "@" not in value:
            return by_name.meant(value, obj, chunk)
        found = _people(chunk).filter(email=fold_address(value)).first()
        if found is None:
            raise Rejected(column.link.name, words.NOT_FOUND, "")
        return found

    return Cell(by_name.shown, meant)


def _people(chunk: Chunk) -> Any:
    return User.objects.visible_to(chunk.actor).filter(is_active=True, kind=UserKind.PERSON)


@dataclass(frozen=True)
class Noun:
    """How records of one kind are known, made and changed.

    `alike`: those a row without a key may mean. `told_by`: the cells that two rows for the same record have in common;
    the first is what the report calls it. `create` returns None where there was nothing left to make. `asks_once`: a row without a key has nothing to say to a record that is there.
    `translate`: the permission to say it in other languages. `points`, `named`: what its cells point to, by reference and by
    name. `cells`, `families`: columns that are no fields, the latter by how they begin.
    """

    model: type[models.Model]
    key: str
    told_by: tuple[str, ...]
    alike: Callable[[Mapping[str, Any], Chunk], Any]
    create: Callable[[Values, Chunk], Any]
    edit: Callable[..., Any]
    asks_once: bool = False
    translate: str = ""
    points: Mapping[str, type[models.Model]] = field(default_factory=dict)
    named: Mapping[str, type[models.Model]] = field(default_factory=dict)
    cells: Mapping[str, Cell] = field(default_factory=dict)
    families: Mapping[str, Cell] = field(default_factory=dict)

    def cell_of(self, column: str) -> Cell | None:
        """The cell behind a column; None for a field."""
        if column in self.cells:
            return self.cells[column]
        return next((cell for begin, cell in self.families.items() if column.startswith(begin)), None)

    def now(self, obj: Any, column: str, reader: Any) -> Any:
        """What a column says of a record as it is."""
        cell = self.cell_of(column)
        return cell.shown(obj, column, reader) if cell else getattr(obj, column)

    def meant(self, values: Mapping[str, Any], obj: Any, chunk: Chunk) -> Values:
        """What `values` mean to the operation. Raises: Rejected."""
        cells = {name: self.cell_of(name) for name in values}
        return {
            name: cell.meant(value, obj, chunk) if (cell := cells[name]) else value
            for name, value in values.items()
        }


NOUNS: dict[str, Noun] = {}


def register_noun(kind: str, noun: Noun) -> None:
    """Let rows of this kind be written."""
    NOUNS[kind] = noun
    words.NOUNS.setdefault(kind, capfirst(noun.model._meta.verbose_name))


def register_list(layout: Layout, noun: Noun) -> None:
    """Let a list of another room come back: how it is read, and how its rows are written."""
    register_layout(layout)
    register_noun(layout.kind, noun)


HOURS = ("starts_at", "ends_at")


def linked(noun: Noun, values: Values, obj: Any, actor: Any) -> Values:
    """The values with records in the place of the names they go by, and hours as instants. Raises: Rejected."""
    for name, model in noun.points.items():
        if name in values:
            values[name] = _pointed_to(model, name, values[name], actor)
    for name, model in noun.named.items():
        if name in values:
            now = getattr(obj, name, None)
            values[name] = one_named(model, name, values[name], actor, known=[now] if now else [])
    if any(isinstance(values.get(name), datetime) for name in HOURS):
        _give_hours(values, obj)
    return values


def _pointed_to(model: Any, name: str, reference: str, actor: Any) -> Any:
    if not reference:
        return None
    found = model.objects.visible_to(actor).filter(reference=reference).first()
    if found is None:
        raise Rejected(name, words.NOT_FOUND, reference)
    return found


def one_named(model: Any, field: str, name: str, actor: Any, *, known: Any = ()) -> Any:
    """The one record that goes by `name`: one of the `known`, those that stand there already, or any that `actor` may see."""
    return _one(model.objects.visible_to(actor), field, "name", name, known) if name else None


def _one(rows: Any, field: str, key: str, said: str, known: Any) -> Any:
    for each in known:
        if getattr(each, key) == said:
            return each
    found = list(rows.filter(**{key: said})[:2])
    if len(found) != 1:
        raise Rejected(field, words.SEVERAL if found else words.NOT_FOUND, said)
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


def within_centre(model: Any, *names: str, **fixed: Any) -> Callable[[Mapping[str, Any], Chunk], Any]:
    """Those of the import's centre that have the same `names`, as far as the row says them."""

    def alike(values: Mapping[str, Any], chunk: Chunk) -> Any:
        told = {name: values[name] for name in names if values.get(name)}
        return model.objects.filter(centre=chunk.run.centre_id, **told, **fixed)

    return alike


def in_centre(create: Callable[..., Any]) -> Callable[[Values, Chunk], Any]:
    """Make it as its form does, in the centre of the import."""
    return lambda values, chunk: create({**values, "centre": chunk.run.centre}, actor=chunk.actor)
