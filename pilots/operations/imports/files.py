"""Where are the files of an import kept, and how are they read wherever that is?"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from cic.core.errors import NotAllowed
from cic.core.operations import operation
from pilots.models import ImportFile, ImportRun

BLOCK = 1 << 20
KEPT = timedelta(days=1)


def checksum_of(files: Sequence[Any]) -> str:
    """SHA-256 over the files, whatever their order."""
    digests = []
    for each in files:
        digest = hashlib.sha256()
        each.seek(0)
        while block := each.read(BLOCK):
            digest.update(block)
        each.seek(0)
        digests.append(digest.hexdigest())
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()


def keep(run: ImportRun, name: str, content: Any) -> ImportFile:
    """Store one file of `run` under a name nobody can guess; its own name is only shown."""
    content.seek(0)
    row = ImportFile(run=run, name=name[:150], size_bytes=content.size)
    row.file.save(f"{run.checksum[:16]}-{run.pk}", File(content), save=False)
    try:
        row.save(force_insert=True)
    except Exception:
        row.file.storage.delete(row.file.name)
        raise
    return row


@operation
def forget_files(*, actor: Any = None, now: datetime | None = None) -> int:
    """Remove the files of lists that were dealt with a day ago; their names stay. Returns how many.

    Such a table may hold the addresses of people, and whoever leaves would not be found in it.
    """
    if actor is not None:
        raise NotAllowed()
    over = ImportFile.objects.of_lists_over((now or timezone.now()) - KEPT).order_by("pk")
    rows = list(over.select_for_update(of=("self",)))
    for row in rows:
        stored, storage = row.file.name, row.file.storage
        row.file = ""
        row.save(update_fields=["file"])
        # A dry run and what was then imported for real have one file.
        if not ImportFile.objects.filter(file=stored).exists():
            transaction.on_commit(lambda stored=stored, storage=storage: storage.delete(stored))  # type: ignore[misc]
    return len(rows)


@contextmanager
def on_disk(run: ImportRun) -> Iterator[list[Path]]:
    """Paths of the run's files: where they lie, or copies when they lie on another machine."""
    with ExitStack() as stack:
        paths = []
        for row in run.files.order_by("pk"):
            try:
                paths.append(Path(row.file.path))
            except NotImplementedError:  # an object store has no paths
                copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="import-"))
                with row.file.open("rb") as stored:
                    for block in stored.chunks(BLOCK):
                        copy.write(block)
                copy.flush()
                paths.append(Path(copy.name))
        yield paths


@contextmanager
def uploaded(files: Sequence[tuple[str, Any]]) -> Iterator[list[Path]]:
    """Paths of files that have just come in and are not kept yet; their names tell nothing."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        paths = []
        for place, (name, content) in enumerate(files):
            # A message may name the file, so the copy keeps a harmless form of its name.
            shown = (
                "".join(letter for letter in Path(name).name if letter.isalnum() or letter in "-_.") or "file"
            )
            path = Path(folder) / str(place) / shown[:100]
            path.parent.mkdir()
            content.seek(0)
            with path.open("wb") as copy:
                while block := content.read(BLOCK):
                    copy.write(block)
            content.seek(0)
            paths.append(path)
        yield paths
