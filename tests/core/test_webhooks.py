"""Is another system told of what its owner may see, provably by us, and never of more?"""

import json
import socket
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from cic.core import webhooks
from cic.core.background import sweep
from cic.core.errors import DomainError
from cic.core.models import AuditEntry, Delivery, Job, Webhook
from cic.core.sealing import unseal
from cic.core.webhooks import sending
from partners.choices import Role
from partners.models import Appointment
from pilots.operations import challenges
from tests.core.receiver import Receiver
from tests.factories.ideas import ChallengeFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory

pytestmark = pytest.mark.django_db

PUBLIC_ADDRESS = "https://203.0.114.9/hook"


@pytest.fixture
def inside(settings):
    """An installation that may send to its own network, as a receiver on this machine is."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def staff(centre):
    return StaffFactory(role=Role.COORDINATOR, centre=centre)


def hook(user, url=PUBLIC_ADDRESS, nouns=()):
    return webhooks.create_webhook(actor=user, name="Dashboard", url=url, nouns=list(nouns))


def change(challenge, actor, title="Calm nights"):
    challenges.edit_challenge(challenge, {"title": title}, actor=actor)


def told():
    """Send what is to be sent; the messages, oldest first."""
    webhooks.follow_audit()
    sweep()
    return list(Delivery.objects.order_by("created_at"))


def test_w01_message_is_verified_by_a_foreign_library_and_says_only_where_to_read(inside, staff, centre):
    challenge = ChallengeFactory(centre=centre, title="Quiet nights")
    with Receiver() as receiver:
        webhook, secret = hook(staff, receiver.url)
        change(challenge, staff)
        (delivery,) = told()

    ((headers, body),) = receiver.got
    assert Verifier(secret).verify(body, headers) == {
        "type": "challenges.changed",
        "timestamp": delivery.happened_at.isoformat(),
        "data": {
            "noun": "challenges",
            "id": challenge.pk,
            "url": f"http://127.0.0.1:8000/api/v1/challenges/{challenge.pk}/",
        },
    }
    assert (delivery.outcome, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace("challenges", "ideas"), headers)


def test_w01_id_stays_and_moment_moves_when_it_is_tried_again(inside, staff, monkeypatch):
    monkeypatch.setattr(sending, "PAUSES", (0, 0))
    with Receiver(500) as receiver:
        webhook, secret = hook(staff, receiver.url)
        webhooks.send_ping(webhook, actor=staff)
        Job.objects.update(run_at=timezone.now())
        sweep()

    assert {headers["webhook-id"] for headers, _body in receiver.got} == {
        f"msg_{Delivery.objects.get().pk.hex}"
    }
    assert len(receiver.got) == 3
    assert Delivery.objects.get().outcome == "failed"
    assert Webhook.objects.get().failing_since is not None


def test_w01_both_secrets_sign_for_a_day_after_a_rotation(inside, staff):
    with Receiver() as receiver:
        webhook, old = hook(staff, receiver.url)
        new = webhooks.rotate_secret(webhook, actor=staff)
        webhooks.send_ping(webhook, actor=staff)
        told()
        Webhook.objects.update(rotated_at=timezone.now() - timedelta(hours=25))
        webhooks.send_ping(webhook, actor=staff)
        told()

    (first, second) = receiver.got
    for secret in (old, new):
        Verifier(secret).verify(first[1], first[0])
    Verifier(new).verify(second[1], second[0])
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(second[1], second[0])


def test_w03_what_the_owner_may_not_see_is_not_told(inside, staff):
    hidden = ChallengeFactory(publication="internal", title="Hidden")
    with Receiver() as receiver:
        hook(PartnerFactory(), receiver.url)
        change(hidden, StaffFactory(role=Role.COORDINATOR, centre=hidden.centre))

        assert told() == []
    assert receiver.got == []


def test_w03_what_the_owner_may_no_longer_see_leaves_the_queue(inside, staff, centre):
    challenge = ChallengeFactory(centre=centre, publication="internal")
    with Receiver() as receiver:
        hook(staff, receiver.url)
        change(challenge, staff)
        webhooks.follow_audit()
        Appointment.objects.filter(user=staff).delete()
        sweep()

    assert receiver.got == []
    assert Delivery.objects.get().outcome == "withheld"


@pytest.mark.parametrize("act", ["stop", "deactivate"])
def test_w03_a07_stopped_or_of_a_person_who_left_nothing_waits_for_later(inside, staff, centre, act):
    challenge = ChallengeFactory(centre=centre)
    with Receiver() as receiver:
        webhook, _secret = hook(staff, receiver.url)
        change(challenge, staff)
        webhooks.follow_audit()
        if act == "stop":
            webhooks.stop_webhook(webhook, actor=staff)
        else:
            staff.is_active = False
            staff.save(update_fields=["is_active"])
        change(challenge, StaffFactory(role=Role.COORDINATOR, centre=centre), "Calmer nights")
        told()

    assert receiver.got == []
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"withheld"}
    assert Webhook.objects.get().active is False


def test_changes_of_one_record_in_one_go_are_one_message_of_its_noun_only(inside, staff, centre):
    first, second = ChallengeFactory.create_batch(2, centre=centre)
    with Receiver() as receiver:
        hook(staff, receiver.url, nouns=["challenges"])
        change(first, staff, "One")
        change(first, staff, "Two")
        change(second, staff, "Three")
        told()
        told()

    assert [json.loads(body)["data"]["id"] for _headers, body in receiver.got] == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "active"),
    [
        (500, {}, "retrying", True),
        (302, {"Location": "http://127.0.0.1:9/"}, "retrying", True),
        (429, {"Retry-After": "7200"}, "retrying", True),
        (410, {}, "failed", False),
    ],
)
def test_w02_s03_answers_that_are_no_yes(inside, staff, status, headers, outcome, active):
    with Receiver(status, headers) as receiver:
        webhook, _secret = hook(staff, receiver.url)
        webhooks.send_ping(webhook, actor=staff)
        (delivery,) = told()

    webhook.refresh_from_db()
    assert (delivery.outcome, delivery.status, len(receiver.got)) == (outcome, status, 1)
    assert webhook.active is active
    if status == 429:
        assert delivery.again_at > timezone.now() + timedelta(seconds=7100)
    if status == 410:
        assert Job.objects.filter(key__startswith="mail:core.webhook_stopped:").count() == 1


def test_w02_after_three_days_of_failure_it_is_stopped_and_its_owner_told(inside, staff):
    with Receiver(500) as receiver:
        webhook, _secret = hook(staff, receiver.url)
        Webhook.objects.update(failing_since=timezone.now() - timedelta(days=4))
        webhooks.send_ping(webhook, actor=staff)
        told()

    webhook.refresh_from_db()
    assert (webhook.active, webhook.stopped_because) == (
        False,
        "The receiver has not taken a message for three days.",
    )
    assert Job.objects.filter(key__startswith="mail:core.webhook_stopped:").count() == 1
    assert AuditEntry.objects.filter(action="webhook.stop").get().actor is None


def test_w02_a_message_is_sent_again_by_hand(inside, staff):
    with Receiver(410) as receiver:
        webhook, _secret = hook(staff, receiver.url)
        webhooks.send_ping(webhook, actor=staff)
        (delivery,) = told()
        with pytest.raises(DomainError):
            webhooks.replay(delivery, actor=staff)
        webhook.refresh_from_db()
        webhooks.start_webhook(webhook, actor=staff)
        receiver.status = 200
        webhooks.replay(Delivery.objects.get(), actor=staff)
        sweep()

    assert Delivery.objects.get().outcome == "delivered"
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1


def test_k06_the_same_job_twice_sends_once(inside, staff):
    with Receiver() as receiver:
        webhook, _secret = hook(staff, receiver.url)
        delivery = webhooks.send_ping(webhook, actor=staff)
        for _ in range(3):
            webhooks.following.send(str(delivery.pk), 0)

    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.1.1/", "https://172.16.0.1/", "https://169.254.169.254/x",
        "https://100.64.0.1/", "https://0.0.0.0/", "https://[::ffff:7f00:1]/", "https://[::1]/", "https://[fe80::1]/",
        "https://2130706433/", "https://0177.0.0.1/", "https://0x7f000001/", "https://localhost./", "https://localhost/",
        "http://203.0.114.9/", "ftp://203.0.114.9/", "file:///etc/passwd", "https://203.0.114.9:22/", "https://203.0.114.9:80/",
        "https://me:you@203.0.114.9/", "https://", "https://nobody.invalid/", "https://203.0.114.9:99999/", "https://e\u202e.org/",
    ],
)  # fmt: skip
def test_s01_address_that_is_not_public_is_refused_at_save(staff, url):
    with pytest.raises(DomainError) as refusal:
        hook(staff, url)

    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", ["url"])
    assert Webhook.objects.count() == 0


def test_s01_s02_address_that_turns_inward_later_is_blocked_at_connect(staff, monkeypatch):
    webhook, _secret = hook(staff)
    turned = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr("requests_hardened.ip_filter.socket.getaddrinfo", lambda *args, **more: turned)
    webhooks.send_ping(webhook, actor=staff)
    (delivery,) = told()

    assert (delivery.outcome, delivery.status, delivery.reason) == ("retrying", None, "private")
    assert delivery.answer == "not a public address"


def test_s04_t10_neither_secret_nor_answer_is_kept_anywhere(inside, staff):
    with Receiver() as receiver:
        webhook, secret = hook(staff, receiver.url)
        webhooks.send_ping(webhook, actor=staff)
        told()

    assert unseal(Webhook.objects.get().secret) == secret
    tables = [table for table in connection.introspection.table_names() if table.startswith("core_")]
    kept = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            kept.append(repr(cursor.fetchall()))
    assert secret not in "".join(kept)
    assert "SECRET" not in "".join(kept).replace("whsec", "")


def test_t02_sixth_test_in_a_minute_is_refused(inside, staff):
    webhook, _secret = hook(staff, "http://127.0.0.1:9/")
    for _ in range(5):
        webhooks.send_ping(webhook, actor=staff)

    with pytest.raises(DomainError):
        webhooks.send_ping(webhook, actor=staff)
    assert Delivery.objects.count() == 5


def test_eleventh_webhook_is_refused(inside, staff):
    for _ in range(10):
        hook(staff, "http://127.0.0.1:9/")

    with pytest.raises(DomainError):
        hook(staff, "http://127.0.0.1:9/")
    assert Webhook.objects.count() == 10


def test_idle_webhooks_cost_one_look(staff, django_assert_num_queries):
    hook(staff)
    webhooks.follow_audit()

    with django_assert_num_queries(2):  # the head of the log, webhooks behind it
        webhooks.follow_audit()


def test_old_messages_are_forgotten(inside, staff):
    webhook, _secret = hook(staff, "http://127.0.0.1:9/")
    webhooks.send_ping(webhook, actor=staff)
    webhooks.send_ping(webhook, actor=staff)
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(
        created_at=timezone.now() - timedelta(days=31)
    )

    webhooks.forget_old_deliveries()

    assert Delivery.objects.count() == 1
