"""Which name does Django know the kernel by?"""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """The kernel: no domain, imported by every room."""

    name = "cic.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks, and keep the word indexes whole through migrations."""
        from . import checks  # noqa: F401
        from .indexing import restore_triggers
        from .topics import Topic, register_topics

        register_topics(
            {
                "account": Topic(_("My account: security, keys and webhooks"), ("core.",), compulsory=True),
            }
        )
        post_migrate.connect(restore_triggers, sender=self, dispatch_uid="cic.core.restore_triggers")
