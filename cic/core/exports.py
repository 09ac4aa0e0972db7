"""How does a list leave as a table? Streamed when it is short, written in the background when it is long."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import xlsxwriter
from celery import shared_task
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .background import Refused, enqueue
from .cells import LONGEST_CELL, Gathered, in_csv, plain
from .errors import DomainError
from .models import Export, ExportFormat
from .operations import operation, record

# More rows are written in the background.
MOST_AT_ONCE = 5000
CHUNK = 2000
KEPT = timedelta(hours=24)
MOST_WAITING = 5
BOM = "\ufeff"
# Beyond this Excel takes a file for damaged.
MOST_ROWS = 1_048_575

Rows = Iterable[Sequence[Any]]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(headings: Sequence[str], rows: Rows, *, bom: bool) -> Iterator[str]:
    """The lines of a CSV, one at a time."""
    writer = csv.writer(_Echo())
    yield (BOM if bom else "") + writer.writerow(headings)
    for row in rows:
        yield writer.writerow([in_csv(value) for value in row])


def write_xlsx(file: IO[bytes], headings: Sequence[str], rows: Rows) -> None:
    """One sheet, row by row: texts are texts whatever they begin with, nothing becomes a formula or a link."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                raise Refused(f"A sheet holds {MOST_ROWS} rows at most.")
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, plain(value), day)


def _write_cell(sheet: Any, number: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(number, column, value[:LONGEST_CELL])
    elif isinstance(value, date):
        # Excel counts its days from 1900.
        if value.year > 1900:
            sheet.write_datetime(number, column, value, day)
        else:
            sheet.write_string(number, column, value.isoformat())
    elif isinstance(value, Decimal) and len(value.as_tuple().digits) > 15:
        # More digits than a number of Excel keeps.
        sheet.write_string(number, column, str(value))
    else:
        sheet.write_number(number, column, value)


def write_table(file: IO[bytes], kind: str, headings: Sequence[str], rows: Rows) -> None:
    """The whole table into an open file."""
    if kind == ExportFormat.XLSX:
        write_xlsx(file, headings, rows)
        return
    for line in csv_lines(headings, rows, bom=kind == ExportFormat.CSV):
        file.write(line.encode())


def told(rows: Any, columns: Sequence[Any], reader: Any) -> Rows:
    """The values of `rows` by column, read as they are needed; what is gathered from other tables, once for each stretch."""
    gathered = {place: column for place, column in enumerate(columns) if isinstance(column, Gathered)}
    paths = ["pk" if place in gathered else column for place, column in enumerate(columns)]
    values = rows.values_list(*paths).iterator(chunk_size=CHUNK)
    return _with_gathered(values, gathered, reader) if gathered else values


def _with_gathered(values: Iterator[Any], gathered: dict[int, Gathered], reader: Any) -> Rows:
    """`values` with what belongs to a row in the place of its id."""
    first = next(iter(gathered))
    while stretch := list(islice(values, CHUNK)):
        ids = [row[first] for row in stretch]
        cells = {place: column.of(ids, reader) for place, column in gathered.items()}
        for row in stretch:
            yield [
                cells[place].get(row[first], "") if place in cells else value
                for place, value in enumerate(row)
            ]


def listed(path: str, query: str, user: Any) -> Any:
    """The list page at this address as `user` may see it, narrowed by `query`.

    Raises: DomainError "invalid" when there is no list that leaves as a table.
    """
    from .views import ListPage

    try:
        match = resolve(path)
    except Resolver404 as error:
        raise DomainError("invalid", _("There is no such list.")) from error
    page_class = getattr(match.func, "view_class", None)
    if page_class is None or not issubclass(page_class, ListPage):
        raise DomainError("invalid", _("There is no such list."))
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(query)
    request.user = user
    page = page_class()
    page.setup(request, *match.args, **match.kwargs)
    try:
        page.narrow()
    except (PermissionDenied, Http404) as error:
        raise DomainError("invalid", _("There is no such list.")) from error
    return page


@operation
def ask_export(path: str, query: str, kind: str, *, actor: Any) -> Export:
    """Have a list written to a file that `actor` alone may fetch.

    Raises: DomainError "invalid" for an address that is no list of theirs, or no format.
    """
    page = listed(path, query, actor)
    if Export.objects.visible_to(actor).waiting().count() >= MOST_WAITING:
        raise DomainError("limit", _("Wait until the files you asked for are written."))
    export = Export(
        owner=actor,
        title=str(page.page_title)[:200],
        path=path[:300],
        query=query,
        format=kind,
        language=translation.get_language() or "",
        total=page.found.count(),
    )
    record(export, actor=actor, action="ask")
    enqueue("core.write_export", key=f"export:{export.pk}", export_id=str(export.pk))
    return export


@shared_task(name="core.write_export")
def write_export(*, export_id: str) -> None:
    """Write the file of one export, with what its owner may see now. Done twice, it is written once."""
    export = Export.objects.select_related("owner").filter(pk=export_id).first()
    if export is None or export.finished_at is not None:
        return
    if not export.owner.is_active:
        raise Refused("Whoever asked for it may no longer sign in.")
    with translation.override(export.language), tempfile.TemporaryFile() as file:
        try:
            page = listed(export.path, export.query, export.owner)
        except DomainError as error:
            raise Refused(error.detail) from error
        headings, rows = page.table_of_all()
        write_table(file, export.format, headings, _counted(rows, lambda done: note_progress(export, done)))
        finish_export(export, file)


def _counted(rows: Rows, tell: Callable[[int], None]) -> Iterator[Sequence[Any]]:
    done = 0
    for row in rows:
        yield row
        done += 1
        if done % CHUNK == 0:
            tell(done)
    tell(done)


@operation
def note_progress(export: Export, done: int) -> None:
    """Remember how far it is."""
    export.done = done
    Export.objects.filter(pk=export.pk).update(done=done)


@operation
def finish_export(export: Export, file: IO[bytes]) -> None:
    """Keep the file, for a day."""
    file.seek(0)
    export.file.save(f"{export.pk}.{ExportFormat(export.format).extension}", File(file), save=False)
    export.finished_at = timezone.now()
    export.expires_at = export.finished_at + KEPT
    export.total = export.done
    export.save()


@operation
def forget_exports() -> int:
    """Remove the files whose time has run out. Returns how many."""
    over = list(Export.objects.over())
    for export in over:
        stored, storage = export.file.name, export.file.storage
        export.delete()
        if stored:
            transaction.on_commit(lambda stored=stored, storage=storage: storage.delete(stored))  # type: ignore[misc]
    return len(over)
