"""Where are the rows? One database of each size, made for this run and dropped after it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from cic.up import ROOT, fingerprint

DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/cic"


@dataclass(frozen=True)
class Place:
    """A filled database: its engine, its address, how many trials it holds, and what is known of them."""

    engine: str
    url: str
    trials: int
    facts: dict[str, Any]


class Places:
    """The databases of one run, and the directory they share."""

    def __init__(self, var: Path, *, keep: bool) -> None:
        self.var, self.keep = var, keep
        self.server = urlsplit(os.environ.get("TEST_DATABASE_URL") or DEFAULT_URL)
        self.prefix = f"{self.server.path.strip('/') or 'cic'}_bench_"
        migrations = ("*/migrations/*.py", "cic/*/migrations/*.py", "cms/operations/*.py")
        self.empty = f"empty-{fingerprint(*migrations)[:12]}"
        self.stamp = fingerprint(*migrations, "bench/filling.py", "bench/loading.py", "bench/words.py")[:12]
        self.made: list[str] = []
        var.mkdir(parents=True, exist_ok=True)

    def environment(self, url: str, **more: str) -> dict[str, str]:
        """The environment of a process that works on the database at `url`, with nothing of the shell's own."""
        ours = {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")
        }
        return ours | {
            "DJANGO_SETTINGS_MODULE": "cic.settings",
            "DATABASE_URL": url,
            "VAR_DIR": str(self.var),
            "SECRET_KEY": "for-measuring-only-" + "0" * 50,
            "LANGUAGE_CODE": "en",
            **more,
        }

    def run(self, url: str, *arguments: str, **more: str) -> None:
        """Run one of our modules on the database at `url`; `more` is added to its environment."""
        subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(url, LOG_LEVEL="ERROR", **more),
            check=True,
        )

    # --- PostgreSQL ---

    def why_not_postgresql(self) -> str:
        """Why PostgreSQL cannot be used; empty when it can."""
        try:
            self._server().close()
        except psycopg.Error as error:
            return str(error).splitlines()[0]
        return ""

    def _server(self) -> Any:
        return psycopg.connect(
            self.server._replace(path="/postgres").geturl(), connect_timeout=3, autocommit=True
        )

    def _drop(self, name: str) -> None:
        with self._server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _create(self, name: str, template: str = "") -> str:
        self._drop(name)
        with self._server() as server:
            server.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        self.made.append(name)
        return self.server._replace(path=f"/{name}").geturl()

    def postgresql(self, trials: int) -> Place:
        """A PostgreSQL database with so many trials."""
        name, url = f"{self.prefix}{trials}", self.server._replace(path=f"/{self.prefix}{trials}").geturl()
        known = self._known(name)
        if not known:
            self._create(name, self._empty_postgresql())
            known = self._fill(name, url, trials)
        self.made.append(name)
        return Place("PostgreSQL", url, trials, known)

    def _empty_postgresql(self) -> str:
        name, mark = f"{self.prefix}empty", self.var / f"postgresql-{self.empty}"
        if name not in self.made and not (self.keep and mark.exists()):
            self._migrate(self._create(name))
            mark.touch()
        self.made.append(name)
        return name

    def empty_postgresql(self, name: str) -> str:
        """The address of a migrated PostgreSQL database without rows."""
        return self._create(f"{self.prefix}{name}", self._empty_postgresql())

    # --- SQLite ---

    def sqlite(self, trials: int) -> Place:
        """A SQLite file with so many trials."""
        path = self.var / f"bench-{trials}.sqlite3"
        name, url = f"sqlite-{trials}", f"sqlite:///{path}"
        known = self._known(name)
        if not known:
            empty = self._empty_sqlite()
            for old in self.var.glob(f"{path.name}*"):
                old.unlink()
            shutil.copy(empty, path)
            known = self._fill(name, url, trials)
        return Place("SQLite", url, trials, known)

    def _empty_sqlite(self) -> Path:
        path, unfinished = self.var / f"{self.empty}.sqlite3", self.var / "unfinished.sqlite3"
        if not path.exists():
            for old in self.var.glob("unfinished.sqlite3*"):
                old.unlink()
            self._migrate(f"sqlite:///{unfinished}")
            unfinished.rename(path)
        return path

    def empty_sqlite(self, name: str) -> str:
        """The address of a migrated SQLite file without rows."""
        for old in self.var.glob(f"{name}.sqlite3*"):
            old.unlink()
        return f"sqlite:///{shutil.copy(self._empty_sqlite(), self.var / f'{name}.sqlite3')}"

    # --- both ---

    def _facts(self, name: str) -> Path:
        return self.var / f"facts-{name}-{self.stamp}.json"

    def _known(self, name: str) -> dict[str, Any]:
        """The facts of a database that an earlier run kept."""
        path = self._facts(name)
        return json.loads(path.read_text()) if self.keep and path.exists() else {}

    def _fill(self, name: str, url: str, trials: int) -> dict[str, Any]:
        facts = self._facts(name)
        facts.unlink(missing_ok=True)
        self.run(url, "-m", "bench.filling", str(trials), str(facts))
        return json.loads(facts.read_text())

    def _migrate(self, url: str) -> None:
        """An empty database with the pages of the public site, as `make up` finds it before the demo."""
        self.run(url, "manage.py", "migrate", "--verbosity=0", "--skip-checks")
        self.run(url, "manage.py", "createcachetable")
        self.run(url, "manage.py", "cms_setup", "--verbosity=0", "--skip-checks")

    def collect_static(self) -> None:
        """What pages point to."""
        if not (self.var / "static" / "staticfiles.json").exists():
            (self.var / "static").mkdir(exist_ok=True)
            self.run("sqlite://:memory:", "manage.py", "collectstatic", "--no-input", "--verbosity=0")

    def end(self) -> None:
        """Drop what this run made."""
        if self.keep:
            return
        for name in self.made:
            self._drop(name)
        shutil.rmtree(self.var, ignore_errors=True)
