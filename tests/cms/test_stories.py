"""Do stories, calls, sections and texts of centres show what editors wrote, beside what is public today?"""

import json
import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from wagtail.models import PageViewRestriction

from cms.models import CentresPage, ChallengesPage, HomePage, NewsPage, StoryPage
from partners.choices import Role
from pilots.models import Challenge
from tests.factories.cms import (
    CallPageFactory,
    CentrePageFactory,
    SectionPageFactory,
    StoryPageFactory,
    TextPageFactory,
    case_of,
    make_world,
    publish,
    staff,
)
from tests.factories.ideas import ChallengeFactory
from tests.factories.partners import today


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()


def index(model):
    return model.objects.get(locale__language_code="en")


def story(title, **more):
    return StoryPageFactory(parent=index(NewsPage), title=title, live=True, **more)


def texts(response, selector):
    return [
        tag.get_text(" ", strip=True)
        for tag in BeautifulSoup(response.content, "html.parser").select(selector)
    ]


def test_news_are_listed_by_their_day_and_drafts_nowhere(site, client):
    story("Older", told_on=date(2026, 3, 1))
    story("Newer", told_on=date(2026, 5, 1))
    StoryPageFactory(parent=index(NewsPage), title="Xanarium", live=False)
    closed = story("Xanarium too", told_on=date(2026, 6, 1))
    PageViewRestriction.objects.create(page=closed, restriction_type="login")

    listed = client.get("/en/news/")
    feed = client.get("/en/feeds/news.atom")

    assert texts(listed, ".card-title") == ["Newer", "Older"]
    assert re.findall(r"<entry><title>(.*?)</title>", feed.content.decode()) == [
        "Newer",
        "Older",
    ]
    for address in ("/en/", "/en/search/?q=Xanarium", "/sitemap-pages.xml", "/en/feeds/news.atom"):
        assert "Xanarium too" not in client.get(address).content.decode()
    assert client.get(f"/en/news/{closed.slug}/").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_news_cost_does_not_grow(site, client, django_assert_num_queries, count):
    for number in range(count):
        story(f"Story {number}")
    client.get("/en/")

    with django_assert_num_queries(3):
        assert len(texts(client.get("/en/news/"), ".card-title")) == count


def test_a_story_is_found_in_other_languages_until_it_is_translated(site, client):
    told = story("Vans go electric")

    before = client.get("/ca/noticies/")
    copy = told.copy_for_translation(index(NewsPage).get_translation(_locale("ca")).locale)
    copy.title = "Les furgonetes, elèctriques"
    copy.save_revision().publish()
    cache.clear()

    assert texts(before, ".card-title") == ["Vans go electric"]
    assert BeautifulSoup(before.content, "html.parser").select_one(".stories h2 span")["lang"] == "en"
    assert texts(client.get("/ca/noticies/"), ".card-title") == ["Les furgonetes, elèctriques"]


def _locale(code):
    from wagtail.models import Locale

    return Locale.objects.get(language_code=code)


def test_a_story_shows_of_its_records_only_those_that_are_public(site, client):
    shown, hidden = make_world("Vans"), make_world("Xanarium", public=False)
    case = publish(case_of(shown.outcome))
    told = story("Told", related=[
        ("trial", hidden.trial), ("page", case), ("trial", shown.trial), ("centre", shown.centre),
        ("challenge", shown.challenge), ("challenge", hidden.challenge), ("centre", hidden.centre),
    ])  # fmt: skip

    page = client.get(f"/en/news/{told.slug}/")

    assert texts(page, ".card-title") == [case.title, "Vans pilot", "Vans centre", "Vans need"]
    assert "Xanarium" not in page.content.decode()


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (1, 9, "Opens later"),
        (0, 9, "Open now"),
        (-9, 0, "Open now"),
        (-9, None, "Open now"),
        (-9, -1, "Closed"),
    ],
)
def test_d03_a_call_is_open_from_its_first_to_its_last_day(site, client, first, last, label):
    call = CallPageFactory(
        parent=index(ChallengesPage), title="Quiet nights", live=True, opens_on=today(first),
        closes_on=None if last is None else today(last), how="<p>Write six answers.</p>",
    )  # fmt: skip

    page = client.get(f"/en/challenges/{call.slug}/")

    assert texts(page, ".page-state .badge") == [label]
    assert texts(page, "a.button-main") == (["Propose an idea"] if label == "Open now" else [])


def test_challenges_open_now_say_how_to_take_part_and_earlier_ones_what_came_of_them(site, client):
    world = make_world("Vans")
    publish(case_of(world.outcome))
    Challenge.objects.filter(pk=world.challenge.pk).update(state="solved")
    now = ChallengeFactory(title="Shade", state="open", publication="public")

    page = client.get("/en/challenges/")

    sections = BeautifulSoup(page.content, "html.parser").select("section.ruled")
    assert [tag.h2.text for tag in sections] == ["Open now", "Earlier, and what came of it", "Ideas"]
    assert [tag.text for tag in sections[0].select(".card-title")] == ["Shade"]
    assert [tag.text for tag in sections[1].select(".card-title")] == ["Vans need"]
    assert [tag.text for tag in sections[1].select(".dots li")][-3:] == [
        "1 idea",
        "1 trial",
        "1 published case",
    ]
    assert texts(client.get(f"/en/challenges/{now.reference}/"), "a.button-main") == ["Propose an idea"]
    assert texts(client.get(f"/en/challenges/{world.challenge.reference}/"), "a.button-main") == []


def test_a_text_of_a_centre_stands_at_the_address_of_the_centre(site, client):
    world = make_world("Vans")
    page = CentrePageFactory(
        parent=index(CentresPage),
        title="The centre",
        centre=world.centre,
        live=True,
        lead="We test at night.",
    )
    address = f"/en/centres/{world.centre.reference}/"

    shown = client.get(address)
    world.centre.__class__.objects.update(publication="internal")
    cache.clear()

    assert page.get_url() == address
    assert texts(shown, ".written .lead") == ["We test at night."]
    assert texts(shown, "h1") == ["Vans centre"]
    assert client.get(address).status_code == 404
    assert "We test at night" not in client.get("/en/search/?q=centre").content.decode()


def test_a_section_lists_what_stands_beneath_it(site, client):
    section = SectionPageFactory(parent=index(HomePage), title="Ways of working", slug="ways", live=True)
    TextPageFactory(parent=section, title="Committees", slug="committees", live=True, lead="Who decides.")
    TextPageFactory(parent=section, title="Xanarium", live=False)

    page = client.get("/en/ways/")

    assert texts(page, ".card") == ["Committees Who decides."]
    assert client.get("/en/ways/committees/").status_code == 200


@pytest.mark.parametrize("kind", ["trial", "challenge", "centre", "indicator"])
def test_choosers_name_public_records_alone(site, client, kind):
    shown, hidden = make_world("Vans"), make_world("Xanarium", public=False)
    client.force_login(staff(Role.EDITOR, shown.centre))

    listed = client.get(f"/admin/choose-{kind}/").json()["html"]
    chosen = client.get(f"/admin/choose-{kind}/chosen/{getattr(shown, kind).pk}/")
    refused = client.get(f"/admin/choose-{kind}/chosen/{getattr(hidden, kind).pk}/")
    several = client.get(
        f"/admin/choose-{kind}/chosen-multiple/?id={getattr(hidden, kind).pk}&id={getattr(shown, kind).pk}"
    )

    assert ("Vans" in listed, "Xanarium" in listed) == (True, False)
    assert (chosen.status_code, refused.status_code) == (200, 404)
    assert ("Vans" in several.content.decode(), "Xanarium" in several.content.decode()) == (True, False)
    found = client.get(f"/admin/choose-{kind}/results/?q=vans").content.decode()
    assert (
        "Vans" in found,
        "Vans" in client.get(f"/admin/choose-{kind}/results/?q=tram").content.decode(),
    ) == (True, False)


def test_a_story_goes_public_by_a_second_person_alone(site, client):
    editor, second = staff(Role.EDITOR), staff(Role.SECRETARY)
    told = StoryPageFactory(parent=index(NewsPage), title="Told", live=False, owner=editor)
    told.save_revision(user=editor)
    client.force_login(editor)

    client.post(f"/admin/pages/{told.pk}/edit/", {"action-publish": "1", "title": "Told"})
    assert not StoryPage.objects.get(pk=told.pk).live
    told.get_workflow().start(told, editor)
    step = told.current_workflow_task_state
    client.post(f"/admin/pages/workflow/action/{told.pk}/approve/{step.pk}/")
    assert not StoryPage.objects.get(pk=told.pk).live
    client.force_login(second)
    client.post(f"/admin/pages/workflow/action/{told.pk}/approve/{step.pk}/")

    assert StoryPage.objects.get(pk=told.pk).live


def test_call_says_to_machines_what_is_looked_for_and_until_when(site, client):
    call = CallPageFactory(
        parent=index(ChallengesPage), title="Quiet streets", lead="Ideas wanted.", live=True,
        opens_on=today(-3), closes_on=today(10),
    )  # fmt: skip

    html = client.get(f"/en/challenges/{call.slug}/").content.decode()
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1))

    assert (told["@type"], told["name"]) == ("Demand", "Quiet streets")
    assert (told["validFrom"], told["validThrough"]) == (today(-3).isoformat(), today(10).isoformat())
