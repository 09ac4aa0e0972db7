"""What is a case made of, and what must it not give away? Everything behind one outcome, read in two queries."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cic.core.gathering import gather
from cic.core.models import StageChange
from partners.models import Organisation, Party, Territory, User
from pilots.models import (
    Idea,
    IdeaAnnex,
    Indicator,
    IndicatorAmendment,
    LogEntry,
    Measurement,
    Outcome,
    Product,
    Site,
    TeamPerson,
    Trial,
    TrialPartner,
)

from .chains import CUT_SHORT, decisions_on, with_story


class Dossier:
    """The trial of an outcome with its parts and, `with_secrets`, with what the check compares a text with."""

    def __init__(self, outcome: Outcome, *, with_secrets: bool = False) -> None:
        self.outcome = outcome
        self.trial: Trial = with_story(Trial.objects.filter(pk=outcome.trial_id)).get()
        found = gather(self._told() | (self._secret() if with_secrets else {}))
        territories = {row.pk: row for row in found["territories"]}
        organisations = {row.pk: row for row in found["organisations"]}
        self.sites: list[Site] = found["sites"]
        for site in self.sites:
            site.territory = territories.get(site.territory_id)
        self.partners: list[TrialPartner] = sorted(found["partners"], key=lambda row: (row.position, row.pk))
        for row in self.partners:
            row.organisation = organisations[row.organisation_id]
        self.indicators: list[Indicator] = found["indicators"]
        self._complete_indicators(found["measurements"])
        self.products: list[Product] = found["products"]
        self.decisions = sorted(found["decisions"], key=lambda row: (row.decided_on, row.pk))
        stops = sorted(found["stops"], key=lambda row: (row.effective_at, row.pk))
        self.stop: StageChange | None = stops[-1] if stops else None
        self.annexes: list[IdeaAnnex] = found.get("annexes", [])
        ideas = {row.pk: row for row in found.get("ideas", ())}
        for annex in self.annexes:
            annex.idea = ideas[annex.idea_id]
        self.log: list[LogEntry] = found.get("log", [])
        self.people: list[User] = found.get("people", [])
        self.parties: list[Party] = found.get("parties", [])

    def _told(self) -> dict[str, Any]:
        """What a case tells of."""
        trial = self.trial.pk
        amendments = IndicatorAmendment.objects.filter(indicator_id=OuterRef("pk"))
        sites = Site.objects.filter(trial=trial).order_by()
        partners = TrialPartner.objects.filter(trial=trial).order_by()
        stops = StageChange.objects.filter(
            object_type=Trial._meta.label_lower, object_id=trial, field="state", to_state__in=CUT_SHORT
        )
        return {
            "sites": sites,
            "territories": Territory.objects.filter(pk__in=sites.values("territory_id")),
            "partners": partners,
            "organisations": Organisation.objects.filter(pk__in=partners.values("organisation_id")),
            "indicators": Indicator.objects.filter(trial=trial).annotate(amended=Exists(amendments)),
            "measurements": Measurement.objects.approved().filter(indicator__trial=trial),
            "products": Product.objects.filter(outcome=self.outcome.pk),
            "decisions": decisions_on(self.trial),
            "stops": stops,
        }

    def _secret(self) -> dict[str, Any]:
        """What stays among those who work on it: confidential texts, and who they are."""
        trial = self.trial
        team = TeamPerson.objects.filter(trial=trial).order_by().values("user_id")
        authors = LogEntry.objects.filter(trial=trial).order_by().values("author_id")
        known = {trial.monitor_id, trial.idea.author_id if trial.idea else None} - {None}
        people = User.objects.filter(Q(pk__in=known) | Q(pk__in=team) | Q(pk__in=authors))
        return {
            "annexes": IdeaAnnex.objects.filter(idea__in=self.ideas),
            "ideas": Idea.objects.filter(pk__in=self.ideas).only("reference"),
            "log": LogEntry.objects.filter(trial__in=self.trials, is_public=False),
            "people": people.only("name"),
            "parties": Party.objects.filter(agreement=trial.agreement_id).only("signatory_name"),
        }

    @property
    def ideas(self) -> set[int]:
        """Ids of the idea of the trial, and of that of its proof of concept."""
        origin = self.trial.origin
        return {pk for pk in (self.trial.idea_id, origin.idea_id if origin else None) if pk}

    @property
    def trials(self) -> set[int]:
        """Ids of the trial and of its proof of concept."""
        return {pk for pk in (self.trial.pk, self.trial.origin_id) if pk}

    def _complete_indicators(self, measurements: list[Measurement]) -> None:
        sites = {site.pk: site for site in self.sites}
        by_indicator: dict[int, list[Measurement]] = defaultdict(list)
        for row in sorted(measurements, key=lambda row: (row.period_end, row.pk)):
            by_indicator[row.indicator_id].append(row)
        for indicator in self.indicators:
            indicator.site = sites.get(indicator.site_id)
            indicator.approved = by_indicator[indicator.pk]
