"""Which name does Django know this room by?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """When people meet: events, their sessions and sheets, and who comes."""

    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Register who may do what, the tables of moves, the topics people hear of, what the room holds on a person and its bin."""
        from cic.core.topics import register_topics

        from . import permissions, transitions  # noqa: F401
        from .choices import TOPICS
        from .models import personal  # noqa: F401
        from .operations import bins  # noqa: F401

        register_topics(TOPICS)
