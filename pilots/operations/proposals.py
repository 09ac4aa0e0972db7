"""How are an idea and its confidential annex written in one go, as one form holds them?"""

from collections.abc import Mapping
from typing import Any

from cic.core.operations import operation
from pilots.models import Idea

from .annexes import write_annex
from .ideas import edit_idea, propose


@operation
def propose_in_full(values: Mapping[str, Any], annex: str, *, actor: Any) -> Idea:
    """Begin an idea with its annex.

    Raises: as `propose` and `create_annex` do.
    """
    idea = propose(values, actor=actor)
    write_annex(idea, annex, actor=actor)
    return idea


@operation
def edit_in_full(
    idea: Idea, changes: Mapping[str, Any], annex: str, *, actor: Any, expected_version: int | None = None
) -> Idea:
    """Change an idea and its annex.

    Raises: as `edit_idea` and `edit_annex` do.
    """
    idea = edit_idea(idea, changes, actor=actor, expected_version=expected_version)
    write_annex(idea, annex, actor=actor)
    return idea
