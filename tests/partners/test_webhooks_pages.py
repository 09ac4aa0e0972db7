"""Does a person keep their webhooks by pages, see each secret once, and nobody else's at all?"""

import pytest
from django.utils import timezone

from cic.core.models import Delivery, Webhook
from cic.core.sealing import unseal
from cic.core.webhooks import create_webhook
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db

FIELDS = {"name": "Dashboard", "url": "https://203.0.114.9/hook", "nouns": ["trials", "ideas"]}


@pytest.fixture
def person(client):
    person = PartnerFactory()
    client.force_login(person)
    return person


@pytest.fixture
def webhook(person):
    return create_webhook(actor=person, **FIELDS)[0]


def test_t10_secret_is_shown_once_and_by_no_page_after(client, person):
    response = client.post("/workspace/webhooks/new/", FIELDS, follow=True)

    webhook = Webhook.objects.get()
    secret = unseal(webhook.secret)
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert secret in response.content.decode()
    assert (webhook.user, webhook.name, webhook.nouns) == (person, "Dashboard", ["trials", "ideas"])
    for address in ("/workspace/webhooks/", f"/workspace/webhooks/{webhook.pk}/"):
        assert secret not in client.get(address).content.decode()


def test_refused_address_keeps_what_was_typed(client, person):
    response = client.post("/workspace/webhooks/new/", {**FIELDS, "url": "https://10.0.0.1/hook"})

    assert response.status_code == 422
    assert response.context["form"].errors["url"] == ["This address is not on the public internet."]
    assert response.context["form"]["name"].value() == "Dashboard"
    assert Webhook.objects.count() == 0


def test_edit_stop_start_rotate_and_remove(client, webhook):
    base = f"/workspace/webhooks/{webhook.pk}"
    old = webhook.secret

    client.post(f"{base}/edit/", {**FIELDS, "name": "Screens", "nouns": []})
    client.post(f"{base}/stop/")
    stopped = Webhook.objects.get()
    client.post(f"{base}/start/")
    started = Webhook.objects.get()
    rotated = client.post(f"{base}/secret/", follow=True)
    secret = unseal(Webhook.objects.get().secret)

    assert (stopped.name, stopped.nouns, stopped.active, started.active) == ("Screens", [], False, True)
    assert secret in rotated.content.decode()
    assert Webhook.objects.get().old_secret == old
    client.post(f"{base}/remove/")
    assert Webhook.objects.count() == 0


def test_t04_looking_at_a_question_changes_nothing(client, webhook):
    before = Webhook.objects.values().get()
    delivery = Delivery.objects.create(webhook=webhook, event="ping", happened_at=timezone.now())

    for deed in ("stop", "start", "remove", "secret", "ping"):
        assert client.get(f"/workspace/webhooks/{webhook.pk}/{deed}/").status_code == 200
    assert client.get(f"/workspace/webhook-messages/{delivery.pk}/replay/").status_code == 200

    assert (Webhook.objects.values().get(), Delivery.objects.count()) == (before, 1)


def test_a01_somebody_elses_webhook_is_not_there(client, webhook):
    delivery = Delivery.objects.create(webhook=webhook, event="ping", happened_at=timezone.now())
    client.force_login(PartnerFactory())

    for address in (
        f"webhooks/{webhook.pk}/",
        f"webhooks/{webhook.pk}/edit/",
        f"webhooks/{webhook.pk}/remove/",
        f"webhook-messages/{delivery.pk}/replay/",
    ):
        assert client.get(f"/workspace/{address}").status_code == 404
        assert client.post(f"/workspace/{address}").status_code in (404, 405)
    assert "Dashboard" not in client.get("/workspace/webhooks/").content.decode()
    assert Webhook.objects.count() == 1


def test_ping_and_replay_write_the_log(client, webhook):
    client.post(f"/workspace/webhooks/{webhook.pk}/ping/")
    delivery = Delivery.objects.get()
    Delivery.objects.update(
        outcome="failed", attempts=10, status=500, milliseconds=12, sent_at=timezone.now()
    )

    response = client.post(f"/workspace/webhook-messages/{delivery.pk}/replay/", follow=True)

    assert response.status_code == 200
    assert (Delivery.objects.get().outcome, Delivery.objects.get().attempts) == ("waiting", 0)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_however_many(client, person, count, django_assert_num_queries):
    for _ in range(count):
        webhook = create_webhook(actor=person, **FIELDS)[0]
        Delivery.objects.bulk_create(
            Delivery(webhook=webhook, event="ping", happened_at=timezone.now()) for _ in range(count)
        )
    client.get("/workspace/webhooks/")

    with django_assert_num_queries(4):
        client.get("/workspace/webhooks/")
    with django_assert_num_queries(5):
        client.get(f"/workspace/webhooks/{webhook.pk}/")
