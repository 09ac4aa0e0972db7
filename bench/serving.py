"""Which servers answer, and how much memory do they hold? The product's own web process, and the raw one beside it."""

import os
import socket
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from cic.up import ROOT, commands

START_SECONDS = 60


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One web process as `make up` starts it, over one database."""

    def __init__(
        self, name: str, environment: dict[str, str], log: Path, *, application: str = "", workers: int = 1
    ) -> None:
        self.name, self.port, self.log = name, free_port(), log
        command = commands(self.port, log.parent)["web"]
        command[command.index("--workers") + 1] = str(workers)
        if application:
            command[-1] = application
        address = f"http://127.0.0.1:{self.port}"
        # As behind a reverse proxy: each request may come from another address, so that no limit is reached.
        environment = environment | {"BASE_URL": address, "TRUSTED_PROXIES": "1"}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def wait(self) -> None:
        """Return when it answers. Raises: RuntimeError with the end of its log when it does not."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if answers(self.port):
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer:\n{self.log.read_text()[-2000:]}")

    def memory_mb(self) -> float:
        """What it and its children hold now."""
        return memory_mb(family(self.process.pid))

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(port: int) -> bool:
    """Whether /livez says 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [pid]
    for known in found:
        found += parents.get(known, [])
    return found


def memory_mb(pids: list[int]) -> float:
    """Memory of the processes in megabytes; what several share counts once (proportional set size)."""
    return sum(_kilobytes(pid) for pid in pids) / 1024


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def page_bytes() -> int:
    """The size of a page of memory."""
    return os.sysconf("SC_PAGE_SIZE")


def resident_mb(pid: int) -> float:
    """Resident memory of one process in megabytes; 0 when it is gone. Cheap enough to ask often."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page_bytes() / 1024**2
    except OSError:
        return 0.0


class Peak:
    """The highest resident memory of one process while something else goes on: call `look` often."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.before = self.highest = resident_mb(pid)

    def look(self, *_: Any) -> None:
        """Measure now."""
        self.highest = max(self.highest, resident_mb(self.pid))

    @property
    def growth(self) -> float:
        """Megabytes above where it began."""
        return self.highest - self.before
