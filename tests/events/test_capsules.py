"""Is a capsule published only when it is whole, taken part by part, and its certificate given once and revocable?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry
from cic.core.translations import translate
from events.calculations.capsules import goals_of, parts_of, share_done_pct
from events.models import Capsule, Certificate, Taking
from events.operations import capsules, certificates, registrations
from tests.factories.events import (
    CapsuleFactory,
    CertificateFactory,
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    TakingFactory,
)
from tests.factories.partners import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def coordinator_of(record):
    return StaffFactory(role="coordinator", centre=record.centre)


def attended_place(**event):
    held = SessionFactory(
        event=EventFactory(public=True, gives_certificates=True, **event),
        state="held",
        published_at=timezone.now(),
        starts_at=timezone.now() - timedelta(hours=3),
    )
    return RegistrationFactory(session=held, state="attended", checked_in_at=timezone.now())


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("", []),
        ("Only words", [""]),
        ("Before\n## One\na\n## Two\n", ["", "One", "Two"]),
        ("##Not one\n### nor this\n##  Yes  \nx", ["", "Yes"]),
        ("## \nx", [""]),
    ],
)
def test_parts_begin_with_a_line_of_two_signs(text, titles):
    assert [part.title for part in parts_of(text)] == titles
    assert [part.number for part in parts_of(text)] == list(range(1, len(titles) + 1))


def test_goals_and_share_of_nothing_are_nothing():
    assert goals_of(" one \n\n two ") == ["one", "two"]
    assert (share_done_pct(0, []), share_done_pct(3, [1, 2]), share_done_pct(3, [1, 2, 3])) == (0, 66, 100)


def test_publish_makes_an_edition_and_refuses_what_is_not_whole():
    bare = CapsuleFactory(goals="", text="")
    staff = coordinator_of(bare)

    with pytest.raises(DomainError) as refusal:
        capsules.move_capsule(bare, "publish", actor=staff)
    assert refusal.value.code == "incomplete"
    bare.refresh_from_db()
    assert (bare.state, bare.edition) == ("draft", 0)

    whole = capsules.edit_capsule(bare, {"goals": "Know it", "text": "All of it"}, actor=staff)
    whole = capsules.move_capsule(whole, "publish", actor=staff)
    assert (whole.state, whole.edition, whole.published_at is not None) == ("published", 1, True)
    whole = capsules.move_capsule(whole, "withdraw", actor=staff, note="It is out of date.")
    whole = capsules.move_capsule(whole, "rework", actor=staff)
    assert capsules.move_capsule(whole, "publish", actor=staff).edition == 2


def test_a_translation_with_fewer_parts_holds_publication_back_and_is_not_shown():
    capsule = CapsuleFactory()
    staff = coordinator_of(capsule)
    capsule = translate(capsule, {"es": {"text": "## Sólo una\nx", "goals": "Una\nDos"}}, actor=staff)

    with pytest.raises(DomainError) as refusal:
        capsules.move_capsule(capsule, "publish", actor=staff)

    assert refusal.value.code == "incomplete"
    assert "2 parts" in refusal.value.detail
    from django.utils import translation

    with translation.override("es"):
        assert capsule.said_parts == (capsule.part_list, "en")
        assert capsule.said_goals == (["Una", "Dos"], "es")


def test_while_it_is_taken_it_keeps_its_parts():
    capsule = CapsuleFactory(published=True)
    staff = coordinator_of(capsule)

    with pytest.raises(DomainError) as refusal:
        capsules.edit_capsule(capsule, {"text": "Only one"}, actor=staff)

    assert refusal.value.code == "wrong_state"
    said = capsules.edit_capsule(capsule, {"text": "## A\nx\n## B\ny"}, actor=staff)
    assert said.text == "## A\nx\n## B\ny"


@pytest.mark.parametrize(
    ("field", "value"),
    [("goals", "x\n" * 13), ("text", "## x\n" * 41), ("text", "x" * 100_001), ("minutes", 0), ("title", "")],
)
def test_too_much_or_nothing_is_refused_and_changes_nothing(field, value):
    capsule = CapsuleFactory()

    with pytest.raises(DomainError) as refusal:
        capsules.edit_capsule(capsule, {field: value}, actor=coordinator_of(capsule))

    assert refusal.value.code == "invalid"
    assert list(refusal.value.fields) == [field]
    assert Capsule.objects.get().version == capsule.version


def test_who_sees_which_capsule():
    draft, shown, gone = (
        CapsuleFactory(),
        CapsuleFactory(published=True),
        CapsuleFactory(state="withdrawn", edition=1),
    )
    taker, stranger, staff = UserFactory(), UserFactory(), coordinator_of(draft)
    TakingFactory(user=taker, capsule=gone, completed=True)

    def seen(user):
        return set(Capsule.objects.visible_to(user))

    assert seen(stranger) == {shown}
    assert seen(taker) == {shown, gone}
    assert seen(staff) == {shown, draft}


def test_taking_is_ones_own_and_nobody_elses():
    taking = TakingFactory()
    staff = coordinator_of(taking.capsule)

    assert list(Taking.objects.visible_to(taking.user)) == [taking]
    assert list(Taking.objects.visible_to(staff)) == []
    with pytest.raises(NotAllowed):
        capsules.read_part(taking, 1, actor=staff)


def test_begin_read_complete_gives_a_certificate_of_that_day():
    capsule = CapsuleFactory(published=True)
    person = UserFactory(name="Ada Puig")

    taking = capsules.begin_capsule(capsule, actor=person)
    assert capsules.begin_capsule(capsule, actor=person) == taking
    with pytest.raises(DomainError) as refusal:
        capsules.complete_capsule(taking, goals=[1, 2], name="Ada", actor=person)
    assert refusal.value.code == "incomplete"
    for number in (2, 1, 1):
        taking = capsules.read_part(taking, number, actor=person)
    assert taking.parts_read == [1, 2]
    with pytest.raises(DomainError) as refusal:
        capsules.complete_capsule(taking, goals=[1], name="Ada", actor=person)
    assert refusal.value.code == "incomplete"
    assert (Taking.objects.get().state, Certificate.objects.count()) == ("begun", 0)

    given = capsules.complete_capsule(taking, goals=[1, 2], name=" Ada  Puig i Mas ", actor=person)

    assert (given.name, given.titles, given.minutes) == ("Ada Puig i Mas", {"en": capsule.title}, 15)
    assert given.goals == {"en": capsule.goal_list}
    assert (given.issuer, given.centre) == (capsule.centre.name, capsule.centre)
    assert len(given.code) == 23
    again = capsules.complete_capsule(taking, goals=[], name="Somebody else", actor=person)
    assert (again, again.name) == (given, "Ada Puig i Mas")
    entry = AuditEntry.objects.get(action="certificate.issue")
    assert "Puig" not in f"{entry.object_label}{entry.before}{entry.after}{entry.note}"


@pytest.mark.parametrize("name", ["", "  ", "x" * 151])
def test_without_a_name_nothing_is_completed(name):
    taking = TakingFactory(read=True)

    with pytest.raises(DomainError) as refusal:
        capsules.complete_capsule(taking, goals=[1, 2], name=name, actor=taking.user)

    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", ["name"])
    assert (Taking.objects.get().state, Certificate.objects.count()) == ("begun", 0)


@pytest.mark.parametrize("number", [0, 3, -1, 10**6])
def test_a_part_that_is_not_there_is_not_read(number):
    taking = TakingFactory()

    with pytest.raises(DomainError) as refusal:
        capsules.read_part(taking, number, actor=taking.user)

    assert refusal.value.code == "invalid"
    assert Taking.objects.get().parts_read == []


def test_what_is_not_published_or_has_a_new_edition_is_not_taken_on():
    capsule = CapsuleFactory(published=True)
    taking = TakingFactory(capsule=capsule, read=True)
    Capsule.objects.filter(pk=capsule.pk).update(edition=2)

    with pytest.raises(DomainError) as refusal:
        capsules.complete_capsule(taking, goals=[1, 2], name="Ada", actor=taking.user)
    assert refusal.value.code == "wrong_state"
    capsule.refresh_from_db()
    assert capsules.begin_capsule(capsule, actor=taking.user).edition == 2
    for state in ("draft", "withdrawn"):
        with pytest.raises(DomainError):
            capsules.begin_capsule(CapsuleFactory(state=state), actor=UserFactory())
    with pytest.raises(NotAllowed):
        capsules.begin_capsule(capsule, actor=StaffFactory(role="auditor"))


def test_attendance_gives_a_certificate_to_who_was_there():
    place = attended_place()

    given = certificates.issue_for_attendance(place, name="Ada Puig", actor=place.user)

    assert (given.minutes, given.titles) == (90, {"en": place.session.title})
    assert given == certificates.issue_for_attendance(place, name="Another", actor=place.user)


@pytest.mark.parametrize(("state", "gives"), [("attended", False), ("confirmed", True), ("no_show", True)])
def test_no_certificate_without_having_been_there_or_where_none_is_given(state, gives):
    place = attended_place()
    type(place.session.event).objects.update(gives_certificates=gives)
    type(place).objects.update(state=state)

    with pytest.raises(DomainError) as refusal:
        certificates.issue_for_attendance(place, name="Ada", actor=place.user)

    assert refusal.value.code == "wrong_state"
    assert Certificate.objects.count() == 0


def test_of_somebody_else_nobody_fetches_a_certificate():
    place = attended_place()

    for other in (UserFactory(), coordinator_of(place.session.event)):
        with pytest.raises(NotAllowed):
            certificates.issue_for_attendance(place, name="Eve", actor=other)

    assert Certificate.objects.count() == 0


def test_a_check_in_taken_back_revokes_and_a_new_one_gives_another():
    place = attended_place()
    staff = coordinator_of(place.session.event)
    first = certificates.issue_for_attendance(place, name="Ada", actor=place.user)

    place = registrations.move_registration(place, "undo_check_in", actor=staff)

    first.refresh_from_db()
    assert (first.state, first.revoked_at is not None) == ("revoked", True)
    place = registrations.move_registration(place, "check_in", actor=staff)
    second = certificates.issue_for_attendance(place, name="Ada", actor=place.user)
    assert second != first


def test_revoked_with_a_reason_it_is_not_given_again():
    taking = TakingFactory(read=True)
    given = capsules.complete_capsule(taking, goals=[1, 2], name="Ada", actor=taking.user)
    staff = coordinator_of(given)

    with pytest.raises(DomainError):
        certificates.move_certificate(given, "revoke", actor=staff)
    with pytest.raises(NotAllowed):
        certificates.move_certificate(given, "revoke", actor=taking.user, note="Mine.")
    assert Certificate.objects.get().state == "valid"
    given = certificates.move_certificate(given, "revoke", actor=staff, note="Another person read it.")

    assert given.state == "revoked"
    with pytest.raises(DomainError) as refusal:
        capsules.complete_capsule(taking, goals=[1, 2], name="Ada", actor=taking.user)
    assert (refusal.value.code, Certificate.objects.count()) == ("wrong_state", 1)


def test_certificates_are_seen_by_their_holder_and_who_runs_events_there():
    mine = CertificateFactory()
    CertificateFactory()

    assert list(Certificate.objects.visible_to(mine.user)) == [mine]
    assert list(Certificate.objects.visible_to(coordinator_of(mine))) == [mine]
    assert list(Certificate.objects.visible_to(UserFactory())) == []
    assert Certificate.objects.visible_to(StaffFactory(role="auditor")).count() == 2


def test_who_leaves_takes_learning_and_certificates_with_them():
    from partners.operations.erasure import erase_account

    place = attended_place()
    person = place.user
    TakingFactory(user=person, completed=True)
    certificates.issue_for_attendance(place, name="Ada Puig", actor=person)
    other = CertificateFactory()

    erase_account(person, actor=person)

    assert list(Certificate.objects.all()) == [other]
    assert list(Taking.objects.all()) == [other.taking]
