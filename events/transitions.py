"""Which way do sessions, registrations, capsules and certificates go, and who shows an event to the public?"""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cic.core.publication import publication_table
from cic.core.transitions import Move, Table
from events.calculations.capsules import goals_of, parts_of, still_open
from events.calculations.sheets import lacks_of
from events.choices import CHECK_IN_HOURS, SHOWN_STATES, CapsuleState, CertificateState, TakingState
from events.choices import RegistrationState as R
from events.choices import SessionState as S
from events.models import Capsule, Session, Taking
from events.permissions import (
    approves,
    approves_sheet,
    nobody,
    owns_or_runs,
    runs_event,
    runs_registration,
    runs_session,
    takes,
    writes_sheet,
)


def sheet_unready(session: Session) -> list[str]:
    """What is missing before a sheet goes to whoever approves it."""
    said = []
    sections = session.template.sections.all() if session.template is not None else ()
    for lack in lacks_of([section.as_checked for section in sections], session.texts):
        if lack.code == "missing":
            said.append(_("“%(section)s” is empty.") % {"section": lack.title})
        else:
            said.append(
                _("“%(section)s” has %(words)d words; at most %(limit)d.")
                % {"section": lack.title, "words": lack.words, "limit": lack.max_words}
            )
    return said


def no_date(session: Session) -> list[str]:
    """A session is shown once it has its hours."""
    return [] if session.starts_at is not None else [_("It has no date and hours yet.")]


def ran(user: Any, session: Any) -> bool:
    """Who runs the event, once the session has begun; the clock says so by itself when it is over."""
    begun = session.starts_at is not None and session.starts_at <= timezone.now()
    return begun and runs_session(user, session)


def no_longer_given(registration: Any) -> list[str]:
    """A place is given in what is announced and has not begun; the offer of another one comes to nothing."""
    session = registration.session
    begun = session.starts_at is not None and session.starts_at <= timezone.now()
    return [] if session.is_to_come and not begun else [_("There are no more places to give.")]


def over(registration: Any) -> list[str]:
    """Who has a place in what is over was there, or was not: it is not given back."""
    return [_("It is over.")] if registration.session.is_over else []


def not_there(registration: Any) -> list[str]:
    """Nobody was missing from what has not begun, or was called off."""
    session = registration.session
    if session.state not in SHOWN_STATES:
        return [_("It does not take place.")]
    begun = session.starts_at is not None and session.starts_at <= timezone.now()
    return [] if begun else [_("It has not begun yet.")]


def too_early(registration: Any) -> list[str]:
    """Nobody came to what was called off or has not begun to fill: a certificate may be given for having been there."""
    if registration.session.state not in SHOWN_STATES:
        return [_("It does not take place.")]
    if registration.session.takes_check_in:
        return []
    return [
        ngettext("Check-in opens %(n)d hour before.", "Check-in opens %(n)d hours before.", CHECK_IN_HOURS)
        % {"n": CHECK_IN_HOURS}
    ]


def no_session(event: Any) -> list[str]:
    """An event is shown with its sessions."""
    return [] if event.sessions.exists() else [_("It has no session yet.")]


def capsule_unready(capsule: Capsule) -> list[str]:
    """What is missing before people take a capsule; in each language it has as many goals and parts."""
    said = []
    if not capsule.goal_list:
        said.append(_("It has no goal yet."))
    if not capsule.part_list:
        said.append(_("It has no text yet."))
    counts = {"goals": len(capsule.goal_list), "text": len(capsule.part_list)}
    for code, entries in sorted(capsule.translations.items()):
        for name, count in (("goals", counts["goals"]), ("text", counts["text"])):
            if name in entries and counted(name, entries[name]["text"]) != count:
                said.append(uneven(name) % {"language": language_name(code), "count": count})
    return said


def counted(name: str, text: str) -> int:
    """How many goals or parts a text holds."""
    return len(goals_of(text) if name == "goals" else parts_of(text))


def uneven(name: str) -> str:
    """The sentence for a translation with more or fewer of them than the original."""
    if name == "goals":
        return _("%(language)s: the original has %(count)d goals, and the translation another number.")
    return _("%(language)s: the original has %(count)d parts, and the translation another number.")


def language_name(code: str) -> str:
    """A language of the installation, named in itself."""
    return dict(settings.LANGUAGES).get(code, code)


def not_all_done(taking: Taking) -> list[str]:
    """What somebody has still to read and to confirm."""
    said = []
    if taking.parts_to_read:
        numbers = ", ".join(map(str, taking.parts_to_read))
        said.append(_("Not read yet: part %(numbers)s.") % {"numbers": numbers})
    if still_open(len(taking.capsule.goal_list), taking.goals_reached):
        said.append(_("Confirm each goal that you reached."))
    return said


SESSION = Table(
    "events.session",
    public_labels={S.PUBLISHED: gettext_lazy("Announced"), S.ARCHIVED: gettext_lazy("Held")},
    tones={
        S.SUBMITTED: "progress",
        S.CHANGES_ASKED: "warn",
        S.APPROVED: "progress",
        S.PUBLISHED: "good",
        S.HELD: "good",
        S.CANCELLED: "stop",
    },
    moves=[
        Move("submit", (S.DRAFT, S.CHANGES_ASKED), S.SUBMITTED, writes_sheet, label=gettext_lazy("Hand in the sheet"),
             blockers=sheet_unready, style="primary"),
        Move("ask_changes", (S.SUBMITTED, S.APPROVED), S.CHANGES_ASKED, approves_sheet,
             label=gettext_lazy("Ask for changes"), note_required=True),
        Move("approve", (S.SUBMITTED,), S.APPROVED, approves_sheet, label=gettext_lazy("Approve the sheet"), style="primary"),
        Move("publish", (S.APPROVED,), S.PUBLISHED, runs_session, label=gettext_lazy("Publish the session"),
             blockers=no_date, sets=("published_at",), style="primary"),
        Move("hold", (S.PUBLISHED,), S.HELD, ran, label=gettext_lazy("It was held")),
        Move("archive", (S.HELD,), S.ARCHIVED, runs_session, label=gettext_lazy("Put away")),
        Move("cancel", (S.DRAFT, S.SUBMITTED, S.CHANGES_ASKED, S.APPROVED, S.PUBLISHED), S.CANCELLED, runs_session,
             label=gettext_lazy("Cancel the session"), note_required=True, style="warn"),
    ],
)  # fmt: skip

EVENT_PUBLICATION = publication_table(
    "events.event", prepares=runs_event, approves=approves, blockers=no_session
)

REGISTRATION = Table(
    "events.registration",
    tones={
        R.CONFIRMED: "good",
        R.ATTENDED: "good",
        R.WAITLISTED: "progress",
        R.OFFERED: "warn",
        R.NO_SHOW: "stop",
        R.CANCELLED: "stop",
    },
    moves=[
        Move("confirm", (R.PENDING,), R.CONFIRMED, nobody, label=gettext_lazy("Confirm")),
        Move("wait", (R.PENDING,), R.WAITLISTED, nobody, label=gettext_lazy("Wait for a place"), sets=("waiting_since",)),
        Move("offer", (R.WAITLISTED,), R.OFFERED, nobody, label=gettext_lazy("Offer a place"), sets=("offered_until",)),
        Move("accept", (R.OFFERED,), R.CONFIRMED, owns_or_runs, label=gettext_lazy("Take the place"),
             blockers=no_longer_given, sets=("offered_until",), style="primary"),
        Move("lapse", (R.OFFERED,), R.CANCELLED, nobody, label=gettext_lazy("Let the offer lapse"), sets=("offered_until",)),
        Move("cancel", (R.PENDING, R.CONFIRMED, R.WAITLISTED, R.OFFERED), R.CANCELLED, owns_or_runs,
             label=gettext_lazy("Cancel"), blockers=over, sets=("offered_until", "waiting_since"), style="warn"),
        Move("ask_again", (R.CANCELLED,), R.PENDING, nobody, label=gettext_lazy("Register again"),
             sets=("asked_at", "name", "language", "user", "waiting_since", "reminded_at")),
        Move("check_in", (R.CONFIRMED, R.OFFERED, R.WAITLISTED, R.NO_SHOW), R.ATTENDED, runs_registration,
             label=gettext_lazy("Check in"), blockers=too_early, sets=("checked_in_at", "offered_until"), style="primary"),
        Move("undo_check_in", (R.ATTENDED,), R.CONFIRMED, runs_registration, label=gettext_lazy("Undo"),
             sets=("checked_in_at",)),
        Move("wait_again", (R.ATTENDED,), R.WAITLISTED, runs_registration, label=gettext_lazy("Back on the waiting list"),
             sets=("checked_in_at",)),
        Move("miss", (R.CONFIRMED,), R.NO_SHOW, runs_registration, label=gettext_lazy("Did not come"), blockers=not_there),
    ],
)  # fmt: skip

CAPSULE = Table(
    "events.capsule",
    tones={CapsuleState.PUBLISHED: "good", CapsuleState.WITHDRAWN: "stop"},
    moves=[
        Move("publish", (CapsuleState.DRAFT,), CapsuleState.PUBLISHED, approves, label=gettext_lazy("Publish the capsule"),
             blockers=capsule_unready, sets=("published_at", "edition"), style="primary"),
        Move("withdraw", (CapsuleState.PUBLISHED,), CapsuleState.WITHDRAWN, approves,
             label=gettext_lazy("Withdraw the capsule"), note_required=True, style="warn"),
        Move("rework", (CapsuleState.WITHDRAWN,), CapsuleState.DRAFT, runs_event, label=gettext_lazy("Work on it again")),
    ],
)  # fmt: skip

TAKING = Table(
    "events.taking",
    tones={TakingState.BEGUN: "progress", TakingState.COMPLETED: "good"},
    moves=[
        Move("complete", (TakingState.BEGUN,), TakingState.COMPLETED, takes, label=gettext_lazy("Complete the capsule"),
             blockers=not_all_done, sets=("completed_at",), style="primary"),
    ],
)  # fmt: skip

CERTIFICATE = Table(
    "events.certificate",
    tones={CertificateState.VALID: "good", CertificateState.REVOKED: "stop"},
    moves=[
        Move("revoke", (CertificateState.VALID,), CertificateState.REVOKED, runs_event,
             label=gettext_lazy("Revoke the certificate"), note_required=True, sets=("revoked_at",), style="warn"),
    ],
)  # fmt: skip
