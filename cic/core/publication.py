"""Who outside may see a record, and which two people said so?"""

from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .choices import Publication as P
from .models import Publishable, StageChange
from .operations import move, operation
from .permissions import Who
from .transitions import Blockers, Move, Table, no_blockers

FIELD = "publication"
_TABLES: dict[str, Table] = {}


def publication_table(label: str, *, prepares: Who, approves: Who, blockers: Blockers = no_blockers) -> Table:
    """The publication moves of one model (`label`, such as "pilots.trial").

    Whoever asked for publication does not grant it: a second person does.
    """

    def second_person(user: Any, obj: Any) -> bool:
        return approves(user, obj) and asked_by(obj) != user.pk

    def either(user: Any, obj: Any) -> bool:
        return prepares(user, obj) or approves(user, obj)

    table = Table(
        noun=label,
        field=FIELD,
        tones={
            P.IN_REVIEW: "progress",
            P.SCHEDULED: "progress",
            P.PUBLIC: "good",
            P.CORRECTED: "good",
            P.WITHDRAWN: "stop",
        },
        moves=[
            Move("ask_publication", (P.INTERNAL, P.WITHDRAWN), P.IN_REVIEW, prepares, label=_("Ask for publication"), blockers=blockers),
            Move("return_publication", (P.IN_REVIEW, P.SCHEDULED), P.INTERNAL, either, label=_("Take back from publication"), note_required=True),
            Move("publish", (P.IN_REVIEW,), P.PUBLIC, second_person, label=_("Publish"), blockers=blockers, style="primary"),
            Move("schedule_publication", (P.IN_REVIEW,), P.SCHEDULED, second_person, needs=("public_from",), label=_("Publish later"), blockers=blockers),
            Move("publish_due", (P.SCHEDULED,), P.PUBLIC, nobody),
            Move("correct_publication", (P.PUBLIC, P.CORRECTED), P.CORRECTED, approves, label=_("Mark as corrected"), note_required=True),
            Move("withdraw_publication", (P.PUBLIC, P.CORRECTED), P.WITHDRAWN, approves, label=_("Withdraw from the public"), note_required=True, style="warn"),
        ],
    )  # fmt: skip
    _TABLES[label] = table
    return table


def nobody(user: Any, obj: Any) -> bool:
    """A move that only the clock makes."""
    return False


def asked_by(obj: Publishable) -> int | None:
    """Id of whoever last asked to publish `obj`; None when nobody did."""
    asked = StageChange.objects.about(obj).filter(field=FIELD, move="ask_publication")
    return asked.order_by("-pk").values_list("actor_id", flat=True).first()


@operation
def publish_due() -> int:
    """Publish what was scheduled for a moment that has come; the number of records published."""
    count = 0
    for label, table in _TABLES.items():
        model = apps.get_model(label)
        due = model._base_manager.filter(publication=P.SCHEDULED, public_from__lte=timezone.now())
        for obj in due.order_by("pk"):
            move(obj, table, "publish_due", actor=None)
            count += 1
    return count
