"""Which work was given up, and what if it were tried again?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cic.core.background import release
from cic.core.models import Job


class Command(BaseCommand):
    """Lists the jobs that were given up; `--release` has them tried again."""

    help = "List the jobs that were given up, with their errors; --release has them tried again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to release, and whether for real."""
        parser.add_argument("--release", nargs="+", metavar="ID", help="numbers of jobs, or “all”")
        parser.add_argument("--note", default="", help="why; kept in the audit log")
        parser.add_argument("--dry-run", action="store_true", help="say what would be released")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the list, or release and print how many."""
        parked = Job.objects.parked()
        if not options["release"]:
            for job in parked:
                self.stdout.write(
                    f"{job.pk}\t{job.status}\t{job.parked_at:%Y-%m-%d %H:%M}Z\t{job}\t{job.error}"
                )
            self.stdout.write(f"{len(parked)} given up.")
            return
        if options["release"] != ["all"]:
            if not all(number.isdecimal() for number in options["release"]):
                raise CommandError("--release takes numbers, or “all”.")
            parked = parked.filter(pk__in=options["release"])
        jobs = list(parked)
        if not options["dry_run"]:
            for job in jobs:
                release(job, actor=None, note=options["note"])
        self.stdout.write(f"{len(jobs)} {'would be ' if options['dry_run'] else ''}released.")
