"""Which transition tables are there, and which field of which noun does each move?"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

from cic.core.transitions import Move, Table

# What a table calls its noun, where that is not the name of the model.
NOUNS = {"pilot": "trial", "proofofconcept": "trial"}


def tables() -> dict[str, Table]:
    """Every transition table, by where it stands."""
    found = {}
    for room in (
        "partners.transitions",
        "events.transitions",
        "pilots.transitions",
        "community.transitions",
        "cic.core.publication",
    ):
        for module in modules_of(room):
            for name, value in vars(module).items():
                if isinstance(value, Table) and f"{module.__name__}.{name}" not in found:
                    found[f"{module.__name__}.{name}"] = value
    return found


def ways() -> dict[tuple[str, str], list[Move]]:
    """The moves of each field of each noun; several tables may share one."""
    found = {}
    for table in tables().values():
        noun = re.sub("[ _]", "", table.noun.rpartition(".")[2])
        found.setdefault((NOUNS.get(noun, noun), table.field), []).extend(table.moves)
    return found


def modules_of(package: str) -> Iterator[ModuleType]:
    """A module, or every module of a package."""
    root = importlib.import_module(package)
    yield root
    for info in pkgutil.walk_packages(getattr(root, "__path__", []), f"{package}."):
        yield importlib.import_module(info.name)
