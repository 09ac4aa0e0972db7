"""How many comments and questions wait for this person, who moderates?"""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    IntegerField,
    Max,
    Min,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cic.core.permissions import can
from community.choices import CommentState
from pilots.models.duties import register_counts
from pilots.models.work import COLUMNS

from .comments import Comment

# What is to be done, and the list that shows what it is done with.
KINDS = {
    "moderate_pending": (_("Wait to be read, the oldest since %(when)s"), "comment_list?state=pending"),
    "moderate_reported": (
        _("Reported by readers, the oldest written %(when)s"),
        "comment_list?state=reported",
    ),
}
STATES = {CommentState.PENDING: "moderate_pending", CommentState.REPORTED: "moderate_reported"}


def rows_for(user: Any) -> list[Any]:
    """Two rows at most, however many comments wait; none for who moderates nothing."""
    if not can(user, "community.open_queue"):
        return []
    kind = Case(
        *(When(state=state, then=Value(name)) for state, name in STATES.items()), output_field=CharField()
    )
    return [
        Comment.objects.moderated_by(user)
        .filter(state__in=STATES)
        .order_by()
        .values("state")
        .annotate(
            w_kind=kind,
            w_target=Value(0),
            w_reference=Value("", CharField()),
            w_title=Cast(Count("pk"), TextField()),
            w_day=Cast(TruncDate(Min("created_at")), DateField()),
            w_source=Max("pk"),
            w_version=Cast(Sum("version"), IntegerField()),
            w_changed=Max("updated_at"),
        )
        .values_list(*COLUMNS)
    ]


def called(count: int) -> str:
    """So many of them."""
    return ngettext("%(count)d comment", "%(count)d comments", count) % {"count": count}


register_counts(rows_for, KINDS, called)
