"""Can people upload, watch and read imports in the workspace and by the API, and nobody else?"""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cic.core.background import run_job
from cic.core.models import Job
from partners.choices import Role
from pilots.models import Idea, ImportNote, ImportRun, Trial
from tests.factories.imports import ImportFileFactory, ImportNoteFactory, ImportRunFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def steering(client, centre):
    """A coordinator of the centre, signed in."""
    user = StaffFactory(role=Role.COORDINATOR, centre=centre)
    client.force_login(user)
    return user


def upload(fixtures, *names):
    return [SimpleUploadedFile(name, (fixtures / name).read_bytes(), "text/csv") for name in names]


def send(client, centre, files, **values):
    return client.post(reverse("import_create"), {"files": files, "centre": centre.pk, "kind": "", **values})


def work():
    for job in Job.objects.filter(task="pilots.run_import", done_at=None):
        run_job(job.pk)


def test_uploaded_files_are_imported_in_the_background(client, steering, centre, fixtures):
    files = upload(fixtures, "cordis-projects.csv", "cordis-organisations.csv")

    answer = send(client, centre, files)

    run = ImportRun.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("import_detail", args=[run.pk]))
    assert (run.state, run.actor, run.dry_run) == ("queued", steering, False)
    assert b"hx-get" in client.get(answer.url).content
    work()
    page = client.get(answer.url).content.decode()
    assert Trial.objects.count() == 3
    assert "12 of 12 rows" in page
    assert "1,300,001\u00a0€" in page
    assert "A decimal comma" in page
    assert "http-equiv" not in page


def test_waiting_import_is_reloaded_without_scripts_too(client, steering, centre):
    run = ImportRunFactory(centre=centre, state="running", total=200, done=100)

    page = client.get(reverse("import_detail", args=[run.pk])).content.decode()
    piece = client.get(reverse("import_progress", args=[run.pk]))

    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert "100 of 200 rows" in page
    assert "HX-Refresh" not in piece
    ImportRun.objects.update(state="done")
    assert client.get(reverse("import_progress", args=[run.pk]))["HX-Refresh"] == "true"


def test_dry_run_is_imported_for_real_by_one_button(client, steering, centre, fixtures):
    send(client, centre, upload(fixtures, "decidim-projects.csv"), dry_run="on")
    work()
    tried = ImportRun.objects.get()
    page = client.get(reverse("import_detail", args=[tried.pk])).content.decode()
    assert "nothing was written" in page
    assert "Import for real" in page
    assert Idea.objects.count() == 0

    client.post(reverse("import_repeat", args=[tried.pk]))
    work()

    assert Idea.objects.count() == 2


def test_refused_file_says_which_columns_are_missing_beside_the_field(client, steering, centre):
    bad = SimpleUploadedFile(
        "x.csv", b"id,name,description,geoextent,geocoverage,start_date\n1,a,b,c,d,2020\n"
    )

    answer = send(client, centre, [bad])

    assert answer.status_code == 422
    assert "lead_organisation_name, status" in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_file_beyond_the_limit_is_refused(client, steering, centre, fixtures, settings):
    settings.UPLOAD_MAX_BYTES = 100

    answer = send(client, centre, upload(fixtures, "ips-x.csv"))

    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_f03_bomb_is_refused_and_not_kept(client, steering, centre, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bomb = SimpleUploadedFile("x.xlsx", b"PK\x03\x04" + b"\x00" * 1000)

    answer = send(client, centre, [bomb])

    assert answer.status_code == 422
    assert list(tmp_path.rglob("*")) == []


def test_i01_report_neutralises_formulas_and_keeps_attack_strings_as_text(client, steering, centre):
    run = ImportRunFactory(centre=centre)
    for value in (
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "<script>alert(1)</script>",
        "any\r\nSet-cookie: x=1",
        '"; DROP',
    ):
        ImportNoteFactory(run=run, value=value)

    answer = client.get(reverse("import_report", args=[run.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    values = [row[5] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    page = client.get(reverse("import_detail", args=[run.pk])).content.decode()

    assert answer["Content-Disposition"] == f'attachment; filename="import-{run.pk}.csv"'
    assert [value[0] for value in values[:2]] == ["'", "'"]
    assert values[2:] == ["<script>alert(1)</script>", "any\r\nSet-cookie: x=1", '"; DROP']
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_x01_attack_strings_of_a_file_come_out_inert_on_pages(client, steering, centre, fixtures):
    send(client, centre, upload(fixtures, "decidim-proposals.csv"))
    work()
    run = ImportRun.objects.get()

    page = client.get(reverse("import_detail", args=[run.pk])).content.decode()

    assert Idea.objects.filter(title="<script>alert(1234)</script>").count() == 1
    assert "<script>alert" not in page


PAGES = ("import_detail", "import_progress", "import_report")


@pytest.mark.parametrize(
    "reader",
    [
        lambda centre: StaffFactory(role=Role.COORDINATOR, centre=CentreFactory()),
        lambda centre: StaffFactory(role=Role.MONITOR, centre=centre),
        lambda centre: PartnerFactory(),
        lambda centre: UserFactory(),
    ],
)
def test_import_of_a_centre_does_not_exist_for_others(client, centre, reader):
    run = ImportRunFactory(centre=centre, state="running")
    ImportNoteFactory(run=run)
    client.force_login(reader(centre))

    answers = [client.get(reverse(name, args=[run.pk])).status_code for name in PAGES]
    answers += [
        client.post(reverse(f"import_{act}", args=[run.pk])).status_code
        for act in ("cancel", "resume", "repeat")
    ]

    run.refresh_from_db()
    assert answers == [404] * 6
    assert run.state == "running"


def test_auditor_reads_imports_and_starts_none(client, centre, fixtures):
    run = ImportRunFactory(centre=centre, state="running")
    client.force_login(StaffFactory(role=Role.AUDITOR))

    assert [client.get(reverse(name, args=[run.pk])).status_code for name in PAGES] == [200] * 3
    assert client.get(reverse("import_create")).status_code == 403
    assert send(client, centre, upload(fixtures, "ips-x.csv")).status_code == 403
    assert client.post(reverse("import_cancel", args=[run.pk])).status_code == 403


def test_centre_of_others_cannot_be_chosen(client, steering, fixtures):
    answer = send(client, CentreFactory(), upload(fixtures, "ips-x.csv"))

    assert answer.status_code == 422
    assert ImportRun.objects.count() == 0


def test_visitors_are_sent_to_the_login(client, centre):
    run = ImportRunFactory(centre=centre)

    for address in (
        reverse("import_list"),
        reverse("import_create"),
        *(reverse(name, args=[run.pk]) for name in PAGES),
    ):
        assert client.get(address).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("item_count", [1, 3])
def test_import_list_cost_does_not_grow(client, steering, centre, item_count, django_assert_max_num_queries):
    ImportRunFactory.create_batch(item_count, centre=centre)

    with django_assert_max_num_queries(9):
        page = client.get(reverse("import_list"))

    assert page.content.decode().count("rowheader") == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_import_page_cost_does_not_grow(client, steering, centre, item_count, django_assert_max_num_queries):
    run = ImportRunFactory(centre=centre)
    ImportFileFactory.create_batch(item_count, run=run)
    ImportNoteFactory.create_batch(item_count, run=run)

    with django_assert_max_num_queries(12):
        assert client.get(reverse("import_detail", args=[run.pk])).status_code == 200


def test_remarks_are_narrowed_by_what_was_found(client, steering, centre):
    run = ImportRunFactory(centre=centre)
    ImportNoteFactory(run=run, problem="mojibake", value="customerâ€™s")
    ImportNoteFactory(run=run, value="1500000,5")

    page = client.get(reverse("import_detail", args=[run.pk]), {"problem": "mojibake"}).content.decode()

    assert "customerâ€™s" in page
    assert "1500000,5" not in page


# --- the API ---


def test_api_takes_files_in_and_tells_how_far_they_are(client, steering, centre, fixtures):
    answer = client.post(
        "/api/v1/imports/",
        {"files": upload(fixtures, "cordis-projects.csv", "cordis-organisations.csv"), "centre": centre.pk},
    )

    assert answer.status_code == 201, answer.content
    work()
    found = client.get(answer["Location"]).json()
    assert (found["state"], found["done"], found["total"]) == ("done", 12, 12)
    assert found["counts"]["trial"] == {"created": 3}
    remarks = client.get(f"/api/v1/import-remarks/?run={found['id']}&problem=decimal_comma").json()["results"]
    assert [(row["row"], row["field"], row["action"]) for row in remarks] == [
        (2, "total_cost_eur", "converted")
    ]


def test_api_refuses_in_problems(client, steering, centre, fixtures):
    bad = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")

    unreadable = client.post("/api/v1/imports/", {"files": [bad], "centre": centre.pk})
    elsewhere = client.post(
        "/api/v1/imports/", {"files": upload(fixtures, "ips-x.csv"), "centre": CentreFactory().pk}
    )
    unknown = client.post(
        "/api/v1/imports/", {"files": upload(fixtures, "ips-x.csv"), "centre": centre.pk, "x": "1"}
    )
    empty = client.post("/api/v1/imports/", {"centre": centre.pk})

    assert [answer.status_code for answer in (unreadable, elsewhere, unknown, empty)] == [400, 403, 400, 400]
    assert ImportRun.objects.count() == 0


def test_api_cancels_resumes_and_repeats(client, steering, centre, fixtures):
    client.post(
        "/api/v1/imports/", {"files": upload(fixtures, "ips-x.csv"), "centre": centre.pk, "dry_run": "true"}
    )
    run = ImportRun.objects.get()
    work()

    again = client.post(f"/api/v1/imports/{run.pk}/repeat/")
    cancelled = client.post(f"/api/v1/imports/{again.json()['id']}/cancel/")
    twice = client.post(f"/api/v1/imports/{again.json()['id']}/cancel/")
    resumed = client.post(f"/api/v1/imports/{run.pk}/resume/")

    assert [answer.status_code for answer in (again, cancelled, twice, resumed)] == [200, 200, 409, 409]
    assert cancelled.json()["state"] == "cancelled"
    assert Trial.objects.count() == 0


def test_api_shows_imports_and_remarks_to_those_who_may_see_them_only(client, centre):
    run = ImportRunFactory(centre=centre)
    ImportNoteFactory(run=run)
    for user, expected in (
        (StaffFactory(role=Role.COORDINATOR, centre=centre), 200),
        (StaffFactory(role=Role.COORDINATOR, centre=CentreFactory()), 404),
        (PartnerFactory(), 403),
    ):
        client.force_login(user)
        listed = client.get("/api/v1/imports/")
        assert client.get(f"/api/v1/imports/{run.pk}/").status_code in (expected, 404)
        if listed.status_code == 200:
            assert len(listed.json()["results"]) == (1 if expected == 200 else 0)
            assert len(client.get("/api/v1/import-remarks/").json()["results"]) == (
                1 if expected == 200 else 0
            )
        else:
            assert listed.status_code == expected
    assert ImportNote.objects.count() == 1
