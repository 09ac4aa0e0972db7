"""What does a page of the workspace cost? Queries, bytes of HTML, and bytes of what it links, for every one of them."""

import copy
import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from cic.core.views import ListPage
from cic.urls import ROOMS
from cms.models import CasePage
from partners.models import Centre
from pilots.models import Idea, Indicator
from tests.core.resource_contract import client_of

from .routes import address_of, routes
from .world import World, room_models

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
# As it travels; a list of 50 rows is some ten times that before it is compressed.
MOST_HTML, MOST_BEFORE, MOST_LINKED = 60_000, 120_000, 100_000
# Most of it is seen by the first; what is written for partners by the second.
READERS = ("admin", "member_admin")
# More than a page of a list shows; of centres as many as a large city has, and of indicators those of one trial.
ROWS, FEWER = 60, {Centre: 12, Indicator: 5}
TITLE = "Quiet unloading in the streets of the market"
LINKED = re.compile(r'<link rel="stylesheet" href="/static/([^"]+)"|<script[^>]* src="/static/([^"]+)"')
IMPORTED = re.compile(r"""(?:import|from)\s*\(?["']\./([^"']+)["']""")


def fill(world: World) -> None:
    """Three of everything, and more than a page of what is listed."""
    world.sample(CasePage)
    for model in room_models():
        if model._meta.app_label == "cms":
            continue  # pages of the public site, each in its place of the tree
        for make in (world.sample, world.make_another, world.make_another):
            try:
                with transaction.atomic():
                    make(model)
            except (KeyError, IntegrityError):
                break  # nothing that is made by itself, or of which there is only one
    # An idea that has everything an idea can have.
    Idea.objects.filter(pk=world.sample(Idea).pk).update(state="accepted")
    listed = {
        view.model
        for room in ROOMS
        for route in room.WORKSPACE
        if issubclass(view := getattr(route.callback, "view_class", object), ListPage)
    }
    for model in listed & set(world._samples) - {CasePage}:  # a page of the site again
        _repeat(world.sample(model))


def _repeat(row: models.Model) -> None:
    copies = []
    for number in range(FEWER.get(type(row), ROWS)):
        other = copy.copy(row)
        other.pk = None
        for field in row._meta.concrete_fields:
            if field.name in ("title", "name"):
                setattr(other, field.name, f"{TITLE} {number}")
            elif field.unique and not field.primary_key and isinstance(field, models.CharField):
                setattr(other, field.name, f"{getattr(row, field.name)}{number:03}"[-field.max_length :])
        copies.append(other)
    type(row)._base_manager.bulk_create(copies, ignore_conflicts=True)


def asked(captured: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the marks of transactions."""
    texts = (query["sql"] for query in captured.captured_queries)
    return [text for text in texts if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]


def linked_by(html: str) -> set[Path]:
    """The style sheets and scripts of a page, and what those import."""
    names = [style or script for style, script in LINKED.findall(html)]
    found, waiting = set(), [Path(finders.find(name)) for name in names]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            imported = IMPORTED.findall(path.read_text()) if path.suffix == ".js" else []
            waiting += [path.parent / name for name in imported]
    return found


@pytest.mark.parametrize("role", READERS)
def test_no_page_of_the_workspace_costs_more_than_it_may(role: str, world: World) -> None:
    fill(world)
    client = client_of(world.users[role])
    client.get("/workspace/")  # what is asked once per process is asked now
    over: dict[str, Any] = {}
    seen, sets = 0, set()
    for route in routes():
        if route.method != "GET" or not route.template.startswith(("/workspace/", "/accounts/")):
            continue
        if route.move and role != READERS[0]:
            continue  # one page serves all moves of a noun
        address = address_of(route, world)
        if resolve(address).url_name == "account_logout":
            continue
        with transaction.atomic():
            mark = transaction.savepoint()
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address, headers={"accept-encoding": "gzip"})
            transaction.savepoint_rollback(mark)
        if response.status_code != 200 or response.streaming:
            continue
        seen += 1
        queries, weight, travels = len(asked(captured)), 0, 0
        if "html" in response["Content-Type"]:
            travels = len(response.content)
            html = gzip.decompress(response.content) if "Content-Encoding" in response else response.content
            weight = len(html)
            sets.add(frozenset(linked_by(html.decode())))
        if queries > MOST_QUERIES or weight > MOST_BEFORE or travels > MOST_HTML:
            over[route.shown] = (queries, weight, travels)
    weights = [sum(len(gzip.compress(path.read_bytes())) for path in linked) for linked in sets]

    assert over == {}
    assert seen > 80
    assert 10_000 < max(weights) <= MOST_LINKED
