"""Does the clock end what is over, and remind each reader once of each date?"""

import pytest

from cic.core.models import Job
from partners import tasks
from partners.choices import AgreementState, Role
from partners.models import Agreement
from partners.operations import agreements as do
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


def mails(kind):
    """Ids of the readers of all mails of one kind."""
    return [job.payload["user_id"] for job in Job.objects.filter(task="core.send_mail", payload__kind=kind)]


def test_agreement_past_its_effective_end_is_ended_and_no_other():
    over = made.AgreementFactory(in_force=True, ends_on=today(-1))
    suspended = made.AgreementFactory(state=AgreementState.SUSPENDED, ends_on=today(-1))
    last_day = made.AgreementFactory(in_force=True, ends_on=today())
    extended = made.AgreementFactory(in_force=True, ends_on=today(-1))
    made.AmendmentFactory(agreement=extended, in_force=True, new_ends_on=today(9))

    assert tasks.expire_agreements() == 2
    assert tasks.expire_agreements() == 0

    states = dict(Agreement.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (over, suspended, last_day, extended)] == [
        "expired",
        "expired",
        "in_force",
        "in_force",
    ]


@pytest.fixture
def agreement():
    """In force with a city and a partner, each with an administrator; a legal reviewer keeps it."""
    agreement = made.AgreementFactory(in_force=True, ends_on=today(110), notice_days=90)
    made.StaffFactory(role=Role.LEGAL, centre=agreement.centre)
    for party in agreement.parties.all():
        made.PartnerFactory(organisation=party.organisation, admin=True)
        made.PartnerFactory(organisation=party.organisation)
    return agreement


def test_reminders_before_the_notice_date_go_once_to_each_keeper_and_administrator(agreement):
    for _run in range(3):
        tasks.remind_of_terms()

    readers = mails("partners.agreement_notice")
    assert len(readers) == len(set(readers)) == 3
    assert mails("partners.agreement_end") == []


def test_reminders_of_the_end_come_90_days_before_it(agreement):
    Agreement.objects.filter(pk=agreement.pk).update(ends_on=today(91))
    tasks.remind_of_terms()
    assert mails("partners.agreement_end") == []

    Agreement.objects.filter(pk=agreement.pk).update(ends_on=today(90))
    tasks.remind_of_terms()

    assert len(mails("partners.agreement_end")) == 3


def test_reminder_that_was_missed_is_sent_late(agreement):
    Agreement.objects.filter(pk=agreement.pk).update(ends_on=today(40))

    tasks.remind_of_terms()

    assert len(mails("partners.agreement_notice")) == len(mails("partners.agreement_end")) == 3


def test_extension_moves_both_dates_and_each_is_told_anew(agreement):
    Agreement.objects.filter(pk=agreement.pk).update(ends_on=today(40))
    tasks.remind_of_terms()
    agreement.refresh_from_db()
    made.AmendmentFactory(agreement=agreement, in_force=True, new_ends_on=today(80))

    tasks.remind_of_terms()

    assert len(mails("partners.agreement_end")) == 6


@pytest.mark.parametrize(
    "values", [{"ends_on": None}, {"notice_days": 0}, {"state": "suspended"}, {"state": "expired"}]
)
def test_agreement_without_end_or_notice_or_out_of_force_needs_no_notice(agreement, values):
    Agreement.objects.filter(pk=agreement.pk).update(**values)

    tasks.remind_of_terms()

    assert mails("partners.agreement_notice") == []


def test_parties_are_told_of_a_move_once_each_and_not_of_what_they_never_saw(agreement):
    legal = made.StaffFactory(role=Role.LEGAL)
    do.move_agreement(agreement, "suspend", actor=legal, note="An inquiry.")
    job = Job.objects.get(task="partners.tell_parties")
    for _run in range(3):
        tasks.tell_parties(**job.payload)
    assert len(mails("partners.agreement_suspend")) == 2

    draft = made.AgreementFactory(parties=[party.organisation for party in agreement.parties.all()])
    do.move_agreement(draft, "abandon", actor=legal, note="No.")
    tasks.tell_parties(**Job.objects.filter(task="partners.tell_parties").latest("pk").payload)
    assert mails("partners.agreement_abandon") == []


def test_every_mail_renders_in_every_language(agreement):
    from django.conf import settings

    from cic.core.background.mails import render_mail

    context = {
        "reference": "A-2026-001", "title": "T", "on": "2026-05-27", "ends_on": "2026-08-27", "is_past": False,
        "amendment": "AD-1", "effective_on": "2026-06-27", "organisation": "O", "other": "P", "person": "Q", "inviter": "R", "reason": "Because.",
        "message": "Hello", "accepted": True, "path": "/workspace/", "reader_name": "N",
    }  # fmt: skip
    kinds = [f"agreement_{name}" for name in (*tasks.TOLD, "notice", "end")]
    kinds += [f"organisation_{name}" for name in tasks.TOLD_TO_ORGANISATIONS]
    kinds += ["join_asked", "join_invited", "join_answered"]
    for kind in kinds:
        for language, _name in settings.LANGUAGES:
            subject, text = render_mail(f"partners.{kind}", context, language)
            assert subject
            assert "/workspace/" in text


def test_request_to_an_organisation_without_people_goes_to_the_citys_staff():
    request = made.JoinRequestFactory()
    coordinator = made.StaffFactory(role=Role.COORDINATOR)

    tasks.tell_of_join_request(request_id=request.pk)

    assert mails("partners.join_asked") == [coordinator.pk]
