"""Does somebody new publish a case with two photographs in two languages, by docs/editors.md alone, in ten minutes?"""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cic.core.translations import translate
from cms.models import CasePage
from partners.choices import Role
from tests.factories.cms import make_site, make_world, staff

from .effort import Effort

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


# What the tracker holds in English, and what an editor writes in Catalan where it holds nothing in it.
SAID = {
    "title": ("Cargo bicycles for the last kilometre", "Bicicletes de càrrega a l'últim quilòmetre"),
    "problem": (
        "Vans make nine stops for each kilometre.",
        "Les furgonetes fan nou parades per quilòmetre.",
    ),
    "proposal": (
        "An empty room of the city as a small depot, and the last kilometre by cargo bicycle.",
        "Un local municipal buit com a microcentre, i l'últim quilòmetre amb bicicleta de càrrega.",
    ),
    "novelty": ("Shared by carriers who compete.", "Compartit entre operadors que competeixen."),
    "beneficiaries": ("Neighbours of Sant Antoni.", "Veïnat de Sant Antoni."),
    "summary": (
        "Four carriers share a room of the city and deliver by bicycle.",
        "Quatre operadors comparteixen un local municipal i reparteixen amb bicicleta.",
    ),
    "method": (
        "Measure before, during and after, with a street to compare.",
        "Mesurar abans, durant i després, amb un carrer de comparació.",
    ),
    "lessons": (
        "Sharing a room among competitors needs a referee; the city was it.",
        "Compartir local entre competidors demana un àrbitre; l'Ajuntament ho ha estat.",
    ),
    "replicability": (
        "Worth it from 300 parcels a day.",
        "Val la pena a partir de 300 paquets al dia.",
    ),
    "success_conditions": (
        "A room within 400 metres of the customers and a neutral carrier.",
        "Un local a menys de 400 metres dels clients i un operador neutral.",
    ),
}
OF = {
    "idea": ("problem", "proposal", "novelty", "beneficiaries"),
    "trial": ("title", "summary", "method"),
    "outcome": ("lessons", "replicability", "success_conditions"),
}
CATALAN = {name: said for name, (_english, said) in SAID.items()}
ANSWER = {"answer": "Yes, and three more markets want it.", "answer_ca": "Sí, i tres mercats més el volen."}
ALL_TYPED = ANSWER | {
    "title_ca": CATALAN["title"],
    "challenges_ca": CATALAN["problem"],
    "solution_ca": CATALAN["proposal"],
    "consists_of_ca": f"{CATALAN['summary']}\n\n{CATALAN['method']}",
    "innovative_ca": CATALAN["novelty"],
    "added_value_ca": CATALAN["beneficiaries"],
    "lessons_ca": CATALAN["lessons"],
    "future_ca": f"{CATALAN['replicability']}\n\n{CATALAN['success_conditions']}",
}
DESCRIBED = {
    "description_0": "A cargo bicycle before the depot.",
    "description_0_ca": "Una bicicleta de càrrega davant del local.",
    "description_1": "Parcels sorted by street on a table.",
    "description_1_ca": "Paquets ordenats per carrer en una taula.",
}
STEPS = Path(__file__).resolve().parents[2] / "docs" / "editors.md"


def make_line():
    """An evaluated trial whose texts nobody has translated."""
    world = make_world("Cargo")
    for record, names in OF.items():
        row = getattr(world, record)
        for name in names:
            setattr(row, name, SAID[name][0])
        row.save()
    return world


def button(page, name):
    return page.locator("main").get_by_role("button", name=name, exact=True)


def link(page, name):
    return page.locator("main").get_by_role("link", name=re.compile(name)).first


@pytest.mark.parametrize(("held", "minutes"), [(False, 10), (True, 8)])
def test_a_case_with_two_photographs_goes_public_in_two_languages(
    held, minutes, live_server, visitor, picture, settings, tmp_path
):
    """Whether everything in the second language is typed, or the tracker holds it; the colleague's part is counted too."""
    settings.MEDIA_ROOT = tmp_path
    make_site()
    world = make_line()
    for record, names in OF.items() if held else ():
        row = getattr(world, record)
        fresh = type(row).objects.get(pk=row.pk)
        translate(fresh, {"ca": {name: CATALAN[name] for name in names}}, actor=staff(Role.EDITOR))
    editor, second = visitor(staff(Role.EDITOR, world.centre)), visitor(staff(Role.SECRETARY, world.centre))
    effort = Effort()

    effort.task = "read how"
    effort.read(STEPS.read_text().partition("## A case with")[2].partition("### ")[0])
    effort.task = "begin"
    editor.goto("/workspace/cases/")
    effort.look(editor)
    effort.go(editor, link(editor, SAID["title"][0]))
    effort.press(editor.get_by_role("checkbox", name="Català"))
    picture(editor)
    effort.task = "write"
    effort.go(editor, button(editor, "Prepare the public case"))
    assert editor.locator("[name=lessons_ca]").input_value() == (CATALAN["lessons"] if held else "")
    effort.write(editor, **(ANSWER if held else ALL_TYPED))
    picture(editor)
    effort.task = "photographs"
    effort.go(editor, button(editor, "Save and go on: Photographs"))
    assert "Saved at" in editor.locator("#messages").inner_text()
    files = [photograph("bicycle.jpg", "teal"), photograph("parcels.jpg", "orange")]
    effort.choose_files(editor.locator("[name=upload_0]"), files)
    editor.locator("canvas").nth(1).wait_for()
    effort.write(editor, **DESCRIBED)
    picture(editor)
    effort.task = "ask"
    effort.go(editor, button(editor, "Save and go on: Ask for approval"))
    assert "Readers will see in English" not in editor.locator("main").inner_text()
    picture(editor)
    effort.go(editor, button(editor, "Ask for approval"))
    picture(editor)

    effort.task = "approve"
    second.goto("/workspace/")
    picture(second)
    effort.look(second)
    effort.go(second, link(second, SAID["title"][0]))
    effort.go(second, second.locator("main a[data-move=approve]"))
    second.get_by_role("checkbox", name="Català").wait_for()
    picture(second)
    effort.go(second, button(second, "Approve and publish"))
    picture(second)

    reader = visitor()
    for code, answer, shown in (
        ("en", ANSWER["answer"], [DESCRIBED["description_0"], DESCRIBED["description_1"]]),
        ("ca", ANSWER["answer_ca"], [DESCRIBED["description_0_ca"], DESCRIBED["description_1_ca"]]),
    ):
        case = CasePage.objects.get(locale__language_code=code)
        reader.goto(case.get_url())
        assert reader.get_by_text(answer).first.is_visible()
        assert reader.locator(".gallery img").evaluate_all("all => all.map(one => one.alt)") == shown
    picture(reader)
    assert effort.minutes < minutes
