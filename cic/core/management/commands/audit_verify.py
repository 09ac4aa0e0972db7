"""Is the audit log whole? Walks the chain and names the first row that was altered or is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cic.core.auditing import first_damage


class Command(BaseCommand):
    """`manage.py audit_verify`: exit 0 and a count, or exit 1 and the place of the damage."""

    help = "Check the hash chain of the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute every hash, in order, with flat memory."""
        position, problem = first_damage()
        if problem:
            raise CommandError(problem)
        self.stdout.write(f"{position} rows, unbroken.")
