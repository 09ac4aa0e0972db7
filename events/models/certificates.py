"""Who was told on paper that they learned something or were there, and does it still hold?"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record, Referenced, Searchable, order_indexes
from cic.core.search import SearchQuerySet
from events.choices import CertificateState
from partners.models import standing_of

from .capsules import Taking
from .registrations import LISTING, Registration


class CertificateQuerySet(SearchQuerySet):
    """Named questions about certificates. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """One's own, and for those who run events all of their centres."""
        if not user.is_authenticated:
            return self.none()
        standing = standing_of(user)
        if standing.everywhere(LISTING):
            return self
        mine = Q(user_id=user.pk)
        if user.limited_to_centre is not None:
            mine &= Q(centre_id=user.limited_to_centre)
        return self.filter(mine | Q(centre_id__in=standing.centres(LISTING)))

    def opened_by(self, code):
        """The one this code opens, to whoever has it: that it is hard to guess is what guards it."""
        return self.filter(code=code)

    def valid(self):
        """Those that hold."""
        return self.filter(state=CertificateState.VALID)


class Certificate(Record, Referenced, Searchable):
    """That somebody completed a capsule, or was at a session. It says what was so that day, whatever is changed later.

    `name`: as its holder wants to be called on it. `titles` and `goals`: by language. `code`: what opens the public
    page that says it is genuine.
    """

    REFERENCE_PREFIX = "CERT"
    SEARCH_FIELDS = ("reference", "name")
    SORTED_BY = "name"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("person"),
    )
    # What is forgotten takes its paper with it.
    taking = models.ForeignKey(
        Taking,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("capsule taken"),
    )
    registration = models.ForeignKey(
        Registration,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("registration"),
    )
    centre = models.ForeignKey(
        "partners.Centre",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("centre"),
    )
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=12, choices=languages, default=own_language)
    titles = models.JSONField(_("titles"), default=dict, editable=False)
    goals = models.JSONField(_("goals"), default=dict, blank=True, editable=False)
    minutes = models.PositiveIntegerField(_("minutes"), editable=False)
    earned_on = models.DateField(_("earned on"), editable=False)
    issuer = models.CharField(_("issued by"), max_length=250, editable=False)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, editable=False)
    code = models.CharField(_("verification code"), max_length=24, unique=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=7,
        choices=CertificateState.choices,
        default=CertificateState.VALID,
        editable=False,
        db_index=True,
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = order_indexes("events_certificate", "sort_key", "earned_on", "issued_at")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["taking"], condition=Q(state="valid"), name="events_certificate_of_taking"
            ),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(state="valid"), name="events_certificate_of_place"
            ),
            models.CheckConstraint(
                condition=Q(taking__isnull=False, registration=None)
                | Q(taking=None, registration__isnull=False),
                name="events_certificate_for_one",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_valid(self) -> bool:
        """Whether it holds."""
        return self.state == CertificateState.VALID

    @property
    def is_of_capsule(self) -> bool:
        """Whether it is for a capsule; else for a session."""
        return self.taking_id is not None

    @property
    def title(self) -> str:
        """What it is for, in the language in use where it was said in it."""
        return self._in_words(self.titles) or ""

    @property
    def goal_list(self) -> list[str]:
        """What was learned, in the language in use where it was said in it."""
        return self._in_words(self.goals) or []

    @property
    def title_language(self) -> str:
        """The language of `title`."""
        here = get_language() or ""
        return here if here in self.titles else self.language

    def _in_words(self, said: Any) -> Any:
        return said.get(get_language()) or said.get(self.language)
