"""How is it written down what came of a trial, and how does it reach the public?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cic.core.choices import PUBLIC_STATES
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record, remove, touch
from cic.core.permissions import require
from pilots.choices import TrialState
from pilots.models import Outcome, Product, Trial
from pilots.signals import publication_withdrawn
from pilots.transitions.outcomes import OUTCOME_PUBLICATION

# A trial that failed or was stopped has an outcome too.
JUDGED_STATES = (
    TrialState.ENDED, TrialState.STOPPED, TrialState.EVALUATED, TrialState.CLOSED,
    TrialState.FINISHED, TrialState.GO, TrialState.PIVOT, TrialState.NO_GO, TrialState.ABANDONED,
)  # fmt: skip


@operation
def write_outcome(*, actor: Any, trial: Trial, **fields: Any) -> Outcome:
    """Write the outcome of a trial that has ended, whatever way it ended.

    Raises: NotAllowed; DomainError "wrong_state", "duplicate" or "invalid".
    """
    fresh = lock(trial)
    outcome = Outcome(trial=fresh, **fields)
    require(actor, "pilots.edit_outcome", outcome)
    if fresh.state not in JUDGED_STATES:
        raise DomainError("wrong_state", _("A trial is judged once it has ended."))
    if Outcome.objects.filter(trial=fresh).exists():
        raise DomainError("duplicate", _("Its outcome is written already; change that one."))
    record(outcome, actor=actor)
    touch(fresh, actor=actor)
    return outcome


@operation
def edit_outcome(
    outcome: Outcome,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Outcome:
    """Change an outcome. A public one changes visibly: with a reason, and marked as corrected.

    Raises: NotAllowed; DomainError "incomplete", "invalid" or "stale".
    """
    fresh = lock(outcome, expected_version)
    require(actor, "pilots.edit_outcome", fresh)
    if "trial" in changes and changes["trial"].pk != fresh.trial_id:
        sentence = _("It stays with its trial.")
        raise DomainError("invalid", sentence, fields={"trial": [sentence]})
    changed = edit(fresh, changes, actor=actor, note=note)
    if changed.version != fresh.version:
        mark_corrected(changed, actor=actor, note=note)
    return changed


@operation
def mark_corrected(outcome: Outcome, *, actor: Any, note: str) -> None:
    """What is public is corrected by those who publish, and says so."""
    if outcome.publication not in PUBLIC_STATES:
        return
    if not note.strip():
        raise DomainError(
            "incomplete",
            _("This is public: give the reason for the correction."),
            fields={"note": [_("Give the reason.")]},
        )
    corrected = move(outcome, OUTCOME_PUBLICATION, "correct_publication", actor=actor, note=note)
    outcome.publication, outcome.version = corrected.publication, corrected.version


@operation
def move_outcome(
    outcome: Outcome,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Take an outcome along its way to the public, or back. Raises: as `cic.core.operations.move`."""
    moved = move(
        outcome, OUTCOME_PUBLICATION, name, actor=actor, note=note, authority=authority, changes=changes,
        effective_at=effective_at, expected_version=expected_version,
    )  # fmt: skip
    if name == "withdraw_publication":
        publication_withdrawn.send(sender=Outcome, record=moved, note=note, actor=actor)
    return moved


@operation
def add_product(*, actor: Any, outcome: Outcome, note: str = "", **fields: Any) -> Product:
    """Add something the trial produced. Raises: NotAllowed; DomainError "incomplete" or "invalid"."""
    fresh = lock(outcome)
    product = Product(outcome=fresh, **fields)
    require(actor, "pilots.edit_product", product)
    record(product, actor=actor, note=note)
    touch(fresh, actor=actor)
    mark_corrected(fresh, actor=actor, note=note)
    return product


@operation
def edit_product(
    product: Product,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Product:
    """Change something the trial produced. Raises: NotAllowed; DomainError "incomplete", "invalid" or "stale"."""
    outcome = lock(product.outcome)
    fresh = lock(product, expected_version)
    require(actor, "pilots.edit_product", fresh)
    if "outcome" in changes and changes["outcome"].pk != fresh.outcome_id:
        sentence = _("It stays with its outcome.")
        raise DomainError("invalid", sentence, fields={"outcome": [sentence]})
    changed = edit(fresh, changes, actor=actor, note=note)
    if changed.version != fresh.version:
        touch(outcome, actor=actor)
        mark_corrected(outcome, actor=actor, note=note)
    return changed


@operation
def remove_product(product: Product, *, actor: Any, note: str = "") -> None:
    """Take away something listed by mistake. Raises: NotAllowed; DomainError "incomplete"."""
    outcome = lock(product.outcome)
    require(actor, "pilots.edit_product", product)
    remove(product, actor=actor, note=note)
    touch(outcome, actor=actor)
    mark_corrected(outcome, actor=actor, note=note)
