"""Are the files of an idea opened by those inside of it, and those of its annex by fewer?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Attachment, AuditEntry
from partners.choices import Role
from pilots.operations.idea_files import attach_to_annex, attach_to_idea, detach_from_idea
from tests.factories.ideas import EvaluationFactory, IdeaAnnexFactory, IdeaFactory, IdeaPartnerFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory

pytestmark = pytest.mark.django_db


def upload(name="prices.txt", content=b"14 euro a wheel"):
    return SimpleUploadedFile(name, content)


def address_of(attachment):
    return reverse("file", args=[attachment.pk, attachment.name])


def opens(client, address):
    """The status of a file's address; read to its end, which closes the file."""
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


@pytest.fixture
def drafted():
    """A draft with an annex, each with a file; then sent."""
    annex = IdeaAnnexFactory(idea__state="draft")
    idea = annex.idea
    files = (
        attach_to_idea(idea, upload("plan.txt"), actor=idea.author),
        attach_to_annex(annex, upload(), actor=idea.author),
    )
    type(idea).objects.filter(pk=idea.pk).update(state="in_evaluation")
    idea.refresh_from_db()
    return idea, *files


def test_a01_who_opens_the_file_of_an_idea_and_who_that_of_its_annex(client, drafted):
    idea, plan, prices = drafted
    joined = PartnerFactory(organisation=IdeaPartnerFactory(idea=idea, confirmed=True).organisation)
    expected = {
        idea.author: (200, 200),
        PartnerFactory(organisation=idea.organisation): (200, 200),
        StaffFactory(role=Role.SECRETARY, centre=idea.centre): (200, 200),
        EvaluationFactory(idea=idea, state="accepted").evaluator: (200, 200),
        StaffFactory(role=Role.EDITOR, centre=idea.centre): (200, 404),
        joined: (200, 404),
        EvaluationFactory(idea=idea, state="assigned").evaluator: (404, 404),
        EvaluationFactory(idea=idea, state="accepted", blind=True).evaluator: (404, 404),
        PartnerFactory(admin=True): (404, 404),
        StaffFactory(centre=CentreFactory()): (404, 404),
    }

    for person, statuses in expected.items():
        client.force_login(person)
        assert tuple(opens(client, address_of(file)) for file in (plan, prices)) == statuses
    client.logout()
    assert {opens(client, address_of(file)) for file in (plan, prices)} == {404}


def test_public_idea_does_not_make_its_files_public(client, drafted):
    idea, plan, prices = drafted
    type(idea).objects.filter(pk=idea.pk).update(publication="public")
    client.force_login(PartnerFactory())

    assert {opens(client, address_of(file)) for file in (plan, prices)} == {404}


def test_files_are_added_by_the_proposer_while_the_idea_is_open():
    idea = IdeaFactory(state="draft")

    with pytest.raises(NotAllowed):
        attach_to_idea(idea, upload(), actor=PartnerFactory(organisation=idea.organisation))
    type(idea).objects.filter(pk=idea.pk).update(state="submitted")
    with pytest.raises(DomainError) as refusal:
        attach_to_idea(idea, upload(), actor=idea.author)

    assert refusal.value.code == "wrong_state"
    assert (Attachment.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_file_is_removed_by_the_proposer_and_its_address_is_dead(client):
    idea = IdeaFactory(state="draft")
    plan = attach_to_idea(idea, upload("plan.txt"), actor=idea.author)
    client.force_login(idea.author)

    address = address_of(plan)

    detach_from_idea(idea, plan, actor=idea.author)

    assert opens(client, address) == 404
    assert Attachment.objects.count() == 0


def test_a03_file_of_a_foreign_idea_is_not_removed_through_ones_own(client):
    own, foreign = IdeaFactory(state="draft"), IdeaFactory(state="draft")
    plan = attach_to_idea(foreign, upload("plan.txt"), actor=foreign.author)
    client.force_login(own.author)

    for idea in (own, foreign):
        response = client.post(reverse("idea_file_remove", args=[idea.pk, plan.pk]), {"note": ""})
        assert response.status_code == 404

    assert Attachment.objects.get() == plan
    client.force_login(foreign.author)
    assert opens(client, address_of(plan)) == 200


def test_page_adds_a_file_to_the_idea_and_to_the_annex(client):
    annex = IdeaAnnexFactory(idea__state="draft")
    client.force_login(annex.idea.author)

    for name in ("idea_file", "idea_annex_file"):
        response = client.post(reverse(name, args=[annex.idea_id]), {"file": upload(), "title": "Prices"})
        assert response.status_code == 302

    assert sorted(Attachment.objects.values_list("object_type", flat=True)) == [
        "pilots.idea",
        "pilots.ideaannex",
    ]
    page = client.get(reverse("idea_detail", args=[annex.idea_id])).content.decode()
    assert page.count("Prices") >= 2


def test_x04_file_that_is_not_what_its_name_says_is_refused_beside_the_field(client):
    idea = IdeaFactory(state="draft")
    client.force_login(idea.author)
    hostile = upload("plan.png", b"<html><script>alert(1)</script>")

    response = client.post(reverse("idea_file", args=[idea.pk]), {"file": hostile, "title": ""})

    assert response.status_code == 422
    assert Attachment.objects.count() == 0
