"""Can everybody read and use every page, in each language, on a desk and on a small telephone?"""

import json
import os

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from cic.core.tokens import issue_token
from cic.urls import ROOMS
from cms.facts.statement import CHECKS
from cms.operations.releases import refresh
from events.models import Session
from partners.models import User
from pilots.management.commands.seed_demo import seed
from pilots.management.demo.cast import address
from pilots.models import Outcome, Trial
from tests.crawling import further_pages, links, public_pages
from tests.factories.cms import case_of, publish
from tests.factories.community import FollowFactory
from tests.factories.events import CertificateFactory, RegistrationFactory
from tests.journeys.inspecting import ALL_RULES, NARROW, WIDE, WORD_RULES, Inspector

pytestmark = [pytest.mark.journey, pytest.mark.java, pytest.mark.django_db(transaction=True)]

# What looks otherwise to whoever stands on the other side.
OTHERWISE = {
    "workspace",
    "idea_detail",
    "request_detail",
    "agreement_detail",
    "trial_detail",
    "evaluation_detail",
}
# The first sees most of it; the second what the first may not do; then who proposes, and who judges.
READERS: dict[str, set[str]] = {
    "coordinator": set(),
    "admin": set(),
    "partner": OTHERWISE,
    "evaluator": OTHERWISE,
}
MOST_OF_A_KIND = 2
SCHEMES = ("dark", "forced")
ACCOUNTS = ("account_login", "account_signup", "account_reset_password")
# `WRITE_CHECKS=new` looks at every page of the workspace in every language, and keeps what is found for the statement.
FOR_STATEMENT = os.environ.get("WRITE_CHECKS") == "new"
SAME = ("axe", "w3c", "languages", "schemes", "acted", "found")
# These answer with a file, a part of a page, or only to a form that is sent.
NOT_PAGES = {
    "board_move",
    "sheet_draft",
    "import_report",
    "import_progress",
    "idea_draft",
    "idea_draft_new",
    "idea_likes",
    "committee_pack_file",
    "my_data_ask",
    "my_data_progress",
    "my_data_download",
}


def name_of(path: str) -> str:
    """The name of the route that answers an address; empty when none does."""
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def workspace_routes() -> dict[str, str]:
    """Name → address of each route of the workspace; the address is empty when it needs an argument."""
    routes = {}
    for room in ROOMS:
        for route in room.WORKSPACE:
            text = str(route.pattern)
            routes[route.name] = "" if "<" in text else f"/workspace/{text}"
    return routes


def workspace_pages() -> dict[str, dict[str, str]]:
    """Reader → route name → an address: each route with the first who may see it, and again where it looks otherwise."""
    routes, found, chosen = workspace_routes(), set(), {}
    for key, anew in READERS.items():
        found -= anew
        client = Client()
        client.force_login(User.objects.get(email=address(key)))
        mine, looked = chosen.setdefault(key, {}), {}
        waiting = [path for path in routes.values() if path]
        seen = set(waiting)
        while waiting:
            path = waiting.pop(0)
            name = name_of(path)
            looked[name] = looked.get(name, 0) + 1
            if name not in routes or looked[name] > MOST_OF_A_KIND:
                continue
            response = client.get(path)
            if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
                continue
            if name not in found and name not in NOT_PAGES:
                found.add(name)
                mine[name] = path
            for linked in links(response.content.decode()):
                if linked not in seen:
                    seen.add(linked)
                    waiting.append(linked)
    return chosen


def seeded() -> None:
    """The demonstration with its public site: a case and every other kind of page, a draft, the files of open data."""
    seed()
    call_command("cms_setup", verbosity=0)
    call_command("events_demo", verbosity=0)
    call_command("community_demo", verbosity=0)
    call_command("groups_demo", verbosity=0)
    # What only a mail leads to: a place, a certificate, a list of what somebody follows.
    RegistrationFactory(session=Session.objects.shown().filter(state="published")[0])
    CertificateFactory()
    FollowFactory(
        user=None, address="reader@example.org", trial=Trial.objects.filter(publication="public")[0]
    )
    outcomes = Outcome.objects.filter(publication="public")
    publish(case_of(outcomes[0]))
    case_of(outcomes[1])
    call_command("cms_demo", verbosity=0)
    refresh()


def look_at_public_pages(inspector: Inspector, language: str, number: int) -> None:
    """Every type of public page in one of the languages; two are measured wide and two narrow.

    Colours are those of the style, whatever the words are: the first language is seen in all schemes on each page, the
    others on one page in four, each on others.
    """
    pages = [*public_pages(language), *further_pages(language), *(reverse(name) for name in ACCOUNTS)]
    coloured = pages if number == 0 else pages[number :: len(settings.LANGUAGES)]
    for shown, schemes, status in (
        (coloured, SCHEMES, 200),
        ([path for path in pages if path not in coloured], (), 200),
        ([f"/{language}/nothing-here/"], SCHEMES, 404),
        ([f"/{language}/follow/confirm/used/"], SCHEMES, 410),
    ):
        inspector.look(
            shown,
            language=language,
            width=(WIDE, NARROW)[number % 2],
            schemes=schemes,
            keyboard=language == "en",
            status=status,
        )


def test_each_page_is_accessible_valid_and_fits_a_small_telephone(browser, live_server, tmp_path):
    seeded()
    inspector = Inspector(browser, live_server, tmp_path)

    for number, (language, _name) in enumerate(settings.LANGUAGES):
        look_at_public_pages(inspector, language, number)

    # Whoever holds no key is not asked whether to revoke it.
    issue_token(actor=User.objects.get(email=address(next(iter(READERS)))), name="Sensors", scopes=["read"])
    chosen = workspace_pages()
    for key, pages in chosen.items():
        client, person = Client(), User.objects.get(email=address(key))
        client.force_login(person)
        session = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        for number, (language, _name) in enumerate(settings.LANGUAGES):
            own = language == person.language
            shown = list(pages.values())
            # One in four is in each language; a run for the statement takes its time.
            inspector.look(
                shown if FOR_STATEMENT else shown[number :: len(settings.LANGUAGES)],
                language=language,
                cookies=session,
                rules=ALL_RULES if own or not FOR_STATEMENT else WORD_RULES,
                schemes=SCHEMES if own else (),
                # Its tables say their roles for when they are stacked, and htmx has words of its own.
                valid=False,
            )
    inspector.compare_help()
    inspector.check()

    missing = {name for name, path in workspace_routes().items() if path} - set().union(*chosen.values())
    missing -= NOT_PAGES
    assert missing == set()
    found = inspector.report()
    if FOR_STATEMENT:
        CHECKS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert inspector.failures == []
    kept = json.loads(CHECKS.read_text())
    assert {name: kept[name] for name in SAME} == {name: found[name] for name in SAME}
