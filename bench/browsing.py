"""What does a reader's browser say of the public pages: Lighthouse, and how soon the largest part is there on a slow line?"""

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench.tables import Line
from cic.up import ROOT

LIGHTHOUSE = ROOT / ".tools" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
# The slow 4G of Lighthouse, here enforced by the browser for each request instead of computed.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
TELEPHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "is_mobile": True}
FULL, FAST = ("accessibility", "best-practices", "seo"), 95
ATTEMPTS = 4
LARGEST_MS, MOST_KB, MOST_OF_A_MAP_KB, MOST_REQUESTS = 1_000, 100, 350, 12
LARGEST = """new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""


class Visit(NamedTuple):
    """A first visit on the slow line: milliseconds to the largest part, bytes and requests, the load of the machine."""

    largest_ms: float
    size: int
    requests: int
    load: float


def why_not() -> str:
    """Why nothing can be measured here; empty when it can."""
    if not chromium():
        return "Chromium is not installed (apt-get install chromium)."
    return "" if LIGHTHOUSE.exists() else "Lighthouse is not there: `make .tools/lighthouse` (needs npm)."


def chromium() -> str:
    """Where the browser is; empty when there is none."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), "")


def pages_of(
    read: Callable[[str], str], records: Sequence[str] = ("pilot", "case"), language: str = "en"
) -> dict[str, str]:
    """Name → address of the pages that are measured: the lists, and the latest of `records` in their feeds.

    Raises: RuntimeError where a feed is empty.
    """
    lists = {"catalogue": "pilots", "organisations": "organisations"}
    found = {"home": f"/{language}/", **{name: f"/{language}/{part}/" for name, part in lists.items()}}
    for name in records:
        items = json.loads(read(f"/{language}/feeds/{name}s.json"))["items"]
        if not items:
            raise RuntimeError(f"There is no {name} to measure.")
        found[name] = urlsplit(items[0]["url"]).path
    return found


def audit(url: str, report: Path) -> tuple[dict[str, int], float]:
    """The scores of Lighthouse, by category, of 100, and its simulated largest paint in ms; the report is kept."""
    command = [
        str(LIGHTHOUSE), url, "--quiet", "--output=json", f"--output-path={report}",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": chromium()}
    for attempt in range(ATTEMPTS):
        # On a machine that others use the browser now and then begins too late to be recorded.
        found = subprocess.run(command, env=environment, check=attempt == ATTEMPTS - 1, capture_output=True)
        if found.returncode == 0:
            break
    told = json.loads(report.read_text())
    scores = {name: round(part["score"] * 100) for name, part in told["categories"].items()}
    return scores, told["audits"]["largest-contentful-paint"]["numericValue"]


def visit(browser: Any, url: str) -> Visit:
    """Open a page for the first time, on a telephone and a slow line."""
    context = browser.new_context(**TELEPHONE)
    try:
        page = context.new_page()
        line = context.new_cdp_session(page)
        sizes: list[int] = []
        line.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW)
        page.goto(url, wait_until="networkidle")
        return Visit(page.evaluate(LARGEST), sum(sizes), len(sizes), os.getloadavg()[0])
    finally:
        context.close()


def visits_of(base: str, pages: dict[str, str], times: int) -> list[Line]:
    """Two lines for each page: how soon its largest part is there on the slow line, and what it weighs."""
    from playwright.sync_api import sync_playwright

    lines: list[Line] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for name, path in pages.items():
            lines += visited(name, [visit(browser, f"{base}{path}") for _time in range(times)])
        browser.close()
    return lines


def audits_of(base: str, pages: dict[str, str], folder: Path, rounds: int) -> list[Line]:
    """A line for each page: what Lighthouse says, the best of `rounds`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, path in pages.items():
        runs = [
            (audit(f"{base}{path}", folder / f"{name}-{n}.json"), os.getloadavg()[0]) for n in range(rounds)
        ]
        (scores, simulated_ms), load = max(runs, key=lambda run: run[0][0]["performance"])
        lines.append(scored(name, scores, simulated_ms, load))
    return lines


def scored(name: str, scores: dict[str, int], simulated_ms: float, load: float) -> Line:
    """What Lighthouse said of one page."""
    said = ", ".join(f"{key} {score}" for key, score in scores.items())
    return Line(
        f"{name}: Lighthouse",
        target=f"3 × 100, performance ≥ {FAST}",
        value=f"{said}; largest paint computed {simulated_ms:.0f} ms; load {load:.1f}",
        reached=scores["performance"] >= FAST and all(scores[key] == 100 for key in FULL),
    )


def visited(name: str, visits: list[Visit]) -> list[Line]:
    """What the first visits to one page cost."""
    middle = statistics.median(row.largest_ms for row in visits)
    least = min(visits, key=lambda row: row.largest_ms)
    most = MOST_OF_A_MAP_KB if name in ("catalogue", "pilot") else MOST_KB
    kilobytes = least.size / 1000
    loads = f"load {min(row.load for row in visits):.1f}–{max(row.load for row in visits):.1f}"
    return [
        Line(
            f"{name}: largest paint, 1.6 Mbit/s, 150 ms", target=f"≤ {LARGEST_MS:,} ms",
            value=f"median {middle:.0f}, lowest {least.largest_ms:.0f} ms of {len(visits)}; {loads}", reached=middle <= LARGEST_MS,
        ),
        Line(
            f"{name}: first visit", target=f"≤ {most} kB, {MOST_REQUESTS} requests",
            value=f"{kilobytes:.0f} kB, {least.requests} requests", reached=kilobytes <= most and least.requests <= MOST_REQUESTS,
        ),
    ]  # fmt: skip
