"""Do uploaded tables become measurements, each period once, under the rules of one noted by hand?"""

import csv
import io
import json
import zipfile
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cic.core.background import run_job
from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from partners.choices import Role
from pilots.choices import MeasurementState
from pilots.models import ImportNote, ImportRun, Measurement
from pilots.operations.imports import run_import, upload_measurements
from pilots.operations.measurements import move_measurement, record_measurement
from tests.factories.partners import CentreFactory, MembershipFactory, StaffFactory, UserFactory
from tests.factories.trials import IndicatorFactory, PilotFactory

pytestmark = pytest.mark.django_db
HEAD = "indicator,period_start,period_end,value,numerator,denominator,not_measured_because,note"
NO_FILTER = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def trial():
    return PilotFactory(running=True, indicator=False)


@pytest.fixture
def noise(trial):
    return IndicatorFactory(trial=trial, name="Noise", frozen_at=trial.created_at)


@pytest.fixture
def coordinator(trial):
    return StaffFactory(role=Role.COORDINATOR, centre=trial.centre)


@pytest.fixture
def bring(trial, coordinator):
    """Upload lines below the head and return the run as it ended."""

    def run(*lines, head=HEAD, **options):
        content = SimpleUploadedFile("m.csv", "\n".join([head, *lines]).encode())
        options = {"actor": coordinator, "in_background": False, **options}
        return run_import(upload_measurements(trial=trial, files=[("m.csv", content)], **options).pk)

    return run


def on(trial, number):
    """The day `number` days after the start."""
    return (trial.started_on + timedelta(days=number)).isoformat()


def week(trial, number):
    return f"{on(trial, number * 7)},{on(trial, number * 7 + 6)}"


def counts(run):
    return (run.state, run.created_count, run.changed_count, run.unchanged_count, run.rejected_count)


def said(run):
    return [(note.row, note.field, note.problem, note.action) for note in run.notes.order_by("pk")]


def values():
    return list(Measurement.objects.order_by("pk").values_list("value", "state", "is_current"))


def test_rows_are_noted_once_however_often_they_are_uploaded(trial, noise, bring):
    lines = [f"Noise,{week(trial, n)},{60 + n}.5,,,," for n in range(3)]

    first, again = bring(*lines), bring(*lines)

    assert counts(first) == ("done", 3, 0, 0, 0)
    assert counts(again) == ("done", 0, 0, 3, 0)
    assert values() == [(Decimal(60 + n) + Decimal("0.5"), "draft", True) for n in range(3)]
    assert AuditEntry.objects.filter(action="measurement.import").count() == 3


def test_rows_name_their_indicator_by_id_or_by_name_in_any_case(trial, noise, bring):
    run = bring(f"{noise.pk},{week(trial, 0)},61,,,,", f"nOISE,{week(trial, 1)},62,,,,", submit=True)

    assert counts(run) == ("done", 2, 0, 0, 0)
    assert values() == [(61, "submitted", True), (62, "submitted", True)]


def test_rows_that_break_a_rule_are_reported_by_field_and_the_others_noted(trial, noise, bring):
    IndicatorFactory(name="Foreign")
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    run = bring(
        f"Noise,{week(trial, 0)},61,,,,",
        f"Noise,{week(trial, 1)},loud,,,,",
        f"Noise,{week(trial, 2)},,,,,",
        f"Noise,{week(trial, 3)},60,,,broken,",
        f"Noise,{on(trial, 0)},{tomorrow},60,,,,",
        f"Foreign,{week(trial, 4)},60,,,,",
        f"Noise,31/31/2026,{on(trial, 40)},60,,,,",
        f"Noise,{week(trial, 0)},66,,,,",
        f"Noise,{week(trial, 5)},,,,The sensor was stolen,It rained",
    )

    assert counts(run) == ("done", 2, 0, 0, 7)
    assert said(run) == [
        (3, "value", "invalid_number", "rejected"),
        (8, "period_start", "invalid_date", "rejected"),
        (9, "", "repeated_id", "rejected"),
        (4, "value", "missing", "rejected"),
        (5, "value", "not_with_reason", "rejected"),
        (6, "period_end", "in_the_future", "rejected"),
        (7, "indicator", "not_found", "rejected"),
    ]
    assert list(Measurement.objects.order_by("pk").values_list("value", "not_measured_reason", "text")) == [
        (61, "", ""),
        (None, "The sensor was stolen", "It rained"),
    ]


def test_dry_run_says_what_would_happen_and_writes_nothing(trial, noise, bring):
    run = bring(f"Noise,{week(trial, 0)},61,,,,", dry_run=True)

    assert counts(run) == ("done", 1, 0, 0, 0)
    assert said(run) == [(2, "", "new", "would_write")]
    assert values() == []


def test_a_draft_takes_the_new_value_and_one_sent_in_waits(trial, noise, bring):
    bring(f"Noise,{week(trial, 0)},61,,,,")

    changed = bring(f"Noise,{week(trial, 0)},62,,,,", submit=True)
    refused = bring(f"Noise,{week(trial, 0)},63,,,,", submit=True)

    assert counts(changed) == ("done", 0, 1, 0, 0)
    assert counts(refused) == ("done", 0, 0, 0, 1)
    assert said(refused) == [(2, "", "waiting", "rejected")]
    assert values() == [(62, "submitted", True)]


def test_a_changed_value_of_an_approved_measurement_becomes_a_correction(trial, noise, bring, coordinator):
    bring(f"Noise,{week(trial, 0)},61,,,,", submit=True)
    old = move_measurement(Measurement.objects.get(), "approve", actor=coordinator)

    run = bring(f"Noise,{week(trial, 0)},58,,,,")
    again = bring(f"Noise,{week(trial, 0)},58,,,,")

    assert (counts(run), counts(again)) == (("done", 0, 1, 0, 0), ("done", 0, 0, 1, 0))
    assert said(run) == [(2, "", "changed", "corrected")]
    assert values() == [(61, "approved", True), (58, "submitted", False)]
    correction = Measurement.objects.get(supersedes=old)
    assert correction.correction_reason != ""
    move_measurement(correction, "approve", actor=coordinator)
    assert values() == [(61, "approved", False), (58, "approved", True)]


def test_the_export_of_measurements_is_accepted_as_it_is(client, trial, noise, bring, coordinator):
    bring(
        f"Noise,{week(trial, 0)},61,,,,=odd",
        f"Noise,{week(trial, 1)},,,,-Storm,",
        f"Noise,{week(trial, 2)},-6.5,,,,",
        submit=True,
    )
    move_measurement(Measurement.objects.earliest("pk"), "approve", actor=coordinator)
    correction = bring(f"Noise,{week(trial, 0)},58,,,,=odd")
    move_measurement(Measurement.objects.latest("pk"), "approve", actor=coordinator)
    before = list(Measurement.objects.order_by("pk").values())
    client.force_login(coordinator)
    answer = client.get(reverse("measurement_list"), {"export": "csv", "trial": trial.pk})
    export = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    run = bring(*export[1:], head=export[0])

    assert correction.changed_count == 1
    assert counts(run) == ("done", 0, 0, 4, 0)
    assert list(Measurement.objects.order_by("pk").values()) == before


def test_percentages_keep_their_parts_and_yes_is_one(trial, bring):
    IndicatorFactory(trial=trial, name="Share", kind="percentage")
    IndicatorFactory(trial=trial, name="Quiet", kind="boolean")

    run = bring(
        f"Share,{week(trial, 0)},,3,4,,", f"Quiet,{week(trial, 0)},yes,,,,", f"Quiet,{week(trial, 1)},2,,,,"
    )

    assert counts(run) == ("done", 2, 0, 0, 1)
    rows = Measurement.objects.order_by("pk").values_list("value", "numerator", "denominator")
    assert list(rows) == [(None, 3, 4), (1, None, None)]


def test_rows_of_another_trial_are_left_out(trial, noise, bring):
    run = bring(
        f"{trial.reference},Noise,{week(trial, 0)},61", f"P-1999-001,Noise,{week(trial, 1)},62",
        head="Trial,Indicator,Period start,Period end,Value",
    )  # fmt: skip

    assert counts(run) == ("done", 1, 0, 0, 1)
    assert said(run) == [(3, "trial", "other_trial", "rejected")]


@pytest.mark.parametrize("state", ["preparing", "ready"])
def test_nothing_is_uploaded_before_the_start(state, coordinator, trial):
    type(trial).objects.filter(pk=trial.pk).update(state=state)
    trial.refresh_from_db()

    with pytest.raises(DomainError) as refusal:
        upload_measurements(
            actor=coordinator, trial=trial, files=[("m.csv", SimpleUploadedFile("m.csv", b"x"))]
        )

    assert refusal.value.code == "wrong_state"
    assert ImportRun.objects.count() == 0


def test_who_may_not_record_one_measurement_may_not_upload_many(trial, noise):
    content = SimpleUploadedFile("m.csv", HEAD.encode())
    for stranger in (
        UserFactory(),
        StaffFactory(role=Role.COORDINATOR, centre=CentreFactory()),
        StaffFactory(role=Role.AUDITOR),
    ):
        with pytest.raises(NotAllowed):
            upload_measurements(actor=stranger, trial=trial, files=[("m.csv", content)])

    assert ImportRun.objects.count() == 0


def test_member_of_the_promoter_uploads_watches_and_downloads_the_report(client, trial, noise):
    member = MembershipFactory(organisation=trial.promoter).user
    client.force_login(member)
    content = SimpleUploadedFile("m.csv", f"{HEAD}\nNoise,{week(trial, 0)},61,,,,\nNoise,,,1,,,,\n".encode())

    page = client.get(reverse("measurement_upload", args=[trial.pk]))
    answer = client.post(
        reverse("measurement_upload", args=[trial.pk]), {"files": [content], "submit_now": "on"}
    )
    for job in Job.objects.filter(task="pilots.run_import"):
        run_job(job.pk)

    run = ImportRun.objects.get()
    assert (page.status_code, answer.status_code, answer.url) == (
        200,
        302,
        reverse("import_detail", args=[run.pk]),
    )
    assert counts(run) == ("done", 1, 0, 0, 1)
    assert client.get(answer.url).status_code == 200
    report = b"".join(client.get(reverse("import_report", args=[run.pk])).streaming_content).decode(
        "utf-8-sig"
    )
    assert [row[:1] + row[3:5] for row in csv.reader(io.StringIO(report))][1:] == [
        ["3", "period_start", "Missing"],
        ["3", "period_end", "Missing"],
    ]
    other = MembershipFactory().user
    client.force_login(other)
    assert client.get(reverse("import_detail", args=[run.pk])).status_code == 404


def test_refused_file_stays_on_the_page_with_the_missing_columns(client, trial, coordinator):
    client.force_login(coordinator)

    answer = client.post(
        reverse("measurement_upload", args=[trial.pk]),
        {"files": [SimpleUploadedFile("m.csv", b"indicator,value\nNoise,1\n")]},
    )

    assert answer.status_code == 422
    assert "period_end, period_start" in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_measurements_are_not_taken_in_as_published_files(client, trial, coordinator):
    client.force_login(coordinator)
    content = SimpleUploadedFile("m.csv", f"{HEAD}\nNoise,{week(trial, 0)},61,,,,\n".encode())

    answer = client.post(
        reverse("import_create"), {"files": [content], "centre": trial.centre_id, "kind": ""}
    )

    assert answer.status_code == 422
    assert ImportRun.objects.count() == 0


def test_sheet_names_each_indicator_with_the_period_that_is_due(client, trial, noise, coordinator):
    client.force_login(coordinator)

    answer = client.get(reverse("measurement_sheet", args=[trial.pk]))

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["trial"], row["indicator"], row["name"], row["period_start"]) for row in rows] == [
        (trial.reference, str(noise.pk), "Noise", trial.started_on.isoformat())
    ]


def table(trial, kind):
    """The same two measurements as a body of each kind."""
    rows = [
        {
            "indicator": "Noise",
            "period_start": on(trial, n * 7),
            "period_end": on(trial, n * 7 + 6),
            "value": 60 + n,
        }
        for n in range(2)
    ]
    if kind == "application/json":
        return json.dumps(rows).encode()
    if kind == "application/x-ndjson":
        return "\n".join(json.dumps(row) for row in rows).encode() + b"\n"
    if kind == "text/csv":
        return "\n".join([",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]).encode()
    book = openpyxl.Workbook()
    for row in ([*rows[0]], *([*row.values()] for row in rows)):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


KINDS = (
    "application/json",
    "application/x-ndjson",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_of_each_kind_is_taken_in_the_background(client, trial, noise, coordinator, kind):
    client.force_login(coordinator)
    address = f"/api/v1/measurements/bulk/?trial={trial.pk}&submit=true"

    answer = client.post(address, table(trial, kind), content_type=kind, **NO_FILTER)
    for job in Job.objects.filter(task="pilots.run_import"):
        run_job(job.pk)

    assert answer.status_code == 202
    run = ImportRun.objects.get()
    assert answer.json()["id"] == run.pk
    assert answer["Location"].endswith(f"/api/v1/imports/{run.pk}/")
    assert counts(run) == ("done", 2, 0, 0, 0)
    assert values() == [(60, "submitted", True), (61, "submitted", True)]


def test_a_body_sent_twice_under_one_key_is_one_import(client, trial, noise, coordinator):
    client.force_login(coordinator)
    address, body = f"/api/v1/measurements/bulk/?trial={trial.pk}", table(trial, "text/csv")
    send = {"content_type": "text/csv", "HTTP_IDEMPOTENCY_KEY": "once", **NO_FILTER}

    first, again = client.post(address, body, **send), client.post(address, body, **send)
    other = client.post(address, body + b"\n", **send)

    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (202, 202, "true")
    assert other.json()["code"] == "key_reused"
    assert ImportRun.objects.count() == 1


def test_a_body_for_a_trial_that_cannot_be_seen_or_measured_is_refused(client, trial, noise, settings):
    client.force_login(UserFactory())
    address, body = f"/api/v1/measurements/bulk/?trial={trial.pk}", table(trial, "text/csv")

    hidden = client.post(address, body, content_type="text/csv", **NO_FILTER)
    type(trial).objects.filter(pk=trial.pk).update(publication="public")
    closed = client.post(address, body, content_type="text/csv", **NO_FILTER)
    client.force_login(StaffFactory(role=Role.COORDINATOR, centre=trial.centre))
    settings.UPLOAD_MAX_BYTES = 10
    large = client.post(address, body, content_type="text/csv", **NO_FILTER)

    assert (hidden.status_code, closed.status_code, large.status_code) == (400, 403, 413)
    assert ImportRun.objects.count() == 0


def test_a_changed_measurement_noted_by_hand_is_not_overwritten_in_silence(trial, noise, bring, coordinator):
    record_measurement(
        actor=coordinator, indicator=noise, period_start=trial.started_on,
        period_end=trial.started_on + timedelta(days=6), value=Decimal(70),
    )  # fmt: skip

    run = bring(f"Noise,{week(trial, 0)},61,,,,")

    assert counts(run) == ("done", 0, 1, 0, 0)
    assert ImportNote.objects.get(run=run).value == "70 → 61"
    assert Measurement.objects.get().state == MeasurementState.DRAFT


def test_i10_signs_that_no_database_keeps_are_reported_by_their_number(bring, trial, noise):
    head = f"{HEAD},x\x00,x\x00"

    run = bring(
        f"Noise,{on(trial, 1)},{on(trial, 2)},12\x003,,,,,,",
        f"Noise,{on(trial, 3)}\x00,{on(trial, 4)},4,,,,,,",
        f"Noise,{on(trial, 5)},{on(trial, 6)},4,,,,quiet\x00er,,",
        head=head,
    )

    assert (run.state, run.created_count, run.rejected_count) == ("done", 2, 1)
    assert set(Measurement.objects.values_list("text", flat=True)) == {"", "quieter"}
    told = ImportNote.objects.filter(run=run, problem="invalid_number").values_list("value", flat=True)
    assert list(told) == ["12\\x003"]


def test_i10_half_a_sign_in_a_list_is_reported_by_its_number(trial, noise, coordinator):
    row = {"indicator": "Noise", "period_start": on(trial, 1), "period_end": on(trial, 2), "value": "\ud800"}
    content = SimpleUploadedFile("m.json", json.dumps([row]).encode())

    run = upload_measurements(
        trial=trial, files=[("m.json", content)], actor=coordinator, in_background=False
    )
    run = run_import(run.pk)

    note = ImportNote.objects.get(run=run, field="value")
    assert (run.state, run.rejected_count, note.value) == ("done", 1, "\\ud800")


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_f03_spreadsheet_whose_bytes_cannot_be_unpacked_is_refused(part, trial, coordinator):
    book, stored = openpyxl.Workbook(), io.BytesIO()
    for number in range(300):
        book.active.append(HEAD.split(",") if number == 0 else ["Noise", str(number), "2026", number])
    book.save(stored)
    raw = bytearray(stored.getvalue())
    begins = zipfile.ZipFile(stored).getinfo(part).header_offset + 30 + len(part)
    raw[begins + 5 : begins + 45] = bytes(byte ^ 0xFF for byte in raw[begins + 5 : begins + 45])

    with pytest.raises(DomainError) as caught:
        upload_measurements(
            trial=trial, files=[("m.xlsx", SimpleUploadedFile("m.xlsx", bytes(raw)))], actor=coordinator
        )

    assert (caught.value.code, set(caught.value.fields), ImportRun.objects.count()) == (
        "invalid",
        {"files"},
        0,
    )
