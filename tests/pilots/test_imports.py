"""Do imports write what the files say, once, and leave alone what people decided here?"""

from decimal import Decimal
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import File
from django.core.management import CommandError, call_command

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job, StageChange
from cic.core.operations import edit, remove
from partners.choices import Helix, Role
from partners.models import Organisation
from partners.operations.people import end_appointment
from pilots.calculations.readers import Action, Problem
from pilots.choices import OutcomeVerdict, TrialKind, TrialState
from pilots.models import Idea, ImportNote, ImportRun, Outcome, SourceRecord, Trial, TrialPartner
from pilots.operations.imports import (
    cancel_import,
    repeat_import,
    resume_import,
    run_import,
    runs,
    start_import,
    words,
)
from tests.factories.partners import CentreFactory, StaffFactory
from tests.factories.trials import OutcomeFactory

pytestmark = pytest.mark.django_db
CORDIS = ("cordis-projects.csv", "cordis-organisations.csv")


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def bring(fixtures, centre):
    """Import files, given by name or path, and return the run as it ended."""

    def run(*names, actor=None, **options):
        opened = [(Path(name).name, File((fixtures / name).open("rb"))) for name in names]
        try:
            started = start_import(actor=actor, centre=centre, files=opened, in_background=False, **options)
        finally:
            for _name, content in opened:
                content.close()
        return run_import(started.pk)

    return run


def counts(run):
    return (run.created_count, run.changed_count, run.unchanged_count, run.rejected_count)


def everything():
    """All that an import may write, values and versions included."""
    models = (Organisation, Trial, TrialPartner, Idea, Outcome, SourceRecord)
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}


def remarks(run):
    return {(note.field, note.problem, note.action) for note in run.notes.all()}


def test_cordis_becomes_trials_partners_and_their_shares(bring, centre):
    run = bring(*CORDIS)

    assert (run.state, run.total, run.done) == ("done", 12, 12)
    assert counts(run) == (17, 0, 0, 1)
    assert run.counts == {
        "trial": {"created": 3},
        "organisation": {"created": 6},
        "participation": {"created": 8},
        "rejected": {"rejected": 1},
    }
    assert run.sums == {"contribution_eur": "1300001.00", "total_cost_eur": "1750000.50"}
    shade = Trial.objects.get(source="cordis", external_id="901000001")
    assert (shade.kind, shade.budget_eur, shade.centre, shade.language) == (
        TrialKind.PILOT,
        Decimal("1500000.50"),
        centre,
        "en",
    )
    assert shade.source_values["doi"] == "10.3030/901000001"
    assert list(shade.partners.values_list("organisation__name", "role", "contribution_eur", "position")) == [
        ("AJUNTAMENT DE VILANOVA", "coordinator", Decimal("500000.25"), 1),
        ("UNIVERSITAT DEL PORT", "participant", Decimal("400000.50"), 2),
        ("Green Roofs Ltd", "associated", None, 3),
    ]
    assert Trial.objects.get(external_id="901000002").budget_eur is None
    assert Trial.objects.get(external_id="901000003").ends_on is None


def test_cordis_twice_writes_nothing_the_second_time(bring):
    bring(*CORDIS)
    before, audited = everything(), AuditEntry.objects.count()

    again = bring(*CORDIS)

    assert counts(again) == (0, 0, 17, 1)
    assert everything() == before
    assert [entry.action for entry in AuditEntry.objects.order_by("position")[audited:]] == [
        "importrun.create"
    ]


def test_import_leaves_one_audit_row_per_record_and_the_source_in_it(bring):
    bring(*CORDIS)

    entry = AuditEntry.objects.get(
        object_type="pilots.trial", object_id=str(Trial.objects.get(acronym="QUIET").pk)
    )

    assert (entry.action, entry.actor, entry.after["title"]) == ("trial.import", None, "Quiet nights")
    assert AuditEntry.objects.filter(action__endswith=".import").count() == 17
    call_command("audit_verify", stdout=StringIO())


@pytest.mark.parametrize(
    "files", [CORDIS, ("ips-x.csv",), ("decidim-proposals.csv",), ("decidim-projects.csv",)]
)
def test_dry_run_foretells_the_import_and_writes_nothing(bring, files):
    before = everything()

    tried = bring(*files, dry_run=True)

    assert everything() == before
    assert AuditEntry.objects.exclude(action="importrun.create").count() == 0
    foretold = tried.counts
    assert bring(*files).counts == foretold
    assert tried.notes.filter(problem=words.NEW, action=words.WOULD_WRITE).count() == tried.created_count


def test_what_the_source_changes_is_taken_over(bring, fixtures, tmp_path):
    bring(*CORDIS)
    for name in CORDIS:
        text = (
            (fixtures / name)
            .read_text()
            .replace("Quiet nights", "Quiet days")
            .replace("300000.1", "310000.1")
        )
        (tmp_path / name).write_text(text)

    again = bring(*(tmp_path / name for name in CORDIS))

    assert counts(again) == (0, 2, 15, 1)
    trial = Trial.objects.get(external_id="901000002")
    assert (trial.title, trial.version, "quiet days" in trial.search_text) == ("Quiet days", 2, True)
    assert TrialPartner.objects.get(
        external_id="901000002|800000002|1|participant"
    ).contribution_eur == Decimal("310000.10")
    entry = AuditEntry.objects.about(trial).order_by("-position").first()
    assert (entry.before, entry.after) == ({"title": "Quiet nights"}, {"title": "Quiet days"})
    assert ("title", words.CHANGED, words.WRITTEN) in remarks(again)


def test_what_a_person_changed_here_stays(bring, fixtures, tmp_path):
    bring(*CORDIS)
    staff = StaffFactory(role=Role.ADMIN)
    organisation = Organisation.objects.get(external_id="800000004")
    edit(organisation, {"helix": Helix.CIVIL_SOCIETY, "name": "Quiet Ukraine"}, actor=staff)

    again = bring(*CORDIS)

    organisation.refresh_from_db()
    assert (organisation.helix, organisation.name, organisation.version) == (
        "civil_society",
        "Quiet Ukraine",
        2,
    )
    assert counts(again) == (0, 0, 17, 1)

    changed = tmp_path / "orgs.csv"
    changed.write_text(
        (fixtures / CORDIS[1]).read_text().replace('LLC """"QUIET UKRAINE', 'LLC """"SILENT UKRAINE')
    )
    conflict = bring(changed)

    organisation.refresh_from_db()
    assert organisation.name == "Quiet Ukraine"
    assert ("name", words.CHANGED_HERE, Action.KEPT) in remarks(conflict)


def test_what_was_removed_here_does_not_come_back(bring):
    bring("decidim-projects.csv")
    remove(Idea.objects.get(external_id="project-2"), actor=None)

    again = bring("decidim-projects.csv")

    assert Idea.objects.count() == 1
    assert ("", words.REMOVED_HERE, Action.KEPT) in remarks(again)


def test_another_layout_of_the_same_source_only_fills_what_is_empty(bring, fixtures, tmp_path):
    bring(*CORDIS)
    dashboard = tmp_path / "dashboard.csv"
    dashboard.write_text(
        "framework_programme,call_id,topic_code,project_id,project_acronym,project_title,partner_role,partner_type,pic,"
        "legal_entity_vat,legal_name,legal_entity_type,city,country_code,country,eu_contribution,project_start_date,"
        "project_end_date\n"
        "H2020,C,T,901000001,SHADE,SHADE IN CAPITALS,COORDINATOR,BENEFICIARY,800000001,ESP0800000A,VILANOVA (CITY OF),PUB,"
        "VILANOVA,ES,Spain,500000.25,01/01/2024,31/12/2026\n"
    )

    for changed in (1, 0):
        run = bring(dashboard)
        organisation = Organisation.objects.get(external_id="800000001")
        assert (organisation.name, organisation.tax_id) == ("AJUNTAMENT DE VILANOVA", "ESP0800000A")
        assert run.counts["organisation"] == {"changed": 1} if changed else {"unchanged": 1}
    assert Trial.objects.get(external_id="901000001").title == "Shade for bus stops that people wait at"
    assert bring(*CORDIS).changed_count == 0


def test_ips_x_cases_stand_where_their_status_says(bring):
    run = bring("ips-x.csv")

    assert run.counts == {
        "idea": {"created": 1},
        "trial": {"created": 5},
        "outcome": {"created": 3},
        "organisation": {"created": 5},
    }
    assert dict(Trial.objects.values_list("external_id", "state")) == {
        "501:pilot": "running",
        "503:poc": "running",
        "504:pilot": "closed",
        "505:pilot": "closed",
        "506:pilot": "closed",
    }
    assert dict(Outcome.objects.values_list("external_id", "verdict")) == {
        "504": OutcomeVerdict.ADOPTED,
        "505": OutcomeVerdict.NOT_ADOPTED,
        "506": OutcomeVerdict.ADOPTED,
    }
    assert Idea.objects.get(external_id="502").state == "accepted"
    trial = Trial.objects.get(external_id="501:pilot")
    assert (trial.promoter.name, trial.promoter.helix) == ("Ajuntament de Vilanova", "administration")
    assert trial.source_values["source_status"] == "Pilot"


def test_ips_x_case_that_moved_on_is_linked_to_what_it_was(bring, fixtures, tmp_path):
    bring("ips-x.csv")
    text = (fixtures / "ips-x.csv").read_text()
    text = text.replace('"In development"', '"Pilot"').replace('"Planned"', '"In development"')
    moved = tmp_path / "moved.csv"
    moved.write_text(text.replace('"Pilot","Ajuntament', '"Implemented","Ajuntament'))

    bring(moved)

    pilot = Trial.objects.get(external_id="503:pilot")
    assert pilot.origin == Trial.objects.get(external_id="503:poc")
    assert Trial.objects.get(external_id="502:poc").idea == Idea.objects.get(external_id="502")
    ended = Trial.objects.get(external_id="501:pilot")
    assert (ended.state, ended.outcome.verdict) == (TrialState.CLOSED, OutcomeVerdict.ADOPTED)
    assert list(StageChange.objects.about(ended).values_list("from_state", "to_state", "move")) == [
        ("running", "closed", "import")
    ]


def test_decidim_proposals_become_submitted_ideas_in_their_language(bring):
    run = bring("decidim-proposals.csv")

    assert counts(run) == (4, 0, 0, 0)
    assert list(Idea.objects.order_by("pk").values_list("title", "language", "state")) == [
        ("Més ombra a les parades", "ca", "submitted"),
        ("més OMBRA a les parades", "ca", "submitted"),
        ("<script>alert(1234)</script>", "es", "submitted"),
        ("Carrer col·laboratiu a 20 € – prova", "ca", "submitted"),
    ]
    assert "collaboratiu" in Idea.objects.get(external_id="proposal-6").search_text


def test_comments_are_read_and_not_imported(bring):
    run = bring("decidim-comments.csv")

    assert counts(run) == (0, 0, 0, 2)
    assert remarks(run) >= {("", words.NOT_IMPORTED, Action.REJECTED)}


def test_participation_of_unknown_project_is_rejected_and_said(bring):
    run = bring("cordis-organisations.csv")

    assert run.counts["participation"] == {"rejected": 8}
    assert TrialPartner.objects.count() == 0
    assert ("project", words.NOT_FOUND, Action.REJECTED) in remarks(run)


def test_import_in_slices_ends_like_one_in_one_go(bring, fixtures, centre, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK_ROWS", 3)
    files = [(name, File((fixtures / name).open("rb"))) for name in CORDIS]
    run = start_import(actor=None, centre=centre, files=files)
    slices = 0
    while run.is_open:
        run = run_import(run.pk, slice_seconds=0)
        slices += 1
    for _name, content in files:
        content.close()

    assert slices == 5
    assert run.counts == {
        "trial": {"created": 3},
        "organisation": {"created": 6},
        "participation": {"created": 8},
        "rejected": {"rejected": 1},
    }
    assert Job.objects.filter(task="pilots.run_import").count() == 5


def test_dry_run_in_slices_still_knows_what_it_would_have_created(bring, fixtures, centre, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK_ROWS", 4)
    files = [(name, File((fixtures / name).open("rb"))) for name in CORDIS]
    run = start_import(actor=None, centre=centre, files=files, dry_run=True)
    while run.is_open:
        run = run_import(run.pk, slice_seconds=0)
    for _name, content in files:
        content.close()

    assert run.counts["participation"] == {"created": 8}


def test_row_the_database_refuses_is_left_out_and_the_others_are_written(bring, fixtures, tmp_path):
    bring("ips-x.csv")
    pilot = Trial.objects.get(external_id="501:pilot")
    OutcomeFactory(trial=pilot, verdict=OutcomeVerdict.SCALED)  # a person was faster than the source
    moved = tmp_path / "moved.csv"
    text = (fixtures / "ips-x.csv").read_text()
    moved.write_text(
        text.replace('"Pilot","Ajuntament', '"Implemented","Ajuntament').replace("It runs.", "It runs well.")
    )

    run = bring(moved)

    pilot.refresh_from_db()
    assert (run.state, run.done, run.rejected_count) == ("done", 6, 1)
    assert list(run.notes.filter(problem=words.REFUSED).values_list("external_id", flat=True)) == ["501"]
    assert (pilot.state, pilot.outcome.verdict) == ("running", "scaled")
    assert Trial.objects.get(external_id="504:pilot").summary == "It runs well."
    call_command("audit_verify", stdout=StringIO())


def test_identifier_that_is_too_long_is_rejected(bring, fixtures, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text((fixtures / "ips-x.csv").read_text().replace("case,1,502,", "case,1," + "5" * 130 + ","))

    run = bring(path)

    assert run.counts["idea"] == {"rejected": 1}
    assert ("", Problem.TOO_LONG, Action.REJECTED) in remarks(run)


def test_cancelled_import_stops_and_keeps_what_it_wrote(fixtures, centre, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK_ROWS", 5)
    staff = StaffFactory(role=Role.COORDINATOR, centre=centre)
    with (fixtures / CORDIS[0]).open("rb") as projects, (fixtures / CORDIS[1]).open("rb") as shares:
        files = [(CORDIS[0], File(projects)), (CORDIS[1], File(shares))]
        run = run_import(start_import(actor=staff, centre=centre, files=files).pk, slice_seconds=0)

    cancelled = cancel_import(run, actor=staff)

    assert run_import(run.pk).state == "cancelled"
    assert (cancelled.done, Trial.objects.count()) == (5, 3)
    with pytest.raises(DomainError, match="has ended"):
        cancel_import(run, actor=staff)


def test_file_that_breaks_off_writes_nothing(bring, tmp_path, shared_or_made):
    projects, _organisations = shared_or_made
    broken = tmp_path / "broken.json"
    broken.write_text(projects.read_text()[:-40])

    run = bring(broken)

    assert (run.state, run.done, run.finished_at is not None) == ("failed", 0, True)
    assert "broken" in run.error
    assert Trial.objects.count() == 0


@pytest.fixture
def shared_or_made(tmp_path):
    """The two JSON files of CORDIS, in small."""
    projects = tmp_path / "p.json"
    one = '{"id": %d, "acronym": "A%d", "title": "T", "startDate": "2020-01-01", "endDate": "2021-01-01", "totalCost": 1.5,'
    one += ' "objective": "O", "ecMaxContribution": 1, "status": "SIGNED"}'
    projects.write_text("[" + ",\n".join(one % (number, number) for number in range(1, 6)) + "]")
    return projects, None


def test_failed_import_goes_on_when_the_cause_is_gone(bring, tmp_path, shared_or_made):
    projects, _organisations = shared_or_made
    run = bring(projects)
    stored = Path(run.files.get().file.path)
    ImportRun.objects.filter(pk=run.pk).update(state="failed", done=0, counts={}, created_count=0)
    assert stored.exists()

    run = run_import(resume_import(run, actor=None).pk)

    assert (run.state, run.done, run.counts) == ("done", 5, {"trial": {"unchanged": 5}})


def test_unknown_file_is_refused_with_the_columns_it_lacks(bring, tmp_path):
    path = tmp_path / "almost.csv"
    path.write_text("id,name,description,geoextent,geocoverage,start_date\n1,a,b,c,d,2020\n")

    with pytest.raises(DomainError, match="lead_organisation_name, status") as refusal:
        bring(path)

    assert list(refusal.value.fields) == ["files"]
    assert (ImportRun.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_import_needs_the_right_to_steer_that_centre(bring, centre):
    other = StaffFactory(role=Role.COORDINATOR, centre=CentreFactory())
    monitor = StaffFactory(role=Role.MONITOR, centre=centre)

    for actor in (other, monitor):
        with pytest.raises(NotAllowed):
            bring("ips-x.csv", actor=actor)

    assert ImportRun.objects.count() == 0
    run = bring("ips-x.csv", actor=StaffFactory(role=Role.COORDINATOR, centre=centre))
    assert AuditEntry.objects.filter(actor=run.actor, action="trial.import").count() == 5


def test_after_a_dry_run_the_same_files_are_imported_for_real(bring):
    tried = bring("ips-x.csv", dry_run=True)

    again = run_import(repeat_import(tried, actor=None).pk)

    assert (again.state, again.dry_run, again.created_count) == ("done", False, tried.created_count)


def test_every_remark_has_words():
    assert {str(problem) for problem in Problem} <= set(map(str, words.PROBLEMS))
    assert {str(action) for action in Action} <= set(map(str, words.ACTIONS))


def test_command_imports_prints_counts_and_refuses_in_words(fixtures, centre, capsys, tmp_path):
    call_command("pilots_import", "cordis", *(fixtures / name for name in CORDIS), "--dry-run")
    call_command(
        "pilots_import", "cordis", *(fixtures / name for name in CORDIS), "--centre", centre.reference
    )

    said = capsys.readouterr().out
    assert "(dry run): 12 rows read." in said
    assert "trial: 3 created" in said
    assert "sum of contribution_eur: 1300001.00" in said
    assert Trial.objects.count() == 3
    with pytest.raises(CommandError, match="no such centre"):
        call_command("pilots_import", "cordis", fixtures / CORDIS[0], "--centre", "C-1900-001")
    with pytest.raises(CommandError, match="missing"):
        call_command("pilots_import", "ips-x", fixtures / CORDIS[0])
    with pytest.raises(CommandError, match="No such file"):
        call_command("pilots_import", "ips-x", tmp_path / "nowhere.csv")


def test_report_of_a_run_is_one_line_per_remark(bring):
    run = bring("ips-x.csv")

    notes = ImportNote.objects.filter(run=run, external_id="501").order_by("pk")

    assert [(note.row, note.field, note.problem, note.action) for note in notes] == [
        (2, "starts_on", "year_only", "substituted"),
        (2, "ends_on", "year_only", "substituted"),
        (2, "status", "ended_pilot", "for_a_person"),
        (2, "url", "no_break_space", "removed"),
        (2, "summary", "mojibake", "repaired"),
    ]


def test_stored_files_are_named_so_that_nobody_guesses(bring, settings):
    run = bring("ips-x.csv")

    stored = Path(run.files.get().file.path)

    assert stored.is_relative_to(Path(settings.MEDIA_ROOT) / "imports")
    assert "ips" not in stored.name


def test_a07_import_of_somebody_without_the_role_any_more_writes_nothing(fixtures, centre):
    actor, before = StaffFactory(role=Role.COORDINATOR, centre=centre), everything()
    with (fixtures / CORDIS[0]).open("rb") as content:
        run = start_import(actor=actor, centre=centre, files=[(CORDIS[0], File(content))])
    end_appointment(actor.appointments.get(), actor=StaffFactory(role=Role.ADMIN))

    run = run_import(run.pk)

    assert (run.state, run.done, everything()) == ("failed", 0, before)
    assert run.error == "Whoever asked for this may not import here any more."


def test_import_under_way_at_the_upgrade_begins_again_and_has_each_record_once(bring):
    over, run = bring("decidim-proposals.csv"), bring(*CORDIS)
    ImportRun.objects.filter(pk=run.pk).update(state="failed", done=14)
    remarked = run.notes.count()

    import_module("pilots.migrations.0020_rows_of_files").begin_again(apps, None)
    run = run_import(resume_import(ImportRun.objects.get(pk=run.pk), actor=None).pk)

    assert (run.state, run.total, run.done, run.notes.count()) == ("done", 12, 12, remarked)
    assert counts(run) == (0, 0, 17, 1)
    assert ImportRun.objects.get(pk=over.pk).done == over.total
