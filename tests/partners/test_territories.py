"""Do a city's own boundaries come in, small enough for a page, and only once?"""

import json

import pytest
from django.core.management import CommandError, call_command

from cic.core.models import AuditEntry
from partners.calculations.outlines import outline_of, simplified
from partners.models import Territory

SQUARE = [[2.1, 41.3], [2.15, 41.30001], [2.2, 41.3], [2.2, 41.4], [2.1, 41.4], [2.1, 41.3]]


def collection(tmp_path, *features):
    path = tmp_path / "districts.geojson"
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": properties, "geometry": geometry}
                    for properties, geometry in features
                ],
            }
        )
    )
    return path


def load(path, *more):
    call_command("partners_load_territories", str(path), "--code", "id", "--name", "nom", *more)


def test_a_corner_on_the_line_between_others_is_left_out():
    assert outline_of({"type": "Polygon", "coordinates": [SQUARE]}) == [
        [(2.1, 41.3), (2.2, 41.3), (2.2, 41.4), (2.1, 41.4), (2.1, 41.3)]
    ]


def test_a_ring_without_extent_stays_a_ring():
    assert simplified([(2.0, 41.0)] * 5, 0.001) == [(2.0, 41.0), (2.0, 41.0)]


@pytest.mark.django_db
def test_districts_and_their_neighbourhoods_come_in_once(tmp_path, capsys):
    square = {"type": "Polygon", "coordinates": [SQUARE]}
    districts = collection(tmp_path, ({"id": "01", "nom": "Gràcia"}, square))
    load(districts, "--kind", "district", "--prefix", "08019-")
    load(districts, "--kind", "district", "--prefix", "08019-")
    quarters = collection(tmp_path, ({"id": "07", "nom": "Vallcarca", "of": "01"}, square))
    load(
        quarters,
        "--kind",
        "neighbourhood",
        "--prefix",
        "08019-",
        "--parent",
        "of",
        "--parent-prefix",
        "08019-",
    )

    assert list(Territory.objects.order_by("pk").values_list("code", "name", "kind", "parent__code")) == [
        ("08019-01", "Gràcia", "district", None),
        ("08019-07", "Vallcarca", "neighbourhood", "08019-01"),
    ]
    assert AuditEntry.objects.filter(action="territory.import").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [2, 41]},
        {"type": "Polygon", "coordinates": [[[430000, 4580000]] * 5]},
    ],
)
def test_a_file_that_is_no_map_in_degrees_changes_nothing(tmp_path, geometry):
    good = {"type": "Polygon", "coordinates": [SQUARE]}
    path = collection(tmp_path, ({"id": "01", "nom": "A"}, good), ({"id": "02", "nom": "B"}, geometry))
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(path, "--kind", "district")
    assert not Territory.objects.exists()
