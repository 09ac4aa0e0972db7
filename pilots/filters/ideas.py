"""How are the lists of ideas, consortia, requests and annexes narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Publication, languages
from cic.core.filters import DomainFilter, by_title
from partners.models import Centre, Organisation
from pilots.choices import TRL, IdeaState
from pilots.models import (
    Challenge,
    Decision,
    Evaluation,
    Idea,
    IdeaAnnex,
    IdeaPartner,
    InformationRequest,
)


class IdeaFilter(DomainFilter):
    """Query parameters of GET /api/v1/ideas/. Dates ISO 8601. What hangs on an idea is asked through what the caller may see."""

    reference = df.CharFilter(label=_("Reference"))
    state = df.MultipleChoiceFilter(choices=IdeaState.choices, label=_("State"))
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    challenge = df.ModelMultipleChoiceFilter(queryset=Challenge.objects.all(), label=_("Challenge"))
    organisation = df.ModelMultipleChoiceFilter(queryset=Organisation.objects.all(), label=_("Organisation"))
    partner = df.ModelMultipleChoiceFilter(
        queryset=Organisation.objects.all(), method="with_partner", label=_("In the consortium")
    )
    trl = df.MultipleChoiceFilter(choices=TRL, label=_("Technology readiness level"))
    language = df.MultipleChoiceFilter(choices=languages, label=_("Language of the text"))
    submitted_at = df.IsoDateTimeFromToRangeFilter(label=_("Submitted"))
    review_on = df.DateFromToRangeFilter(label=_("To be reviewed on"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Created"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    mine = df.BooleanFilter(method="only_mine", label=_("Ours: written or joined by us"))
    evaluated_by_me = df.BooleanFilter(method="only_evaluated_by_me", label=_("Evaluated by me"))
    decided = df.BooleanFilter(method="only_decided", label=_("Decided, not yet notified"))
    external_id = df.CharFilter(label=_("Identifier in the source"))
    source = df.CharFilter(label=_("Source"))
    order = df.OrderingFilter(
        fields=by_title(
            "reference",
            "title",
            "trl",
            "submitted_at",
            "review_on",
            "state",
            "created_at",
            "updated_at",
        ),
        label=_("Order"),
    )

    class Meta:
        model = Idea
        fields = ()

    def with_partner(self, ideas: Any, name: str, organisations: Any) -> Any:
        """Ideas that one of the organisations was invited to join, as far as the caller may know."""
        if not organisations:
            return ideas
        seen = IdeaPartner.objects.visible_to(self.request.user).filter(organisation__in=organisations)
        return ideas.filter(pk__in=seen.values("idea_id"))

    def only_mine(self, ideas: Any, name: str, value: bool) -> Any:
        """Ideas of the caller and their organisations, or all the others."""
        own = Idea.objects.of(self.request.user).values("pk")
        return ideas.filter(pk__in=own) if value else ideas.exclude(pk__in=own)

    def only_evaluated_by_me(self, ideas: Any, name: str, value: bool) -> Any:
        """Ideas the caller has handed in an evaluation of, or those given to them and still open."""
        user = self.request.user
        own = Evaluation.objects.visible_to(user).filter(evaluator_id=user.pk)
        rows = own.handed_in() if value else own.open()
        return ideas.filter(pk__in=rows.values("idea_id"))

    def only_decided(self, ideas: Any, name: str, value: bool) -> Any:
        """Ideas with a decision nobody was told of; for those who may see such a decision at all."""
        seen = Decision.objects.visible_to(self.request.user).untold().filter(idea__isnull=False)
        return (
            ideas.filter(pk__in=seen.values("idea_id"))
            if value
            else ideas.exclude(pk__in=seen.values("idea_id"))
        )


class IdeaPartnerFilter(DomainFilter):
    """Query parameters of GET /api/v1/idea-partners/."""

    idea = df.ModelMultipleChoiceFilter(queryset=Idea.objects.all(), label=_("Idea"))
    organisation = df.ModelMultipleChoiceFilter(queryset=Organisation.objects.all(), label=_("Organisation"))
    confirmed = df.BooleanFilter(
        field_name="confirmed_at", lookup_expr="isnull", exclude=True, label=_("Confirmed")
    )
    confirmed_at = df.IsoDateTimeFromToRangeFilter(label=_("Confirmed"))
    order = df.OrderingFilter(fields=("confirmed_at", "created_at"), label=_("Order"))

    class Meta:
        model = IdeaPartner
        fields = ()


class IdeaAnnexFilter(DomainFilter):
    """Query parameters of GET /api/v1/idea-annexes/. The text itself cannot be searched."""

    idea = df.ModelMultipleChoiceFilter(queryset=Idea.objects.all(), label=_("Idea"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    order = df.OrderingFilter(fields=("updated_at",), label=_("Order"))

    class Meta:
        model = IdeaAnnex
        fields = ()


class InformationRequestFilter(DomainFilter):
    """Query parameters of GET /api/v1/information-requests/. Dates ISO 8601."""

    idea = df.ModelMultipleChoiceFilter(queryset=Idea.objects.all(), label=_("Idea"))
    due_on = df.DateFromToRangeFilter(label=_("Answer by"))
    answered_at = df.IsoDateTimeFromToRangeFilter(label=_("Answered"))
    open = df.BooleanFilter(method="only_open", label=_("Waiting for an answer"))
    overdue = df.BooleanFilter(method="only_overdue", label=_("Overdue"))
    order = df.OrderingFilter(fields=("due_on", "answered_at", "created_at"), label=_("Order"))

    class Meta:
        model = InformationRequest
        fields = ()

    def only_open(self, requests: Any, name: str, value: bool) -> Any:
        """Requests that wait, or those that do not."""
        waiting = InformationRequest.objects.open().values("pk")
        return requests.filter(pk__in=waiting) if value else requests.exclude(pk__in=waiting)

    def only_overdue(self, requests: Any, name: str, value: bool) -> Any:
        """Requests whose last day has passed without an answer, or the others."""
        late = InformationRequest.objects.overdue().values("pk")
        return requests.filter(pk__in=late) if value else requests.exclude(pk__in=late)
