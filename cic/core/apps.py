"""Which name does Django know the kernel by?"""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The kernel: no domain, imported by every room."""

    name = "cic.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks."""
        from . import checks  # noqa: F401
