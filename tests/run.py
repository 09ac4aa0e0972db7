"""How does the whole suite run? On SQLite and on PostgreSQL, and it says what it could not run and why.

With CI=true what cannot be run is a failure.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.core import scanner

TESTS = os.environ.get("TESTS", "tests").split()
POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/cic")
# Not ours to carry: they stand beside the clone.
SHAPES = Path(__file__).resolve().parents[2] / "shared" / "data" / "dcat"
CHECKER = Path(__file__).resolve().parents[1] / ".tools/checker/node_modules/vnu-jar/build/dist/vnu.jar"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def missing_postgresql() -> str:
    """Why PostgreSQL cannot be used; empty when it can."""
    import psycopg

    url = urlsplit(POSTGRESQL)
    try:
        psycopg.connect(url._replace(path="/postgres").geturl(), connect_timeout=3).close()
    except psycopg.Error as error:
        return f"PostgreSQL at {url.hostname}:{url.port or 5432} cannot be used: {str(error).splitlines()[0]}"
    return ""


def missing_tools() -> dict[str, str]:
    """Marker of tests that cannot run → why."""
    found = {}
    if not any(shutil.which(name) for name in CHROMIUM):
        found["journey"] = "Chromium is not installed (apt-get install chromium): no browser journeys"
    if not shutil.which("node"):
        found["node"] = "Node is not installed (apt-get install nodejs): no example in JavaScript"
    if not CHECKER.exists() or not shutil.which("java"):
        found["java"] = (
            "The W3C checker needs Java and npm (apt-get install default-jre-headless npm): no page is checked"
        )
    if not SHAPES.exists():
        found["shapes"] = f"The shapes of DCAT-AP are not at {SHAPES}: the catalogue meets no profile"
    if not shutil.which("redis-server"):
        found["redis"] = (
            "Redis is not installed (apt-get install redis-server): nothing with Redis as the broker"
        )
    if not scanner.PROGRAM:
        found["clamd"] = (
            "ClamAV is not installed (apt-get install clamav-daemon): no file meets a real scanner"
        )
    return found


def run(engine: str, url: str, left_out: set[str]) -> tuple[str, int]:
    """Run the suite on one engine: a line that says how it went, and pytest's exit code."""
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    if url:
        environment["TEST_DATABASE_URL"] = url
    command = [
        sys.executable,
        "-m",
        "pytest",
        *TESTS,
        "-n",
        "2",
        "--dist",
        "worksteal",
        "-q",
        "--durations=10",
        "--durations-min=2",
    ]
    if left_out:
        command += ["-m", " and ".join(f"not {marker}" for marker in sorted(left_out))]
    print(f"\n== {engine} ==", flush=True)
    start = time.monotonic()
    code = subprocess.run(command, env=environment, check=False).returncode
    outcome = {0: "passed", 5: "had nothing to run"}.get(code, f"FAILED ({code})")
    return f"{engine}: {outcome} in {time.monotonic() - start:.0f} s", code


def main() -> int:
    """Both engines, one after the other; what needs no second look only in one of them."""
    tools, without_postgresql = missing_tools(), missing_postgresql()
    not_run = [*tools.values(), *([without_postgresql] if without_postgresql else [])]
    engines = [("SQLite", "")] if without_postgresql else [("SQLite", ""), ("PostgreSQL", POSTGRESQL)]
    lines, codes = [], []
    for engine, url in engines:
        elsewhere = ({"embedded"} if url else set()) | ({"journey"} if engine != engines[-1][0] else set())
        line, code = run(engine, url, set(tools) | elsewhere)
        lines.append(line)
        codes.append(code)
    print()
    for line in lines:
        print(line)
    for why in not_run:
        print(f"Not run: {why}.")
    if any(code not in (0, 5) for code in codes):
        return 1
    return 1 if not_run and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
