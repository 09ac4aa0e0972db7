"""How soon does `make up` serve the second time, and how much memory do all its processes hold?"""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.serving import answers, family, free_port, memory_mb, resident_mb
from cic.up import ROOT

FIRST_SECONDS, AGAIN_SECONDS = 900, 120
# Until worker and scheduler, which start when the site answers, have loaded everything.
SETTLING_SECONDS = 20


@dataclass(frozen=True)
class Start:
    """Seconds until it answered; megabytes of all processes, what they share counted once, or each time."""

    seconds: float
    memory_mb: float
    resident_mb: float
    processes: int


def second_start(var: Path) -> Start:
    """Start twice on a new state directory; measure the second."""
    try:
        _start(var, FIRST_SECONDS, 0)
        return _start(var, AGAIN_SECONDS, SETTLING_SECONDS)
    finally:
        shutil.rmtree(var, ignore_errors=True)


def _start(var: Path, patience: float, settling: float) -> Start:
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")
    }
    # The environment is the one this runs in; nothing is installed while measuring.
    command = ["make", "-o", ".venv/.run", "up", f"PORT={port}", f"VAR_DIR={var}"]
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while not answers(port):
            if process.poll() is not None or time.monotonic() - start > patience:
                raise RuntimeError(f"`make up` does not serve within {patience} s ({process.poll()}).")
            time.sleep(0.05)
        seconds = time.monotonic() - start
        time.sleep(settling)
        pids = family(process.pid)
        return Start(seconds, memory_mb(pids), sum(map(resident_mb, pids)), len(pids))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)
