"""How is it said what a trial is judged by, and how is that changed once it runs?"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import edit, lock, operation, record, remove, snapshot, touch
from cic.core.permissions import require
from pilots.choices import OVER_STATES
from pilots.models import Indicator, IndicatorAmendment, Trial


@operation
def add_indicator(*, actor: Any, trial: Trial, reason: str = "", **fields: Any) -> Indicator:
    """Define an indicator. After the start this is an amendment and needs a reason.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete" or "invalid".
    """
    fresh = _open(trial)
    require(actor, "pilots.edit_trial", fresh)
    frozen_at = None
    if fresh.has_started:
        _require_reason(reason)
        frozen_at = timezone.now()
    indicator = Indicator(trial=fresh, frozen_at=frozen_at, **fields)
    _check_comparison(indicator)
    record(indicator, actor=actor, note=reason)
    if frozen_at:
        _amendment(indicator, before={}, reason=reason, actor=actor)
    touch(fresh, actor=actor)
    return indicator


@operation
def edit_indicator(
    indicator: Indicator, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Indicator:
    """Change an indicator that is not frozen yet; once frozen, only how often it is measured.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    trial = _open(indicator.trial)
    fresh = lock(indicator, expected_version)
    require(actor, "pilots.edit_indicator", fresh)
    _check_trial(fresh, changes)
    if fresh.frozen_at and _frozen_changes(fresh, changes):
        raise DomainError(
            "wrong_state", _("The indicator is frozen since the start. Amend it with a reason.")
        )
    _check_comparison(_with(fresh, changes))
    changed = edit(fresh, changes, actor=actor)
    if changed.version != fresh.version:
        touch(trial, actor=actor)
    return changed


@operation
def amend_indicator(
    indicator: Indicator,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    reason: str,
    expected_version: int | None = None,
) -> Indicator:
    """Change a frozen indicator, visibly: what it was, what it is, why and by whom is shown beside it.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete", "invalid" or "stale".
    """
    trial = _open(indicator.trial)
    fresh = lock(indicator, expected_version)
    require(actor, "pilots.edit_indicator", fresh)
    _check_trial(fresh, changes)
    if not fresh.frozen_at:
        raise DomainError("wrong_state", _("Nothing is frozen before the start: change it directly."))
    _require_reason(reason)
    names = _frozen_changes(fresh, changes)
    if "kind" in names and fresh.measurements.exists():
        sentence = _("The kind does not change once something was measured.")
        raise DomainError("limit", sentence, fields={"kind": [sentence]})
    _check_comparison(_with(fresh, changes))
    before = snapshot(fresh, names)
    amended = edit(fresh, changes, actor=actor, note=reason, action="amend")
    if names:
        _amendment(amended, before=before, reason=reason, actor=actor)
        touch(trial, actor=actor)
    return amended


@operation
def remove_indicator(indicator: Indicator, *, actor: Any, note: str = "") -> None:
    """Take away an indicator nothing depends on yet.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    trial = _open(indicator.trial)
    fresh = lock(indicator)
    require(actor, "pilots.edit_indicator", fresh)
    if fresh.frozen_at or trial.has_started:
        raise DomainError("wrong_state", _("The indicator is frozen since the start."))
    remove(fresh, actor=actor, note=note)
    touch(trial, actor=actor)


def _open(trial: Trial) -> Trial:
    fresh = lock(trial)
    if fresh.state in OVER_STATES:
        raise DomainError("wrong_state", _("This is over; it is no longer changed."))
    return fresh


def _check_trial(indicator: Indicator, changes: Mapping[str, Any]) -> None:
    if "trial" in changes and changes["trial"].pk != indicator.trial_id:
        sentence = _("It stays with its trial.")
        raise DomainError("invalid", sentence, fields={"trial": [sentence]})


def _with(indicator: Indicator, changes: Mapping[str, Any]) -> Indicator:
    """A copy of the indicator as it would be, which nobody saves."""
    later = Indicator.objects.get(pk=indicator.pk)
    for name, value in changes.items():
        setattr(later, name, value)
    return later


def _check_comparison(indicator: Indicator) -> None:
    """A comparison measures the same as an indicator of its trial, at a place that is marked for it."""
    site, other = indicator.site, indicator.comparison_of
    wrong = {}
    if (site is None) != (other is None):
        sentence = _("A comparison needs both: its place, and the indicator it is compared with.")
        wrong["site" if site is None else "comparison_of"] = [sentence]
    elif site is not None and other is not None:
        if site.trial_id != indicator.trial_id or not site.comparison:
            wrong["site"] = [_("Choose a place of this trial that is marked as a comparison.")]
        if other.trial_id != indicator.trial_id or other.pk == indicator.pk or other.comparison_of_id:
            wrong["comparison_of"] = [_("Choose an indicator of this trial that is no comparison itself.")]
        elif (other.kind, other.unit) != (indicator.kind, indicator.unit):
            wrong["comparison_of"] = [_("Both must have the same kind and unit.")]
        if indicator.pk and indicator.comparisons.exists():
            wrong["comparison_of"] = [_("Others are compared with this one already.")]
    if wrong:
        raise DomainError(
            "invalid", " ".join(text for texts in wrong.values() for text in texts), fields=wrong
        )


def _frozen_changes(indicator: Indicator, changes: Mapping[str, Any]) -> list[str]:
    """The frozen fields that `changes` would really change."""
    return [
        name
        for name in Indicator.FROZEN_FIELDS
        if name in changes and changes[name] != getattr(indicator, name)
    ]


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("incomplete", _("Give the reason."), fields={"reason": [_("Give the reason.")]})


def _amendment(
    indicator: Indicator, *, before: dict[str, Any], reason: str, actor: Any
) -> IndicatorAmendment:
    names = list(before) or list(Indicator.FROZEN_FIELDS)
    texts = {name: _text(value) for name, value in snapshot(indicator, names).items()}
    row = IndicatorAmendment(
        indicator=indicator,
        before={name: _text(value) for name, value in before.items()},
        after=texts,
        reason=reason,
        made_by=actor,
    )
    return record(row, actor=actor, note=reason)


def _text(value: Any) -> str | None:
    """A value as the amendment keeps it: amounts without needless zeros."""
    if value is None:
        return None
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
