"""Does nothing get lost when a disk is full, a backup runs while people write, or the servers are replaced?"""

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

from cic.core.models import Attachment
from partners.choices import Role
from tests.core.ports import free_port
from tests.core.test_processes import Stage, until
from tests.factories.partners import AgreementFactory, StaffFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path, "lite://")
    for name in ("media", "tmp"):
        (tmp_path / name).mkdir()
    stage.environment["TMPDIR"] = str(tmp_path / "tmp")
    yield stage
    stage.end()


@pytest.fixture
def writer():
    """An agreement, and who may hang files on it."""
    agreement = AgreementFactory(state="in_review")
    return agreement, StaffFactory(role=Role.LEGAL, centre=agreement.centre)


def disaster(kind, writer):
    agreement, user = writer
    return [sys.executable, "-m", "tests.core.disasters", kind, str(agreement.pk), str(user.pk)]


def test_k04_a_full_disk_is_said_and_leaves_neither_row_nor_file(stage, writer):
    # As root of a namespace of its own, anybody may mount.
    alone = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *alone, "--mount", *disaster("full", writer)]
    told = subprocess.run(command, env=stage.environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-2000:]

    assert json.loads(told.stdout.splitlines()[-1]) == {
        "status": 507,
        "says": True,
        "rows": 0,
        "files": [],
        "others": 200,
    }


def copy_of_sqlite(source, folder):
    """As docs/install.md says: never by copying the file."""
    with closing(sqlite3.connect(source)) as database:
        database.execute(f"VACUUM INTO '{folder / 'backup.sqlite3'}'")
    shutil.copy(folder / "backup.sqlite3", folder / "restored.sqlite3")
    return f"sqlite:///{folder / 'restored.sqlite3'}"


def copy_of_postgresql(url, folder):
    dump, restored = folder / "backup.dump", f"{url}_restored"
    subprocess.run(["pg_dump", "--format=custom", f"--file={dump}", url], check=True)
    maintenance = f"{url.rpartition('/')[0]}/postgres"
    name = restored.rpartition("/")[2]
    for statement in (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"):
        subprocess.run(["psql", "-q", "-c", statement, maintenance], check=True)
    subprocess.run(["pg_restore", "--no-owner", f"--dbname={restored}", str(dump)], check=True)
    return restored


def gone(url):
    """Leave no database behind."""
    if url.startswith("postgres"):
        server, _, name = url.rpartition("/")
        subprocess.run(
            ["psql", "-q", "-c", f"DROP DATABASE IF EXISTS {name}", f"{server}/postgres"], check=True
        )


LOOK = """
import django; django.setup()
from cic.core.models import Attachment
for row in Attachment.objects.all():
    print(row.file.name, row.checksum)
"""


def test_k14_a_backup_while_twenty_write_is_restored_whole(stage, writer, tmp_path):
    url, environment = stage.environment["DATABASE_URL"], stage.environment
    restored_var = tmp_path / "elsewhere"
    restored_var.mkdir()
    process = subprocess.Popen(disaster("write", writer), env=environment, stdout=subprocess.PIPE, text=True)
    before = {process.stdout.readline().strip() for _ in range(60)}
    restored = ""
    try:
        sqlite = url.startswith("sqlite")
        restored = (
            copy_of_sqlite(url.removeprefix("sqlite:///"), tmp_path)
            if sqlite
            else copy_of_postgresql(url, tmp_path)
        )
        with tarfile.open(tmp_path / "files.tar.gz", "w:gz") as archive:
            archive.add(tmp_path / "media", "media")
        process.kill()
        process.communicate()
        with tarfile.open(tmp_path / "files.tar.gz") as archive:
            archive.extractall(restored_var, filter="data")
        there = environment | {"DATABASE_URL": restored, "VAR_DIR": str(restored_var)}

        def run(*arguments):
            return subprocess.run(
                [sys.executable, *arguments], env=there, check=True, capture_output=True, text=True
            ).stdout

        run("manage.py", "migrate", "--check")
        run("manage.py", "audit_verify")
        rows = dict(line.split() for line in run("-c", LOOK).splitlines())
    finally:
        process.kill()
        process.wait()
        gone(restored)

    assert before <= set(rows.values())
    assert {name: checksum_of(restored_var / "media" / name) for name in rows} == rows
    assert len(rows) <= Attachment.objects.count()


def checksum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Visitors:
    """Three people who ask all the time, and keep what went wrong."""

    def __init__(self, port):
        self.url, self.asked, self.failed = f"http://127.0.0.1:{port}", 0, []
        self.end = threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(3)]

    def ask(self):
        while not self.end.is_set():
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=20) as response:
                    response.read()
                self.asked += 1
            except OSError as error:
                self.failed.append(repr(error))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.end.set()
        for thread in self.threads:
            thread.join()


def children(pid):
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def answers(port):
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2) as response:
        return response.status == 200
    return False


def advised_interval():
    """The one that docs/install.md gives to whoever installs it, in the service and in the words about reloading."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "install.md").read_text(encoding="utf-8")
    [seconds] = {
        int(said)
        for said in re.findall(r"--respawn-interval (\d+)|each (\d+) seconds", text)
        for said in said
        if said
    }
    return seconds


def test_k16_servers_are_replaced_while_people_ask_and_no_request_fails(stage):
    port = free_port()
    stage.environment |= {"BASE_URL": f"http://127.0.0.1:{port}"}
    # The old server goes when the interval is over: longer than the new one takes to start, on a busy machine too.
    web = stage.start(
        "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "4", "--respawn-failed-workers", "--respawn-interval", str(advised_interval()), "--log-level", "error",
        "cic.wsgi:application",
    )  # fmt: skip
    until(lambda: answers(port))
    first = children(web.pid)

    with Visitors(port) as visitors:
        time.sleep(1)
        web.send_signal(signal.SIGHUP)
        until(lambda: children(web.pid) and not first & children(web.pid), 120)
        asked = visitors.asked
        until(lambda: visitors.asked > asked + 20)

    assert visitors.failed == []
