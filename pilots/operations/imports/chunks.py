"""What does one stretch of rows do, cursor, counts and report included, in one transaction?"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError

from cic.core.errors import DomainError
from cic.core.operations import operation
from partners.models import Organisation
from pilots.calculations.readers import Kind, Row, row_count
from pilots.models import Idea, ImportKind, ImportNote, ImportRun, ImportState, Outcome, Trial, TrialPartner

from . import cordis, decidim, ipsx, listed, measured, words
from .wanted import Chunk, coming_key

APPLY: dict[Any, Callable[[Sequence[Row], Chunk], None]] = {
    ImportKind.CORDIS: cordis.apply,
    ImportKind.IPSX: ipsx.apply,
    ImportKind.DECIDIM: decidim.apply,
    ImportKind.MEASUREMENTS: measured.apply,
    ImportKind.LISTS: listed.apply,
}


@dataclass(slots=True)
class Coming:
    """What a run has read so far: its cursor, and the records that this run creates or would create."""

    cursor: int = 0
    records: set[int] = field(default_factory=set)

    def pass_over(self, run: ImportRun, row: Row) -> None:
        """Remember of a row dealt with before the interruption what it would have created."""
        if not run.dry_run:
            return
        if run.kind == ImportKind.LISTS:
            self.records.add(listed.coming_of(row))
            return
        for model, key in _records_of(row):
            self.records.add(coming_key(model._meta.label_lower, key))


def _records_of(row: Row) -> list[tuple[Any, str]]:
    """The records a row may create, with their external ids."""
    simple: dict[str, Any] = {
        Kind.PROJECT: Trial,
        Kind.ORGANISATION: Organisation,
        Kind.PARTICIPATION: TrialPartner,
        Kind.IDEA: Idea,
    }
    if row.kind in simple:
        return [(simple[row.kind], row.external_id)]
    if row.kind == Kind.CASE:
        lead = row.values["lead_name"]
        found: list[tuple[Any, str]] = [(Organisation, ipsx.lead_key(lead))] if lead else []
        stage = row.values["stage"]
        if stage == "idea_accepted":
            return [*found, (Idea, row.external_id)]
        if stage == "concept_running":
            return [*found, (Trial, f"{row.external_id}:poc")]
        return [*found, (Trial, f"{row.external_id}:pilot"), (Outcome, row.external_id)]
    return []


def _report(rows: Sequence[Row], chunk: Chunk) -> None:
    """What the reader had to say, and the rows it could not use."""
    for row in rows:
        for note in row.notes:
            chunk.note(row, note.field, note.problem, note.value, note.action)
        if row.kind == Kind.REJECTED:
            chunk.count(str(row.kind), "rejected")


def _save(run: ImportRun, chunks: Sequence[Chunk], rows_done: int) -> ImportRun:
    """Write report, counts and cursor in the transaction of the changes themselves."""
    ImportNote.objects.bulk_create([note for chunk in chunks for note in chunk.notes], batch_size=500)
    tally: Counter[tuple[str, str]] = Counter()
    for chunk in chunks:
        tally.update(chunk.tally)
    counts = {noun: dict(by) for noun, by in run.counts.items()}
    for (noun, what), number in tally.items():
        by = counts.setdefault(noun, {})
        by[what] = by.get(what, 0) + number
        name = f"{what}_count"
        setattr(run, name, getattr(run, name) + number)
    run.counts = counts
    run.done += rows_done
    run.save()
    return run


def _due(run_id: int, cursor: int) -> tuple[ImportRun, bool]:
    """The locked run, and whether the rows from `cursor` on are still to be done."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    return run, run.state == ImportState.RUNNING and run.done == cursor


@operation
def take_chunk(run_id: int, stretch: Sequence[Sequence[Row]], *, cursor: int, coming: Coming) -> ImportRun:
    """Import the records that begin at `cursor`, unless somebody did or the run was cancelled."""
    run, due = _due(run_id, cursor)
    if not due:
        return run
    chunk = Chunk(run, set(coming.records))
    rows = [row for record in stretch for row in record]
    _report(rows, chunk)
    APPLY[run.kind](rows, chunk)
    run = _save(run, [chunk], row_count(stretch))
    coming.records = chunk.coming
    return run


@operation
def take_singly(run_id: int, stretch: Sequence[Sequence[Row]], *, cursor: int, coming: Coming) -> ImportRun:
    """Import a stretch that the database refused as a whole: row by row, leaving out those at fault."""
    run, due = _due(run_id, cursor)
    if not due:
        return run
    chunks = []
    for row in (row for record in stretch for row in record):
        chunk = Chunk(run, coming.records)
        try:
            _take_one(row, chunk)
        except (IntegrityError, DataError, DomainError) as error:
            chunk = Chunk(run, coming.records)
            _report([row], chunk)
            chunk.reject(row, "", words.REFUSED, type(error).__name__)
        else:
            _report([row], chunk)
        chunks.append(chunk)
    return _save(run, chunks, row_count(stretch))


@operation
def _take_one(row: Row, chunk: Chunk) -> None:
    """One row in a transaction of its own within the chunk's."""
    APPLY[chunk.run.kind]([row], chunk)
