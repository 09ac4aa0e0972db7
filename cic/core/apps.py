"""Which name does Django know the kernel by?"""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def plan_for_short_queries(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Keep PostgreSQL from compiling queries: that pays off in minutes of reports, and cost a page up to a second.

    Said by the session and not when connecting: poolers refuse parameters they do not know.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")


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
        connection_created.connect(plan_for_short_queries, dispatch_uid="cic.core.plan_for_short_queries")
        post_migrate.connect(restore_triggers, sender=self, dispatch_uid="cic.core.restore_triggers")
