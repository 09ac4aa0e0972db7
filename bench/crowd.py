"""Do fifty people at once get their pages? Two web processes and a worker, over one populated database."""

import random
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from bench.words import COMMON

PEOPLE = 50
SECONDS = 40
# Between two pages somebody reads for so long.
READS_SECONDS = (0.5, 1.5)


def pages_of(facts: dict[str, Any]) -> dict[str, list[str]]:
    """Reader → the pages they walk through; "" is whoever has not signed in."""
    trial, reference = facts["trial"], facts["reference"]
    staff = [
        "/workspace/", "/workspace/trials/", f"/workspace/trials/?search={COMMON}", "/workspace/trials/?state=running",
        f"/workspace/trials/{trial}/", f"/workspace/trials/{trial}/plan/", "/workspace/ideas/", "/workspace/agreements/",
    ]  # fmt: skip
    public = ["/en/", "/en/pilots/", f"/en/pilots/?search={COMMON}", f"/en/pilots/{reference}/", "/en/cases/"]
    return {"coordinator": staff, "": public}


@dataclass
class Walk:
    """What one person got."""

    taken_ms: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


def crowd(port: int, facts: dict[str, Any]) -> Walk:
    """Let fifty walk for a while: half of them staff, half citizens. Everything they got, in one."""
    pages = pages_of(facts)
    readers = [("coordinator", "")[number % 2] for number in range(PEOPLE)]
    walks = [Walk() for _ in readers]
    end = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=_walk, args=(walk, port, facts, reader, pages[reader], number, end))
        for number, (walk, reader) in enumerate(zip(walks, readers, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Walk(
        [value for walk in walks for value in walk.taken_ms], sum((walk.wrong for walk in walks), Counter())
    )


def _walk(
    walk: Walk, port: int, facts: dict[str, Any], reader: str, pages: list[str], number: int, end: float
) -> None:
    dice = random.Random(number)
    headers = {"X-Forwarded-For": f"10.1.0.{number}", "Accept-Language": "en"}
    if reader:
        headers["Cookie"] = f"{facts['cookie']}={facts['sessions'][reader]}"
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < end:
        path = dice.choice(pages)
        start = time.perf_counter()
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                walk.wrong[f"{response.status} {path}"] += 1
        except (OSError, HTTPException) as error:
            connection.close()
            walk.wrong[type(error).__name__] += 1
        walk.taken_ms.append((time.perf_counter() - start) * 1000)
        time.sleep(dice.uniform(*READS_SECONDS))
    connection.close()


def nine_tenths(values: list[float], share: float) -> float:
    """The time within which this share of `values` (milliseconds) came."""
    return statistics.quantiles(values, n=100)[int(share * 100) - 1] if len(values) > 1 else 0.0
