"""Does a link to a draft show one version to whoever has it, for as long as it works, and nothing else to anybody?"""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.utils import timezone

from cms.models import CasePage, NewsPage, PreviewLink, StoryPage
from cms.operations import cases as operations
from cms.operations.previews import share_preview
from cms.tasks import forget_preview_links
from partners.choices import Role
from partners.models import Appointment
from tests.factories.cms import PreviewLinkFactory, StoryPageFactory, case_of, make_world, picture, staff
from tests.factories.partners import CentreFactory, PartnerFactory, today

# Wagtail leaves the file that it makes a size of a picture in to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def shared_case(editor):
    case = case_of(make_world("Vans", public=False).outcome, author=editor)
    link, secret = share_preview(case, actor=editor, days=7)
    return case, link, f"/preview/{secret}/"


def test_l11_a_link_shows_its_own_version_to_anybody_and_to_no_cache_or_search(site, client):
    editor = staff(Role.EDITOR)
    case, _link, address = shared_case(editor)
    operations.edit_case(CasePage.objects.get(pk=case.pk), {"answer": "No, not at all."}, actor=editor)

    page = client.get(address)

    assert page.status_code == 200
    assert "Yes, and it is now the rule in two districts." in page.content.decode()
    assert "No, not at all." not in page.content.decode()
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")
    assert page["Referrer-Policy"] == "no-referrer"
    assert BeautifulSoup(page.content, "html.parser").select_one("meta[name=robots]")["content"] == "noindex"
    assert "Set-Cookie" not in page


def end_by_time(link, editor):
    PreviewLink.objects.update(expires_at=timezone.now())


def end_by_hand(link, editor):
    link.delete()


def end_with_the_role(link, editor):
    Appointment.objects.filter(user=editor).update(ends_on=today(-1))


def end_with_the_account(link, editor):
    type(editor).objects.filter(pk=editor.pk).update(is_active=False)


@pytest.mark.parametrize("end", [end_by_time, end_by_hand, end_with_the_role, end_with_the_account])
def test_l11_a_link_that_is_over_is_like_one_that_never_was(site, client, end):
    editor = staff(Role.EDITOR)
    _case, link, address = shared_case(editor)

    end(link, editor)

    assert client.get(address).status_code == 404
    assert client.get("/preview/never/").status_code == 404


def test_pictures_of_a_draft_are_seen_through_its_link_alone(site, client):
    editor, image, other = staff(Role.EDITOR), picture(), picture("other.png", "red")
    story = StoryPageFactory(
        parent=NewsPage.objects.get(locale__language_code="en"), live=False, picture=image,
        picture_description="A van.",
    )  # fmt: skip
    story.save_revision(user=editor)
    _link, secret = share_preview(story, actor=editor, days=1)

    page = client.get(f"/preview/{secret}/")
    address = BeautifulSoup(page.content, "html.parser").select_one("figure img")["src"]
    foreign = other.get_rendition("width-100").url

    shown = client.get(address)
    assert (address.endswith(f"?preview={secret}"), shown.status_code) == (True, 200)
    assert shown["Cache-Control"] == "private, no-store"
    assert client.get(address.split("?")[0]).status_code == 404
    assert client.get(f"{foreign}?preview={secret}").status_code == 404


def test_a_link_is_made_shown_once_and_ended_in_the_workspace(site, client):
    editor = staff(Role.EDITOR)
    case = case_of(make_world("Vans").outcome, author=editor)
    client.force_login(editor)
    address = f"/workspace/pages/{case.pk}/preview-links/"

    made = client.post(address, {"days": "7"}, follow=True)
    secret = BeautifulSoup(made.content, "html.parser").select_one("#secret").text
    listed = client.get(address)

    link = PreviewLink.objects.get()
    assert secret.split("/preview/")[1].strip("/") not in listed.content.decode()
    assert secret.split("/preview/")[1].strip("/") != link.digest
    assert [row.pk for row in listed.context["links"]] == [link.pk]
    client.post(f"/workspace/preview-links/{link.pk}/end/")
    assert not PreviewLink.objects.exists()


def test_a01_links_to_drafts_of_another_centre_are_neither_made_nor_ended(site, client):
    case, link, _address = shared_case(staff(Role.EDITOR))
    for user in (staff(Role.EDITOR, CentreFactory()), PartnerFactory()):
        client.force_login(user)

        assert client.get(f"/workspace/pages/{case.pk}/preview-links/").status_code == 404
        assert client.post(f"/workspace/pages/{case.pk}/preview-links/", {"days": "1"}).status_code == 404
        assert client.post(f"/workspace/preview-links/{link.pk}/end/").status_code == 404
    assert PreviewLink.objects.get() == link


def test_links_whose_time_is_over_are_forgotten(site):
    page = StoryPageFactory(parent=NewsPage.objects.get(locale__language_code="en"))
    kept = PreviewLinkFactory(page=page)
    PreviewLinkFactory(page=page, expires_at=timezone.now())

    forget_preview_links()

    assert list(PreviewLink.objects.all()) == [kept]
    assert StoryPage.objects.count() == 1
