"""What happens to partners by the clock, and who is told of what happened?"""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from celery import shared_task
from celery.schedules import crontab
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from cic.core.auditing import check_log
from cic.core.background import notify_all
from cic.core.errors import DomainError
from cic.core.personal import declared, told
from partners.calculations.terms import notice_date
from partners.choices import END_REMINDER_DAYS, NOTICE_REMINDER_DAYS, AgreementState, Role
from partners.models import Agreement, Amendment, DataExport, JoinRequest, Organisation, User
from partners.operations.agreements import expire_agreement
from partners.operations.amendments import lift_suspension, take_effect
from partners.operations.exports import finish_export, remove_export, tell_progress

log = structlog.get_logger(__name__)

# Hours in UTC. Each looks for what is due and not done, so a run that was missed loses nothing.
BEAT = {
    "partners.check_audit": {"task": "partners.check_audit", "schedule": crontab(hour=2, minute=37)},
    "partners.expire_agreements": {"task": "partners.expire_agreements", "schedule": crontab(minute=7)},
    "partners.remind_of_terms": {"task": "partners.remind_of_terms", "schedule": crontab(hour=5, minute=12)},
    "partners.forget_exports": {"task": "partners.forget_exports", "schedule": crontab(minute=37)},
}

# Moves of which the parties are told; each has its mail.
TOLD = frozenset(
    {
        "send_to_review",
        "return_to_draft",
        "open_for_signature",
        "bring_into_force",
        "suspend",
        "resume",
        "terminate",
        "expire",
        "abandon",
        "amendment_open_for_signature",
        "amendment_bring_into_force",
    }
)
TOLD_TO_ORGANISATIONS = frozenset({"verify", "suspend", "reinstate", "merge"})


@shared_task(name="partners.expire_agreements")
def expire_agreements() -> int:
    """End every agreement whose effective end is past; one that cannot be ended does not hold up the others.

    First what was signed for this day: what the parties end is terminated, and has not merely expired.
    """
    _amend_agreements()
    ended = 0
    for agreement in Agreement.objects.over().order_by("pk"):
        try:
            expire_agreement(agreement)
        except DomainError as error:
            log.warning("agreement_not_expired", agreement=agreement.reference, reason=error.detail)
        else:
            ended += 1
    return ended


def _amend_agreements() -> None:
    """Suspend, end and let go on what the parties signed for today, or before."""
    due = [
        (row, partial(take_effect, actor=None))
        for row in Amendment.objects.to_take_effect().order_by("effective_on", "pk")
    ]
    due += [
        (row, partial(lift_suspension, actor=None))
        for row in Amendment.objects.to_be_lifted().order_by("resumes_on", "pk")
    ]
    for amendment, act in due:
        try:
            act(amendment)
        except DomainError as error:
            log.warning("agreement_not_amended", amendment=amendment.reference, reason=error.detail)


@shared_task(name="partners.check_audit")
def check_audit() -> None:
    """Walk the log of changes, keep what was found, and tell the platform's administrators of a damage, once."""
    check = check_log()
    if check.problem:
        notify_all(
            User.objects.appointed([Role.ADMIN], None),
            "partners.audit_broken",
            key=f"audit:{check.position}:{hashlib.sha256(check.problem.encode()).hexdigest()[:16]}",
            position=check.position,
            problem=check.problem,
            path="/workspace/audit/",
        )


@shared_task(name="partners.remind_of_terms")
def remind_of_terms() -> int:
    """Tell keepers and parties of a notice date and of an end that come near: once per date and reader.

    Returns how many reminders are due today, those already sent included.
    """
    today, due = timezone.localdate(), 0
    for agreement in Agreement.objects.running().order_by("pk"):
        end = agreement.effective_ends_on
        notice_on = notice_date(end, agreement.notice_days)
        if notice_on is not None and notice_on - timedelta(days=NOTICE_REMINDER_DAYS) <= today:
            due += _remind(agreement, "notice", notice_on)
        if end - timedelta(days=END_REMINDER_DAYS) <= today:
            due += _remind(agreement, "end", end)
    return due


def _remind(agreement: Any, what: str, on: Any) -> int:
    readers = [*_keepers(agreement), *_party_readers(agreement)]
    notify_all(
        readers,
        f"partners.agreement_{what}",
        key=f"agreement:{agreement.pk}:{what}:{on.isoformat()}",
        reference=agreement.reference,
        title=agreement.own.title,
        on=on.isoformat(),
        is_past=on < timezone.localdate(),
        ends_on=agreement.effective_ends_on.isoformat(),
        path=f"/workspace/agreements/{agreement.pk}/",
    )
    return len({reader.pk for reader in readers})


@shared_task(name="partners.gather_export")
def gather_export(*, export_id: int) -> None:
    """Put together what we hold on the person who asked, one kind of record after the other."""
    export = DataExport.objects.living().filter(pk=export_id, ready_at=None).select_related("user").first()
    if export is None:  # asked anew since, too late, or the person is gone
        return
    labels = list(declared())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, label in enumerate(labels, start=1):
            rows = told(label, export.user)
            archive.writestr(
                f"{label}.json", json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            )
            tell_progress(export, number, len(labels), actor=None)
    finish_export(export, content.getvalue(), actor=None)


@shared_task(name="partners.forget_exports")
def forget_exports() -> int:
    """Remove the copies whose day has passed. Returns how many."""
    rows = list(DataExport.objects.over())
    for export in rows:
        remove_export(export, actor=None)
    return len(rows)


@shared_task(name="partners.tell_parties")
def tell_parties(
    *,
    agreement_id: int,
    name: str,
    from_state: str,
    version: int,
    amendment: str = "",
    effective_on: str = "",
) -> None:
    """Tell those who answer for the parties that the agreement has moved; not of what they never saw."""
    if name not in TOLD or (name == "abandon" and from_state == AgreementState.DRAFT):
        return
    agreement = Agreement.objects.get(pk=agreement_id)
    readers = list(_party_readers(agreement))
    if name == "open_for_signature":
        readers += _keepers(agreement)
    notify_all(
        readers,
        f"partners.agreement_{name}",
        key=f"agreement:{agreement.pk}:{version}",
        reference=agreement.reference,
        title=agreement.own.title,
        amendment=amendment,
        effective_on=effective_on,
        path=f"/workspace/agreements/{agreement.pk}/",
    )


@shared_task(name="partners.tell_of_join_request")
def tell_of_join_request(*, request_id: int) -> None:
    """Tell the administrators that somebody asks to join; the city's staff where there are none."""
    request = JoinRequest.objects.select_related("organisation", "user").get(pk=request_id)
    readers = User.objects.answering_for([request.organisation_id])
    if not readers.exists():
        readers = User.objects.appointed([Role.COORDINATOR, Role.ADMIN], None)
    notify_all(
        readers,
        "partners.join_asked",
        key=f"join:{request.pk}",
        organisation=request.organisation.name,
        person=str(request.user),
        message=request.message,
        path="/workspace/people/",
    )


@shared_task(name="partners.tell_organisation")
def tell_organisation(*, organisation_id: int, name: str, reason: str) -> None:
    """Tell an organisation's people that it was verified, suspended, reinstated or merged."""
    if name not in TOLD_TO_ORGANISATIONS:
        return
    organisation = Organisation.objects.select_related("merged_into").get(pk=organisation_id)
    now = organisation.merged_into or organisation
    notify_all(
        User.objects.answering_for([now.pk]),
        f"partners.organisation_{name}",
        key=f"organisation:{organisation.pk}:{organisation.version}",
        organisation=organisation.name,
        other=now.name,
        reason=reason,
        path=f"/workspace/organisations/{now.pk}/",
    )


def _keepers(agreement: Any) -> list[User]:
    return list(User.objects.appointed([Role.COORDINATOR, Role.LEGAL], agreement.centre_id))


def _party_readers(agreement: Any) -> list[User]:
    return list(User.objects.answering_for(agreement.parties.values("organisation_id")))
