"""What stands in one cell of a table of what belongs to a record of this room?"""

from cic.core.cells import Gathered, in_cells, pointing

from .agreements import Agreement, Party
from .centres import Centre
from .organisations import Membership

# A line for each: organisation | role | who signs | their position.
PARTIES = Gathered(
    lambda agreements, reader: in_cells(
        Party.objects.visible_to(reader)
        .filter(agreement__in=agreements)
        .order_by("pk")
        .values_list("agreement_id", "organisation__name", "role", "signatory_name", "signatory_position")
    )
)
# A line for each in which a person is today: organisation | role.
ORGANISATIONS = Gathered(
    lambda people, reader: in_cells(
        Membership.objects.visible_to(reader)
        .current()
        .filter(user__in=people)
        .order_by("organisation__name", "pk")
        .values_list("user_id", "organisation__name", "role")
    )
)
# References, and keys of areas.
FRAMEWORK = pointing(Agreement, "framework")
PREDECESSOR = pointing(Agreement, "predecessor")
AREAS = pointing(Centre, "areas", "key")
CONSTITUTING_AGREEMENT = pointing(Centre, "constituting_agreement")
