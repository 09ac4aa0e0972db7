"""How is the list of messages narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from partners.models import Agreement
from pilots.choices import Channel
from pilots.models import Idea, Message, Trial


class MessageFilter(DomainFilter):
    """Query parameters of GET /api/v1/messages/. Dates ISO 8601."""

    idea = df.ModelMultipleChoiceFilter(queryset=Idea.objects.all(), label=_("Idea"))
    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Trial"))
    agreement = df.ModelMultipleChoiceFilter(queryset=Agreement.objects.all(), label=_("Agreement"))
    channel = df.MultipleChoiceFilter(choices=Channel.choices, label=_("Conversation"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Written"))

    class Meta:
        model = Message
        fields = ()
