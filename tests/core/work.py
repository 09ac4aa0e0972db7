"""Tasks and a client for the tests that start, kill and freeze real processes.

As a program: `python -m tests.core.work 3 slow 0.5` asks for three jobs in one transaction and prints how long
that took.
"""

import sys
import time
import uuid

from celery import shared_task


@shared_task(name="tests.slow")
def slow(*, name: str, seconds: float) -> None:
    """Leave a mark at the start, take a while, bring about the effect once."""
    from cic.core.background import once
    from cic.core.models import Receipt

    Receipt.objects.create(key=f"start:{name}:{uuid.uuid4()}")
    time.sleep(seconds)
    with once(f"once:{name}") as first:
        if first:
            Receipt.objects.create(key=f"effect:{name}:{uuid.uuid4()}")


@shared_task(name="tests.broken")
def broken() -> None:
    """Fail."""
    raise RuntimeError("always")


def ask(count: int, name: str, seconds: float) -> float:
    """Ask for jobs as a request would: in a transaction that commits. Returns seconds."""
    from django.db import transaction

    from cic.core.background import enqueue

    start = time.monotonic()
    with transaction.atomic():
        for number in range(count):
            key = f"{name}-{number}"
            enqueue("tests.slow", key=key, name=key, seconds=seconds)
    return time.monotonic() - start


def write(count: int) -> None:
    """Commit rows one by one and say so after each."""
    from cic.core.models import Receipt

    for number in range(count):
        Receipt.objects.create(key=f"row:{number}")
        print(number, flush=True)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "write":
        write(int(sys.argv[2]))
    else:
        print(ask(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
