"""Which name does Django know this room by?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Who works together, and on what terms."""

    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        """Register the room's permissions and the publication tables of its nouns, and what it holds on a person."""
        from cic.core.topics import register_topics

        from . import permissions, transitions  # noqa: F401
        from .choices import TOPICS
        from .models import personal  # noqa: F401
        from .operations import bins  # noqa: F401

        register_topics(TOPICS)
