"""Are agreements and organisations said in other languages, by whom, and what of it does anybody get to read?"""

import pytest
from django.urls import reverse
from django.utils import translation

from cic.core.errors import NotAllowed
from cic.core.translations import translate
from cms.facts import untranslated
from partners.models import Agreement
from partners.operations.agreements import draft_successor, edit_agreement
from tests.factories import partners as made
from tests.pilots.tables import bring_in, exported, row_called, written

pytestmark = pytest.mark.django_db

SAID = {"es": {"title": "Descarga nocturna", "object": "Probar el reparto de noche."}}


@pytest.fixture
def agreement():
    return made.AgreementFactory(in_force=True, publication="public", language="ca", title="Descàrrega")


@pytest.fixture
def keeper(agreement):
    return made.StaffFactory(role="legal", centre=agreement.centre)


def test_who_keeps_a_signed_agreement_says_it_in_another_language_and_leaves_its_text(
    agreement, keeper, client
):
    client.force_login(keeper)
    address = reverse("agreement_translate", args=[agreement.pk, "es"])
    assert address in client.get(reverse("agreement_detail", args=[agreement.pk])).content.decode()

    answer = client.post(address, {**SAID["es"], "version": agreement.version})

    assert (answer.status_code, answer["Location"]) == (302, reverse("agreement_detail", args=[agreement.pk]))
    now = Agreement.objects.get()
    assert (now.title, [row.done for row in now.completeness()]) == ("Descàrrega", [2, 0, 0])
    with translation.override("es"):
        assert (now.said.title, now.said.object) == ("Descarga nocturna", "Probar el reparto de noche.")


def test_what_is_still_to_be_said_is_listed_for_those_who_may_say_it(agreement, keeper, client):
    firm = made.OrganisationFactory(description="Fem rodes.", language="ca")
    editor = made.StaffFactory(role="editor", centre=agreement.centre)

    def listed(user):
        found = [row["url"] for group in untranslated.records("es", user) for row in group["rows"]]
        return [url for url in found if "/centres/" not in url]

    assert listed(keeper) == [
        reverse("agreement_translate", args=[agreement.pk, "es"]),
        reverse("organisation_translate", args=[firm.pk, "es"]),
    ]
    assert listed(editor) == []
    client.force_login(keeper)
    page = client.get(reverse("cms_translations") + "?language=es").content.decode()
    assert all(url in page for url in listed(keeper))
    translate(agreement, SAID, actor=keeper)
    translate(firm, {"es": {"description": "Hacemos ruedas."}}, actor=keeper)
    assert listed(keeper) == []


def test_api_writes_and_reads_them_and_a_partner_may_not(agreement, keeper, client):
    address = f"/api/v1/agreements/{agreement.pk}/"
    body = {"translations": SAID}
    for user, status in (
        (made.PartnerFactory(organisation=agreement.parties.last().organisation), 403),
        (keeper, 200),
    ):
        client.force_login(user)
        answer = client.patch(address, body, content_type="application/json", headers={"if-match": "*"})
        assert answer.status_code == status

    client.logout()
    assert client.get(f"{address}?lang=es").json()["object"] == "Probar el reparto de noche."


def test_who_may_not_read_the_object_reads_no_translation_of_it(agreement, keeper, client, settings):
    settings.AGREEMENT_PUBLIC_FIELDS = ["parties"]
    translate(agreement, SAID, actor=keeper)

    for address in (f"/api/v1/agreements/{agreement.pk}/?lang=es", "/api/v1/agreements/?lang=es"):
        assert "Probar" not in client.get(address).content.decode()
    outsider = made.PartnerFactory()
    client.force_login(outsider)
    page = client.get(reverse("agreement_list") + "?export=csv")
    text = b"".join(page.streaming_content).decode()
    assert ("Descarga" in text, "Probar" in text) == (True, False)


def test_columns_of_a_list_are_translations(agreement, keeper):
    made.AppointmentFactory(user=keeper, role="coordinator", centre=agreement.centre)
    row = {**row_called("Descàrrega", exported("agreement", keeper)), "title_es": "Descarga"}

    assert bring_in(written([row]), keeper, agreement.centre) == (0, 1, 0, 0)

    assert Agreement.objects.get().translations["es"] == {
        "title": {"text": "Descarga", "origin": "human", "outdated": False}
    }


def test_successor_begins_with_the_translations_of_what_it_takes_over(agreement, keeper):
    agreement = translate(agreement, SAID, actor=keeper)

    successor = draft_successor(agreement, actor=keeper)
    edited = edit_agreement(successor, {"title": "Descàrrega, segona part"}, actor=keeper)

    assert {name: entry["outdated"] for name, entry in edited.translations["es"].items()} == {
        "title": True, "object": False,
    }  # fmt: skip
    assert Agreement.objects.get(pk=agreement.pk).translations["es"]["title"]["outdated"] is False
    with pytest.raises(NotAllowed, match="."):
        draft_successor(successor, actor=made.StaffFactory(role="editor", centre=agreement.centre))
