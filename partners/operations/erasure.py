"""How does a person leave for good, and what of them stays?"""

import json
import re
from copy import copy
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import FileField, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.models import IdempotencyKey, Job, Notification
from cic.core.operations import audit, edit, lock, move, operation
from cic.core.permissions import require
from cic.core.personal import declared, rows_on
from partners.choices import JoinState, MembershipRole
from partners.models import Appointment, JoinRequest, Membership, TeamMember, User
from partners.signals import membership_ended, user_deactivated
from partners.transitions import JOIN_REQUEST

from .people import ending, keep_an_administrator


@operation
def erase_account(user: User, *, actor: Any) -> User:
    """Take a person's name and address out of everything but the audit log, and end all they could do here: one's own.

    What they decided, measured and proposed stays, by a “former user”.
    Raises: NotAllowed; DomainError "limit" for the last administrator of the platform or of an organisation.
    """
    require(actor, "partners.edit_user", user)
    keep_an_administrator(without=user)
    _keep_administrators_of_organisations(user)
    person = lock(user)
    email, name = person.email, person.name
    _end_what_they_hold(person)
    left = copy(person)  # with the address by which some rows are found
    nobody = _make_nobody(person)
    _forget_requests(person, email, nobody.email)
    for label, held in declared().items():
        if held.goes:
            _delete_with_files(rows_on(label, left))
    _end_sessions(person)
    _forget_in_what_was_told(person, email, name, nobody.name)
    audit(nobody, "erase", actor=nobody)
    user_deactivated.send(sender=User, user=nobody, actor=nobody)
    return nobody


def _keep_administrators_of_organisations(user: User) -> None:
    own = Membership.objects.current().filter(user=user, role=MembershipRole.ADMIN)
    alone = []
    for membership in own.select_related("organisation"):
        lock(membership.organisation)
        others = Membership.objects.current().filter(
            organisation_id=membership.organisation_id, role=MembershipRole.ADMIN, user__is_active=True
        )
        if not others.exclude(user=user).exists():
            alone.append(membership.organisation.name)
    if alone:
        sentence = _("You are the last administrator of %(names)s. Hand over to another member first.")
        raise DomainError("limit", sentence % {"names": ", ".join(alone)})


def _delete_with_files(rows: Any) -> None:
    """Rows first, the bytes of their files once that is committed."""
    names = [field.attname for field in rows.model._meta.fields if isinstance(field, FileField)]
    stored = [getattr(row, name) for row in rows for name in names] if names else []
    files = [(file.storage, file.name) for file in stored if file]
    rows.delete()
    for storage, name in files:
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))


def _end_what_they_hold(person: User) -> None:
    """End what holds today or later, with an audit row each; titles and subjects of a person are theirs."""
    for model, said in ((Membership, {"title": ""}), (Appointment, {}), (TeamMember, {"specialism": "–"})):
        for row in model.objects.filter(user=person):
            over = row.ends_on is not None and row.ends_on < timezone.localdate()
            changes: dict[str, Any] = {**said, **({} if over else ending(row.starts_on, None))}
            row = edit(row, changes, actor=person, action="end")
            if model is Membership and not over:
                membership_ended.send(sender=Membership, membership=row, actor=person)


def _make_nobody(person: User) -> User:
    """The row that others' records point to: without name, address, password and language of its own."""
    with translation.override(settings.LANGUAGE_CODE):
        person.name = _("Former user")
    person.email = f"former-{person.pk}@invalid.example"
    person.language, person.time_zone = settings.LANGUAGE_CODE, settings.TIME_ZONE
    person.is_active = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.version += 1
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
    return person


def _forget_requests(person: User, email: str, instead: str) -> None:
    for request in JoinRequest.objects.filter(Q(user=person) | Q(email=email)):
        if request.state == JoinState.WAITING:
            request = move(request, JOIN_REQUEST, "withdraw", actor=None)
        JoinRequest.objects.filter(pk=request.pk).update(email=instead, message="")


def _end_sessions(person: User) -> None:
    """All of them, those included that no list of sign-ins knows: their data names the address."""
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _forget_in_what_was_told(person: User, email: str, name: str, instead: str) -> None:
    """Mails to the person are not sent; in what others are told stands “former user”. Kept answers are not repeated."""
    theirs = Q(payload__user_id=person.pk) | Q(payload__address=email)
    Job.objects.open().filter(theirs).delete()
    forms = {email, name, json.dumps(name)[1:-1]}
    said = Q()
    for form in forms:
        said |= Q(text__icontains=form)
    jobs = Job.objects.annotate(text=Cast("payload", TextField())).filter(said | Q(error__icontains=email))
    for job in jobs:
        payload = {} if job.done_at else _without(job.payload, email, name, instead)
        error = _without(job.error, email, name, instead)
        Job.objects.filter(pk=job.pk).update(payload=payload, error=error)
    # What others were told stays told: by a former user.
    for note in Notification.objects.annotate(text=Cast("context", TextField())).filter(said):
        context = _without(note.context, email, name, instead)
        Notification.objects.filter(pk=note.pk).update(context=context)
    answers = Q()
    for form in forms:
        answers |= Q(body__icontains=form)
    IdempotencyKey.objects.filter(answers).delete()


def _without(value: Any, email: str, name: str, instead: str) -> Any:
    """`value` with neither address nor name; a name of one word only where it stands alone."""
    if isinstance(value, dict):
        return {key: _without(inner, email, name, instead) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, email, name, instead) for inner in value]
    if not isinstance(value, str):
        return value
    value = re.sub(re.escape(email), instead, value, flags=re.IGNORECASE)
    if " " in name:
        return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _match: instead, value)
    return instead if value == name else value
