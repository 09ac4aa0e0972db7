"""How is the list of comments narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from community.choices import CommentKind, CommentState, ReportReason
from community.models import Comment
from pilots.models import Challenge, Trial


class CommentFilter(DomainFilter):
    """Query parameters of GET /api/v1/comments/. Instants ISO 8601."""

    confidential_fields = {
        "state": "community.see_comment_state",
        "reported_for": "community.see_comment_state",
    }

    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Trial"))
    challenge = df.ModelMultipleChoiceFilter(queryset=Challenge.objects.all(), label=_("Challenge"))
    parent = df.NumberFilter(field_name="parent_id", label=_("In answer to"))
    kind = df.MultipleChoiceFilter(choices=CommentKind.choices, label=_("Kind"))
    state = df.MultipleChoiceFilter(choices=CommentState.choices, label=_("State"))
    reported_for = df.MultipleChoiceFilter(choices=ReportReason.choices, label=_("Reported because"))
    official = df.BooleanFilter(label=_("In the name of the city"))
    words = df.CharFilter(field_name="text", lookup_expr="icontains", max_length=100, label=_("Words"))
    order = df.OrderingFilter(fields=("created_at", "published_at"), label=_("Order"))

    class Meta:
        model = Comment
        fields = ()
