"""How long does each answer take? All are asked in turn, so that every server meets the same noise."""

import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from typing import Any

from bench.cases import Case
from bench.serving import Server

WARM_UPS = 3
# What the product alone can say: words made from values.
MADE = {"state_label"}


class Client:
    """One program that keeps its connection, on one server."""

    def __init__(self, server: Server, facts: dict[str, Any], *, engine: str, raw: str = "") -> None:
        self.server, self.facts, self.engine = server, facts, engine
        self.raw = raw  # where the bare answers are; empty for the product
        self.name = server.name + raw
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=300)
        self.asked = 0

    def path(self, case: Case) -> str:
        """Where the question is asked; empty when this server has no answer to it."""
        if self.raw:
            whole = case.shape == "objects" or self.raw == "/"
            return f"{self.raw}{case.key}" if whole and case.raw(self.engine) else ""
        return case.path

    def headers(self, case: Case) -> dict[str, str]:
        """Who asks: each time another of many addresses and programs, as no limit is to be measured."""
        self.asked += 1
        headers = {
            "X-Forwarded-For": f"10.0.{self.asked // 250 % 250}.{self.asked % 250}",
            "Accept-Language": "en",
        }
        if case.reader and case.page:
            headers["Cookie"] = f"{self.facts['cookie']}={self.facts['sessions'][case.reader]}"
        elif case.reader:
            keys = self.facts["tokens"][case.reader]
            headers["Authorization"] = f"Bearer {keys[self.asked % len(keys)]}"
        return headers

    def ask(self, case: Case, look: Any = None) -> tuple[int, float, bytes]:
        """Status, milliseconds to the last byte, and the body (empty when `look` watches a long one go by)."""
        headers = {} if self.raw else self.headers(case)
        start, response = self.begin(case, headers)
        body = b""
        if look is None:
            body = response.read()
        else:
            while response.read(1 << 18):
                look()
        return response.status, (time.perf_counter() - start) * 1000, body

    def begin(self, case: Case, headers: dict[str, str]) -> tuple[float, HTTPResponse]:
        """Ask; over a new connection when the server has closed the one that lay idle."""
        for _ in range(2):
            start = time.perf_counter()
            try:
                self.connection.request("GET", self.path(case), headers=headers)
                return start, self.connection.getresponse()
            except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()
        raise RuntimeError(f"{self.name} ended while it was asked: {case.name}")


def measure(
    asked: Sequence[tuple[Case, Client]],
    rounds: int,
    typical: Callable[[list[float]], float] = statistics.median,
) -> dict[tuple[str, str], float]:
    """The typical time of each case at each client, by their names; absent where it is not offered."""
    taken: dict[tuple[str, str], list[float]] = {}
    offered = [(case, client) for case, client in asked if client.path(case) and _warmed_up(case, client)]
    dice = random.Random(1)
    for number in range(rounds):
        # In another order each time, so that nobody always comes after the same neighbour.
        dice.shuffle(offered)
        for case, client in offered:
            if number % case.every == 0:
                taken.setdefault((case.name, client.name), []).append(client.ask(case)[1])
    return {key: typical(values) for key, values in taken.items()}


def _warmed_up(case: Case, client: Client) -> bool:
    """Ask a few times without counting. False when there is no such page; raises when it fails."""
    for _ in range(WARM_UPS if case.every == 1 else 1):
        status, _ms, body = client.ask(case)
        if status == 404 and case.page:
            return False
        if status != 200:
            raise RuntimeError(f"{client.name}: {case.name}: {case.path} answers {status}: {body[:500]!r}")
    return True


def disagreements(cases: Sequence[Case], raw: Client, product: Client) -> list[str]:
    """Cases in which the bare statement and the product do not tell the same rows."""
    found = []
    for case in cases:
        if case.page or case.shape != "objects" or not raw.path(case):
            continue
        bare = json.loads(raw.ask(case)[2])["results"]
        said = json.loads(product.ask(case)[2])
        if "results" not in said:
            bare, rows = bare[:1], [{name: said.get(name) for name in bare[0]}]
        else:
            rows = [
                {name: value for name, value in row.items() if name not in MADE} for row in said["results"]
            ]
        if bare[: len(rows)] != rows or len(bare) > len(rows) + 1:
            found.append(case.name)
    return found
