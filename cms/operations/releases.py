"""How do the files of open data come to be, and how do they follow what is public?"""

import hashlib
import itertools
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone, translation

from cic.core.operations import operation
from cms.facts.datasets import DATASETS, Column, Dataset
from cms.facts.tables import BATCH, TABLES, plain
from cms.frame import Frame
from cms.models import Release

FOLDER = "open-data"


def mark_of(dataset: Dataset) -> str:
    """What the rows of a table depend on, as one short text: it changes whenever they do."""
    parts: list[Any] = [
        [column.name for column in dataset.columns()],
        # Words such as “starts soon” depend on the day, addresses on the host and on which pages are open.
        timezone.localdate().isoformat(),
        settings.BASE_URL,
        [(node.url, node.closed) for node in Frame.load(settings.LANGUAGE_CODE).nodes],
    ]
    for watched in dataset.watched():
        if isinstance(watched, list):
            parts.append(watched)
            continue
        names = {row.name for row in watched.model._meta.concrete_fields}
        wanted = {"count": Count("pk"), "last": Max("pk")}
        if {"updated_at", "version"} <= names:
            wanted |= {"at": Max("updated_at"), "versions": Sum("version"), "keys": Sum("pk")}
        parts.append(sorted(watched.order_by().aggregate(**wanted).items()))
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def refresh() -> list[str]:
    """Look at every table and write the files of those that changed; their keys.

    Files are written outside of any transaction: a long table holds up nobody.
    """
    written = []
    for dataset in DATASETS.values():
        start = timezone.now()
        mark = mark_of(dataset)
        known = Release.objects.filter(dataset=dataset.key).first()
        if known is not None and known.mark == mark:
            note_look(known, start, actor=None)
        else:
            write(dataset, mark, start)
            written.append(dataset.key)
    return written


def write(dataset: Dataset, mark: str, start: datetime) -> None:
    """Write the three files of a table, then put them in the place of those before."""
    columns = list(dataset.columns())
    span = _Span([column.name in dataset.period for column in columns])
    with ExitStack() as stack, translation.override(settings.LANGUAGE_CODE):
        files = {name: stack.enter_context(tempfile.TemporaryFile()) for name in dataset.formats}
        rows = dataset.rows(Frame.load(settings.LANGUAGE_CODE))
        _fill(files, columns, span.watch(rows))
        kept = {}
        for name, file in files.items():
            size, checksum, sha1 = file.tell(), _checksum(file, "sha256"), _checksum(file, "sha1")
            stored = default_storage.save(f"{FOLDER}/{dataset.key}-{checksum[:16]}.{name}", File(file))
            kept[name] = {"name": stored, "size": size, "sha256": checksum, "sha1": sha1}
    new = Release(
        dataset=dataset.key, mark=mark, rows=span.count, covers_from=span.first, covers_to=span.last,
        files=kept, first_at=start, changed_at=start, checked_at=start,
    )  # fmt: skip
    put_in_place(new, actor=None)


def _fill(files: dict[str, Any], columns: Sequence[Column], rows: Iterator[Sequence[Any]]) -> None:
    with ExitStack() as closing:
        tables = [TABLES[name](file, columns) for name, file in files.items()]
        for table in tables:
            closing.callback(table.close)
        while batch := [[plain(value) for value in row] for row in itertools.islice(rows, BATCH)]:
            for table in tables:
                table.add(batch)
    for file in files.values():
        file.seek(0, 2)


def _checksum(file: Any, kind: str) -> str:
    file.seek(0)
    digest = hashlib.file_digest(file, kind).hexdigest()
    file.seek(0)
    return digest


class _Span:
    """How many rows there are, and the first and last day they tell of."""

    def __init__(self, dated: list[bool]) -> None:
        self.dated, self.count = dated, 0
        self.first: date | None = None
        self.last: date | None = None

    def watch(self, rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The rows, as they are counted."""
        for row in rows:
            self.count += 1
            for value in itertools.compress(row, self.dated):
                if value:
                    day = timezone.localdate(value) if isinstance(value, datetime) else value
                    self.first, self.last = min(self.first or day, day), max(self.last or day, day)
            yield row


@operation
def note_look(release: Release, at: datetime, *, actor: Any) -> None:
    """Remember that the files still hold what is public."""
    Release.objects.filter(pk=release.pk, checked_at__lt=at).update(checked_at=at)


@operation
def put_in_place(new: Release, *, actor: Any) -> None:
    """Let the new files answer from now on, and remove those before. A newer look wins over an older one."""
    old = Release.objects.select_for_update().filter(dataset=new.dataset).first()
    if old is not None and old.checked_at > new.checked_at:
        gone = new.files
    else:
        gone = old.files if old else {}
        if old is not None:
            same = {row["sha256"] for row in old.files.values()} == {
                row["sha256"] for row in new.files.values()
            }
            new.pk, new.first_at = old.pk, old.first_at
            new.changed_at = old.changed_at if same else new.changed_at
        new.save()
    names = [row["name"] for row in gone.values()]
    transaction.on_commit(lambda: [default_storage.delete(name) for name in names])
