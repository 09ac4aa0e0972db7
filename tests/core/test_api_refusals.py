"""Is every refusal under /api/ a problem detail, quick, and silent about the inside?"""

import json
import time

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from cic.wsgi import application
from partners.models import Organisation
from tests.core.specimen import SpecimenViewSet
from tests.factories.partners import AppointmentFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
LIST = "/api/v1/specimens/"
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}


@pytest.fixture
def staff():
    client = Client()
    client.force_login(AppointmentFactory(role="coordinator").user)
    return client


def check_problem(response, status, code):
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), (
        response.content
    )
    body = response.json()
    assert set(body) >= MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"http://127.0.0.1:8000/problems/{code}"
    assert body["request_id"] == response["X-Request-ID"]
    text = response.content.decode().lower()
    assert not any(
        word in text for word in ("traceback", "select ", ".py", "partners_", "/work/", "sqlite", "psycopg")
    )
    return body


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v2/", "/api/v1/nothing/", "/api/v1/specimens", LIST + "abc/", LIST + "1/x/"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
def test_w04_address_without_anything_is_404(client, address, method):
    check_problem(getattr(client, method)(address), 404, "not_found")


def test_w04_other_methods_and_formats(client, staff):
    check_problem(client.get(LIST, headers={"accept": "text/html"}), 406, "not_acceptable")
    check_problem(client.put(LIST), 405, "method_not_allowed")
    check_problem(client.generic("TRACE", LIST), 405, "method_not_allowed")
    for kind in (
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        response = staff.generic("POST", LIST, b'{"name": "x"}', content_type=kind)
        check_problem(response, 415, "unsupported_media_type")
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"x"', b"null", b"1", b'{"name": NaN}', b'{"name": Infinity}', b'{"name": 1e999999}',
        b'{"version": ' + b"9" * 5000 + b"}", b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"name": "a", "name": "b"}', b'{"name": "a\\u0000b"}', b'{"name": "a\\u001bb"}', b'{"a\\u0007": 1}',
        b'{"name": "\\ud800"}', b'{"name": "caf\xe9"}', b"\xef\xbb\xbf{}", b'{"name": "a\x0bb"}', b"\xff\xfe{\x00}\x00",
    ],
)  # fmt: skip
def test_i10_body_that_is_no_object_of_clean_text_is_400(staff, body):
    start = time.process_time()

    response = staff.generic("POST", LIST, body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["code"] in ("malformed", "invalid")
    assert time.process_time() - start < 1
    assert Organisation.objects.count() == 0


CHARSETS = [
    "bz2_codec", "utf-7", "utf-16", "rot13", "nonsense", "zlib_codec", "UTF-8; charset=rot13", "é",
    "utf-8; a*=nonsense''b",
]  # fmt: skip


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_i10_other_charset_is_415_on_reads_and_writes(charset, method):
    answer = {}
    environ = RequestFactory().generic(method, LIST + "?search=a").environ
    environ["CONTENT_TYPE"] = f"application/json; charset={charset}"

    body = application(environ, lambda status, headers: answer.update(headers, status=status))

    assert (answer["status"], answer["Content-Type"]) == (
        "415 Unsupported Media Type",
        "application/problem+json",
    )
    assert json.loads(b"".join(body))["code"] == "unsupported_media_type"
    body.close()


def test_utf8_may_be_named(staff):
    response = staff.generic(
        "POST", LIST, '{"name": "Món"}'.encode(), content_type="application/json; charset=UTF-8"
    )

    assert (response.status_code, response.json()["name"]) == (201, "Món")


def test_i10_compressed_body_is_415(staff):
    response = staff.generic(
        "POST", LIST, b"{}", content_type="application/json", headers={"content-encoding": "gzip"}
    )

    check_problem(response, 415, "unsupported_media_type")


def test_i10_large_body_is_413(staff, settings):
    body = b'{"name": "' + b"a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10) + b'"}'

    check_problem(staff.generic("POST", LIST, body, content_type="application/json"), 413, "too_large")


def test_i10_long_accept_language_and_ten_thousand_parameters(client):
    start = time.process_time()

    assert client.get(LIST, headers={"accept-language": "ca," * 7000}).status_code in (200, 400)
    many = "&".join(f"a{number}=1" for number in range(10_000))
    check_problem(client.get(f"{LIST}?{many}"), 400, "malformed")
    assert time.process_time() - start < 2


def test_t07_session_without_csrf_token_is_403():
    client = Client(enforce_csrf_checks=True)
    client.force_login(AppointmentFactory(role="coordinator").user)

    response = client.post(LIST, json.dumps({"name": "x"}), content_type="application/json")

    check_problem(response, 403, "not_allowed")
    assert Organisation.objects.count() == 0


def test_t02_more_than_the_limit_in_a_minute_is_429(client, settings, monkeypatch):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"anon": "5/min", "user": "9/min"},
    }
    monkeypatch.setattr("cic.core.tally.time.time", lambda: 1_000_000.0)

    statuses = [client.get(LIST, headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code for n in range(8)]

    assert statuses == [200] * 5 + [429] * 3
    response = client.get(LIST)
    check_problem(response, 429, "throttled")
    assert 1 <= int(response["Retry-After"]) <= 61


def test_t02_refused_requests_count_as_well(client, settings, monkeypatch):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"anon": "3/min", "user": "9/min"},
    }
    monkeypatch.setattr("cic.core.tally.time.time", lambda: 1_000_000.0)

    statuses = [client.post(LIST, "{}", content_type="application/json").status_code for _time in range(5)]

    assert statuses == [401] * 3 + [429] * 2


@pytest.mark.django_db(transaction=True)
def test_t02_fifty_at_once_do_not_pass_the_limit(at_once, settings, monkeypatch):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"anon": "20/min", "user": "9/min"},
    }
    monkeypatch.setattr("cic.core.tally.time.time", lambda: 1_000_000.0)

    statuses = at_once(lambda: Client().get(LIST).status_code, 50)

    assert (statuses.count(200), statuses.count(429)) == (20, 30)


def test_s07_address_is_the_one_the_trusted_proxy_saw(client, settings, monkeypatch):
    rates = {"anon": "2/min", "user": "9/min"}
    monkeypatch.setattr("rest_framework.throttling.api_settings.NUM_PROXIES", 1, raising=False)
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates, "NUM_PROXIES": 1}
    monkeypatch.setattr("cic.core.tally.time.time", lambda: 1_000_000.0)

    forged = [
        client.get(LIST, headers={"x-forwarded-for": f"1.2.3.{n}, 9.9.9.9"}).status_code for n in range(4)
    ]
    other = client.get(LIST, headers={"x-forwarded-for": "9.9.9.9, 8.8.8.8"}).status_code

    assert (forged, other) == ([200, 200, 429, 429], 200)


def test_k03_database_that_does_not_answer_is_503(client, monkeypatch):
    def refuse(self):
        raise OperationalError("connection to server at 10.0.0.1 failed: SELECT secret")

    monkeypatch.setattr(SpecimenViewSet, "get_queryset", refuse)

    response = client.get(LIST)

    check_problem(response, 503, "unavailable")
    assert response["Retry-After"] == "5"


def test_l13_fault_of_ours_is_500_without_its_inside(client, monkeypatch):
    client.raise_request_exception = False

    def fail(self):
        raise RuntimeError("canary in /work/main/secret.py")

    monkeypatch.setattr(SpecimenViewSet, "get_queryset", fail)

    response = client.get(LIST)

    check_problem(response, 500, "internal")
    assert b"canary" not in response.content


def test_refusals_speak_the_language_of_their_reader(client):
    OrganisationFactory()

    assert client.get(LIST + "?x=1", headers={"accept-language": "ca"})["Content-Language"] == "ca"
