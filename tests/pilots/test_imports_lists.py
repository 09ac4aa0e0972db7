"""Is the export of today the import of tomorrow: nothing new the second time, changes by the rules and rights of the pages?"""

import pytest
from django.urls import reverse

from cic.core.cells import inert
from cic.core.exports import listed
from cic.core.models import AuditEntry
from events.models import Capsule, Event, Session
from partners.choices import Role
from partners.models import Agreement, Centre, Organisation
from pilots.calculations.readers import FORMATS, UnknownFormat, detect
from pilots.calculations.readers.formats import OWN_LISTS, fold
from pilots.models import Challenge, Idea, Indicator, Trial
from tests.core.resource_contract import client_of
from tests.core.test_exports import DRAWN, OWN, WITHIN_A_SESSION, lists_of_the_workspace
from tests.factories.events import CapsuleFactory, EventFactory, RegistrationFactory, SessionFactory
from tests.factories.ideas import ChallengeFactory, IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
)
from tests.factories.trials import IndicatorFactory, PilotFactory

from .tables import bring_in, exported, row_called, said, table_of, traces, written

pytestmark = pytest.mark.django_db
HOSTILE = '=cmd|"/c calc"!A1'
# Noun → its model, the cell that somebody changes, and what then stands there.
CHANGES = {
    "organisation": (Organisation, "municipality", "Vic"),
    "centre": (Centre, "purpose", "Another purpose."),
    "agreement": (Agreement, "notice_days", "45"),
    "challenge": (Challenge, "need", "Another need."),
    "idea": (Idea, "trl", "7"),
    "trial": (Trial, "budget_eur", "50000.00"),
    "indicator": (Indicator, "target", "55.000000"),
    "event": (Event, "spoken", "Catalan; Wolof"),
    "session": (Session, "ends_at", "2027-05-27 18:00"),
    "capsule": (Capsule, "goals", "Choose where\nChoose when"),
}


@pytest.fixture
def centre():
    return CentreFactory(name=HOSTILE)


@pytest.fixture
def admin():
    return StaffFactory(role=Role.ADMIN)


@pytest.fixture
def records(centre, admin):
    """One of each noun that was worked on and one as it is made, with a cell that a spreadsheet would run."""
    trial = PilotFactory(
        centre=centre, title="Night vans", promoter=OrganisationFactory(name="Vans SL"), budget_eur="42500.50"
    )
    public = SessionFactory(published=True, title=HOSTILE)
    for make in (AgreementFactory, ChallengeFactory, IdeaFactory, EventFactory, CapsuleFactory):
        make(title=HOSTILE)
    IndicatorFactory(trial=trial, name=HOSTILE)
    PilotFactory(title=HOSTILE)
    RegistrationFactory(session=public, name=HOSTILE)
    return {
        "organisation": OrganisationFactory(name="Acme", legal_name=HOSTILE),
        "centre": CentreFactory(
            name="Two",
            purpose="Deux lignes\u00a0:\nune, deux.",
            translations={"ca": {"purpose": {"text": "Dues.", "origin": "machine", "outdated": True}}},
        ),
        "agreement": AgreementFactory(centre=centre, notice_days=30, committee="A; B"),
        "challenge": ChallengeFactory(centre=centre, title="Quiet nights", need="Two lines.\nOf need."),
        "idea": IdeaFactory(
            centre=centre, author=admin, organisation=None, state="draft", challenge=ChallengeFactory()
        ),
        "trial": trial,
        "indicator": IndicatorFactory(trial=trial, name="Noise", baseline="68.5", target="60"),
        "event": EventFactory(centre=centre, spoken=["Català", "English"], gives_certificates=True),
        "session": SessionFactory(capacity=0, zone="America/Montevideo"),
        "registration": RegistrationFactory(session=public, user=None),
        # Longer than a cell of a sheet, and as French is written.
        "capsule": CapsuleFactory(centre=centre, text="## Pourquoi\u00a0?\n" + "Parce que\u00a0: " * 3000),
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("noun", [*CHANGES, "registration"])
def test_export_comes_back_and_nothing_is_new(records, admin, centre, noun, kind):
    content, before = exported(noun, admin, kind), traces()
    if kind == "csv":
        assert inert(HOSTILE).replace('"', '""').encode() in content

    for dry_run in (True, False):
        counts = bring_in(
            content, admin, centre, dry_run=dry_run, name="list.xlsx" if kind == "xlsx" else "list.csv"
        )
        assert (counts[0], counts[1], counts[3]) == (0, 0, 0), said()

    assert counts[2] == len(table_of(exported(noun, admin))) >= 2
    assert (traces(), said()) == (before, [])


@pytest.mark.parametrize("noun", CHANGES)
def test_changed_cell_changes_its_record_once_and_only_tried_it_does_not(records, admin, centre, noun):
    model, field, value = CHANGES[noun]
    key = "id" if noun in ("organisation", "indicator") else "reference"
    own = str(records[noun].pk if key == "id" else records[noun].reference)
    rows = table_of(exported(noun, admin))
    next(row for row in rows if row[key] == own)[field] = value
    before, one = traces(), model.objects.filter(pk=records[noun].pk)
    known = one.get()

    assert bring_in(written(rows), admin, centre, dry_run=True)[:2] == (0, 1)
    assert (one.get().version, traces()) == (known.version, before)
    assert bring_in(written(rows), admin, centre)[1:] == (1, len(rows) - 1, 0)
    assert one.get().version == known.version + 1
    assert bring_in(written(rows), admin, centre)[:2] == (0, 0)
    assert AuditEntry.objects.filter(action=f"{noun}.edit", actor=admin).count() == 1
    now = next(row for row in table_of(exported(noun, admin)) if row[key] == own)[field]
    assert now == ("2027-05-27T23:00:00+02:00" if noun == "session" else value)


@pytest.mark.parametrize("name", sorted(lists_of_the_workspace() - DRAWN - OWN))
def test_every_list_is_told_from_its_columns_as_its_own_kind_and_as_no_other(name, admin, tmp_path):
    within = [SessionFactory().pk] if name in WITHIN_A_SESSION else []
    path = tmp_path / "list.csv"
    path.write_bytes(
        b"".join(client_of(admin).get(reverse(name, args=within) + "?export=csv").streaming_content)
    )
    columns = {fold(column) for column in path.read_text("utf-8-sig").splitlines()[0].split(",")}
    noun = name.removesuffix("_list")

    fitting = [each.key for each in (*FORMATS, *OWN_LISTS) if each.required <= columns]

    own = {each: f"own-{each}s" for each in (*CHANGES, "registration")}
    expected = {**own, "agreement_timeline": "own-agreements", "measurement": "measurements"}.get(noun)
    assert set(fitting) == ({expected} if expected else set())
    if expected:
        assert detect(path).key == expected
    else:
        with pytest.raises(UnknownFormat):
            detect(path)


NEW = {
    Organisation: {
        "name": "Nova SL", "legal_name": "", "helix": "industry", "size": "", "country": "ES", "municipality": "Vic",
    },
    Centre: {"reference": "", "name": "Port", "purpose": "Cleaner quays.", "lead_unit": "Harbour"},
    Agreement: {
        "reference": "", "title": "Shared vans", "kind": "protocol", "register_url": "", "object": "To share vans.",
        "notice_days": "",
    },
    Trial: {
        "reference": "", "kind": "pilot", "title": "Shade", "promoter": "", "starts_on": "2027-01-01",
        "ends_on": "2027-06-30", "budget_eur": "",
    },
    Event: {
        "reference": "", "title": "Open day", "kind": "workshop", "summary": "", "place": "Quay", "zone": "", "spoken": "",
    },
    Capsule: {"reference": "", "title": "Measuring noise", "goals": "", "level": "", "minutes": "20"},
}  # fmt: skip


@pytest.mark.parametrize("model", NEW)
def test_row_without_a_key_makes_a_record_the_first_time_only(admin, centre, model):
    rows = [NEW[model], NEW[model]]
    before = model.objects.count()

    assert bring_in(written(rows), admin, centre, dry_run=True) == (1, 0, 1, 0)
    assert model.objects.count() == before
    assert bring_in(written(rows), admin, centre) == (1, 0, 1, 0), said()
    assert bring_in(written(rows), admin, centre) == (0, 0, 2, 0)

    made = model.objects.latest("pk")
    assert getattr(made, "centre", centre) == centre
    assert (model.objects.count(), getattr(made, "publication", "internal")) == (before + 1, "internal")
    assert model is not Organisation or made.memberships.count() == 0


def test_stale_row_a_rule_and_a_state_are_told_and_change_nothing(records, admin, centre):
    row = row_called("Quiet nights", exported("challenge", admin))
    stale = {**row, "title": "Loud nights", "version": "99"}
    assert bring_in(written([stale]), admin, centre) == (0, 0, 0, 1)
    assert bring_in(written([{**row, "state": "solved"}]), admin, centre) == (0, 0, 1, 0)
    frozen = row_called("Noise", exported("indicator", admin))
    Indicator.objects.update(frozen_at="2026-01-01T00:00Z")
    assert bring_in(written([{**frozen, "target": "1"}]), admin, centre) == (0, 0, 0, 1)

    assert said() == [("version", "stale"), ("state", "by_move"), ("", "refused_by_rule")]
    assert Challenge.objects.get(pk=records["challenge"].pk).title == "Quiet nights"
    assert str(Indicator.objects.get(pk=records["indicator"].pk).target).startswith("60")


def test_a04_rows_of_others_are_not_there_and_not_changed(records, centre):
    other = CentreFactory()
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=other)
    row = row_called("Quiet nights", exported("challenge", StaffFactory(role=Role.ADMIN)))
    elsewhere = {**row, "reference": "N-2020-999"}

    assert bring_in(written([{**row, "title": "Mine now"}, elsewhere]), coordinator, other) == (0, 0, 0, 2)

    assert said() == [("", "not_found"), ("", "not_found")]
    assert Challenge.objects.get(pk=records["challenge"].pk).title == "Quiet nights"
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


def test_agreements_leave_with_their_text_only_for_who_reads_all_of_those_found(centre):
    AgreementFactory(centre=centre, confidentiality_clause="zapp")
    AgreementFactory(publication="public", in_force=True, confidentiality_clause="zapp")
    coordinator, partner = StaffFactory(role=Role.COORDINATOR, centre=centre), PartnerFactory()
    address = reverse("agreement_list")

    seen = {
        (user, query): b"zapp"
        in b"".join(client_of(user).get(f"{address}?{query}&export=csv").streaming_content)
        for user in (coordinator, partner)
        for query in ("", f"centre={centre.pk}")
    }

    assert list(seen.values()) == [False, True, False, False]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("noun", ["agreement", "idea", "session"])
def test_cost_of_a_table_does_not_grow(admin, noun, count, django_assert_num_queries):
    {"agreement": AgreementFactory, "idea": IdeaFactory, "session": SessionFactory}[noun].create_batch(count)
    page = listed(reverse(f"{noun}_list"), "", admin)

    with django_assert_num_queries(1):
        assert len(list(page.table_of_all()[1])) == count
