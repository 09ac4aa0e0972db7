"""Who may import published files into a centre or measurements into a trial, and who reads how that went?"""

from typing import Any

from partners.choices import Role

from .roles import holds, sees, signed_in, steers
from .trials import works_on_trial


def acts_on_import(user: Any, run: Any) -> bool:
    """Those who may start one like it: who works on the trial of the measurements, else who steers the centre."""
    if run is None:
        return signed_in(user)
    return steers(user, run.centre) if run.trial_id is None else works_on_trial(user, run.trial)


PERMISSIONS = {
    "pilots.view_imports": holds(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR),
    "pilots.view_importrun": sees,
    "pilots.start_import": steers,
    "pilots.list_imports": signed_in,
    "pilots.act_on_import": acts_on_import,
}
