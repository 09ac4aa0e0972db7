"""What does a reader's first visit to each public page cost, and what does the next reader's?"""

import gzip
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageFilter
from wagtail.images import get_image_model

from cms.facts import index
from cms.models import CasePage, CasePhoto
from partners.choices import Role
from tests.crawling import public_pages
from tests.factories.cms import make_world, staff
from tests.factories.trials import PilotFactory, SiteFactory

MOST_BYTES, MOST_OF_A_MAP, MOST_REQUESTS, MOST_QUERIES = 100_000, 350_000, 12, 10
HEADERS = 700  # bytes of the head of an answer, at most
IN_STYLE = re.compile(r'url\("\.\./([^"]+)"\)')
# What a page asks for by itself: element, attribute, and the relations of a link for which it does.
ASKED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "video": "src",
    "source": "src",
    "image": "href",
    "link": "href",
}
RELATIONS = {"stylesheet", "icon", "preload", "modulepreload"}


class Parts(HTMLParser):
    """The addresses that a browser asks for when it opens a page on a desk; lazy pictures apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.lazy: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Note what it asks for."""
        values = dict(attrs)
        address = values.get(ASKED.get(tag, ""))
        if not address or (tag == "link" and values.get("rel") not in RELATIONS):
            return
        if "srcset" in values:  # the largest stands for whichever is chosen
            address = values["srcset"].split(",")[-1].split()[0]
        (self.lazy if values.get("loading") == "lazy" else self.found).add(address)


def weight_of(client, address):
    """Bytes of a part as it travels, and what it asks for in turn."""
    path = urlsplit(address).path
    if not path.startswith(settings.STATIC_URL):
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert response.status_code == 200, address
        return len(b"".join(response.streaming_content) if response.streaming else response.content), set()
    content = Path(finders.find(path.removeprefix(settings.STATIC_URL))).read_bytes()
    if path.endswith((".woff2", ".webp", ".png")):
        return len(content), set()
    inside = set(IN_STYLE.findall(content.decode())) if path.endswith(".css") else set()
    return len(gzip.compress(content)), {f"{settings.STATIC_URL}{name}" for name in inside}


def photograph(name):
    """A picture with as much in it as a photograph of a street has."""
    image = Image.effect_noise((1600, 1067), 90).filter(ImageFilter.GaussianBlur(2.5)).convert("RGB")
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85)
    return get_image_model().objects.create(title=name, file=ImageFile(data, name=f"{name}.jpg"))


@pytest.fixture
def full(site, settings, tmp_path):
    """More than a page of everything, a page of every kind, and a case with two photographs."""
    settings.MEDIA_ROOT = tmp_path
    world = make_world("Quiet unloading in the streets of the market", state="closed")
    for number in range(30):
        more = PilotFactory(
            running=True, public=True, title=f"Quiet unloading in the streets of the market {number}",
            summary="Twelve shops in three streets unload at night with rubber-wheeled trolleys and sensors. " * 3,
            centre=world.centre, agreement=world.agreement, idea=world.idea, promoter=world.trial.promoter,
        )  # fmt: skip
        SiteFactory(trial=more, latitude=f"41.{380 + number}", longitude=f"2.{150 + number}")
    staff(Role.EDITOR)
    staff(Role.COORDINATOR)
    call_command("cms_demo", verbosity=0)
    case = CasePage.objects.get()
    for number in range(2):
        CasePhoto.objects.create(
            page=case, image=photograph(f"night-{number}"), description="A van", sort_order=number
        )
    return world


def visited(client, path, known):
    """What a first visit to a page costs, and the same page for the next reader."""
    caches["default"].clear()
    index.current()  # read once for all pages, and handed on to processes that start
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
    with CaptureQueriesContext(connection) as again:
        second = client.get(path, headers={"Accept-Encoding": "gzip"})
    squeezed = response.get("Content-Encoding") == "gzip"
    is_form = "no-store" in response.get("Cache-Control", "")
    html = (gzip.decompress(response.content) if squeezed else response.content).decode()
    total, waiting, seen = len(response.content) + HEADERS, list(Parts(html).found), set()
    while waiting:
        address = waiting.pop()
        if address not in seen:
            seen.add(address)
            if address not in known:
                known[address] = weight_of(client, address)
            total += known[address][0] + HEADERS
            waiting += known[address][1]
    return {
        "status": response.status_code,
        "bytes": total,
        "map": 'class="city"' in html or "map-shapes" in html,
        "requests": len(seen) + 1,
        "foreign": [address for address in seen if urlsplit(address).netloc],
        # A form is guarded against being sent by others; whoever only reads gets nothing to keep.
        "cookies": sorted(set(response.cookies) - ({settings.CSRF_COOKIE_NAME} if is_form else set())),
        "queries": len(asked),
        # What somebody fills in is nobody else's: no cache keeps it.
        "kept": is_form or (len(again) == 0 and "Age" in second),
    }


def is_fine(cost):
    """Whether that is within what a public page may cost."""
    return (
        cost["status"] == 200
        and cost["bytes"] <= (MOST_OF_A_MAP if cost["map"] else MOST_BYTES)
        and cost["requests"] <= MOST_REQUESTS
        and not (cost["foreign"] or cost["cookies"])
        and cost["queries"] <= MOST_QUERIES
        and cost["kept"]
    )


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_first_visit_is_light_and_the_next_asks_the_database_nothing(full, client, settings):
    more = (
        f"discussion/{full.trial.reference}",
        f"follow/{full.trial.reference}",
    )
    paths = [
        *public_pages("en"),
        "/ca/",
        "/en/search/?q=quiet",
        "/en/pilots/?search=quiet",
        *(f"/en/{path}/" for path in more),
    ]
    for path in paths:
        client.get(path)  # renditions of pictures are made once for all
    settings.PUBLIC_CACHE_SECONDS = 30
    caches["pages"].clear()
    known = {}

    costs = {path: visited(client, path, known) for path in paths}

    caches["pages"].clear()
    assert {path: cost for path, cost in costs.items() if not is_fine(cost)} == {}
    assert len(paths) > 30
    assert any("/cases/" in path for path in paths)
    assert max(cost["bytes"] for cost in costs.values()) > 40_000
