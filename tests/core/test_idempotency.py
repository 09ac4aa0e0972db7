"""Does a request that is sent twice take effect once?"""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cic.core.idempotency import forget_old_keys
from cic.core.models import AuditEntry, IdempotencyKey
from partners.models import Organisation
from tests.factories.partners import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
LIST = "/api/v1/specimens/"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def user():
    return AppointmentFactory(role="coordinator").user


def post(client, data, key="k-1", address=LIST):
    return client.post(
        address, json.dumps(data), content_type="application/json", headers={"idempotency-key": key}
    )


def test_r07_same_body_gets_the_same_answer(user):
    first = post(client_of(user), {"name": "One", "country": "ES"})
    again = post(client_of(user), {"country": "ES", "name": "One"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert (Organisation.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_r07_other_body_or_address_is_422(user):
    company = OrganisationFactory()
    post(client_of(user), {"name": "One"})

    other = post(client_of(user), {"name": "Two"})
    elsewhere = post(client_of(user), {"name": "One"}, address=f"{LIST}{company.pk}/moves/suspend/")

    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert elsewhere.status_code == 422
    assert Organisation.objects.count() == 2


def test_key_of_one_person_means_nothing_for_another(user):
    post(client_of(user), {"name": "One"})

    assert post(client_of(UserFactory()), {"name": "Two"}).status_code == 201


def test_number_beyond_every_column_is_400(user):
    assert post(client_of(user), {"name": "One", "size": 10**25}).status_code == 400


def test_refused_request_leaves_no_key(user):
    assert post(client_of(user), {"name": ""}).status_code == 400

    assert IdempotencyKey.objects.count() == 0
    assert post(client_of(user), {"name": "One"}).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "é", "a" * 129, "\x7f"])
def test_key_that_is_none_is_400(user, key):
    response = post(client_of(user), {"name": "One"}, key=key)

    assert (response.status_code, Organisation.objects.count()) == (400, 0)


def test_move_is_made_once(user):
    company = OrganisationFactory()
    address = f"{LIST}{company.pk}/moves/suspend/"

    answers = [post(client_of(user), {"note": "x"}, address=address) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_r03_twenty_at_once_make_one(at_once, user):
    def send():
        response = post(client_of(user), {"name": "One"})
        return response.status_code, response.content

    answers = at_once(send, 20)

    assert set(answers) == {answers[0]}
    assert answers[0][0] == 201
    assert (Organisation.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_r02_without_the_key_the_same_twenty_make_twenty(at_once, user):
    def send():
        client = client_of(user)
        return client.post(LIST, json.dumps({"name": "One"}), content_type="application/json").status_code

    assert at_once(send, 20) == [201] * 20
    assert Organisation.objects.count() == 20


def test_old_keys_are_forgotten(user):
    post(client_of(user), {"name": "One"}, key="old")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=49))
    post(client_of(user), {"name": "Two"}, key="new")

    assert forget_old_keys() == 1
    assert IdempotencyKey.objects.get().key == "new"
