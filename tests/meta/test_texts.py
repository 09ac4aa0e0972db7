"""Does every text of the code stand in the catalogue of every language? A text that no tool collects is never translated."""

import ast

import pytest
from django.utils.translation import trans_real

from .test_structure import sources

# Which argument of a call is the text, and which before it is its context.
PLACES = {
    "gettext": 0,
    "gettext_lazy": 0,
    "ngettext": 0,
    "ngettext_lazy": 0,
    "pgettext": 1,
    "pgettext_lazy": 1,
}
SOURCE = "django.utils.translation"


def texts(tree: ast.Module) -> set[str]:
    """What the functions of Django's translation are called with, whatever name they were imported under."""
    names = {
        alias.asname or alias.name: PLACES[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == SOURCE
        for alias in node.names
        if alias.name in PLACES
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            said = [
                each.value for each in node.args[: names[node.func.id] + 1] if isinstance(each, ast.Constant)
            ]
            if len(said) == names[node.func.id] + 1:
                found.add("\x04".join(said))
    return found


@pytest.mark.parametrize("code", ["ca", "es", "fr"])
def test_every_text_of_the_code_is_said_in_every_language(code):
    catalogue = trans_real.DjangoTranslation(code)._catalog

    missing = [
        f"{path}: {text}"
        for path, tree in sources()
        for text in sorted(texts(tree))
        if text and text not in catalogue and (text, 0) not in catalogue
    ]

    assert missing == []
