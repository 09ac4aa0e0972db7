"""Does formatted text that is sent past the editor come out clean?"""

import json

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.rich_text import RichText

from cms.models import TextPage
from partners.choices import Role
from tests.factories.cms import staff
from tests.factories.partners import UserFactory

pytestmark = pytest.mark.django_db

POISONED = "<script>alert(1)</script><svg onload=alert(2)><iframe src=//evil></iframe>"
LINKS = (
    "javascript:alert(1)",
    "data:text/html,<b>x",
    "JaVaScRiPt:x",
    "https://fine.example.org/",
    'x" onclick="y',
)


def content_state(text, urls):
    """What the editor's script sends: a line of plain text, then a link for each address."""
    blocks = [{"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [
        {"offset": 0, "length": 5, "style": "BOLD"}, {"offset": 0, "length": 5, "style": "x' onclick='y"}],
        "entityRanges": []}]  # fmt: skip
    entities = {}
    for number, url in enumerate(urls):
        entities[str(number)] = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": url}}
        ranges = [{"offset": 0, "length": 4, "key": number}]
        blocks.append(
            {"key": f"b{number}", "text": "link", "type": "unstyled", "depth": 0, "inlineStyleRanges": [],
             "entityRanges": ranges}
        )  # fmt: skip
    blocks.append({"key": "z", "text": "odd", "type": "svg onload=x", "depth": 0, "inlineStyleRanges": [],
                   "entityRanges": []})  # fmt: skip
    return json.dumps({"blocks": blocks, "entityMap": entities})


def form_of(response):
    """Every field of the page's form with its value."""
    form = BeautifulSoup(response.content, "html.parser").select_one("form[data-edit-form], #page-edit-form")
    data = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        chosen = field.select_one("option[selected]")
        data[field["name"]] = (chosen or field).get("value", "") if field.name != "textarea" else field.text
    return data


def test_x02_text_sent_past_the_editor_is_stored_clean(site, client):
    page = TextPage.objects.filter(locale__language_code="en", live=True).first()
    client.force_login(staff(Role.EDITOR))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    poison = content_state(POISONED, LINKS)
    block = {"body-0-type": "text", "body-0-value": poison, "body-0-order": "0", "body-0-deleted": ""}
    data = form_of(client.get(address)) | {"body-count": "1"} | block

    response = client.post(address, data)

    assert response.status_code == 302
    page.refresh_from_db()
    stored = page.get_latest_revision_as_object().body.raw_data[0]["value"]
    tree = BeautifulSoup(stored, "html.parser")
    assert {tag.name for tag in tree.find_all()} <= {"p", "b", "a", "strong"}
    assert {name for tag in tree.find_all() for name in tag.attrs} <= {"href", "data-block-key"}
    assert [tag["href"] for tag in tree.find_all("a") if tag.get("href")] == [
        "https://fine.example.org/",
        'x" onclick="y',
    ]
    assert "<script>alert(1)</script>" in tree.text


def test_x09_marks_of_direction_do_not_get_into_a_page(site):
    page = TextPage.objects.filter(locale__language_code="en", live=True).first()
    page.title, page.lead = "Ti\u202etle", "Le\u200bad"
    page.body = [("text", RichText("<p>Te\u2066xt</p>")), ("heading", "Hea\u061cding")]

    page.save_revision()

    draft = page.get_latest_revision_as_object()
    said = [block["value"] for block in draft.body.raw_data]
    assert (draft.title, draft.lead, said) == ("Title", "Lead", ["<p>Text</p>", "Heading"])


@pytest.mark.parametrize("name", ["drawing.svg", "page.html", "feed.xml", "dates.ics"])
def test_x03_a_document_that_a_browser_would_run_is_only_handed_over(site, client, name):
    document = Document(title="Odd", uploaded_by_user=UserFactory())
    document.file.save(name, ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"))
    document.save()
    page = TextPage.objects.filter(locale__language_code="en", live=True).first()
    page.body = [("file", {"document": document, "title": ""})]
    page.save_revision().publish()

    response = client.get(document.url)
    # Not response.close(): that also ends the request, and with it the test's connection.
    for close in response._resource_closers:
        close()

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    document.file.delete(save=False)


def test_a_form_of_the_editor_that_lacks_a_part_is_a_400(site, client):
    page = TextPage.objects.filter(locale__language_code="en", live=True).first()
    client.force_login(staff(Role.EDITOR))

    response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"title": "x"})

    assert response.status_code == 400
