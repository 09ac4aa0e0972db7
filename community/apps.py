"""Which name does Django know this room by?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    """Who talks, and who listens: comments on what is public, groups with their debates, and people who follow."""

    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        """Register who may do what, the topics people hear of, which lists come back, and what the room holds on a person."""
        from cic.core.topics import register_topics

        from . import permissions, receivers, transitions  # noqa: F401
        from .choices import TOPICS
        from .models import personal, waiting  # noqa: F401
        from .operations import bins, lists  # noqa: F401

        register_topics(TOPICS)
