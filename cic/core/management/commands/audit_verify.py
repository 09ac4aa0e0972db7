"""Is the audit log whole? Walks the chain and names the first row that was altered or is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cic.core.models import AuditEntry, AuditHead


class Command(BaseCommand):
    """`manage.py audit_verify`: exit 0 and a count, or exit 1 and the place of the damage."""

    help = "Check the hash chain of the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute every hash, in order, with flat memory."""
        position, previous = 0, ""
        for entry in AuditEntry.objects.order_by("position").iterator(chunk_size=2000):
            position += 1
            if entry.position != position:
                raise CommandError(f"Row {position} is missing.")
            if entry.previous_hash != previous or entry.hash != entry.digest():
                raise CommandError(f"Row {position} ({entry.action} of {entry.object_label}) was altered.")
            previous = entry.hash
        head = AuditHead.objects.filter(pk=1).first()
        if (head.position, head.hash) != (position, previous) if head else position:
            raise CommandError(f"Rows after {position} are missing.")
        self.stdout.write(f"{position} rows, unbroken.")
