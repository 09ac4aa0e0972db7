"""Can somebody point at a place instead of typing its degrees, and type them instead of pointing?"""

import pytest
from django.urls import reverse

from tests.factories.partners import StaffFactory, TerritoryFactory
from tests.factories.trials import PilotFactory

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_click_on_the_map_fills_in_degrees_and_district(live_server, visitor, picture):
    square = lambda west: [[[west, 41.0], [west + 0.1, 41.0], [west + 0.1, 41.1], [west, 41.1]]]  # noqa: E731
    west, east = (TerritoryFactory(kind="district", outline=square(lon)) for lon in (2.0, 2.1))
    trial = PilotFactory()
    page = visitor(StaffFactory(role="coordinator", centre=trial.centre))
    page.goto(reverse("site_create", args=[trial.pk]))

    shown = page.locator(".map-picker .map-picture")
    shown.scroll_into_view_if_needed()
    box = shown.bounding_box()
    shown.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.5})

    assert abs(float(page.input_value("[name=longitude]")) - 2.15) < 0.01
    assert abs(float(page.input_value("[name=latitude]")) - 41.05) < 0.01
    assert page.input_value("[name=territory]") == str(east.pk)
    page.fill("[name=longitude]", "2.05")
    assert abs(float(page.get_attribute(".map-picker circle", "cx").rstrip("%")) - 25) < 4
    picture(page)
    page.fill("[name=name]", "Market")
    page.click(".form-end button[type=submit]")
    page.wait_for_url(f"**{reverse('trial_plan', args=[trial.pk])}*")
    site = trial.sites.get()
    assert (site.territory, float(site.longitude)) == (east, 2.05)
