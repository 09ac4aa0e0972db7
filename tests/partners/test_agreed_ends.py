"""Does an agreement stand still, go on and end on the days that all its parties have signed?"""

import pytest

from cic.core.errors import DomainError
from cic.core.models import Job, StageChange
from partners import tasks
from partners.choices import AmendmentState, Role
from partners.models import Agreement, Amendment
from partners.operations import agreements as agreements_do
from partners.operations import amendments as do
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal():
    return made.StaffFactory(role=Role.LEGAL)


@pytest.fixture
def agreement():
    return made.AgreementFactory(in_force=True, ends_on=today(60))


def amend(agreement, kind, legal, **days):
    """An amendment of this kind, drafted, signed by all and brought into force."""
    values = {"agreement": agreement, "kind": kind, "text": "The works of the metro.", **days}
    amendment = do.draft_amendment(values, actor=legal)
    amendment = do.move_amendment(amendment, "open_for_signature", actor=legal)
    for party in agreement.parties.all():
        do.sign_amendment(amendment, party, actor=legal, signatory_name="A. Signatory")
    return do.move_amendment(amendment, "bring_into_force", actor=legal)


def now(agreement):
    return Agreement.objects.with_effective_end().get(pk=agreement.pk)


def comes(amendment, **days):
    """As if the days had come."""
    Amendment.objects.filter(pk=amendment.pk).update(**days)


def told():
    return [job.payload["name"] for job in Job.objects.filter(task="partners.tell_parties").order_by("pk")]


def test_suspension_signed_by_all_suspends_at_once_and_ends_on_its_day(agreement, legal):
    amendment = amend(agreement, "suspension", legal, effective_on=today(), resumes_on=today(9))

    stage = StageChange.objects.about(agreement).get()
    assert (stage.move, stage.actor, stage.reason, stage.authority) == (
        "suspend",
        legal,
        "The works of the metro.",
        amendment.reference,
    )
    assert (now(agreement).state, amendment.took_effect_on) == ("suspended", today())
    assert told() == ["amendment_open_for_signature", "suspend"]

    tasks.expire_agreements()
    assert now(agreement).state == "suspended"
    comes(amendment, resumes_on=today())
    tasks.expire_agreements()
    tasks.expire_agreements()

    assert now(agreement).state == "in_force"
    last = StageChange.objects.about(agreement).last()
    assert (last.move, last.actor, last.authority) == ("resume", None, amendment.reference)


def test_suspension_for_a_day_to_come_waits_for_it(agreement, legal):
    amendment = amend(agreement, "suspension", legal, effective_on=today(3))
    tasks.expire_agreements()
    assert (now(agreement).state, told()[-1]) == ("in_force", "amendment_bring_into_force")

    comes(amendment, effective_on=today())
    tasks.expire_agreements()

    assert now(agreement).state == "suspended"


def test_what_was_suspended_since_on_another_ground_is_not_resumed_by_the_clock(agreement, legal):
    amendment = amend(agreement, "suspension", legal, effective_on=today(), resumes_on=today(9))
    agreements_do.move_agreement(agreement, "resume", actor=legal, note="Earlier.")
    agreements_do.move_agreement(agreement, "suspend", actor=legal, note="A court says so.")

    comes(amendment, resumes_on=today())
    tasks.expire_agreements()

    assert now(agreement).state == "suspended"


def test_termination_for_a_day_to_come_is_the_end_from_now_on(agreement, legal):
    amendment = amend(agreement, "termination", legal, effective_on=today(5))
    assert (now(agreement).state, now(agreement).effective_ends_on) == ("in_force", today(5))

    # The clock was stopped on the day itself: it is terminated all the same, and has not expired.
    comes(amendment, effective_on=today(-1))
    tasks.expire_agreements()

    row = now(agreement)
    assert (row.state, row.terminated_on, row.ends_on) == ("terminated", today(-1), today(60))


def test_suspended_agreement_is_ended_by_its_parties_at_once(agreement, legal):
    amend(agreement, "suspension", legal, effective_on=today())
    amend(agreement, "termination", legal, effective_on=today())

    assert (now(agreement).state, now(agreement).effective_ends_on) == ("terminated", today())


@pytest.mark.parametrize(
    ("kind", "days", "said"),
    [
        ("suspension", {}, "Say on which day it takes effect."),
        ("termination", {"effective_on": 61}, "The day on which it takes effect lies outside the term."),
        ("termination", {"effective_on": -4000}, "The day on which it takes effect lies outside the term."),
        (
            "suspension",
            {"effective_on": 3, "resumes_on": 3},
            "The day on which it goes on must come after it was suspended, and after today.",
        ),
        (
            "suspension",
            {"effective_on": -9, "resumes_on": 0},
            "The day on which it goes on must come after it was suspended, and after today.",
        ),
    ],
)
def test_days_that_cannot_be_are_refused(agreement, legal, kind, days, said):
    days = {name: today(offset) for name, offset in days.items()}
    amendment = made.AmendmentFactory(agreement=agreement, kind=kind, **days)

    with pytest.raises(DomainError) as caught:
        do.move_amendment(amendment, "open_for_signature", actor=legal)

    assert caught.value.blockers == [said]
    assert Amendment.objects.get().state == AmendmentState.DRAFT


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("addendum", "effective_on"),
        ("extension", "resumes_on"),
        ("suspension", "new_ends_on"),
        ("termination", "resumes_on"),
    ],
)
def test_days_of_another_kind_are_refused(agreement, legal, kind, name):
    values = {"agreement": agreement, "kind": kind, "text": "T", name: today(9)}

    with pytest.raises(DomainError) as caught:
        do.draft_amendment(values, actor=legal)

    assert list(caught.value.fields) == [name]
    assert not agreement.amendments.exists()


def test_what_all_have_ended_is_not_extended(agreement, legal):
    amend(agreement, "termination", legal, effective_on=today(5))
    extension = made.AmendmentFactory(agreement=agreement, new_ends_on=today(400))

    with pytest.raises(DomainError) as caught:
        do.move_amendment(extension, "open_for_signature", actor=legal)

    assert "needs a new agreement" in caught.value.blockers[0]
    assert now(agreement).effective_ends_on == today(5)
