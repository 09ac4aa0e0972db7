"""When may what was removed from an agreement come back? While its text is open, as it was removed."""

from typing import Any

from cic.core.bins import Restorable, register_bin

from .agreements import open_text


def _text_is_open(record: Any, actor: Any) -> None:
    open_text(record.agreement, actor)


def _anytime(record: Any, actor: Any) -> None:
    """Files of an agreement come and go in every state."""


COMMITMENT = Restorable("agreement", "partners.edit_agreement", _text_is_open, of_parent=True)

register_bin(
    {"partners.obligation": COMMITMENT, "partners.resource": COMMITMENT},
    {"partners.agreement": Restorable("", "partners.edit_agreement", _anytime, of_parent=True)},
)
