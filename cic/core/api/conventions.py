"""How is a room's operation called with what a request brought?"""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

MAPPINGS = ("values", "changes", "data", "fields")


@cache
def _signature(operation: Callable[..., Any]) -> tuple[list[str], set[str]]:
    """The positional parameters of an operation, and all the names it takes."""
    parameters = inspect.signature(operation).parameters.values()
    positional = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return positional, {p.name for p in parameters}


def _only_known(operation: Callable[..., Any], options: Mapping[str, Any]) -> dict[str, Any]:
    names = _signature(operation)[1]
    return {name: value for name, value in options.items() if name in names}


def call_create(operation: Callable[..., Any], model: Any, values: Mapping[str, Any], *, actor: Any) -> Any:
    """Create by `operation`, in whichever of three shapes the room wrote it.

    `propose(*, actor, title, …)`, `propose(values, *, actor)`, or `propose(idea, *, actor)` with an unsaved one.
    """
    positional, _names = _signature(operation)
    if not positional:
        return operation(actor=actor, **values)
    if positional[0] in MAPPINGS:
        return operation(dict(values), actor=actor)
    many = {field.name for field in model._meta.many_to_many}
    plain = {name: value for name, value in values.items() if name not in many}
    linked = {name: value for name, value in values.items() if name in many}
    return operation(model(**plain), actor=actor, **linked)


def call_edit(
    operation: Callable[..., Any], obj: Any, changes: Mapping[str, Any], *, actor: Any, **options: Any
) -> Any:
    """Edit by `operation(obj, changes, *, actor)` or `operation(obj, *, actor, title, …)`."""
    known = _only_known(operation, options)
    if len(_signature(operation)[0]) > 1:
        return operation(obj, dict(changes), actor=actor, **known)
    return operation(obj, actor=actor, **changes, **known)


def call_with(operation: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call `operation` with those of `options` that it takes."""
    return operation(*args, **_only_known(operation, options))
