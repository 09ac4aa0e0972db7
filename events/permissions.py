"""Who may run an event, write and approve a sheet, register, and check people in?"""

from typing import Any

from cic.core.permissions import register, sees
from events.models.registrations import LISTING, RUNNING
from partners.choices import READING_ROLES, Role
from partners.models import standing_of
from partners.permissions import is_staff_of, is_staff_somewhere, signed_in, within_reach

APPROVING = (Role.COORDINATOR, Role.EDITOR)

runs_event: Any = is_staff_of(*RUNNING)
approves: Any = is_staff_of(*APPROVING)
keeps_templates = is_staff_somewhere(*APPROVING)


def changes_nothing(user: Any) -> bool:
    """An auditor reads all and changes nothing."""
    return standing_of(user).has_somewhere([Role.AUDITOR])


def runs_session(user: Any, session: Any = None) -> bool:
    """City staff who run its event."""
    return runs_event(user, session.event if session is not None else None)


def chairs(user: Any, session: Any) -> bool:
    """Whoever the sheet was given to."""
    within = within_reach(user, session.event.centre_id)
    return (
        within and session.chair_id is not None and session.chair_id == user.pk and not changes_nothing(user)
    )


def writes_sheet(user: Any, session: Any = None) -> bool:
    """Whoever the sheet was given to, and who runs the event."""
    if session is None:
        return signed_in(user) and not changes_nothing(user)
    return chairs(user, session) or runs_session(user, session)


def approves_sheet(user: Any, session: Any = None) -> bool:
    """Coordinators and editors of its centre, but not whom the sheet was given to."""
    if session is None:
        return approves(user)
    return approves(user, session.event) and not (
        session.chair_id is not None and session.chair_id == user.pk
    )


def reads_link(user: Any, obj: Any = None) -> bool:
    """The platform's link: who runs the event, in lists; the session's page shows it to who has a place."""
    if obj is None:
        return standing_of(user).has_somewhere(LISTING)
    event = getattr(obj, "event", obj)
    return standing_of(user).has(LISTING, event.centre_id)


def takes_place(user: Any) -> bool:
    """A person: a machine sits nowhere and learns nothing, and an auditor changes nothing."""
    return signed_in(user) and not user.is_machine and not changes_nothing(user)


def registers(user: Any, session: Any = None) -> bool:
    """Whoever signed in, for themselves, where places are given."""
    if session is None:
        return takes_place(user)
    return takes_place(user) and within_reach(user, session.centre_id) and session.is_shown


def owns(user: Any, registration: Any = None) -> bool:
    """Whose place it is."""
    if registration is None:
        return registers(user)
    return (
        user.is_authenticated
        and registration.user_id is not None
        and registration.user_id == user.pk
        and not changes_nothing(user)
    )


def runs_registration(user: Any, registration: Any = None) -> bool:
    """City staff who run the event."""
    return runs_session(user, registration.session if registration is not None else None)


def owns_or_runs(user: Any, registration: Any = None) -> bool:
    """Whose place it is, and who runs the event."""
    return owns(user, registration) or runs_registration(user, registration)


def lists_registrations(user: Any, session: Any = None) -> bool:
    """Names and addresses: who runs the event, and the auditor."""
    standing = standing_of(user)
    return standing.has_somewhere(LISTING) if session is None else standing.has(LISTING, session.centre_id)


def reads_names(user: Any, certificate: Any = None) -> bool:
    """Names on certificates: who runs events, and the auditor."""
    standing = standing_of(user)
    return (
        standing.has_somewhere(LISTING)
        if certificate is None
        else standing.has(LISTING, certificate.centre_id)
    )


def nobody(user: Any, obj: Any = None) -> bool:
    """The clock, or another record, does this."""
    return False


def runs_part(user: Any, part: Any = None) -> bool:
    """Who writes the sheet of the session names who speaks in it."""
    return writes_sheet(user, part.session if part is not None else None)


def everybody(user: Any, obj: Any = None) -> bool:
    """Anybody: which rows they get is for `visible_to`."""
    return True


def reads_inside(user: Any, event: Any = None) -> bool:
    """The city's staff of its centre; without an event, of any."""
    standing = standing_of(user)
    return (
        standing.has_somewhere(READING_ROLES)
        if event is None
        else standing.has(READING_ROLES, event.centre_id)
    )


def takes_capsules(user: Any, capsule: Any = None) -> bool:
    """Whoever signed in, for themselves, what is published."""
    if capsule is None:
        return takes_place(user)
    return takes_place(user) and within_reach(user, capsule.centre_id) and capsule.is_published


def takes(user: Any, taking: Any = None) -> bool:
    """Whose learning it is."""
    return takes_capsules(user) and (taking is None or taking.user_id == user.pk)


def attended(user: Any, registration: Any = None) -> bool:
    """Who was at a session of an event that gives certificates, for themselves."""
    return owns(user, registration) and (registration is None or registration.earns_certificate)


register(
    {
        "events.view_capsule": sees,
        "events.create_capsule": runs_event,
        "events.edit_capsule": runs_event,
        "events.take_capsule": takes_capsules,
        "events.view_taking": signed_in,
        "events.edit_taking": takes,
        "events.fetch_certificate": attended,
        "events.view_certificate": signed_in,
        "events.list_certificates": reads_names,
        "events.revoke_certificate": runs_event,
        "events.view_event": sees,
        "events.work_on_events": reads_inside,
        "events.create_event": runs_event,
        "events.edit_event": runs_event,
        "events.translate": runs_event,
        "events.view_session": sees,
        "events.create_session": runs_session,
        "events.edit_session": runs_session,
        "events.write_sheet": writes_sheet,
        "events.read_link": reads_link,
        "events.view_part": everybody,
        "events.edit_part": runs_part,
        "events.view_template": signed_in,
        "events.edit_template": keeps_templates,
        "events.register": registers,
        "events.view_registration": signed_in,
        "events.cancel_registration": owns_or_runs,
        "events.list_registrations": lists_registrations,
        "events.check_in": runs_session,
    }
)
