"""How do programs reach people, organisations, centres and agreements?"""

from . import agreements, amendments, centres, commitments, committees, memberships, organisations, people

ROUTES = [
    *people.ROUTES,
    *organisations.ROUTES,
    *memberships.ROUTES,
    *centres.ROUTES,
    *agreements.ROUTES,
    *amendments.ROUTES,
    *commitments.ROUTES,
    *committees.ROUTES,
]
