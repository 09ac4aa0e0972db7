"""How are the lists of imports and of their remarks narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from partners.models import Centre
from pilots.models import ImportKind, ImportNote, ImportRun, ImportState, Trial


class ImportRunFilter(DomainFilter):
    """Query parameters of GET /api/v1/imports/."""

    kind = df.MultipleChoiceFilter(choices=ImportKind.choices, label=_("Publisher"))
    state = df.MultipleChoiceFilter(choices=ImportState.choices, label=_("State"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Trial"))
    dry_run = df.BooleanFilter(label=_("Only tried"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Asked for"))
    order = df.OrderingFilter(fields=("created_at", "finished_at"), label=_("Order"))

    class Meta:
        model = ImportRun
        fields = ()


class ImportNoteFilter(DomainFilter):
    """Query parameters of GET /api/v1/import-remarks/."""

    run = df.NumberFilter(field_name="run_id", label=_("Import"))
    kind = df.CharFilter(max_length=20, label=_("Noun"))
    external_id = df.CharFilter(max_length=120, label=_("Identifier in the source"))
    field = df.CharFilter(max_length=60, label=_("Field"))
    problem = df.CharFilter(max_length=30, label=_("What was found"))
    action = df.CharFilter(max_length=30, label=_("What was done"))

    class Meta:
        model = ImportNote
        fields = ()


def remarks_of(run: ImportRun, parameters: Any) -> Any:
    """The remarks of one import that have the problem and action asked for, in the order of the rows."""
    notes = run.notes.order_by("pk")
    for name in ("problem", "action"):
        if asked := parameters.get(name, "")[:30]:
            notes = notes.filter(**{name: asked})
    return notes
