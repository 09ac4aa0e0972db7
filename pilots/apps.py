"""Which name does Django know this room by?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PilotsConfig(AppConfig):
    """What is tried: challenges, ideas, evaluations, decisions, trials and their outcomes."""

    name = "pilots"
    verbose_name = _("Pilots")

    def ready(self) -> None:
        """Register who may do what, and the tables of moves with what the clock may publish."""
        from . import permissions, transitions  # noqa: F401
