"""Does work survive what happens to processes: killed workers, brokers that are gone, frozen or emptied?"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from cic.core.models import Job, Receipt
from tests.core.ports import free_port, listens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

LEASE_SECONDS = 3


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)


class Redis:
    """A server of its own that can be killed, frozen and emptied."""

    def __init__(self, folder):
        self.port, self.folder, self.process = free_port(), folder, None

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(lambda: listens(self.port))

    def send(self, number):
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.process.wait()

    def say(self, *words):
        subprocess.run(["redis-cli", "-p", str(self.port), *words], check=True, stdout=subprocess.DEVNULL)


class Stage:
    """A broker, and processes that work on the test database."""

    def __init__(self, folder, broker_url):
        self.folder, self.processes = folder, []
        database = connection.settings_dict
        url = f"sqlite:///{database['NAME']}"
        if connection.vendor == "postgresql":
            url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
        self.environment = os.environ | {
            "VAR_DIR": str(folder),
            "DATABASE_URL": url,
            "CELERY_BROKER_URL": broker_url,
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "CELERY_SKIP_CHECKS": "1",
            "C_FORCE_ROOT": "1",
        }

    def start(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], env=self.environment, start_new_session=True
        )
        self.processes.append(process)
        return process

    def worker(self, *more):
        return self.start(
            "celery", "-A", "cic", "worker", "-P", "threads", "-c", "2", "-l", "ERROR", "-I", "tests.core.work",
            "--without-mingle", "--without-gossip", "--without-heartbeat", *more,
        )  # fmt: skip

    def beat(self):
        schedule = str(self.folder / "schedule")
        return self.start("celery", "-A", "cic", "beat", "-l", "ERROR", "--pidfile=", "-s", schedule)

    def ask(self, count, name, seconds=0.1):
        """Ask for jobs from a process of its own, as a request would; how long that took."""
        command = [sys.executable, "-m", "tests.core.work", str(count), name, str(seconds)]
        asked = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        return float(asked.stdout)

    def kill(self, process):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self):
        for process in self.processes:
            self.kill(process)


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path)
    server.start()
    yield server
    if server.process.poll() is None:
        server.send(signal.SIGCONT)
        server.send(signal.SIGKILL)


@pytest.fixture(params=["lite", pytest.param("redis", marks=pytest.mark.redis)])
def stage(request, tmp_path):
    url = "lite://"
    if request.param == "redis":
        url = f"redis://127.0.0.1:{request.getfixturevalue('redis').port}/0"
    stage = Stage(tmp_path, url)
    yield stage
    stage.end()


@pytest.fixture
def redis_stage(tmp_path, redis):
    stage = Stage(tmp_path, f"redis://127.0.0.1:{redis.port}/0")
    yield stage
    stage.end()


def effects():
    """How often each job took effect."""
    keys = Receipt.objects.filter(key__startswith="effect:").values_list("key", flat=True)
    return Counter(key.split(":")[1] for key in keys)


def started(name):
    return Receipt.objects.filter(key__startswith=f"start:{name}:").count()


def once_each(name, count):
    return Counter({f"{name}-{number}": 1 for number in range(count)})


def all_done():
    return not Job.objects.filter(done_at=None).exists()


def test_k01_a_killed_worker_loses_nothing_and_repeats_no_effect(stage):
    stage.ask(1, "long", 2)
    stage.ask(8, "short", 0.2)
    worker = stage.worker()
    stage.beat()
    until(lambda: started("long-0") == 1)
    stage.kill(worker)
    job = Job.objects.get(key="long-0")
    assert (job.done_at, job.attempts) == (None, 1)

    until(lambda: timezone.now() > Job.objects.get(key="long-0").lease_until)
    assert Job.objects.get(key="long-0").status == "retrying"
    stage.worker()

    until(all_done)
    assert effects() == once_each("long", 1) + once_each("short", 8)
    assert started("long-0") == 2


def test_k01_a_slow_job_is_not_given_to_a_second_worker(stage):
    stage.ask(1, "slow", LEASE_SECONDS * 2.5)
    stage.worker()
    stage.worker()
    stage.beat()

    until(all_done)

    assert started("slow-0") == 1
    assert Job.objects.get(key="slow-0").attempts == 1


def test_k15_a_job_that_never_ends_ends_its_worker_and_not_the_others(tmp_path):
    stage = Stage(tmp_path, "lite://")
    try:
        Job.objects.create(task="tests.hang", key="hang")
        worker = stage.worker("-I", "tests.core.impatient")
        stage.beat()
        until(lambda: worker.poll() is not None)
        assert worker.returncode == 70
        assert Job.objects.get(key="hang").attempts == 1

        stage.ask(3, "short")
        stage.worker()
        until(lambda: effects() == once_each("short", 3))
    finally:
        stage.end()


def test_k16_a_worker_told_to_end_finishes_what_it_does(stage):
    stage.ask(1, "long", 2)
    worker = stage.worker()
    stage.beat()
    until(lambda: started("long-0") == 1)

    worker.terminate()
    worker.wait(20)

    assert all_done()
    assert effects() == once_each("long", 1)


@pytest.mark.redis
def test_k02_a_broker_that_is_gone_costs_a_request_nothing_and_loses_nothing(redis_stage, redis):
    redis_stage.worker()
    redis_stage.beat()
    redis_stage.ask(1, "before")
    until(all_done)
    redis.send(signal.SIGKILL)

    assert redis_stage.ask(20, "during") < 2
    assert Job.objects.filter(done_at=None).count() == 20

    redis.start()
    until(all_done, 90)
    assert effects() == once_each("before", 1) + once_each("during", 20)


@pytest.mark.redis
def test_k02_a_broker_that_is_frozen_costs_a_request_nothing_and_loses_nothing(redis_stage, redis):
    redis_stage.worker()
    redis_stage.beat()
    redis_stage.ask(1, "before")
    until(all_done)
    redis.send(signal.SIGSTOP)

    assert redis_stage.ask(20, "during") < 2
    time.sleep(5)
    assert Job.objects.filter(done_at=None).count() == 20

    redis.send(signal.SIGCONT)
    until(all_done, 90)
    assert effects() == once_each("before", 1) + once_each("during", 20)


@pytest.mark.redis
def test_k13_an_emptied_broker_loses_no_job(redis_stage, redis):
    redis_stage.ask(10, "job")
    redis.say("FLUSHALL")

    redis_stage.worker()
    redis_stage.beat()

    until(all_done)
    assert effects() == once_each("job", 10)


def test_k12_every_acknowledged_row_is_there_after_a_kill(tmp_path):
    stage = Stage(tmp_path, "lite://")
    command = [sys.executable, "-m", "tests.core.work", "write", "100000"]
    writer = subprocess.Popen(command, env=stage.environment, stdout=subprocess.PIPE, text=True)
    acknowledged = [int(writer.stdout.readline()) for _ in range(50)]
    writer.kill()
    acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    writer.stdout.close()

    there = set(Receipt.objects.filter(key__startswith="row:").values_list("key", flat=True))
    assert {f"row:{number}" for number in acknowledged} <= there
    assert len(there) <= len(acknowledged) + 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)
