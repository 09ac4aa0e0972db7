"""Is a signature given elsewhere kept with the document that proves it, and shown beside it?"""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cic.core.errors import DomainError, NotAllowed
from cic.core.files import attach, detach
from cic.core.models import Attachment, AuditEntry
from partners.choices import AgreementState, AmendmentState, Role
from partners.models import AmendmentSignature, Party
from partners.operations import agreements as do
from partners.operations import amendments
from tests.core.resource_contract import send
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


def pdf(name="signed.pdf", content=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def legal(client):
    user = made.StaffFactory(role=Role.LEGAL)
    client.force_login(user)
    return user


@pytest.fixture
def pending():
    """Waits for the signatures of the city and of a partner."""
    city, partner = made.OrganisationFactory(name="City"), made.OrganisationFactory(name="Partner")
    return made.AgreementFactory(state=AgreementState.PENDING_SIGNATURE, parties=(city, partner))


def party(agreement, role="partner"):
    return agreement.parties.get(role=role)


def page(client, name, obj):
    response = client.get(reverse(name, args=[obj.pk]))
    assert response.status_code == 200
    return response.content.decode()


def status(client, address):
    """What a file's address answers."""
    response = client.get(address)
    if response.streaming:
        # Read to its end, the file is closed.
        assert b"".join(response.streaming_content)
    return response.status_code


@pytest.mark.parametrize("who", ["legal reviewer", "administrator of the party"])
def test_signature_with_document_shows_the_file_beside_it(client, legal, pending, who):
    row = party(pending)
    actor = made.PartnerFactory(organisation=row.organisation, admin=True)
    if who != "legal reviewer":
        client.force_login(actor)

    response = client.post(
        reverse("party_sign", args=[row.pk]),
        {"signatory_name": "A", "signed_on": today().isoformat(), "document": pdf()},
    )

    row.refresh_from_db()
    attachment = Attachment.objects.about(pending).get()
    assert (response.status_code, row.document, attachment.kind) == (302, attachment, "signed")
    text = page(client, "agreement_detail", pending)
    assert (
        text.count(reverse("file", args=[attachment.pk, "signed.pdf"])) == 2
    )  # beside the party, among the files
    assert status(client, reverse("file", args=[attachment.pk, "signed.pdf"])) == 200


def test_signature_by_a_member_or_a_rival_is_refused_and_keeps_no_file(pending):
    row = party(pending)
    for actor in (made.PartnerFactory(organisation=row.organisation), made.PartnerFactory(admin=True)):
        with pytest.raises(NotAllowed):
            do.sign(row, actor=actor, signatory_name="A", document=pdf())

    assert (Party.objects.filter(signed_on=None).count(), Attachment.objects.count()) == (2, 0)


def test_signature_with_a_file_that_is_not_what_it_says_is_refused_beside_the_field(client, legal, pending):
    row = party(pending)

    response = client.post(
        reverse("party_sign", args=[row.pk]),
        {
            "signatory_name": "Typed name",
            "signed_on": today().isoformat(),
            "document": pdf(content=b"<html>not a pdf</html>"),
        },
    )

    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, ["document"])
    assert form["signatory_name"].value() == "Typed name"
    row.refresh_from_db()
    assert (row.signed_on, row.document, Attachment.objects.count()) == (None, None, 0)


def test_document_uploaded_once_serves_the_other_parties(client, legal, pending):
    do.sign(party(pending, "city"), actor=legal, signatory_name="A", document=pdf())
    attachment = Attachment.objects.get()
    row = party(pending)
    address = reverse("party_sign", args=[row.pk])
    data = {"signatory_name": "B", "signed_on": today().isoformat(), "kept": attachment.pk}

    both = client.post(address, {**data, "document": pdf()})
    response = client.post(address, data)

    row.refresh_from_db()
    assert (both.status_code, list(both.context["form"].errors)) == (422, ["kept"])
    assert (response.status_code, row.document, Attachment.objects.count()) == (302, attachment, 1)


def test_document_of_another_agreement_is_refused(legal, pending):
    foreign = attach(made.AgreementFactory(), pdf(), actor=legal, kind="signed")

    with pytest.raises(DomainError) as caught:
        do.sign(party(pending), actor=legal, signatory_name="A", document=foreign)

    assert list(caught.value.fields) == ["document"]
    assert not Party.objects.exclude(signed_on=None).exists()


def test_retracted_signature_loses_its_document_but_not_its_trace(client, legal, pending):
    row = do.sign(party(pending), actor=legal, signatory_name="A", document=pdf())

    do.retract_signature(row, actor=legal, note="Wrong person.")

    row.refresh_from_db()
    attachment = Attachment.objects.about(pending).get()
    entry = AuditEntry.objects.about(row).order_by("-position").first()
    assert (row.signed_on, row.document) == (None, None)
    assert (entry.action, entry.note) == ("party.retract_signature", "Wrong person.")
    assert entry.before == {"document": str(attachment.pk), "signed_on": today().isoformat()}
    assert "Signed document" not in page(client, "agreement_detail", pending)


def test_document_of_a_signature_that_stands_is_not_removed(legal, pending):
    row = do.sign(party(pending), actor=legal, signatory_name="A", document=pdf())

    with pytest.raises(DomainError) as caught:
        detach(row.document, actor=legal)

    assert caught.value.code == "limit"
    assert Attachment.objects.get() == row.document


def test_amendment_signed_elsewhere_shows_its_document_and_keeps_the_trace(client, legal):
    amendment = made.AmendmentFactory(state=AmendmentState.PENDING_SIGNATURE)
    row = amendment.agreement.parties.get(role="partner")
    client.force_login(made.PartnerFactory(organisation=row.organisation, admin=True))

    response = client.post(
        reverse("amendment_sign", args=[amendment.pk]),
        {"party": row.pk, "signatory_name": "A", "signed_on": today().isoformat(), "document": pdf()},
    )

    signature, attachment = AmendmentSignature.objects.get(), Attachment.objects.about(amendment).get()
    address = reverse("file", args=[attachment.pk, "signed.pdf"])
    assert (response.status_code, signature.document) == (302, attachment)
    assert address in page(client, "amendment_detail", amendment)
    assert status(client, address) == 200
    client.force_login(made.PartnerFactory(admin=True))
    assert status(client, address) == 404

    amendments.retract_amendment_signature(signature, actor=legal, note="Not theirs.")

    entry = AuditEntry.objects.get(action="amendmentsignature.remove")
    assert (entry.note, entry.before["document"]) == ("Not theirs.", str(attachment.pk))
    assert Attachment.objects.get() == attachment


def test_signing_form_offers_no_internal_file(client, pending, legal):
    attach(pending, pdf("internal.pdf"), actor=legal, kind="signed", confidentiality="internal")
    row = party(pending)
    client.force_login(made.PartnerFactory(organisation=row.organisation, admin=True))

    assert "internal.pdf" not in page(client, "party_sign", row)


def test_signature_given_elsewhere_is_recorded_by_a_program_with_its_document(client, legal, pending):
    mine, other = party(pending), party(pending, "city")
    foreign = attach(made.AgreementFactory(), pdf(), actor=legal)
    say = {"signatory_name": "A", "signed_on": today().isoformat()}

    stolen = send(
        client, "POST", f"/api/v1/parties/{other.pk}/sign/", {**say, "kept_document": str(foreign.pk)}
    )
    unknown = send(
        client, "POST", f"/api/v1/parties/{other.pk}/sign/", {**say, "kept_document": str(uuid4())}
    )
    signed = client.post(f"/api/v1/parties/{mine.pk}/sign/", {**say, "document": pdf()})
    kept = signed.json()["document"]
    pointed = send(client, "POST", f"/api/v1/parties/{other.pk}/sign/", {**say, "kept_document": kept["id"]})

    assert [r.status_code for r in (stolen, unknown, signed, pointed)] == [400, 400, 200, 200]
    assert stolen.json()["errors"] == unknown.json()["errors"]
    assert pointed.json()["document"] == kept
    assert kept["url"].endswith(reverse("file", args=[kept["id"], "signed.pdf"]))
    client.force_login(made.UserFactory())
    assert client.get(f"/api/v1/parties/{mine.pk}/").status_code == 404


def test_amendment_is_signed_by_a_program_with_its_document(client, legal):
    amendment = made.AmendmentFactory(state=AmendmentState.PENDING_SIGNATURE)
    row = amendment.agreement.parties.get(role="partner")

    signed = client.post(
        f"/api/v1/amendments/{amendment.pk}/sign/",
        {"party": row.pk, "signatory_name": "A", "signed_on": today().isoformat(), "document": pdf()},
    )

    [signature] = signed.json()["signatures"]
    assert (signed.status_code, signature["party"]) == (200, row.pk)
    assert signature["document"]["id"] == str(Attachment.objects.about(amendment).get().pk)
