"""Does nobody ever wait for a broker, and is a broker that fails left in peace?"""

import threading
import time

import pytest

from cic.core.background import run_job
from cic.core.background.waking import BACKLOG, Waker


@pytest.fixture
def sent(monkeypatch):
    """What reaches the broker, and how it behaves."""

    class Broker:
        def __init__(self):
            self.numbers, self.error, self.gate = [], None, threading.Event()
            self.gate.set()

        def apply_async(self, arguments, **options):
            self.gate.wait(10)
            if self.error:
                raise self.error
            self.numbers.append(arguments[0])

    broker = Broker()
    monkeypatch.setattr(
        type(run_job._get_current_object()), "apply_async", lambda task, *a, **k: broker.apply_async(*a, **k)
    )
    yield broker
    broker.gate.set()


def until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_numbers_reach_the_broker_in_order(sent):
    waker = Waker()

    assert [waker.wake(number) for number in range(5)] == [True] * 5
    until(lambda: sent.numbers == [0, 1, 2, 3, 4])


def test_k02_a_frozen_broker_holds_nobody(sent):
    sent.gate.clear()
    waker = Waker()

    answers = [waker.wake(number) for number in range(BACKLOG + 10)]

    assert sent.numbers == []
    assert answers[:BACKLOG] == [True] * BACKLOG
    assert answers[-1] is False

    # Its thread ends with its test: what it still had to say would reach the broker of the next one.
    sent.gate.set()
    until(lambda: len(sent.numbers) == answers.count(True))


def test_k02_a_broker_that_refuses_is_left_in_peace_for_a_while(sent):
    sent.error = ConnectionRefusedError("no")
    waker = Waker()

    waker.wake(1)
    until(lambda: waker.paused_until)
    sent.error = None
    assert waker.wake(2) is False
    assert 25 < waker.paused_until - time.monotonic() <= 30

    waker.paused_until = 0
    assert waker.wake(3) is True
    until(lambda: sent.numbers == [3])
