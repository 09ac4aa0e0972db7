"""What do people say to each other about an idea, a trial or an agreement, and who reads it?

`audience` says who reads a channel, `heard` which records somebody reads a channel of, `visible_to` which
messages; a test asserts that the three agree for every role.
"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cic.core.models import Record, Searchable
from cic.core.search import SearchQuerySet
from partners.choices import READING_ROLES, AgreementState, Role
from partners.models import Agreement, Membership, Organisation, Party, User, standing_of
from pilots.choices import MESSAGE_CHARACTERS, Channel, EvaluationState

from .evaluations import Evaluation
from .ideas import SENT, Idea, IdeaPartner, proposed_by
from .trials import TeamPerson, Trial, TrialPartner, ids_of

# Only ideas are evaluated: elsewhere a channel with evaluators would be the internal one by another name.
CHANNELS: dict[type[models.Model], tuple[Channel, ...]] = {
    Idea: (Channel.INTERNAL, Channel.REVIEWERS, Channel.PARTNER),
    Trial: (Channel.INTERNAL, Channel.PARTNER),
    Agreement: (Channel.INTERNAL, Channel.PARTNER),
}
SUBJECTS = {"idea": Idea, "trial": Trial, "agreement": Agreement}
# What the parties do not know of yet, or never will.
CLOSED_TO_PARTIES = (AgreementState.DRAFT, AgreementState.ABANDONED)
# An evaluator reads nothing before having declared no conflict, and nothing after a recusal.
READS_AS_EVALUATOR = Q(state__in=[EvaluationState.ACCEPTED, EvaluationState.SUBMITTED]) | (
    Q(state=EvaluationState.LOCKED) & ~Q(recommendation="")
)


def audience(obj: Any, channel: str) -> Any:
    """The people who read `channel` of `obj` today: deny by default, staff of the centre and who is invited into it."""
    if channel not in CHANNELS[type(obj)] or (isinstance(obj, Idea) and obj.state == "draft"):
        return User.objects.none()
    staff = User.objects.appointed(READING_ROLES, obj.centre_id).order_by()
    return User.objects.filter(
        Q(pk__in=staff.values("pk")) | _invited(obj, channel), is_active=True
    ).order_by("name", "pk")


def _invited(obj: Any, channel: str) -> Q:
    """The condition that somebody who is not of the city's staff reads a channel."""
    if channel == Channel.REVIEWERS:
        evaluations = Evaluation.objects.filter(READS_AS_EVALUATOR, idea_id=obj.pk)
        evaluating = User.objects.appointed([Role.EVALUATOR], obj.centre_id).order_by()
        return Q(pk__in=evaluations.order_by().values("evaluator_id")) & Q(pk__in=evaluating.values("pk"))
    if channel != Channel.PARTNER:
        return Q(pk__in=[])
    members = Membership.objects.current().filter(organisation__in=organisations_in(obj).values("pk"))
    invited = Q(pk__in=members.order_by().values("user_id"))
    if isinstance(obj, Idea):
        return invited if obj.organisation_id is not None else invited | Q(pk=obj.author_id)
    if isinstance(obj, Trial):
        team = TeamPerson.objects.current().filter(trial_id=obj.pk)
        return invited | Q(pk__in=team.order_by().values("user_id"))
    return invited


def organisations_in(obj: Any) -> Any:
    """The organisations whose members read the channel with the partner."""
    if isinstance(obj, Idea):
        joined = IdeaPartner.objects.confirmed().filter(idea_id=obj.pk).order_by().values("organisation_id")
        found = Q(pk=obj.organisation_id) | Q(pk__in=joined)
    elif isinstance(obj, Trial):
        joined = TrialPartner.objects.filter(trial_id=obj.pk).order_by().values("organisation_id")
        found = Q(pk=obj.promoter_id) | Q(pk__in=joined)
    elif obj.state in CLOSED_TO_PARTIES:
        return Organisation.objects.none()
    else:
        found = Q(pk__in=Party.objects.filter(agreement_id=obj.pk).order_by().values("organisation_id"))
    return Organisation.objects.filter(found)


def heard(model: Any, channel: str, user: Any) -> Any:
    """The records of `model` whose `channel` is read by `user`: the same rule as `audience`, asked from the other side."""
    rows = model._base_manager.all()
    if channel not in CHANNELS[model] or not user.is_authenticated or not user.is_active:
        return rows.none()
    if model is Idea:
        rows = rows.filter(SENT)
    if user.limited_to_centre is not None:
        rows = rows.filter(centre_id=user.limited_to_centre)
    standing = standing_of(user)
    if standing.everywhere(READING_ROLES):
        return rows
    reads = Q(centre_id__in=standing.centres(READING_ROLES))
    if channel == Channel.REVIEWERS:
        own = Evaluation.objects.given_to(user).filter(READS_AS_EVALUATOR)
        reads |= Q(pk__in=own.order_by().values("idea_id"))
    if channel == Channel.PARTNER:
        reads |= _takes_part(model, user)
    return rows.filter(reads)


def _takes_part(model: Any, user: Any) -> Q:
    organisations = standing_of(user).member_of
    if model is Trial:
        return Q(pk__in=ids_of(user))
    if model is Agreement:
        parties = Party.objects.filter(organisation_id__in=organisations).order_by().values("agreement_id")
        return Q(pk__in=parties) & ~Q(state__in=CLOSED_TO_PARTIES)
    joined = IdeaPartner.objects.confirmed().filter(organisation_id__in=organisations).order_by()
    return proposed_by(user) | Q(pk__in=joined.values("idea_id"))


def with_channels(model: Any, user: Any) -> Any:
    """The records of `model` that `user` reads a channel of, each with `hears_<channel>`."""
    asked = {
        f"hears_{channel.value}": Exists(heard(model, channel, user).filter(pk=OuterRef("pk")))
        for channel in CHANNELS[model]
    }
    any_of = Q()
    for name in asked:
        any_of |= Q(**{name: True})
    return model._base_manager.annotate(**asked).filter(any_of)


class MessageQuerySet(SearchQuerySet):
    """Named questions about messages. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Messages in the channels that `user` reads."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        readable = Q(pk__in=[])
        for name, model in SUBJECTS.items():
            for channel in CHANNELS[model]:
                rows = heard(model, channel, user).order_by().values("pk")
                readable |= Q(**{"channel": channel, f"{name}__in": rows})
        return self.filter(readable)

    def about(self, obj):
        """Messages of one record, in all its channels."""
        return self.filter(**{subject_name(obj): obj.pk})


def subject_name(obj: Any) -> str:
    """The name of the relation by which a message points to `obj`."""
    return next(name for name, model in SUBJECTS.items() if isinstance(obj, model))


class Message(Record, Searchable):
    """What somebody said about one record, in one channel. Plain text; changed by its author only, and not for long."""

    SEARCH_FIELDS = ("text",)
    SORTED_BY = "text"
    SHOWN_BY = Coalesce(*(f"{name}__reference" for name in SUBJECTS))
    LISTED = False

    idea = models.ForeignKey(
        Idea, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("idea")
    )
    trial = models.ForeignKey(
        Trial, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("trial")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("agreement")
    )
    channel = models.CharField(_("channel"), max_length=9, choices=Channel.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="messages",
        verbose_name=_("author"),
    )
    text = models.TextField(_("message"), validators=[MaxLengthValidator(MESSAGE_CHARACTERS)])
    edited_at = models.DateTimeField(_("changed by its author"), null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(idea__isnull=False, trial=None, agreement=None)
                | Q(idea=None, trial__isnull=False, agreement=None)
                | Q(idea=None, trial=None, agreement__isnull=False),
                name="pilots_message_about_one",
                violation_error_message=_("A message is about one idea, one trial or one agreement."),
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.REVIEWERS) | Q(idea__isnull=False),
                name="pilots_message_reviewers",
                violation_error_message=_("Only ideas have evaluators to talk with."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject.reference} · {self.get_channel_display()}"

    @property
    def subject(self) -> Any:
        """The record it is about; None before that is said."""
        return self.idea or self.trial or self.agreement

    @property
    def centre_id(self) -> int | None:
        """The centre of what it is about."""
        return self.subject.centre_id if self.subject is not None else None
