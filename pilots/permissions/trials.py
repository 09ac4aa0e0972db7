"""Who may start, steer and read a trial and what belongs to it?"""

from typing import Any

from partners.choices import READING_ROLES, Role
from partners.models import standing_of
from pilots.models import Trial

from .roles import translates

RUNNING_ROLES = (Role.COORDINATOR, Role.MONITOR, Role.ADMIN)
DECIDING_ROLES = (Role.COORDINATOR, Role.SECRETARY, Role.ADMIN)
# An assigned monitor works on the trial under whatever role they hold in its centre; an auditor changes nothing.
WORKING_ROLES = tuple(role for role in READING_ROLES if role != Role.AUDITOR)


def anyone(user: Any, obj: Any = None) -> bool:
    """Everybody: which rows they get is for `visible_to`."""
    return True


def runs_trial(user: Any, trial: Any) -> bool:
    """City staff who steer the trials of its centre, and its own monitor."""
    standing = standing_of(user)
    if trial is None:
        return standing.has_somewhere(RUNNING_ROLES)
    return standing.has(RUNNING_ROLES, trial.centre_id) or (
        trial.monitor_id is not None
        and trial.monitor_id == user.pk
        and standing.has(WORKING_ROLES, trial.centre_id)
    )


def decides_on_trial(user: Any, trial: Any) -> bool:
    """Those who record decisions in its centre."""
    standing = standing_of(user)
    if trial is None:
        return standing.has_somewhere(DECIDING_ROLES)
    return standing.has(DECIDING_ROLES, trial.centre_id)


def takes_part(user: Any, trial: Any) -> bool:
    """Members of its promoter and partners, and the people of its team."""
    if trial is None or not user.is_authenticated:
        return False
    if trial.promoter_id is not None and trial.promoter_id in standing_of(user).member_of:
        return True
    # Kept on the instance: a page asks this for each of its buttons.
    known = trial.__dict__.setdefault("_taking_part", {})
    if user.pk not in known:
        known[user.pk] = Trial.objects.of(user).filter(pk=trial.pk).exists()
    return known[user.pk]


def works_on_trial(user: Any, trial: Any) -> bool:
    """City staff who steer it, and those who take part."""
    return runs_trial(user, trial) or takes_part(user, trial)


def stands_inside(user: Any, trial: Any) -> bool:
    """Those who may read the inner workings; without a trial, those who may read them all."""
    standing = standing_of(user)
    if standing.everywhere(READING_ROLES):
        return True
    if trial is None:
        return False
    return standing.has(READING_ROLES, trial.centre_id) or runs_trial(user, trial) or takes_part(user, trial)


def sees_trial(user: Any, trial: Any) -> bool:
    """Everybody a public one; else those inside."""
    return trial is None or trial.is_public or stands_inside(user, trial)


def publishes_trial(user: Any, trial: Any) -> bool:
    """Editors and coordinators of its centre."""
    standing = standing_of(user)
    roles = (Role.EDITOR, Role.COORDINATOR, Role.ADMIN)
    return standing.has_somewhere(roles) if trial is None else standing.has(roles, trial.centre_id)


def prepares_publication(user: Any, trial: Any) -> bool:
    """Those who steer it and those who publish."""
    return runs_trial(user, trial) or publishes_trial(user, trial)


def reads_inner_fields(user: Any, trial: Any) -> bool:
    """Those inside of the trial; before there is one, the city's staff, who write them. No list shows them."""
    return standing_of(user).has_somewhere(READING_ROLES) if trial is None else stands_inside(user, trial)


def sees_monitor(user: Any, trial: Any) -> bool:
    """The city's staff, and those inside."""
    return standing_of(user).has_somewhere(READING_ROLES) or (
        trial is not None and stands_inside(user, trial)
    )


def starts_in_centre(user: Any, centre: Any) -> bool:
    """City staff who steer trials in that centre; without one, in any."""
    standing = standing_of(user)
    return standing.has_somewhere(RUNNING_ROLES) if centre is None else standing.has(RUNNING_ROLES, centre.pk)


def part_of_seen_trial(user: Any, part: Any) -> bool:
    """Everybody who may read the trial of that part."""
    return part is None or sees_trial(user, part.trial)


def part_of_inside_trial(user: Any, part: Any) -> bool:
    """Those inside of the trial of that part."""
    return part is None or stands_inside(user, part.trial)


def part_of_run_trial(user: Any, part: Any) -> bool:
    """City staff who steer the trial of that part."""
    return runs_trial(user, getattr(part, "trial", None))


def may_write_log(user: Any, entry: Any) -> bool:
    """Those who work on the trial; an entry that is there, its author or who steers the trial."""
    if entry is None:
        return user.is_authenticated
    return runs_trial(user, entry.trial) or (entry.author_id == user.pk and takes_part(user, entry.trial))


def may_read_log(user: Any, entry: Any) -> bool:
    """Public entries with the trial; the others those inside."""
    if entry is None:
        return True
    return stands_inside(user, entry.trial) or (entry.is_public and sees_trial(user, entry.trial))


def works_on_part(user: Any, part: Any) -> bool:
    """Those who work on the trial of that part; without one, anybody signed in: the operation asks again."""
    return user.is_authenticated if part is None else works_on_trial(user, part.trial)


def decides_on_part(user: Any, part: Any) -> bool:
    """Those who decide on the trial of that part."""
    return decides_on_trial(user, getattr(part, "trial", None))


PERMISSIONS = {
    "pilots.view_trial": sees_trial,
    "pilots.view_trial_inside": stands_inside,
    "pilots.view_monitor": sees_monitor,
    "pilots.read_inner_fields": reads_inner_fields,
    "pilots.create_trial": starts_in_centre,
    "pilots.edit_trial": runs_trial,
    "pilots.translate": translates,
    "pilots.work_on_trial": works_on_trial,
    "pilots.decide_trial": decides_on_trial,
    "pilots.publish_trial": publishes_trial,
    "pilots.view_trial_part": part_of_seen_trial,
    "pilots.view_inner_part": part_of_inside_trial,
    "pilots.edit_trial_part": part_of_run_trial,
    "pilots.view_log": may_read_log,
    "pilots.write_log": may_write_log,
    "pilots.ask_extension": works_on_part,
    "pilots.decide_extension": decides_on_part,
}
