"""Is what the documents say still there: the files they link to, the commands, the tests and the targets they name?"""

import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
TOP = ("README.md", "SECURITY.md", "CONTRIBUTING.md")
PAGES = [ROOT / name for name in TOP] + sorted((ROOT / "docs").glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
FOREIGN = re.compile(r"[a-z]+:")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
# Where a command begins: at the start of a line or a span of code, or after what joins two commands.
MAKE = re.compile(r"(?:^|[`;&|]\s*|=\S+ )make +([a-z][a-z-]*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
MANAGE = re.compile(r"manage\.py +([a-z][a-z_]*)")
TEST = re.compile(r"\btest_\w+(?!\.py|\w)")
DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def anchor(heading: str) -> str:
    """The fragment under which a heading is reached."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def anchors(page: Path) -> set[str]:
    """The fragments of one page."""
    return {anchor(heading) for heading in HEADING.findall(page.read_text(encoding="utf-8"))}


def code_of(page: Path) -> list[str]:
    """What stands as code in a page."""
    return CODE.findall(page.read_text(encoding="utf-8"))


def is_broken(page: Path, link: str) -> bool:
    """Whether a relative link of `page` leads nowhere."""
    path, _mark, fragment = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or (
        target.suffix == ".md" and bool(fragment) and fragment not in anchors(target)
    )


@each_page
def test_every_relative_link_of_a_page_leads_somewhere(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not FOREIGN.match(link)]

    assert [link for link in links if is_broken(page, link)] == []


@each_page
def test_every_make_target_a_page_names_exists(page):
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))

    assert {name for code in code_of(page) for name in MAKE.findall(code)} - targets == set()


@each_page
def test_every_command_a_page_names_exists(page):
    named = {name for code in code_of(page) for name in MANAGE.findall(code)}

    assert named - set(get_commands()) == set()


@each_page
def test_every_test_a_page_names_exists(page):
    named = {name for code in code_of(page) for name in TEST.findall(code)}
    if not named:
        return
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    defined = {name for path in files for name in DEFINED.findall(path.read_text(encoding="utf-8"))}

    assert named - defined == set()


def test_documents_are_read_at_all():
    assert {page.name for page in PAGES} >= {
        *TOP,
        "architecture.md",
        "install.md",
        "api.md",
        "threat-model.md",
    }
    assert sum(len(MANAGE.findall(code)) for page in PAGES for code in code_of(page)) > 10
