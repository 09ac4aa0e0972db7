"""What did citizens propose, choose and say? Proposals, projects and comments out of Decidim exports."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .cells import amount, identifier, instant, line, optional, text, whole
from .formats import DECIDIM_COMMENTS, DECIDIM_PROJECTS, DECIDIM_PROPOSALS, format_of
from .markup import clean_html, plain_text
from .places import websites
from .rows import Action, Kind, Note, Notes, Problem, Row, of_layout, once_only
from .tabular import Record, Table, open_table

SOURCE = "decidim"
ZONE = "Europe/Madrid"  # where an export names no zone: decidim.barcelona writes its local time
LANGUAGES = ("ca", "es", "en")

Titles = dict[tuple[str, str], str]


def read(paths: Sequence[Path | str]) -> Iterator[Row]:
    """Per file one row FILE and then one IDEA per proposal or project, or one COMMENT per comment.

    Raises: Unreadable, UnknownFormat.
    """
    for path in paths:
        table = open_table(path)
        found = format_of(table, (DECIDIM_PROPOSALS, DECIDIM_PROJECTS, DECIDIM_COMMENTS))
        yield from of_layout(found.key, _file(table, found.key))


def _file(table: Table, key: str) -> Iterator[Row]:
    yield Row(0, Kind.FILE, "", {"format": key, "file": table.path.name}, _remarks(table, key))
    read_one, titles, met = _READ_ONE[key], Titles(), set[str]()
    for record in table.records():
        if record.problem:
            yield Row(record.number, Kind.REJECTED, "", {}, [record.problem])
        else:
            yield once_only(read_one(record, titles), met)


def _remarks(table: Table, key: str) -> list[Note]:
    if key == DECIDIM_PROPOSALS.key:
        return [*table.remarks, Note("created_at", Problem.NO_TIME_ZONE, ZONE, Action.SUBSTITUTED)]
    return table.remarks


def _rejected(record: Record, name: str) -> Row:
    return Row(record.number, Kind.REJECTED, "", {}, [Note(name, Problem.MISSING, "", Action.REJECTED)])


def _titles(record: Record, columns: str, seen: Titles, external_id: str, notes: Notes) -> dict[str, str]:
    """Titles by language; a title met before is kept, and its first bearer noted."""
    found = {}
    for language in LANGUAGES:
        column = columns.format(language)
        title = line(record.cells.get(column, ""), column, notes, longest=500)
        if not title:
            continue
        found[language] = title
        first = seen.setdefault((language, record.cells[column].strip().casefold()), external_id)
        if first != external_id:
            notes.add(column, Problem.REPEATED_TITLE, f"{title} = {first}", Action.KEPT)
    return found


def _proposal(record: Record, seen: Titles) -> Row:
    get = record.cells.get
    notes = Notes()
    external_id = identifier(get("id_proposal", ""))
    titles = _titles(record, "title_{}", seen, external_id, notes)
    if not external_id or not titles:
        return _rejected(record, "title" if external_id else "id_proposal")
    language = next(iter(titles))
    values: dict[str, Any] = {
        "title": titles[language],
        "language": language,
        "titles": titles,
        "body": "",
        "bodies": {},
        "author": line(get("authors_nicknames", ""), "author", notes, longest=100),
        "created_at": instant(get("created_at", ""), "created_at", notes, zone=ZONE),
        "published_at": instant(get("published_at", ""), "published_at", notes, zone=ZONE),
        "comments": whole(get("number_of_comments", ""), "number_of_comments", notes),
        "endorsements": len([part for part in get("endorsements_nicknames", "").split(";") if part.strip()]),
        "budget_eur": None,
        "votes": None,
        "scope": {},
        "scope_id": "",
        "category": {},
        "url": "",
        "process_url": "",
        "related": [],
    }
    return Row(record.number, Kind.IDEA, f"proposal-{external_id}", values, notes.taken)


def _project(record: Record, seen: Titles) -> Row:
    get = record.cells.get
    notes = Notes()
    external_id = identifier(get("id", ""))
    titles = _titles(record, "title/{}", seen, external_id, notes)
    if not external_id or not titles:
        return _rejected(record, "title" if external_id else "id")
    language = next(iter(titles))
    html = {
        key: clean_html(get(f"description/{key}", ""))
        for key in LANGUAGES
        if get(f"description/{key}", "").strip()
    }
    bodies = {key: plain_text(value) for key, value in html.items()}
    for key in html:
        notes.add(f"description/{key}", Problem.HTML, "", Action.CONVERTED)
    values: dict[str, Any] = {
        "title": titles[language],
        "language": language,
        "titles": titles,
        "body": bodies.get(language, ""),
        "bodies": bodies,
        "bodies_html": html,
        "author": "",
        "created_at": instant(get("created_at", ""), "created_at", notes, zone=ZONE),
        "published_at": None,
        "comments": whole(get("comments", ""), "comments", notes),
        "endorsements": None,
        "budget_eur": amount(get("budget_amount", ""), "budget_eur", notes),
        "votes": whole(get("confirmed_votes", ""), "votes", notes),
        "scope": _by_language(record, "scope/name/{}", notes),
        "scope_id": identifier(get("scope/id", "")),
        "category": _by_language(record, "category/name/{}", notes),
        "url": next(iter(websites(get("url", ""), "url", notes)), ""),
        "process_url": next(iter(websites(get("participatory_space/url", ""), "process_url", notes)), ""),
        "related": [part for part in re.split(r"[;,]\s*", get("related_proposals", "")) if part.isdigit()],
    }
    if not values["scope"]:
        notes.add("scope", Problem.MISSING, "", Action.LEFT_EMPTY)
    return Row(record.number, Kind.IDEA, f"project-{external_id}", values, notes.taken)


def _comment(record: Record, seen: Titles) -> Row:
    get = record.cells.get
    notes = Notes()
    external_id = identifier(get("id", ""))
    body = text(get("body", ""), "body", notes)
    if not external_id or not body:
        return _rejected(record, "body" if external_id else "id")
    values: dict[str, Any] = {
        "body": body,
        "language": line(optional(get("locale", "")), "locale", notes, longest=10),
        "author": line(get("author/name", ""), "author", notes, longest=150),
        "group": line(get("user_group/name", ""), "group", notes, longest=200),
        "alignment": {"1": "in_favour", "-1": "against"}.get(identifier(get("alignment", "")), "neutral"),
        "depth": whole(get("depth", ""), "depth", notes),
        "about_type": line(get("commentable_type", ""), "commentable_type", notes, longest=100),
        "about_id": identifier(get("commentable_id", "")),
        "url": next(iter(websites(get("root_commentable_url", ""), "url", notes)), ""),
        "created_at": instant(get("created_at", ""), "created_at", notes, zone=ZONE),
    }
    return Row(record.number, Kind.COMMENT, external_id, values, notes.taken)


def _by_language(record: Record, columns: str, notes: Notes) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        column = columns.format(language)
        value = line(record.cells.get(column, ""), column, notes, longest=200)
        if value:
            found[language] = value
    return found


_READ_ONE: dict[str, Callable[[Record, Titles], Row]] = {
    DECIDIM_PROPOSALS.key: _proposal,
    DECIDIM_PROJECTS.key: _project,
    DECIDIM_COMMENTS.key: _comment,
}
