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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.db import DEFAULT_DB_ALIAS, connection, connections

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
    # On the class: a browser's event loop gives its tests a connection object of their own.
    type(connections[DEFAULT_DB_ALIAS])._test_serialized_contents = _what_migrations_wrote()


def _what_migrations_wrote() -> str:
    """Every row of the fresh database, for Django to put back before a test that really commits."""
    tables = set(connection.introspection.table_names())
    models = [
        model for model in apps.get_models() if model._meta.db_table in tables and not model._meta.proxy
    ]
    rows = (row for model in models for row in model._base_manager.order_by("pk"))
    return serializers.serialize("json", rows)


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
