"""What do people see of people, organisations, centres and agreements? One file per noun: its pages, then its ROUTES."""

from . import (
    agreements,
    amendments,
    audits,
    bins,
    centres,
    commitments,
    committees,
    machines,
    memberships,
    my_data,
    organisations,
    people,
    signatures,
    timeline,
    tokens,
    webhooks,
)

ROUTES = [
    *people.ROUTES,
    *tokens.ROUTES,
    *machines.ROUTES,
    *my_data.ROUTES,
    *webhooks.ROUTES,
    *organisations.ROUTES,
    *memberships.ROUTES,
    *centres.ROUTES,
    *agreements.ROUTES,
    *timeline.ROUTES,
    *audits.ROUTES,
    *bins.ROUTES,
    *signatures.ROUTES,
    *amendments.ROUTES,
    *commitments.ROUTES,
    *committees.ROUTES,
]
