"""Do the links that people pick leave with their lists, for who may see them, and come back by the rules of the forms?"""

import pytest

from cic.core.errors import DomainError
from partners.choices import Role
from partners.models import Agreement, Centre
from partners.operations.centres import propose_centre
from pilots.models import Challenge, Idea, ImportNote, Trial
from tests.factories.events import CapsuleFactory, EventFactory, SessionFactory
from tests.factories.ideas import ChallengeFactory, CriteriaSetFactory, IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    AreaFactory,
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.factories.trials import PilotFactory, PocFactory

from .tables import bring_in, exported, row_called, said, traces, written

pytestmark = pytest.mark.django_db
NEW_TRIAL = dict.fromkeys(("reference", "promoter", "starts_on", "ends_on", "budget_eur"), "")


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def coordinator(centre):
    return StaffFactory(role=Role.COORDINATOR, centre=centre)


@pytest.fixture
def monitor(centre):
    return StaffFactory(role=Role.MONITOR, centre=centre, name="Mar Vidal")


@pytest.fixture
def areas():
    return [AreaFactory(key=key) for key in ("energy", "mobility")]


def changed_once(rows, actor, centre):
    """Bring rows in twice: what they change is changed once."""
    tried = bring_in(written(rows), actor, centre, dry_run=True)
    counts = bring_in(written(rows), actor, centre)
    assert tried == counts == (0, len(rows), 0, 0), said()
    again = [{**row, "version": ""} for row in rows]
    assert bring_in(written(again), actor, centre) == (0, 0, len(rows), 0)


def test_links_of_a_trial_leave_and_come_back(centre, coordinator, monitor, areas):
    agreement = AgreementFactory(centre=centre)
    trial = PilotFactory(centre=centre, title="Vans")
    row = row_called("Vans", exported("trial", coordinator))
    names = ("monitor", "agreement", "idea", "origin", "areas", "sdgs")
    assert [row[name] for name in names] == [""] * 6

    links = {
        "monitor": "Mar Vidal",
        "agreement": agreement.reference,
        "areas": "mobility; energy",
        "sdgs": "11; 3",
    }
    changed_once([{**row, **links}], coordinator, centre)

    now = Trial.objects.get(pk=trial.pk)
    assert (now.monitor, now.agreement, set(now.areas.all()), now.sdgs) == (
        monitor,
        agreement,
        set(areas),
        [3, 11],
    )
    row = row_called("Vans", exported("trial", coordinator))
    assert [row[name] for name in names] == [
        "Mar Vidal", agreement.reference, "", "", "energy; mobility", "3; 11",
    ]  # fmt: skip
    changed_once([{**row, **dict.fromkeys(links, "")}], coordinator, centre)
    now = Trial.objects.get(pk=trial.pk)
    assert (now.monitor, now.agreement, now.areas.count(), now.sdgs) == (None, None, 0, [])


def test_columns_that_are_not_there_and_cells_of_new_rows_that_are_empty_say_nothing(centre, coordinator):
    trial = PilotFactory(
        centre=centre, title="Vans", sdgs=[3], agreement=AgreementFactory(centre=centre), kind="pilot"
    )
    trial.areas.set([AreaFactory()])
    row = {**NEW_TRIAL, "kind": "pilot", "title": "Vans", "areas": "", "agreement": "", "sdgs": ""}
    short = {
        name: row_called("Vans", exported("trial", coordinator))[name]
        for name in (*NEW_TRIAL, "kind", "title")
    }

    assert bring_in(written([row]), coordinator, centre) == (0, 0, 1, 0)
    assert bring_in(written([short]), coordinator, centre) == (0, 0, 1, 0)

    now = Trial.objects.get(pk=trial.pk)
    assert (now.agreement, now.areas.count(), now.sdgs) == (trial.agreement, 1, [3])


def test_new_trials_come_from_their_idea_or_proof_as_on_the_form(centre, coordinator, areas):
    idea = IdeaFactory(centre=centre, state="accepted", challenge=ChallengeFactory(centre=centre, sdgs=[7]))
    idea.challenge.areas.set(areas)
    proof = PocFactory(centre=centre, state="go", method="Count.", sdgs=[9])
    rows = [
        {**NEW_TRIAL, "kind": "poc", "title": "From an idea", "idea": idea.reference, "origin": ""},
        {**NEW_TRIAL, "kind": "pilot", "title": "From a proof", "idea": "", "origin": proof.reference},
    ]
    waiting = {**rows[0], "title": "Too early", "idea": IdeaFactory(centre=centre).reference}

    assert bring_in(written([*rows, waiting]), coordinator, centre, dry_run=True) == (2, 0, 0, 1)
    for expected in ((2, 0, 0, 1), (0, 0, 2, 1)):
        assert bring_in(written([*rows, waiting]), coordinator, centre) == expected, said()

    first, second = (Trial.objects.get(title=row["title"]) for row in rows)
    assert (first.idea, set(first.areas.all()), first.sdgs) == (idea, set(areas), [7])
    assert (second.origin, second.sdgs) == (proof, [9])
    row = row_called("From an idea", exported("trial", coordinator))
    assert bring_in(written([{**row, "idea": waiting["idea"]}]), coordinator, centre) == (0, 0, 0, 1)
    assert said()[-1] == ("idea", "refused_by_rule")


def test_a04_links_that_are_unknown_unseen_or_not_allowed_are_told_and_change_nothing(centre, coordinator):
    PilotFactory(centre=centre, title="Vans")
    UserFactory(name="Nil", email="nil@example.org")
    for _twin in range(2):
        StaffFactory(role=Role.MONITOR, centre=centre, name="Twin")
    hidden, public = AgreementFactory(), AgreementFactory(in_force=True, publication="public")
    row, before = row_called("Vans", exported("trial", coordinator)), traces()
    wrong = {
        ("agreement", "A-1999-001"): "not_found",
        ("agreement", hidden.reference): "not_found",
        ("agreement", public.reference): "refused_by_rule",
        ("monitor", "Nobody"): "not_found",
        ("monitor", "nobody@example.org"): "not_found",
        ("monitor", "Nil"): "refused_by_rule",
        ("monitor", "NIL@example.org"): "refused_by_rule",
        ("monitor", "Twin"): "several",
        ("areas", "noise"): "not_found",
        ("sdgs", "3; 18"): "unknown_value",
        ("sdgs", "three"): "invalid_number",
    }

    for name, value in wrong:
        assert bring_in(written([{**row, name: value}]), coordinator, centre) == (0, 0, 0, 1), value

    assert said() == [(name, problem) for (name, _value), problem in wrong.items()]
    assert traces() == before
    assert not ImportNote.objects.filter(value__icontains="@").exists()


def test_monitor_is_named_to_who_sees_one_and_written_by_address_too(centre, coordinator, monitor):
    trial = PilotFactory(centre=centre, title="Vans", publication="public")
    row = row_called("Vans", exported("trial", coordinator))

    changed_once([{**row, "monitor": monitor.email.upper()}], coordinator, centre)

    assert Trial.objects.get(pk=trial.pk).monitor == monitor
    assert "– → Mar Vidal" in ImportNote.objects.values_list("value", flat=True)
    StaffFactory(role=Role.MONITOR, centre=centre, name="Mar Vidal")
    row = row_called("Vans", exported("trial", coordinator))
    assert bring_in(written([{**row, "acronym": "V"}]), coordinator, centre) == (0, 1, 0, 0)
    shown = {
        person: row_called("Vans", exported("trial", person))["monitor"]
        for person in (coordinator, StaffFactory(role=Role.EDITOR), PartnerFactory())
    }
    assert list(shown.values()) == ["Mar Vidal", "Mar Vidal", ""]
    mine = PartnerFactory()
    Trial.objects.filter(pk=trial.pk).update(promoter=mine.memberships.get().organisation)
    assert row_called("Vans", exported("trial", mine))["monitor"] == "Mar Vidal"


def test_hidden_links_are_not_named_and_stay_when_the_row_comes_back(centre, coordinator):
    hidden = AgreementFactory()
    trial = PilotFactory(centre=centre, title="Vans", agreement=hidden, idea=IdeaFactory())
    row = row_called("Vans", exported("trial", coordinator))
    assert (row["agreement"], row["idea"]) == ("", "")

    assert bring_in(written([{**row, "acronym": "V"}]), coordinator, centre) == (0, 1, 0, 0)
    assert bring_in(
        written([{**row, "agreement": hidden.reference, "version": ""}]), coordinator, centre
    ) == (
        0,
        0,
        0,
        1,
    )

    now = Trial.objects.get(pk=trial.pk)
    assert (now.acronym, now.agreement, now.idea) == ("V", hidden, trial.idea)


def test_needs_have_their_places_areas_goals_and_criteria(centre, coordinator, areas):
    ours, theirs = (CriteriaSetFactory(name="Ours", centre=each) for each in (centre, CentreFactory()))
    CriteriaSetFactory(name="Theirs", centre=theirs.centre)
    CriteriaSetFactory(name="Ours", number=0, is_current=False, centre=centre)
    place = TerritoryFactory(code="08-01")
    need = ChallengeFactory(centre=centre, title="Quiet nights")
    row = row_called("Quiet nights", exported("challenge", coordinator))
    cells = {"territories": "08-01", "areas": "energy", "sdgs": "3", "criteria_set": "Ours"}

    changed_once([{**row, **cells}], coordinator, centre)
    new = {"reference": "", "title": "Shade", "need": "Sun.", "closes_on": "", **cells}
    assert bring_in(written([new]), coordinator, centre) == (1, 0, 0, 0)

    for title in ("Quiet nights", "Shade"):
        now = Challenge.objects.get(title=title)
        assert ([*now.territories.all()], [*now.areas.all()], now.sdgs, now.criteria_set) == (
            [place],
            [areas[0]],
            [3],
            ours,
        )
        shown = row_called(title, exported("challenge", coordinator))
        assert {name: shown[name] for name in cells} == cells
    assert bring_in(written([{**row, "version": "", "criteria_set": "Theirs"}]), coordinator, centre)[3] == 1
    assert (said()[-1], Challenge.objects.get(pk=need.pk).criteria_set) == (
        ("criteria_set", "not_found"),
        ours,
    )


def test_ideas_name_the_need_to_who_may_read_it(centre):
    author = StaffFactory(role=Role.COORDINATOR, centre=centre)
    hidden, shown = ChallengeFactory(), ChallengeFactory(publication="public", centre=centre)
    idea = IdeaFactory(
        centre=hidden.centre, challenge=hidden, author=author, organisation=None, state="draft", title="Mine"
    )
    row = row_called("Mine", exported("idea", author))
    assert row["challenge"] == ""

    assert bring_in(written([{**row, "novelty": "New."}]), author, centre) == (0, 1, 0, 0)
    assert Idea.objects.get(pk=idea.pk).challenge == hidden
    new = {**dict.fromkeys(row, ""), "title": "Next", "challenge": shown.reference}
    assert bring_in(written([new]), author, centre) == (1, 0, 0, 0)
    assert row_called("Next", exported("idea", author))["challenge"] == shown.reference
    unseen = {**new, "title": "Third", "challenge": hidden.reference}
    assert bring_in(written([unseen]), author, centre) == (0, 0, 0, 1)
    assert said()[-1] == ("challenge", "not_found")


def test_agreements_follow_others_that_one_works_with(centre, coordinator):
    AgreementFactory(centre=centre, title="Vans")
    frame = AgreementFactory(centre=centre, kind="framework")
    before, elsewhere = AgreementFactory(centre=centre), AgreementFactory(in_force=True, publication="public")
    row = row_called("Vans", exported("agreement", coordinator))

    for name, value in (
        ("framework", before.reference),
        ("framework", elsewhere.reference),
        ("predecessor", row["reference"]),
    ):
        assert bring_in(written([{**row, name: value}]), coordinator, centre) == (0, 0, 0, 1)
    assert said() == [
        ("framework", "refused_by_rule"),
        ("framework", "not_found"),
        ("predecessor", "refused_by_rule"),
    ]
    changed_once(
        [{**row, "framework": frame.reference, "predecessor": before.reference}], coordinator, centre
    )

    now = Agreement.objects.get(title="Vans")
    assert (now.framework, now.predecessor) == (frame, before)


def test_centres_have_areas_and_the_agreement_of_their_own_that_constitutes_them(coordinator, centre, areas):
    admin = StaffFactory(role=Role.ADMIN)
    Centre.objects.filter(pk=centre.pk).update(state="proposed")
    own, other = AgreementFactory(centre=centre), AgreementFactory()
    row = row_called(centre.name, exported("centre", coordinator))

    changed_once(
        [{**row, "areas": "energy; mobility", "constituting_agreement": own.reference}], coordinator, centre
    )
    foreign = {**row, "version": "", "constituting_agreement": other.reference}
    new = {**dict.fromkeys(row, ""), "name": "Port", "purpose": "Quays.", "lead_unit": "Harbour"}
    assert bring_in(
        written([foreign, {**new, "constituting_agreement": other.reference}]), admin, centre
    ) == (
        0,
        0,
        0,
        2,
    )
    assert said()[-2:] == [("constituting_agreement", "refused_by_rule")] * 2
    assert bring_in(written([{**new, "areas": "energy"}]), admin, centre) == (1, 0, 0, 0)

    now = Centre.objects.get(pk=centre.pk)
    assert (set(now.areas.all()), now.constituting_agreement) == (set(areas), own)
    assert [*Centre.objects.get(name="Port").areas.all()] == [areas[0]]


def test_a_centre_that_is_proposed_has_no_agreement_of_another():
    with pytest.raises(DomainError) as refused:
        propose_centre(
            {
                "name": "Port",
                "purpose": "Quays.",
                "lead_unit": "Harbour",
                "constituting_agreement": AgreementFactory(),
            },
            actor=StaffFactory(role=Role.ADMIN),
        )

    assert list(refused.value.fields) == ["constituting_agreement"]
    assert not Centre.objects.filter(name="Port").exists()


def test_names_with_the_sign_that_parts_them_come_back(centre, coordinator):
    names = ("Acme; Sons", "Ends in \\", "Vans | SL", "Zeta")
    made = [OrganisationFactory(name=name) for name in names]
    event = EventFactory(centre=centre, title="Open day", spoken=["Català; a bit", "English"])
    event.organisers.set(made)
    rows = [row_called("Open day", exported("event", coordinator))]
    assert rows[0]["organisers"] == "Acme\\; Sons; Ends in \\\\; Vans | SL; Zeta"

    before = traces()
    for kind in ("csv", "xlsx"):
        content = exported("event", coordinator, kind)
        assert bring_in(content, coordinator, centre, name=f"list.{kind}") == (0, 0, 1, 0), said()
    assert (traces(), said()) == (before, [])
    changed_once(
        [{**rows[0], "organisers": "Acme\\; Sons", "spoken": "Català\\; a bit"}], coordinator, centre
    )

    event.refresh_from_db()
    assert (set(event.organisers.all()), event.spoken) == ({made[0]}, ["Català; a bit"])


def test_sessions_have_their_capsule_and_who_writes_the_sheet(centre, coordinator):
    capsule, writer = CapsuleFactory(centre=centre), UserFactory(name="Iu", email="iu@example.org")
    session = SessionFactory(event__centre=centre, title="Evening", published=True)
    row = row_called("Evening", exported("session", coordinator))
    assert (row["capsule"], row["chair"]) == ("", "")

    changed_once([{**row, "capsule": capsule.reference, "chair": "iu@example.org"}], coordinator, centre)

    session.refresh_from_db()
    assert (session.capsule, session.chair) == (capsule, writer)
    shown = [
        row_called("Evening", exported("session", person))["chair"]
        for person in (coordinator, writer, UserFactory())
    ]
    assert shown == ["Iu", "Iu", ""]
