"""What stands in one cell of a table of what belongs to a record of this room?"""

from cic.core.cells import Gathered, in_cells, pointing

from .events import Event
from .sessions import Session
from .sheets import TemplateSection

# Names, and a reference. Who writes a sheet is known to those inside.
ORGANISERS = pointing(Event, "organisers", "name")
CAPSULE = pointing(Session, "capsule")
CHAIR = pointing(
    Session,
    "chair",
    "name",
    shown=lambda rows, reader: rows.filter(pk__in=Session.objects.inside(reader).order_by().values("pk")),
)
# A line for each, in their order: key | title | must be filled in | words at most | the limit | what belongs here.
SECTIONS = Gathered(
    lambda templates, reader: in_cells(
        TemplateSection.objects.visible_to(reader)
        .filter(template__in=templates)
        .order_by("position", "pk")
        .values_list("template_id", "key", "title", "is_required", "max_words", "limit_kind", "help_text")
    )
)
