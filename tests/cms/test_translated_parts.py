"""Are the steps of a plan and what a trial produced said in the reader's language, or in which they are?"""

import pytest
from bs4 import BeautifulSoup

from cic.core.translations import translate
from cms.facts import untranslated
from cms.facts.freezing import facts_of, snapshot_of
from partners.choices import Role
from pilots.operations.outcomes import edit_product
from pilots.operations.trial_parts import edit_part
from tests.factories.cms import case_of, make_world, publish, staff
from tests.factories.partners import today
from tests.factories.trials import MilestoneFactory


@pytest.fixture
def world(site):
    return make_world("Vans")


@pytest.fixture
def editor(world):
    return staff(Role.EDITOR, world.centre)


@pytest.fixture
def step(world):
    return world.trial.milestones.get()


@pytest.fixture
def product(world):
    product = world.outcome.products.get()
    product.description = "Noise,\nnight by night."
    product.save()
    return product


def lines(page, selector):
    """What stands there, each with the language it is marked with."""
    return [
        (part.get_text(strip=True), part.get("lang"))
        for part in BeautifulSoup(page.content, "html.parser").select(selector)
    ]


def test_a_step_is_translated_on_a_page_of_its_own_and_counted_in_the_plan(client, world, editor, step):
    client.force_login(editor)
    address = f"/workspace/trials/milestones/{step.pk}/translations/ca/"

    form = client.get(address)
    answer = client.post(address, {"title": "Furgonetes a punt"})
    plan = client.get(answer["Location"])

    assert (form.status_code, [pair["source"] for pair in form.context["pairs"]]) == (200, [step.title])
    assert answer["Location"] == f"/workspace/trials/{world.trial.pk}/plan/"
    step.refresh_from_db()
    assert step.said_in("ca").title == "Furgonetes a punt"
    counted = {row["said"].code: row["said"].done for row in plan.context["milestones"][0].in_languages}
    assert counted == {"ca": 1, "es": 0, "fr": 0}


def test_a_product_is_translated_on_a_page_of_its_own_and_counted_with_its_outcome(
    client, world, editor, product
):
    client.force_login(editor)
    address = f"/workspace/outcomes/products/{product.pk}/translations/ca/"

    answer = client.post(address, {"name": "Dades de furgonetes"})
    page = client.get(answer["Location"])

    assert answer["Location"] == f"/workspace/outcomes/{world.outcome.pk}/"
    counted = {
        row["said"].code: (row["said"].done, row["said"].total)
        for row in page.context["products"][0].in_languages
    }
    assert counted == {"ca": (1, 2), "es": (0, 2), "fr": (0, 2)}


def test_a_changed_step_or_product_leaves_its_translation_behind(world, editor, step, product):
    step = translate(step, {"ca": {"title": "Furgonetes"}}, actor=editor)
    product = translate(product, {"ca": {"name": "Dades"}}, actor=editor)

    step = edit_part(step, {"title": "Silent vans"}, actor=staff(Role.COORDINATOR, world.centre))
    keeper = staff(Role.COORDINATOR, world.centre)
    product = edit_product(product, {"name": "Figures"}, actor=keeper, note="A better name.")

    assert step.translations["ca"]["title"]["outdated"] is True
    assert product.translations["ca"]["name"]["outdated"] is True


def test_the_page_of_a_pilot_says_steps_and_products_in_its_language_or_marks_them(
    client, world, editor, step, product
):
    MilestoneFactory(trial=world.trial, title="Second street", due_on=today(20))
    done = MilestoneFactory(trial=world.trial, title="First street", due_on=today(-20), done_on=today(-19))
    translate(done, {"ca": {"title": "Primer carrer"}}, actor=editor)
    translate(step, {"ca": {"title": "Furgonetes"}}, actor=editor)
    translate(product, {"ca": {"name": "Dades de furgonetes"}}, actor=editor)

    page = client.get(f"/ca/proves-pilot/{world.trial.reference}/")

    ahead = [step["title"] for step in page.context["ahead"]]
    assert [(text, text.language) for text in ahead] == [("Second street", "en"), ("Furgonetes", "ca")]
    assert lines(page, ".milestones [lang]") == [("Second street", "en")]
    [told] = page.context["products"]
    assert (told["name"], told["name"].language) == ("Dades de furgonetes", "ca")
    assert (told["description"], told["description"].language) == (product.description, "en")
    assert "Primer carrer" in [row["title"] for row in page.context["timeline"]]


def test_a_case_keeps_in_which_language_a_product_is_told(client, world, editor, product):
    translate(product, {"ca": {"name": "Dades de furgonetes"}}, actor=editor)

    [frozen] = snapshot_of(world.outcome, "ca")["products"]
    case = publish(case_of(world.outcome, author=editor), asker=editor)
    [shown] = facts_of(case)["products"]
    page = client.get(case.get_url())

    assert (frozen["name"], frozen["languages"]) == (
        "Dades de furgonetes", {"name": "ca", "description": "en"},
    )  # fmt: skip
    assert (shown["name"], shown["languages"]["name"]) == (product.name, "en")
    assert page.status_code == 200


def test_what_nobody_has_said_of_a_public_trial_is_listed(world, editor, step, product):
    def listed():
        return [row["url"] for group in untranslated.records("es", editor) for row in group["rows"]]

    addresses = {
        f"/workspace/trials/milestones/{step.pk}/translations/es/",
        f"/workspace/outcomes/products/{product.pk}/translations/es/",
    }
    before = set(listed())
    translate(step, {"es": {"title": "Furgonetas"}}, actor=editor)
    translate(product, {"es": {"name": "Datos"}}, actor=editor)

    assert (addresses <= before, addresses & set(listed())) == (True, set())


@pytest.mark.parametrize("language", ["ca", "en"])
def test_the_api_says_a_step_in_the_language_asked_for(client, world, editor, step, language):
    translate(step, {"ca": {"title": "Furgonetes"}}, actor=editor)

    [row] = client.get(f"/api/v1/milestones/?lang={language}").json()["results"]

    told = {"ca": ("Furgonetes", "ca"), "en": (step.title, "en")}[language]
    assert (row["title"], row["said"]["title"]) == told
