"""When may what was removed from an agreement come back? While its text is open, as it was removed."""

from typing import Any

from django.utils.translation import gettext as _

from cic.core.bins import Restorable, register_bin
from cic.core.errors import DomainError

from .agreements import open_text
from .commitments import SINCE_SIGNATURE


def _text_is_open(record: Any, actor: Any) -> None:
    open_text(record.agreement, actor)


def _still_given(record: Any, actor: Any) -> None:
    if record.resource.agreement.state not in SINCE_SIGNATURE:
        raise DomainError("wrong_state", _("Nothing is given before the agreement is in force."))


def _anytime(record: Any, actor: Any) -> None:
    """Files of an agreement and what a meeting agreed come and go in every state."""


COMMITMENT = Restorable("agreement", "partners.edit_agreement", _text_is_open, of_parent=True)

register_bin(
    {
        "partners.party": COMMITMENT,
        "partners.obligation": COMMITMENT,
        "partners.resource": COMMITMENT,
        "partners.resourcegift": Restorable(
            "resource", "partners.give", _still_given, of_parent=True, related=("agreement", "party")
        ),
        "partners.committeeaction": Restorable(
            "meeting", "partners.edit_agreement", _anytime, of_parent=True, related=("agreement",)
        ),
    },
    {"partners.agreement": Restorable("", "partners.edit_agreement", _anytime, of_parent=True)},
)
