"""Which public records have a picture that goes with their page when it is shared, and what stands in it?"""

from collections.abc import Callable
from typing import Any, NamedTuple

from cms.frame import Frame
from partners.models import Centre
from pilots.models import Idea, Trial
from pilots.models.chains import chain_of

from . import ANYONE
from .agreements import signed
from .challenges import ordered
from .events import KIND as EVENTS
from .events import public_events
from .participants import taking_part
from .sharing import Picture


class Kind(NamedTuple):
    """Records of one kind as their pages find them: by what they are named, on which page, and in which words."""

    found: Callable[[], Any]
    page: str
    title: str = "title"
    name: str = "reference"
    has_chain: bool = False


KINDS = {
    "pilots": Kind(lambda: Trial.objects.visible_to(ANYONE), "pilotspage", has_chain=True),
    "ideas": Kind(lambda: Idea.objects.visible_to(ANYONE), "challengespage", has_chain=True),
    "challenges": Kind(ordered, "challengespage", has_chain=True),
    "centres": Kind(lambda: Centre.objects.visible_to(ANYONE), "centrespage", "name"),
    "agreements": Kind(signed, "agreementspage"),
    "organisations": Kind(taking_part, "organisationspage", "name", "pk"),
    "events": Kind(public_events, EVENTS),
}


def of_record(kind: str, name: str, frame: Frame) -> Picture | None:
    """The picture of a record whose page anybody may open; None where there is none."""
    known = KINDS.get(kind)
    if known is None or not frame.address(known.page) or (known.name == "pk" and not is_key(name)):
        return None
    row = known.found().filter(**{known.name: name}).first()
    if row is None:
        return None
    texts = row.said if known.title in getattr(row, "TRANSLATED", ()) else row
    above = [str(row._meta.verbose_name).capitalize(), getattr(row, "reference", "")]
    return Picture(
        str(getattr(texts, known.title)),
        " · ".join(filter(None, above)),
        chain_of(row, ANYONE).stations if known.has_chain else (),
    )


def is_key(name: str) -> bool:
    """Whether a name may be the number of a record."""
    return name.isascii() and name.isdigit() and len(name) < 19


def still_public(kind: str, names: list[str]) -> set[str]:
    """Those of `names` that are still named by a public record."""
    known = KINDS[kind]
    if known.name == "pk":
        names = list(filter(is_key, names))
    found = known.found().filter(**{f"{known.name}__in": names}).order_by()
    return {str(name) for name in found.values_list(known.name, flat=True)}
