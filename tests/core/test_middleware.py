"""Does every answer carry its id, its language, and what its reader needs; and every refusal its own form?"""

import json
import logging

import pytest
from django.core.cache import cache
from django.db import OperationalError

from tests.factories.partners import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.addresses")]


@pytest.fixture(autouse=True)
def _quiet_client(client):
    client.raise_request_exception = False
    cache.clear()


def problem(response):
    assert response["Content-Type"].startswith("application/problem+json"), response["Content-Type"]
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert {"type", "title", "detail", "instance"} <= body.keys()
    return body


# --- request id and access log ---


def test_a_request_keeps_the_id_it_came_with(client):
    response = client.get("/language/", headers={"X-Request-ID": "abc-DEF-123"})

    assert response["X-Request-ID"] == "abc-DEF-123"


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with space in", "abc\u00e9defgh", 'a"b,c:d{e}', "a_b_c_d_e"]
)
def test_an_id_that_is_none_is_replaced(client, given):
    response = client.get("/language/", headers={"X-Request-ID": given.encode("utf-8").decode("latin-1")})

    assert len(response["X-Request-ID"]) == 32
    assert response["X-Request-ID"].isalnum()


def lines(caplog):
    return [record.msg for record in caplog.records if record.name == "cic.access"]


def test_each_request_is_one_line_without_its_query(client, caplog):
    caplog.set_level(logging.INFO, "cic.access")

    response = client.get("/language/?token=secret", headers={"X-Request-ID": "request-7"})

    [line] = lines(caplog)
    assert line["request_id"] == response["X-Request-ID"] == "request-7"
    assert (line["event"], line["method"], line["path"], line["status"]) == (
        "request",
        "GET",
        "/language/",
        200,
    )
    assert "secret" not in str(line)


def test_a_secret_in_the_address_is_not_logged(client, caplog):
    caplog.set_level(logging.INFO, "cic.access")

    client.get("/reset/Mg-c8x2-secret/")

    assert lines(caplog)[0]["path"] == "/reset/…/"


def test_l13_a_line_break_in_the_address_stays_in_its_line(client, caplog):
    caplog.set_level(logging.INFO)

    client.get("/nothing%0aFAKE")

    from django.conf import settings

    handler = logging.StreamHandler()
    formatter = settings.LOGGING["formatters"]["json"]
    handler.setFormatter(
        formatter["()"](**{name: value for name, value in formatter.items() if name != "()"})
    )
    record = next(record for record in caplog.records if record.name == "cic.access")
    text = handler.format(record)
    assert "\n" not in text
    assert json.loads(text)["path"] == "/nothing\nFAKE"


def test_health_checks_do_not_fill_the_log(client, caplog):
    caplog.set_level(logging.INFO, "cic.access")

    client.get("/livez")

    assert lines(caplog) == []


def test_the_log_names_a_user_only_if_somebody_asked(client, caplog):
    caplog.set_level(logging.INFO, "cic.access")
    user = UserFactory()
    client.force_login(user)

    client.get("/en/language/")
    client.get("/en/me/")

    assert [line["user"] for line in lines(caplog)] == [None, user.pk]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "9.9.9.9", "127.0.0.1"),
        (1, "9.9.9.9, 8.8.8.8", "8.8.8.8"),
        (2, "9.9.9.9, 8.8.8.8, 7.7.7.7", "8.8.8.8"),
        (1, "", "127.0.0.1"),
    ],
)
def test_s07_the_address_is_the_one_a_trusted_proxy_saw(
    client, caplog, settings, proxies, forwarded, address
):
    caplog.set_level(logging.INFO, "cic.access")
    settings.TRUSTED_PROXIES = proxies

    client.get("/language/", headers={"X-Forwarded-For": forwarded})

    assert lines(caplog)[0]["address"] == address


# --- refusals ---

EXPECTED = [
    ("domain", 409, "wrong_state"),
    ("allowed", 403, "not_allowed"),
    ("missing", 404, "not_found"),
    ("denied", 403, "not_allowed"),
    ("database", 503, "unavailable"),
    ("full", 507, "unavailable"),
    ("database-full", 507, "unavailable"),
    ("ours", 500, "internal"),
]


@pytest.mark.parametrize(("kind", "status", "code"), [*EXPECTED, ("suspicious", 400, "malformed")])
def test_w04_every_refusal_under_the_api_is_a_problem(client, kind, status, code):
    response = client.get(f"/api/v1/fail/{kind}/")

    body = problem(response)
    assert (response.status_code, body["code"]) == (status, code)
    assert "secret inside" not in response.content.decode()


@pytest.mark.parametrize(("kind", "status", "code"), [row for row in EXPECTED if "full" not in row[0]])
def test_w04_so_is_every_refusal_of_the_framework(client, kind, status, code):
    body = problem(client.get(f"/api/v1/framework/{kind}/"))

    assert (body["status"], body["code"]) == (status, code)


def test_w04_an_address_that_does_not_exist_is_a_problem(client):
    assert problem(client.get("/api/v1/nothing/"))["status"] == 404


def test_w04_a_method_that_is_not_there_is_a_problem_that_says_which_are(client):
    response = client.post("/api/v1/language/")

    assert problem(response)["status"] == 405
    assert response["Allow"] == "GET"


def test_w04_a_forged_host_is_a_problem(client):
    assert problem(client.get("/api/v1/language/", headers={"Host": "evil.example"}))["status"] == 400


def test_w04_a_form_without_its_token_is_a_problem(client):
    client.handler.enforce_csrf_checks = True

    assert problem(client.post("/api/v1/post/"))["status"] == 403


@pytest.mark.parametrize(("kind", "status", "sentence"), [
    ("domain", 409, "It is closed already."),
    ("allowed", 403, "Not yours."),
    ("database", 503, "does not answer"),
    ("full", 507, "no room left"),
])  # fmt: skip
def test_a_page_says_why_not(client, kind, status, sentence):
    response = client.get(f"/fail/{kind}/")

    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert sentence in response.content.decode()
    assert "Content-Security-Policy" in response


def test_k03_an_outage_says_when_to_come_back(client):
    for address in ("/fail/database/", "/api/v1/fail/database/", "/api/v1/framework/database/"):
        assert client.get(address)["Retry-After"] == "5"


def test_k03_a_session_that_cannot_be_read_is_an_outage_and_no_fault(client, monkeypatch):
    def broken(request):
        raise OperationalError("server closed the connection")

    client.force_login(UserFactory())
    monkeypatch.setattr("cic.core.middleware.get_user", broken)

    page, call = client.get("/me/"), client.get("/api/v1/me/")

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert problem(call)["status"] == 503
    assert call["Retry-After"] == "5"
    assert "Content-Security-Policy" in call


def test_a_body_that_is_too_large_is_refused_unread(client, settings):
    large = {"CONTENT_LENGTH": str(settings.UPLOAD_MAX_BYTES * 2), "CONTENT_TYPE": "multipart/form-data"}

    page = client.generic("POST", "/post/", b"", **large)
    call = client.generic("POST", "/api/v1/post/", b"", **large)

    assert page.status_code == 413
    assert "25 MB" in page.content.decode()
    assert problem(call)["code"] == "too_large"
    assert "Content-Security-Policy" in page


def test_a_long_form_is_too_large(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = client.post("/post/", b"a=" + b"x" * 2000, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413


@pytest.mark.parametrize("length", ["", "x", "-1", "9" * 30])
def test_a_strange_length_is_no_fault_of_ours(client, length):
    assert client.generic("POST", "/post/", b"", CONTENT_LENGTH=length).status_code < 500


# --- language ---


@pytest.mark.parametrize(("address", "language"), [("/ca/language/", "ca"), ("/en/language/", "en")])
def test_c02_the_address_decides_the_language(client, address, language):
    client.cookies["django_language"] = "fr"
    client.force_login(UserFactory(language="es"))

    response = client.get(address, headers={"Accept-Language": "fr"})

    assert response.content.decode() == response["Content-Language"] == language


def test_c02_without_it_the_switch_decides_then_the_user_then_the_browser(client):
    def ask():
        response = client.get("/language/", headers={"Accept-Language": "fr"})
        assert "Accept-Language" in response["Vary"]
        assert "Cookie" in response["Vary"]
        return response.content.decode()

    answers = [ask()]
    client.force_login(UserFactory(language="es"))
    answers.append(ask())
    client.cookies["django_language"] = "ca"
    answers.append(ask())

    assert answers == ["fr", "es", "ca"]


def test_c02_an_unknown_language_is_that_of_the_installation(client, settings):
    response = client.get("/language/", headers={"Accept-Language": "de, " + "x" * 20_000})

    assert response.content.decode() == settings.LANGUAGE_CODE


@pytest.mark.parametrize(
    "path", ["/api/v1/x/", "/admin/x/", "/files/x", "/robots.txt", "/static/x.css", "/.well-known/x"]
)
def test_an_address_that_is_there_once_stays_a_404(client, path):
    assert client.get(path).status_code == 404


def test_an_anonymous_page_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/en/language/")
        client.get("/language/")


# --- privacy and content security policy ---


def test_c01_what_a_signed_in_user_gets_is_stored_nowhere(client):
    assert "Cache-Control" not in client.get("/language/")
    client.force_login(UserFactory())

    assert client.get("/language/")["Cache-Control"] == "private, no-store"
    assert client.get("/fail/missing/")["Cache-Control"] == "private, no-store"
    assert client.get("/admin/language/")["Cache-Control"] == "private, no-store"


def test_c01_nor_what_a_token_gets_nor_what_sets_a_cookie_or_shows_a_message(client):
    assert (
        client.get("/language/", headers={"Authorization": "Token x"})["Cache-Control"] == "private, no-store"
    )
    assert client.get("/tell/")["Cache-Control"] == "private, no-store"
    assert "messages" in client.cookies
    assert client.get("/language/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/language/", "/en/language/", "/api/v1/language/", "/nothing/", "/livez"])
def test_x06_no_inline_code_anywhere(client, path):
    policy = client.get(path)["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri" in policy


def test_x06_but_in_the_editor(client):
    response = client.get("/admin/language/")

    assert "script-src 'self' 'unsafe-inline'" in response["Content-Security-Policy"]
    assert "nonce" not in response["Content-Security-Policy"]
    assert "object-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/language/")["X-Frame-Options"] == "DENY"
