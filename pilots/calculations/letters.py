"""How does a letter get its facts? Names in braces are replaced once, by text that is text and nothing else."""

import re
from collections.abc import Collection, Mapping

PLACE = re.compile(r"\{([a-z_]+)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with each `{name}` of `values` replaced. What is put in is not looked at again, other braces stay."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_places(text: str, known: Collection[str]) -> list[str]:
    """The names in braces that nothing is known for, in the order in which they stand."""
    return list(dict.fromkeys(name for name in PLACE.findall(text) if name not in known))
