"""Does one command start everything, keep it alive, and leave nothing behind, however it ends?"""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path

import pytest

from cic import up
from tests.core.ports import free_port
from tests.core.test_processes import until

pytestmark = [pytest.mark.processes, pytest.mark.embedded]

# Two children: one with a child of its own, one that does not listen to SIGTERM.
SUPERVISE = """
    import sys
    from cic import up
    up.GRACE_SECONDS, up.LONGEST_WAIT_SECONDS = 1, 0
    folder = sys.argv[1]
    note = "import os; open(f'{folder}/{name}-{{os.getpid()}}', 'w').close()"
    def child(name, then):
        return [sys.executable, "-c", note.format(folder=folder, name=name) + then]
    lines = {
        "parent": child("parent", f"; import subprocess, sys, time; subprocess.run([sys.executable, '-c', "
            f"'import os, time; open(\\"{folder}/grandchild-\\" + str(os.getpid()), \\"w\\").close(); time.sleep(600)'])"),
        "deaf": child("deaf", "; import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"),
        "brief": child("brief", ""),
    }
    supervisor = up.Supervisor(lines)
    try:
        supervisor.run("ready", 1)
    finally:
        supervisor.stop()
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pids(folder, name=""):
    return [int(path.name.rsplit("-", 1)[1]) for path in folder.glob(f"{name}*-*")]


@pytest.fixture
def supervised(tmp_path):
    folder = tmp_path / "pids"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SUPERVISE), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until(lambda: pids(folder, "grandchild") and pids(folder, "deaf"), 20)
        yield process, folder
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        until(lambda: not any(alive(pid) for pid in pids(folder)), 20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_process_also_the_deaf(supervised, number):
    process, folder = supervised

    process.send_signal(number)
    process.wait(15)

    assert not [pid for pid in pids(folder) if alive(pid)]


def test_a_killed_supervisor_leaves_nobody(supervised):
    process, folder = supervised

    process.kill()
    process.wait()

    until(lambda: not any(alive(pid) for pid in pids(folder)), 15)


def test_a_process_that_ends_is_started_again_after_growing_pauses(supervised):
    process, folder = supervised
    until(lambda: len(pids(folder, "brief")) >= 3, 20)

    process.terminate()
    said = process.stdout.read()

    assert "brief ended (0); it starts again in 1 s." in said
    assert "brief ended (0); it starts again in 2 s." in said
    assert len(pids(folder, "parent")) == 1


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path):
    up.make_state(tmp_path)
    key = (tmp_path / "secret-key").read_text()
    up.make_state(tmp_path)

    assert len(key.strip()) >= 50
    assert (tmp_path / "secret-key").read_text() == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@pytest.fixture
def state(tmp_path):
    """A state directory as an earlier start left it."""
    var = tmp_path / "var"
    up.make_state(var)
    with sqlite3.connect(var / "db.sqlite3") as database:
        database.execute("create table partners_user (id integer)")
        database.execute("insert into partners_user values (1)")
    database.close()
    (var / "migrated").write_text(up.migrated_stamp())
    return var


def test_a_database_is_migrated_again_only_when_something_changed(state, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    assert up.is_migrated(state, up.migrated_stamp())

    assert not up.is_migrated(state, "another stamp")
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    assert not up.is_migrated(state, up.migrated_stamp())
    monkeypatch.delenv("DATABASE_URL")
    (state / "db.sqlite3").unlink()
    assert not up.is_migrated(state, up.migrated_stamp())


def run_up(var, port, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "cic.up", "--port", str(port), "--var", str(var)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **more,
    )


@pytest.fixture
def clean_environment(monkeypatch):
    """As a newcomer's shell has it."""
    for name in (
        "DATABASE_URL",
        "SECRET_KEY",
        "LANGUAGE_CODE",
        "VAR_DIR",
        "LOG_LEVEL",
        "DJANGO_SETTINGS_MODULE",
    ):
        monkeypatch.delenv(name, raising=False)


def test_a_taken_port_is_said_and_nothing_started(state, clean_environment):
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = run_up(state, port)
        said, _error = process.communicate(timeout=30)

    assert process.returncode == 1
    assert f"Port {port} is taken. Choose another: make up PORT={port + 1}" in said


def group_of(session):
    """Every living process of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def proportional_megabytes(pid):
    """Memory of a process, what it shares divided among those that share it."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def seconds_of_work(pid):
    """Processor time of a process so far: what a start costs, however busy the machine is."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(process, port, seconds):
    """Wait until `up` serves: another test may hold its port for a moment, so it is asked who it is."""

    def serves():
        try:
            return fetch(port, "/livez") == (200, "ok\n")
        except (OSError, HTTPException):
            return False

    until(lambda: serves() or process.poll() is not None, seconds)
    assert process.poll() is None, process.stdout.read()


def fetch(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
        return response.status, response.read().decode()


def test_up_serves_from_nothing_and_again_at_once_and_ends_without_a_trace(tmp_path, clean_environment):
    var, port = tmp_path / "var", free_port()
    first = run_up(var, port)
    try:
        wait_for(first, port, 900)
        assert fetch(port, "/readyz")[0] == 200
        second = run_up(var, port)
        assert "already runs" in second.communicate(timeout=20)[0]
        accounts = (var / "demo-accounts.txt").read_text()
    finally:
        first.terminate()
        said, _error = first.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}" in said
    assert accounts.strip() in said
    assert said.endswith("Ended.\n")
    assert group_of(first.pid) == []

    with sqlite3.connect(var / "db.sqlite3") as database:
        people = database.execute("select count(*) from partners_user").fetchone()
    start = time.monotonic()
    again = run_up(var, port)
    try:
        wait_for(again, port, 60)
        seconds = min(time.monotonic() - start, sum(seconds_of_work(pid) for pid in group_of(again.pid)))
        fetch(port, "/readyz")
        until(lambda: len(group_of(again.pid)) >= 6, 20)
        time.sleep(4)
        megabytes = sum(proportional_megabytes(pid) for pid in group_of(again.pid))
        supervisor_killed = group_of(again.pid)
    finally:
        os.kill(again.pid, signal.SIGKILL)
        again.communicate(timeout=30)
    until(lambda: not [pid for pid in supervisor_killed if alive(pid)], 15)
    with sqlite3.connect(var / "db.sqlite3") as database:
        assert database.execute("select count(*) from partners_user").fetchone() == people
    database.close()
    assert seconds < 10
    assert megabytes < 600
