"""Are the pages that describe the API served from this host alone, under the strict policy?"""

import pytest


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_docs_show_every_noun_without_a_foreign_host(page, live_server):
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    page.goto("/api/v1/docs/")
    page.get_by_role("heading", name="trials", exact=True).wait_for(timeout=120_000)

    assert hosts == {live_server.url.removeprefix("http://")}
    assert page.locator("main h1").all_inner_texts() == ["The API"]


def test_docs_are_read_only(client, db):
    response = client.get("/api/v1/docs/")

    assert response.status_code == 200
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert client.post("/api/v1/docs/").status_code == 405


def test_kind_of_a_problem_explains_itself(client, db):
    known, unknown = client.get("/problems/stale"), client.get("/problems/nonsense")

    assert (known.status_code, unknown.status_code) == (200, 404)
    assert "Somebody changed it in the meantime" in known.content.decode()
