"""How does everything run from one command? This prepares the state, then keeps web, worker and beat alive.

`python -m cic.up` ends on Ctrl-C or SIGTERM and takes all it started with it. When it is killed
outright, a guard that sees its end of a pipe close does so in its place.
"""

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import io
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
GRACE_SECONDS = 10
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
STEADY_SECONDS = 60
LONGEST_WAIT_SECONDS = 20
PR_SET_PDEATHSIG = 1

# Leads the group of all that is started. When the supervisor's end of the pipe closes, it ends the
# group: kindly, and then not.
GUARD = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.stdin.buffer.read()
os.killpg(0, signal.SIGTERM)
time.sleep(5)
os.killpg(0, signal.SIGKILL)
"""


def say(text: str = "") -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


# --- what has to be there before anything is served ---


def make_state(var: Path) -> None:
    """Make the state directory and, once, the key that signs sessions."""
    for name in ("media", "static", "mail"):
        (var / name).mkdir(parents=True, exist_ok=True)
    var.chmod(0o700)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(var / "secret-key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64) + "\n")


def fingerprint(*folders: str) -> str:
    """Changes with the locked versions and with any file beneath `folders` (glob patterns)."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for pattern in folders:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def migrated_stamp() -> str:
    """Changes when the database has to be migrated again."""
    return fingerprint("*/migrations/*.py", "cic/*/migrations/*.py", "cic/settings/*.py")


def is_migrated(var: Path, stamp: str) -> bool:
    """Whether the embedded database is the one this code migrated. Another engine is always asked."""
    database = var / "db.sqlite3"
    if os.environ.get("DATABASE_URL") or not database.exists() or read(var / "migrated") != stamp:
        return False
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            return bool(connection.execute("select 1 from partners_user limit 1").fetchone())
        except sqlite3.DatabaseError:
            return False


def read(path: Path) -> str:
    """The text of a stamp; empty when there is none."""
    return path.read_text() if path.exists() else ""


def prepare(var: Path) -> None:
    """Migrate, collect static files and seed the demo: what of it is not done yet."""
    migrated = migrated_stamp()
    collected = fingerprint("cic/static/**/*", "*/static/**/*")
    steps = []
    if not is_migrated(var, migrated):
        steps += ["migrate", "createcachetable", "seed"]
    if read(var / "collected") != collected:
        steps += ["collectstatic"]
    if not steps:
        return
    say("Preparing: " + ", ".join(steps) + " …")
    subprocess.run([sys.executable, "-m", "cic.up", "--var", str(var), "--do", *steps], cwd=ROOT, check=True)
    (var / "migrated").write_text(migrated)
    (var / "collected").write_text(collected)


def do(steps: list[str]) -> None:
    """Run management commands in this process; `seed` only into a database without people."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cic.settings")
    django.setup()
    from django.contrib.auth import get_user_model

    quiet = {"verbosity": 0}
    for step in steps:
        if step == "seed":
            if not get_user_model().objects.exists():
                # It prints the accounts, and so does every start.
                call_command("seed_demo", stdout=io.StringIO())
        elif step == "collectstatic":
            call_command(step, interactive=False, clear=True, **quiet)
        else:
            call_command(step, **({"interactive": False} if step == "migrate" else {}), **quiet)


# --- keeping it running ---


def commands(port: int, var: Path) -> dict[str, list[str]]:
    """What runs: name → command line."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "cic"]
    return {
        "web": [
            str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers",
            "--workers-kill-timeout", "5", "--log-level", "warning", "cic.wsgi:application",
        ],
        "worker": [
            *celery, "worker", "-P", "threads", "-c", "2", "-l", "WARNING",
            "--without-mingle", "--without-gossip", "--without-heartbeat",
        ],
        "beat": [*celery, "beat", "-l", "WARNING", "--pidfile=", "-s", str(var / "beat-schedule")],
    }  # fmt: skip


class Child:
    """One process that is started again when it ends, after growing pauses while it keeps ending."""

    def __init__(self, name: str, command: list[str], group: int) -> None:
        self.name, self.command, self.group = name, command, group
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.pause = FIRST_PAUSE_SECONDS

    def tend(self) -> None:
        """Start the process if it is time to."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            if now - self.started_at > STEADY_SECONDS:
                self.pause = FIRST_PAUSE_SECONDS
            say(f"{self.name} ended ({self.process.returncode}); it starts again in {self.pause:.0f} s.")
            self.process, self.start_again_at = None, now + self.pause
            self.pause = min(LONGEST_PAUSE_SECONDS, self.pause * 2)
        if self.process is None and now >= self.start_again_at:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                process_group=self.group,
                preexec_fn=_die_with_parent,
            )
            self.started_at = now

    def tell_to_end(self) -> None:
        """Ask the process to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def _die_with_parent() -> None:
    """On Linux the kernel tells a child that its parent is gone, even where the guard is gone too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Web, worker and beat, and the guard that outlives nobody."""

    def __init__(self, lines: dict[str, list[str]]) -> None:
        self.ending = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.end)
        # The guard leads a group of its own, in which every child is started: one call reaches all,
        # and what a child starts itself. Ctrl-C in the terminal reaches this process only.
        self.guard = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", GUARD], stdin=subprocess.PIPE, process_group=0
        )
        self.children = [Child(name, line, self.guard.pid) for name, line in lines.items()]

    def end(self, number: int, frame: FrameType | None) -> None:
        """Remember that somebody wants an end."""
        self.ending = True

    def run(self, on_ready: str, port: int) -> None:
        """Keep the children running until somebody wants an end.

        The first one gets the machine to itself until it answers: somebody waits for that.
        """
        since, ready = time.monotonic(), False
        while not self.ending:
            waited = time.monotonic() - since
            if not ready and answers(port):
                ready = True
                say(f"{on_ready} ({waited:.1f} s)")
            for child in self.children if ready or waited > LONGEST_WAIT_SECONDS else self.children[:1]:
                child.tend()
            time.sleep(0.1)

    def stop(self) -> None:
        """End all: kindly, then by the guard's group."""
        for child in self.children:
            child.tell_to_end()
        end = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            if child.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, end - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.guard.pid, signal.SIGKILL)
        self.guard.wait()
        for child in self.children:
            if child.process is not None:
                child.process.wait()


def answers(port: int) -> bool:
    """Whether somebody listens on `port` of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def only_one(var: Path) -> IO[str]:
    """Hold the state directory for this process. Ends the program when another one holds it."""
    lock = open(var / "up.lock", "w")  # noqa: SIM115  held until the process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Something already runs on {var}.")
    return lock


def main() -> None:
    """Prepare, say where it is, and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--var", type=Path, default=ROOT / "var")
    parser.add_argument("--do", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    var, port = options.var.resolve(), options.port
    os.environ["VAR_DIR"] = str(var)
    if options.do:
        do(options.do)
        return
    # What the worker would check at its start, the web process and the migrations have checked.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    # A terminal is for a person: the address, the accounts, and what goes wrong.
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    address = os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{port}")
    make_state(var)
    lock = only_one(var)
    if answers(port):
        sys.exit(f"Port {port} is taken. Choose another: make up PORT={port + 1}")
    prepare(var)
    say()
    say(f"  {address}")
    say()
    if accounts := read(var / "demo-accounts.txt"):
        say(accounts.rstrip())
        say()
    supervisor = Supervisor(commands(port, var))
    try:
        supervisor.run("Ready. Ctrl-C ends it.", port)
    finally:
        supervisor.stop()
        lock.close()
    say("Ended.")


if __name__ == "__main__":
    main()
