"""Is the export of today the import of tomorrow: nothing new the second time, changes by the rules and rights of the pages?"""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cic.core.exports import listed, write_table
from cic.core.models import AuditEntry
from partners.choices import Role
from partners.models import Organisation
from pilots.models import Challenge, ImportNote, Indicator, Trial
from pilots.operations.imports import run_import, start_import
from tests.core.resource_contract import client_of
from tests.factories.ideas import ChallengeFactory
from tests.factories.partners import CentreFactory, OrganisationFactory, StaffFactory
from tests.factories.trials import IndicatorFactory, PilotFactory

pytestmark = pytest.mark.django_db
HOSTILE = '=cmd|"/c calc"!A1'


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def admin():
    return StaffFactory(role=Role.ADMIN)


@pytest.fixture
def records(centre):
    """One of each noun, with a cell that a spreadsheet would run."""
    trial = PilotFactory(
        centre=centre, title="Night vans", promoter=OrganisationFactory(name="Vans SL"), budget_eur="42500.50"
    )
    return {
        "organisation": OrganisationFactory(name="Acme", legal_name=HOSTILE),
        "challenge": ChallengeFactory(centre=centre, title="Quiet nights", need="Two lines.\nOf need."),
        "trial": trial,
        "indicator": IndicatorFactory(trial=trial, name="Noise", baseline="68.5", target="60"),
    }


def exported(noun, user, kind="csv"):
    address = reverse(f"{noun}_list")
    if kind == "xlsx":
        file = io.BytesIO()
        write_table(file, kind, *listed(address, "", user).table_of_all())
        return file.getvalue()
    return b"".join(client_of(user).get(f"{address}?export={kind}").streaming_content)


def table_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def written(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def bring_in(content, actor, centre, *, dry_run=False, name="list.csv"):
    run = start_import(
        actor=actor,
        centre=centre,
        files=[(name, SimpleUploadedFile(name, content))],
        dry_run=dry_run,
        in_background=False,
    )
    run = run_import(run.pk)
    assert (run.state, run.error) == ("done", "")
    return run.created_count, run.changed_count, run.unchanged_count, run.rejected_count


def said():
    return list(ImportNote.objects.order_by("pk").values_list("field", "problem"))


@pytest.mark.parametrize("kind", ["csv", "plain", "xlsx"])
@pytest.mark.parametrize("noun", ["organisation", "challenge", "trial", "indicator"])
def test_export_comes_back_and_nothing_is_new(records, admin, centre, noun, kind):
    content = exported(noun, admin, kind)
    count = AuditEntry.objects.exclude(object_type="pilots.importrun").count()

    counts = bring_in(content, admin, centre, name="list.xlsx" if kind == "xlsx" else "list.csv")

    assert (counts[0], counts[1], counts[3]) == (0, 0, 0)
    assert counts[2] == type(records[noun]).objects.count()
    assert AuditEntry.objects.exclude(object_type="pilots.importrun").count() == count


CHANGES = {
    "organisation": (Organisation, "municipality", "Vic"),
    "challenge": (Challenge, "need", "Another need."),
    "trial": (Trial, "budget_eur", "50000.00"),
    "indicator": (Indicator, "target", "55.000000"),
}


@pytest.mark.parametrize("noun", CHANGES)
def test_changed_cell_changes_its_record_once_and_only_tried_it_does_not(records, admin, centre, noun):
    model, field, value = CHANGES[noun]
    rows = table_of(exported(noun, admin))
    row = next(
        row
        for row in rows
        if row["version"] == str(records[noun].version)
        and row.get("name", row.get("title")) in ("Acme", "Quiet nights", "Night vans", "Noise")
    )
    row[field] = value
    before = getattr(model.objects.get(pk=records[noun].pk), field)

    assert bring_in(written(rows), admin, centre, dry_run=True)[:2] == (0, 1)
    assert getattr(model.objects.get(pk=records[noun].pk), field) == before
    assert bring_in(written(rows), admin, centre)[:2] == (0, 1)
    assert str(getattr(model.objects.get(pk=records[noun].pk), field)) == value
    assert bring_in(written(rows), admin, centre)[:2] == (0, 0)
    assert AuditEntry.objects.filter(action=f"{noun}.edit").count() == 1


def test_row_without_a_key_makes_a_record_the_first_time_only(records, admin, centre):
    trial = {
        "reference": "",
        "kind": "pilot",
        "title": "Shade",
        "promoter": "",
        "starts_on": "2027-01-01",
        "ends_on": "2027-06-30",
        "budget_eur": "",
    }
    organisation = {
        "name": "Nova SL",
        "legal_name": "",
        "helix": "industry",
        "size": "",
        "country": "ES",
        "municipality": "Vic",
    }

    for row in (trial, organisation):
        assert bring_in(written([row]), admin, centre)[:2] == (1, 0)
        assert bring_in(written([row]), admin, centre)[:3] == (0, 0, 1)

    made = Trial.objects.get(title="Shade")
    assert (made.centre, made.state, str(made.starts_on)) == (centre, "preparing", "2027-01-01")
    assert Organisation.objects.get(name="Nova SL").memberships.count() == 0


def test_stale_row_a_rule_and_a_state_are_told_and_change_nothing(records, admin, centre):
    (row,) = table_of(exported("challenge", admin))
    stale = {**row, "title": "Loud nights", "version": "99"}
    assert bring_in(written([stale]), admin, centre) == (0, 0, 0, 1)
    assert bring_in(written([{**row, "state": "solved"}]), admin, centre) == (0, 0, 1, 0)
    (frozen,) = table_of(exported("indicator", admin))
    Indicator.objects.update(frozen_at="2026-01-01T00:00Z")
    assert bring_in(written([{**frozen, "target": "1"}]), admin, centre) == (0, 0, 0, 1)

    assert said() == [("version", "stale"), ("state", "by_move"), ("", "refused_by_rule")]
    assert Challenge.objects.get().title == "Quiet nights"
    assert str(Indicator.objects.get().target).startswith("60")


def test_a04_rows_of_others_are_not_there_and_not_changed(records, centre):
    other = CentreFactory()
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=other)
    (row,) = table_of(exported("challenge", StaffFactory(role=Role.ADMIN)))
    elsewhere = {**row, "reference": "N-2020-999"}

    assert bring_in(written([{**row, "title": "Mine now"}, elsewhere]), coordinator, other) == (0, 0, 0, 2)

    assert said() == [("", "not_found"), ("", "not_found")]
    assert Challenge.objects.get().title == "Quiet nights"
    trial = {
        "reference": "",
        "kind": "pilot",
        "title": "x",
        "promoter": "Nobody",
        "starts_on": "no day",
        "ends_on": "",
        "budget_eur": "",
    }
    assert bring_in(written([trial]), coordinator, other) == (0, 0, 0, 1)
    assert bring_in(written([{**trial, "starts_on": ""}]), coordinator, other) == (0, 0, 0, 1)
