"""Where is it tried: which places, in which part of a map, and how far from here?"""

from collections.abc import Iterable
from math import cos, radians
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Avg, BigIntegerField, Count, Func, Min, Value
from django.utils.translation import gettext_lazy as _

from cic.core.maps import Box, Grid, Point
from cic.core.models import Record
from pilots.choices import Comparison

from .trials import PublicThroughTrial

# Beyond this nothing is near, and the square of the distance would no longer fit into a number of the database.
FAR_DEGREES = 2
METRES_PER_MICRODEGREE = 0.111_320


class Micro(Func):
    """Degrees as whole millionths: exact on both databases, so that no place falls between two squares of a grid."""

    template = "CAST(ROUND(%(expressions)s * 1000000) AS bigint)"
    output_field = BigIntegerField()


def _whole(number: int) -> Value:
    return Value(number, output_field=BigIntegerField())


class SiteQuerySet(PublicThroughTrial):
    """Named questions about places."""

    def tried(self) -> "SiteQuerySet":
        """Places with coordinates where something happens; not those it is compared with."""
        return self.filter(comparison="", latitude__isnull=False, longitude__isnull=False)

    def within(self, box: Box) -> "SiteQuerySet":
        """Places in the box; its east and north edge belong to the next one."""
        return self.filter(
            latitude__gte=box.south,
            latitude__lt=box.north,
            longitude__gte=box.west,
            longitude__lt=box.east,
        )

    def clusters(self, grid: Grid) -> Iterable[dict[str, Any]]:
        """Trials by square of a grid over the map, never more than it has squares: one query.

        Each has the number of trials, the middle of their places, and one of the trials.
        """
        (west, south, _east, _north), (width, height) = grid.box.micro, grid.step
        return (
            self.within(grid.box)
            .annotate(
                column=(Micro("longitude") - _whole(west)) / _whole(width),
                row=(Micro("latitude") - _whole(south)) / _whole(height),
            )
            .order_by()
            .values("column", "row")
            .annotate(
                n=Count("trial_id", distinct=True),
                longitude_mean=Avg("longitude"),
                latitude_mean=Avg("latitude"),
                first=Min("trial_id"),
            )
        )

    def in_reach(self, point: Point) -> "SiteQuerySet":
        """Places of which one can say how far they are."""
        return self.filter(
            latitude__range=(point.latitude - FAR_DEGREES, point.latitude + FAR_DEGREES),
            longitude__range=(point.longitude - FAR_DEGREES, point.longitude + FAR_DEGREES),
        )

    def by_distance(self, point: Point) -> Any:
        """Trials and the square of how far their nearest place is from `point`, nearest first.

        Units: `square` in millionths of a degree of latitude, squared.
        """
        longitude, latitude = round(point.longitude * 1_000_000), round(point.latitude * 1_000_000)
        shrink = round(cos(radians(point.latitude)) ** 2 * 1000)
        east, north = Micro("longitude") - _whole(longitude), Micro("latitude") - _whole(latitude)
        return (
            self.in_reach(point)
            .order_by()
            .values("trial_id")
            .annotate(square=Min(east * east * _whole(shrink) / _whole(1000) + north * north))
            .order_by("square", "trial_id")
        )


def metres(square: int) -> float:
    """How far that is. `square` as `by_distance` gives it."""
    return square**0.5 * METRES_PER_MICRODEGREE


class Site(Record):
    """A place where a trial happens. Coordinates in degrees, WGS 84."""

    trial = models.ForeignKey("pilots.Trial", models.CASCADE, related_name="sites", verbose_name=_("trial"))
    name = models.CharField(_("place"), max_length=200)
    address = models.CharField(_("address"), max_length=250, blank=True)
    territory = models.ForeignKey(
        "partners.Territory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("district"),
    )
    comparison = models.CharField(
        _("comparison"), max_length=10, choices=Comparison.choices, blank=True,
        help_text=_("A place without the trial, measured beside it. Leave it empty where the trial happens."),
    )  # fmt: skip
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip

    objects = SiteQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        indexes = [models.Index(fields=["latitude", "longitude"], name="pilots_site_position")]

    def __str__(self) -> str:
        return self.name
