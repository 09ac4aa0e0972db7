"""What is the least it can cost? The bare query and its rows as JSON, from the server that also runs the product.

No framework: one connection a thread, the driver's own rows, and JSON by the standard library at `/NAME`, by
the library the product uses at `/orjson/NAME`. The statements come from the file that BENCH_STATEMENTS names:
name → SQL and shape.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import psycopg

URL = os.environ["DATABASE_URL"]
STATEMENTS: dict[str, dict[str, str]] = json.loads(Path(os.environ["BENCH_STATEMENTS"]).read_text())
_local = threading.local()


def _connection() -> Any:
    """This thread's connection."""
    if not hasattr(_local, "connection"):
        if URL.startswith("sqlite"):
            _local.connection = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None)
        else:
            _local.connection = psycopg.connect(URL, autocommit=True, options="-c timezone=UTC")
    return _local.connection


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(type(value).__name__)


def _rows(sql: str) -> tuple[list[str], list[Any]]:
    cursor = _connection().execute(sql)
    return [column[0] for column in cursor.description], cursor.fetchall()


def _objects(sql: str, *, fast: bool) -> bytes:
    names, rows = _rows(sql)
    answer = {"results": [dict(zip(names, row, strict=True)) for row in rows]}
    if fast:
        return orjson.dumps(answer, default=_plain, option=orjson.OPT_UTC_Z)
    return json.dumps(answer, default=str).encode()


def _lines(sql: str) -> Iterator[bytes]:
    """All rows as lines of CSV, a few thousand at a time."""
    connection = _connection()
    if URL.startswith("sqlite"):
        cursor = connection.execute(sql)
        yield from _batches(cursor)
    else:
        with connection.transaction(), connection.cursor(name="export") as cursor:
            cursor.execute(sql)
            yield from _batches(cursor)


def _batches(cursor: Any) -> Iterator[bytes]:
    while rows := cursor.fetchmany(2000):
        yield "".join(
            ",".join("" if cell is None else str(cell) for cell in row) + "\r\n" for row in rows
        ).encode()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer `/NAME` with what the statement of that name returns."""
    library, _, name = environ["PATH_INFO"].strip("/").rpartition("/")
    statement = STATEMENTS.get(name)
    if statement is None:
        start_response(
            "200 OK" if environ["PATH_INFO"] == "/livez" else "404 Not Found", [("Content-Length", "0")]
        )
        return [b""]
    if statement["shape"] == "lines":
        start_response("200 OK", [("Content-Type", "text/csv")])
        return _lines(statement["sql"])
    body = _objects(statement["sql"], fast=library == "orjson")
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
