"""Which needs take no more ideas because their last day has passed?"""

from celery import shared_task

from pilots.operations.challenges import close_over_challenges


@shared_task(name="pilots.close_over_challenges")
def close_over() -> None:
    """Close them."""
    close_over_challenges()
