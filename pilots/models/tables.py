"""What stands in one cell of a table of what belongs to a record of this room?"""

from cic.core.cells import Gathered, in_cells

from .evaluations import Criterion

# A line for each, in their order: name | weight | highest score | help.
CRITERIA = Gathered(
    lambda sets, reader: in_cells(
        Criterion.objects.visible_to(reader)
        .filter(criteria_set__in=sets)
        .order_by("position", "pk")
        .values_list("criteria_set_id", "name", "weight", "max_score", "help")
    )
)
