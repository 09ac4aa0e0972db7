"""Which records hold these words, by the word of an OpenSearch server? Asked by a setting, never believed alone.

The server is told ids and folded words, nothing else. What it names is always narrowed by `visible_to` after it, so
what it holds decides what is found, never who may see it. When it is silent, partial, or finds more than it can name
in one answer, the database's own index answers instead, and the log says so.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
import structlog
from celery import shared_task
from django.apps import apps
from django.conf import settings
from django.utils import timezone

log = structlog.get_logger(__name__)

# Beyond these the database is asked: a count must be that of all, not of those one answer holds.
MOST_HITS = 2000
CHUNK = 500
TIMEOUT_SECONDS = (1, 3)
TIMEOUT_OF_WRITES_SECONDS = (3, 60)
QUIET_SECONDS = 30
DEFAULT_INDEX = "cic"

_GEMINATES = ("l·l", "l•l", "l‧l", "l∙l", "l⋅l", "l.l", "ŀl")
SETTINGS = {
    "settings": {
        "analysis": {
            "char_filter": {
                # As cic.core.search.fold has it, so that somebody who asks the server by hand finds the same.
                "geminate": {
                    "type": "mapping",
                    "mappings": [f"{way} => ll" for text in _GEMINATES for way in (text, text.upper())],
                }
            },
            "analyzer": {
                "folded": {
                    "type": "custom",
                    "char_filter": ["geminate"],
                    "tokenizer": "standard",
                    "filter": ["lowercase", "asciifolding"],
                }
            },
        }
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            "noun": {"type": "keyword"},
            "words": {"type": "text", "analyzer": "folded", "norms": False},
        },
    },
}

# Each process remembers by itself that the server was away: what is at stake is a second of waiting.
_away_until = 0.0


class Unusable(Exception):
    """The server gave no answer that can be used."""


def in_use() -> bool:
    """Whether this installation has such a server."""
    return bool(settings.SEARCH_URL)


def hits(
    words: Sequence[str], models: Iterable[type[Any]], *, prefix: bool
) -> dict[type[Any], list[int]] | None:
    """The ids by model of all records that hold every word; None when the database has to say."""
    global _away_until
    if not in_use() or time.monotonic() < _away_until:
        return None
    found: dict[type[Any], list[int]] = {model: [] for model in models}
    labels = {model._meta.label_lower: model for model in found}
    kind = "match_bool_prefix" if prefix else "match"
    question = {
        "size": MOST_HITS,
        "track_total_hits": MOST_HITS + 1,
        "_source": False,
        "query": {
            "bool": {
                "filter": [
                    {"terms": {"noun": sorted(labels)}},
                    {kind: {"words": {"query": " ".join(words), "operator": "and"}}},
                ]
            }
        },
    }
    try:
        answer = _call("POST", f"{_index()}/_search", question)
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise Unusable("part of the index did not answer")
        if answer["hits"]["total"]["value"] > MOST_HITS:
            return None
        for hit in answer["hits"]["hits"]:
            label, _colon, pk = hit["_id"].rpartition(":")
            found[labels[label]].append(int(pk))
    except (Unusable, KeyError, TypeError, ValueError) as error:
        _away_until = time.monotonic() + QUIET_SECONDS
        log.warning("search_engine_unusable", error=str(error), quiet_seconds=QUIET_SECONDS)
        return None
    return found


@shared_task(name="core.index_records")
def index_records(*, records: Mapping[str, Sequence[int]]) -> None:
    """Tell the server the words these records hold now, and which of them are gone."""
    if in_use():
        for label, ids in records.items():
            model = apps.get_model(label)
            for start in range(0, len(ids), CHUNK):
                _write(_index(), model, ids[start : start + CHUNK])


def fill(models: Sequence[type[Any]]) -> dict[type[Any], int]:
    """Make the index anew beside the old one and change over at once. Returns how many records of each model."""
    started = timezone.now()
    alias, new = _index(), f"{_index()}-{started:%Y%m%d%H%M%S}"
    _call("PUT", new, SETTINGS)
    counts = {
        model: sum(_write(new, model, ids) for ids in _ids(model._base_manager.all())) for model in models
    }
    old = [name for name in _call("GET", f"{alias}-*/_alias") if name != new and _is_ours(name, alias)]
    actions = [{"add": {"index": new, "alias": alias}}, *({"remove_index": {"index": name}} for name in old)]
    _call("POST", "_aliases", {"actions": actions})
    for model in models:
        # What was written meanwhile went to the old one.
        for ids in _ids(model._base_manager.filter(updated_at__gte=started)):
            _write(alias, model, ids)
    return counts


def _is_ours(name: str, alias: str) -> bool:
    return name.startswith(f"{alias}-") and name.removeprefix(f"{alias}-").isdigit()


def _ids(rows: Any) -> Iterator[list[int]]:
    last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def _write(index: str, model: Any, ids: Sequence[int]) -> int:
    """One bulk request. Of two that write the same record the one that read the newer version stays."""
    label, lines, there = model._meta.label_lower, [], set()
    rows = model._base_manager.filter(pk__in=ids).values_list("pk", model.VERSIONED_BY, "search_text")
    for pk, version, words in rows:
        there.add(pk)
        place = {"_id": f"{label}:{pk}", "version": _number(version), "version_type": "external_gte"}
        lines += [{"index": place}, {"noun": label, "words": words}]
    lines += [{"delete": {"_id": f"{label}:{pk}"}} for pk in ids if pk not in there]
    # Without the alias the server would make an index of its own, in its own way.
    address = f"{index}/_bulk" + ("?require_alias=true" if index == _index() else "")
    answer = _call("POST", address, lines)
    if answer["errors"]:
        results = [result for item in answer["items"] for result in item.values()]
        refused = [result for result in results if result["status"] not in (200, 201, 404, 409)]
        if refused:
            raise Unusable(f"{len(refused)} records refused: {refused[0].get('error')}")
    return len(there)


def _number(version: int | datetime) -> int:
    """A version as the server compares it: an instant in microseconds."""
    return version if isinstance(version, int) else int(version.timestamp() * 1_000_000)


def _index() -> str:
    return urlsplit(settings.SEARCH_URL).path.strip("/") or DEFAULT_INDEX


def _call(method: str, path: str, body: Any = None) -> Any:
    """What the server answers, read from JSON.

    Raises: Unusable for no answer, another status than 2xx, or what is no JSON.
    """
    parts = urlsplit(settings.SEARCH_URL)
    base = urlunsplit((parts.scheme.replace("opensearch", "http"), parts.netloc, "", "", ""))
    bulk = isinstance(body, list)
    text = "".join(json.dumps(line) + "\n" for line in body) if bulk else json.dumps(body)
    kind = "application/x-ndjson" if bulk else "application/json"
    try:
        answer = requests.request(
            method,
            f"{base}/{path}",
            data=None if body is None else text.encode(),
            headers={} if body is None else {"Content-Type": kind},
            timeout=TIMEOUT_SECONDS if path.endswith("/_search") else TIMEOUT_OF_WRITES_SECONDS,
            allow_redirects=False,
        )
        if not 200 <= answer.status_code < 300:
            raise Unusable(f"{method} {path}: status {answer.status_code}")
        return answer.json()
    except (requests.RequestException, ValueError) as error:
        # Not its text: that may hold the address with its password.
        raise Unusable(f"{method} {path}: {type(error).__name__}") from error
