"""Import files that CORDIS, IPS-X or Decidim publish, and print what came of it."""

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from cic.core.errors import DomainError
from partners.models import Centre
from pilots.calculations.readers import PUBLISHERS, READERS
from pilots.models import ImportRun, ImportState
from pilots.operations.imports import resume_import, run_import, start_import
from pilots.operations.imports.files import checksum_of


class Command(BaseCommand):
    """Safe to run twice: nothing is new the second time. Killed half-way, it goes on where it was."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Publisher, files, and into which centre."""
        parser.add_argument("publisher", choices=sorted(PUBLISHERS))
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument(
            "--centre", default="", help="reference or id of the centre; the only one by default"
        )
        parser.add_argument("--source", default="", help="name of the source if not the publisher's own")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the import, or go on with the one that was interrupted, as the system."""
        centre = self._centre(options["centre"])
        with ExitStack() as stack:
            try:
                files = [(path.name, File(stack.enter_context(path.open("rb")))) for path in options["files"]]
            except OSError as error:
                raise CommandError(str(error)) from error
            origin = options["source"] or READERS[options["publisher"]].source
            try:
                run = self._interrupted(files, centre, origin, options) or start_import(
                    actor=None,
                    centre=centre,
                    files=files,
                    kind=options["publisher"],
                    origin=origin,
                    dry_run=options["dry_run"],
                    in_background=False,
                )
            except DomainError as error:
                raise CommandError(error.detail) from error
        run = run_import(run.pk)
        self._tell(run)
        if run.state != ImportState.DONE:
            raise CommandError(f"Import {run.pk} is {run.state}. {run.error}".strip())

    def _centre(self, name: str) -> Centre:
        if name:
            centre = (
                Centre.objects.filter(pk=int(name))
                if name.isdigit()
                else Centre.objects.filter(reference=name)
            )
            found = list(centre)
        else:
            found = list(Centre.objects.all()[:2])
        if len(found) != 1:
            raise CommandError(
                "There is no such centre." if name else "Say which centre: --centre REFERENCE."
            )
        return found[0]

    def _interrupted(
        self, files: list[tuple[str, File]], centre: Centre, origin: str, options: dict[str, Any]
    ) -> ImportRun | None:
        """The last import of these very files, if it did not come to its end."""
        run = (
            ImportRun.objects.filter(
                kind=options["publisher"],
                centre=centre,
                origin=origin,
                dry_run=options["dry_run"],
                checksum=checksum_of([content for _name, content in files]),
            )
            .order_by("-pk")
            .first()
        )
        if run is None or run.state in (ImportState.DONE, ImportState.CANCELLED):
            return None
        self.stdout.write(f"Import {run.pk} goes on after row {run.done}.")
        return resume_import(run, actor=None) if run.state == ImportState.FAILED else run

    def _tell(self, run: ImportRun) -> None:
        self.stdout.write(f"Import {run.pk}{' (dry run)' if run.dry_run else ''}: {run.done} rows read.")
        for noun, by in sorted(run.counts.items()):
            said = ", ".join(f"{number} {what}" for what, number in sorted(by.items()))
            self.stdout.write(f"  {noun}: {said}")
        for name, value in sorted(run.sums.items()):
            self.stdout.write(f"  sum of {name}: {value}")
        self.stdout.write(f"  remarks: {run.notes.count()}")
