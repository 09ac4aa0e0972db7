"""How do groups and debates come back from their lists? By the operations and rights of their pages."""

from collections.abc import Mapping
from typing import Any

from community.models import Debate, Group
from pilots.calculations.readers.layouts import Layout, lines, texts
from pilots.operations.imports import words
from pilots.operations.imports.nouns import Noun, Rejected, register_list

from .debates import edit_debate, start_debate
from .groups import edit_group, found_group


def _edit_debate(debate: Debate, changes: Mapping[str, Any], *, actor: Any, expected_version: int) -> Debate:
    if "group" in changes:
        raise Rejected("group", words.REFUSED_BY_RULE, "")
    return edit_debate(debate, changes, actor=actor, expected_version=expected_version)


# What is said in a group is for who reads it, and the report of an import is read by others as well.
register_list(
    Layout(
        "own-groups",
        "group",
        "reference",
        "reference|name|description|access",
        lines("name", "language", "access", "state") | texts("description"),
        ("name",),
        personal=True,
    ),
    Noun(
        Group,
        "reference",
        ("name",),
        lambda values, chunk: Group.objects.filter(name=values["name"]),
        lambda values, chunk: found_group(values, actor=chunk.actor),
        edit_group,
    ),
)
register_list(
    Layout(
        "own-debates",
        "debate",
        "reference",
        "reference|group|title|text",
        lines("group", "title", "language", "state") | texts("text"),
        ("group", "title"),
        personal=True,
    ),
    Noun(
        Debate,
        "reference",
        ("title", "group"),
        lambda values, chunk: Debate.objects.filter(group=values["group"], title=values["title"]),
        lambda values, chunk: start_debate(values, actor=chunk.actor),
        _edit_debate,
        points={"group": Group},
    ),
)
