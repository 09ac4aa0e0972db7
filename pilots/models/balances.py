"""What did each partner bring, and what did it gain? As far as the reader may know either."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q

from partners.choices import ResourceKind
from partners.models import Agreement, Organisation, Resource, ResourceGift

from .chains import case_pages
from .outcomes import Outcome
from .trials import Trial, TrialPartner

ZERO = Decimal("0.00")


@dataclass
class Brought:
    """One kind of resource in one unit: what was promised, and what both sides confirmed as given."""

    kind: str
    unit: str
    promised: Decimal = ZERO
    given: Decimal = ZERO


@dataclass
class Balance:
    """One partner: what it brought, the trials it took part in with their outcomes, and the money it received."""

    organisation: Organisation
    brought: list[Brought] = field(default_factory=list)
    received: dict[str, Decimal] = field(default_factory=dict)  # unit to amount
    trials: list[Trial] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    cases: int = 0


def balances_of(
    organisations: Sequence[Organisation], user: Any, *, agreement: Agreement | None = None
) -> list[Balance]:
    """The balance of each organisation, under `agreement` or under all the reader may know: six queries.

    Amounts are added here and not by the database: SQLite adds decimals in floating point.
    """
    ids = [organisation.pk for organisation in organisations]
    found = {organisation.pk: Balance(organisation) for organisation in organisations}
    public = "execution" in settings.AGREEMENT_PUBLIC_FIELDS
    agreements = Agreement.objects.visible_to(user) if public else Agreement.objects.inside(user)
    if agreement is not None:
        agreements = agreements.filter(pk=agreement.pk)
    _add_resources(found, ids, agreements)
    _add_trials(found, ids, user, agreement)
    return [found[pk] for pk in ids]


def _add_resources(found: dict[int, Balance], ids: list[int], agreements: Any) -> None:
    """What each promised, gave and received."""
    rows: dict[tuple[int, str, str], Brought] = {}
    party, recipient = "party__organisation_id", "recipient__organisation_id"
    promises = Resource.objects.filter(agreement__in=agreements.values("pk"), party__organisation_id__in=ids)
    for pk, kind, unit, promised in promises.order_by("kind", "pk").values_list(
        party, "kind", "unit", "promised"
    ):
        row = rows.get((pk, kind, unit.casefold()))
        if row is None:
            row = rows[(pk, kind, unit.casefold())] = Brought(kind, unit)
            found[pk].brought.append(row)
        row.promised += promised
    gifts = ResourceGift.objects.confirmed().filter(
        Q(resource__party__organisation_id__in=ids) | Q(resource__recipient__organisation_id__in=ids),
        resource__agreement__in=agreements.values("pk"),
    )
    columns = (f"resource__{party}", f"resource__{recipient}", "resource__kind", "resource__unit", "amount")
    for giver, taker, kind, unit, amount in gifts.order_by("pk").values_list(*columns):
        if giver in found:
            rows[(giver, kind, unit.casefold())].given += amount
        if taker in found and kind == ResourceKind.MONEY:
            received = found[taker].received
            received[unit] = received.get(unit, ZERO) + amount


def _add_trials(found: dict[int, Balance], ids: list[int], user: Any, agreement: Agreement | None) -> None:
    """What each took part in, and what came of it."""
    taken_part = TrialPartner.objects.filter(organisation_id__in=ids)
    trials = Trial.objects.visible_to(user).filter(
        Q(promoter_id__in=ids) | Q(pk__in=taken_part.order_by().values("trial_id"))
    )
    if agreement is not None:
        trials = trials.filter(Q(agreement_id=agreement.pk) | Q(agreement__framework_id=agreement.pk))
    rows = list(
        trials.prefetch_related(Prefetch("partners", taken_part, to_attr="parts_taken")).order_by("-pk")
    )
    known = Outcome.objects.visible_to(user).filter(trial_id__in=[row.pk for row in rows])
    outcomes = {row.trial_id: row for row in known.select_related("trial")}
    pages = case_pages()
    live = pages.filter(outcome_id__in=[row.pk for row in outcomes.values()]) if pages is not None else None
    cases: dict[int, set[int]] = defaultdict(set)
    for pk in live.values_list("outcome_id", flat=True) if live is not None else ():
        cases[pk].add(pk)
    for trial in rows:
        outcome = outcomes.get(trial.pk)
        for pk in {trial.promoter_id, *(part.organisation_id for part in trial.parts_taken)} & set(found):
            found[pk].trials.append(trial)
            if outcome is not None:
                found[pk].outcomes.append(outcome)
                found[pk].cases += len(cases[outcome.pk])
