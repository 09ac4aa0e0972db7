"""Does the embedded broker lose nothing, whoever dies while holding a message?"""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

from cic.broker import Store, store_at

pytestmark = pytest.mark.embedded
TRANSPORT_ALIASES["lite"] = "cic.broker:Transport"


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "broker.sqlite3")
    yield store
    store.close()


def message(text):
    return {"body": text, "properties": {"delivery_info": {}}}


def body(taken):
    return taken and taken[1]["body"]


def take(store, lease=60.0, max_deliveries=10):
    return store.take("work", lease, max_deliveries)


def test_messages_come_in_the_order_they_went_in(store):
    for text in ("one", "two", "three"):
        store.put("work", message(text))

    assert [body(take(store)) for _ in range(4)] == ["one", "two", "three", None]


def test_a_finished_message_is_gone_and_an_unfinished_one_comes_back(store):
    store.put("work", message("finished"))
    store.put("work", message("not finished"))
    claim, _message = take(store, lease=0.1)
    take(store, lease=0.1)

    store.finish(claim)
    time.sleep(0.15)

    claim, again = take(store)
    assert again["body"] == "not finished"
    assert again["properties"]["delivery_info"]["redelivered"] is True
    assert take(store) is None


def test_a_renewed_lease_keeps_the_message_from_others(store):
    store.put("work", message("slow"))
    claim, _message = take(store, lease=0.1)

    store.renew([claim], 60)
    time.sleep(0.15)

    assert take(store) is None


def test_a_claim_that_passed_to_somebody_else_deletes_nothing(store):
    store.put("work", message("slow"))
    old, _message = take(store, lease=0.05)
    time.sleep(0.1)
    new, _message = take(store)

    store.finish(old)
    assert store.size("work") == 1
    store.finish(new)
    assert store.size("work") == 0


def test_a_message_nobody_survives_is_parked_and_the_next_is_given_out(store, caplog):
    store.put("work", message("poison"))
    store.put("work", message("good"))
    for _ in range(2):
        assert body(take(store, lease=0, max_deliveries=2)) == "poison"
        time.sleep(0.01)

    assert body(take(store, lease=60, max_deliveries=2)) == "good"
    assert [queue for _id, queue, _body in store.parked()] == ["work"]
    assert "is parked" in caplog.text


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"properties": 1}'])
def test_a_message_that_cannot_be_read_is_parked(store, text):
    store._write("insert into message (queue, body) values ('work', ?)", text)
    store.put("work", message("good"))

    assert body(take(store)) == "good"
    assert [(queue, content) for _id, queue, content in store.parked()] == [("work", text)]


def test_a_given_back_message_is_there_at_once(store):
    store.put("work", message("later"))
    claim, _message = take(store)

    store.give_back(claim)

    assert body(take(store)) == "later"


def test_purge_leaves_what_is_being_worked_on(store):
    for text in ("held", "waiting"):
        store.put("work", message(text))
    claim, _message = take(store)

    assert store.purge("work") == 1
    store.finish(claim)
    assert store.size("work") == 0


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path, caplog):
    path = tmp_path / "broker.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    store = Store(path)

    store.put("work", message("one"))

    assert body(take(store)) == "one"
    assert (tmp_path / "broker.sqlite3.damaged").exists()
    store.close()


def test_a_replaced_file_is_noticed(store):
    store.put("work", message("old"))
    for path in Path(store.path).parent.glob("broker.sqlite3*"):
        path.unlink()

    store.put("work", message("new"))

    assert body(take(store)) == "new"


def test_eight_threads_take_each_message_once(store):
    for number in range(400):
        store.put("work", message(str(number)))
    seen, lock = [], threading.Lock()

    def work():
        while taken := take(store):
            store.finish(taken[0])
            with lock:
                seen.append(int(body(taken)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == list(range(400))


def _child_takes(path, results):
    store = store_at(path)
    while taken := store.take("work", 60, 10):
        store.finish(taken[0])
        results.put(int(body(taken)))
    results.put(None)


# Python 3.12 and later warn of any fork beside threads; celery's prefork pool does just that.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_children_open_their_own_connection(tmp_path):
    store = store_at(tmp_path / "broker.sqlite3")
    for number in range(200):
        store.put("work", message(str(number)))
    fork = multiprocessing.get_context("fork")
    results = fork.Queue()

    children = [fork.Process(target=_child_takes, args=(store.path, results)) for _ in range(2)]
    for child in children:
        child.start()
    seen = [results.get(timeout=60) for _ in range(202)]
    for child in children:
        child.join()

    assert sorted(number for number in seen if number is not None) == list(range(200))
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()
    store.close()


def test_kombu_sends_and_receives(tmp_path):
    options = {"path": str(tmp_path / "broker.sqlite3"), "polling_interval": 0.01}
    with Connection("lite://", transport_options=options) as connection:
        queue = connection.SimpleQueue("work")
        queue.put({"number": 1})
        received = queue.get(timeout=5)
        payload = received.payload
        received.ack()
        size = queue.qsize()
        queue.close()

    assert (payload, size) == ({"number": 1}, 0)
    store_at(options["path"]).close()


def test_a_closed_channel_gives_back_what_it_held(tmp_path):
    options = {"path": str(tmp_path / "broker.sqlite3"), "polling_interval": 0.01}
    with Connection("lite://", transport_options=options) as connection:
        queue = connection.SimpleQueue("work")
        queue.put({"number": 1})
        queue.get(timeout=5)
        queue.close()
    with Connection("lite://", transport_options=options) as connection:
        queue = connection.SimpleQueue("work")
        again = queue.get(timeout=5)
        again.ack()
        queue.close()

    assert again.payload == {"number": 1}
    store_at(options["path"]).close()


def test_a_slow_receiver_keeps_its_message(tmp_path):
    options = {"path": str(tmp_path / "broker.sqlite3"), "polling_interval": 0.01, "lease": 0.3}
    with Connection("lite://", transport_options=options) as connection:
        queue = connection.SimpleQueue("work")
        queue.put({"number": 1})
        received = queue.get(timeout=5)
        time.sleep(1)

        assert store_at(options["path"]).take("work", 60, 10) is None
        received.ack()
        assert queue.qsize() == 0
        queue.close()
    store_at(options["path"]).close()


WORKER = """
    import os, sys, time
    from celery import Celery
    from kombu.transport import TRANSPORT_ALIASES
    TRANSPORT_ALIASES["lite"] = "cic.broker:Transport"
    app = Celery("probe", broker="lite://")
    app.conf.update(
        broker_transport_options={"path": sys.argv[1], "lease": 1, "polling_interval": 0.05},
        task_acks_late=True, task_ignore_result=True, worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True, worker_prefetch_multiplier=4,
    )

    @app.task(name="probe.note")
    def note(path, number, seconds):
        with open(path, "a") as file:
            file.write(f"start {number}\\n")
        time.sleep(seconds)
        with open(path, "a") as file:
            file.write(f"end {number}\\n")

    if __name__ == "__main__":
        app.worker_main(["worker", "-P", sys.argv[2], "-c", "2", "-l", "ERROR",
                         "--without-mingle", "--without-gossip", "--without-heartbeat"])
"""


@pytest.mark.processes
@pytest.mark.parametrize("pool", ["threads", "prefork"])
def test_k01_no_message_is_lost_when_a_worker_is_killed(tmp_path, pool):
    script = tmp_path / "probe_worker.py"
    script.write_text(textwrap.dedent(WORKER))
    broker, notes = tmp_path / "broker.sqlite3", tmp_path / "notes"
    environment = os.environ | {"PYTHONPATH": os.getcwd(), "C_FORCE_ROOT": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE")

    def start():
        command = [sys.executable, str(script), str(broker), pool]
        return subprocess.Popen(command, env=environment, start_new_session=True)

    def ended():
        lines = notes.read_text().split("\n") if notes.exists() else []
        return sorted({int(line.split()[1]) for line in lines if line.startswith("end")})

    def until(condition, seconds=40):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come about in time"
            time.sleep(0.05)

    with Connection(
        "lite://", transport_options={"path": str(broker), "polling_interval": 0.05}
    ) as connection:
        producer = connection.Producer()
        for number in range(13):
            headers = {"task": "probe.note", "id": f"probe-{number}", "lang": "py"}
            arguments = ([str(notes), number, 0.3], {}, {})
            producer.publish(arguments, routing_key="celery", headers=headers, serializer="json")

    worker = start()
    until(lambda: len(ended()) >= 3)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert len(ended()) < 13
    worker = start()
    try:
        until(lambda: ended() == list(range(13)))
        until(lambda: store_at(broker).size("celery") == 0)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    store_at(broker).close()
