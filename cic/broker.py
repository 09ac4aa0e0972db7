"""How do messages reach the worker when no broker is installed? Through leases in one SQLite file.

`lite://` is a kombu transport. Taking a message leases it; only an acknowledgement deletes it. A
lease is renewed while its process lives, so the message of a killed worker comes back when the
lease runs out, and the message of a slow one does not.

A message that kills whoever takes it is parked after `max_deliveries`, where it harms nobody
and stays to be looked at.

Transport options: `path`, `lease` (seconds), `max_deliveries`, `polling_interval` (seconds).
"""

import json
import logging
import os
import sqlite3
import threading
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
MAX_DELIVERIES = 10
BUSY_SECONDS = 20

SCHEMA = """
pragma journal_mode=wal;
create table if not exists message (
    id integer primary key autoincrement,
    queue text not null,
    body text not null,
    visible_at real not null default 0,
    deliveries integer not null default 0,
    claim text,
    parked_at real
);
create index if not exists message_next on message (queue, parked_at, id);
create unique index if not exists message_claim on message (claim) where claim is not null;
"""


class Store:
    """The messages of one file. One connection for each process, used by one thread at a time.

    An SQLite connection may not cross a fork: it is closed before, and both sides open their own.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self.lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    def put(self, queue: str, message: dict[str, Any]) -> None:
        """Add `message` at the end of `queue`."""
        self._write("insert into message (queue, body) values (?, ?)", queue, json.dumps(message))

    def take(self, queue: str, lease: float, max_deliveries: int) -> tuple[str, dict[str, Any]] | None:
        """Lease the first visible message of `queue`: its claim and its content, or None."""
        while row := self._lease(queue, lease):
            claim, body, deliveries = row
            if deliveries > max_deliveries:
                self._park(claim, f"was given out {max_deliveries} times and never finished")
                continue
            try:
                message = json.loads(body)
                message["properties"]["delivery_info"]["redelivered"] = deliveries > 1
            except (ValueError, KeyError, TypeError):
                self._park(claim, "cannot be read")
                continue
            return claim, message
        return None

    def _lease(self, queue: str, lease: float) -> tuple[str, str, int] | None:
        now = time.time()
        # Look before locking for writing: an idle worker asks several times a second.
        first = (
            "select id from message where queue=? and parked_at is null and visible_at<=? order by id limit 1"
        )
        if not self._read(first, queue, now):
            return None
        rows = self._write(
            f"update message set visible_at=?, deliveries=deliveries+1, claim=? where id=({first})"
            " returning claim, body, deliveries",
            now + lease,
            uuid.uuid4().hex,
            queue,
            now,
        )
        return rows[0] if rows else None

    def _park(self, claim: str, why: str) -> None:
        rows = self._write(
            "update message set parked_at=?, claim=null where claim=? returning id, queue", time.time(), claim
        )
        for number, queue in rows:
            log.error("Message %s of queue %s is parked: it %s.", number, queue, why)

    def finish(self, claim: str) -> None:
        """Delete a message. A claim that has passed to somebody else deletes nothing."""
        self._write("delete from message where claim=?", claim)

    def give_back(self, claim: str) -> None:
        """Let the next worker have the message at once."""
        self._write("update message set visible_at=0, claim=null where claim=?", claim)

    def renew(self, claims: list[str], lease: float) -> None:
        """Keep what is still being worked on."""
        marks = ", ".join("?" * len(claims))
        self._write(f"update message set visible_at=? where claim in ({marks})", time.time() + lease, *claims)

    def size(self, queue: str) -> int:
        """How many messages of `queue` wait or are being worked on."""
        return self._read("select count(*) from message where queue=? and parked_at is null", queue)[0][0]

    def parked(self) -> list[tuple[int, str, str]]:
        """Number, queue and content of every parked message."""
        return self._read("select id, queue, body from message where parked_at is not null order by id")

    def purge(self, queue: str) -> int:
        """Delete what waits in `queue`; returns how many."""
        return len(self._write("delete from message where queue=? and claim is null returning id", queue))

    def close(self) -> None:
        """Close the connection; the next call opens a new one."""
        with self.lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.lock:
            return self._open().execute(sql, values).fetchall()

    # One statement is one transaction here, and fetching every row is what ends the statement.
    _write = _read

    def _open(self) -> sqlite3.Connection:
        """The connection; a new one when there is none or when the file was replaced meanwhile."""
        if self._connection is not None:
            try:
                if os.stat(self.path).st_ino == self._inode:
                    return self._connection
            except FileNotFoundError:
                pass
            self.close()
        try:
            self._connection = self._connect()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # Messages only wake workers, the work is in the database: start afresh, keep the evidence.
            log.exception("%s is damaged; it is set aside and a new one begun.", self.path)
            os.replace(self.path, f"{self.path}.damaged")
            for suffix in ("-wal", "-shm"):
                Path(self.path + suffix).unlink(missing_ok=True)
            self._connection = self._connect()
        self._inode = os.stat(self.path).st_ino
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.executescript(SCHEMA)
            # The process can die without losing a message; only a power cut may cost the last ones,
            # and the sweep finds what they stood for.
            connection.execute("pragma synchronous=normal")
        except BaseException:
            connection.close()
            raise
        return connection


_stores: dict[str, Store] = {}
_stores_lock = threading.Lock()


def store_at(path: str | Path) -> Store:
    """The store of this process for the file `path`."""
    with _stores_lock:
        return _stores.setdefault(os.path.realpath(path), Store(os.path.realpath(path)))


def _before_fork() -> None:
    _stores_lock.acquire()
    for store in _stores.values():
        store.lock.acquire()
        store.close()


def _after_fork() -> None:
    for store in _stores.values():
        store.lock.release()
    _stores_lock.release()


os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)


class Channel(virtual.Channel):
    """A kombu channel on a Store. The delivery tag of a message is its claim."""

    supports_fanout = False
    do_restore = False  # what is not acknowledged comes back by itself

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = self.connection.client.transport_options
        self.store = store_at(options["path"])
        self.lease = float(options.get("lease", LEASE_SECONDS))
        self.max_deliveries = int(options.get("max_deliveries", MAX_DELIVERIES))
        self._held: set[str] = set()
        self._held_lock = threading.Lock()
        self._closing = threading.Event()
        self._renewer: threading.Thread | None = None

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        self.store.put(queue, message)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        taken = self.store.take(queue, self.lease, self.max_deliveries)
        if taken is None:
            raise Empty
        claim, message = taken
        # A message that comes back must not be mistaken for its earlier delivery.
        message["properties"]["delivery_tag"] = claim
        self._hold(claim)
        return message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Done: delete the message."""
        self._release(delivery_tag)
        self.store.finish(delivery_tag)
        super().basic_ack(delivery_tag, multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Not done: give the message back, or drop it."""
        self._release(delivery_tag)
        if requeue:
            self.store.give_back(delivery_tag)
        else:
            self.store.finish(delivery_tag)
        self.qos.reject(delivery_tag, requeue=False)

    def basic_recover(self, requeue: bool = False) -> None:
        """Give back all that is held."""
        for claim in self._claims():
            self.basic_reject(claim, requeue=True)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> Any:
        """One message, or None. Without acknowledgement it is deleted at once."""
        message = super().basic_get(queue, no_ack=no_ack, **kwargs)
        if message is not None and no_ack:
            self.basic_ack(message.delivery_tag)
        return message

    def _size(self, queue: str) -> int:
        return self.store.size(queue)

    def _purge(self, queue: str) -> int:
        return self.store.purge(queue)

    def close(self) -> None:
        """Stop renewing and give back at once what was taken but not finished."""
        if not self.closed:
            self._closing.set()
            for claim in self._claims():
                self._release(claim)
                self.store.give_back(claim)
        super().close()

    def _claims(self) -> list[str]:
        with self._held_lock:
            return sorted(self._held)

    def _hold(self, claim: str) -> None:
        with self._held_lock:
            self._held.add(claim)
            if self._renewer is None:
                self._renewer = threading.Thread(target=self._renew, name="lite-lease", daemon=True)
                self._renewer.start()

    def _release(self, claim: str) -> None:
        with self._held_lock:
            self._held.discard(claim)

    def _renew(self) -> None:
        while not self._closing.wait(self.lease / 3):
            claims = self._claims()
            try:
                if claims:
                    self.store.renew(claims, self.lease)
            except sqlite3.Error:
                log.exception("Leases could not be renewed; the next try is in %s s.", self.lease / 3)


class Transport(virtual.Transport):
    """`lite://` for kombu."""

    Channel = Channel
    can_parse_url = False
    default_port: Any = 0
    driver_type = "sqlite"
    driver_name = "sqlite3"
    polling_interval = 0.2
    connection_errors: Any = (*virtual.Transport.connection_errors, sqlite3.OperationalError)

    @property
    def default_connection_params(self) -> dict[str, Any]:
        """None: a file has no host, and kombu need not warn of that."""
        return {}

    def driver_version(self) -> str:
        """The version of SQLite."""
        return sqlite3.sqlite_version
