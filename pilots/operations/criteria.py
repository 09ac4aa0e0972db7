"""How are the criteria of evaluation set, and what happens to them once they have been used?"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import edit, lock, operation, record, remove, touch
from cic.core.permissions import require
from pilots.models import Challenge, CriteriaSet, Criterion, Evaluation

CRITERION_FIELDS = ("name", "help", "weight", "max_score", "position")


@operation
def create_criteria_set(values: Mapping[str, Any], *, actor: Any) -> CriteriaSet:
    """Write a first version of criteria (`name`, `centre`, `blind`, `criteria`: a list of their fields).

    Raises: NotAllowed; DomainError "invalid".
    """
    plain = {name: value for name, value in values.items() if name != "criteria"}
    criteria_set = CriteriaSet(**plain)
    require(actor, "pilots.edit_criteria", criteria_set)
    criteria_set = record(criteria_set, actor=actor)
    _write(criteria_set, values.get("criteria") or [], actor)
    return criteria_set


@operation
def edit_criteria_set(
    criteria_set: CriteriaSet, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> CriteriaSet:
    """Change criteria. A set that was used stays as it was: the change makes the next version, which is returned.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "stale".
    """
    fresh = lock(criteria_set, expected_version)
    require(actor, "pilots.edit_criteria", fresh)
    changes = dict(changes)
    if changes.get("centre") not in (None, fresh.centre):
        raise DomainError(
            "invalid", _("Criteria stay with their centre."), fields={"centre": [_("Read-only.")]}
        )
    criteria = changes.pop("criteria", None)
    if not is_used(fresh):
        if criteria is not None:
            for old in fresh.criteria.all():
                remove(old, actor=actor)
            _write(fresh, criteria, actor)
            touch(fresh, actor=actor)
        return edit(fresh, changes, actor=actor)
    if not changes and criteria is None:
        return fresh
    return _supersede(fresh, changes, criteria, actor)


def is_used(criteria_set: CriteriaSet) -> bool:
    """Whether somebody evaluates or has evaluated by these criteria."""
    return Evaluation.objects.filter(criteria_set=criteria_set).exists()


def _supersede(
    old: CriteriaSet, changes: Mapping[str, Any], criteria: Sequence[Mapping[str, Any]] | None, actor: Any
) -> CriteriaSet:
    if set(changes) == {"is_current"} and criteria is None:
        return edit(old, changes, actor=actor)  # taking a set out of use changes no criterion
    if not old.is_current:
        raise DomainError("wrong_state", _("There is a later version of these criteria: change that one."))
    name = changes.get("name", old.name)
    number = max(
        CriteriaSet.objects.filter(centre=old.centre, name=name).values_list("number", flat=True), default=0
    )
    new = CriteriaSet(
        name=name,
        centre=old.centre,
        number=number + 1,
        blind=changes.get("blind", old.blind),
        is_current=True,
    )
    new = record(new, actor=actor, note=str(old), action="supersede")
    if criteria is None:
        criteria = [{name: getattr(row, name) for name in CRITERION_FIELDS} for row in old.criteria.all()]
    _write(new, criteria, actor)
    edit(old, {"is_current": False}, actor=actor, note=str(new))
    for call in Challenge.objects.filter(criteria_set=old).order_by("pk"):
        edit(call, {"criteria_set": new}, actor=actor, note=str(new))
    return new


def _write(criteria_set: CriteriaSet, criteria: Sequence[Mapping[str, Any]], actor: Any) -> None:
    for position, values in enumerate(criteria):
        row = Criterion(criteria_set=criteria_set, **{"position": position, **values})
        record(row, actor=actor)


@operation
def create_criterion(values: Mapping[str, Any], *, actor: Any) -> Criterion:
    """Add a criterion to a set that was not used yet.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    criteria_set = _unused(values["criteria_set"], actor)
    touch(criteria_set, actor=actor)
    return record(Criterion(**values), actor=actor)


@operation
def edit_criterion(
    criterion: Criterion, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Criterion:
    """Change a criterion of a set that was not used yet.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "stale".
    """
    criteria_set = _unused(criterion.criteria_set, actor)
    if changes.get("criteria_set") not in (None, criteria_set):
        refusal = {"criteria_set": [_("Read-only.")]}
        raise DomainError("invalid", _("A criterion stays in its set."), fields=refusal)
    touch(criteria_set, actor=actor)
    return edit(criterion, changes, actor=actor, expected_version=expected_version)


def _unused(criteria_set: CriteriaSet, actor: Any) -> CriteriaSet:
    fresh = lock(criteria_set)
    require(actor, "pilots.edit_criteria", fresh)
    if is_used(fresh):
        raise DomainError(
            "wrong_state", _("These criteria have been used. Change the set: that makes its next version.")
        )
    return fresh
