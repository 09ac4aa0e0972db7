"""Does the report name the links that lead nowhere and the pages that nobody touched, and the editor what waits?"""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.utils import timezone
from wagtail.models import Page

from cic.core.models import Job
from cms.facts import upkeep
from cms.models import HomePage, LinkCheck, NewsPage
from cms.tasks import check_links
from partners.choices import Role
from tests.factories.cms import StoryPageFactory, TextPageFactory, case_of, make_world, staff
from tests.factories.partners import CentreFactory


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()


def page_with(html, **more):
    home = HomePage.objects.get(locale__language_code="en")
    return TextPageFactory(parent=home, live=True, body=[("heading", "Noise"), ("text", html)], **more)


def broken(page):
    return [(row["words"], row["kind"]) for row in LinkCheck.objects.get(page=page).broken]


def test_links_are_asked_as_a_stranger_would_ask_them(site, settings):
    world, hidden = make_world("Vans"), make_world("Xanarium", public=False)
    other = page_with("<p>x</p>", slug="other")
    gone = page_with("<p>x</p>", slug="gone")
    page = page_with(
        f'<p><a linktype="page" id="{other.pk}">a page</a> <a linktype="page" id="{gone.pk}">deleted</a>'
        f'<a href="/en/pilots/{world.trial.reference}/">a pilot</a>'
        f'<a href="/en/pilots/{hidden.trial.reference}/">hidden</a>'
        f'<a href="{settings.BASE_URL}/en/no-such-page/">typed</a> <a href="/workspace/">inside</a>'
        '<a href="#noise">here</a> <a href="#nowhere">nowhere</a> <a href="mailto:a@example.org">mail</a>'
        '<a href="https://elsewhere.example.org/">elsewhere</a></p>'
    )
    gone.delete()

    check_links()

    assert broken(page) == [
        ("deleted", "gone"), ("hidden", "missing"), ("typed", "missing"), ("inside", "closed"), ("nowhere", "anchor"),
    ]  # fmt: skip
    assert broken(other) == []
    assert LinkCheck.objects.count() == upkeep.written_pages().count()


def test_a_link_that_is_mended_leaves_the_report_and_one_that_stays_keeps_its_day(site):
    page = page_with('<p><a href="/en/one/">one</a> <a href="/en/two/">two</a></p>')
    check_links()
    rows = LinkCheck.objects.get(page=page)
    rows.broken[0]["since"] = "2026-01-01"
    rows.save()
    page.body = [("text", '<p><a href="/en/one/">one</a></p>')]
    page.save()

    check_links()

    assert [(row["words"], row["since"]) for row in LinkCheck.objects.get(page=page).broken] == [
        ("one", "2026-01-01")
    ]


@pytest.mark.parametrize(("allowed", "asked"), [(False, 0), (True, 1)])
def test_other_sites_are_asked_once_and_only_where_a_setting_allows_it(
    site, settings, monkeypatch, allowed, asked
):
    addresses = []

    class Session:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def get(self, address, stream):
            addresses.append(address)
            raise OSError

    monkeypatch.setattr(
        upkeep, "manager", lambda agent: type("M", (), {"get_session": lambda self: Session()})()
    )
    settings.LINKS_CHECK_EXTERNAL = allowed
    page = page_with(
        '<p><a href="https://elsewhere.example.org/#a">a</a> <a href="https://elsewhere.example.org/#b">b</a></p>'
    )

    check_links()

    assert len(addresses) == asked
    assert broken(page) == [("a", "refused"), ("b", "refused")][: 2 * asked]


def test_the_report_shows_broken_links_and_old_pages_of_a_language(site, client):
    page = page_with('<p><a href="/en/no-such-page/">typed</a></p>', title="Noise at night")
    old = page_with("<p>x</p>", title="Old as the hills")
    Page.objects.filter(pk=old.pk).update(last_published_at=timezone.now() - timedelta(days=366))
    Page.objects.filter(pk=page.pk).update(last_published_at=timezone.now() - timedelta(days=364))
    check_links()
    client.force_login(staff(Role.EDITOR))

    shown = client.get("/admin/upkeep/?language=en").context
    other = client.get("/admin/upkeep/?language=ca").context

    assert [row["title"] for row in shown["broken"]] == ["Noise at night"]
    assert [row["title"] for row in shown["stale"]] == ["Old as the hills"]
    assert ([*other["broken"]], other["stale"]) == ([], [])


def test_another_look_is_one_job_however_often_it_is_asked_for(site, client):
    client.force_login(staff(Role.EDITOR))

    for _time in range(2):
        client.post("/admin/upkeep/")

    assert Job.objects.filter(task="cms.check_links").count() in (1, 2)  # the minute may end in between


def test_the_start_names_what_waits_for_the_reader_and_nothing_of_another_centre(site, client):
    editor, world = staff(Role.EDITOR), make_world("Xanarium")
    story = StoryPageFactory(
        parent=NewsPage.objects.get(locale__language_code="en"), title="Told", live=False
    )
    story.save_revision(user=editor)
    story.get_workflow().start(story, editor)
    from cms.operations.cases import ask_for_approval

    case = ask_for_approval(case_of(world.outcome, author=editor), actor=editor)

    def start_of(user):
        client.force_login(user)
        page = BeautifulSoup(client.get("/admin/").content, "html.parser")
        return {
            part: [tag.text for tag in page.select(f"section[aria-labelledby=start-{part}] a")]
            for part in ("waits", "mine")
        }

    assert start_of(staff(Role.SECRETARY, world.centre)) == {"waits": ["Told", case.title], "mine": []}
    assert start_of(staff(Role.SECRETARY, CentreFactory())) == {"waits": ["Told"], "mine": []}
    assert start_of(editor) == {"waits": [], "mine": [case.title, "Told"]}


def test_the_preview_beside_the_form_may_stand_in_a_frame_of_this_site(site, client):
    story = StoryPageFactory(
        parent=NewsPage.objects.get(locale__language_code="en"), title="Told", live=False
    )
    story.save_revision()
    client.force_login(staff(Role.EDITOR))

    draft = client.get(f"/admin/pages/{story.pk}/view_draft/")

    assert "frame-ancestors 'self'" in draft["Content-Security-Policy"]
    assert (draft["X-Frame-Options"], [size["device_width"] for size in story.preview_sizes]) == (
        "SAMEORIGIN", [320, 768, 1280],
    )  # fmt: skip
    assert "frame-ancestors 'none'" in client.get("/en/news/")["Content-Security-Policy"]


def test_d05_a_story_appears_and_disappears_at_its_hours(site, client):
    from cms.tasks import publish_scheduled

    editor = staff(Role.EDITOR)
    now = timezone.now()
    story = StoryPageFactory(
        parent=NewsPage.objects.get(locale__language_code="en"), title="Told", live=False
    )
    story.go_live_at, story.expire_at = now + timedelta(minutes=1), now + timedelta(minutes=2)
    story.save_revision(user=editor)
    story.get_workflow().start(story, editor)
    client.force_login(staff(Role.SECRETARY))
    client.post(f"/admin/pages/workflow/action/{story.pk}/approve/{story.current_workflow_task_state.pk}/")
    client.logout()
    address = f"/en/news/{story.slug}/"

    publish_scheduled()
    before = client.get(address).status_code
    story.refresh_from_db()
    revision = story.scheduled_revision
    revision.content["go_live_at"] = now.isoformat()
    revision.approved_go_live_at = now
    revision.save()
    publish_scheduled()
    cache.clear()
    during = client.get(address).status_code
    type(story).objects.filter(pk=story.pk).update(expire_at=now)
    publish_scheduled()
    cache.clear()

    assert (before, during, client.get(address).status_code) == (404, 200, 404)
    story.refresh_from_db()
    assert (story.live, story.expired, story.go_live_at, story.expire_at) == (False, True, None, None)
