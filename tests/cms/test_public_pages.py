"""Do the public pages answer, in their language, within ten queries however much there is to show?"""

import pytest
from django.core.cache import cache

from cms.models import CasePage
from tests.factories.cms import case_of, make_world, publish

# Address of each kind of page in English, from the world it shows.
PAGES = {
    "home": lambda world, case: "/en/",
    "pilots": lambda world, case: "/en/pilots/",
    "pilot": lambda world, case: f"/en/pilots/{world.trial.reference}/",
    "challenges": lambda world, case: "/en/challenges/",
    "challenge": lambda world, case: f"/en/challenges/{world.challenge.reference}/",
    "idea": lambda world, case: f"/en/challenges/{world.idea.reference}/",
    "cases": lambda world, case: "/en/cases/",
    "case": lambda world, case: f"/en/cases/{case.slug}/",
    "centres": lambda world, case: "/en/centres/",
    "centre": lambda world, case: f"/en/centres/{world.centre.reference}/",
    "organisations": lambda world, case: "/en/organisations/",
    "sought": lambda world, case: "/en/organisations/?helix=industry&search=company",
    "organisation": lambda world, case: f"/en/organisations/{world.trial.promoter_id}/",
    "figures": lambda world, case: "/en/figures/",
    "agreements": lambda world, case: "/en/agreements/",
    "agreement": lambda world, case: f"/en/agreements/{world.agreement.reference}/",
    "text": lambda world, case: "/en/accessibility/",
    "about": lambda world, case: "/en/about/",
    "search": lambda world, case: "/en/search/?q=quiet",
}
QUERIES = {
    "home": 8, "pilots": 6, "pilot": 10, "challenges": 6, "challenge": 7, "idea": 5, "cases": 3, "case": 10,
    "centres": 5, "centre": 9, "organisations": 9, "sought": 5, "organisation": 9, "figures": 10,
    "agreements": 5, "agreement": 10, "text": 2, "about": 2, "search": 9,
}  # fmt: skip


@pytest.fixture
def worlds(site, request):
    """As many whole lines from need to case as asked for."""
    worlds = [make_world(f"Quiet unloading {number}") for number in range(request.param)]
    cases = [publish(case_of(world.outcome)) for world in worlds]
    return worlds, cases


@pytest.mark.parametrize("worlds", [1, 3], indirect=True)
def test_public_page_cost_does_not_grow(worlds, client, django_assert_num_queries, subtests):
    (world, *_rest), (case, *_others) = worlds
    # The paths of the site and the kinds of its pages are kept by the process.
    client.get("/en/")
    client.get(PAGES["search"](world, case))
    for name, address in PAGES.items():
        with subtests.test(name), django_assert_num_queries(QUERIES[name]):
            response = client.get(address(world, case))
        assert response.status_code == 200, name
    assert CasePage.objects.live().count() == len(worlds[0])
    cache.clear()
