"""Do filters narrow a list at the price of the list itself?"""

import django_filters as df
import pytest

from cic.core.filters import DomainFilter
from partners.choices import MembershipRole
from partners.models import Organisation
from tests.core.specimen import SpecimenFilter
from tests.factories.partners import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
LIST = "/api/v1/specimens/"


class MemberFilter(DomainFilter):
    """Organisations by what their members are."""

    role = df.MultipleChoiceFilter(field_name="memberships__role", choices=MembershipRole.choices)

    class Meta:
        model = Organisation
        fields = ()


def test_choices_of_the_rows_own_columns_sort_no_table():
    rows = SpecimenFilter({"state": ["pending", "verified"]}, queryset=Organisation.objects.all()).qs

    assert "DISTINCT" not in str(rows.query)


def test_choices_across_many_rows_show_each_row_once():
    rows = MemberFilter({"role": ["member", "admin"]}, queryset=Organisation.objects.all()).qs

    assert "DISTINCT" in str(rows.query)


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ({"version_min": "2"}, "-version"),
        ({"created_at_before": "2026-01-01T00:00:00Z", "version_max": "4"}, "-version"),
        ({"created_at_after": "2026-01-01T00:00:00Z"}, "-created_at"),
        ({"version_min": "", "state": "pending"}, ""),
        ({}, ""),
    ],
)
def test_order_of_a_list_follows_the_range_that_narrows_it(query, order):
    assert SpecimenFilter.order_of_range(query) == order


def test_list_narrowed_by_a_range_comes_along_it_highest_first(client):
    middle, high, _low = (OrganisationFactory(version=version) for version in (5, 9, 2))

    found = client.get(LIST, {"version_min": 3}).json()["results"]

    assert [row["id"] for row in found] == [high.pk, middle.pk]


def test_pages_of_a_list_narrowed_by_a_range_join_without_gap(client):
    made = sorted(
        (OrganisationFactory(version=version) for version in (5, 9, 7)), key=lambda row: -row.version
    )

    first = client.get(LIST, {"version_min": 3, "limit": 2}).json()
    second = client.get(first["next"]).json()

    assert [row["id"] for row in first["results"] + second["results"]] == [row.pk for row in made]


def test_list_with_an_order_of_its_own_keeps_it_under_a_range(client):
    middle, high, _low = (OrganisationFactory(version=version) for version in (5, 9, 2))

    found = client.get(LIST, {"version_min": 3, "order": "id"}).json()["results"]

    assert [row["id"] for row in found] == [middle.pk, high.pk]
