"""What of this room comes back from the bin?"""

from typing import Any

from cic.core.bins import Restorable, register_bin


def _anytime(record: Any, actor: Any) -> None:
    """Who may still remove it may bring it back; the permission knows of states."""


register_bin(
    {
        "events.appearance": Restorable("session", "events.edit_part", _anytime, related=("event",)),
        "events.templatesection": Restorable("template", "events.edit_template", _anytime),
    },
    {
        "events.capsule": Restorable("", "events.edit_capsule", _anytime, of_parent=True),
        "events.session": Restorable("", "events.edit_session", _anytime, of_parent=True),
    },
)
