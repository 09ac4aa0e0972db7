"""Is what a follow-up committee agreed followed up, by whom it concerns, from meeting to meeting?"""

import pytest
from django.urls import reverse

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry
from partners.choices import Role
from partners.models import CommitteeAction
from partners.operations import committees as do
from pilots.models.deadlines import deadlines_of
from pilots.models.work import work_of
from tests.core.resource_contract import send
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal(client):
    user = made.StaffFactory(role=Role.LEGAL)
    client.force_login(user)
    return user


@pytest.fixture
def meeting():
    return made.MeetingFactory(met_on=today(-40))


@pytest.fixture
def partner(meeting):
    """Administers the party that promised."""
    organisation = meeting.agreement.parties.get(role="partner").organisation
    return made.PartnerFactory(organisation=organisation, admin=True)


def kinds(tasks):
    return [task.kind for task in tasks if task.kind.startswith("action")]


def see(client, name, obj):
    response = client.get(reverse(name, args=[obj.pk]))
    assert response.status_code == 200
    return response


def test_action_agreed_in_the_workspace_waits_for_the_person_named(client, legal, meeting):
    party = meeting.agreement.parties.get(role="partner")
    person = made.PartnerFactory(organisation=party.organisation)
    see(client, "action_create", meeting)

    response = client.post(
        reverse("action_create", args=[meeting.pk]),
        {"text": "Lend a van.", "party": party.pk, "person": person.email, "due_on": today(5).isoformat()},
    )

    action = CommitteeAction.objects.get()
    assert response.status_code == 302
    assert (action.text, action.party, action.person, action.due_on) == (
        "Lend a van.",
        party,
        person,
        today(5),
    )
    assert kinds(work_of(person).mine) == ["action"]
    client.force_login(person)
    text = client.get(reverse("my_work")).content.decode()
    assert f'href="{reverse("meeting_detail", args=[meeting.pk])}"' in text
    assert "Lend a van." in text


def test_late_action_is_in_the_overdue_list_of_whom_it_concerns_only(meeting, partner):
    made.CommitteeActionFactory(meeting=meeting, due_on=today(-1))
    colleague = made.PartnerFactory(organisation=partner.memberships.get().organisation)
    rival = made.PartnerFactory(admin=True)

    found = {
        who: (kinds(work_of(user).overdue), kinds(work_of(user).mine))
        for who, user in (("administrator", partner), ("colleague", colleague), ("rival", rival))
    }

    assert found == {"administrator": (["action_late"], []), "colleague": ([], []), "rival": ([], [])}
    assert [task.day for task in deadlines_of(partner)] == [today(-1)]


def test_action_of_the_city_waits_for_the_coordinator_of_its_centre(meeting):
    made.CommitteeActionFactory(meeting=meeting, party=meeting.agreement.parties.get(role="city"))
    here = made.StaffFactory(role=Role.COORDINATOR, centre=meeting.agreement.centre)
    elsewhere = made.StaffFactory(role=Role.COORDINATOR, centre=made.CentreFactory())

    assert (kinds(work_of(here).mine), kinds(work_of(elsewhere).mine)) == (["action"], [])


def test_action_of_a_person_who_left_the_organisation_is_shown_to_them_no_more(meeting, partner):
    made.CommitteeActionFactory(meeting=meeting, person=partner)
    assert kinds(work_of(partner).mine) == ["action"]

    partner.memberships.update(ends_on=today(-1))

    assert kinds(work_of(type(partner).objects.get(pk=partner.pk)).mine) == []


def test_open_actions_are_carried_over_to_the_next_meeting(client, legal, meeting):
    still = made.CommitteeActionFactory(meeting=meeting, text="Still open")
    late = made.CommitteeActionFactory(
        meeting=meeting, text="Done after", due_on=today(-30), done_on=today(-5)
    )
    made.CommitteeActionFactory(meeting=meeting, text="Done before", done_on=today(-25))
    made.CommitteeActionFactory(text="Of another agreement", meeting__met_on=today(-40))
    following = made.MeetingFactory(agreement=meeting.agreement, met_on=today(-20))

    context = see(client, "meeting_detail", following).context

    assert (context["agreed"], context["carried"]) == ([], [late, still])
    assert see(client, "meeting_detail", meeting).context["next_meeting"] == following
    assert see(client, "meeting_detail", meeting).context["carried"] == []


def test_action_is_finished_by_whom_it_concerns_and_leaves_their_work(client, meeting, partner):
    action = made.CommitteeActionFactory(meeting=meeting)
    client.force_login(partner)
    see(client, "action_finish", action)

    response = client.post(
        reverse("action_finish", args=[action.pk]), {"done_on": today(-2).isoformat(), "note": "By hand."}
    )

    action.refresh_from_db()
    entry = AuditEntry.objects.about(action).get()
    assert (response.status_code, action.done_on, kinds(work_of(partner).mine)) == (302, today(-2), [])
    assert (entry.action, entry.actor, entry.note) == ("committeeaction.finish", partner, "By hand.")


@pytest.mark.parametrize("days", [-41, 1])
def test_action_done_before_the_meeting_or_in_days_to_come_is_refused(legal, meeting, days):
    action = made.CommitteeActionFactory(meeting=meeting)

    with pytest.raises(DomainError) as caught:
        do.finish_action(action, actor=legal, done_on=today(days))

    action.refresh_from_db()
    assert (list(caught.value.fields), action.done_on) == (["done_on"], None)


def test_action_is_finished_once_and_opened_again_with_a_reason(legal, meeting):
    action = do.finish_action(made.CommitteeActionFactory(meeting=meeting), actor=legal)
    with pytest.raises(DomainError) as twice:
        do.finish_action(action, actor=legal)
    with pytest.raises(DomainError) as silent:
        do.reopen_action(action, actor=legal, note=" ")
    assert CommitteeAction.objects.get().done_on == today()

    do.reopen_action(action, actor=legal, note="The van broke down.")

    assert (twice.value.code, silent.value.code) == ("wrong_state", "incomplete")
    assert CommitteeAction.objects.get().done_on is None


def test_action_is_not_written_finished_or_removed_by_those_it_does_not_concern(meeting, partner):
    action = made.CommitteeActionFactory(meeting=meeting)
    values = {"meeting": meeting, "text": "T", "party": action.party, "due_on": today()}
    colleague = made.PartnerFactory(organisation=action.party.organisation)
    for refused in (
        lambda: do.agree_action(values, actor=partner),
        lambda: do.edit_action(action, {"text": "Less."}, actor=partner),
        lambda: do.remove_action(action, actor=partner),
        lambda: do.finish_action(action, actor=colleague),
        lambda: do.finish_action(action, actor=made.PartnerFactory(admin=True)),
    ):
        with pytest.raises(NotAllowed):
            refused()

    stored = CommitteeAction.objects.get()
    assert (stored.text, stored.done_on, AuditEntry.objects.about(action).count()) == (action.text, None, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person", lambda: made.PartnerFactory()),
        ("party", lambda: made.PartyFactory()),
        ("due_on", lambda: today(-41)),
    ],
)
def test_action_for_a_stranger_or_before_the_meeting_is_refused(legal, meeting, name, value):
    party = meeting.agreement.parties.get(role="partner")
    values = {"meeting": meeting, "text": "T", "party": party, "due_on": today(), name: value()}

    with pytest.raises(DomainError) as caught:
        do.agree_action(values, actor=legal)

    assert (list(caught.value.fields), CommitteeAction.objects.count()) == ([name], 0)


def test_meeting_and_its_actions_are_hidden_from_those_outside(client, meeting):
    action = made.CommitteeActionFactory(meeting=meeting)
    client.force_login(made.PartnerFactory(admin=True))

    answers = [
        client.get(reverse(name, args=[obj.pk])).status_code
        for name, obj in (("meeting_detail", meeting), ("action_finish", action), ("action_edit", action))
    ]

    assert answers == [404, 404, 404]


def test_action_is_edited_and_removed_in_the_workspace(client, legal, meeting):
    action = made.CommitteeActionFactory(meeting=meeting)
    see(client, "action_edit", action)
    data = {"text": "Lend two.", "party": action.party_id, "person": "", "due_on": today(9).isoformat()}

    edited = client.post(reverse("action_edit", args=[action.pk]), data)

    action.refresh_from_db()
    assert (edited.status_code, action.text, action.due_on) == (302, "Lend two.", today(9))
    see(client, "action_remove", action)
    removed = client.post(reverse("action_remove", args=[action.pk]), {"note": "Twice."})
    assert (removed.status_code, CommitteeAction.objects.count()) == (302, 0)


def test_meeting_page_costs_the_same_for_one_and_three_actions(
    client, legal, meeting, django_assert_max_num_queries
):
    following = made.MeetingFactory(agreement=meeting.agreement, met_on=today(-20))

    def one_more():
        made.CommitteeActionFactory(meeting=meeting, person=made.PartnerFactory())
        made.CommitteeActionFactory(meeting=following)

    one_more()
    with django_assert_max_num_queries(10) as one:
        see(client, "meeting_detail", following)
    one_more()
    one_more()
    with django_assert_max_num_queries(len(one)):
        see(client, "meeting_detail", following)


def test_action_is_agreed_finished_and_reopened_by_a_program(client, legal, meeting, partner):
    party = meeting.agreement.parties.get(role="partner")
    values = {"meeting": meeting.pk, "text": "Lend a van.", "party": party.pk, "due_on": today(5).isoformat()}

    made_here = send(client, "POST", "/api/v1/committee-actions/", values)
    here = f"/api/v1/committee-actions/{made_here.json()['id']}/"
    client.force_login(partner)
    mine = client.get("/api/v1/committee-actions/?concerns_me=true&open=true").json()["results"]
    done = send(client, "POST", f"{here}finish/", {"done_on": today().isoformat()})
    refused = send(client, "POST", f"{here}reopen/", {"note": "No."})

    assert (made_here.status_code, done.status_code, refused.status_code) == (201, 200, 403)
    assert [row["id"] for row in mine] == [made_here.json()["id"]]
    assert done.json()["done_on"] == today().isoformat()
    client.force_login(legal)
    assert send(client, "POST", f"{here}reopen/", {"note": "Still broken."}).json()["done_on"] is None
    assert send(client, "DELETE", here, if_match="*").status_code == 204
    assert CommitteeAction.objects.count() == 0
