"""Which ideas were proposed, by whom, and what of them is confidential?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.models import Publishable, Record, Referenced, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from partners.choices import READING_ROLES, Role
from partners.models import standing_of
from pilots.choices import TRL, EvaluationState, IdeaState, PartnerStage

ANNEX_ROLES = (Role.COORDINATOR, Role.LEGAL, Role.SECRETARY, Role.ADMIN, Role.AUDITOR)
# A draft belongs to its author alone.
SENT = ~Q(state=IdeaState.DRAFT)


class IdeaQuerySet(SearchQuerySet):
    """Named questions about ideas. A read made for a person starts at `visible_to`."""

    def of(self, user):
        """Ideas that `user` or an organisation of theirs proposes or joins."""
        if not user.is_authenticated:
            return self.none()
        organisations = standing_of(user).member_of
        joined = IdeaPartner.objects.filter(organisation_id__in=organisations).values("idea_id")
        return self.filter(proposed_by(user) | (SENT & Q(pk__in=joined)))

    def inside(self, user):
        """Ideas `user` may read before they are public."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self.filter(SENT | Q(pk__in=self.model.objects.of(user).values("pk")))
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(pk__in=self.model.objects.of(user).values("pk"))
            | (SENT & Q(centre_id__in=standing.centres(READING_ROLES)))
            | Q(pk__in=assigned_to(user))
        )

    def visible_to(self, user):
        """Ideas `user` may read: public ones, and those they stand inside of."""
        public = Q(publication__in=PUBLIC_STATES)
        if not user.is_authenticated:
            return self.filter(public)
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self.inside(user)
        return self.filter(public | Q(pk__in=self.model.objects.inside(user).values("pk")))

    def waiting_for_triage(self):
        """Ideas that were sent and nobody has passed on yet, the longest waiting first."""
        return self.filter(state__in=[IdeaState.SUBMITTED, IdeaState.SCREENING]).order_by(
            "submitted_at", "pk"
        )

    def decidable(self):
        """Ideas in evaluation on which no decision waits to be told."""
        from .decisions import Decision

        return self.filter(state=IdeaState.IN_EVALUATION).exclude(
            pk__in=Decision.objects.untold().filter(idea__isnull=False).values("idea_id")
        )

    def decided_untold(self):
        """Ideas in evaluation that are decided while their author does not know yet. For the staff only."""
        from .decisions import Decision

        return self.filter(
            state=IdeaState.IN_EVALUATION,
            pk__in=Decision.objects.untold().filter(idea__isnull=False).values("idea_id"),
        )


def proposed_by(user, path=""):
    """The condition that `user` proposes an idea: on their own, or as a member, today, of the organisation that does."""
    alone = Q(**{f"{path}author_id": user.pk, f"{path}organisation": None})
    return alone | Q(**{f"{path}organisation_id__in": standing_of(user).member_of})


def assigned_to(user):
    """Ids of the ideas `user` evaluates today and may open, once having declared no conflict.

    Not those of blind evaluations: they are read through the evaluation, which shows the text and never who
    proposes. So no list, filter, file or history of ideas can tell a blind evaluator who it was.
    """
    from .evaluations import Evaluation

    handed_in = Q(state=EvaluationState.LOCKED) & ~Q(recommendation="")
    read = Q(state__in=[EvaluationState.ACCEPTED, EvaluationState.SUBMITTED]) | handed_in
    return Evaluation.objects.given_to(user).filter(read, criteria_set__blind=False).values("idea_id")


class Idea(Record, Referenced, Searchable, Publishable, Translatable):
    """A proposal that answers a challenge, or brings one of its own."""

    REFERENCE_PREFIX = "I"
    SEARCH_FIELDS = ("reference", "title", "problem", "proposal", "novelty", "beneficiaries")
    TRANSLATED = ("title", "problem", "proposal", "novelty", "beneficiaries", "asked_of_city")
    # What an author writes, and what a request for more information can unlock.
    AUTHOR_FIELDS = ("title", "problem", "proposal", "novelty", "beneficiaries", "asked_of_city", "trl")

    title = models.CharField(_("title"), max_length=250)
    problem = models.TextField(_("problem"), blank=True)
    proposal = models.TextField(_("proposal"), blank=True)
    novelty = models.TextField(_("what is new"), blank=True)
    beneficiaries = models.TextField(_("who benefits"), blank=True)
    asked_of_city = models.TextField(_("what is asked of the city"), blank=True)
    trl = models.PositiveSmallIntegerField(
        _("technology readiness level"), choices=TRL, null=True, blank=True
    )
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    challenge = models.ForeignKey(
        "pilots.Challenge",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("challenge"),
    )
    centre = models.ForeignKey(
        "partners.Centre", models.PROTECT, related_name="ideas", verbose_name=_("centre")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="ideas",
        verbose_name=_("author"),
    )
    organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("organisation"),
    )
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=IdeaState.choices,
        default=IdeaState.DRAFT,
        editable=False,
        db_index=True,
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    # What was promised when it was sent, or last answered: it stays when the centre changes its days.
    answer_by = models.DateField(_("first answer by"), null=True, blank=True, editable=False)
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    source_values = models.JSONField(_("values of the source"), default=dict, blank=True, editable=False)

    objects = IdeaQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        indexes = [
            models.Index(fields=["centre", "state"], name="pilots_idea_centre_state"),
            *order_indexes(
                "pilots_idea", "sort_key", "trl", "submitted_at", "review_on", "created_at", "updated_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"


class ThroughIdea(models.QuerySet):
    """What belongs to an idea is read by those inside of it."""

    def visible_to(self, user):
        """Rows of ideas `user` stands inside of."""
        return self.filter(idea__in=Idea.objects.inside(user).values("pk"))


class IdeaPartnerQuerySet(ThroughIdea):
    """Named questions about consortia."""

    def visible_to(self, user):
        """Rows of ideas `user` stands inside of, and the invitations of their own organisations."""
        own = Q(organisation_id__in=standing_of(user).member_of)
        return self.filter(own | Q(idea__in=Idea.objects.inside(user).values("pk")))

    def confirmed(self):
        """Organisations that said yes."""
        return self.filter(confirmed_at__isnull=False)


class IdeaPartner(Record):
    """An organisation invited into the consortium of an idea; it takes part once it has confirmed."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="partners", verbose_name=_("idea"))
    organisation = models.ForeignKey(
        "partners.Organisation", models.PROTECT, related_name="joined_ideas", verbose_name=_("organisation")
    )
    contribution = models.CharField(_("what it brings"), max_length=250, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)

    objects = IdeaPartnerQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("consortium member")
        verbose_name_plural = _("consortium members")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["idea", "organisation"], name="pilots_ideapartner_once"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def centre_id(self) -> int:
        """The centre of its idea."""
        return self.idea.centre_id

    @property
    def stage(self) -> str:
        """Invited, or confirmed. Read from its date."""
        return PartnerStage.CONFIRMED if self.confirmed_at is not None else PartnerStage.INVITED

    def get_stage_display(self) -> str:
        """The stage in words."""
        return str(PartnerStage(self.stage).label)


class AnnexQuerySet(models.QuerySet):
    """Named questions about confidential annexes."""

    def visible_to(self, user):
        """Annexes `user` may read: of their own ideas, of ideas they decide on, and of those they evaluate."""
        standing = standing_of(user)
        sent = ~Q(idea__state=IdeaState.DRAFT)
        if standing.everywhere(ANNEX_ROLES):
            return self.filter(sent | Q(idea__in=Idea.objects.of(user).values("pk")))
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            proposed_by(user, "idea__")
            | (sent & Q(idea__centre_id__in=standing.centres(ANNEX_ROLES)))
            | Q(idea_id__in=assigned_to(user))
        )


class IdeaAnnex(Record):
    """What an idea tells the city in confidence: a record of its own, so that no list of ideas can leak it."""

    idea = models.OneToOneField(Idea, models.CASCADE, related_name="annex", verbose_name=_("idea"))
    text = models.TextField(_("confidential annex"))

    objects = AnnexQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("confidential annex")
        verbose_name_plural = _("confidential annexes")

    def __str__(self) -> str:
        return str(_("Confidential annex of %(reference)s") % {"reference": self.idea.reference})

    @property
    def centre_id(self) -> int:
        """The centre of its idea."""
        return self.idea.centre_id


class InformationRequestQuerySet(ThroughIdea):
    """Named questions about requests for more information."""

    def open(self):
        """Requests that still wait for an answer."""
        return self.filter(answered_at=None, idea__state=IdeaState.MORE_INFORMATION)

    def overdue(self):
        """Open requests whose last day has passed (local calendar day)."""
        return self.open().filter(due_on__lt=timezone.localdate())


class InformationRequest(Record):
    """A question to the author of an idea, the fields it opens again, and the day by which to answer."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="requests", verbose_name=_("idea"))
    question = models.TextField(_("question"))
    fields = models.JSONField(_("fields open to the author"), default=list, blank=True)
    due_on = models.DateField(_("answer by"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    objects = InformationRequestQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("request for more information")
        verbose_name_plural = _("requests for more information")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.question[:80]

    @property
    def centre_id(self) -> int:
        """The centre of its idea."""
        return self.idea.centre_id
