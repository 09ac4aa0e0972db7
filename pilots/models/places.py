"""Where is it tried: which places, in which part of a map, and how far from here?"""

from collections.abc import Iterable
from heapq import nsmallest
from math import cos, radians
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BigIntegerField, Func
from django.utils.translation import gettext_lazy as _

from cic.core.maps import MILLION, Box, Grid, Point
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


# A trial's id with latitude and longitude of one of its places. Units: millionths of a degree.
SitedTrial = tuple[int, int, int]


def clusters(places: Iterable[SitedTrial], grid: Grid) -> list[dict[str, Any]]:
    """Trials by square of a grid over the map, never more than it has squares.

    Each has the number of trials, the middle of their places in degrees, and the first of the trials.
    """
    west, south, east, north = grid.box.micro
    width, height = grid.step
    squares: dict[tuple[int, int], list[SitedTrial]] = {}
    for place in places:
        _trial, latitude, longitude = place
        if south <= latitude < north and west <= longitude < east:
            at = (longitude - west) // width, (latitude - south) // height
            squares.setdefault(at, []).append(place)
    return [
        {
            "column": column,
            "row": row,
            "n": len({place[0] for place in within}),
            "longitude_mean": sum(place[2] for place in within) / len(within) / MILLION,
            "latitude_mean": sum(place[1] for place in within) / len(within) / MILLION,
            "first": min(place[0] for place in within),
        }
        for (column, row), within in squares.items()
    ]


def in_reach_of(point: Point) -> tuple[int, int, int, int]:
    """South, west, north and east edge of the part of the map in which one can say how far something is."""
    latitude, longitude = round(point.latitude * MILLION), round(point.longitude * MILLION)
    far = FAR_DEGREES * MILLION
    return latitude - far, longitude - far, latitude + far + 1, longitude + far + 1


def by_distance(places: Iterable[SitedTrial], point: Point, most: int) -> list[tuple[int, int]]:
    """The square of how far the nearest place of each trial is from `point`, and the trial: the `most` nearest first.

    Units: in millionths of a degree of latitude, squared.
    """
    here, there = round(point.latitude * MILLION), round(point.longitude * MILLION)
    shrink = round(cos(radians(point.latitude)) ** 2 * 1000)
    nearest: dict[int, int] = {}
    for trial, latitude, longitude in places:
        square = (longitude - there) ** 2 * shrink // 1000 + (latitude - here) ** 2
        if trial not in nearest or square < nearest[trial]:
            nearest[trial] = square
    return nsmallest(most, ((square, trial) for trial, square in nearest.items()))


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
