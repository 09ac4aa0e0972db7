"""What stands in one cell of a table of what belongs to a record of this room?"""

from collections.abc import Collection
from typing import Any

from cic.core.cells import Gathered, in_cells
from partners.models import Organisation

from .events import Event
from .sheets import TemplateSection


def _organisers(events: Collection[int], reader: Any) -> dict[int, list[str]]:
    known = Organisation.objects.visible_to(reader).order_by().values("pk")
    links = Event.organisers.through.objects.filter(event__in=events, organisation__in=known)
    names: dict[int, list[str]] = {}
    for event, name in links.order_by("organisation__name").values_list("event_id", "organisation__name"):
        names.setdefault(event, []).append(name)
    return names


# Their names, parted by `;`.
ORGANISERS = Gathered(_organisers)
# A line for each, in their order: key | title | must be filled in | words at most | the limit | what belongs here.
SECTIONS = Gathered(
    lambda templates, reader: in_cells(
        TemplateSection.objects.visible_to(reader)
        .filter(template__in=templates)
        .order_by("position", "pk")
        .values_list("template_id", "key", "title", "is_required", "max_words", "limit_kind", "help_text")
    )
)
