"""Do the files of open data hold what the public pages show, in every format, and follow what is withdrawn?"""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from cic.core.choices import Publication
from cic.core.operations import edit, move
from cms.facts.datasets import DATASETS
from cms.models import Release
from cms.operations.releases import mark_of, put_in_place, refresh
from cms.tasks import RELEASE_SECONDS, release_data
from partners.choices import Role
from pilots.models import Trial
from pilots.transitions.trials import TRIAL_PUBLICATION
from tests.factories.cms import case_of, make_world, publish, staff
from tests.factories.events import SessionFactory
from tests.factories.partners import OrganisationFactory
from tests.factories.trials import LogEntryFactory

KEYS = list(DATASETS)
FORMATS = ("csv", "json", "parquet")
LANGUAGES = ("ca", "es", "en", "fr")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def content(client, key, name, **headers):
    response = client.get(f"/data/{key}.{name}", headers=headers)
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows_of(client, key, name="json"):
    data = content(client, key, name)
    if name == "json":
        return json.loads(data, parse_float=Decimal)
    if name == "csv":
        return list(csv.DictReader(io.StringIO(data.decode())))
    return pq.read_table(io.BytesIO(data)).to_pylist()


def everything(client):
    """The bytes of all files there are, one after the other."""
    return b"".join(content(client, key, name) for key in KEYS for name in FORMATS)


def test_every_format_holds_the_declared_columns_and_the_same_rows(site, client):
    publish(case_of(make_world("Vans").outcome))
    assert sorted(refresh()) == sorted(KEYS)

    for key, dataset in DATASETS.items():
        names = [column.name for column in dataset.columns()]
        tables = {name: rows_of(client, key, name) for name in FORMATS}
        assert {name: len(table) for name, table in tables.items()} == dict.fromkeys(
            FORMATS, Release.objects.get(dataset=key).rows
        )
        for table in tables.values():
            assert [list(row) for row in table] == [names] * len(table)
        for first, second in zip(tables["json"], tables["csv"], strict=True):
            for name in names:
                value = first[name]
                shown = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                assert second[name] == shown


def test_pilot_row_holds_what_its_page_shows(site, client):
    world = make_world("Vans", budget_eur=Decimal("18400.50"))
    refresh()

    assert rows_of(client, "pilots") == [
        {
            "reference": world.trial.reference,
            "kind": "pilot",
            "title": "Vans pilot",
            "summary": "Vans summary.",
            "language": "en",
            "status": "evaluated",
            "planned_start_on": None,
            "started_on": world.trial.started_on.isoformat(),
            "planned_end_on": None,
            "ended_on": world.trial.ended_on.isoformat(),
            "budget_eur": Decimal("18400.5"),
            "promoter": world.trial.promoter.name,
            "partners": "; ".join(
                row.organisation.name for row in world.trial.partners.order_by("position", "pk")
            ),
            "centre": "Vans centre",
            "verdict": world.outcome.verdict,
            "url": f"http://127.0.0.1:8000/en/pilots/{world.trial.reference}/",
        }
    ]


def test_each_table_says_which_time_it_tells_of(site, client):
    world = make_world("Vans")
    publish(case_of(world.outcome))
    opens = datetime(2026, 5, 3, 22, 30, tzinfo=UTC)  # after midnight here
    SessionFactory(published=True, starts_at=opens, ends_at=opens + timedelta(hours=2))
    refresh()

    found = {row.dataset: (row.covers_from, row.covers_to) for row in Release.objects.all()}
    measured = world.indicator.measurements
    assert found["events"] == (date(2026, 5, 4), date(2026, 5, 4))
    assert found["indicators"] == (
        measured.earliest("period_start").period_start,
        measured.latest("period_end").period_end,
    )
    assert {key for key, span in found.items() if span == (None, None)} == {"organisations", "figures"}
    assert "<dt>Period</dt><dd>As it was on " in client.get("/en/data/figures/").content.decode()


def test_measurements_and_indicators_meet_by_their_keys(site, client):
    world = make_world("Vans")
    refresh()

    indicator = rows_of(client, "indicators")[0]
    measured = rows_of(client, "measurements")

    assert (indicator["indicator"], indicator["trial"]) == (world.indicator.pk, world.trial.reference)
    assert indicator["actual"] == 59
    assert [(row["indicator"], row["value"]) for row in measured] == [
        (world.indicator.pk, 66),
        (world.indicator.pk, 62),
        (world.indicator.pk, 59),
    ]


def test_organisations_are_those_verified_that_take_part_with_how_many_trials(site, client):
    world = make_world("Vans")
    OrganisationFactory(name="Elsewhere", state="verified")
    other = OrganisationFactory(name="Not verified", state="pending", tax_id="ESB12345678")
    Trial.objects.filter(pk=world.trial.pk).update(promoter=other)
    refresh()

    parties = [party.organisation.name for party in world.agreement.parties.all()]
    found = {row["name"]: (row["trials"], row["agreements"]) for row in rows_of(client, "organisations")}
    assert found == {"Vans company": (1, 0), **dict.fromkeys(parties, (0, 1))}


def test_l01_nothing_internal_is_in_any_file(site, client):
    make_world("Xanarium", public=False)
    world = make_world("Vans")
    LogEntryFactory(trial=world.trial, text="Xanarium", is_public=False)
    Trial.objects.filter(pk=world.trial.pk).update(
        insurance="Xanarium", data_protection="Xanarium", method="Xanarium", environment="Xanarium"
    )
    world.agreement.parties.update(signatory_name="Xanarium", signatory_position="Xanarium")
    case_of(make_world("Drafts").outcome, title="Xanarium")
    refresh()

    assert b"xanarium" not in everything(client).lower()


def test_l08_register_file_holds_what_the_setting_lists(site, client, settings):
    make_world("Vans")
    settings.AGREEMENT_PUBLIC_FIELDS = ["parties"]
    refresh()

    assert list(rows_of(client, "agreements")[0]) == ["reference", "title", "parties", "url"]
    assert b"Vans object" not in everything(client)


def test_c03_withdrawn_record_is_in_no_file_after_one_look(site, client):
    world = make_world("Vans")
    stays = make_world("Ramps")
    refresh()
    before = {row["name"] for release in Release.objects.all() for row in release.files.values()}
    assert b"Vans pilot" in everything(client)

    trial = Trial.objects.get(pk=world.trial.pk)
    move(
        trial, TRIAL_PUBLICATION, "withdraw_publication", actor=staff(Role.COORDINATOR), note="Wrong figures."
    )
    release_data()

    data = everything(client)
    assert b"Vans pilot" not in data
    assert world.trial.reference.encode() not in content(client, "indicators", "csv")
    assert b"Ramps pilot" in data
    assert stays.trial.reference == rows_of(client, "pilots")[0]["reference"]
    kept = {row["name"] for release in Release.objects.all() for row in release.files.values()}
    assert before - kept != set()
    assert RELEASE_SECONDS <= 30


def test_c03_the_bytes_of_a_withdrawn_release_are_deleted(site, client, django_capture_on_commit_callbacks):
    world = make_world("Vans")
    refresh()
    old = Release.objects.get(dataset="pilots").files["csv"]["name"]
    assert default_storage.exists(old)

    Trial.objects.filter(pk=world.trial.pk).update(publication=Publication.WITHDRAWN)
    with django_capture_on_commit_callbacks(execute=True):
        refresh()

    assert not default_storage.exists(old)
    assert b"Vans pilot" not in content(client, "pilots", "csv")


def test_c03_withdrawn_case_and_closed_index_leave_the_file(site, client):
    case = publish(case_of(make_world("Vans").outcome, title="Vanishing case"))
    refresh()
    assert [row["title"] for row in rows_of(client, "cases")] == ["Vanishing case"]

    case.get_parent().specific.unpublish()
    refresh()

    assert rows_of(client, "cases") == []


def test_c03_file_that_nobody_looked_at_is_not_served_once_its_source_changed(site, client):
    world = make_world("Vans")
    refresh()
    Release.objects.update(checked_at=timezone.now() - timedelta(minutes=2))
    assert b"Vans pilot" in content(client, "pilots", "csv")

    Trial.objects.filter(pk=world.trial.pk).update(publication=Publication.WITHDRAWN)

    response = client.get("/data/pilots.csv")
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (
        503,
        "20",
        "no-store",
    )
    assert b"Vans" not in response.content


def test_refresh_writes_only_what_changed(site, client):
    world = make_world("Vans")
    refresh()
    assert refresh() == []

    edit(Trial.objects.get(pk=world.trial.pk), {"title": "Quieter vans"}, actor=staff(Role.COORDINATOR))

    assert set(refresh()) == {"pilots", "indicators", "measurements", "organisations", "figures"}
    assert rows_of(client, "pilots")[0]["title"] == "Quieter vans"


def test_change_of_a_name_that_a_row_quotes_is_followed(site, client):
    world = make_world("Vans")
    refresh()

    edit(world.trial.promoter, {"name": "Renamed"}, actor=staff(Role.ADMIN))

    assert "pilots" in refresh()
    assert rows_of(client, "pilots")[0]["promoter"] == "Renamed"


def test_files_written_by_an_older_look_do_not_replace_newer_ones(site):
    make_world("Vans")
    refresh()
    newer = Release.objects.get(dataset="pilots")
    older = Release(
        dataset="pilots", mark="old", rows=9, files={}, first_at=newer.first_at,
        changed_at=newer.changed_at, checked_at=newer.checked_at - timedelta(seconds=5),
    )  # fmt: skip

    put_in_place(older, actor=None)

    assert Release.objects.get(dataset="pilots").mark == newer.mark


def test_look_that_finds_the_same_bytes_keeps_the_day_of_the_change(site):
    make_world("Vans")
    refresh()
    Release.objects.filter(dataset="pilots").update(mark="other")
    before = Release.objects.get(dataset="pilots")

    assert refresh() == ["pilots"]

    after = Release.objects.get(dataset="pilots")
    assert (after.changed_at, after.first_at, after.rows) == (before.changed_at, before.first_at, before.rows)
    assert after.mark == mark_of(DATASETS["pilots"])
    assert default_storage.exists(after.files["csv"]["name"])


def test_file_says_what_it_is_and_that_anybody_may_read_it(site, client):
    make_world("Vans")
    refresh()
    for name, kind in (
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/json"),
        ("parquet", "application/vnd.apache.parquet"),
    ):
        response = client.get(f"/data/pilots.{name}", headers={"origin": "https://elsewhere.example"})
        kept = Release.objects.get(dataset="pilots").files[name]
        assert response["Content-Type"] == kind
        assert response["Content-Disposition"] == f'attachment; filename="pilots.{name}"'
        assert response["Content-Length"] == str(kept["size"])
        assert response["ETag"] == f'"{kept["sha256"]}"'
        assert response["Access-Control-Allow-Origin"] == "*"
        assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in response["Link"]
        assert 'rel="describedby"' in response["Link"]
        assert len(b"".join(response.streaming_content)) == kept["size"]


def test_known_file_is_not_sent_again(site, client):
    make_world("Vans")
    refresh()
    first = client.get("/data/pilots.csv")
    assert len(b"".join(first.streaming_content)) > 0

    by_tag = client.get("/data/pilots.csv", headers={"if-none-match": first["ETag"]})
    by_date = client.get("/data/pilots.csv", headers={"if-modified-since": first["Last-Modified"]})

    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert (by_tag.content, by_tag["ETag"]) == (b"", first["ETag"])


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-9", 206, (0, 10)),
        ("bytes=10-", 206, (10, None)),
        ("bytes=-5", 206, (-5, None)),
        ("bytes=5-999999", 206, (5, None)),
        ("bytes=9-3", 200, (0, None)),
        ("bytes=0-1,4-5", 200, (0, None)),
        ("lines=1-2", 200, (0, None)),
        ("bytes=999999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_download_goes_on_where_it_was_interrupted(site, client, asked, status, span):
    make_world("Vans")
    refresh()
    whole = content(client, "pilots", "csv")

    response = client.get("/data/pilots.csv", headers={"range": asked})

    assert response.status_code == status
    if span is None:
        assert response["Content-Range"] == f"bytes */{len(whole)}"
        return
    part = b"".join(response.streaming_content)
    assert part == whole[slice(*span)]
    assert response["Content-Length"] == str(len(part))
    if status == 206:
        start = whole.index(part) if span[0] >= 0 else len(whole) + span[0]
        assert response["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(whole)}"


def test_range_of_a_file_that_changed_gets_all_of_the_new_one(site, client):
    make_world("Vans")
    refresh()
    etag = Release.objects.get(dataset="pilots").files["csv"]["sha256"]

    same = client.get("/data/pilots.csv", headers={"range": "bytes=0-3", "if-range": f'"{etag}"'})
    other = client.get("/data/pilots.csv", headers={"range": "bytes=0-3", "if-range": '"older"'})

    assert (same.status_code, other.status_code) == (206, 200)
    assert len(b"".join(same.streaming_content)) == 4
    assert len(b"".join(other.streaming_content)) > 4


def test_i01_formulas_are_inert_in_the_csv_only(site, client):
    make_world("Vans", public=True)
    Trial.objects.update(title="=HYPERLINK(1)")
    refresh()

    assert rows_of(client, "pilots", "csv")[0]["title"] == "'=HYPERLINK(1)"
    assert rows_of(client, "pilots", "json")[0]["title"] == "=HYPERLINK(1)"
    assert rows_of(client, "pilots", "parquet")[0]["title"] == "=HYPERLINK(1)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_linked_from_home_and_tell_every_field(site, client, language):
    publish(case_of(make_world("Vans").outcome))
    refresh()

    assert f'href="/{language}/data/"' in client.get(f"/{language}/").content.decode()
    page = client.get(f"/{language}/data/").content.decode()
    for key, dataset in DATASETS.items():
        assert f'href="/{language}/data/{key}/"' in page
        assert getattr(dataset.title, language) in page
        response = client.get(f"/{language}/data/{key}/")
        told = response.content.decode()
        assert f'<html lang="{language}">' in told
        assert re.findall(r'<th scope="row"><code>(\w+)</code>', told) == [
            column.name for column in dataset.columns()
        ]
        for column in dataset.columns():
            assert getattr(column.meaning, language) in told
        for name in FORMATS:
            assert f'href="/data/{key}.{name}"' in told
        assert response["Link"].startswith('<https://creativecommons.org/licenses/by/4.0/>; rel="license"')


def test_pages_say_so_as_long_as_nothing_is_written(site, client):
    assert client.get("/data/pilots.csv").status_code == 503
    assert "The files are being written." in client.get("/en/data/").content.decode()
    assert client.get("/en/data/pilots/").status_code == 200


def test_unknown_table_or_format_is_not_there(site, client):
    for address in ("/data/people.csv", "/data/pilots.xlsx", "/en/data/people/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_cost_of_the_pages_does_not_grow(site, client, count, django_assert_num_queries):
    for number in range(count):
        make_world(f"Vans {number}")
    refresh()

    for address in ("/en/data/", "/en/data/pilots/"):
        with django_assert_num_queries(2):
            client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_cost_of_writing_does_not_grow(site, count, django_assert_num_queries):
    for number in range(count):
        publish(case_of(make_world(f"Vans {number}").outcome))
    refresh()
    Release.objects.all().delete()

    with django_assert_num_queries(136):
        refresh()
