"""Do the rows of a list that comes back obey the rules of its noun: whose idea, which hour, whose place?"""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from cic.core.errors import DomainError
from cic.core.models import Job, Sequence
from events.models import Registration, Session
from events.operations import registrations
from partners.choices import Role
from partners.models import Party
from pilots.models import Challenge, Idea, ImportNote, ImportRun
from pilots.operations.imports import forget_files, repeat_import, run_import, runs, start_import
from tests.core.resource_contract import client_of
from tests.factories.events import (
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    SheetTemplateFactory,
    TemplateSectionFactory,
)
from tests.factories.ideas import ChallengeFactory, IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    PartyFactory,
    StaffFactory,
)

from .tables import bring_in, exported, row_called, said, traces, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def admin():
    return StaffFactory(role=Role.ADMIN)


def register_rows(session, *addresses):
    return [
        {"session": session.reference, "name": "Ada", "email": each, "language": ""} for each in addresses
    ]


def test_registrations_are_asked_to_confirm_once_and_the_report_names_nobody(admin, centre):
    session = SessionFactory(published=True, language="ca")
    rows = register_rows(session, "ada@example.org", "ADA@example.org", "no address", "bo@example.org ")
    cancelled = RegistrationFactory(session=session, user=None, email="bo@example.org", state="cancelled")

    assert bring_in(written(rows), admin, centre, dry_run=True) == (1, 0, 2, 1)
    assert (session.registrations.count(), Job.objects.filter(task="core.send_mail").count()) == (1, 0)
    for expected in ((1, 0, 2, 1), (0, 0, 3, 1)):
        assert bring_in(written(rows), admin, centre) == expected

    made = session.registrations.get(email="ada@example.org")
    assert (made.state, made.language, made.user) == ("pending", "ca", None)
    assert (
        Job.objects.filter(task="core.send_mail").count(),
        Registration.objects.get(pk=cancelled.pk).state,
    ) == (1, "cancelled")
    told = " ".join(ImportNote.objects.values_list("value", flat=True))
    assert ("Ada" in told, "example.org" in told, "no address" in told) == (False, False, False)


def test_t02_no_more_people_who_did_not_ask_are_written_to_in_a_day_than_the_limits_say(
    admin, centre, monkeypatch
):
    session, other = SessionFactory(published=True), SessionFactory(published=True)
    monkeypatch.setattr(registrations, "GUESTS_PER_DAY", 3)
    monkeypatch.setattr(registrations, "ASKS_PER_ADDRESS_AND_DAY", 1)
    rows = register_rows(session, "ada@example.org", "bo@example.org")
    again = register_rows(other, "ada@example.org", "cy@example.org")

    for _time in range(3):
        assert bring_in(written([*rows, *again]), admin, centre, dry_run=True) == (4, 0, 0, 0)
    assert bring_in(written(rows), admin, centre) == (2, 0, 0, 0)
    # Who is there already counts no second time; the third person is the last of the day.
    assert bring_in(written([*rows, again[0], again[1]]), admin, centre) == (0, 0, 2, 2)

    sentences = list(ImportNote.objects.filter(problem="refused_by_rule").values_list("value", flat=True))
    assert sentences == [
        "This address has been written to often enough today. Try again tomorrow.",
        "You have put down enough people today. Go on tomorrow.",
    ]
    assert Registration.objects.count() == Job.objects.filter(task="core.send_mail").count() == 2
    # Somebody else may still put people down.
    assert bring_in(written([again[1]]), StaffFactory(role=Role.ADMIN), centre) == (1, 0, 0, 0)


def test_k11_registrations_broken_off_half_way_go_on_and_nobody_gets_two_mails(admin, centre, monkeypatch):
    session = SessionFactory(published=True)
    content = written(register_rows(session, *(f"guest{number}@example.org" for number in range(5))))
    run = start_import(
        actor=admin, centre=centre, files=[("list.csv", SimpleUploadedFile("list.csv", content))]
    )
    monkeypatch.setattr(runs, "CHUNK_ROWS", 2)
    go_on = runs.take_chunk
    monkeypatch.setattr(
        runs, "take_chunk", lambda *args, cursor, **kwargs: breaks_off(cursor, go_on, args, kwargs)
    )
    with pytest.raises(OperationalError):
        run_import(run.pk)
    assert session.registrations.count() == 4

    monkeypatch.setattr(runs, "take_chunk", go_on)
    run = run_import(run.pk)

    assert (run.state, run.created_count, run.done) == ("done", 5, 5)
    assert session.registrations.count() == Job.objects.filter(task="core.send_mail").count() == 5


def breaks_off(cursor, go_on, args, kwargs):
    """What comes after the second stretch finds the database away."""
    if cursor >= 4:
        raise OperationalError
    return go_on(*args, cursor=cursor, **kwargs)


@pytest.mark.django_db(transaction=True)
def test_g02_files_of_lists_are_forgotten_a_day_after_and_their_names_stay(admin, centre):
    session = SessionFactory(published=True)
    bring_in(written(register_rows(session, "ada@example.org")), admin, centre, dry_run=True)
    tried = ImportRun.objects.get()
    client, address = client_of(admin), reverse("import_detail", args=[tried.pk])
    repeat_import(tried, actor=admin)
    stored = tried.files.get().file.name
    assert (forget_files(), client.get(address).context["may_import"]) == (0, True)

    later = timezone.now() + timedelta(days=1, minutes=1)
    assert (forget_files(now=later), default_storage.exists(stored)) == (1, True)
    ImportRun.objects.exclude(pk=tried.pk).update(finished_at=timezone.now())
    assert (forget_files(now=later), default_storage.exists(stored)) == (1, False)

    page = client.get(address)
    assert (page.context["may_import"], b"list.csv" in page.content) == (False, True)
    with pytest.raises(DomainError):
        repeat_import(tried, actor=admin)
    assert ImportRun.objects.count() == 2


def test_a04_registrations_are_written_and_read_by_who_runs_the_event_only(centre):
    session = SessionFactory(published=True)
    elsewhere = StaffFactory(role=Role.COORDINATOR, centre=centre)
    own = RegistrationFactory(session=session, user=None)
    before = traces()

    rows = register_rows(session, "ada@example.org", own.email)
    assert bring_in(written(rows), elsewhere, centre) == (0, 0, 0, 2)

    assert (traces(), said()) == (before, [("", "refused_by_rule")] * 2)
    assert (
        client_of(elsewhere).get(reverse("registration_list", args=[session.pk]) + "?export=csv").status_code
        == 403
    )


def test_place_of_somebody_is_not_written_over(admin, centre):
    RegistrationFactory(user=None)
    row = row_called("Ada Guest", exported("registration", admin))

    assert bring_in(written([{**row, "email": "other@example.org"}]), admin, centre) == (0, 0, 0, 1)
    assert bring_in(written([{**row, "state": "attended"}]), admin, centre) == (0, 0, 1, 0)

    assert said() == [("email", "refused_by_rule"), ("state", "by_move")]
    assert Registration.objects.get(pk=row["id"]).email == row["email"]


def test_ideas_belong_to_who_brings_them_and_others_words_stay_theirs(centre):
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    theirs = IdeaFactory(centre=centre)
    columns = ("reference", "title", "problem", "proposal", "novelty", "organisation")
    new = dict(zip(columns, ("", "Warm stops", "It is cold.", "Heat them.", "Sand.", ""), strict=True))
    edited = dict(zip(columns, (theirs.reference, "Mine", "", "", "", ""), strict=True))

    rows = [new, {**new, "title": "Theirs", "organisation": theirs.organisation.name}, edited]
    assert bring_in(written(rows), coordinator, centre) == (1, 0, 0, 2)

    made = Idea.objects.get(title="Warm stops")
    assert (made.author, made.state, made.centre, made.proposal) == (
        coordinator,
        "draft",
        centre,
        "Heat them.",
    )
    assert said() == [("", "new"), ("organisation", "refused_by_rule"), ("", "refused_by_rule")]
    assert Idea.objects.get(pk=theirs.pk).title == theirs.title


def test_translations_come_back_as_a_persons_words_by_who_may_translate(centre):
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    said = {"text": "Paraules.", "origin": "machine", "outdated": True}
    need = ChallengeFactory(centre=centre, title="Words", translations={"ca": {"title": said, "need": said}})
    theirs = ChallengeFactory(publication="public")
    row = row_called("Words", exported("challenge", coordinator))
    changed = {**row, "title_es": "Palabras", "need_ca": ""}

    assert bring_in(written([changed]), coordinator, centre, dry_run=True)[:2] == (0, 1)
    assert Challenge.objects.get(pk=need.pk).version == need.version
    for expected in (1, 0):
        assert bring_in(written([changed]), coordinator, centre)[:2] == (0, expected)

    now = Challenge.objects.get(pk=need.pk)
    assert (now.version, now.translations) == (
        need.version + 1,
        {"ca": {"title": said}, "es": {"title": {"text": "Palabras", "origin": "human", "outdated": False}}},
    )
    foreign = {"reference": theirs.reference, "title": theirs.title, "need": theirs.need, "closes_on": ""}
    for wrong in ({**foreign, "title_es": "Mías"}, {**row, "title_en": "Own language"}):
        assert bring_in(written([wrong]), coordinator, centre) == (0, 0, 0, 1)
    new = {"reference": "", "title": "Shade", "need": "Sun.", "closes_on": "", "title_ca": "Ombra"}
    assert [bring_in(written([new]), coordinator, centre)[0] for _time in range(2)] == [1, 0]
    assert Challenge.objects.get(title="Shade").translations["ca"]["title"]["text"] == "Ombra"


def test_sessions_go_by_the_clock_of_their_zone_and_stay_with_their_event(admin, centre):
    # The factories count from the beginning of this year too.
    Sequence.objects.create(prefix="S", year=timezone.localdate().year, last=900)
    event = EventFactory()
    row = {
        "reference": "",
        "event": event.reference,
        "title": "Evening",
        "starts_at": "28/3/2027 18:00",
        "ends_at": "2027-03-28 19:30:00",
        "capacity": "",
    }
    second = {**row, "starts_at": "2027-04-04 18:00", "ends_at": "2027-04-04 19:00", "capacity": "0"}
    never = {**row, "starts_at": "2027-03-28 02:30"}

    for expected in ((2, 0, 0, 1), (0, 0, 2, 1)):
        assert bring_in(written([row, second, never]), admin, centre) == expected

    one, two = Session.objects.filter(title="Evening").order_by("pk")
    assert (f"{one.starts_at:%H:%M}", one.capacity, two.capacity, one.zone) == ("16:00", None, 0, event.zone)
    moved = {**row, "reference": two.reference, "event": EventFactory().reference}
    assert bring_in(written([moved]), admin, centre) == (0, 0, 0, 1)
    assert Session.objects.get(pk=two.pk).event == event


def test_parties_of_a_cell_are_those_that_sign_and_no_others(centre):
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    agreement = AgreementFactory(centre=centre, title="Vans")
    kept, gone = (PartyFactory(agreement=agreement, organisation__name=name) for name in ("Kept", "Gone"))
    OrganisationFactory(name="New")
    row = row_called("Vans", exported("agreement", coordinator))
    assert row["parties"] == "Kept | partner\nGone | partner"
    changed = {**row, "parties": "New | funder | Bo | Head of it\n\nKept | city"}

    assert bring_in(written([changed]), coordinator, centre) == (0, 1, 0, 0)
    assert bring_in(written([{**changed, "version": ""}]), coordinator, centre) == (0, 0, 1, 0)

    there = agreement.parties.order_by("pk").values_list(
        "organisation__name", "role", "signatory_name", "signatory_position"
    )
    assert list(there) == [("Kept", "city", "", ""), ("New", "funder", "Bo", "Head of it")]
    assert (agreement.parties.get(pk=kept.pk).role, agreement.parties.filter(pk=gone.pk).count()) == (
        "city",
        0,
    )


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("Kept", ("parties", "not_as_written")),
        ("Kept | city | Ada | Head | more", ("parties", "not_as_written")),
        (" | city", ("parties", "not_as_written")),
        ("Kept | boss", ("role", "refused_by_rule")),
        ("Nobody | city", ("parties", "not_found")),
        ("Kept | city\nKept | partner", ("parties", "refused_by_rule")),
    ],
)
def test_cell_of_parties_that_is_not_understood_is_told_and_changes_nothing(centre, cell, problem):
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    PartyFactory(agreement=AgreementFactory(centre=centre, title="Vans"), organisation__name="Kept")
    row, before = row_called("Vans", exported("agreement", coordinator)), traces()

    assert bring_in(written([{**row, "parties": cell}]), coordinator, centre) == (0, 0, 0, 1)

    assert (said(), traces()) == ([problem], before)
    if problem[1] == "not_as_written":
        asked = "organisation | role | who_signs | position ≠ "
        assert ImportNote.objects.get().value == asked + cell.strip()


def test_parties_that_sign_or_signed_and_sheets_that_are_over_stay_as_they_are(centre):
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    PartyFactory(
        agreement=AgreementFactory(centre=centre, title="Vans", in_force=True), organisation__name="Kept"
    )
    row = row_called("Vans", exported("agreement", coordinator))
    sheet = TemplateSectionFactory(key="goals").template
    over = SessionFactory(
        event__centre=centre, template=sheet, title="Over", state="archived", texts={"goals": "One."}
    )
    session = row_called("Over", exported("session", coordinator))

    assert bring_in(written([{**row, "parties": ""}]), coordinator, centre) == (0, 0, 0, 1)
    assert bring_in(written([{**session, "sheet_goals": "Two."}]), coordinator, centre) == (0, 0, 0, 1)
    assert bring_in(written([{**session, "sheet_more": "Three."}]), coordinator, centre) == (0, 0, 0, 1)

    assert Session.objects.get(pk=over.pk).texts == {"goals": "One."}
    assert Party.objects.filter(organisation__name="Kept").count() == 1


def test_sheets_of_new_sessions_come_with_their_template(admin, centre):
    template = SheetTemplateFactory(name="Plenary")
    TemplateSectionFactory(template=template, key="goals")
    row = {
        "reference": "", "event": EventFactory(centre=centre).reference, "title": "Evening", "starts_at": "", "ends_at": "",
        "capacity": "", "template": "Plenary", "sheet_goals": "To meet.",
    }  # fmt: skip

    counts = [bring_in(written([row]), admin, centre) for _time in range(2)]

    made = Session.objects.get(title="Evening")
    assert counts == [(1, 0, 0, 0), (0, 0, 1, 0)]
    assert (made.template, made.texts) == (template, {"goals": "To meet."})
