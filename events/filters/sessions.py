"""How are the lists of sessions, of those who speak in them, and of templates narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter, by_title
from events.choices import AppearanceRole, SessionState
from events.models import Appearance, Event, Session, SheetTemplate, TemplateSection
from partners.models import Centre


class SessionFilter(DomainFilter):
    """Query parameters of GET /api/v1/sessions/. Instants ISO 8601."""

    reference = df.CharFilter(label=_("Reference"))
    event = df.ModelMultipleChoiceFilter(queryset=Event.objects.all(), label=_("Event"))
    centre = df.ModelMultipleChoiceFilter(
        field_name="event__centre", queryset=Centre.objects.all(), label=_("Centre")
    )
    state = df.MultipleChoiceFilter(choices=SessionState.choices, label=_("State"))
    starts_at = df.IsoDateTimeFromToRangeFilter(label=_("Begins"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    external_id = df.CharFilter(label=_("Identifier in the source"))
    source = df.CharFilter(label=_("Source"))
    order = df.OrderingFilter(
        fields=by_title("reference", "title", "starts_at", "created_at", "updated_at"), label=_("Order")
    )

    class Meta:
        model = Session
        fields = ()


class AppearanceFilter(DomainFilter):
    """Query parameters of GET /api/v1/appearances/."""

    session = df.ModelMultipleChoiceFilter(queryset=Session.objects.all(), label=_("Session"))
    role = df.MultipleChoiceFilter(choices=AppearanceRole.choices, label=_("Role"))

    class Meta:
        model = Appearance
        fields = ()


class SheetTemplateFilter(DomainFilter):
    """Query parameters of GET /api/v1/sheet-templates/."""

    is_offered = df.BooleanFilter(label=_("Offered for new sessions"))

    class Meta:
        model = SheetTemplate
        fields = ()


class TemplateSectionFilter(DomainFilter):
    """Query parameters of GET /api/v1/template-sections/."""

    template = df.ModelMultipleChoiceFilter(queryset=SheetTemplate.objects.all(), label=_("Template"))

    class Meta:
        model = TemplateSection
        fields = ()
