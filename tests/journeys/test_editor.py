"""Does somebody new publish a case with two photographs in two languages, by docs/editors.md alone?"""

import io
from typing import Any

import pytest
from PIL import Image

from cic.core.translations import translate
from cms.models import CasePage
from partners.choices import Role
from tests.factories.cms import make_site, make_world, staff

from .steps import fill, follow, send

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


def test_a_case_with_two_photographs_goes_public_in_two_languages(
    live_server, visitor, picture, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    make_site()
    world = make_world("Quiet vans")
    translate(world.outcome, {"ca": {"lessons": "Dormir costa poc."}}, actor=staff(Role.EDITOR))
    editor, second = visitor(staff(Role.EDITOR, world.centre)), visitor(staff(Role.SECRETARY, world.centre))

    editor.goto("/workspace/cases/")
    follow(editor, "Quiet vans pilot")
    editor.get_by_role("checkbox", name="Català").check()
    picture(editor)
    send(editor, "Prepare the public case")
    fill(editor, answer="Yes: the street sleeps.", evidence="before and after, with a comparison street")
    picture(editor)
    send(editor, "Save and go on: Photographs")
    assert "Saved at" in editor.locator("#messages").inner_text()
    files = [photograph("van.jpg", "teal"), photograph("ramp.jpg", "orange")]
    editor.set_input_files("[name=upload_0]", files)
    editor.locator("canvas").nth(1).wait_for()
    fill(
        editor,
        description_0="A van at the kerb.", description_0_ca="Una furgoneta a la vorera.",
        description_1="A rubber ramp.", description_1_ca="Una rampa de goma.",
    )  # fmt: skip
    picture(editor)
    send(editor, "Save and go on: Text: Català")
    assert editor.locator("[name=lessons]").input_value() == "Dormir costa poc."
    fill(editor, title="Furgonetes silencioses", answer="Sí: el carrer dorm.")
    picture(editor)
    send(editor, "Save and go on: Ask for approval")
    assert "Readers will see in English" in editor.locator("main").inner_text()
    picture(editor)
    send(editor, "Ask for approval")
    picture(editor)

    second.goto("/workspace/")
    picture(second)
    follow(second, "Quiet vans pilot")
    second.locator("main a[data-move=approve]").click()
    second.get_by_role("checkbox", name="Català").wait_for()
    picture(second)
    send(second, "Approve and publish")
    picture(second)

    reader = visitor()
    for code, answer, shown in (
        ("en", "Yes: the street sleeps.", ["A van at the kerb.", "A rubber ramp."]),
        ("ca", "Sí: el carrer dorm.", ["Una furgoneta a la vorera.", "Una rampa de goma."]),
    ):
        case = CasePage.objects.get(locale__language_code=code)
        reader.goto(case.get_url())
        assert reader.get_by_text(answer).first.is_visible()
        assert reader.locator(".gallery img").evaluate_all("all => all.map(one => one.alt)") == shown
    picture(reader)
