"""Does a centre tell of its decisions in its own words, with what people typed as text and nothing else?"""

import pytest
from django.core import mail
from django.urls import reverse

from cic.core.background import run_job
from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from partners.choices import Role
from pilots.calculations.letters import filled, unknown_places
from pilots.models import Letter
from pilots.operations.decisions import tell_decisions
from pilots.operations.letters import edit_letter, letter_for, remove_letter, write_letter
from tests.core.resource_contract import client_of, send
from tests.factories.ideas import DecisionFactory, LetterFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory, UserFactory

HOSTILE = "[Pulse](https://evil.example) {{ settings.SECRET_KEY }} {event.__init__} {reasons} %(x)s <a href='//evil.example'>"


def test_names_are_replaced_once_and_what_is_put_in_is_not_looked_at_again():
    values = {"title": "{reasons} {title}", "reasons": "Why"}

    assert filled("{title}: {reasons} {other} {{title}} {x.y} {}", values) == (
        "{reasons} {title}: Why {other} {{reasons} {title}} {x.y} {}"
    )


def test_unknown_names_are_told_once_each_in_their_order():
    assert unknown_places("{b} {a} {b} {title} {A} { c }", ["title"]) == ["b", "a"]


def text_of(response):
    return response.content.decode()


def send_all():
    for job in Job.objects.filter(task="core.send_mail").order_by("pk"):
        run_job(job.pk)
    return mail.outbox


@pytest.fixture
def decision(db):
    return DecisionFactory(reasons="It can be tried at once.")


def secretary_of(decision):
    return StaffFactory(role=Role.SECRETARY, centre=decision.idea.centre)


@pytest.mark.django_db(transaction=True)
def test_reader_gets_the_letter_of_the_centre_in_their_language():
    decision = DecisionFactory(
        reasons="Es pot provar.",
        idea__author=UserFactory(language="ca"),
        idea__organisation=None,
        idea__title="Rodes",
    )
    centre = decision.idea.centre
    LetterFactory(centre=centre, text="English {reasons}")
    LetterFactory(
        centre=centre, language="ca", subject="Sobre {title}", text="{reference}, {decided_on}:\n\n{reasons}"
    )
    LetterFactory(language="ca", text="Another centre {reasons}")

    tell_decisions([decision.pk], actor=secretary_of(decision))

    (sent,) = send_all()
    assert sent.subject == "Sobre Rodes"
    assert sent.body.startswith(f"{decision.idea.reference}, ")
    assert ("Es pot provar." in sent.body, " de 20" in sent.body) == (True, True)
    assert f"/workspace/ideas/{decision.idea_id}/" in sent.body


@pytest.mark.django_db(transaction=True)
def test_without_a_letter_the_mail_of_the_product_is_sent(decision):
    LetterFactory(centre=decision.idea.centre, language="fr")
    LetterFactory(centre=decision.idea.centre, verdict="decline")

    tell_decisions([decision.pk], actor=secretary_of(decision))

    (sent,) = send_all()
    assert sent.subject == f"{decision.idea.reference} is accepted"


def test_conditions_are_told_by_a_letter_that_has_no_place_for_them(db):
    decision = DecisionFactory(conditions="Only by day.")
    reader = UserFactory(language="ca")
    LetterFactory(centre=decision.idea.centre, verdict=decision.verdict, language="ca", text="Per {reasons}")

    assert letter_for(decision, reader)["text"].endswith("\n\nCondicions: Only by day.")


@pytest.mark.django_db(transaction=True)
def test_i05_what_people_typed_is_literal_text_in_a_letter():
    decision = DecisionFactory(
        reasons=HOSTILE,
        idea__title=HOSTILE,
        idea__author=UserFactory(name="{reasons}"),
        idea__organisation=None,
    )
    LetterFactory(centre=decision.idea.centre, text="{name}\n\n{title}\n\n{reasons}")

    tell_decisions([decision.pk], actor=secretary_of(decision))

    (sent,) = send_all()
    plain = sent.body.replace("\u2060", "")
    html = sent.alternatives[0].content
    assert plain.count(HOSTILE) == 2
    assert plain.startswith("{reasons}\n")
    assert "https://evil" not in sent.body  # parted, so that no mail program makes a link of it
    assert ("<a href='" in html, 'href="//evil' in html) == (False, False)
    assert "\n" not in sent.subject


def test_letter_is_written_changed_and_removed_with_audit(decision):
    centre, secretary = decision.idea.centre, secretary_of(decision)
    values = {
        "centre": centre,
        "verdict": "park",
        "language": "ca",
        "subject": "Sobre {title}",
        "text": "{reasons}",
    }

    letter = write_letter(values, actor=secretary)
    letter = edit_letter(letter, {"text": "Diem: {reasons}"}, actor=secretary)
    remove_letter(letter, actor=secretary)

    assert Letter.objects.count() == 0
    actions = AuditEntry.objects.order_by("position").values_list("action", flat=True)
    assert list(actions) == ["letter.create", "letter.edit", "letter.remove"]


@pytest.mark.parametrize(
    ("subject", "text", "field"),
    [
        ("About {titel}", "{reasons}", "subject"),
        ("About", "{reasons} {secret_key}", "text"),
        ("About", "No why", "text"),
    ],
)
def test_letter_with_unknown_names_or_without_reasons_is_refused(decision, subject, text, field):
    values = {
        "centre": decision.idea.centre,
        "verdict": "park",
        "language": "ca",
        "subject": subject,
        "text": text,
    }

    with pytest.raises(DomainError) as refusal:
        write_letter(values, actor=secretary_of(decision))

    assert (refusal.value.code, list(refusal.value.fields), Letter.objects.count()) == ("invalid", [field], 0)


def test_second_letter_for_the_same_is_refused(db):
    letter = LetterFactory()
    values = {
        "centre": letter.centre,
        "verdict": "accept",
        "language": "en",
        "subject": "X",
        "text": "{reasons}",
    }

    with pytest.raises(DomainError):
        write_letter(values, actor=StaffFactory())

    assert Letter.objects.count() == 1


def test_a09_letters_of_another_centre_are_not_to_be_changed(db):
    letter = LetterFactory()
    values = {
        "centre": letter.centre,
        "verdict": "park",
        "language": "en",
        "subject": "X",
        "text": "{reasons}",
    }
    people = [
        StaffFactory(role=Role.SECRETARY, centre=CentreFactory()), PartnerFactory(),
        StaffFactory(role=Role.EVALUATOR, centre=letter.centre), StaffFactory(role=Role.AUDITOR),
    ]  # fmt: skip

    for person in people:
        for act in (
            lambda who: write_letter(values, actor=who),
            lambda who: edit_letter(letter, {"text": "{reasons}!"}, actor=who),
            lambda who: remove_letter(letter, actor=who),
        ):
            with pytest.raises(NotAllowed):
                act(person)
        assert list(Letter.objects.visible_to(person)) == []
    assert Letter.objects.get().text == letter.text


def test_pages_write_change_and_remove_and_keep_what_was_typed(client, decision):
    centre = decision.idea.centre
    client.force_login(secretary_of(decision))
    values = {
        "centre": centre.pk,
        "verdict": "accept",
        "language": "en",
        "subject": "About {title}",
        "text": "No why",
    }

    refused = client.post(reverse("letter_create"), values)
    made = client.post(reverse("letter_create"), {**values, "text": "So: {reasons}"})
    letter = Letter.objects.get()
    page = text_of(client.get(reverse("decision_detail", args=[decision.pk])))
    changed = client.post(
        reverse("letter_edit", args=[letter.pk]), {"subject": "On {title}", "text": "{reasons}", "version": 1}
    )
    stale = client.post(
        reverse("letter_edit", args=[letter.pk]), {"subject": "Mine", "text": "{reasons}", "version": 1}
    )
    listed = text_of(client.get(reverse("letter_list")))
    removed = client.post(reverse("letter_remove", args=[letter.pk]), {"note": ""})

    assert (refused.status_code, "No why" in text_of(refused)) == (422, True)
    assert "put {reasons} where they belong" in text_of(refused)
    assert (made.status_code, changed.status_code, stale.status_code, removed.status_code) == (
        302,
        302,
        412,
        302,
    )
    assert (f"About {decision.idea.title}" in page, "So: It can be tried at once." in page) == (True, True)
    assert ("On {title}" in listed, Letter.objects.count()) == (True, 0)


def test_a01_letters_of_others_do_not_exist(client, db):
    letter = LetterFactory(subject="zyxcanary")
    client.force_login(StaffFactory(role=Role.SECRETARY, centre=CentreFactory()))

    assert "zyxcanary" not in text_of(client.get(reverse("letter_list")))
    for name in ("letter_edit", "letter_remove"):
        assert client.get(reverse(name, args=[letter.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_cost_does_not_grow(client, db, count, django_assert_num_queries):
    LetterFactory.create_batch(count)
    client.force_login(StaffFactory())
    client.get(reverse("letter_list"))

    with django_assert_num_queries(7):
        response = client.get(reverse("letter_list"))

    assert len(response.context["rows"]) == count


@pytest.mark.django_db
def test_letters_are_written_changed_and_removed_by_a_program():
    centre = CentreFactory()
    secretary, rival = (
        StaffFactory(role=Role.SECRETARY, centre=centre),
        StaffFactory(role=Role.SECRETARY, centre=CentreFactory()),
    )
    client, values = (
        client_of(secretary),
        {"centre": centre.pk, "verdict": "accept", "language": "en", "subject": "{title}"},
    )

    refused = send(client, "POST", "/api/v1/letters/", {**values, "text": "No reasons."})
    made = send(client, "POST", "/api/v1/letters/", {**values, "text": "Because {reasons}"})
    here = f"/api/v1/letters/{made.json()['id']}/"
    closed = send(client, "PATCH", here, {"language": "fr"}, if_match="*")
    changed = send(client, "PATCH", here, {"subject": "News"}, if_match="*")

    assert [r.status_code for r in (refused, made, closed, changed)] == [400, 201, 400, 200]
    assert refused.json()["errors"][0]["pointer"] == "#/text"
    assert [row["subject"] for row in client.get("/api/v1/letters/?verdict=accept").json()["results"]] == [
        "News"
    ]
    assert client_of(rival).get(here).status_code == 404
    assert send(client, "DELETE", here, if_match="*").status_code == 204
    assert Letter.objects.count() == 0
