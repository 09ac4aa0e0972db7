"""How does an evaluated trial become a public case: prepared, cleared, asked for, approved, corrected, withdrawn?"""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import WorkflowState

from cic.core.errors import DomainError, NotAllowed, from_validation
from cic.core.operations import audit, operation
from cic.core.permissions import require
from cic.core.texts import clean_text
from cms.choices import WRITABLE, CaseState
from cms.facts.beginnings import beginnings
from cms.facts.checking import obstacles, open_findings
from cms.facts.freezing import digest, facts_of
from cms.facts.saying import keep_up, said_anew, source_of
from cms.models import CasePage, CasesPage, Correction, Waiver
from pilots.models import Outcome, Trial


@operation
def prepare_case(outcome: Outcome, *, actor: Any) -> CasePage:
    """Make the draft of the public case of an outcome, filled in from idea, trial and outcome.

    It stands in the language of the outcome. Raises: NotAllowed; DomainError "duplicate", "wrong_state".
    """
    trial = outcome.trial
    require(actor, "cms.prepare_case", trial)
    if CasePage.objects.filter(outcome=outcome).exists():
        raise DomainError("duplicate", _("There is a case of this trial already."))
    if trial.state not in ("evaluated", "closed"):
        raise DomainError("wrong_state", _("A case is made of an evaluated trial."))
    above = (
        CasesPage.objects.live().filter(locale__language_code=outcome.language).first()
        or CasesPage.objects.live().first()
    )
    if above is None:
        raise DomainError("incomplete", _("The public site has no page of cases. Run cms_setup first."))
    texts = {name: one.text for name, one in beginnings(outcome, above.locale.language_code).items()}
    case = CasePage(
        **{**texts, "title": texts["title"][:255]},
        slug=free_slug(above, trial),
        outcome=outcome,
        locale=above.locale,
        live=False,
        owner=actor,
        has_unpublished_changes=True,
    )
    with LogContext(user=actor):
        above.add_child(instance=case)
        # Adding the page has told the log already that it was made.
        case.save_revision(user=actor)
    audit(case, "prepare", actor=actor, after={"outcome": outcome.pk, "title": case.title})
    return case


def free_slug(above: CasesPage, trial: Any) -> str:
    """A readable last part of the address that no sibling has."""
    slug = slugify(trial.title)[:80].strip("-") or slugify(trial.reference)
    taken = set(above.get_children().values_list("slug", flat=True))
    return slug if slug not in taken else f"{slug}-{slugify(trial.reference)}"


@operation
def edit_case(
    case: CasePage,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    what: str = "",
    why: str = "",
    renew_figures: bool = False,
    read: Collection[str] = (),
    seen_revision: int | None = None,
) -> CasePage:
    """Write a new version of a case. A public one takes a correction (`what`, `why`) along.

    A translation shows what its original says where a text is left empty; of those in `read` somebody says that they
    are right as they stand. Raises: NotAllowed; DomainError "wrong_state" while it waits for approval, "stale", "invalid".
    """
    case, draft = opened(case, actor, seen_revision)
    before = {name: getattr(draft, name) for name in changes}
    for name, value in changes.items():
        setattr(draft, name, clean_text(value, multiline=name in CasePage.SECTIONS))
    if (source := source_of(draft)) is not None:
        said_anew(draft, source, changes, read)
    after = {name: getattr(draft, name) for name in changes}
    written(case, draft, actor, what, why, renew_figures)
    changed = [name for name in changes if before[name] != after[name]]
    audit(
        case, "edit", actor=actor, note=what,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip
    return CasePage.objects.get(pk=case.pk)


def opened(case: CasePage, editor: Any, seen_revision: int | None = None) -> tuple[CasePage, CasePage]:
    """The locked case and its newest version, to be changed.

    Raises: NotAllowed; DomainError "wrong_state" while it waits for approval, "stale".
    """
    require(editor, "cms.edit_case", case)
    case = locked(case)
    if case.state == CaseState.ASKED:
        raise DomainError("wrong_state", _("It waits for a second person. Return it first."))
    if seen_revision is not None and case.latest_revision_id != seen_revision:
        raise DomainError("stale", _("Somebody changed this since you opened it."))
    return case, latest(case)


def written(
    case: CasePage, draft: CasePage, editor: Any, what: str = "", why: str = "", renew_figures: bool = False
) -> None:
    """Keep a changed `draft` as the newest version; a public case takes a correction along.

    Raises: DomainError "invalid".
    """
    waiting = next((row for row in draft.corrections.all() if row.made_on is None), None)
    if case.live:
        if not (what.strip() and why.strip()):
            missing = {
                name: [_("Fill this in first.")]
                for name, text in (("what", what), ("why", why))
                if not text.strip()
            }
            raise DomainError("invalid", _("This case is public. Say what changes and why."), fields=missing)
        waiting = waiting or Correction(sort_order=draft.corrections.count())
        waiting.what, waiting.why = clean_text(what, multiline=True), clean_text(why, multiline=True)
        waiting.renew_figures = renew_figures or waiting.renew_figures
        draft.corrections.add(waiting)
    try:
        with LogContext(user=editor):
            draft.save_revision(user=editor, log_action=True)
    except ValidationError as error:
        raise from_validation(error) from error
    if not case.live:
        # What was never public is the same in the page's own row, so that Wagtail's lists show it.
        draft.save()


def locked(case: CasePage) -> CasePage:
    """The page, fresh and locked until the operation ends."""
    return CasePage.objects.select_for_update().get(pk=case.pk)


@operation
def ask_for_approval(case: CasePage, *, actor: Any) -> CasePage:
    """Start Wagtail's workflow, or take it up again after a return.

    Raises: NotAllowed; DomainError "wrong_state", or "incomplete" with what stands in the way.
    """
    require(actor, "cms.edit_case", case)
    case = locked(case)
    if case.state not in WRITABLE:
        raise DomainError(
            "wrong_state",
            _("This is not possible while it is “%(state)s”.") % {"state": CaseState(case.state).label},
        )
    follow_original(case, actor)
    refuse_obstacles(case)
    workflow = case.get_workflow()
    if workflow is None:
        raise DomainError("incomplete", _("The public site has no workflow. Run cms_setup first."))
    with LogContext(user=actor):
        if case.state == CaseState.RETURNED:
            current = case.current_workflow_state
            current.requested_by = actor
            current.resume(user=actor)
        else:
            workflow.start(case, actor)
    audit(case, "ask", actor=actor, after={"revision": case.latest_revision_id})
    return CasePage.objects.get(pk=case.pk)


def follow_original(case: CasePage, by: Any) -> None:
    """Let what nobody has said in its language say what the original says by now; a public case waits for a correction."""
    draft = latest(case)
    source = source_of(draft)
    if source is not None and not case.live and keep_up(draft, source):
        with LogContext(user=by):
            case.latest_revision = draft.save_revision(user=by, log_action=True)
        draft.save()


def refuse_obstacles(case: CasePage) -> None:
    """Raise DomainError "incomplete" when something stands in the way of publication."""
    sentences = obstacles(case)
    if sentences:
        raise DomainError("incomplete", " ".join(sentences), blockers=sentences)


@operation
def approve_case(case: CasePage, *, actor: Any, seen: str = "", note: str = "") -> CasePage:
    """Approve and publish, as somebody who neither wrote nor asked; freeze the facts as they stand.

    `seen` is the digest of the facts the approver looked at: other facts by now are refused.
    Raises: NotAllowed; DomainError "wrong_state", "incomplete" or "stale".
    """
    require(actor, "cms.approve_case", case)
    case, task_state = waiting_step(case)
    if not task_state.task.specific.stands_apart(case, actor):
        raise NotAllowed(_("You wrote it or asked for it: somebody else has to approve it."))
    refuse_obstacles(case)
    if seen and seen != digest(facts_of(case.get_latest_revision_as_object())):
        raise DomainError(
            "stale", _("The figures in the tracker have changed since you opened this page. Look again.")
        )
    with LogContext(user=actor):
        task_state.task.specific.on_action(task_state, actor, "approve", comment=note)
    fresh = CasePage.objects.get(pk=case.pk)
    audit(
        fresh,
        "approve",
        actor=actor,
        note=note,
        after={"revision": fresh.live_revision_id, "facts": digest(fresh.snapshot)},
    )
    return fresh


@operation
def return_case(case: CasePage, *, actor: Any, note: str) -> CasePage:
    """Give it back with a comment.

    Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    require(actor, "cms.approve_case", case)
    if not note.strip():
        raise DomainError("invalid", _("Give the reason."), fields={"reason": [_("Give the reason.")]})
    case, task_state = waiting_step(case)
    with LogContext(user=actor):
        task_state.task.specific.on_action(
            task_state, actor, "reject", comment=clean_text(note, multiline=True)
        )
    audit(case, "return", actor=actor, note=note)
    return CasePage.objects.get(pk=case.pk)


def waiting_step(case: CasePage) -> tuple[CasePage, Any]:
    """The locked case and the step it waits at.

    Raises: DomainError "wrong_state".
    """
    case = locked(case)
    workflow = case.current_workflow_state
    if workflow is None or workflow.status != WorkflowState.STATUS_IN_PROGRESS:
        raise DomainError("wrong_state", _("Nobody has asked for its approval."))
    return case, workflow.current_task_state


@operation
def waive_finding(case: CasePage, fingerprint: str, *, actor: Any, reason: str) -> Waiver:
    """Let one finding pass, with the reason, which stays in the log.

    Raises: NotAllowed; DomainError "wrong_state" for a finding that is not there, "invalid".
    """
    require(actor, "cms.edit_case", case)
    if not reason.strip():
        raise DomainError("invalid", _("Give the reason."), fields={"reason": [_("Give the reason.")]})
    case = locked(case)
    found = next((row for row in open_findings(latest(case)) if row.fingerprint == fingerprint), None)
    if found is None:
        raise DomainError("wrong_state", _("This passage is no longer there, or somebody has cleared it."))
    waiver = Waiver.objects.create(
        page=case, fingerprint=fingerprint, kind=found.kind, excerpt=found.excerpt[:300],
        reason=clean_text(reason, multiline=True), waived_by=actor,
    )  # fmt: skip
    # The passage itself stays out of the log, which outlives the page.
    audit(case, "waive", actor=actor, note=reason, after={"kind": found.kind, "finding": fingerprint})
    return waiver


def latest(case: CasePage) -> CasePage:
    """The newest version of a case, public or not."""
    return case.get_latest_revision_as_object()


@operation
def withdraw_case(case: CasePage, *, actor: Any, note: str) -> CasePage:
    """Take a case back from the public: page, feed, search and sitemap, at once.

    Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    require(actor, "cms.withdraw_case", case)
    if not note.strip():
        raise DomainError("invalid", _("Give the reason."), fields={"reason": [_("Give the reason.")]})
    case = locked(case)
    if not case.live:
        raise DomainError("wrong_state", _("It is not public."))
    taken_back(case, actor, note)
    return CasePage.objects.get(pk=case.pk)


def taken_back(case: CasePage, by: Any, note: str) -> None:
    """End what a locked case waits for, take it from the public, and leave one audit row."""
    before = {"live": case.live}
    with LogContext(user=by):
        if case.current_workflow_state is not None:
            case.current_workflow_state.cancel(user=by)
        case.unpublish(user=by)
    # A version that was approved for later would bring it back.
    case.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
    audit(
        case,
        "withdraw",
        actor=by,
        note=note,
        before=before,
        after={"live": False, "at": timezone.now().isoformat()},
    )


@operation
def withdraw_cases_of(record: Outcome | Trial, *, actor: Any, note: str) -> int:
    """Take back every case, in every language, of an outcome or trial that is public no more; how many.

    Whoever may withdraw the record has said so already: a case tells nothing that its trial does not.
    """
    about = {"outcome": record} if isinstance(record, Outcome) else {"outcome__trial": record}
    count = 0
    for case in CasePage.objects.filter(**about).select_for_update().order_by("pk"):
        if case.live or case.scheduled_revision is not None:
            taken_back(case, actor, note)
            count += 1
    return count
