"""Is a sheet kept however long it is, checked when it is handed in, and followed through its states?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from events.choices import SessionState
from events.operations.sessions import move_session, save_sheet
from events.operations.sheets import edit_section, remove_section
from tests.factories.events import SessionFactory, SheetTemplateFactory, TemplateSectionFactory
from tests.factories.partners import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    template = SheetTemplateFactory()
    TemplateSectionFactory(template=template, key="concept", title="Concept", is_required=True)
    TemplateSectionFactory(template=template, key="goals", title="Goals", max_words=3, limit_kind="hard")
    TemplateSectionFactory(template=template, key="points", title="Points", max_words=2, limit_kind="soft")
    return SessionFactory(template=template, chair=UserFactory())


def test_over_limit_text_is_saved_and_holds_back_the_submission(session):
    chair = session.chair
    session = save_sheet(
        session, {"goals": "one two three four", "points": "far too many words"}, actor=chair
    )

    with pytest.raises(DomainError) as caught:
        move_session(session, "submit", actor=chair)

    session.refresh_from_db()
    assert session.texts == {"goals": "one two three four", "points": "far too many words"}
    assert session.state == SessionState.DRAFT
    assert caught.value.blockers == ["“Concept” is empty.", "“Goals” has 4 words; at most 3."]


def test_sheet_goes_from_draft_to_published(session):
    chair, coordinator = session.chair, StaffFactory(role="coordinator", centre=session.event.centre)
    session = save_sheet(session, {"concept": "Why we meet.", "points": "far too many words"}, actor=chair)

    session = move_session(session, "submit", actor=chair)
    session = move_session(session, "ask_changes", actor=coordinator, note="Say who it is for.")
    session = save_sheet(session, {"concept": "Why we meet, and who."}, actor=chair)
    session = move_session(session, "submit", actor=chair)
    session = move_session(session, "approve", actor=coordinator)
    session = move_session(session, "publish", actor=coordinator)

    assert (session.state, session.published_at is not None) == ("published", True)
    kinds = Job.objects.filter(task="core.send_mail").order_by("pk").values_list("payload__kind", flat=True)
    assert list(kinds) == [
        "events.sheet_submitted", "events.sheet_changes", "events.sheet_submitted", "events.sheet_approved",
    ]  # fmt: skip


def test_submitted_sheet_is_not_changed_by_its_writer(session):
    session = save_sheet(session, {"concept": "Why we meet."}, actor=session.chair)
    session = move_session(session, "submit", actor=session.chair)

    with pytest.raises(DomainError) as caught:
        save_sheet(session, {"concept": "Something else."}, actor=session.chair)

    session.refresh_from_db()
    assert (caught.value.code, session.texts) == ("wrong_state", {"concept": "Why we meet."})


def test_writer_does_not_approve_and_strangers_do_not_write(session):
    session = save_sheet(session, {"concept": "Why we meet."}, actor=session.chair)
    session = move_session(session, "submit", actor=session.chair)

    with pytest.raises(NotAllowed):
        move_session(session, "approve", actor=session.chair)
    with pytest.raises(NotAllowed):
        save_sheet(session, {"concept": "Mine."}, actor=UserFactory())

    session.refresh_from_db()
    assert (session.state, session.texts) == ("submitted", {"concept": "Why we meet."})


def test_unknown_section_is_refused_and_an_emptied_one_stays_empty(session):
    session = save_sheet(session, {"concept": "Why."}, actor=session.chair)

    with pytest.raises(DomainError) as caught:
        save_sheet(session, {"state": "published"}, actor=session.chair)
    session = save_sheet(session, {"concept": ""}, actor=session.chair)

    assert (caught.value.code, session.texts) == ("invalid", {"concept": ""})
    assert AuditEntry.objects.filter(action="session.save_sheet").count() == 2


def test_section_keeps_its_key_and_what_sheets_say(session):
    editor = StaffFactory(role="editor")
    section = session.template.sections.get(key="concept")
    save_sheet(session, {"concept": "Why."}, actor=session.chair)

    for act in (
        lambda: edit_section(section, {"key": "other"}, actor=editor),
        lambda: remove_section(section, actor=editor),
    ):
        with pytest.raises(DomainError):
            act()

    assert session.template.sections.filter(key="concept").exists()


def test_session_without_hours_is_not_published():
    session = SessionFactory(state="approved", starts_at=None, ends_at=None)

    with pytest.raises(DomainError) as caught:
        move_session(session, "publish", actor=StaffFactory(role="coordinator", centre=session.event.centre))

    assert caught.value.blockers == ["It has no date and hours yet."]
