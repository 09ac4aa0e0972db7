"""Do the workspace pages of needs and ideas show each reader their own words, and nothing that is not theirs?"""

import pytest
from django.urls import reverse

from cic.core.models import AuditEntry
from partners.choices import Role
from pilots.models import Idea, IdeaAnnex, IdeaPartner
from tests.factories.ideas import (
    ChallengeFactory,
    DecisionFactory,
    EvaluationFactory,
    IdeaAnnexFactory,
    IdeaFactory,
    IdeaPartnerFactory,
    InformationRequestFactory,
)
from tests.factories.partners import CentreFactory, OrganisationFactory, PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db

CANARY = "zyxcanary"


def text_of(response):
    return response.content.decode()


def answers(challenge=None, **more):
    return {
        "challenge": challenge.pk if challenge else "",
        "title": "Rubber wheels",
        "problem": "Noise",
        "proposal": "Rubber",
        "novelty": "",
        "beneficiaries": "",
        "asked_of_city": "Two streets",
        "trl": "5",
        "language": "en",
        "annex": "",
        **more,
    }


def test_propose_saves_a_draft_with_its_annex(client):
    challenge = ChallengeFactory(publication="public")
    author = PartnerFactory()
    client.force_login(author)

    page = client.get(reverse("idea_create"), {"challenge": challenge.pk})
    response = client.post(reverse("idea_create"), answers(challenge, annex="The price"))

    idea = Idea.objects.get()
    assert 'data-words="300"' in text_of(page)
    assert response.url == reverse("idea_detail", args=[idea.pk])
    assert (idea.state, idea.author, idea.centre, idea.trl) == ("draft", author, challenge.centre, 5)
    assert IdeaAnnex.objects.get().text == "The price"


def test_refused_form_keeps_what_was_typed(client):
    client.force_login(PartnerFactory())

    response = client.post(
        reverse("idea_create"), answers(title="", problem="A long story", annex="The price")
    )

    assert response.status_code == 422
    for typed in ("A long story", "The price", "Two streets"):
        assert typed in text_of(response)
    assert Idea.objects.count() == 0


def test_over_long_text_is_saved(client):
    idea = IdeaFactory(state="draft")
    client.force_login(idea.author)
    values = answers(
        title="Wheels", problem="word " * 400, centre=idea.centre_id, organisation=idea.organisation_id
    )

    response = client.post(reverse("idea_edit", args=[idea.pk]), {**values, "version": 1})

    assert response.status_code == 302, text_of(response)
    assert len(Idea.objects.get().problem.split()) == 400


def test_r06_second_editor_sees_both_versions_and_keeps_their_text(client):
    idea = IdeaFactory(state="draft")
    client.force_login(idea.author)
    values = answers(centre=idea.centre_id, organisation=idea.organisation_id, version=1)
    client.post(reverse("idea_edit", args=[idea.pk]), {**values, "problem": "First"})

    response = client.post(reverse("idea_edit", args=[idea.pk]), {**values, "problem": "Second"})

    assert response.status_code == 412
    assert ("First" in text_of(response), "Second" in text_of(response)) == (True, True)
    assert Idea.objects.get().problem == "First"


def test_submit_page_asks_only_for_what_is_missing(client):
    idea = IdeaFactory(state="draft", proposal="")
    client.force_login(idea.author)
    address = reverse("idea_move", args=[idea.pk, "submit"])

    page = text_of(client.get(address))
    client.post(address, {"proposal": "Rubber", "note": ""})

    assert ('name="proposal"' in page, 'name="problem"' in page) == (True, False)
    assert (Idea.objects.get().state, Idea.objects.get().proposal) == ("submitted", "Rubber")


def test_proposer_reads_steps_next_step_and_public_labels(client):
    idea = IdeaFactory(state="in_evaluation")
    EvaluationFactory(idea=idea, due_on=today(10))
    client.force_login(idea.author)

    page = text_of(client.get(reverse("idea_detail", args=[idea.pk])))

    assert "Experts are evaluating it" in page
    assert "In evaluation" not in page
    assert "What happens next" in page
    assert "The experts and the deciding body" in page


def test_untold_decision_changes_nothing_on_the_authors_pages(client):
    idea = IdeaFactory(state="in_evaluation")
    EvaluationFactory(idea=idea, state="submitted", recommendation="accept", scored=[4, 4])
    client.force_login(idea.author)
    addresses = [reverse("idea_detail", args=[idea.pk]), reverse("idea_list"), reverse("decision_list")]

    def pages():
        import re

        texts = [text_of(client.get(address)) for address in addresses]
        return [re.sub(r'(csrfmiddlewaretoken" value="|nonce=")[^"]*', "", text) for text in texts]

    before = pages()
    DecisionFactory(idea=idea)

    assert pages() == before
    client.force_login(StaffFactory())
    assert "Decided, not yet notified" in text_of(client.get(reverse("idea_list")))


def test_a01_foreign_pages_are_like_those_that_are_not_there(client):
    idea = IdeaFactory(title=CANARY, state="submitted")
    request = InformationRequestFactory(idea__title=CANARY)
    partner = IdeaPartnerFactory(idea__title=CANARY)
    challenge = ChallengeFactory(title=CANARY)
    people = [
        PartnerFactory(admin=True),
        StaffFactory(centre=CentreFactory()),
        StaffFactory(role=Role.EVALUATOR, centre=idea.centre),
    ]
    addresses = [
        (name, [row.pk, *more])
        for name, row, more in (
            ("idea_detail", idea, []), ("idea_edit", idea, []), ("idea_move", idea, ["screen"]),
            ("idea_file", idea, []), ("request_create", idea, []), ("request_detail", request, []),
            ("partner_invite", idea, []), ("invitation_detail", partner, []), ("idea_decide", idea, []),
            ("challenge_detail", challenge, []), ("challenge_edit", challenge, []), ("challenge_move", challenge, ["close"]),
        )
    ]  # fmt: skip

    for person in people:
        client.force_login(person)
        for name, args in addresses:
            for method in (client.get, client.post):
                response = method(reverse(name, args=args))
                missing = method(reverse(name, args=[args[0] + 10_000, *args[1:]]))
                assert response.status_code == missing.status_code, (name, person.name)
                assert response.status_code in (404, 405)  # a page without a form takes no POST at all
                assert CANARY not in text_of(response)
    assert AuditEntry.objects.count() == 0


def test_a10_visitor_is_sent_to_sign_in(client):
    idea = IdeaFactory(publication="public", title=CANARY)

    for name, args in (
        ("idea_detail", [idea.pk]),
        ("idea_list", []),
        ("idea_create", []),
        ("idea_triage", []),
    ):
        response = client.get(reverse(name, args=args))
        assert response.status_code == 302
        assert CANARY not in text_of(response)


def test_a11_page_and_api_refuse_alike(client):
    idea = IdeaFactory(state="submitted")
    client.force_login(idea.author)

    assert client.post(reverse("idea_move", args=[idea.pk, "screen"])).status_code == 404
    assert client.get(reverse("request_create", args=[idea.pk])).status_code == 403
    assert client.get(reverse("idea_decide", args=[idea.pk])).status_code == 403
    assert Idea.objects.get().state == "submitted"


def test_l08_export_holds_the_rows_and_columns_of_the_list(client):
    mine = IdeaFactory(title="Mine")
    IdeaFactory(title=CANARY)
    IdeaAnnexFactory(idea=mine, text=CANARY)
    client.force_login(mine.author)

    response = client.get(reverse("idea_list"), {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()

    assert (
        lines[0].lstrip("\ufeff").startswith("reference,title,title_ca,title_es,title_en,title_fr,problem,")
    )
    assert len(lines) == 2
    assert "Mine" in lines[1]
    assert CANARY not in "".join(lines)


def test_l05_list_counts_what_can_be_opened(client):
    mine = IdeaFactory()
    IdeaFactory.create_batch(3)
    client.force_login(mine.author)

    assert "<strong>1</strong> found" in text_of(client.get(reverse("idea_list")))


def test_consortium_partner_and_public_reader_see_no_annex_and_no_history(client):
    idea = IdeaFactory(publication="public", state="in_evaluation")
    IdeaAnnexFactory(idea=idea, text=CANARY)
    joined = PartnerFactory(organisation=IdeaPartnerFactory(idea=idea, confirmed=True).organisation)

    for person in (joined, PartnerFactory()):
        client.force_login(person)
        page = text_of(client.get(reverse("idea_detail", args=[idea.pk])))
        assert (CANARY in page, "Confidential annex" in page) == (False, False)


def test_public_reader_is_not_told_who_wrote_it_nor_of_the_consortium(client):
    idea = IdeaFactory(publication="public", author__name="Rosa Author")
    IdeaPartnerFactory(idea=idea, organisation__name="Hidden Partner")
    client.force_login(PartnerFactory())

    page = text_of(client.get(reverse("idea_detail", args=[idea.pk])))

    assert idea.title in page
    assert ("Rosa Author" in page, "Hidden Partner" in page) == (False, False)


def test_request_page_opens_only_what_was_asked_and_takes_the_answer(client):
    request = InformationRequestFactory(fields=["problem"])
    client.force_login(request.idea.author)
    address = reverse("request_detail", args=[request.pk])

    page = text_of(client.get(address))
    response = client.post(address, {"answer": "61 dB", "problem": "Louder", "title": "Hijacked"})

    assert ('name="problem"' in page, 'name="title"' in page) == (True, False)
    assert response.status_code == 302
    idea = Idea.objects.get()
    assert (idea.state, idea.problem, idea.title) == ("screening", "Louder", request.idea.title)


def test_request_page_shows_staff_the_question_without_a_form(client):
    request = InformationRequestFactory()
    client.force_login(StaffFactory(role=Role.AUDITOR))

    page = text_of(client.get(reverse("request_detail", args=[request.pk])))

    assert request.question in page
    assert 'name="answer"' not in page


def test_staff_ask_for_more(client):
    idea = IdeaFactory(state="screening")
    client.force_login(StaffFactory(centre=idea.centre))
    values = {"question": "How loud?", "fields_opened": ["problem", "trl"], "due_on": str(today(7))}

    response = client.post(reverse("request_create", args=[idea.pk]), values)

    assert response.status_code == 302
    assert idea.requests.get().fields == ["problem", "trl"]


def test_invite_finds_the_organisation_by_its_name_and_offers_a_choice(client):
    idea = IdeaFactory(state="draft")
    first, second = OrganisationFactory(name="Rodes Silencioses"), OrganisationFactory(name="Rodes Vermelles")
    client.force_login(idea.author)
    address = reverse("partner_invite", args=[idea.pk])

    several = client.post(address, {"organisation_name": "rodes", "contribution": ""})
    nothing = client.post(address, {"organisation_name": "zzz", "contribution": ""})
    chosen = client.post(
        address, {"organisation_name": "rodes", "organisation": second.pk, "contribution": "Vans"}
    )

    assert (several.status_code, nothing.status_code, chosen.status_code) == (422, 422, 302)
    assert first.name in text_of(several)
    assert IdeaPartner.objects.get().organisation == second


def test_invited_organisation_confirms_and_declines(client):
    partner = IdeaPartnerFactory(idea__state="draft")
    client.force_login(PartnerFactory(organisation=partner.organisation))
    address = reverse("invitation_detail", args=[partner.pk])

    page = client.get(address)
    confirmed = client.post(address, {"action": "confirm", "note": ""})
    confirmed_at = IdeaPartner.objects.get().confirmed_at
    declined = client.post(address, {"action": "end", "note": "No time"})

    assert "Confirm that we take part" in text_of(page)
    assert (confirmed.status_code, confirmed.url) == (302, reverse("idea_list"))
    assert confirmed_at is not None
    assert (declined.status_code, IdeaPartner.objects.count()) == (302, 0)


def test_triage_shows_likely_duplicates_and_leads_to_the_merger(client):
    centre = CentreFactory()
    old = IdeaFactory(centre=centre, title="Quiet unloading at night", state="in_evaluation")
    new = IdeaFactory(centre=centre, title="Quiet unloading by night")
    client.force_login(StaffFactory(centre=centre))

    page = text_of(client.get(reverse("idea_triage")))
    merge = f"{reverse('idea_move', args=[new.pk, 'merge'])}?into={old.pk}"
    form = text_of(client.get(merge))
    response = client.post(merge, {"merged_into": old.pk, "note": "The same question."})

    assert (old.reference in page, "similar words" in page, merge in page) == (True, True, True)
    assert f'value="{old.pk}" selected' in form
    assert response.status_code == 302
    assert Idea.objects.get(pk=new.pk).merged_into == old


def test_triage_names_no_duplicate_of_another_centre(client):
    centre = CentreFactory()
    IdeaFactory(title="Quiet unloading at night", reference="I-SECRET")
    IdeaFactory(centre=centre, title="Quiet unloading at night")
    client.force_login(StaffFactory(centre=centre))

    assert "I-SECRET" not in text_of(client.get(reverse("idea_triage")))


def test_triage_is_for_who_steers(client):
    for person in (PartnerFactory(), StaffFactory(role=Role.EVALUATOR), StaffFactory(role=Role.AUDITOR)):
        client.force_login(person)
        assert client.get(reverse("idea_triage")).status_code == 403


def test_x01_polyglot_is_inert_on_every_page(client):
    polyglot = '"><svg onload=alert(1)></textarea></script><script>alert(1)</script>'
    centre = CentreFactory()
    texts = ("title", "problem", "proposal", "novelty", "beneficiaries", "asked_of_city")
    idea = IdeaFactory(centre=centre, state="submitted", **dict.fromkeys(texts, polyglot))
    IdeaFactory(centre=centre, state="submitted", title=polyglot)
    IdeaAnnexFactory(idea=idea, text=polyglot)
    IdeaPartnerFactory(idea=idea, contribution=polyglot, organisation__name=polyglot)
    InformationRequestFactory(idea=idea, question=polyglot)
    DecisionFactory(idea=idea, reasons=polyglot, body=polyglot)
    client.force_login(StaffFactory(centre=centre))
    addresses = [
        reverse("idea_list"), reverse("idea_triage"), reverse("idea_detail", args=[idea.pk]),
        reverse("idea_move", args=[idea.pk, "merge"]), reverse("decision_list"), reverse("committee"),
        f"{reverse('idea_list')}?search={polyglot}",
    ]  # fmt: skip

    for address in addresses:
        page = text_of(client.get(address))
        assert ("<svg onload" in page, "<script>alert" in page) == (False, False), address


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "factory", "queries"),
    [("idea_list", IdeaFactory, 7), ("idea_triage", IdeaFactory, 8), ("challenge_list", ChallengeFactory, 8)],
)
def test_list_cost_does_not_grow(client, name, factory, queries, count, django_assert_num_queries):
    factory.create_batch(count)
    client.force_login(StaffFactory())
    client.get(reverse(name))

    with django_assert_num_queries(queries):
        response = client.get(reverse(name))

    assert len(response.context["rows"]) == count


def test_challenge_is_stated_opened_and_answered(client):
    centre = CentreFactory()
    client.force_login(StaffFactory(centre=centre))
    values = {"title": "Quiet nights", "need": "Noise", "centre": centre.pk, "language": "en", "sdgs": ["11"]}

    made = client.post(reverse("challenge_create"), values)
    moved = client.post(made.url + "moves/open/", {"note": "", "authority": ""})
    page = text_of(client.get(made.url))

    assert (made.status_code, moved.status_code) == (302, 302)
    assert "Open to ideas" in page
    assert f"{reverse('idea_create')}?challenge=" in page


def test_challenge_of_a_foreign_centre_cannot_be_stated(client):
    client.force_login(StaffFactory(centre=CentreFactory()))
    values = {"title": "X", "need": "Y", "centre": CentreFactory().pk, "language": "en"}

    assert client.post(reverse("challenge_create"), values).status_code == 422
