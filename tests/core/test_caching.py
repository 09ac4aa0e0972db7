"""Does the public cache spare the database, and never show what is private, of another language or gone?"""

import gzip
import time

import pytest
from django.core.cache import caches
from django.test import Client

from cic.core.tokens import issue_token
from tests.factories.cms import make_site, make_world
from tests.factories.partners import AppointmentFactory, UserFactory


@pytest.fixture
def world(db, settings):
    """A public pilot, and the cache as it stands in an installation."""
    settings.PUBLIC_CACHE_SECONDS = 30
    caches["pages"].clear()
    make_site()
    yield make_world("Quiet unloading")
    caches["pages"].clear()


def test_public_page_a_second_time_asks_the_database_nothing(world, client, django_assert_num_queries):
    address = f"/en/pilots/{world.trial.reference}/"
    first = client.get(address)

    with django_assert_num_queries(0):
        second = client.get(address)

    assert second.content == first.content
    assert (first.get("Age"), second["Age"]) == (None, "0")


def test_page_in_another_language_or_with_another_query_is_not_the_kept_one(world, client):
    caught = {path: client.get(path).content for path in ("/en/pilots/", "/ca/pilots/", "/en/pilots/?q=none")}

    assert len(set(caught.values())) == 3
    assert {path: client.get(path).content for path in caught} == caught


def test_reader_who_signed_in_gets_a_page_of_their_own_and_leaves_none_behind(world, client):
    reader = Client()
    reader.force_login(UserFactory(name="Quim Sentmenat"))

    own = reader.get("/en/pilots/")
    public = client.get("/en/pilots/")

    assert "Age" not in own
    assert "no-store" in own["Cache-Control"]
    assert "Quim Sentmenat" not in public.content.decode()
    assert "Age" not in reader.get("/en/pilots/")


def test_what_somebody_sends_empties_the_cache(world, client):
    sender = Client()
    sender.force_login(UserFactory())
    client.get("/en/pilots/")
    assert "Age" in client.get("/en/pilots/")

    sender.post("/accounts/logout/")

    assert "Age" not in client.get("/en/pilots/")


def test_c03_unpublished_pilot_is_gone_when_its_time_in_the_cache_is_over(
    world, client, settings, monkeypatch
):
    address = f"/en/pilots/{world.trial.reference}/"
    assert client.get(address).status_code == 200
    type(world.trial).objects.filter(pk=world.trial.pk).update(publication="withdrawn")

    later = time.time() + settings.PUBLIC_CACHE_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)

    assert client.get(address).status_code == 404


def test_unchanged_page_is_answered_with_304_and_nothing_in_it(world, client):
    first = client.get("/en/pilots/")

    again = client.get("/en/pilots/", headers={"If-None-Match": first["ETag"]})
    changed = client.get("/en/pilots/?q=none", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200


def test_page_that_was_not_found_is_asked_for_again(world, client):
    missing = client.get("/en/pilots/P-1999-001/")

    assert missing.status_code == 404
    assert "ETag" not in missing

    assert "Age" not in client.get("/en/pilots/P-1999-001/")


def test_pages_are_compressed_and_what_the_api_says_to_one_caller_never(world, client):
    reader = Client(headers={"Accept-Encoding": "gzip"})
    reader.force_login(UserFactory())

    public = client.get("/en/pilots/", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/en/pilots/")

    assert gzip.decompress(public.content) == plain.content
    assert "Accept-Encoding" in plain["Vary"]
    assert "Content-Encoding" not in plain
    assert (
        len({len(reader.get("/workspace/").content) for _time in range(12)}) > 1
    )  # says nothing of what is in it
    assert gzip.decompress(reader.get("/workspace/").content).startswith(b"<!doctype html>")
    assert "Content-Encoding" not in reader.get("/api/v1/users/me/")


def test_not_modified_says_how_old_the_kept_page_is(world, client, monkeypatch):
    etag = client.get("/en/pilots/")["ETag"]

    later = time.time() + 20
    monkeypatch.setattr(time, "time", lambda: later)
    again = client.get("/en/pilots/", headers={"If-None-Match": etag})

    assert (again.status_code, again["Age"]) == (304, "20")


def test_page_is_kept_no_longer_than_it_says_however_long_the_setting(world, client, settings, monkeypatch):
    settings.PUBLIC_CACHE_SECONDS = 600
    client.get("/en/pilots/")

    later = time.time() + 31
    monkeypatch.setattr(time, "time", lambda: later)

    assert "Age" not in client.get("/en/pilots/")


API = "/api/v1/trials/"


def test_api_without_an_account_is_kept_like_a_page_and_compressed(world, client, django_assert_num_queries):
    first = client.get(API)

    with django_assert_num_queries(0):
        second = client.get(API)
        small = client.get(API, headers={"Accept-Encoding": "gzip"})
        known = client.get(API, headers={"If-None-Match": first["ETag"]})

    assert (first["Cache-Control"], first.get("Age"), second["Age"]) == ("public, max-age=30", None, "0")
    assert second.json() == first.json()
    assert first.json()["results"][0]["reference"] == world.trial.reference
    assert gzip.decompress(small.content) == first.content
    assert (known.status_code, known.content) == (304, b"")
    assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= set(first["Vary"].split(", "))


def test_api_in_another_language_or_with_other_parameters_is_not_the_kept_answer(world, client):
    asked = [
        (f"{API}{world.trial.pk}/moves/", {"Accept-Language": "en"}),
        (f"{API}{world.trial.pk}/moves/", {"Accept-Language": "fr"}),
        (API, {}),
        (f"{API}?fields=id", {}),
    ]

    first = [client.get(address, headers=headers) for address, headers in asked]

    assert [response.get("Age") for response in first] == [None] * 4
    assert "Age" not in client.get(f"{API}?serach=x")
    assert client.get(f"{API}?serach=x")["Cache-Control"] == "no-store"


def test_c01_what_the_api_says_to_somebody_known_is_never_kept(world, client):
    person = AppointmentFactory(role="coordinator").user
    reader = Client()
    reader.force_login(person)
    key = issue_token(actor=person, name="Sensors", scopes=["read"])[1]
    program = {"Authorization": f"Bearer {key}"}
    hidden = f"/api/v1/users/{person.pk}/"
    client.get(API)

    own = [
        reader.get(API), client.get(API, headers=program), reader.get(hidden), client.get(hidden, headers=program),
    ]  # fmt: skip

    assert [(r.status_code, r["Cache-Control"], "Age" in r) for r in own] == [
        (200, "private, no-store", False)
    ] * 4
    assert client.get(hidden).status_code in (401, 403, 404)
    assert "Age" not in client.get(hidden)


def test_what_a_program_writes_empties_the_cache(world, client):
    client.get(API)

    client.post(API, {}, headers={"Authorization": "Bearer none"})

    assert "Age" not in client.get(API)
