"""Does each block say what a reader needs, refuse what leaves somebody out, and show what is public today?"""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.base import ContentFile
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.models import Document

from cic.core.operations import edit
from cms.blocks import BodyBlock, PictureBlock, VideoBlock
from cms.models import HomePage
from tests.factories.cms import TextPageFactory, make_world, picture
from tests.factories.partners import UserFactory

# Wagtail leaves the file that it makes a size of a picture in to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nA van stops.\n"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def document(name, content):
    made = Document(title=name, uploaded_by_user=UserFactory())
    made.file.save(name, ContentFile(content))
    made.save()
    return made


def page_of(*blocks):
    home = HomePage.objects.get(locale__language_code="en")
    return TextPageFactory(parent=home, slug="made-of-blocks", live=True, body=list(blocks))


def shown(client, selector):
    response = client.get("/en/made-of-blocks/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select(f"article {selector}")


@pytest.mark.parametrize(
    ("words", "decorative", "wrong"),
    [("", False, "description"), ("A van", True, "decorative"), ("A van", False, None), ("", True, None)],
)
def test_a_picture_says_what_it_shows_or_that_it_is_decoration(site, words, decorative, wrong):
    block = PictureBlock()
    value = block.to_python(
        {"image": picture().pk, "description": words, "decorative": decorative, "caption": ""}
    )

    if wrong is None:
        assert block.clean(value)["description"] == words
    else:
        with pytest.raises(StructBlockValidationError) as refused:
            block.clean(value)
        assert list(refused.value.block_errors) == [wrong]


@pytest.mark.parametrize(
    ("video", "captions", "content", "wrong"),
    [
        ("van.mp4", "van.vtt", VTT, None),
        ("van.mov", "van.vtt", VTT, "video"),
        ("van.mp4", "van.srt", VTT, "captions"),
        ("van.mp4", "van.vtt", b"1\n00:00", "captions"),
    ],
)
def test_a_video_is_taken_with_captions_that_browsers_read(site, video, captions, content, wrong):
    block = VideoBlock()
    value = block.to_python({
        "video": document(video, b"video").pk, "captions": document(captions, content).pk, "title": "A van",
        "poster": None, "text": "",
    })  # fmt: skip

    if wrong is None:
        assert block.clean(value)["title"] == "A van"
    else:
        with pytest.raises(StructBlockValidationError) as refused:
            block.clean(value)
        assert list(refused.value.block_errors) == [wrong]


def test_a_video_plays_from_this_site_in_parts_with_its_captions(site, client):
    video, captions = document("van.mp4", b"0123456789"), document("van.vtt", VTT)
    page_of(("video", {"video": video, "captions": captions, "title": "A van", "poster": None, "text": ""}))

    (player,) = shown(client, "video")
    part = client.get(player.source["src"], headers={"range": "bytes=2-4"})
    whole = client.get(player.track["src"])

    assert (player["controls"], player.track["kind"], player.track["srclang"]) == ("", "captions", "en")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"234")
    assert b"".join(whole.streaming_content) == VTT
    assert (part["Content-Range"], part["Content-Type"]) == ("bytes 2-4/10", "video/mp4")
    assert (whole.status_code, whole["Content-Type"]) == (200, "text/vtt; charset=utf-8")
    for response in (part, whole):
        # Not response.close(): that also ends the request, and with it the test's connection.
        for close in response._resource_closers:
            close()


def test_a_video_of_no_public_page_is_not_handed_out(site, client):
    video = document("van.mp4", b"0123456789")

    assert client.get(video.url).status_code == 404


def test_parts_of_an_accordion_open_without_a_script(site, client):
    parts = [
        {"title": "Who pays?", "text": "<p>The city.</p>"},
        {"title": "Who signs?", "text": "<p>All.</p>"},
    ]
    page_of(("accordion", {"parts": parts}))

    assert [tag.summary.text for tag in shown(client, ".accordion > details")] == ["Who pays?", "Who signs?"]


def test_blocks_from_the_tracker_show_what_is_public_and_nothing_else(site, client):
    vans, hidden = make_world("Vans", state="running", ended_on=None), make_world("Xanarium", public=False)
    page_of(
        ("figures", {"title": "Today"}),
        ("chart", {"title": "", "by": "centre"}),
        ("indicator", {"title": "", "indicator": vans.indicator}),
        ("indicator", {"title": "", "indicator": hidden.indicator}),
        ("map", {"title": "Where", "centre": None}),
        ("related", {"title": "", "records": [("trial", vans.trial), ("trial", hidden.trial)]}),
    )

    assert [tag.text for tag in shown(client, ".tile-figure")][:2] == ["1", "1"]
    assert [tag.get_text(" ", strip=True) for tag in shown(client, ".bars-name")] == ["Vans centre 1"]
    codes = [tag.get_text() for tag in shown(client, ".elsewhere textarea")]
    assert [code for code in codes if "/embed/en/trials/centre/" in code] == codes[:1]
    assert [tag.get_text(strip=True) for tag in shown(client, ".chart .plot")] != []
    assert [tag.text for tag in shown(client, ".map-list a")] == ["Vans pilot · Vans market"]
    assert [tag.text for tag in shown(client, ".card-title")] == ["Vans pilot"]
    assert "Xanarium" not in client.get("/en/made-of-blocks/").content.decode()


def test_blocks_from_the_tracker_stand_where_nothing_is_public(site, client):
    hidden = make_world("Xanarium", public=False)
    page_of(
        ("chart", {"title": "", "by": "state"}),
        ("indicator", {"title": "", "indicator": hidden.indicator}),
        ("map", {"title": "Where", "centre": hidden.centre}),
        ("related", {"title": "", "records": [("trial", hidden.trial)]}),
    )

    assert [tag.text for tag in shown(client, ".empty p")] == [
        "No trial is public yet.", "Nothing is being tried just now.",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_pictures_cost_no_queries_of_their_own(site, client, django_assert_num_queries, count):
    image = picture()
    value = {"image": image, "description": "A van", "decorative": False, "caption": ""}
    page_of(*[("picture", value)] * count)
    client.get("/en/made-of-blocks/")  # its sizes are made, and kept

    with django_assert_num_queries(3):
        assert len(shown(client, "img")) == count


def test_a_page_of_every_block_stays_within_ten_queries(site, client, django_assert_max_num_queries):
    world = make_world("Vans", state="running", ended_on=None)
    edit(world.trial, {"summary": "Two vans"}, actor=None)  # what is counted is kept from one audit row on
    value = {"image": picture(), "description": "A van", "decorative": False, "caption": ""}
    page_of(
        ("picture", value),
        ("indicator", {"title": "", "indicator": world.indicator}),
        ("figures", {"title": "Today"}),
        ("related", {"title": "", "records": [("trial", world.trial)]}),
    )
    client.get("/en/made-of-blocks/")

    with django_assert_max_num_queries(10):
        client.get("/en/made-of-blocks/")


def test_the_body_takes_each_live_block_few_times():
    limits = {name: row["max_num"] for name, row in BodyBlock().meta.block_counts.items()}

    assert limits == {"figures": 1, "chart": 2, "indicator": 2, "map": 1, "related": 1}
