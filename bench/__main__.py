"""What does the product cost, beside the raw query of the same run? `python -m bench --help` says how to ask.

Measuring is not judging: it always ends with 0, whatever was reached.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench import browsing, importing, starting
from bench import crowd as people
from bench.cases import GROWTH, Case, cases
from bench.places import Place, Places
from bench.serving import Peak, Server
from bench.tables import Line, missed, table
from bench.timing import Client, disagreements, measure
from cic.up import ROOT, commands

SECTIONS = ("api", "growth", "crowd", "export", "import", "start", "pages")
RESULTS = Path(__file__).parent / "results.md"
FLAT_MB, START_SECONDS, START_MB = 50, 10, 600
EXPORT = "export of all as CSV"
# A page that is measured is made anew each time.
UNKEPT = {"PUBLIC_CACHE_SECONDS": "0"}
# The bare query: what serves it, and where.
RAW = {"raw": ("bench.raw:application", "/"), "framed": ("bench.framed:application", "/framed/")}


class Bench:
    """One run: its databases, its servers, and what they said."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.rounds = options, 7 if options.quick else options.rounds
        self.typical = min if options.lowest else statistics.median
        self.how = f"{'lowest' if options.lowest else 'median'} of {self.rounds}"
        self.places = Places(options.var.resolve(), keep=options.keep)
        self.parts: list[str] = []
        self.lines: list[Line] = []

    def say(self, text: str) -> None:
        """Tell the person at the terminal what goes on, apart from the table."""
        print(text, file=sys.stderr, flush=True)

    def show(self, title: str, lines: Sequence[Line]) -> None:
        """Print one table and keep it."""
        self.parts.append(table(title, lines))
        self.lines += lines
        print(self.parts[-1], flush=True)

    @contextmanager
    def client(self, place: Place, raw: str = "") -> Iterator[Client]:
        """A client of a server over one database, which ends with the block. `raw`: bare, or framed by Django."""
        name = f"{raw or 'product'} {place.engine} {place.trials:,}"
        slug = name.replace(" ", "-").replace(",", "")
        more = {} if raw else UNKEPT
        if raw:
            statements = {
                case.key: {"sql": case.raw(place.engine), "shape": case.shape}
                for case in cases(place.facts)
                if case.raw(place.engine)
            }
            path = self.places.var / f"{slug}.json"
            path.write_text(json.dumps(statements))
            more = {"BENCH_STATEMENTS": str(path)}
        environment = self.places.environment(place.url, **more)
        application = RAW[raw][0] if raw else ""
        server = Server(name, environment, self.places.var / f"{slug}.log", application=application)
        try:
            server.wait()
            yield Client(server, place.facts, engine=place.engine, raw=RAW[raw][1] if raw else "")
        finally:
            server.stop()

    def run(self) -> None:
        """All sections asked for."""
        trials = 2_000 if self.options.quick else 100_000
        without = self.places.why_not_postgresql()
        if without:
            self.say(f"PostgreSQL cannot be used, so SQLite stands in its place: {without}")
        make = self.places.sqlite if without else self.places.postgresql
        self.places.collect_static()
        if "api" in self.options.only:
            self.say(f"Filling {trials:,} trials …")
            self.api(make(trials), None if without else self.places.sqlite(trials))
        if "growth" in self.options.only:
            self.growth(make, trials)
        if "crowd" in self.options.only:
            self.crowd(make(trials))
        if "export" in self.options.only:
            self.export(make(1_000_000 if self.options.million else trials))
        if "import" in self.options.only:
            self.imports(without)
        if "start" in self.options.only:
            self.start()
        if "pages" in self.options.only:
            self.pages(make(trials))
        self.finish()

    # --- lists, filters, search, details, pages ---

    def api(self, place: Place, second: Place | None) -> None:
        """Everything that is asked of 100,000 trials."""
        asked = [
            case for case in cases(place.facts) if self.options.match in case.name and case.name != EXPORT
        ]
        asked = list({case.name: case for case in [*self.bases(asked, place), *asked]}.values())
        self.say(f"Asking {len(asked)} questions, {self.rounds} times each …")
        with ExitStack() as stack:
            raw, framed, product = (stack.enter_context(self.client(place, kind)) for kind in (*RAW, ""))
            # The bare rows through the product's own JSON library too: what is left is the framework's share.
            fast = Client(raw.server, place.facts, engine=place.engine, raw="/orjson/")
            clients = {"raw": raw, "fast": fast, "framed": framed, "product": product}
            if second is not None:
                clients["second"] = stack.enter_context(self.client(second))
            questions = [(case, client) for case in asked for client in clients.values()]
            taken = measure(questions, self.rounds, self.typical)
            for name in disagreements(asked, fast, product) if place.engine == "PostgreSQL" else ():
                self.say(f"  the raw query and the product do not say the same: {name}")
        counted = self.count(asked, place, product)
        costs = {
            case.name: {role: taken.get((case.name, client.name)) for role, client in clients.items()}
            for case in asked
        }
        lines = [
            self.line(case, costs, counted.get(case.name)) for case in asked if costs[case.name]["product"]
        ]
        gone = [case.name for case in asked if not costs[case.name]["product"]]
        self.show(f"{place.trials:,} trials on {place.engine}, {self.how}", lines)
        if gone:
            self.say(f"Not there: {', '.join(gone)}")

    def bases(self, asked: Sequence[Case], place: Place) -> list[Case]:
        """The cases that others are set against."""
        wanted = {case.against for case in asked}
        return [case for case in cases(place.facts) if case.name in wanted]

    def line(self, case: Case, costs: dict[str, dict[str, float | None]], queries: int | None) -> Line:
        """What is to be said of one case; `costs` by case and by who answered."""
        cost = costs[case.name]
        target, value, reached = "", "", None
        if case.against == "ms":
            target, value = f"≤ {case.limit:.0f} ms", f"{cost['product']:.1f} ms"
            reached = cost["product"] <= case.limit
        elif case.against:
            beside = cost["raw"] if case.against == "raw" else costs[case.against]["product"]
            target = f"≤ {case.limit} × {'raw' if case.against == 'raw' else 'unfiltered'}"
            value, reached = f"{cost['product'] / beside:.2f} ×", cost["product"] <= case.limit * beside
        return Line(
            case.name, target=target, value=value, reached=reached, queries=queries, most_queries=case.queries,
            raw=cost["raw"], fast=cost["fast"], framed=cost["framed"], product=cost["product"], sqlite=cost.get("second"),
        )  # fmt: skip

    def count(self, asked: Sequence[Case], place: Place, client: Client) -> dict[str, int]:
        """Queries of each case, asked inside one process."""
        requests = {}
        for case in asked:
            headers = client.headers(case)
            cookie = headers.pop("Cookie", "")
            requests[case.name] = {"path": case.path, "headers": headers, "cookies": cookie}
        wanted, out = self.places.var / "count.json", self.places.var / "counted.json"
        wanted.write_text(json.dumps(requests))
        self.places.run(place.url, "-m", "bench.counting", str(wanted), str(out), **UNKEPT)
        return json.loads(out.read_text())

    # --- growth ---

    def growth(self, make, trials: int) -> None:
        """The same questions of a small, a large and, with --million, a very large table."""
        sizes = [
            trials // 10 if self.options.quick else 1_000,
            trials,
            *([1_000_000] if self.options.million else []),
        ]
        found = [make(size) for size in sizes]
        names = [
            case.name for case in cases(found[0].facts) if case.grows and self.options.match in case.name
        ]
        self.say(f"Asking {len(names)} questions of {len(sizes)} sizes …")
        with ExitStack() as stack:
            clients = [stack.enter_context(self.client(place)) for place in found]
            asked = [
                (case, client) for client in clients for case in cases(client.facts) if case.name in names
            ]
            times = measure(asked, self.rounds, self.typical)
            taken = {name: [times[name, client.name] for client in clients] for name in names}
        lines = []
        for name, (small, *larger) in taken.items():
            worst = max(larger) / small
            shown = " → ".join(f"{value:.1f}" for value in (small, *larger))
            lines.append(
                Line(
                    name, target=f"≤ {GROWTH} ×", value=f"{shown} ms: {worst:.2f} ×", reached=worst <= GROWTH
                )
            )
        title = " → ".join(f"{size:,}" for size in sizes)
        self.show(f"Growth, {title} trials on {found[0].engine}, {self.how}", lines)

    # --- many people at once ---

    def crowd(self, place: Place) -> None:
        """Fifty browsers, two web processes and one worker."""
        self.say(f"{people.PEOPLE} people for {people.SECONDS} seconds …")
        environment = self.places.environment(place.url, CELERY_SKIP_CHECKS="1", C_FORCE_ROOT="1")
        server = Server("crowd", environment, self.places.var / "crowd.log", workers=2)
        worker = subprocess.Popen(
            commands(server.port, self.places.var)["worker"], cwd=ROOT, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            server.wait()
            walk = people.crowd(server.port, place.facts)
        finally:
            server.stop()
            worker.terminate()
            worker.wait(30)
        wrong = sum(walk.wrong.values())
        said = "; ".join(f"{count} × {what}" for what, count in walk.wrong.most_common(5)) or "none"
        half, most = (people.nine_tenths(walk.taken_ms, share) for share in (0.5, 0.95))
        pace = len(walk.taken_ms) / people.SECONDS
        self.show(
            f"{people.PEOPLE} browsers at once, {place.trials:,} trials on {place.engine}, two web processes, one worker",
            [
                Line("pages", value=f"{len(walk.taken_ms):,} in {people.SECONDS} s, {pace:.0f} a second"),
                Line("half within", value=f"{half:.0f} ms"),
                Line("95 % within", value=f"{most:.0f} ms"),
                Line("errors", target="none", value=said, reached=wrong == 0),
            ],
        )

    # --- export, import, start ---

    def export(self, place: Place) -> None:
        """The whole list as CSV, as the worker writes it, with the memory of that process meanwhile."""
        case = next(case for case in cases(place.facts) if case.name == EXPORT)
        self.say(f"Exporting {place.trials:,} rows …")
        with self.client(place, "raw") as raw:
            bare = raw.ask(case, lambda: None)[1]
        told, peak = self._watched("bench.exporting", case.path, url=place.url)
        if told["rows"] != place.trials:
            raise RuntimeError(f"The export has {told['rows']:,} rows.")
        grown = f"{peak.before:.0f} + {peak.growth:.0f} MB"
        self.show(
            f"Export of {place.trials:,} rows on {place.engine}, in the background",
            [Line(EXPORT, bare, told["seconds"] * 1000, f"≤ + {FLAT_MB} MB", grown, peak.growth <= FLAT_MB)],
        )

    def _watched(self, module: str, *arguments: str, url: str) -> tuple[dict[str, Any], Peak]:
        """Run one of our modules that says when it begins: what it told at its end, and its memory meanwhile."""
        environment = self.places.environment(url, LOG_LEVEL="ERROR", UPLOAD_MAX_MB="100")
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        if process.stdout.readline().strip() != "begin":
            raise RuntimeError(f"{module} did not begin.")
        peak = Peak(process.pid)
        while process.poll() is None:
            peak.look()
            time.sleep(0.05)
        return json.loads(process.stdout.readline()), peak

    def imports(self, without: str) -> None:
        """Two CORDIS files taken in by the documented command, then measurements, with the memory of the process meanwhile."""
        rows = 5_000 if self.options.quick else 100_000
        self.say(f"Importing {rows:,} rows …")
        small, large = self.places.var / "small", self.places.var / "large"
        importing.write(small, 500, 100_000)
        importing.write(large, rows, 200_000)
        self._import(f"{rows:,} lines of CORDIS", without, small, large)
        small, large = self.places.var / "small.csv", self.places.var / "large.csv"
        importing.write_measurements(small, 500, 0)
        importing.write_measurements(large, rows, 1_000)
        self._import(f"{rows:,} measurements", without, small, large)

    def _import(self, what: str, without: str, small: Path, large: Path) -> None:
        """One import in a process of its own."""
        url = (
            self.places.empty_sqlite(f"import{large.suffix[1:]}")
            if without
            else self.places.empty_postgresql(f"import{large.suffix[1:]}")
        )
        told, peak = self._watched("bench.importing", str(small), str(large), url=url)
        engine = "SQLite" if without else "PostgreSQL"
        text = (
            f"{told['seconds']:.0f} s, {told['rows'] / told['seconds']:,.0f} rows a second, {told['state']}"
        )
        self.show(
            f"Import of {what} ({told['rows']:,} records, {told['new']:,} new) on {engine}",
            [
                Line("time", value=text),
                Line("memory", target=f"≤ + {FLAT_MB} MB", value=f"{peak.before:.0f} + {peak.growth:.0f} MB",
                     reached=peak.growth <= FLAT_MB),
            ],
        )  # fmt: skip

    def start(self) -> None:
        """`make up`, the second time."""
        self.say("Starting twice …")
        found = starting.second_start(self.places.var / "start")
        shared = f"{found.memory_mb:.0f} MB in {found.processes} processes (resident sum {found.resident_mb:.0f} MB)"
        self.show(
            "`make up`, the second time",
            [
                Line("serving after", target=f"≤ {START_SECONDS} s", value=f"{found.seconds:.1f} s",
                     reached=found.seconds <= START_SECONDS),
                Line("memory of all processes", target=f"≤ {START_MB} MB", value=shared, reached=found.memory_mb <= START_MB),
            ],
        )  # fmt: skip

    # --- in a browser ---

    def pages(self, place: Place) -> None:
        """The public pages as a browser on a slow line and Lighthouse see them: of the demonstration, and among very many."""
        without = browsing.why_not()
        if without:
            self.say(f"No page is opened: {without}")
            return
        rounds = 1 if self.options.quick else 3
        self.say(f"Opening the public pages, {rounds} times each …")
        url = self.places.empty_sqlite("pages")
        self.places.run(url, "manage.py", "seed_demo")
        with self.opened(url) as (base, read):
            pages = browsing.pages_of(read)
            for path in pages.values():  # what is asked once per process is asked now
                read(path)
            lines = browsing.visits_of(base, pages, rounds * 2 + 1)
            lines += browsing.audits_of(base, pages, self.places.var / "lighthouse", rounds)
        self.show("Public pages of the demonstration in headless Chromium, one web process", lines)
        with self.opened(place.url, **UNKEPT) as (base, read):
            pages = browsing.pages_of(read, ["pilot"])
            for path in pages.values():
                read(path)
            lines = browsing.visits_of(base, pages, rounds * 2 + 1)
        self.show(f"Public pages among {place.trials:,} trials on {place.engine}, each made anew", lines)

    @contextmanager
    def opened(self, url: str, **more: str) -> Iterator[tuple[str, Callable[[str], str]]]:
        """A server over the database at `url`: its address, and what reads one of its pages."""
        server = Server("pages", self.places.environment(url, **more), self.places.var / "pages.log")
        base = f"http://127.0.0.1:{server.port}"
        try:
            server.wait()
            yield base, lambda path: urlopen(f"{base}{path}").read().decode()
        finally:
            server.stop()

    def finish(self) -> None:
        """Say what was not reached; keep the tables when asked to."""
        short = missed(self.lines)
        told = f"Not reached: {'; '.join(short)}." if short else "All that was measured is reached."
        print(told)
        if self.options.save:
            day = f"Measured {datetime.now().astimezone():%d %B %Y, %H:%M}"
            if self.options.only == set(SECTIONS):
                RESULTS.write_text("\n".join([f"# {day}\n\n{machine()}\n", *self.parts, told, ""]))
            else:
                text = "\n".join([f"{day}, apart from the rest.\n", told])
                RESULTS.write_text(with_part(RESULTS.read_text(), "\n".join([*self.parts, text])))


def with_part(results: str, part: str) -> str:
    """The results of earlier runs with one part anew: what stands from its first heading to the next goes."""
    heading = part.lstrip().splitlines()[0]
    before, found, after = results.partition(f"{heading}\n")
    rest = "".join(f"\n## {section}" for section in after.split("\n## ")[1:]) if found else ""
    return f"{before.rstrip()}\n\n{part.strip()}\n{rest}"


def machine() -> str:
    """On what it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, {platform.system()}."
    )


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="2,000 trials and few rounds: does the bench itself work?"
    )
    parser.add_argument("--million", action="store_true", help="growth and export with 1,000,000 trials too")
    parser.add_argument("--rounds", type=int, default=31, help="how often each question is asked (31)")
    parser.add_argument(
        "--lowest",
        action="store_true",
        help="the lowest time instead of the median: for a machine that others use",
    )
    parser.add_argument("--only", default=",".join(SECTIONS), help=f"some of {','.join(SECTIONS)}")
    parser.add_argument("--match", default="", help="only questions whose name holds this")
    parser.add_argument(
        "--keep", action="store_true", help="keep the databases, and use those that were kept"
    )
    parser.add_argument("--save", action="store_true", help="write the tables to bench/results.md")
    parser.add_argument(
        "--var", type=Path, default=ROOT / "var" / "bench", help="where files of the run are kept"
    )
    options = parser.parse_args()
    options.only = set(options.only.split(","))
    bench = Bench(options)
    try:
        bench.run()
    finally:
        bench.places.end()


if __name__ == "__main__":
    main()
