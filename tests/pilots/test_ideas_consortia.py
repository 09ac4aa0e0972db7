"""Does an organisation come into a consortium only by its own word, and out of it whenever it likes?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from pilots.models import Idea, IdeaAnnex, IdeaPartner
from pilots.operations.consortia import confirm_partner, edit_partner, end_partner, invite_partner
from tests.factories.ideas import IdeaAnnexFactory, IdeaFactory, IdeaPartnerFactory
from tests.factories.partners import OrganisationFactory, PartnerFactory, StaffFactory

pytestmark = pytest.mark.django_db


def mails(kind):
    return [
        job.payload["user_id"]
        for job in Job.objects.filter(task="core.send_mail", payload__kind=kind).order_by("pk")
    ]


def test_invite_tells_the_administrators():
    idea, organisation = IdeaFactory(state="draft"), OrganisationFactory()
    admin = PartnerFactory(organisation=organisation, admin=True)
    PartnerFactory(organisation=organisation)

    partner = invite_partner(
        {"idea": idea, "organisation": organisation, "contribution": "Two vans"}, actor=idea.author
    )

    assert (partner.confirmed_at, partner.contribution) == (None, "Two vans")
    assert mails("pilots.partner_invited") == [admin.pk]


def test_invite_refuses_the_proposer_a_second_time_and_a_suspended_one():
    idea = IdeaFactory(state="draft")
    joined = IdeaPartnerFactory(idea=idea)
    suspended = OrganisationFactory(state="suspended")

    for organisation in (idea.organisation, joined.organisation, suspended):
        with pytest.raises(DomainError) as refusal:
            invite_partner({"idea": idea, "organisation": organisation}, actor=idea.author)
        assert list(refusal.value.fields) == ["organisation"]

    assert IdeaPartner.objects.count() == 1


@pytest.mark.parametrize("state", ["accepted", "parked", "declined", "withdrawn", "merged", "lapsed"])
def test_consortium_of_a_settled_idea_stays(state):
    idea = IdeaFactory(state=state)

    with pytest.raises(DomainError) as refusal:
        invite_partner({"idea": idea, "organisation": OrganisationFactory()}, actor=idea.author)

    assert refusal.value.code == "wrong_state"


def test_invite_by_others_is_refused():
    idea = IdeaFactory()

    for person in (PartnerFactory(organisation=idea.organisation), PartnerFactory(), StaffFactory()):
        with pytest.raises(NotAllowed):
            invite_partner({"idea": idea, "organisation": OrganisationFactory()}, actor=person)


def test_confirm_is_for_members_of_the_invited_organisation_only():
    partner = IdeaPartnerFactory()
    member = PartnerFactory(organisation=partner.organisation)

    for person in (partner.idea.author, PartnerFactory(), StaffFactory()):
        with pytest.raises(NotAllowed):
            confirm_partner(partner, actor=person)
    assert IdeaPartner.objects.get().confirmed_at is None

    assert confirm_partner(partner, actor=member).confirmed_at is not None
    assert mails("pilots.partner_confirmed") == [partner.idea.author_id]


def test_decline_removes_the_row_and_the_log_keeps_who_it_was():
    partner = IdeaPartnerFactory()
    member = PartnerFactory(organisation=partner.organisation)

    end_partner(partner, actor=member, note="No time")

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_label, entry.note) == (
        "ideapartner.remove",
        partner.organisation.name,
        "No time",
    )
    assert not Idea.objects.visible_to(member).exists()
    assert mails("pilots.partner_declined") == [partner.idea.author_id]


def test_author_takes_an_invitation_back_without_a_mail_to_themselves():
    partner = IdeaPartnerFactory()

    end_partner(partner, actor=partner.idea.author)

    assert IdeaPartner.objects.count() == 0
    assert mails("pilots.partner_declined") == []


def test_change_of_the_contribution_asks_for_a_new_confirmation():
    partner = IdeaPartnerFactory(confirmed=True)

    partner = edit_partner(partner, {"contribution": "Twenty vans"}, actor=partner.idea.author)

    assert (partner.contribution, partner.confirmed_at) == ("Twenty vans", None)


def test_organisation_of_a_partner_row_cannot_be_swapped():
    partner = IdeaPartnerFactory(confirmed=True)

    with pytest.raises(DomainError):
        edit_partner(partner, {"organisation": OrganisationFactory()}, actor=partner.idea.author)


def test_invited_organisation_reads_the_invitation_of_a_draft_but_not_the_draft_nor_any_annex():
    partner = IdeaPartnerFactory(idea__state="draft")
    IdeaAnnexFactory(idea=partner.idea)
    member = PartnerFactory(organisation=partner.organisation)

    assert IdeaPartner.objects.visible_to(member).get() == partner
    assert not Idea.objects.visible_to(member).exists()

    Idea.objects.update(state="submitted")
    assert Idea.objects.visible_to(member).get() == partner.idea
    assert not IdeaAnnex.objects.visible_to(member).exists()


def test_organisation_that_was_suspended_since_does_not_confirm():
    partner = IdeaPartnerFactory()
    member = PartnerFactory(organisation=partner.organisation, admin=True)
    type(partner.organisation).objects.filter(pk=partner.organisation_id).update(state="suspended")

    with pytest.raises(DomainError) as refusal:
        confirm_partner(IdeaPartner.objects.get(pk=partner.pk), actor=member)

    assert refusal.value.code == "wrong_state"
    assert IdeaPartner.objects.get().confirmed_at is None


def test_t02_inviting_and_taking_back_mails_a_rival_a_few_times_a_day_only(monkeypatch):
    monkeypatch.setattr("pilots.operations.consortia.INVITATIONS_PER_DAY", 2)
    idea, rival = IdeaFactory(state="draft"), PartnerFactory(admin=True)
    values = {"idea": idea, "organisation": rival.memberships.get().organisation}
    for _time in range(2):
        end_partner(invite_partner(values, actor=idea.author), actor=idea.author)

    with pytest.raises(DomainError) as refusal:
        invite_partner(values, actor=idea.author)

    assert refusal.value.code == "limit"
    assert mails("pilots.partner_invited") == [rival.pk, rival.pk]
    assert not IdeaPartner.objects.exists()
