"""Does nobody's access outlive their membership, by whatever door they come?"""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Notification
from cic.core.permissions import can
from cic.core.tokens import issue_calendar_key
from partners.choices import Role
from partners.models import Membership, User
from partners.operations.organisations import merge_organisations
from pilots.models import Idea, TeamPerson, Trial
from pilots.models.messages import audience
from pilots.models.work import work_of
from pilots.operations.annexes import edit_annex
from pilots.operations.idea_files import attach_to_annex
from pilots.operations.ideas import edit_idea, move_idea
from pilots.operations.readers import proposers_of
from pilots.operations.trial_parts import add_part, edit_part
from pilots.operations.trials import tell_trial
from tests.factories import ideas, trials
from tests.factories.partners import (
    MembershipFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    UserFactory,
    today,
)

pytestmark = pytest.mark.django_db


class Company:
    """A company with an idea, and a person of it in the team of another one's trial; a colleague administers it."""

    def __init__(self):
        self.person = PartnerFactory()
        self.organisation = self.person.memberships.get().organisation
        self.admin = PartnerFactory(organisation=self.organisation, admin=True)
        self.idea = ideas.IdeaFactory(
            state="draft", author=self.person, organisation=self.organisation, title="Zapp wheels"
        )
        self.annex = ideas.IdeaAnnexFactory(idea=self.idea)
        self.file = attach_to_annex(
            self.annex, SimpleUploadedFile("prices.txt", b"14 euro"), actor=self.person
        )
        Idea.objects.filter(pk=self.idea.pk).update(state="more_information")
        ideas.InformationRequestFactory(idea=self.idea, fields=["problem"])
        self.idea = Idea.objects.get(pk=self.idea.pk)
        self.trial = trials.PilotFactory(running=True, title="Zapp crates", ends_on=today(20))
        self.row = add_part(TeamPerson, actor=self.trial.monitor, trial=self.trial, user=self.person)
        trials.MeasurementFactory(
            indicator=self.trial.indicators.get(), measured_by=self.person, state="returned"
        )

    def leave(self):
        Membership.objects.filter(user=self.person).update(ends_on=today(-1))


def doors(company):
    """What the person gets by each door, asked afresh."""
    person = User.objects.get(pk=company.person.pk)
    idea, trial = Idea.objects.get(pk=company.idea.pk), Trial.objects.get(pk=company.trial.pk)
    client = Client()
    client.force_login(person)
    pages = {
        "idea": reverse("idea_detail", args=[idea.pk]),
        "trial": reverse("trial_detail", args=[trial.pk]),
        "file": reverse("file", args=[company.file.pk, company.file.name]),
        "api idea": f"/api/v1/ideas/{idea.pk}/",
        "api annex": f"/api/v1/idea-annexes/{company.annex.pk}/",
        "api team": f"/api/v1/team-people/{company.row.pk}/",
        "talk about the idea": reverse("idea_talk", args=[idea.pk]),
        "talk about the trial": reverse("trial_talk", args=[trial.pk]),
    }
    found = {}
    for name, path in pages.items():
        response = client.get(path)
        if response.streaming:
            b"".join(response.streaming_content)
        found[name] = response.status_code == 200
    work = work_of(person)
    feed = client.get(f"/calendar/{issue_calendar_key(actor=person)}.ics").content
    return found | {
        "search": sum(
            group["total"] for group in client.get("/workspace/search/", {"q": "zapp"}).context["groups"]
        )
        > 0,
        "answers": "answer" in {task.kind for task in work.mine},
        "mends": "mend_measurement" in {task.kind for task in work.mine},
        "own trials": bool(work.trials),
        "own ideas": bool(work.ideas),
        "my work": bool(work.mine + work.overdue + work.others + work.expiring),
        "calendar": b"Zapp" in feed,
        "edit": can(person, "pilots.edit_idea", idea),
        "measure": can(person, "pilots.measure_indicator", trial.indicators.get()),
        "work": can(person, "pilots.work_on_trial", trial),
        "channel of the idea": person in audience(idea, "partner"),
        "channel of the trial": person in audience(trial, "partner"),
    }


def test_a_person_who_left_their_company_is_outside_by_every_door():
    company = Company()
    assert [name for name, is_open in doors(company).items() if not is_open] == []

    company.leave()

    assert [name for name, is_open in doors(company).items() if is_open] == []
    gone = User.objects.get(pk=company.person.pk)
    for attempt in (
        lambda: edit_idea(company.idea, {"problem": "Mine."}, actor=gone),
        lambda: move_idea(company.idea, "withdraw", actor=gone, note="Mine."),
        lambda: edit_annex(company.annex, {"text": "Mine."}, actor=gone),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    company.idea.refresh_from_db()
    assert (company.idea.state, company.idea.version) == ("more_information", 1)


def test_mail_goes_to_who_runs_the_company_once_the_author_has_left():
    company = Company()
    assert proposers_of(Idea.objects.get(pk=company.idea.pk)) == [company.person.pk]
    company.leave()

    assert proposers_of(Idea.objects.get(pk=company.idea.pk)) == [company.admin.pk]
    tell_trial(company.trial, "pilots.trial_suspend", reason="Rain.")
    assert company.person.pk not in Notification.objects.values_list("reader_id", flat=True)


def test_who_proposes_alone_or_works_in_a_team_for_the_city_needs_no_membership():
    alone = ideas.IdeaFactory(organisation=None, author=UserFactory(), state="submitted")
    trial = trials.PilotFactory(running=True)
    person = StaffFactory(role=Role.EVALUATOR)
    row = add_part(TeamPerson, actor=trial.monitor, trial=trial, user=person)

    assert can(alone.author, "pilots.edit_idea", alone)
    assert proposers_of(alone) == [alone.author_id]
    assert row.organisation is None
    assert can(person, "pilots.work_on_trial", trial)


def test_a_person_comes_through_the_organisation_in_the_trial_and_through_none_of_others():
    trial = trials.PilotFactory(running=True)
    person = PartnerFactory()
    MembershipFactory(user=person, organisation=trial.promoter)

    row = add_part(TeamPerson, actor=trial.monitor, trial=trial, user=person)

    assert row.organisation == trial.promoter
    with pytest.raises(DomainError, match="does not belong"):
        edit_part(row, {"organisation": OrganisationFactory()}, actor=trial.monitor)
    assert edit_part(row, {"organisation": None}, actor=trial.monitor).organisation is None


def test_saving_the_task_of_who_left_does_not_let_them_in_again(client):
    company = Company()
    company.leave()
    client.force_login(company.trial.monitor)
    address = reverse("team_person_edit", args=[company.row.pk])
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}

    answer = client.post(address, {**values, "task": "Carries crates"})

    company.row.refresh_from_db()
    assert (answer.status_code, company.row.task) == (302, "Carries crates")
    assert company.row.organisation == company.organisation


def test_those_in_teams_before_come_through_the_organisation_in_the_trial_even_if_they_left_it():
    trial = trials.PilotFactory(running=True)
    left = MembershipFactory(organisation=trial.promoter, ends_on=today(-3)).user
    MembershipFactory(user=left)
    rows = [
        trials.TeamPersonFactory(trial=trial, user=user)
        for user in (left, PartnerFactory(), StaffFactory(role=Role.MONITOR, centre=trial.centre))
    ]
    other = rows[1].user.memberships.get().organisation

    import_module("pilots.migrations.0013_through_whom_they_came").say_through_whom(apps, None)

    for row in rows:
        row.refresh_from_db()
    assert [row.organisation for row in rows] == [trial.promoter, other, None]


def test_two_organisations_that_become_one_go_on_with_their_ideas_and_trials():
    company = Company()
    target = OrganisationFactory()
    Trial.objects.filter(pk=company.trial.pk).update(promoter=company.organisation)

    merge_organisations(company.organisation, target, actor=StaffFactory(role=Role.COORDINATOR))

    company.row.refresh_from_db()
    assert company.row.organisation == target
    assert Trial.objects.get(pk=company.trial.pk).promoter == target
    assert [name for name, is_open in doors(company).items() if not is_open] == []
