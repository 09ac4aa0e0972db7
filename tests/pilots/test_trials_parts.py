"""Is what belongs to a trial written by those who may, and are requests for more time kept within the agreement?"""

from decimal import Decimal

import pytest
from django.urls import reverse

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job, StageChange
from pilots.models import (
    ExtensionRequest,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    TeamPerson,
    Trial,
    TrialPartner,
)
from pilots.operations.extensions import ask_extension, move_extension
from pilots.operations.trial_parts import add_part, edit_part, move_permit, remove_part
from tests.factories.partners import (
    AgreementFactory,
    AmendmentFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    TerritoryFactory,
    today,
)
from tests.factories.trials import (
    ExtensionRequestFactory,
    LogEntryFactory,
    MilestoneFactory,
    PermitFactory,
    PilotFactory,
    RiskFactory,
    SiteFactory,
    TeamPersonFactory,
    TrialPartnerFactory,
)

pytestmark = pytest.mark.django_db


def staff(trial, role="coordinator"):
    return StaffFactory(role=role, centre=trial.centre)


def refused(code, function, *args, **kwargs):
    """The refusal of a call that must change nothing."""
    entries = AuditEntry.objects.count()
    with pytest.raises(DomainError) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    assert AuditEntry.objects.count() == entries
    return caught.value


def new_parts():
    """Each kind of part with the fields of one."""
    return [
        (TrialPartner, {"organisation": OrganisationFactory(), "contribution": "Two vans"}),
        (TeamPerson, {"user": StaffFactory(), "task": "Measures"}),
        (Site, {"name": "Market"}),
        (Permit, {"name": "Crane", "authority": "District"}),
        (Milestone, {"title": "Half-way", "due_on": today(30)}),
        (Risk, {"description": "Complaints", "likelihood": 2, "impact": 4}),
        (LogEntry, {"text": "First night"}),
    ]


def test_each_part_is_added_changed_and_taken_away_with_the_trial_touched():
    pilot = PilotFactory(running=True)
    actor = staff(pilot)
    for model, fields in new_parts():
        version = Trial.objects.get(pk=pilot.pk).version
        part = add_part(model, actor=actor, trial=pilot, **fields)
        name = next(name for name, value in fields.items() if isinstance(value, str))
        changed = edit_part(part, {name: "Changed"}, actor=actor)
        assert getattr(changed, name) == "Changed"
        remove_part(changed, actor=actor, note="By mistake")
        assert not model.objects.exists()
        assert Trial.objects.get(pk=pilot.pk).version == version + 3
    assert AuditEntry.objects.filter(action__endswith=".remove", note="By mistake").count() == 7


def test_parts_of_a_trial_that_is_over_stay_as_they_are():
    pilot = PilotFactory(running=True, state="closed")
    actor = staff(pilot)
    milestone = MilestoneFactory(trial=pilot)

    refused("wrong_state", add_part, Milestone, actor=actor, trial=pilot, title="Late", due_on=today())
    refused("wrong_state", edit_part, milestone, {"done_on": today()}, actor=actor)
    refused("wrong_state", remove_part, milestone, actor=actor)


def test_part_does_not_move_to_another_trial():
    milestone = MilestoneFactory()

    refusal = refused(
        "invalid", edit_part, milestone, {"trial": PilotFactory()}, actor=staff(milestone.trial)
    )

    assert set(refusal.fields) == {"trial"}


def test_partner_writes_the_log_but_neither_plan_nor_public_entries():
    pilot = PilotFactory(running=True)
    member = PartnerFactory(organisation=pilot.promoter)
    entry = add_part(LogEntry, actor=member, trial=pilot, text="Second night")

    assert (entry.author, entry.is_public) == (member, False)
    refused("not_allowed", add_part, Milestone, actor=member, trial=pilot, title="Mine", due_on=today())
    refused("invalid", add_part, LogEntry, actor=member, trial=pilot, text="All fine", is_public=True)
    refused("invalid", edit_part, entry, {"is_public": True}, actor=member)
    assert edit_part(entry, {"is_public": True}, actor=staff(pilot)).is_public is True


def test_a02_rival_changes_nothing_of_anothers_trial():
    pilot = PilotFactory(running=True)
    rival = PartnerFactory()
    entry = LogEntryFactory(trial=pilot)

    refused("not_allowed", add_part, LogEntry, actor=rival, trial=pilot, text="Mine")
    refused("not_allowed", edit_part, entry, {"text": "Changed"}, actor=rival)
    refused("not_allowed", remove_part, entry, actor=rival)

    assert LogEntry.objects.get().text == entry.text


def test_public_entry_is_taken_back_before_it_is_taken_away():
    entry = LogEntryFactory(is_public=True)
    actor = staff(entry.trial)
    refused("limit", remove_part, entry, actor=actor)

    remove_part(edit_part(entry, {"is_public": False}, actor=actor), actor=actor)

    assert not LogEntry.objects.exists()


def test_incident_is_told_to_the_monitor_at_once():
    pilot = PilotFactory(running=True)
    member = PartnerFactory(organisation=pilot.promoter)

    add_part(LogEntry, actor=member, trial=pilot, text="A van hit a post", is_incident=True)

    job = Job.objects.get(task="core.send_mail")
    assert (job.payload["kind"], job.payload["user_id"]) == ("pilots.trial_incident", pilot.monitor_id)


def test_log_is_read_by_those_inside_and_the_public_part_by_all():
    pilot = PilotFactory(running=True, public=True)
    shown = LogEntryFactory(trial=pilot, is_public=True)
    hidden = LogEntryFactory(trial=pilot)
    rival, member = PartnerFactory(), PartnerFactory(organisation=pilot.promoter)

    assert list(LogEntry.objects.visible_to(rival)) == [shown]
    assert set(LogEntry.objects.visible_to(member)) == {shown, hidden}


def test_l09_inner_parts_are_hidden_from_the_public_of_a_public_trial():
    pilot = PilotFactory(running=True, public=True)
    for factory in (PermitFactory, RiskFactory, TeamPersonFactory):
        factory(trial=pilot)
    for factory in (SiteFactory, TrialPartnerFactory, MilestoneFactory):
        factory(trial=pilot)
    rival = PartnerFactory()

    hidden = [model.objects.visible_to(rival).count() for model in (Permit, Risk, TeamPerson)]
    shown = [model.objects.visible_to(rival).count() for model in (Site, TrialPartner, Milestone)]

    assert (hidden, shown) == ([0, 0, 0], [1, 1, 1])


def test_permit_walks_its_table():
    permit = PermitFactory(state="requested")
    actor = staff(permit.trial)
    refused("incomplete", move_permit, permit, "refuse", actor=actor)
    permit = move_permit(permit, "refuse", actor=actor, note="Too loud")
    permit = move_permit(permit, "ask_again", actor=actor)

    permit = move_permit(permit, "grant", actor=actor, changes={"number": "12/26", "valid_to": today(365)})

    assert (permit.state, permit.number, permit.valid_to) == ("granted", "12/26", today(365))


def test_extension_granted_moves_the_end_and_leaves_the_stages_as_they_were():
    request = ExtensionRequestFactory()
    pilot, old_end = request.trial, request.trial.ends_on
    stages = StageChange.objects.about(pilot).count()

    granted = move_extension(request, "grant", actor=staff(pilot), authority="Minutes of 3 May")

    pilot.refresh_from_db()
    assert (granted.state, pilot.ends_on, pilot.state) == ("granted", request.new_ends_on, "running")
    assert StageChange.objects.about(pilot).count() == stages
    entry = AuditEntry.objects.get(action="trial.extend")
    assert (entry.before, entry.after) == (
        {"ends_on": old_end.isoformat()},
        {"ends_on": request.new_ends_on.isoformat()},
    )
    assert entry.authority == "Minutes of 3 May"


def test_extension_past_the_agreement_is_refused_until_the_agreement_is_extended():
    pilot = PilotFactory(running=True, agreement=AgreementFactory(in_force=True, ends_on=today(100)))
    request = ExtensionRequestFactory(trial=pilot, new_ends_on=today(101))
    actor = staff(pilot)

    refused("limit", move_extension, request, "grant", actor=actor)

    assert Trial.objects.get(pk=pilot.pk).ends_on == pilot.ends_on
    assert ExtensionRequest.objects.get().state == "requested"
    AmendmentFactory(agreement=pilot.agreement, in_force=True, new_ends_on=today(400))
    assert move_extension(request, "grant", actor=actor).state == "granted"


def test_extension_refused_needs_a_reason_and_tells_who_asked():
    pilot = PilotFactory(running=True)
    member = PartnerFactory(organisation=pilot.promoter)
    request = ask_extension(actor=member, trial=pilot, new_ends_on=today(120), reason="Summer")
    actor = staff(pilot)
    refused("incomplete", move_extension, request, "refuse", actor=actor)

    assert move_extension(request, "refuse", actor=actor, note="The street is needed.").state == "refused"

    assert (
        Job.objects.filter(payload__kind="pilots.extension_refused", payload__user_id=member.pk).count() == 1
    )
    assert Trial.objects.get(pk=pilot.pk).ends_on == pilot.ends_on


def test_extension_is_asked_once_for_later_and_by_those_who_take_part():
    pilot = PilotFactory(running=True)
    member = PartnerFactory(organisation=pilot.promoter)
    refused("invalid", ask_extension, actor=member, trial=pilot, new_ends_on=pilot.ends_on, reason="Summer")
    refused(
        "not_allowed",
        ask_extension,
        actor=PartnerFactory(),
        trial=pilot,
        new_ends_on=today(120),
        reason="Mine",
    )
    request = ask_extension(actor=member, trial=pilot, new_ends_on=today(120), reason="Summer")

    refused("duplicate", ask_extension, actor=member, trial=pilot, new_ends_on=today(130), reason="Again")
    with pytest.raises(NotAllowed):
        move_extension(request, "grant", actor=member)


def test_extension_of_a_trial_that_is_over_is_refused():
    request = ExtensionRequestFactory()
    Trial.objects.filter(pk=request.trial_id).update(state="ended")

    refused("wrong_state", move_extension, request, "grant", actor=staff(request.trial))


SQUARE = [
    [[2.0, 41.0], [2.2, 41.0], [2.2, 41.2], [2.0, 41.2]],
    [[2.1, 41.1], [2.15, 41.1], [2.15, 41.15], [2.1, 41.15]],
]


@pytest.mark.parametrize(
    ("degrees", "found"), [(("41.05", "2.05"), True), (("41.12", "2.12"), False), (("41.3", "2.05"), False)]
)
def test_place_is_in_the_district_whose_outline_holds_its_degrees(degrees, found):
    district = TerritoryFactory(outline=SQUARE)
    trial = PilotFactory()
    latitude, longitude = (Decimal(text) for text in degrees)

    site = add_part(Site, actor=None, trial=trial, name="Here", latitude=latitude, longitude=longitude)
    later = edit_part(
        SiteFactory(trial=trial, latitude=None, longitude=None),
        {"latitude": latitude, "longitude": longitude},
        actor=None,
    )
    given = add_part(
        Site, actor=None, trial=trial, name="There", latitude=latitude, longitude=longitude,
        territory=(other := TerritoryFactory()),
    )  # fmt: skip

    assert [site.territory, later.territory] == [district if found else None] * 2
    assert given.territory == other


def test_incident_leads_who_may_to_the_suspension_with_its_words(client):
    trial = PilotFactory(running=True)
    client.force_login(trial.monitor)
    entry = {"happened_on": today().isoformat(), "text": "A crate fell."}

    plain = client.post(reverse("log_entry_create", args=[trial.pk]), entry)
    incident = client.post(reverse("log_entry_create", args=[trial.pk]), {**entry, "is_incident": "on"})

    assert plain["Location"] == reverse("trial_log", args=[trial.pk])
    found = trial.log.get(is_incident=True)
    assert incident["Location"] == f"{reverse('trial_move', args=[trial.pk, 'suspend'])}?incident={found.pk}"
    page = client.get(incident["Location"])
    assert page.context["form"]["note"].value() == "A crate fell."
    other = PilotFactory(running=True, centre=trial.centre, monitor=trial.monitor)
    elsewhere = client.get(f"{reverse('trial_move', args=[other.pk, 'suspend'])}?incident={found.pk}")
    assert elsewhere.context["form"]["note"].value() == ""


def test_incident_of_a_partner_leads_back_to_the_logbook(client):
    trial = PilotFactory(running=True)
    client.force_login(PartnerFactory(organisation=trial.promoter))

    answer = client.post(
        reverse("log_entry_create", args=[trial.pk]),
        {"happened_on": today().isoformat(), "text": "A crate fell.", "is_incident": "on"},
    )

    assert answer["Location"] == reverse("trial_log", args=[trial.pk])
