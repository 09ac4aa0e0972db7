"""How does an import begin, go on after an interruption, and end?"""

import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice, product
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import DataError, IntegrityError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cic.core.background import enqueue
from cic.core.errors import DomainError
from cic.core.operations import audit, operation, record
from cic.core.permissions import can, require
from partners.models import Centre
from pilots.calculations.readers import (
    READERS,
    Row,
    UnknownFormat,
    Unreadable,
    check,
    reader_for,
    records,
    row_count,
)
from pilots.choices import STARTED_STATES
from pilots.models import ImportFile, ImportKind, ImportRun, ImportState, Trial

from .chunks import Coming, take_chunk, take_singly
from .files import checksum_of, keep, on_disk, uploaded

CHUNK_ROWS = 500
SLICE_SECONDS = 60
MOST_FILES = 4
SUMMED = ("contribution_eur", "total_cost_eur", "budget_eur")

log = structlog.get_logger(__name__)


@operation
def start_import(
    *,
    actor: Any,
    centre: Centre,
    files: Sequence[tuple[str, Any]],
    kind: str = "",
    origin: str = "",
    dry_run: bool = False,
    in_background: bool = True,
) -> ImportRun:
    """Take in the files of one publisher and have them imported into `centre`.

    `files` are pairs of name and open file. Without `kind` the publisher is told from the columns.
    Raises: NotAllowed; DomainError "invalid" when the files cannot be read, with the missing columns.
    """
    require(actor, "pilots.start_import", centre)
    run = ImportRun(kind=kind, centre=centre, origin=origin, dry_run=dry_run)
    return _started(run, files, actor=actor, in_background=in_background)


@operation
def upload_measurements(
    *,
    actor: Any,
    trial: Trial,
    files: Sequence[tuple[str, Any]],
    submit: bool = False,
    dry_run: bool = False,
    in_background: bool = True,
) -> ImportRun:
    """Take in a table of measurements of `trial` and have them noted; with `submit`, sent in as well.

    Raises: NotAllowed; DomainError "wrong_state" before the trial has started, or "invalid".
    """
    require(actor, "pilots.work_on_trial", trial)
    if trial.state not in STARTED_STATES:
        raise DomainError("wrong_state", _("Nothing is measured before the trial has started."))
    run = ImportRun(
        kind=ImportKind.MEASUREMENTS, centre_id=trial.centre_id, trial=trial, submit=submit, dry_run=dry_run
    )
    return _started(run, files, actor=actor, in_background=in_background)


def _started(
    run: ImportRun, files: Sequence[tuple[str, Any]], *, actor: Any, in_background: bool
) -> ImportRun:
    """Check the files, keep them with `run`, and ask for the work."""
    if not files or len(files) > MOST_FILES:
        sentence = ngettext("Give one file.", "Give one to %(most)s files.", MOST_FILES) % {
            "most": MOST_FILES
        }
        raise DomainError("invalid", sentence, fields={"files": [sentence]})
    if in_background:  # a command reads what lies on the machine already
        _refuse_large(files)
    run.kind = _recognised(files, run.kind)
    if run.kind == ImportKind.MEASUREMENTS and run.trial is None:
        sentence = _("These are measurements. Upload them from the page of the trial's indicators.")
        raise DomainError("invalid", sentence, fields={"files": [sentence]})
    run.origin = run.origin or READERS[run.kind].source
    run.checksum = checksum_of([content for _name, content in files])
    run.actor = actor
    record(run, actor=actor)
    for name, content in files:
        keep(run, name, content)
    if in_background:
        enqueue("pilots.run_import", key=f"import:{run.pk}:0", run_id=run.pk)
    return run


def _refuse_large(files: Sequence[tuple[str, Any]]) -> None:
    for name, content in files:
        if content.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // 1024**2
            sentence = _("%(name)s is larger than %(limit)s MB.") % {"name": name, "limit": limit}
            raise DomainError("invalid", sentence, fields={"files": [sentence]})


def _recognised(files: Sequence[tuple[str, Any]], kind: str) -> str:
    """The publisher of the files. Raises: DomainError "invalid"."""
    try:
        with uploaded(files) as paths:
            if kind:
                check(paths, kind)
                return kind
            return reader_for(paths).key
    except UnknownFormat as error:
        sentence = _("No known format. The nearest is %(format)s; columns that are missing: %(columns)s.") % {
            "format": error.nearest,
            "columns": ", ".join(error.missing),
        }
        raise DomainError("invalid", sentence, fields={"files": [sentence]}) from error
    except Unreadable as error:
        sentence = _("This cannot be read: %(reason)s") % {"reason": error}
        raise DomainError("invalid", sentence, fields={"files": [sentence]}) from error


@operation
def repeat_import(run: ImportRun, *, actor: Any, dry_run: bool = False) -> ImportRun:
    """Import the same files once more: after a dry run, for real."""
    require(actor, "pilots.act_on_import", run)
    _require_files(run)
    again = ImportRun(
        kind=run.kind,
        centre=run.centre,
        trial=run.trial,
        submit=run.submit,
        origin=run.origin,
        dry_run=dry_run,
        checksum=run.checksum,
        actor=actor,
    )
    record(again, actor=actor)
    files = [
        ImportFile(run=again, name=row.name, file=row.file.name, size_bytes=row.size_bytes)
        for row in run.files.all()
    ]
    ImportFile.objects.bulk_create(files)
    enqueue("pilots.run_import", key=f"import:{again.pk}:0", run_id=again.pk)
    return again


def _require_files(run: ImportRun) -> None:
    """Raise DomainError "wrong_state" when the files of `run` are kept no longer."""
    if run.files.filter(file="").exists():
        raise DomainError(
            "wrong_state", _("The files of this import are kept no longer. Upload them once more.")
        )


@operation
def cancel_import(run: ImportRun, *, actor: Any) -> ImportRun:
    """Stop an import after the rows it is dealing with; what it has written stays."""
    require(actor, "pilots.act_on_import", run)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not run.is_open:
        raise DomainError("wrong_state", _("This import has ended."))
    _end(run, ImportState.CANCELLED)
    audit(run, "cancel", actor=actor, after={"done": run.done})
    return run


@operation
def resume_import(run: ImportRun, *, actor: Any) -> ImportRun:
    """Go on with an import that failed, from the row it had come to."""
    require(actor, "pilots.act_on_import", run)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != ImportState.FAILED:
        raise DomainError("wrong_state", _("Only an import that failed can go on."))
    _require_files(run)
    run.state, run.error, run.finished_at = ImportState.QUEUED, "", None
    run.version += 1
    run.save()
    audit(run, "resume", actor=actor, after={"done": run.done})
    enqueue("pilots.run_import", key=f"import:{run.pk}:{run.version}:{run.done}", run_id=run.pk)
    return run


def _end(run: ImportRun, state: Any, error: str = "") -> None:
    run.state, run.error, run.finished_at = state, error[:2000], timezone.now()
    run.version += 1
    run.save()


@operation
def _begin(run_id: int) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state == ImportState.QUEUED:
        run.state, run.started_at = ImportState.RUNNING, timezone.now()
        run.save()
    return run


@operation
def _measured(run_id: int, total: int, sums: dict[str, str]) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    run.total, run.sums = total, sums
    run.save()
    return run


@operation
def _finish(run_id: int, state: Any, error: str = "") -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.is_open:
        _end(run, state, error)
    return run


@operation
def _hand_on(run_id: int) -> ImportRun:
    """Leave the rest to another job, so that none runs for longer than a worker may."""
    run = ImportRun.objects.get(pk=run_id)
    enqueue("pilots.run_import", key=f"import:{run.pk}:{run.version}:{run.done}", run_id=run.pk)
    return run


def run_import(run_id: int, *, slice_seconds: float | None = None) -> ImportRun:
    """Import the rows of a run from its cursor on, a chunk per transaction.

    Reads the whole file once before it writes anything, so that a file that breaks off writes nothing.
    May be killed at any moment and called again; run twice at once, each chunk is still taken once.
    """
    run = _begin(run_id)
    if not run.is_open:
        return run
    if run.actor is not None and not can(run.actor, "pilots.act_on_import", run):
        return _finish(run_id, ImportState.FAILED, _("Whoever asked for this may not import here any more."))
    until = None if slice_seconds is None else time.monotonic() + slice_seconds
    try:
        with on_disk(run) as paths:
            if run.total is None:
                run = _measured(run_id, *measure(run.kind, paths))
            return _go_on(run, paths, until)
    except Unreadable as error:
        return _finish(run_id, ImportState.FAILED, str(error))
    except OperationalError:
        raise  # the database is busy or away: the job is tried again, and goes on from the cursor
    except Exception as error:
        log.exception("import_failed", run_id=run_id)
        _finish(run_id, ImportState.FAILED, f"{type(error).__name__}: {error}")
        raise


def measure(kind: str, paths: Sequence[Path]) -> tuple[int, dict[str, str]]:
    """How many rows there are, and what their amounts add up to, in euro to the cent."""
    total, sums = 0, dict.fromkeys(SUMMED, Decimal(0))
    met = set()
    for told in records(READERS[kind].read(paths)):
        total += row_count([told])
        for row, name in product(told, SUMMED):
            value = row.values.get(name)
            # A project's contribution is the sum of its participants': counted once, where it is paid.
            if value is not None and (name, str(row.kind)) != ("contribution_eur", "project"):
                sums[name] += value
                met.add(name)
    return total, {name: str(sums[name]) for name in SUMMED if name in met}


def _go_on(run: ImportRun, paths: Sequence[Path], until: float | None) -> ImportRun:
    found = records(READERS[run.kind].read(paths))
    coming = Coming()
    _pass_over(run, found, coming)
    while chunk := list(islice(found, CHUNK_ROWS)):
        run = _advance(run, chunk, coming)
        if not run.is_open or run.done != coming.cursor:
            return run  # cancelled, or another worker has taken over
        if until is not None and time.monotonic() > until:
            return _hand_on(run.pk)
    return _finish(run.pk, ImportState.DONE)


def _pass_over(run: ImportRun, found: Iterator[list[Row]], coming: Coming) -> None:
    """Come to the cursor; a dry run has to know again what it would have created."""
    for row in chain.from_iterable(islice(found, run.done)):
        coming.pass_over(run, row)
    coming.cursor = run.done


def _advance(run: ImportRun, chunk: list[list[Row]], coming: Coming) -> ImportRun:
    cursor = coming.cursor
    coming.cursor += row_count(chunk)
    for _attempt in range(2):
        try:
            return take_chunk(run.pk, chunk, cursor=cursor, coming=coming)
        except (IntegrityError, DataError):
            # Another import may have written the same records meanwhile: the second look sees them.
            continue
    return take_singly(run.pk, chunk, cursor=cursor, coming=coming)
