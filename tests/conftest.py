"""What does every test stand on? A migrated database, cheap passwords, threads at once, a browser."""

import gc
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings

from tests.databases import drop_database, make_database

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def _cheap_settings(request: pytest.FixtureRequest) -> Iterator[None]:
    """What costs time in a test and proves nothing: slow password hashes, hashed file names."""
    from django.conf import settings

    plain_static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS],
        STORAGES={**settings.STORAGES, "staticfiles": plain_static},
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """One database for each process of the run, copied from the template."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    with django_db_blocker.unblock():
        make_database(f"_{worker}" if worker else "")
    yield
    with django_db_blocker.unblock():
        drop_database()


@pytest.fixture(autouse=True)
def _uncounted() -> Iterator[None]:
    """Each test begins with no request counted: the limits per minute are not about test runs."""
    from django.conf import settings

    yield
    tally = settings.VAR_DIR / "tally.sqlite3"
    if tally.exists():
        with closing(sqlite3.connect(tally)) as connection:
            connection.execute("delete from tally")
            connection.commit()


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test ends with its streamed answers closed, as a server closes them: whose file is left open, no other test tells."""
    streamed: list[Any] = []
    ask = Client.request

    def asked(client: Client, **request: Any) -> Any:
        response = ask(client, **request)
        if response.streaming:
            streamed.append(response)
        return response

    monkeypatch.setattr(Client, "request", asked)
    yield
    for response in streamed:
        for close in response._resource_closers:
            close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that really commit what the migrations wrote: the site, its root page, its languages.

    The journeys go first: the longest of them must not be what one process is still at when all others have ended.
    """
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = {"transactional_db", "live_server"} & set(item.fixturenames)
        if commits or (marker and marker.kwargs.get("transaction")):
            item.fixturenames.append("django_db_serialized_rollback")


def pytest_collection_finish() -> None:
    """Keep the collector from walking, again and again, what lives as long as the run: half of its time went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def pytest_report_header() -> str:
    """Say which engine this run is about."""
    return f"database: {connection.vendor}"


@pytest.fixture
def at_once(transactional_db: None) -> Callable[..., list[Any]]:
    """Run functions at the same moment, each in its own thread and connection.

    `at_once(function, 8)` or `at_once([function, other])`; returns what each returned or raised.
    """

    def run(functions: Callable[[], Any] | list[Callable[[], Any]], times: int = 1) -> list[Any]:
        todo = functions if isinstance(functions, list) else [functions] * times
        results: list[Any] = [None] * len(todo)
        start = threading.Barrier(len(todo))

        def work(number: int) -> None:
            try:
                start.wait(timeout=30)
                results[number] = todo[number]()
            except Exception as error:  # noqa: BLE001  what it raised is its result
                results[number] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(todo))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert not any(thread.is_alive() for thread in threads), "a thread never came back"
        return results

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium of the distribution."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, headless=True, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of an own browser profile at the live server. An error in its console fails the test."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.console_errors = errors
    yield page
    context.close()
    assert errors == []
