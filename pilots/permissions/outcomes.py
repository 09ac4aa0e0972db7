"""Who may write, publish and replicate an outcome?"""

from typing import Any

from partners.models import standing_of

from .trials import prepares_publication, publishes_trial, runs_trial, stands_inside, starts_in_centre


def sees_outcome(user: Any, outcome: Any) -> bool:
    """Everybody a public one of a public trial; else those inside of the trial."""
    if outcome is None:
        return True
    return (outcome.is_public and outcome.trial.is_public) or stands_inside(user, outcome.trial)


def writes_outcome(user: Any, outcome: Any) -> bool:
    """City staff who steer the trial."""
    return runs_trial(user, getattr(outcome, "trial", None))


def publishes_outcome(user: Any, outcome: Any) -> bool:
    """Editors and coordinators of the trial's centre."""
    return publishes_trial(user, getattr(outcome, "trial", None))


def prepares_outcome(user: Any, outcome: Any) -> bool:
    """Those who steer the trial and those who publish."""
    return prepares_publication(user, getattr(outcome, "trial", None))


def sees_product(user: Any, product: Any) -> bool:
    """Everybody who may read the outcome."""
    return product is None or sees_outcome(user, product.outcome)


def writes_product(user: Any, product: Any) -> bool:
    """Those who write the outcome."""
    return writes_outcome(user, getattr(product, "outcome", None))


def replicates(user: Any, outcome: Any) -> bool:
    """Members of an organisation, and city staff who steer trials, for an outcome they may read."""
    able = bool(standing_of(user).member_of) or starts_in_centre(user, None)
    return able and sees_outcome(user, outcome)


PERMISSIONS = {
    "pilots.view_outcome": sees_outcome,
    "pilots.edit_outcome": writes_outcome,
    "pilots.publish_outcome": publishes_outcome,
    "pilots.view_product": sees_product,
    "pilots.edit_product": writes_product,
    "pilots.replicate": replicates,
}
