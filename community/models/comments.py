"""What do people say in public about a trial or a challenge, or in a debate of their group, and who sees it?

A case is read with its trial: what was asked of the pilot stands beneath what came of it.
"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record
from community.choices import COMMENT_CHARACTERS, OPEN_STATES, CommentKind, CommentState, ReportReason
from partners.choices import Role
from partners.models import standing_of
from pilots.models import Challenge, Trial

from .debates import Debate
from .groups import GroupMember

# What can be talked about: the name of the relation, and the model.
SUBJECTS: dict[str, Any] = {"trial": Trial, "challenge": Challenge, "debate": Debate}
# How many answers a thread shows at once; its own page has the others.
ANSWERS_SHOWN = 20
MODERATING = (Role.MODERATOR, Role.COORDINATOR, Role.ADMIN)


def subject_name(obj: Any) -> str:
    """The name of the relation by which a comment points to `obj`.

    Raises: LookupError when nobody can talk about such a record.
    """
    for name, model in SUBJECTS.items():
        if isinstance(obj, model):
            return name
    raise LookupError(f"{obj._meta.label} is nothing to comment on.")


def _total(rows: Any, name: str) -> Any:
    """How many `rows` there are, as a column; all are about one record."""
    counted = rows.values(name).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, models.IntegerField()), 0)


class CommentQuerySet(models.QuerySet):
    """Named questions about comments. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Comments on what `user` may read: public ones, their own, and all where they moderate."""
        shown = Q(state__in=OPEN_STATES)
        if user.is_authenticated:
            own = Q(author_id=user.pk)
            if user.limited_to_centre is not None:
                reach = user.limited_to_centre
                own &= Q(trial__centre_id=reach) | Q(challenge__centre_id=reach)
            shown |= own | self._moderated_by(user)
        about = Q(pk__in=[])
        for name, model in SUBJECTS.items():
            about |= Q(**{f"{name}__in": model.objects.visible_to(user).order_by().values("pk")})
        return self.filter(shown, about)

    def moderated_by(self, user):
        """Comments on what `user` may read and moderates."""
        return self.visible_to(user).filter(self._moderated_by(user))

    def _moderated_by(self, user):
        standing = standing_of(user)
        if standing.everywhere(MODERATING):
            return ~Q(pk__in=[])
        centres = standing.centres(MODERATING)
        hosted = GroupMember.objects.hosts().filter(user_id=user.pk).order_by().values("group_id")
        if user.limited_to_centre is not None:
            hosted = hosted.none()
        return (
            Q(trial__centre_id__in=centres)
            | Q(challenge__centre_id__in=centres)
            | Q(debate__group_id__in=hosted)
        )

    def about(self, obj):
        """Comments on one record."""
        return self.filter(**{subject_name(obj): obj.pk})

    def open(self):
        """Comments that everybody may read."""
        return self.filter(state__in=OPEN_STATES)

    def with_names(self):
        """With `author_name`: the city's where it speaks for the city. Never an address."""
        city = Value(settings.CITY_NAME, models.CharField())
        return self.annotate(author_name=Case(When(official=True, then=city), default=F("author__name")))

    def begun(self):
        """What begins a thread that shows: open ones, and those whose words are gone while somebody's answer stays."""
        answers = self.model._base_manager.filter(parent_id=OuterRef("pk"), state__in=OPEN_STATES)
        return self.filter(parent=None).filter(Q(state__in=OPEN_STATES) | Exists(answers))

    def with_answers(self, first, most):
        """The threads that `first` begin, each with at most its `most` latest open answers: one query, oldest first.

        Rows know `author_name`, and an answer how many there are in its thread (`answer_total`).
        """
        thread = [Coalesce("parent_id", F("pk") * -1)]  # what begins a thread stands in none of them
        return (
            self.filter(Q(pk__in=first) | Q(parent__in=first, state__in=OPEN_STATES))
            .annotate(
                latest=Window(RowNumber(), partition_by=thread, order_by=F("pk").desc()),
                answer_total=Window(Count("pk"), partition_by=thread),
            )
            .with_names()
            .filter(latest__lte=most)
            .order_by("pk")
        )

    def threads(self, obj, shown, *, start=0):
        """The newest `shown` threads about `obj`; rows also know `open_total` and `thread_total` of the record."""
        about, name = self.about(obj).order_by(), subject_name(obj)
        begun = about.begun()
        first = begun.order_by("-pk").values("pk")[start : start + shown]
        return about.annotate(
            open_total=_total(about.open(), name), thread_total=_total(begun, name)
        ).with_answers(first, ANSWERS_SHOWN)


class Comment(Record):
    """What somebody wrote in public about one record, or in answer to another comment. Plain text."""

    trial = models.ForeignKey(
        Trial, models.CASCADE, null=True, blank=True, related_name="comments", verbose_name=_("trial")
    )
    challenge = models.ForeignKey(
        Challenge, models.CASCADE, null=True, blank=True, related_name="comments", verbose_name=_("challenge")
    )
    # Protected: a debate in which somebody spoke is closed, not removed with their words.
    debate = models.ForeignKey(
        Debate, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("debate")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("in answer to")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CommentKind.choices, default=CommentKind.COMMENT)
    text = models.TextField(_("text"), validators=[MaxLengthValidator(COMMENT_CHARACTERS)])
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="comments",
        verbose_name=_("author"),
    )
    official = models.BooleanField(_("in the name of the city"), default=False)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=CommentState.choices,
        default=CommentState.PENDING,
        editable=False,
        db_index=True,
    )
    reported_for = models.CharField(
        _("reported because"), max_length=9, choices=ReportReason.choices, blank=True
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False, db_index=True)
    edited_at = models.DateTimeField(_("changed by its author"), null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(trial__isnull=False, challenge=None, debate=None)
                | Q(trial=None, challenge__isnull=False, debate=None)
                | Q(trial=None, challenge=None, debate__isnull=False),
                name="community_comment_about_one",
                violation_error_message=_("A comment is about one trial, one challenge or one debate."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(kind=CommentKind.COMMENT),
                name="community_comment_question_begins",
                violation_error_message=_("An answer is not a question of its own."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject.reference} · {self.get_kind_display()} {self.pk or ''}".strip()

    @property
    def subject(self) -> Any:
        """The record it is about; None before that is said."""
        return self.trial or self.challenge or self.debate

    @property
    def centre_id(self) -> int | None:
        """The centre of what it is about; None for a debate."""
        return self.subject.centre_id if self.subject is not None else None

    @property
    def is_open(self) -> bool:
        """Whether everybody who sees what it is about may read it."""
        return self.state in OPEN_STATES

    @property
    def is_pending(self) -> bool:
        """Whether nobody has read it yet who may let it be shown."""
        return self.state == CommentState.PENDING

    @property
    def is_withdrawn(self) -> bool:
        """Whether its author took it back."""
        return self.state == CommentState.WITHDRAWN

    @property
    def is_reported(self) -> bool:
        """Whether it waits for who moderates."""
        return self.state == CommentState.REPORTED
