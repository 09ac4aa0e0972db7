"""Which name does Django know this room by?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """The public face: pages that read what the other rooms know."""

    name = "cms"
    verbose_name = _("Public pages")

    def ready(self) -> None:
        """Register who may do what, and who is told; before Wagtail's own receivers are connected."""
        from cic.core.topics import register_topics
        from cms import permissions, personal, receivers, security  # noqa: F401
        from cms.choices import TOPICS
        from cms.facts import news, waiting  # noqa: F401

        register_topics(TOPICS)
