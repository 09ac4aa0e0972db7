"""What is debated in which group, and what came of it?"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record, Referenced, Searchable, Written
from cic.core.models.records import order_indexes
from cic.core.search import SearchQuerySet
from community.choices import DEBATE_CHARACTERS, OPEN_STATES, DebateState

from .groups import Group


class DebateQuerySet(SearchQuerySet):
    """Named questions about debates. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Debates of groups in which `user` reads what is posted."""
        return self.filter(group__in=Group.objects.read_by(user).order_by().values("pk"))

    def read_by(self, user):
        """The same: whoever sees a debate reads it."""
        return self.visible_to(user)

    def with_talk(self):
        """With how many contributions show, and when the last one came."""
        shown = Q(comments__state__in=OPEN_STATES)
        return self.annotate(
            said_count=Count("comments", filter=shown),
            last_said_at=Max("comments__published_at", filter=shown),
        )


class Debate(Record, Referenced, Searchable, Written):
    """A question that a group talks about until a host closes it with what came of it."""

    REFERENCE_PREFIX = "DB"
    REFERENCES_IN_ORDER = False
    SEARCH_FIELDS = ("title", "text", "conclusions")
    TRANSLATED = ("title", "text", "conclusions")
    PAGE = "discussion"

    group = models.ForeignKey(Group, models.PROTECT, related_name="debates", verbose_name=_("group"))
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(
        _("what it is about"),
        validators=[MaxLengthValidator(DEBATE_CHARACTERS)],
        help_text=_("What you want to know or decide, and what is known already."),
    )
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="debates",
        verbose_name=_("author"),
    )
    state = models.CharField(
        _("state"), max_length=6, choices=DebateState.choices, default=DebateState.OPEN, editable=False
    )
    conclusions = models.TextField(
        _("conclusions"), blank=True, validators=[MaxLengthValidator(DEBATE_CHARACTERS)]
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = DebateQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("debate")
        verbose_name_plural = _("debates")
        indexes = [*order_indexes("community_debate", "sort_key", "created_at")]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    @property
    def centre_id(self) -> Any:
        """None: a group is of no centre."""
        return None

    @property
    def is_closed(self) -> bool:
        """Whether it has its conclusions."""
        return self.state == DebateState.CLOSED
