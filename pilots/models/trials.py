"""What is tried, by whom, where, on which terms, and how does it go?"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.models import Publishable, Record, Referenced, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from partners.choices import READING_ROLES
from partners.models import Membership, standing_of
from pilots.calculations.status import trial_status
from pilots.choices import (
    LIVE_STATES,
    PLAN_STATES,
    PUBLIC_TRIAL_LABELS,
    TRIAL_TONES,
    TRL,
    ExtensionState,
    PermitState,
    TrialKind,
    TrialPartnerRole,
    TrialState,
    TrialStatus,
)

SCALE = [MinValueValidator(1), MaxValueValidator(5)]


class TrialQuerySet(SearchQuerySet):
    """Named questions about trials. A read made for a person starts at `visible_to`."""

    def of(self, user):
        """Trials in which an organisation of `user`, or `user` in its team, takes part."""
        if not user.is_authenticated:
            return self.none()
        return self.within_reach(user).filter(pk__in=ids_of(user))

    def within_reach(self, user):
        """All, or those of the one centre that the token behind `user` is limited to."""
        return self if user.limited_to_centre is None else self.filter(centre_id=user.limited_to_centre)

    def inside(self, user):
        """Trials whose inner workings `user` may read: of their centres, and those they take part in."""
        if standing_of(user).everywhere(READING_ROLES):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(_inside(user))

    def visible_to(self, user):
        """Trials `user` may read: public ones, and those they stand inside of."""
        public = Q(publication__in=PUBLIC_STATES)
        if not user.is_authenticated:
            return self.filter(public)
        if standing_of(user).everywhere(READING_ROLES):
            return self
        # One level deep: a list ends after a page, where a subquery over all trials would first be worked out.
        return self.filter(public | _inside(user))

    def overdue(self):
        """Trials with an open milestone whose date has passed (local calendar day)."""
        return self.filter(state__in=LIVE_STATES, pk__in=_late())

    def not_overdue(self):
        """The others."""
        return self.exclude(state__in=LIVE_STATES, pk__in=_late())


def _late():
    """Ids of the trials with an open milestone whose date has passed."""
    return (
        Milestone.objects.filter(done_on=None, due_on__lt=timezone.localdate()).order_by().values("trial_id")
    )


def ids_of(user):
    """Ids of the trials in which an organisation of `user`, or `user` in its team, takes part.

    A union, not conditions joined by “or”: each part is answered by an index of its own.
    """
    organisations = standing_of(user).member_of
    joined = TrialPartner.objects.filter(organisation_id__in=organisations).order_by().values("trial_id")
    promoted = Trial.objects.filter(promoter_id__in=organisations).values("pk")
    in_teams = TeamPerson.objects.filter(Q(organisation=None) | Q(organisation_id__in=organisations))
    return joined.union(promoted, in_teams.filter(user_id=user.pk).order_by().values("trial_id"))


def _inside(user):
    """The condition that somebody who signed in, without a role everywhere, stands inside of a trial."""
    centres = standing_of(user).centres(READING_ROLES)
    # Its monitor is among them as long as they work for the centre.
    inside = Q(centre_id__in=centres) | Q(pk__in=ids_of(user))
    return inside if user.limited_to_centre is None else inside & Q(centre_id=user.limited_to_centre)


class Trial(Record, Referenced, Searchable, Publishable, Translatable):
    """A proof of concept or a pilot: the same record, two kinds, two tables of moves."""

    REFERENCE_PREFIX = "P"
    SEARCH_FIELDS = ("reference", "acronym", "title", "summary", "hypothesis", "goal_words")
    TRANSLATED = ("title", "summary", "hypothesis", "method", "environment", "data_collected")

    kind = models.CharField(_("kind"), max_length=5, choices=TrialKind.choices)
    title = models.CharField(_("title"), max_length=500)
    acronym = models.CharField(_("acronym"), max_length=60, blank=True)
    summary = models.TextField(_("in a paragraph"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    idea = models.ForeignKey(
        "pilots.Idea", models.PROTECT, null=True, blank=True, related_name="trials", verbose_name=_("idea")
    )
    origin = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pilots",
        verbose_name=_("proof of concept"),
    )
    skip_reason = models.TextField(_("why there was no proof of concept"), blank=True)
    centre = models.ForeignKey(
        "partners.Centre", models.PROTECT, related_name="trials", verbose_name=_("centre")
    )
    agreement = models.ForeignKey(
        "partners.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trials",
        verbose_name=_("agreement"),
    )
    promoter = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promoted_trials",
        verbose_name=_("promoter"),
    )
    monitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="monitored_trials",
        verbose_name=_("monitor"),
    )
    areas = models.ManyToManyField(
        "partners.Area", blank=True, related_name="trials", verbose_name=_("areas")
    )
    sdgs = models.JSONField(_("Sustainable Development Goals"), default=list, blank=True)
    hypothesis = models.TextField(_("hypothesis"), blank=True)
    method = models.TextField(_("method"), blank=True)
    environment = models.TextField(_("test environment"), blank=True)
    trl_in = models.PositiveSmallIntegerField(_("TRL at the start"), choices=TRL, null=True, blank=True)
    trl_out = models.PositiveSmallIntegerField(_("TRL at the end"), choices=TRL, null=True, blank=True)
    budget_eur = models.DecimalField(
        _("budget, in euro"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    starts_on = models.DateField(_("planned start"), null=True, blank=True)
    ends_on = models.DateField(_("planned end"), null=True, blank=True)
    started_on = models.DateField(_("started"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("ended"), null=True, blank=True, editable=False)
    resumes_on = models.DateField(_("resumes"), null=True, blank=True)
    told = models.CharField(_("who was told of the suspension"), max_length=300, blank=True)
    no_baseline_reason = models.TextField(_("why no indicator has a baseline"), blank=True)
    data_collected = models.TextField(_("what data is collected"), blank=True)
    data_protection = models.TextField(_("data-protection assessment"), blank=True)
    insurance = models.CharField(_("insurance"), max_length=250, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=TrialState.choices,
        default=TrialState.PREPARING,
        editable=False,
    )
    source_values = models.JSONField(_("values of the source"), default=dict, blank=True, editable=False)

    objects = TrialQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="pilots_trial_period",
                violation_error_message=_("The end comes before the start."),
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "state"], name="pilots_trial_centre_state"),
            models.Index(fields=["starts_on", "id"], name="pilots_trial_starts"),
            models.Index(fields=["budget_eur", "id"], name="pilots_trial_budget"),
            models.Index(fields=["publication", "-id"], name="pilots_trial_public"),
            *order_indexes(
                "pilots_trial",
                "kind",
                "state",
                "sort_key",
                "ends_on",
                "started_on",
                "ended_on",
                "created_at",
                "updated_at",
            ),
            # What the public catalogue counts its facets by, without reading the rows.
            models.Index(
                fields=["publication", "state", "kind", "centre", "started_on", "promoter"],
                name="pilots_trial_facets",
            ),
            # Filters with few values, so that their newest rows are found without a sort.
            models.Index(fields=["language", "id"], name="pilots_trial_language"),
            models.Index(fields=["trl_in", "id"], name="pilots_trial_trl_in"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    @property
    def goal_words(self) -> str:
        """Its Sustainable Development Goals as words such as “sdg03”, which the word index finds fast."""
        return " ".join(f"sdg{goal:02d}" for goal in self.sdgs if isinstance(goal, int))

    @property
    def planned_days(self) -> int | None:
        """Length of the plan in days, both ends included."""
        if self.starts_on is None or self.ends_on is None:
            return None
        return (self.ends_on - self.starts_on).days + 1

    @property
    def has_started(self) -> bool:
        """Whether indicators and success criteria are frozen."""
        return self.state not in (*PLAN_STATES, TrialState.CANCELLED)

    @property
    def status(self) -> str:
        """The state, or what the dates make of it: a finished trial never starts soon."""
        return trial_status(self.state, self.starts_on, self.ends_on, timezone.localdate())

    @cached_property
    def badge(self) -> dict[str, str]:
        """Where it stands, in the words of those who work on it."""
        status = self.status
        names = dict(TrialState.choices) | dict(TrialStatus.choices)
        return {"label": str(names[status]), "tone": TRIAL_TONES.get(status, "neutral")}

    @property
    def public_badge(self) -> dict[str, str]:
        """Where it stands, in the words of partners and citizens."""
        return {**self.badge, "label": str(PUBLIC_TRIAL_LABELS.get(self.status, self.badge["label"]))}


class ThroughTrial(models.QuerySet):
    """The inner workings of a trial are read by those inside of it."""

    def visible_to(self, user):
        """Rows of trials `user` stands inside of."""
        if standing_of(user).everywhere(READING_ROLES):
            return self
        return self.filter(trial__in=Trial.objects.inside(user).values("pk"))


class PublicThroughTrial(models.QuerySet):
    """What shows with a public trial."""

    def visible_to(self, user):
        """Rows of every trial `user` may read."""
        if standing_of(user).everywhere(READING_ROLES):
            return self
        return self.filter(trial__in=Trial.objects.visible_to(user).values("pk"))


class TrialPartner(Record):
    """An organisation in a trial, with its role and what it brings, in euro where it is money."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="partners", verbose_name=_("trial"))
    organisation = models.ForeignKey(
        "partners.Organisation", models.PROTECT, related_name="trial_parts", verbose_name=_("organisation")
    )
    role = models.CharField(
        _("role"), max_length=11, choices=TrialPartnerRole.choices, default=TrialPartnerRole.PARTICIPANT
    )
    contribution = models.CharField(_("what it brings"), max_length=250, blank=True)
    contribution_eur = models.DecimalField(
        _("contribution, in euro"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = PublicThroughTrial.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("trial partner")
        verbose_name_plural = _("trial partners")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"


class TeamPersonQuerySet(ThroughTrial):
    """Named questions about teams."""

    def with_belonging(self):
        """Add `belongs`: whether they came for the city, or still belong to the organisation they came through."""
        members = Membership.objects.current().filter(
            user_id=OuterRef("user_id"), organisation_id=OuterRef("organisation_id")
        )
        return self.annotate(
            belongs=ExpressionWrapper(Q(organisation=None) | Exists(members), BooleanField())
        )

    def current(self):
        """Those who are in the team today."""
        return self.with_belonging().filter(belongs=True)


class TeamPerson(Record):
    """A person in the team of a trial, for the city or through an organisation: then as long as they belong to it."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="team", verbose_name=_("trial"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="trial_teams", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("comes through"),
        help_text=_("Whoever leaves this organisation leaves the team. Empty: for the city."),
    )
    task = models.CharField(_("task"), max_length=120, blank=True)

    objects = TeamPersonQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["trial", "user"], name="pilots_teamperson_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.task}"


class Permit(Record):
    """A permission a trial needs, from an authority, with the days it is valid."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="permits", verbose_name=_("trial"))
    name = models.CharField(_("permit"), max_length=200)
    authority = models.CharField(_("authority"), max_length=200)
    number = models.CharField(_("number"), max_length=80, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=PermitState.choices, default=PermitState.REQUESTED
    )

    objects = ThroughTrial.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("permit")
        verbose_name_plural = _("permits")

    def __str__(self) -> str:
        return self.name


class Milestone(Record, Translatable):
    """A step of the plan with its date."""

    TRANSLATED = ("title",)
    LANGUAGE_PATH = "trial__language"

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="milestones", verbose_name=_("trial"))
    title = models.CharField(_("milestone"), max_length=200)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)

    objects = PublicThroughTrial.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_on=None), name="pilots_milestone_open")]

    def __str__(self) -> str:
        return self.title

    @property
    def text_language(self) -> str:
        """It is written in the language of its trial."""
        return self.trial.language


class Risk(Record):
    """Something that may go wrong; likelihood and impact from 1 (low) to 5 (high)."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="risks", verbose_name=_("trial"))
    description = models.CharField(_("risk"), max_length=300)
    likelihood = models.PositiveSmallIntegerField(_("likelihood, 1 to 5"), validators=SCALE)
    impact = models.PositiveSmallIntegerField(_("impact, 1 to 5"), validators=SCALE)
    response = models.TextField(_("response"), blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)

    objects = ThroughTrial.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("risk")
        verbose_name_plural = _("risks")

    def __str__(self) -> str:
        return self.description


class LogQuerySet(SearchQuerySet):
    """Named questions about the logbook."""

    def visible_to(self, user):
        """All entries for those inside of the trial; those marked public for everyone who may read it."""
        inside = Q(trial__in=Trial.objects.inside(user).values("pk"))
        shown = Q(is_public=True, trial__in=Trial.objects.visible_to(user).values("pk"))
        return self.filter(inside | shown)

    def newest_first(self):
        """As the logbook shows them."""
        return self.order_by("-happened_on", "-pk")

    def down_from(self, entry):
        """`entry` and those that the logbook shows beneath it."""
        same_day = Q(happened_on=entry.happened_on, pk__lte=entry.pk)
        return self.filter(same_day | Q(happened_on__lt=entry.happened_on))

    def inside(self, user):
        """All entries of the trials whose inner workings `user` may see."""
        return self.filter(trial__in=Trial.objects.inside(user).values("pk"))


class LogEntry(Record, Searchable):
    """What happened, on a day, at a place; shown to the public only when marked so."""

    SEARCH_FIELDS = ("text", "place")
    SORTED_BY = "text"
    SHOWN_BY = "trial__reference"
    LISTED = False

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="log", verbose_name=_("trial"))
    happened_on = models.DateField(_("day"), default=timezone.localdate)
    text = models.TextField(_("what happened"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    is_public = models.BooleanField(_("show to the public"), default=False)
    is_incident = models.BooleanField(_("incident"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = LogQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("logbook entry")
        verbose_name_plural = _("logbook entries")
        ordering = ["-happened_on", "-pk"]

    def __str__(self) -> str:
        return self.text[:80]


class SuccessCriterion(Record):
    """What a proof of concept must show; frozen when it starts, answered when it ends."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="criteria", verbose_name=_("trial"))
    text = models.CharField(_("success criterion"), max_length=300)
    met = models.BooleanField(_("met"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    # After the start, each change: {"before", "after", "reason", "on", "by"}.
    amendments = models.JSONField(_("amendments"), default=list, blank=True, editable=False)

    objects = ThroughTrial.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("success criterion")
        verbose_name_plural = _("success criteria")

    def __str__(self) -> str:
        return self.text


class ExtensionRequest(Record):
    """A wish to go on for longer than planned, with its reason and its answer."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="extensions", verbose_name=_("trial"))
    new_ends_on = models.DateField(_("new end"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=ExtensionState.choices,
        default=ExtensionState.REQUESTED,
        editable=False,
    )

    objects = ThroughTrial.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("extension request")
        verbose_name_plural = _("extension requests")

    def __str__(self) -> str:
        return f"{self.trial.reference} → {self.new_ends_on}"
