"""Is the export of today the import of tomorrow: nothing new the second time, changes by the rules and rights of the pages?"""

import pytest
from django.urls import reverse

from cic.core.cells import inert
from cic.core.exports import listed
from cic.core.models import AuditEntry
from community.models import Debate, Group
from events.models import Capsule, Event, Session, SheetTemplate
from partners.choices import Role
from partners.models import Agreement, Amendment, Appointment, Centre, Organisation
from pilots.calculations.readers import FORMATS, UnknownFormat, detect
from pilots.calculations.readers.formats import OWN_LISTS, fold
from pilots.models import Challenge, CriteriaSet, Idea, Indicator, Outcome, Trial
from tests.core.resource_contract import client_of
from tests.core.test_exports import DRAWN, OWN, WITHIN_A_SESSION, lists_of_the_workspace
from tests.factories.community import DebateFactory, GroupFactory
from tests.factories.events import (
    CapsuleFactory,
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    SheetTemplateFactory,
    TemplateSectionFactory,
)
from tests.factories.ideas import ChallengeFactory, CriteriaSetFactory, IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    AmendmentFactory,
    AppointmentFactory,
    AreaFactory,
    CentreFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnerFactory,
    PartyFactory,
    StaffFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.factories.trials import IndicatorFactory, OutcomeFactory, PilotFactory, PocFactory

from .tables import bring_in, exported, row_called, said, table_of, traces, written

pytestmark = pytest.mark.django_db
HOSTILE = '=cmd|"/c calc"!A1'
MODELS = {
    "organisation": Organisation,
    "centre": Centre,
    "agreement": Agreement,
    "challenge": Challenge,
    "idea": Idea,
    "trial": Trial,
    "indicator": Indicator,
    "event": Event,
    "session": Session,
    "capsule": Capsule,
    "amendment": Amendment,
    "outcome": Outcome,
    "criteria": CriteriaSet,
    "sheet_template": SheetTemplate,
    "group": Group,
    "debate": Debate,
    "appointment": Appointment,
}
# Of these no cell is written over: a place, and a person.
KEPT = ("registration", "user")
# The cell that somebody changes, what then stands there, and what was done.
CHANGES = [
    ("organisation", "municipality", "Vic", "organisation.edit"),
    ("centre", "purpose", "Another purpose.", "centre.edit"),
    ("centre", "answer_days", "21", "centre.edit"),
    ("agreement", "notice_days", "45", "agreement.edit"),
    ("agreement", "parties", "A \\| B | city | Ada, of the port | Head", "party.edit"),
    ("challenge", "need", "Another need.", "challenge.edit"),
    ("challenge", "territory_text", "The old port", "challenge.edit"),
    ("idea", "trl", "7", "idea.edit"),
    ("trial", "budget_eur", "50000.00", "trial.edit"),
    ("trial", "method", "First.\nThen.", "trial.edit"),
    ("trial", "trl_out", "8", "trial.edit"),
    ("indicator", "target", "55.000000", "indicator.edit"),
    ("indicator", "period_days", "14", "indicator.edit"),
    ("indicator", "direction", "up", "indicator.edit"),
    ("event", "spoken", "Catalan; Wolof", "event.edit"),
    ("event", "organisers", "Acme; Vans SL", "event.edit"),
    ("session", "ends_at", "2027-05-27 18:00", "session.edit"),
    ("session", "template", "Plenary", "session.edit"),
    ("session", "sheet_Goals", "First.\nThen.", "session.save_sheet"),
    ("capsule", "goals", "Choose where\nChoose when", "capsule.edit"),
    ("amendment", "text", "Two more years.", "amendment.edit"),
    ("outcome", "lessons", "Ask first.", "outcome.edit"),
    ("criteria", "blind", "true", "criteriaset.edit"),
    ("criteria", "criteria", "Benefit | 1.50 | 10 | Who gains?", "criterion.create"),
    ("sheet_template", "is_offered", "false", "sheettemplate.edit"),
    (
        "sheet_template",
        "sections",
        "Goals | Aims | true | 200 | hard | Why\nwords | words | false |  | soft",
        "templatesection.edit",
    ),
    ("group", "access", "on_request", "group.edit"),
    ("appointment", "ends_on", "2031-01-01", "appointment.edit"),
    ("debate", "text", "From ten,\nor from midnight?", "debate.edit"),
]
KEYS = dict.fromkeys(
    ("organisation", "indicator", "outcome", "criteria", "sheet_template", "appointment"), "id"
)


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
    sheet = SheetTemplateFactory(name="Round table")
    for place, key in enumerate(("Goals", "words"), start=1):
        TemplateSectionFactory(template=sheet, key=key, title=key, position=place)
    TemplateSectionFactory(template=SheetTemplateFactory(name="Plenary"), key="Goals", title=HOSTILE)
    SheetTemplateFactory(name=HOSTILE)
    AmendmentFactory(text=HOSTILE)
    OutcomeFactory(summary=HOSTILE)
    CriteriaSetFactory(name=HOSTILE)
    group = GroupFactory(host=admin)
    MembershipFactory(organisation__name="A | B, S.L.", user__name=HOSTILE)
    AppointmentFactory(user__name=HOSTILE, centre=centre, role="editor")
    DebateFactory(group=GroupFactory(name=HOSTILE), title=HOSTILE)
    for make in (AgreementFactory, ChallengeFactory, IdeaFactory, EventFactory, CapsuleFactory):
        make(title=HOSTILE)
    IndicatorFactory(trial=trial, name=HOSTILE)
    PilotFactory(title=HOSTILE)
    RegistrationFactory(session=public, name=HOSTILE)
    acme = OrganisationFactory(name="Acme", legal_name=HOSTILE)
    agreement = AgreementFactory(centre=centre, notice_days=30, committee="A; B")
    PartyFactory(
        agreement=agreement, organisation=OrganisationFactory(name="A | B"), role="city", signatory_name="Ada"
    )
    PartyFactory(organisation=OrganisationFactory(name=HOSTILE))
    event = EventFactory(centre=centre, spoken=["Català", "English"], gives_certificates=True)
    for need in Challenge.objects.all():
        need.areas.set([AreaFactory(), AreaFactory()])
        need.territories.set([TerritoryFactory()])
        Challenge.objects.filter(pk=need.pk).update(
            sdgs=[11, 3], criteria_set=CriteriaSetFactory(centre=need.centre)
        )
    looked_after = PilotFactory(centre=centre, monitor=StaffFactory(role=Role.MONITOR, centre=centre))
    looked_after.areas.set([AreaFactory()])
    links = {"idea": IdeaFactory(), "origin": PocFactory(), "agreement": agreement, "sdgs": [3]}
    Trial.objects.filter(pk=looked_after.pk).update(**links)
    Agreement.objects.filter(pk=agreement.pk).update(
        framework=AgreementFactory(), predecessor=AgreementFactory()
    )
    Centre.objects.filter(pk=centre.pk).update(constituting_agreement=agreement)
    centre.areas.set([AreaFactory()])
    SessionFactory(capsule=CapsuleFactory(), chair=UserFactory(name=HOSTILE))
    event.organisers.set([acme, OrganisationFactory(name="Zeta")])
    return {
        "organisation": acme,
        "centre": CentreFactory(
            name="Two",
            purpose="Deux lignes\u00a0:\nune, deux.",
            translations={"ca": {"purpose": {"text": "Dues.", "origin": "machine", "outdated": True}}},
        ),
        "agreement": agreement,
        "challenge": ChallengeFactory(centre=centre, title="Quiet nights", need="Two lines.\nOf need."),
        "idea": IdeaFactory(
            centre=centre, author=admin, organisation=None, state="draft", challenge=ChallengeFactory()
        ),
        "trial": trial,
        "indicator": IndicatorFactory(trial=trial, name="Noise", baseline="68.5", target="60"),
        "event": event,
        "session": SessionFactory(
            capacity=0,
            zone="America/Montevideo",
            template=sheet,
            texts={"Goals": "One.\nTwo.", "words": HOSTILE},
        ),
        "registration": RegistrationFactory(session=public, user=None),
        # Longer than a cell of a sheet, and as French is written.
        "amendment": AmendmentFactory(text="One more year.\nAs it stands."),
        "outcome": OutcomeFactory(cost_eur="10.50", lessons="Deux\u00a0: non."),
        "criteria": CriteriaSetFactory(centre=centre),
        "sheet_template": sheet,
        "group": group,
        "debate": DebateFactory(group=group),
        "appointment": AppointmentFactory(role="editor"),
        "capsule": CapsuleFactory(centre=centre, text="## Pourquoi\u00a0?\n" + "Parce que\u00a0: " * 3000),
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("noun", [*MODELS, *KEPT])
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


@pytest.mark.parametrize(("noun", "field", "value", "action"), CHANGES)
def test_changed_cell_changes_its_record_once_and_only_tried_it_does_not(
    records, admin, centre, noun, field, value, action
):
    model, key = MODELS[noun], KEYS.get(noun, "reference")
    own = str(records[noun].pk if key == "id" else records[noun].reference)
    rows = table_of(exported(noun, admin))
    next(row for row in rows if row[key] == own)[field] = value
    before, one = traces(), model.objects.filter(pk=records[noun].pk)
    known = one.get()

    assert bring_in(written(rows), admin, centre, dry_run=True)[:2] == (0, 1)
    assert (one.get().version, traces()) == (known.version, before)
    assert bring_in(written(rows), admin, centre)[1:] == (1, len(rows) - 1, 0), said()
    assert one.get().version == known.version + 1
    assert bring_in(written(rows), admin, centre)[:2] == (0, 0)
    assert AuditEntry.objects.filter(action=action, actor=admin).count() == 1
    now = next(row for row in table_of(exported(noun, admin)) if row[key] == own)[field]
    assert now == ("2027-05-27T23:00:00+02:00" if field == "ends_at" else value)


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

    own = {each: f"own-{each.replace('_', '-')}s" for each in (*MODELS, *KEPT)}
    others = {
        "agreement_timeline": "own-agreements",
        "criteria": "own-criteria",
        "measurement": "measurements",
        "user": "own-people",
    }
    expected = {**own, **others}.get(noun)
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
        "notice_days": "", "parties": "Port of Vic | city\nVans SL | partner | Ada",
    },
    Trial: {
        "reference": "", "kind": "pilot", "title": "Shade", "promoter": "", "starts_on": "2027-01-01",
        "ends_on": "2027-06-30", "budget_eur": "",
    },
    Event: {
        "reference": "", "title": "Open day", "kind": "workshop", "summary": "", "place": "Quay", "zone": "", "spoken": "",
        "organisers": "Vans SL; Port of Vic",
    },
    CriteriaSet: {
        "name": "Ours", "number": "", "blind": "", "criteria": "Benefit | 2 | 5 | Who gains?\n\nCost | 1,5 | 10",
    },
    Group: {"reference": "", "name": "Night work", "description": "Who works at night.", "access": ""},
    SheetTemplate: {
        "name": "Panel", "language": "", "is_offered": "", "sections": "goals | Goals\nwords | Words | yes | 300 | hard | Why",
    },
    Capsule: {"reference": "", "title": "Measuring noise", "goals": "", "level": "", "minutes": "20"},
}  # fmt: skip


@pytest.mark.parametrize("model", NEW)
def test_row_without_a_key_makes_a_record_the_first_time_only(admin, centre, model):
    for name in ("Port of Vic", "Vans SL"):
        OrganisationFactory(name=name)
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


# What a table costs beyond its rows: what is gathered from other tables.
GATHERED = {
    "centre": (CentreFactory, 2),
    "challenge": (ChallengeFactory, 3),
    "idea": (IdeaFactory, 1),
    "trial": (PilotFactory, 5),
    "agreement": (AgreementFactory, 3),
    "event": (EventFactory, 1),
    "session": (SessionFactory, 3),
    "criteria": (CriteriaSetFactory, 1),
    "sheet_template": (SheetTemplateFactory, 1),
    "user": (UserFactory, 1),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("noun", GATHERED)
def test_cost_of_a_table_does_not_grow(admin, noun, count, django_assert_num_queries):
    make, more = GATHERED[noun]
    make.create_batch(count - 1 if make is UserFactory else count)
    page = listed(reverse(f"{noun}_list"), "", admin)

    with django_assert_num_queries(1 + more):
        assert len(list(page.table_of_all()[1])) == count
