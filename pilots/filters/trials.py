"""How is the list of trials narrowed?"""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Publication, languages
from cic.core.filters import DomainFilter, by_title
from cic.core.maps import Box
from cic.core.validators import YEARS
from partners.choices import Helix
from partners.models import Agreement, Area, Centre, Organisation, Territory
from pilots.choices import PROGRESS, SDGS, TRL, OutcomeVerdict, TrialKind, TrialProgress, TrialState
from pilots.models import Idea, Outcome, Site, Trial, TrialPartner

# Programs and links name records by their ids; nobody picks one out of thousands in a form.
BY_ID = {"widget": forms.HiddenInput}
# The public catalogue narrows by these; the workspace has states and days for them.
FOR_READERS = {"widget": forms.MultipleHiddenInput}


class YearsField(forms.MultipleChoiceField):
    """Any years of the calendar, and not only those of a list."""

    def valid_value(self, value: Any) -> bool:
        """Whether it is a year."""
        return len(text := str(value)) == 4 and text.isascii() and text.isdigit() and int(text) in YEARS


class YearsFilter(df.MultipleChoiceFilter):
    """Years."""

    field_class = YearsField


class BoxField(forms.CharField):
    """A part of the map: “west,south,east,north” in degrees."""

    def clean(self, value: Any) -> Any:
        """The Box, or None."""
        text = super().clean(value)
        try:
            return Box.parse(text) if text else None
        except ValueError as error:
            message = gettext("Name the edges of the map as west,south,east,north in degrees.")
            raise ValidationError(message, code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        """As it stands in the address."""
        return str(value) if isinstance(value, Box) else value


class BoxFilter(df.CharFilter):
    """A part of the map."""

    field_class = BoxField


NONE = "none"
NONE_GIVEN = _("None given")


class IdOrNoneField(forms.IntegerField):
    """The number of a record, or “none” for what has none."""

    null_value, null_label = NONE, NONE_GIVEN

    def clean(self, value: Any) -> Any:
        """The number, NONE or None."""
        return NONE if value == NONE else super().clean(value)


class IdOrNoneFilter(df.NumberFilter):
    """Rows that point to one record, or to none."""

    field_class = IdOrNoneField

    def filter(self, qs: Any, value: Any) -> Any:
        """The rows."""
        return qs.filter(**{self.field_name: None}) if value == NONE else super().filter(qs, value)


class TrialFilter(DomainFilter):
    """Query parameters of GET /api/v1/trials/. Amounts in euro, dates ISO 8601."""

    confidential_fields = {"monitor": "pilots.view_monitor"}

    kind = df.ChoiceFilter(choices=TrialKind.choices, label=_("Kind"))
    state = df.MultipleChoiceFilter(choices=TrialState.choices, label=_("State"))
    progress = df.MultipleChoiceFilter(
        choices=TrialProgress.choices, method="as_far_as", label=_("Where it stands"), **FOR_READERS
    )
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    area = df.ModelMultipleChoiceFilter(queryset=Area.objects.all(), method="with_area", label=_("Area"))
    territory = df.ModelMultipleChoiceFilter(
        queryset=Territory.objects.all(), method="in_territory", label=_("District or neighbourhood"),
        null_value=NONE, null_label=NONE_GIVEN,
    )  # fmt: skip
    box = BoxFilter(
        method="within_box", max_length=80, label=_("Part of the map (west,south,east,north)"), **BY_ID
    )
    helix = df.MultipleChoiceFilter(
        choices=Helix.choices, field_name="promoter__helix", label=_("Who promotes it")
    )
    year = YearsFilter(method="begun_in", label=_("Year it started"), **FOR_READERS)
    sdg = df.MultipleChoiceFilter(choices=SDGS, method="with_goal", label=_("Sustainable Development Goal"))
    organisation = df.CharFilter(
        method="by_organisation", max_length=200, label=_("Promoter or partner (words of its name)")
    )
    reference = df.CharFilter(label=_("Reference"), **BY_ID)
    promoter = df.ModelChoiceFilter(queryset=Organisation.objects.all(), label=_("Promoter"), **BY_ID)
    partner = df.ModelChoiceFilter(
        queryset=Organisation.objects.all(), method="with_partner", label=_("Partner"), **BY_ID
    )
    agreement = df.ModelChoiceFilter(
        queryset=Agreement.objects.all(), method="under_agreement", label=_("Agreement"), **BY_ID
    )
    idea = df.ModelChoiceFilter(queryset=Idea.objects.all(), label=_("Idea"), **BY_ID)
    origin = df.ModelChoiceFilter(queryset=Trial.objects.all(), label=_("Proof of concept"), **BY_ID)
    monitor = IdOrNoneFilter(field_name="monitor_id", label=_("Monitor (number, or “none”)"), **BY_ID)
    trl_in = df.MultipleChoiceFilter(choices=TRL, label=_("TRL at the start"))
    verdict = df.MultipleChoiceFilter(
        choices=OutcomeVerdict.choices, method="with_verdict", label=_("Verdict")
    )
    starts_on = df.DateFromToRangeFilter(label=_("Planned start"))
    ends_on = df.DateFromToRangeFilter(label=_("Planned end"))
    started_on = df.DateFromToRangeFilter(label=_("Started"))
    ended_on = df.DateFromToRangeFilter(label=_("Ended"))
    budget_eur = df.RangeFilter(label=_("Budget, in euro"))
    overdue = df.BooleanFilter(method="only_overdue", label=_("With a late milestone"))
    mine = df.BooleanFilter(method="only_mine", label=_("Mine: monitored by me, or with us in it"))
    language = df.MultipleChoiceFilter(choices=languages, label=_("Language of the text"))
    source = df.CharFilter(label=_("Source"), **BY_ID)
    external_id = df.CharFilter(label=_("Identifier in the source"), **BY_ID)
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Created"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    order = df.OrderingFilter(
        fields=by_title(
            "reference", "title", "kind", "state", "starts_on", "ends_on", "started_on", "ended_on", "budget_eur",
            "created_at", "updated_at",
        ),
        label=_("Order"),
    )  # fmt: skip

    class Meta:
        model = Trial
        fields = ()

    def with_area(self, trials: Any, name: str, areas: Any) -> Any:
        """Trials in one of the areas."""
        links = Trial.areas.through.objects.filter(area__in=areas)
        return trials.filter(pk__in=links.values("trial_id")) if areas else trials

    def as_far_as(self, trials: Any, name: str, chosen: list[str]) -> Any:
        """Trials that stand at one of these points."""
        states = [state for progress in chosen for state in PROGRESS[TrialProgress(progress)]]
        return trials.filter(state__in=states) if states else trials

    def begun_in(self, trials: Any, name: str, years: list[str]) -> Any:
        """Trials that started in one of the years."""
        spans = (Q(started_on__range=(date(int(year), 1, 1), date(int(year), 12, 31))) for year in years)
        return trials.filter(reduce(or_, spans)) if years else trials

    def within_box(self, trials: Any, name: str, box: Box | None) -> Any:
        """Trials that happen in this part of the map."""
        if box is None:
            return trials
        return trials.filter(pk__in=Site.objects.tried().within(box).values("trial_id"))

    def in_territory(self, trials: Any, name: str, territories: Any) -> Any:
        """Trials tried at a place in one of the territories or in a part of it, or, with “none”, at one in no district, or at none."""
        if not territories:
            return trials
        ids = [getattr(territory, "pk", territory) for territory in territories if territory != NONE]
        within = Territory.objects.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))
        tried = Site.objects.filter(comparison="")
        found = Q(pk__in=tried.filter(territory__in=within.values("pk")).values("trial_id"))
        if NONE in territories:
            within = Territory.objects.in_a_district().values("pk")
            outside = tried.filter(Q(territory=None) | ~Q(territory__in=within))
            found |= Q(pk__in=outside.values("trial_id")) | ~Q(pk__in=tried.values("trial_id"))
        return trials.filter(found)

    def with_goal(self, trials: Any, name: str, goals: list[str]) -> Any:
        """Trials that serve one of the goals."""
        return reduce(or_, (trials.holding(f"sdg{int(goal):02d}") for goal in goals)) if goals else trials

    def by_organisation(self, trials: Any, name: str, words: str) -> Any:
        """Trials promoted or joined by an organisation that these words find."""
        if not words.strip():
            return trials
        found = Organisation.objects.visible_to(self.request.user).search(words).values("pk")
        return self._with_any(trials, found)

    def with_partner(self, trials: Any, name: str, organisation: Organisation | None) -> Any:
        """Trials the organisation promotes or takes part in."""
        return trials if organisation is None else self._with_any(trials, [organisation.pk])

    def _with_any(self, trials: Any, organisations: Any) -> Any:
        joined = TrialPartner.objects.filter(organisation_id__in=organisations).order_by()
        promoted = Trial.objects.filter(promoter_id__in=organisations)
        # A union, not conditions joined by “or”: each part is answered by an index of its own.
        return trials.filter(pk__in=joined.values("trial_id").union(promoted.values("pk")))

    def under_agreement(self, trials: Any, name: str, agreement: Agreement | None) -> Any:
        """Trials under the agreement, or under a specific one of a framework."""
        if agreement is None:
            return trials
        under = Agreement.objects.filter(Q(pk=agreement.pk) | Q(framework=agreement))
        return trials.filter(agreement__in=under.values("pk"))

    def with_verdict(self, trials: Any, name: str, verdicts: list[str]) -> Any:
        """Trials whose outcome, if the caller may read it, has one of the verdicts."""
        if not verdicts:
            return trials
        seen = Outcome.objects.visible_to(self.request.user).filter(verdict__in=verdicts)
        return trials.filter(pk__in=seen.values("trial_id"))

    def only_overdue(self, trials: Any, name: str, value: bool) -> Any:
        """Trials at work with a milestone that is late, or the others."""
        return trials.overdue() if value else trials.not_overdue()

    def only_mine(self, trials: Any, name: str, value: bool) -> Any:
        """Trials the caller monitors or takes part in, or the others."""
        user = self.request.user
        if not user.is_authenticated:
            return trials.none() if value else trials
        monitored = Trial.objects.inside(user).filter(monitor_id=user.pk)
        own = monitored.values("pk").union(Trial.objects.of(user).values("pk"))
        return trials.filter(pk__in=own) if value else trials.exclude(pk__in=own)
