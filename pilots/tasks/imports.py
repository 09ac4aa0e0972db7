"""Which import goes on in the background, and which files are over?"""

from celery import shared_task

from pilots.operations import imports
from pilots.operations.imports.runs import SLICE_SECONDS


@shared_task(name="pilots.run_import")
def run_import(*, run_id: int) -> None:
    """Import for a while from the cursor on; what is left is asked for as another job."""
    imports.run_import(run_id, slice_seconds=SLICE_SECONDS)


@shared_task(name="pilots.forget_import_files")
def forget_import_files() -> None:
    """Remove the files of lists that were dealt with a day ago."""
    imports.forget_files()
