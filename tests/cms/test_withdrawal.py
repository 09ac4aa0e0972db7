"""Is what is withdrawn gone everywhere within a minute, with the public cache as an installation has it?"""

import io
import json
import time

import pyarrow.parquet as pq
import pytest
from django.core.cache import caches
from wagtail.models import Page

from cms.facts.catalogue import FORMATS
from cms.facts.datasets import DATASETS
from cms.facts.figures import totals
from cms.models import CasePage
from cms.operations.case_languages import translate_case
from cms.tasks import release_data
from cms.views.machines import SITEMAPS
from partners.choices import Role
from pilots.operations.outcomes import move_outcome
from pilots.operations.trials import move_trial
from tests.factories.cms import case_of, make_world, publish, staff

OUTCOME, TRIAL = "Xanarium", "Zymurgic"
LANGUAGES = ("ca", "es", "en", "fr")
LIMIT_S = 60
API = ("outcomes", "products", "trials", "indicators", "measurements", "ideas", "challenges", "organisations")


@pytest.fixture
def world(site, settings, tmp_path):
    """A case in two languages and a story about it; the caches and files of an installation."""
    settings.PUBLIC_CACHE_SECONDS = 30
    settings.MEDIA_ROOT = tmp_path
    caches["pages"].clear()
    world = make_world("Quiet unloading")
    trial = world.trial
    type(trial).objects.filter(pk=trial.pk).update(title=f"{TRIAL} pilot", summary=f"{TRIAL} summary.")
    trial.refresh_from_db()
    type(world.indicator).objects.filter(pk=world.indicator.pk).update(name=f"{TRIAL} noise")
    outcome = world.outcome
    type(outcome).objects.filter(pk=outcome.pk).update(
        summary=f"{OUTCOME} summary.", lessons=f"{OUTCOME} lesson."
    )
    outcome.refresh_from_db()
    outcome.products.update(name=f"{OUTCOME} dataset")
    case = publish(case_of(outcome, title=f"{OUTCOME} case", answer=f"{OUTCOME} answer."))
    publish(translate_case(case, "fr", actor=staff(Role.EDITOR)))
    release_data()
    yield world
    caches["pages"].clear()


def addresses(world):
    """Every public address that may tell of the case, its outcome or its trial."""
    case = CasePage.objects.get(locale__language_code="en")
    found = [page.get_url() for page in Page.objects.live().filter(depth__gt=1)]
    references = {
        "pilots": world.trial, "challenges": world.challenge, "centres": world.centre, "agreements": world.agreement,
    }  # fmt: skip
    found += [f"/en/{kind}/{record.reference}/" for kind, record in references.items()]
    found += [f"/en/challenges/{world.idea.reference}/", f"/en/organisations/{world.trial.promoter_id}/"]
    for language in LANGUAGES:
        found += [
            f"/{language}/feeds/{name}.{form}"
            for name in ("cases", "pilots", "news")
            for form in ("atom", "json")
        ]
        found += [
            f"/share/{language}/pilots/{world.trial.reference}.png",
            f"/embed/{language}/pilots/{world.trial.reference}/",
        ]
    found += [
        f"/en/feeds/records/{record.reference}.{form}"
        for record in (world.trial, world.centre)
        for form in ("atom", "json")
    ]
    found += [f"/en/search/?q={word}" for word in (OUTCOME, TRIAL)]
    found += [f"/en/pilots/?search={TRIAL}", "/en/pilots/?verdict=adopted"]
    found += [f"/share/{page.locale.language_code}/cases/{page.slug}.png" for page in CasePage.objects.live()]
    found.append(f"/embed/en/cases/{case.slug}/")
    found += [f"/en/data/cases/{case.slug}.{form}" for form in ("json", "csv")]
    found += ["/sitemap.xml", *(f"/sitemap-{part}.xml" for part in SITEMAPS)]
    found.append(f"/oembed?url=http://127.0.0.1:8000/en/pilots/{world.trial.reference}/")
    found += [f"/data/{key}.{form}" for key in DATASETS for form in ("csv", "json", "parquet")]
    found += [f"/data/catalog.{form}" for form in FORMATS]
    found += [f"/api/v1/{noun}/" for noun in API]
    found += [f"/api/v1/trials/{world.trial.pk}/", f"/api/v1/outcomes/{world.outcome.pk}/"]
    return list(dict.fromkeys(found))


def told(client, address, etags):
    """Status and text of an answer, asked for as a browser does that has seen it before."""
    headers = {"If-None-Match": etags[address]} if address in etags else {}
    response = client.get(address, headers=headers)
    if response.status_code == 304:
        return 304, "as it was"
    if "ETag" in response:
        etags[address] = response["ETag"]
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if address.endswith(".parquet") and response.status_code == 200:
        return 200, json.dumps(pq.read_table(io.BytesIO(content)).to_pylist(), default=str)
    return response.status_code, content.decode("utf-8", "replace") + str(dict(response.headers))


def naming(answers, *words):
    """Addresses whose answer holds one of `words`, beyond what the address itself asked for."""
    hits = set()
    for address, (_status, text) in answers.items():
        for word in words:
            for echo in (f"q={word}", f"search={word}", f'value="{word}"', f"</span> {word} <svg"):
                text = text.replace(echo, "")
            if word.lower() in text.lower():
                hits.add(address)
    return hits


WORDS = {"outcome": (OUTCOME,), "trial": (OUTCOME, TRIAL)}


@pytest.mark.parametrize("what", WORDS)
def test_withdrawn_record_is_gone_from_every_channel_within_a_minute(world, client, monkeypatch, what):
    words = WORDS[what]
    known = addresses(world)
    etags = {}
    before = {address: told(client, address, etags) for address in known}
    assert {status for status, _text in before.values()} == {200}
    shown = naming(before, *words)
    pictures = [address for address in known if address.startswith("/share/")]
    assert len(shown) > 20
    assert "Age" in client.get("/en/cases/")

    approver = staff(Role.COORDINATOR)
    # Not through this process: its copies are as old as those of another one that heard of nothing.
    move_record, record = {
        "outcome": (move_outcome, world.outcome), "trial": (move_trial, world.trial),
    }[what]  # fmt: skip
    move_record(record, "withdraw_publication", actor=approver, note="An error.")
    release_data()
    start = time.time()
    monkeypatch.setattr(time, "time", lambda: start + LIMIT_S - 1)
    after = {address: told(client, address, etags) for address in known}

    assert CasePage.objects.live().count() == 0
    assert [totals()["cases"], totals()["trials"]] == [0, 0 if what == "trial" else 1]
    assert before["/en/"][1] != after["/en/"][1] != "as it was"
    gone = {address for address, (status, _text) in after.items() if status == 404}
    assert {address for address in known if "zymurgic-pilot" in address} <= gone
    assert what != "trial" or set(pictures) <= gone
    unchanged = {address for address, (status, _text) in after.items() if status == 304}
    assert naming({address: before[address] for address in unchanged}, *words) == set()
    left = naming({address: after[address] for address in set(known) - unchanged}, *words)
    assert left == set()
