"""Is the audit log whole, and up to where was it when somebody last looked?"""

from .models import AuditCheck, AuditEntry, AuditHead
from .operations import operation


def first_damage() -> tuple[int, str]:
    """How many rows of the log hold together, and what is wrong with the next; empty when nothing is.

    Recomputes every hash, in order, with flat memory.
    """
    position, previous = 0, ""
    for entry in AuditEntry.objects.order_by("position").iterator(chunk_size=2000):
        if entry.position != position + 1:
            return position, f"Row {position + 1} is missing."
        if entry.previous_hash != previous or entry.hash != entry.digest():
            return position, f"Row {entry.position} ({entry.action} of {entry.object_label}) was altered."
        position, previous = entry.position, entry.hash
    head = AuditHead.objects.filter(pk=1).first()
    if (head.position, head.hash) != (position, previous) if head else position:
        return position, f"Rows after {position} are missing."
    return position, ""


@operation
def check_log() -> AuditCheck:
    """Walk the log and keep what was found."""
    # The head is held, so that nothing is added between the last row that is read and the head itself.
    list(AuditHead.objects.select_for_update().filter(pk=1))
    position, problem = first_damage()
    return AuditCheck.objects.create(position=position, problem=problem)
