"""What do the rows of a stretch ask for, and what is there to report of them?"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pilots.calculations.readers import Action, Row
from pilots.calculations.readers.cells import written_out
from pilots.models import ImportNote, ImportRun

from . import words


@dataclass(slots=True)
class Wanted:
    """What a row asks of one record: `values` follow the source, `initial` are given at birth only.

    `stage` is the state the source speaks of now; a record goes there only from the states in `stage_from`.
    `barred` says why it begins no new record.
    """

    row: Row
    values: dict[str, Any]
    initial: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    stage: Any = ""
    stage_from: tuple[Any, ...] = ()
    barred: str = ""

    @property
    def key(self) -> str:
        return self.external_id or self.row.external_id


@dataclass(slots=True)
class Chunk:
    """A stretch of rows under way: whose, for what, and what there is to report.

    `coming` remembers what this import has created, or in a dry run would have.
    """

    run: ImportRun
    coming: set[int]
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[ImportNote] = field(default_factory=list)

    @property
    def actor(self) -> Any:
        return self.run.actor

    @property
    def source(self) -> str:
        return self.run.origin

    def count(self, noun: str, what: str) -> None:
        """Count one record of `noun` as created, changed, unchanged or rejected."""
        self.tally[noun, what] += 1

    def note(self, row: Row, name: str, problem: str, value: object, action: str) -> None:
        """Add a line to the report."""
        self.notes.append(
            ImportNote(
                run=self.run,
                row=row.number,
                kind=str(row.kind),
                external_id=written_out(row.external_id)[:120],
                field=written_out(name)[:60],
                problem=str(problem),
                value=written_out(str(value))[:500],
                action=str(action),
            )
        )

    def reject(self, row: Row, name: str, problem: str, value: object) -> None:
        """Report that `row` was not imported."""
        self.note(row, name, problem, value, Action.REJECTED)
        self.count(str(row.kind), "rejected")

    @property
    def bars_ideas(self) -> str:
        """Why no idea begins in the centre of this import, if none may."""
        return "" if self.run.centre.takes_ideas else words.TAKES_NO_IDEAS

    @property
    def verb(self) -> str:
        """What is done about a change: it is written, or would be."""
        return words.WOULD_WRITE if self.run.dry_run else words.WRITTEN


def coming_key(label: str, external_id: str) -> int:
    """A small stand-in for a record that a dry run would create."""
    return hash((label, external_id))
