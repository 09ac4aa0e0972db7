"""Does a committee get one pack to read, as a page and as a PDF that a screen reader can read?"""

import pytest
from django.urls import reverse

from cic.core.documents import pdf
from partners.choices import Role
from pilots.views import packs
from pilots.views.packs import TEMPLATE, words
from tests.factories.ideas import CriteriaSetFactory, DecisionFactory, EvaluationFactory, IdeaFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory

pytestmark = pytest.mark.django_db

CANARY = "zyxcanary"
HOSTILE = (
    '#panic("x") $ unclosed *bold _ @ref <label> [#read("/etc/passwd")] \\ {{ settings.SECRET_KEY }} l·l'
)


def text_of(response):
    return response.content.decode()


@pytest.fixture
def meeting():
    """A centre with an idea two people have scored, and one who stepped back; and its secretary."""
    centre = CentreFactory()
    criteria = CriteriaSetFactory(centre=centre)
    idea = IdeaFactory(centre=centre, state="in_evaluation", asked_of_city="Two streets")
    for scored, advice in (([5, 5], "accept"), ([3, 5], "park")):
        EvaluationFactory(
            idea=idea,
            criteria_set=criteria,
            state="submitted",
            recommendation=advice,
            scored=scored,
            comment="Fine",
        )
    gone = EvaluationFactory(idea=idea, criteria_set=criteria, state="recused", conflict_note="A cousin")
    return idea, gone.evaluator, StaffFactory(role=Role.SECRETARY, centre=centre)


def test_pack_compares_scores_and_names_conflicts_and_what_is_asked(client, meeting):
    idea, stepped_back, secretary = meeting
    client.force_login(secretary)

    response = client.get(reverse("committee_pack"))

    (row,) = response.context["rows"]
    assert [(line["lowest"], line["highest"], line["mean"]) for line in row["criteria"]] == [
        (3, 5, 4.0),
        (5, 5, 5.0),
    ]
    assert (row["handed_in"], row["assigned"], row["conflicts"]) == (2, 2, [stepped_back])
    for shown in ("Two streets", stepped_back.name, "Park", "86.7", idea.reference):
        assert shown in text_of(response)


def test_pack_holds_the_ideas_of_the_address_that_one_decides_on(client, meeting):
    idea, _gone, secretary = meeting
    other = IdeaFactory(centre=idea.centre, state="in_evaluation")
    foreign = IdeaFactory(state="in_evaluation", title=CANARY, publication="public")
    decided = DecisionFactory(idea__centre=idea.centre).idea
    client.force_login(secretary)
    address = reverse("committee_pack")

    def shown(*ideas):
        rows = client.get(address, {"idea": [one.pk for one in ideas]}).context["rows"]
        return {row["idea"] for row in rows}

    assert shown() == {idea, other}
    assert shown(other, foreign, decided) == {other}
    assert shown(foreign) == set()


def test_pdf_is_tagged_and_says_so(client, meeting):
    client.force_login(meeting[2])

    response = client.get(reverse("committee_pack_file"))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('attachment; filename="committee-')
    assert response.content.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in response.content


@pytest.mark.parametrize("language", ["ca", "es", "en", "fr"])
def test_i05_what_people_typed_is_text_in_the_pdf(client, language):
    centre = CentreFactory()
    idea = IdeaFactory(centre=centre, state="in_evaluation", title=HOSTILE, problem=f"{HOSTILE}\n\n{HOSTILE}")
    EvaluationFactory(idea=idea, state="submitted", recommendation="accept", scored=[1, 1], comment=HOSTILE)
    client.force_login(StaffFactory(role=Role.SECRETARY, centre=centre))
    client.cookies["language"] = language

    response = client.get(reverse("committee_pack_file"))

    assert response.content.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in response.content


def test_sign_without_a_picture_is_no_reason_to_have_no_pdf():
    data = {"subtitle": "👍 日本", "words": words(), "ideas": []}

    document = pdf(TEMPLATE, data, language="en", title="Pack")

    assert document.startswith(b"%PDF-")
    assert b"pdfuaid" not in document


def test_pack_without_ideas_is_an_empty_page_and_still_a_pdf(client):
    client.force_login(StaffFactory(role=Role.SECRETARY))

    assert "No idea waits for a decision." in text_of(client.get(reverse("committee_pack")))
    assert client.get(reverse("committee_pack_file")).content.startswith(b"%PDF-")


def test_same_data_make_the_same_document():
    data = {"subtitle": "Made today", "words": words(), "ideas": []}

    one, other = (pdf(TEMPLATE, data, language="en", title="Pack") for _ in range(2))

    assert len(one) == len(other)


def test_pack_is_for_who_records_decisions(client, meeting):
    for person in (PartnerFactory(), StaffFactory(role=Role.EVALUATOR), StaffFactory(role=Role.AUDITOR)):
        client.force_login(person)
        for name in ("committee_pack", "committee_pack_file"):
            assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["committee_pack", "committee_pack_file"])
def test_cost_does_not_grow(client, name, count, django_assert_num_queries):
    for _ in range(count):
        EvaluationFactory(state="submitted", recommendation="accept", scored=[4, 4])
    client.force_login(StaffFactory())
    client.get(reverse(name))

    with django_assert_num_queries(8):
        client.get(reverse(name))


def test_page_shows_the_best_first_and_goes_on_while_the_file_holds_all(client, meeting, monkeypatch):
    idea, _gone, secretary = meeting
    rest = IdeaFactory.create_batch(2, centre=idea.centre, state="in_evaluation")
    monkeypatch.setattr(packs, "IDEAS_PER_PAGE", 2)
    client.force_login(secretary)

    first = client.get(reverse("committee_pack"))
    second = client.get(reverse("committee_pack") + first.context["next_url"])

    assert [row["idea"] for row in [*first.context["rows"], *second.context["rows"]]] == [idea, *rest]
    assert "Ideas 1 to 2 of 3, the best first. The PDF holds all of them." in text_of(first)
    assert (second.context["next_url"], first.context["previous_url"]) == ("", "")
    drawn = []
    monkeypatch.setattr(packs, "pdf", lambda template, data, **more: drawn.append(data) or b"%PDF")
    assert client.get(second.context["pdf_url"]).status_code == 200
    assert [one["reference"] for one in drawn[0]["ideas"]] == [one.reference for one in (idea, *rest)]
