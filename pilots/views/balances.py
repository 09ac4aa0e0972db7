"""What did each partner bring and gain, under one agreement and altogether?"""

from decimal import Decimal
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.charts import Bar, share_pct
from cic.core.formats import NO_BREAK, figure, money
from cic.core.permissions import can
from cic.core.views import DetailPage
from partners.choices import ResourceKind
from partners.models import Agreement, Organisation
from pilots.models.balances import Balance, balances_of

from .outcomes import verdict_badge


class BalancePage(DetailPage):
    """What partners brought and gained, as a table and as bars."""

    template_name = "pilots/balances/balance.html"

    def history(self) -> Any:
        """The record's own page has it."""
        return []

    def context_of(self, balances: list[Balance], list_title: Any, name: str) -> dict[str, Any]:
        """The context that pilots/balances/balance.html documents."""
        home = reverse(f"{self.noun}_detail", args=[self.object.pk])
        return {
            "title": _("What each brought and gained"),
            "balances": [self._shown(balance) for balance in balances],
            "crumbs": [
                {"label": list_title, "url": reverse(f"{self.noun}_list")},
                {"label": name, "url": home},
                {"label": _("What each brought and gained"), "url": ""},
            ],
        }

    def _shown(self, balance: Balance) -> dict[str, Any]:
        labels = dict(ResourceKind.choices)
        rows = [
            {
                "label": labels[row.kind],
                "unit": row.unit,
                "promised": row.promised,
                "given": row.given,
                "share": round(share_pct(float(row.given), float(row.promised))),
            }
            for row in balance.brought
        ]
        outcomes = {row.trial_id: row for row in balance.outcomes}
        for row in outcomes.values():
            row.badge = verdict_badge(row)
        return {
            "organisation": balance.organisation,
            "rows": rows,
            "chart": {"bars": [_bar(row) for row in rows]},
            "received": [_amount(unit, amount) for unit, amount in sorted(balance.received.items())],
            "trials": [(trial, outcomes.get(trial.pk)) for trial in balance.trials],
            "outcome_count": len(balance.outcomes),
            "case_count": balance.cases,
        }


def _amount(unit: str, amount: Decimal) -> str:
    return money(amount) if unit == "€" else f"{figure(amount)}{NO_BREAK}{unit}"


def _bar(row: dict[str, Any]) -> Bar:
    """What was given as a share of what was promised: each unit has a scale of its own."""
    label = gettext("%(kind)s, %(unit)s") % {"kind": row["label"], "unit": row["unit"]}
    share = share_pct(float(row["given"]), float(row["promised"]))
    return Bar(label, row["given"], 0.0, share, row["promised"], 100.0)


class AgreementBalancePage(BalancePage):
    """The parties of one agreement."""

    model = Agreement
    noun = "agreement"
    permission = "partners.view_agreement"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each party the reader may know of."""
        row, user = self.object, self.request.user
        known = can(user, "partners.read_agreement_parties", row)
        parties = row.parties.select_related("organisation").order_by("pk") if known else ()
        organisations = [party.organisation for party in parties]
        balances = balances_of(organisations, user, agreement=row)
        context = self.context_of(balances, _("Agreements"), row.reference)
        lead = _(
            "Promised in this agreement and given, as both sides confirmed it; and what came of the trials under it."
        )
        return super().get_context_data(**context, lead=lead, **kwargs)


class OrganisationBalancePage(BalancePage):
    """One organisation, under every agreement the reader may know of."""

    model = Organisation
    noun = "organisation"
    permission = "partners.view_organisation"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The organisation's own balance."""
        row = self.object
        context = self.context_of(balances_of([row], self.request.user), _("Organisations"), row.name)
        lead = _(
            "Under all agreements you may see: promised and given, as both sides confirmed it; and what came of it."
        )
        return super().get_context_data(**context, lead=lead, **kwargs)


ROUTES = [
    path("agreements/<int:pk>/balance/", AgreementBalancePage.as_view(), name="agreement_balance"),
    path("organisations/<int:pk>/balance/", OrganisationBalancePage.as_view(), name="organisation_balance"),
]
