"""Which name does Django know this room by?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PilotsConfig(AppConfig):
    """What is tried: challenges, ideas, evaluations, decisions, trials and their outcomes."""

    name = "pilots"
    verbose_name = _("Pilots")

    def ready(self) -> None:
        """Register who may do what, and the tables of moves with what the clock may publish, and what it holds on a person."""
        from cic.core.topics import register_topics

        from . import permissions, receivers, transitions  # noqa: F401
        from .choices import TOPICS
        from .models import personal  # noqa: F401
        from .operations import bins  # noqa: F401

        register_topics(TOPICS)
