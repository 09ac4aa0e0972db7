"""Which requests for more information ran out, and which soon will?"""

from celery import shared_task

from cic.core.errors import DomainError
from pilots.models import InformationRequest
from pilots.operations.information_requests import lapse, remind_of_request


@shared_task(name="pilots.lapse_unanswered")
def lapse_unanswered() -> None:
    """Close the ideas whose requests are due and not answered, each in a transaction of its own."""
    for request in InformationRequest.objects.overdue().order_by("due_on", "pk"):
        try:
            lapse(request)
        except DomainError:  # answered, or withdrawn, since it was found
            continue


@shared_task(name="pilots.remind_authors")
def remind_authors() -> None:
    """Remind the authors of open requests: once a week before the last day, and once the day before."""
    for request in InformationRequest.objects.open().select_related("idea__author"):
        remind_of_request(request)
