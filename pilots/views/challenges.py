"""What do people see of needs, and how do they state them?"""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.translation_pages import translation_routes
from cic.core.views import CreatePage, EditPage, ListPage, MovePage
from partners.choices import READING_ROLES
from pilots.filters.challenges import ChallengeFilter
from pilots.forms.challenges import ChallengeForm
from pilots.models import Challenge, Idea
from pilots.models.chains import stations_of, with_chain
from pilots.models.tables import AREAS_OF_CHALLENGE, CRITERIA_OF_CHALLENGE, TERRITORIES
from pilots.operations import challenges
from pilots.transitions.challenges import CHALLENGE, CHALLENGE_PUBLICATION

from .chained import ChainedPage, ask_only_what_is_missing


class ChallengeListPage(ListPage):
    """The needs the reader may see."""

    model = Challenge
    noun = "challenge"
    permission = "pilots.view_challenge"
    filterset_class = ChallengeFilter
    quiet_filters = (
        "reference",
        "territories",
        "created_at",
        "updated_at",
        "external_id",
        "source",
        "language",
    )
    row_template = "pilots/challenges/_row.html"
    page_title = _("Challenges")
    create_permission = "pilots.create_challenge"
    create_label = _("State a need")
    table = CHALLENGE
    columns = (
        ("reference", _("Reference"), "reference"),
        ("title", _("Need"), "title"),
        ("state", _("State"), "state"),
        ("chain", _("Chain"), ""),
        ("ideas_count", _("Ideas"), ""),
        ("closes_on", _("Open until"), "closes_on"),
    )
    export_columns = (
        ("reference", "reference"),
        ("title", "title"),
        ("need", "need"),
        ("affected_groups", "affected_groups"),
        ("territory_text", "territory_text"),
        ("territories", TERRITORIES),
        ("areas", AREAS_OF_CHALLENGE),
        ("sdgs", "sdgs"),
        ("language", "language"),
        ("state", "state"),
        ("publication", "publication"),
        ("centre", "centre__name"),
        ("closes_on", "closes_on"),
        ("criteria_set", CRITERIA_OF_CHALLENGE),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With the chain, and how many ideas the reader may see."""
        return with_chain(queryset.annotate(ideas_seen=ideas_seen(self.request.user)), self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows with their small chains."""
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.stations = stations_of(row)
        return context


def ideas_seen(user: Any) -> Any:
    """The number of ideas on a challenge that `user` may open."""
    seen = Idea.objects.visible_to(user).filter(challenge_id=OuterRef("pk")).order_by()
    return Coalesce(Subquery(seen.values("challenge_id").annotate(count=Count("pk")).values("count")), 0)


class ChallengePage(ChainedPage):
    """One need, and the ideas that answer it as far as the reader may see them."""

    model = Challenge
    noun = "challenge"
    permission = "pilots.view_challenge"
    translate_permission = "pilots.translate"
    edit_permission = "pilots.edit_challenge"
    template_name = "pilots/challenges/detail.html"
    tables = (CHALLENGE, CHALLENGE_PUBLICATION)

    def get_queryset(self) -> Any:
        """Needs with their centre."""
        return (
            super()
            .get_queryset()
            .select_related("centre", "criteria_set")
            .prefetch_related("areas", "territories")
        )

    def works_here(self) -> bool:
        """Whether the reader reads all the work of the centre."""
        return bool(self.request.user.standing.has(READING_ROLES, self.object.centre_id))

    def history(self) -> Any:
        """The stages, for those who work here."""
        return super().history() if self.works_here() else []

    def criteria(self) -> str:
        """By what the ideas are evaluated, and whether without knowing whose they are."""
        chosen = self.object.criteria_set
        blind = gettext("blind: evaluators do not read who proposes")
        return f"{chosen} · {blind}" if chosen is not None and chosen.blind else str(chosen or "")

    def facts(self) -> list[tuple[Any, Any]]:
        """Where, for whom, until when."""
        need = self.object
        areas, territories = ([str(row) for row in rows.all()] for rows in (need.areas, need.territories))
        return [
            (_("Centre"), need.centre),
            (_("Where"), ", ".join(filter(None, [need.territory_text, *territories]))),
            (_("Areas"), ", ".join(areas)),
            (_("Who is affected"), need.affected_groups),
            (_("Sustainable Development Goals"), ", ".join(map(str, need.sdgs))),
            (_("Criteria of its evaluation"), self.criteria()),
            (_("Publication"), need.get_publication_display() if self.works_here() else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The ideas beside the need."""
        user = self.request.user
        seen = with_chain(Idea.objects.visible_to(user).filter(challenge=self.object), user).order_by("-pk")
        ideas = list(seen.select_related("organisation")[:50])
        return super().get_context_data(
            ideas=[{"idea": row, "stations": stations_of(row)} for row in ideas],
            idea_count=seen.count(),
            propose_url=f"{reverse('idea_create')}?challenge={self.object.pk}"
            if self.object.takes_ideas
            else "",
            works_here=self.works_here(),
            **kwargs,
        )


class ChallengeCreatePage(CreatePage):
    """State a need, as a draft."""

    model = Challenge
    noun = "challenge"
    permission = "pilots.create_challenge"
    form_class = ChallengeForm
    page_title = _("State a need")
    submit_label = _("Save as a draft")
    done = _("The need is saved as a draft.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form limits the centres to the person's own."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def act(self, form: Any) -> Any:
        """Record it."""
        return challenges.create_challenge(form.cleaned_data, actor=self.request.user)


class ChallengeEditPage(EditPage):
    """Change how a need is stated."""

    model = Challenge
    noun = "challenge"
    permission = "pilots.edit_challenge"
    form_class = ChallengeForm
    page_title = _("Change the need")
    done = _("The need is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form limits the centres to the person's own."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def act(self, form: Any) -> Any:
        """Save it."""
        return challenges.edit_challenge(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class ChallengeMovePage(MovePage):
    """Open, close, solve, reopen, publish."""

    model = Challenge
    noun = "challenge"
    permission = "pilots.view_challenge"
    tables = (CHALLENGE, CHALLENGE_PUBLICATION)

    def get_form(self, form_class: Any = None) -> Any:
        """Without what is filled in already."""
        form = super().get_form(form_class)
        ask_only_what_is_missing(form, self.move, self.object)
        return form

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return challenges.move_challenge(obj, name, actor=self.request.user, **given)


ROUTES = [
    path("challenges/", ChallengeListPage.as_view(), name="challenge_list"),
    path("challenges/new/", ChallengeCreatePage.as_view(), name="challenge_create"),
    path("challenges/<int:pk>/", ChallengePage.as_view(), name="challenge_detail"),
    *translation_routes("challenges", "challenge", Challenge, "pilots.translate"),
    path("challenges/<int:pk>/edit/", ChallengeEditPage.as_view(), name="challenge_edit"),
    path("challenges/<int:pk>/moves/<slug:name>/", ChallengeMovePage.as_view(), name="challenge_move"),
]
NAV = [NavEntry(_("The chain"), _("Challenges"), "challenge_list")]
