"""How is the list of trials narrowed, for the API, the workspace, the catalogue and the export?"""

from typing import Any

import django_filters as df
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Language, Publication
from cic.core.filters import DomainFilter
from partners.models import Agreement, Area, Centre, Organisation, Territory
from pilots.choices import OutcomeVerdict, TrialKind, TrialState
from pilots.models import Idea, Outcome, Site, Trial, TrialPartner


class TrialFilter(DomainFilter):
    """Query parameters of GET /api/v1/trials/. Amounts in euro, dates ISO 8601."""

    confidential_fields = {"monitor": "pilots.view_trial_inside", "agreement": "pilots.view_trial_inside"}

    reference = df.CharFilter(label=_("Reference"))
    kind = df.MultipleChoiceFilter(choices=TrialKind.choices, label=_("Kind"))
    state = df.MultipleChoiceFilter(choices=TrialState.choices, label=_("State"))
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    agreement = df.ModelMultipleChoiceFilter(queryset=Agreement.objects.all(), label=_("Agreement"))
    idea = df.ModelMultipleChoiceFilter(queryset=Idea.objects.all(), label=_("Idea"))
    promoter = df.ModelMultipleChoiceFilter(queryset=Organisation.objects.all(), label=_("Promoter"))
    partner = df.ModelMultipleChoiceFilter(
        queryset=Organisation.objects.all(), method="with_partner", label=_("Organisation that takes part")
    )
    monitor = df.ModelMultipleChoiceFilter(queryset=get_user_model().objects.all(), label=_("Monitor"))
    territory = df.ModelMultipleChoiceFilter(
        queryset=Territory.objects.all(), method="in_territory", label=_("District")
    )
    area = df.ModelMultipleChoiceFilter(queryset=Area.objects.all(), method="in_area", label=_("Area"))
    verdict = df.MultipleChoiceFilter(
        choices=OutcomeVerdict.choices, method="with_verdict", label=_("What came of it")
    )
    language = df.MultipleChoiceFilter(choices=Language.choices, label=_("Language of the text"))
    starts_on = df.DateFromToRangeFilter(label=_("Planned start"))
    ends_on = df.DateFromToRangeFilter(label=_("Planned end"))
    budget_eur = df.RangeFilter(label=_("Budget, in euro"))
    overdue = df.BooleanFilter(method="only_overdue", label=_("Has a late milestone"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Created"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    external_id = df.CharFilter(label=_("Identifier in the source"))
    source = df.CharFilter(label=_("Source"))
    order = df.OrderingFilter(
        fields=("reference", "title", "starts_on", "ends_on", "budget_eur", "state", "created_at", "updated_at"),
        label=_("Order"),
    )

    class Meta:
        model = Trial
        fields = ()

    def with_partner(self, trials: Any, name: str, organisations: Any) -> Any:
        """Trials in which one of the organisations takes part."""
        if not organisations:
            return trials
        seen = TrialPartner.objects.visible_to(self.request.user).filter(organisation__in=organisations)
        return trials.filter(pk__in=seen.values("trial_id"))

    def in_territory(self, trials: Any, name: str, territories: Any) -> Any:
        """Trials with a site in one of the territories."""
        if not territories:
            return trials
        return trials.filter(pk__in=Site.objects.filter(territory__in=territories).values("trial_id"))

    def in_area(self, trials: Any, name: str, areas: Any) -> Any:
        """Trials in one of the areas."""
        return trials.filter(pk__in=Trial.objects.filter(areas__in=areas).values("pk")) if areas else trials

    def with_verdict(self, trials: Any, name: str, verdicts: list[str]) -> Any:
        """Trials whose outcome, as far as the caller may read it, has one of the verdicts."""
        if not verdicts:
            return trials
        seen = Outcome.objects.visible_to(self.request.user).filter(verdict__in=verdicts)
        return trials.filter(pk__in=seen.values("trial_id"))

    def only_overdue(self, trials: Any, name: str, value: bool) -> Any:
        """Trials with a milestone that is late, or the others."""
        late = Trial.objects.overdue().values("pk")
        return trials.filter(pk__in=late) if value else trials.exclude(pk__in=late)
