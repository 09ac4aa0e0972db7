"""Which moves do organisations, requests to join, centres and agreements make?"""

from cic.core.transitions import Table

from .agreements import AGREEMENT, AGREEMENT_PUBLICATION, AMENDMENT
from .centres import CENTRE, CENTRE_PUBLICATION
from .organisations import JOIN_REQUEST, ORGANISATION

__all__ = [
    "AGREEMENT",
    "AGREEMENT_PUBLICATION",
    "AMENDMENT",
    "CENTRE",
    "CENTRE_PUBLICATION",
    "JOIN_REQUEST",
    "ORGANISATION",
    "table_of",
]


def table_of(name: str, work: Table, publication: Table) -> Table:
    """The table that holds the move `name`: the one of publication, or else the one of work."""
    return publication if any(row.name == name for row in publication.moves) else work
