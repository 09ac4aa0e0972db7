"""Do search engines find what everybody reads in groups, in the language it is written in, and nothing else?"""

import json
import re

import pytest
from django.conf import settings

from tests.factories.community import DebateFactory, GroupFactory
from tests.factories.trials import PilotFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
NOT_FOUND_BY_ENGINES = '<meta name="robots" content="noindex">'


def head(client, path):
    """Canonical address, alternates by language, and the types of what is said in schema.org words."""
    page = client.get(path).content.decode()
    assert NOT_FOUND_BY_ENGINES not in page
    return (
        re.search(r'<link rel="canonical" href="([^"]+)"', page)[1].removeprefix(settings.BASE_URL),
        {
            code: address.removeprefix(settings.BASE_URL)
            for code, address in re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page)
        },
        [
            json.loads(text)
            for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        ],
    )


def test_open_group_and_its_debates_are_found_in_the_language_they_are_written_in(client):
    group = GroupFactory(access="open", language="ca", name="De nit")
    debate = DebateFactory(group=group, language="ca", title="Fins quan?", text="</script>A quina hora?")

    for path, kind, name in (
        (f"groups/{group.reference}/", "CollectionPage", ("name", "De nit")),
        (f"discussion/{debate.reference}/", "DiscussionForumPosting", ("text", "</script>A quina hora?")),
    ):
        canonical, alternates, data = head(client, f"/en/{path}")

        assert canonical == f"/ca/{path}"
        assert alternates == {"ca": f"/ca/{path}", "x-default": f"/ca/{path}"}
        assert (data[0]["@type"], data[0]["inLanguage"]) == (kind, "ca")
        assert data[0][name[0]] == name[1]
        assert [row["@type"] for row in data[1]["@graph"]][-1] == "BreadcrumbList"


def test_list_of_groups_is_the_same_page_in_each_language(client):
    canonical, alternates, data = head(client, "/en/groups/")

    assert canonical == "/en/groups/"
    assert alternates == {
        **{code: f"/{code}/groups/" for code, _name in settings.LANGUAGES},
        "x-default": f"/{settings.LANGUAGE_CODE}/groups/",
    }
    assert len(data) == 1


def test_what_is_not_for_everybody_or_has_a_page_of_its_own_is_not_found(client):
    on_request = GroupFactory(access="on_request", name="Before the call")
    trial = PilotFactory(public=True, running=True)

    for path in (
        f"/en/groups/{on_request.reference}/",
        f"/en/discussion/{trial.reference}/",
        "/en/accessibility/write/",
    ):
        page = client.get(path).content.decode()

        assert NOT_FOUND_BY_ENGINES in page
        assert "canonical" not in page
        assert "application/ld+json" not in page


def test_maps_of_the_site_name_what_is_found_and_nothing_else(client):
    group = GroupFactory(access="open", language="ca")
    debate = DebateFactory(group=group, language="ca")
    DebateFactory(group=GroupFactory(access="on_request"))

    found = {
        part: re.findall(r"<loc>([^<]+)</loc>", client.get(f"/sitemap-{part}.xml").content.decode())
        for part in ("groups", "debates", "routes")
    }

    assert found["groups"] == [f"{settings.BASE_URL}/ca/groups/{group.reference}/"]
    assert found["debates"] == [f"{settings.BASE_URL}/ca/discussion/{debate.reference}/"]
    assert sorted(found["routes"]) == sorted(
        f"{settings.BASE_URL}/{code}/{name}/"
        for code, _name in settings.LANGUAGES
        for name in ("groups", "security")
    )
