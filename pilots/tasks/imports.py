"""Which import goes on in the background?"""

from celery import shared_task

from pilots.operations import imports
from pilots.operations.imports.runs import SLICE_SECONDS


@shared_task(name="pilots.run_import")
def run_import(*, run_id: int) -> None:
    """Import for a while from the cursor on; what is left is asked for as another job."""
    imports.run_import(run_id, slice_seconds=SLICE_SECONDS)
