"""How does a test run get its database? A copy of one that was migrated once for this code.

Migrating Wagtail and all the rest takes long; copying the result does not. The template is made
anew when a migration file, a locked version or the engine changes.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parents[1]
KEEP_SECONDS = 12 * 3600


def migrations_digest() -> str:
    """Changes when the migrated database would."""
    digest = hashlib.sha256()
    files = [
        ROOT / "uv.lock",
        *sorted(ROOT.glob("*/migrations/*.py")),
        *sorted(ROOT.glob("cic/*/migrations/*.py")),
    ]
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    digest.update(f"{settings.INSTALLED_APPS} {settings.LANGUAGES} {settings.LANGUAGE_CODE}".encode())
    return digest.hexdigest()[:16]


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Let one process of this machine in."""
    with open(Path(tempfile.gettempdir()) / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_database(suffix: str) -> None:
    """Point the default connection at a fresh, migrated test database."""
    (_make_sqlite if connection.vendor == "sqlite" else _make_postgresql)(suffix)
    connection.settings_dict["TEST"]["MIGRATE"] = False
    # On the classes: a browser's event loop gives its tests a connection object of their own.
    type(connections[DEFAULT_DB_ALIAS])._test_serialized_contents = _what_migrations_wrote()
    type(connection.creation).deserialize_db_from_string = _put_back
    TransactionTestCase._fixture_teardown = _left_as_found(TransactionTestCase._fixture_teardown)
    type(connection.ops).sql_flush = _empty


Rows = dict[str, tuple[str, Any]]


def _what_migrations_wrote() -> Rows:
    """Table → its columns and every row of the fresh database, to be put back after a test that really commits."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            if connection.vendor == "sqlite":
                cursor.execute(f'PRAGMA table_info("{table}")')
                columns = ", ".join(f'"{row[1]}"' for row in cursor.fetchall())
                rows: Any = cursor.execute(f'SELECT {columns} FROM "{table}"').fetchall()
            else:
                cursor.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
                    " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
                    [table],
                )
                columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
                with cursor.copy(f'COPY (SELECT {columns} FROM "{table}") TO STDOUT') as copying:
                    rows = b"".join(bytes(part) for part in copying)
            if rows:
                found[table] = columns, rows
    return found


def _left_as_found(teardown: Callable[[Any], None]) -> Callable[[Any], None]:
    """What a test that really commits leaves is what it found, so that any other may come after it."""

    def leave(test: Any) -> None:
        teardown(test)
        _put_back(connection.creation, type(connections[DEFAULT_DB_ALIAS])._test_serialized_contents)

    return leave


def _put_back(creation: Any, kept: Rows) -> None:
    """Django would make an object of every row and save it, which takes longer than most tests."""
    with transaction.atomic(), creation.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_content_type LIMIT 1")
        if cursor.fetchone():
            return  # the first to commit finds all in its place
        for table, (columns, rows) in kept.items():
            if creation.connection.vendor == "sqlite":
                marks = ", ".join("?" * len(rows[0]))
                cursor.connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
            else:
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copying:
                    copying.write(rows)


def _empty(operations: Any, style: Any, tables: list[str], **options: bool) -> list[str]:
    """What empties the tables that are not empty: to TRUNCATE all of them takes longer than most tests."""
    with operations.connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables
            )
        )
        full = [f'"{name}"' for (name,) in cursor.fetchall()]
    if operations.connection.vendor == "sqlite":
        return [f"DELETE FROM {name}" for name in full]
    # Neither the order of keys nor what guards the log of changes matters to a table that is to be empty.
    return [
        "SET session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in full),
        "SET session_replication_role = DEFAULT",
    ]


def drop_database() -> None:
    """Remove the test database; the template stays for the next run."""
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        for path in Path(name).parent.glob(f"{Path(name).name}*"):
            path.unlink()
    else:
        _administrate(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _migrate_into(name: str) -> None:
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _make_sqlite(suffix: str) -> None:
    # In memory where the machine has that, but a file: threads and processes then meet as they do live.
    folder = Path(settings.VAR_DIR)
    template = folder.parent / f"cic-template-{os.getuid()}-{migrations_digest()}.sqlite3"
    with one_at_a_time(template.name):
        if not template.exists():
            making = folder / "template.sqlite3"
            _migrate_into(str(making))
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            for old in folder.parent.glob(f"cic-template-{os.getuid()}-*.sqlite3"):
                if time.time() - old.stat().st_mtime > KEEP_SECONDS:
                    old.unlink(missing_ok=True)
            shutil.move(making, template)
        name = folder / f"test{suffix}.sqlite3"
        shutil.copyfile(template, name)
    _use(str(name))


def _make_postgresql(suffix: str) -> None:
    wanted = connection.settings_dict["NAME"]
    template, name, digest = f"test_{wanted}_template", f"test_{wanted}{suffix}", migrations_digest()
    with one_at_a_time(f"cic-template-{wanted}"):
        found = _administrate(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", template
        )
        if found != [(digest,)]:
            _migrate_into(template)
            _administrate(f"COMMENT ON DATABASE \"{template}\" IS '{digest}'")
        _use(wanted)
        _administrate(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _administrate(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use(name)


def _administrate(sql: str, *values: str) -> list[tuple]:
    """Run one statement about databases, outside any of them."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []
