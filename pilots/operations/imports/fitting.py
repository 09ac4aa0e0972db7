"""How does a value of a source become one that a model can hold, and can be compared with?"""

from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from cic.core.texts import clean_text
from cic.core.validators import check_web_address
from pilots.calculations.readers import Action, Problem

from .wanted import Chunk, Wanted

EMPTY: tuple[Any, ...] = (None, "", [], {})


def plain(value: Any) -> Any:
    """`value` as JSON keeps it, so that what was said can be compared with what is said."""
    if value is None or isinstance(value, bool | int | float | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items() if item not in EMPTY}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@cache
def _texts(model: Any) -> dict[str, tuple[bool, int | None, bool]]:
    """The text fields of a model: whether they hold several lines, how many characters, whether an address."""
    return {
        each.attname: (
            not isinstance(each, models.CharField),
            each.max_length,
            check_web_address in each.validators,
        )
        for each in model._meta.concrete_fields
        if isinstance(each, models.CharField | models.TextField)
    }


def fitted(model: type[models.Model], want: Wanted, chunk: Chunk) -> dict[str, Any]:
    """The values as the model can hold them: texts cleaned and cut, addresses checked; each loss noted."""
    texts: dict[str, tuple[bool, int | None, bool]] = _texts(model)  # type: ignore[arg-type]
    values = {}
    for name, value in want.values.items():
        if name in texts and isinstance(value, str):
            multiline, longest, is_address = texts[name]
            value = clean_text(value, multiline=multiline)
            if longest and len(value) > longest:
                chunk.note(
                    want.row, name, Problem.TOO_LONG, f"{len(value)} > {longest}: {value}", Action.SHORTENED
                )
                value = "" if is_address else value[: longest - 1].rstrip() + "…"
            if is_address and value and not _is_address(value):
                chunk.note(want.row, name, Problem.NOT_AN_ADDRESS, value, Action.LEFT_EMPTY)
                value = ""
        elif name == "source_values":
            value = plain(value)
        values[name] = value
    return values


def _is_address(value: str) -> bool:
    try:
        check_web_address(value)
    except ValidationError:
        return False
    return True
