"""Does somebody new publish a case with two photographs in two languages, by docs/editors.md alone?"""

import io
from typing import Any

import pytest
from PIL import Image

from cms.models import CasePage
from partners.choices import Role
from tests.factories.cms import make_site, make_world, staff

from .steps import fill, follow, move, send

# Wagtail leaves the file that it makes a size of a picture in to the garbage collector.
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def photograph(name: str, colour: str) -> dict[str, Any]:
    """A file as a browser sends it."""
    data = io.BytesIO()
    Image.new("RGB", (1200, 800), colour).save(data, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}


def approve(page: Any, case: CasePage) -> None:
    """What the second person does with the mail they got."""
    page.goto(f"/workspace/cases/{case.pk}/")
    move(page, "approve")


def test_a_case_with_two_photographs_goes_public_in_two_languages(
    live_server, visitor, picture, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    make_site()
    world = make_world("Quiet vans")
    editor, second = visitor(staff(Role.EDITOR, world.centre)), visitor(staff(Role.SECRETARY, world.centre))

    editor.goto("/workspace/cases/")
    follow(editor, "Quiet vans pilot")
    send(editor, "Prepare the public case")
    follow(editor, "Edit")
    fill(editor, answer="Yes: the street sleeps.", evidence="before and after, with a comparison street")
    send(editor, "Save")
    follow(editor, "Add photographs")
    editor.set_input_files("[name=upload_0]", photograph("van.jpg", "teal"))
    editor.set_input_files("[name=upload_1]", photograph("ramp.jpg", "orange"))
    fill(editor, description_0="A van at the kerb.", description_1="A rubber ramp.")
    picture(editor)
    send(editor, "Save the photographs")
    picture(editor)
    follow(editor, "Write it in another language")
    editor.get_by_role("radio", name="Català").check()
    send(editor, "Make the draft")
    follow(editor, "Edit")
    fill(editor, title="Furgonetes silencioses", answer="Sí: el carrer dorm.")
    picture(editor)
    send(editor, "Save")
    english, catalan = (CasePage.objects.get(locale__language_code=code) for code in ("en", "ca"))
    for case in (english, catalan):
        editor.goto(f"/workspace/cases/{case.pk}/")
        move(editor, "ask")
        approve(second, case)

    reader = visitor()
    for code, answer in (("en", "Yes: the street sleeps."), ("ca", "Sí: el carrer dorm.")):
        case = CasePage.objects.get(locale__language_code=code)
        reader.goto(case.get_url())
        assert reader.get_by_text(answer).first.is_visible()
        assert reader.locator(".gallery img").evaluate_all("all => all.map(one => one.alt)") == [
            "A van at the kerb.", "A rubber ramp.",
        ]  # fmt: skip
    picture(reader)
