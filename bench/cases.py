"""What is asked, of whom, beside which bare statement, and what may it cost?"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bench import words

ANYBODY, COORDINATOR, CENTRE, PARTNER = "", "coordinator", "centre", "partner"
# What /api/v1/trials/ lists, as SQL; `monitor` is for the city's staff.
OPEN_COLUMNS = (
    "id, reference, kind, title, acronym, language, centre_id AS centre, promoter_id AS promoter, {monitor}"
    "budget_eur, trl_in, trl_out, starts_on, ends_on, started_on, ended_on, state, publication, created_at, updated_at, "
    "version, source, external_id"
)
STAFF_COLUMNS = OPEN_COLUMNS.format(monitor="monitor_id AS monitor, ")
PUBLIC_COLUMNS = OPEN_COLUMNS.format(monitor="")
PUBLIC = "publication IN ('public', 'corrected')"
LIST = "/api/v1/trials/"

LIST_50, LIST_1000, DETAIL, FILTERED = 2.5, 1.5, 3.0, 1.3
RARE_MS, COMMON_MS = 20.0, 50.0
LIST_QUERIES, DETAIL_QUERIES, WORKSPACE_QUERIES, PUBLIC_QUERIES = 4, 6, 12, 10
GROWTH = 1.2
# A public page that nobody has kept; the server is told to keep none.
PAGE_MS = 300.0
CATALOGUE = (
    ("one kind", "kind=pilot"),
    ("one district", "territory=3"),
    ("three facets", "verdict=adopted&kind=pilot&year=2022"),
    ("facets and words", "area=4&search=sensors"),
    ("part of the map", "box=2.13,41.38,2.16,41.42"),
    ("near a place", "near=41.39,2.17"),
    ("by title", "order=title"),
)


@dataclass(frozen=True)
class Case:
    """One question. `sql` by engine; `limit` against the raw answer ("raw"), another case, or in milliseconds ("ms")."""

    name: str
    path: str
    reader: str = ANYBODY
    sql: dict[str, str] | None = None
    shape: str = "objects"
    against: str = ""
    limit: float = 0.0
    queries: int = 0
    grows: bool = False
    page: bool = False
    every: int = 1

    @property
    def key(self) -> str:
        """What the raw server calls it."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]

    def raw(self, engine: str) -> str:
        """The bare statement on this engine; empty where there is none."""
        return (self.sql or {}).get(engine, "")


def both(sql: str) -> dict[str, str]:
    """The same statement for both engines."""
    return {"PostgreSQL": sql, "SQLite": sql}


def select(where: str, *, reader: str = ANYBODY, limit: int = 50, order: str = "id DESC") -> str:
    """The list's own query: one row more than shown tells whether there is a next page."""
    seen = PUBLIC if reader == ANYBODY else "1 = 1"
    columns = PUBLIC_COLUMNS if reader == ANYBODY else STAFF_COLUMNS
    return f"SELECT {columns} FROM pilots_trial WHERE {seen} AND ({where}) ORDER BY {order} LIMIT {limit + 1}"


def with_words(text: str, table: str = "pilots_trial") -> dict[str, str]:
    """The condition that a row of `table` holds these (folded) words, on each engine."""
    found = text.split()
    prefix = len(found[-1]) > 2
    query = " & ".join(found) + ":*" * prefix
    match = " ".join(f'"{word}"' for word in found) + "*" * prefix
    return {
        "PostgreSQL": f"search_vector @@ to_tsquery('simple', '{query}')",
        "SQLite": f"id IN (SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH '{match}')",
    }


def cases(facts: dict[str, Any]) -> list[Case]:
    """Everything that is asked of a database with these facts, in the order of the table."""
    return [
        *lists(facts), *details(facts), *searches(), *filters(facts), *orders(), *pages(facts),
    ]  # fmt: skip


def lists(facts: dict[str, Any]) -> list[Case]:
    """The list, short and long, for each kind of reader, and far down."""
    found = []
    for reader, who in ((ANYBODY, "anybody"), (COORDINATOR, "coordinator")):
        for limit, allowed in ((50, LIST_50), (1000, LIST_1000)):
            found.append(
                Case(
                    f"list of {limit:,}, {who}",
                    f"{LIST}?limit={limit}",
                    reader,
                    both(select("1 = 1", reader=reader, limit=limit)),
                    against="raw",
                    limit=allowed,
                    queries=LIST_QUERIES,
                    grows=True,
                )  # fmt: skip
            )
    inner = f"({PUBLIC} OR centre_id = 1 OR monitor_id = 13)"
    member = f"({PUBLIC} OR promoter_id = 1 OR id IN (SELECT trial_id FROM pilots_trialpartner WHERE organisation_id = 1))"
    for reader, who, seen in (
        (CENTRE, "staff of one centre", inner),
        (PARTNER, "member of a partner", member),
    ):
        sql = select(seen, reader=COORDINATOR)
        if reader == PARTNER:  # sees more rows than anybody, no more columns
            sql = sql.replace(STAFF_COLUMNS, PUBLIC_COLUMNS)
        found.append(
            Case(
                f"list of 50, {who}",
                f"{LIST}?limit=50",
                reader,
                both(sql),
                against="raw",
                limit=LIST_50,
                queries=LIST_QUERIES,
                grows=True,
            )  # fmt: skip
        )
    deep = f"id < {facts['deep']}"
    found.append(
        Case(
            "page of 50 at nine tenths, anybody",
            f"{LIST}?cursor={facts['cursor_id']}",
            ANYBODY,
            both(select(deep)),
            against="raw",
            limit=LIST_50,
            queries=LIST_QUERIES,
            grows=True,
        )  # fmt: skip
    )
    deep = "(starts_on, id) > ('{}', {})".format(*facts["deep_start"])
    found.append(
        Case(
            "page of 50 at nine tenths, by start",
            f"{LIST}?order=starts_on&cursor={facts['cursor_start']}",
            ANYBODY,
            both(select(deep, order="starts_on, id")),
            against="raw",
            limit=LIST_50,
            queries=LIST_QUERIES,
            grows=True,
        )  # fmt: skip
    )
    return found


def details(facts: dict[str, Any]) -> list[Case]:
    """One trial with all its fields."""
    found = []
    for reader, who in ((ANYBODY, "anybody"), (COORDINATOR, "coordinator")):
        columns = PUBLIC_COLUMNS if reader == ANYBODY else STAFF_COLUMNS
        own = "SELECT {} FROM pilots_trial_areas WHERE trial_id = pilots_trial.id"
        more = "summary, idea_id AS idea, origin_id AS origin, agreement_id AS agreement, sdgs, hypothesis, method, environment, public_from"
        seen = PUBLIC if reader == ANYBODY else "1 = 1"
        sql = "SELECT {}, {}, ({}) AS areas FROM pilots_trial WHERE {} AND id = {}"
        found.append(
            Case(
                f"detail, {who}",
                f"{LIST}{facts['trial']}/",
                reader,
                {
                    "PostgreSQL": sql.format(
                        columns, more, own.format("array_agg(area_id)"), seen, facts["trial"]
                    ),
                    "SQLite": sql.format(
                        columns, more, own.format("group_concat(area_id)"), seen, facts["trial"]
                    ),
                },
                against="raw",
                limit=DETAIL,
                queries=DETAIL_QUERIES,
                grows=True,
            )  # fmt: skip
        )
    return found


def searches() -> list[Case]:
    """A word that few rows hold, one that many do, and both at once."""
    found = []
    for reader, who in ((ANYBODY, "anybody"), (COORDINATOR, "coordinator")):
        for label, text, folded, limit in (
            ("rare word", words.RARE, "sismograf", RARE_MS),
            ("common word", words.COMMON, "mobilitat", COMMON_MS),
        ):
            sql = {engine: select(where, reader=reader) for engine, where in with_words(folded).items()}
            found.append(
                Case(
                    f"search, {label}, {who}",
                    f"{LIST}?search={quote(text)}",
                    reader,
                    sql,
                    against="ms",
                    limit=limit,
                    queries=LIST_QUERIES,
                )  # fmt: skip
            )
    return found


def filters(facts: dict[str, Any]) -> list[Case]:
    """Every documented filter: where it matters, with a value that many rows have and with one that few have."""
    found = []
    values = {name: quote(str(value)) for name, value in facts.items()}
    for query, where, *readers in conditions(facts):
        label = re.sub(r"\{\w+\}", "…", query)
        by_engine = where if isinstance(where, dict) else both(where)
        # A list that a range narrows comes along that range.
        along = re.match(r"(\w+)_(?:after|before|min|max)=", query)
        order = f"{along[1]} DESC, id DESC" if along else "id DESC"
        for reader, who in ((ANYBODY, "anybody"), (COORDINATOR, "coordinator")):
            if readers and reader not in readers:
                continue
            sql = {
                engine: select(condition, reader=reader, order=order)
                for engine, condition in by_engine.items()
            }
            found.append(
                Case(
                    f"{label}, {who}",
                    f"{LIST}?{query.format(**values)}",
                    reader,
                    sql,
                    against=f"list of 50, {who}",
                    limit=FILTERED,
                    queries=LIST_QUERIES,
                    grows=True,
                )  # fmt: skip
            )
    return found


def conditions(facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Query with the names of facts for values, the same in SQL, and the readers who may ask it (all by default)."""
    link = "SELECT trial_id FROM"
    partner, late = "SELECT trial_id FROM pilots_trialpartner WHERE organisation_id", facts["today"]
    live = "state IN ('running', 'paused', 'suspended')"
    overdue = f"{live} AND id IN ({link} pilots_milestone WHERE done_on IS NULL AND due_on < '{late}')"
    within = "SELECT id FROM partners_territory WHERE id = {0} OR parent_id = {0}"
    verdict = f"id IN ({link} pilots_outcome WHERE verdict = '{{}}')"
    told = f"id IN ({link} pilots_outcome WHERE verdict = '{{}}' AND {PUBLIC})"
    return [
        ("kind=poc", "kind = 'poc'"),
        ("state=running", "state = 'running'"),
        ("state=cancelled", "state = 'cancelled'"),
        ("state=running&state=ended", "state IN ('running', 'ended')"),
        ("publication=public", "publication = 'public'"),
        ("publication=scheduled", "publication = 'scheduled'"),
        ("centre=3", "centre_id = 3"),
        ("area=4", f"id IN ({link} pilots_trial_areas WHERE area_id = 4)"),
        ("territory=3", f"id IN ({link} pilots_site WHERE territory_id IN ({within.format(3)}))"),
        ("territory=40", f"id IN ({link} pilots_site WHERE territory_id IN ({within.format(40)}))"),
        ("sdg=11", with_words("sdg11")),
        ("organisation={organisation}", promoted_or_joined(facts["organisation_words"])),
        ("organisation=institut", promoted_or_joined("institut")),
        ("reference={reference}", f"reference = '{facts['reference']}'"),
        ("promoter={promoter}", f"promoter_id = {facts['promoter']}"),
        ("partner={promoter}", f"promoter_id = {facts['promoter']} OR id IN ({partner} = {facts['promoter']})"),
        ("agreement=7", "agreement_id = 7 OR agreement_id IN (SELECT id FROM partners_agreement WHERE framework_id = 7)"),
        ("agreement=150", "agreement_id = 150"),
        ("idea={idea}", f"idea_id = {facts['idea']}"),
        ("origin={origin}", f"origin_id = {facts['origin']}"),
        ("monitor={monitor}", f"monitor_id = {facts['monitor']}", COORDINATOR),
        ("trl_in=5", "trl_in = 5"),
        ("verdict=adopted", told.format("adopted"), ANYBODY),
        ("verdict=adopted", verdict.format("adopted"), COORDINATOR),
        ("verdict=replicated", told.format("replicated"), ANYBODY),
        ("verdict=replicated", verdict.format("replicated"), COORDINATOR),
        ("starts_on_after=2020-01-01&starts_on_before=2020-12-31", "starts_on BETWEEN '2020-01-01' AND '2020-12-31'"),
        ("ends_on_before=2018-06-30", "ends_on <= '2018-06-30'"),
        ("started_on_after=2026-06-01", "started_on >= '2026-06-01'"),
        ("started_on_before=2018-03-01", "started_on <= '2018-03-01'"),
        ("ended_on_before=2018-06-30", "ended_on <= '2018-06-30'"),
        ("budget_eur_min=890000", "budget_eur >= 890000"),
        ("budget_eur_max=450000", "budget_eur <= 450000"),
        ("overdue=true", overdue),
        ("overdue=false", f"NOT ({overdue})"),
        ("mine=true", "monitor_id = 1", COORDINATOR),
        ("mine=false", "monitor_id IS NULL OR monitor_id <> 1", COORDINATOR),
        ("language=ca", "language = 'ca'"),
        ("language=fr", "language = 'fr'"),
        ("source=cordis", "source = 'cordis'"),
        ("source=cordis&external_id={external_id}", f"source = 'cordis' AND external_id = '{facts['external_id']}'"),
        ("external_id={external_id}", f"external_id = '{facts['external_id']}'"),
        ("created_at_before=2018-02-01T00:00:00Z", "created_at <= '2018-02-01'"),
        ("updated_at_after=2026-06-01T00:00:00Z", "updated_at >= '2026-06-01'"),
        ("updated_at_before=2018-02-01T00:00:00Z", "updated_at <= '2018-02-01'"),
        ("state=evaluated&kind=pilot&language=es&centre=3",
         "state = 'evaluated' AND kind = 'pilot' AND language = 'es' AND centre_id = 3"),
        ("state=running&search=sensors", {engine: f"state = 'running' AND {condition}"
                                          for engine, condition in with_words("sensors").items()}),
    ]  # fmt: skip


def promoted_or_joined(name: str) -> dict[str, str]:
    """The condition that an organisation with these words in its name promotes or joins the trial."""
    found = {}
    for engine, condition in with_words(name, "partners_organisation").items():
        named = f"SELECT id FROM partners_organisation WHERE state = 'verified' AND {condition}"
        joined = f"SELECT trial_id FROM pilots_trialpartner WHERE organisation_id IN ({named})"
        found[engine] = f"promoter_id IN ({named}) OR id IN ({joined})"
    return found


def orders() -> list[Case]:
    """Every documented order, both ways."""
    found = []
    for name in ("reference", "title", "kind", "state", "starts_on", "ends_on", "started_on", "ended_on", "budget_eur",
                 "created_at", "updated_at"):  # fmt: skip
        for sign, way in (("", "ASC"), ("-", "DESC")):
            column = "sort_key" if name == "title" else name
            empty = f"{column} IS NOT NULL"
            found.append(
                Case(
                    f"order={sign}{name}, anybody",
                    f"{LIST}?order={sign}{name}",
                    ANYBODY,
                    both(select(empty, order=f"{column} {way}, id {way}")),
                    against="list of 50, anybody",
                    limit=FILTERED,
                    queries=LIST_QUERIES,
                    grows=True,
                )  # fmt: skip
            )
    return found


def pages(facts: dict[str, Any]) -> list[Case]:
    """Pages for people, and the export."""
    card = f"SELECT t.id, t.reference, t.title, t.summary, t.kind, t.state, t.starts_on, o.name FROM pilots_trial t LEFT JOIN partners_organisation o ON o.id = t.promoter_id WHERE t.{PUBLIC} ORDER BY t.id DESC LIMIT 24"
    rows = f"SELECT {STAFF_COLUMNS} FROM pilots_trial ORDER BY id DESC"
    word = with_words("mobilitat")
    cards = {
        engine: card.replace("ORDER", f"AND {condition} ORDER", 1).replace("id IN", "t.id IN")
        for engine, condition in word.items()
    }
    cards["PostgreSQL"] = cards["PostgreSQL"].replace("search_vector", "t.search_vector")
    return [
        Case("catalogue", "/en/pilots/", sql=both(card), queries=PUBLIC_QUERIES, page=True, every=3),
        Case("catalogue, common word", f"/en/pilots/?search={words.COMMON}", sql=cards, queries=PUBLIC_QUERIES, page=True, every=3),
        Case("catalogue, page 100", "/en/pilots/?page=100", sql=both(card.replace("LIMIT 24", "LIMIT 24 OFFSET 2400")),
             queries=PUBLIC_QUERIES, page=True, every=3),
        *(Case(f"catalogue, {label}", f"/en/pilots/?{query}", against="ms", limit=PAGE_MS, queries=PUBLIC_QUERIES, page=True, every=3)
          for label, query in CATALOGUE),
        Case("figures", "/en/figures/", against="ms", limit=PAGE_MS, queries=PUBLIC_QUERIES, page=True, every=3),
        Case("organisations", "/en/organisations/", queries=PUBLIC_QUERIES, page=True, every=3),
        *(Case(f"search page, {label}", f"/en/search/?q={quote(word)}", against="ms", limit=PAGE_MS, queries=PUBLIC_QUERIES, page=True,
               every=3) for label, word in (("common word", words.COMMON), ("rare word", words.RARE), ("no hit", "zzzz"))),
        Case("page of a pilot", f"/en/pilots/{facts['reference']}/", queries=PUBLIC_QUERIES, page=True, every=3),
        Case("home page", "/en/", queries=PUBLIC_QUERIES, page=True, every=3),
        Case("workspace list", "/workspace/trials/", COORDINATOR, both(rows + " LIMIT 51"), queries=WORKSPACE_QUERIES, page=True,
             every=3, grows=True),
        Case("workspace list, common word", f"/workspace/trials/?search={words.COMMON}", COORDINATOR,
             {engine: select(condition, reader=COORDINATOR) for engine, condition in word.items()},
             queries=WORKSPACE_QUERIES, page=True, every=3),
        Case("workspace detail", f"/workspace/trials/{facts['trial']}/", COORDINATOR, queries=WORKSPACE_QUERIES, page=True, every=3),
        Case("my work", "/workspace/", COORDINATOR, queries=WORKSPACE_QUERIES, page=True, every=3),
        Case("export of all as CSV", "/workspace/trials/", COORDINATOR, both(rows), shape="lines", page=True, every=10),
    ]  # fmt: skip
