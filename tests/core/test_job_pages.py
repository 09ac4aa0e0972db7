"""Does an administrator see what came back and was given up, and have it tried again?"""

import pytest
from django.utils import timezone

from cic.core.background import notify
from cic.core.models import AuditEntry, Job
from tests.core.resource_contract import client_of
from tests.factories.partners import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/workspace/jobs/"


def bounced(reader, key="1"):
    """A mail to somebody whose address refused it."""
    job = notify(reader, "pilots.idea_received", key=key, reference="I-1", title="x", path="/workspace/")
    Job.objects.filter(pk=job.pk).update(parked_at=timezone.now(), refused=True, error="550 no such user")
    return job


@pytest.fixture
def admin():
    return StaffFactory(role="admin")


def test_a_mail_that_came_back_is_shown_with_whom_it_was_for_and_tried_again(admin):
    reader, client = UserFactory(email="gone@example.org"), client_of(admin)
    job = bounced(reader)

    page = client.get(PAGE).content.decode()
    assert ("gone@example.org" in page, "550 no such user" in page, reader.name in page) == (True, True, True)
    assert client.post(PAGE, {"job": job.pk}).status_code == 302

    assert (Job.objects.parked().count(), Job.objects.due().count()) == (0, 1)
    assert AuditEntry.objects.get(action="job.release").actor == admin
    assert "Nothing was given up." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("sent", ["", "x", "0", "9" * 30])
def test_what_was_not_given_up_is_not_tried_again(admin, sent):
    assert client_of(admin).post(PAGE, {"job": sent}).status_code == 404


def test_nobody_else_sees_or_does_it():
    job = bounced(UserFactory())
    client = client_of(StaffFactory(role="coordinator"))

    assert (client.get(PAGE).status_code, client.post(PAGE, {"job": job.pk}).status_code) == (403, 403)
    assert Job.objects.parked().count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_one_and_three(admin, count, django_assert_num_queries):
    for number in range(count):
        bounced(UserFactory(), key=str(number))
    client = client_of(admin)

    with django_assert_num_queries(7):  # session, reader, standing, jobs, people, how many, files
        client.get(PAGE)
