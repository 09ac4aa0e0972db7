"""Are records that are read together the same as those read one by one, on this database?"""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Exists, OuterRef

from cic.core.gathering import gather
from cic.core.models import StageChange
from partners.models import Organisation, Territory, User
from pilots.models import Indicator, IndicatorAmendment, LogEntry, Measurement, Site
from tests.factories.partners import StaffFactory, TerritoryFactory
from tests.factories.trials import (
    IndicatorFactory,
    LogEntryFactory,
    MeasurementFactory,
    PilotFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot():
    """A pilot with parts of every type of column."""
    pilot = PilotFactory(running=True)
    outline = [[[2.1, 41.4], [2.2, 41.4], [2.2, 41.5]]]
    place = TerritoryFactory(name="Gràcia «l·l»", outline=outline)
    SiteFactory(trial=pilot, territory=place, latitude=Decimal("41.400001"), longitude=Decimal("2.150000"))
    SiteFactory(trial=pilot, territory=None, latitude=None, longitude=None, name='Plaça "Nova" \\')
    indicator = IndicatorFactory(trial=pilot, baseline=Decimal("62.125"))
    MeasurementFactory(
        indicator=indicator,
        value=Decimal("12345678901.123"),
        period_start=date(2025, 3, 1),
        period_end=date(2025, 3, 31),
    )
    LogEntryFactory(trial=pilot, text="One\nTwo", is_public=True)
    return pilot


def values_of(record):
    """Every column of a record."""
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


def test_records_read_together_are_those_read_one_by_one(pilot, django_assert_num_queries):
    models = (Site, Territory, Indicator, Measurement, LogEntry, Organisation, StageChange)
    wanted = {model.__name__: model.objects.order_by("pk") for model in models}
    alone = {name: [values_of(row) for row in rows] for name, rows in wanted.items()}
    gather(wanted)  # whether the database knows JSON is asked once

    with django_assert_num_queries(1):
        found = gather(wanted)

    assert {name: [values_of(row) for row in rows] for name, rows in found.items()} == alone
    assert len(found["Site"]) == 2


def test_annotations_come_along_and_only_is_kept_to(pilot, django_assert_num_queries):
    person = StaffFactory(name="Núria Roca")
    amended = Exists(IndicatorAmendment.objects.filter(indicator=OuterRef("pk")))
    found = gather(
        {
            "indicators": Indicator.objects.annotate(amended=amended),
            "people": User.objects.filter(pk=person.pk).only("name"),
        }
    )

    assert {row.amended for row in found["indicators"]} == {False}
    with django_assert_num_queries(0):
        assert [(row.pk, row.name) for row in found["people"]] == [(person.pk, "Núria Roca")]
    assert "email" in found["people"][0].get_deferred_fields()


def test_nothing_asked_is_nothing_found(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert gather({}) == {}
