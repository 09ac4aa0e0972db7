"""What is measured, against which baseline and target, and with what result?"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import MOST_DAYS
from cic.core.models import Record, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from pilots.choices import Aggregation, Direction, IndicatorKind, MeasurementState

from .places import Site
from .trials import PublicThroughTrial, Trial


class IndicatorQuerySet(PublicThroughTrial, SearchQuerySet):
    """Indicators show with the trial one may read."""


class Indicator(Record, Searchable, Translatable):
    """A figure a trial is judged by. Frozen when the trial starts; later changes are amendments."""

    SEARCH_FIELDS = ("name", "unit", "baseline_text", "target_text")
    SORTED_BY = "name"
    SHOWN_BY = "trial__reference"
    TRANSLATED = ("name", "unit", "baseline_text", "target_text")
    LANGUAGE_PATH = "trial__language"
    # What is frozen at the start.
    FROZEN_FIELDS = (
        "name", "kind", "unit", "direction", "aggregation", "baseline", "baseline_text", "baseline_n", "target",
        "target_text", "site", "comparison_of",
    )  # fmt: skip

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="indicators", verbose_name=_("trial"))
    name = models.CharField(_("indicator"), max_length=200)
    kind = models.CharField(
        _("kind"), max_length=11, choices=IndicatorKind.choices, default=IndicatorKind.NUMBER
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices, default=Direction.UP
    )
    aggregation = models.CharField(
        _("aggregation"), max_length=4, choices=Aggregation.choices, default=Aggregation.LAST
    )
    baseline = models.DecimalField(_("baseline"), max_digits=18, decimal_places=6, null=True, blank=True)
    baseline_text = models.CharField(_("baseline in words"), max_length=250, blank=True)
    baseline_n = models.PositiveIntegerField(
        _("baseline taken of how many"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=6, null=True, blank=True)
    target_text = models.CharField(_("target in words"), max_length=250, blank=True)
    # The same figure at a place without the trial: measured, approved and counted like any other.
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("comparison place"),
    )
    comparison_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="comparisons",
        verbose_name=_("is compared with"),
    )  # fmt: skip
    period_days = models.PositiveSmallIntegerField(
        _("measured every, in days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return self.name

    @property
    def text_language(self) -> str:
        """It is written in the language of its trial."""
        return self.trial.language

    @property
    def has_baseline(self) -> bool:
        """Whether the state before the trial is known."""
        return self.baseline is not None or bool(self.baseline_text)


class ThroughIndicator(models.QuerySet):
    """What shows with the indicator of a trial one may read."""

    def visible_to(self, user):
        """Rows of indicators of every trial `user` may read."""
        return self.filter(indicator__trial__in=Trial.objects.visible_to(user).values("pk"))


class IndicatorAmendment(models.Model):
    """A change of a frozen indicator: what, from, to, why. Shown wherever the indicator is."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="amendments")
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict)
    reason = models.TextField(_("reason"))
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ThroughIndicator.as_manager()

    class Meta:
        verbose_name = _("amendment of an indicator")
        verbose_name_plural = _("amendments of indicators")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.reason[:60]}"


class MeasurementQuerySet(models.QuerySet):
    """Named questions about measurements."""

    def visible_to(self, user):
        """All for those inside of the trial; approved ones in force for everyone who may read it."""
        inside = Q(indicator__trial__in=Trial.objects.inside(user).values("pk"))
        shown = Q(
            state=MeasurementState.APPROVED,
            is_current=True,
            indicator__trial__in=Trial.objects.visible_to(user).values("pk"),
        )
        return self.filter(inside | shown)

    def current(self):
        """The versions in force: a correction takes over once it is approved, not before."""
        return self.filter(is_current=True)

    def approved(self):
        """Current measurements that count."""
        return self.current().filter(state=MeasurementState.APPROVED)


class Measurement(Record):
    """A value of an indicator in a period. A correction is a new row that supersedes; never text in a number."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="measurements", verbose_name=_("indicator")
    )
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=6, null=True, blank=True)
    numerator = models.DecimalField(_("numerator"), max_digits=18, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(
        _("denominator"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    text = models.TextField(_("description"), blank=True)
    not_measured_reason = models.CharField(_("not measured because"), max_length=300, blank=True)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=MeasurementState.choices,
        default=MeasurementState.DRAFT,
        editable=False,
        db_index=True,
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="superseded_by",
        verbose_name=_("corrects"),
    )
    correction_reason = models.CharField(_("why it is corrected"), max_length=300, blank=True)
    is_current = models.BooleanField(_("version in force"), default=True, editable=False)
    return_reason = models.CharField(_("why it was returned"), max_length=300, blank=True, editable=False)
    measured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = MeasurementQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["period_end", "pk"]
        indexes = [
            models.Index(fields=["indicator", "period_end"], name="pilots_measurement_period"),
            *order_indexes("pilots_value", "period_start", "period_end", "value", "updated_at"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="pilots_measurement_order",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                fields=["indicator", "period_start", "period_end"],
                condition=Q(is_current=True),
                name="pilots_measurement_once",
                violation_error_message=_("There is a measurement for this period. Correct that one."),
            ),
            models.CheckConstraint(
                condition=~Q(denominator=0),
                name="pilots_measurement_denominator",
                violation_error_message=_("The denominator cannot be 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.period_end}"
