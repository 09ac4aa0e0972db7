"""Do templates say amounts, dates, states and the chain as the look asks, in each language?"""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import translation

from cic.core import chain, formats
from cic.core.context import languages_of
from cic.core.permissions import register

STATES = ("done", "done", "done", "here", "ahead", "ahead")
KEYS = ("need", "idea", "evaluation", "poc", "pilot", "case")
LABELS = ("Need", "Idea", "Evaluation", "Proof of concept", "Pilot", "Case")


def stations(*states, **more):
    """A chain whose station in hand carries `more`."""
    return [
        {"key": key, "label": label, "state": state, **(more if state in ("here", "stopped") else {})}
        for key, label, state in zip(KEYS, LABELS, states or STATES, strict=True)
    ]


def render(text, **context):
    """`text` as a template."""
    return Template(text).render(Context(context)).strip()


@pytest.fixture(autouse=True)
def _english():
    """English, unless a test says otherwise."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "18,400\xa0€"), ("ca", "18.400\xa0€"), ("es", "18\u202f400\xa0€"), ("fr", "18\u202f400\xa0€")],
)
def test_money_follows_the_language(language, text):
    with translation.override(language):
        assert render("{{ amount|money }}", amount=Decimal("18400.00")) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Decimal("31760.5"), "31,760.50\xa0€"), (0, "0\xa0€"), (-12, "−12\xa0€"), (None, "")],
)
def test_money_shows_cents_only_when_there_are_any(amount, text):
    assert render("{{ amount|money }}", amount=amount) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1034, "1,034"), (Decimal("4.10"), "4.1"), (61.25, "61.25"), (1e6, "1,000,000"), (None, "")],
)
def test_figure_has_as_many_decimals_as_it_needs(value, text):
    assert render("{{ value|figure }}", value=value) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "27 May 2026"),
        ("ca", "27 de maig de 2026"),
        ("es", "27 de mayo de 2026"),
        ("fr", "27 mai 2026"),
    ],
)
def test_day_is_written_as_the_language_writes_it(language, text):
    with translation.override(language):
        assert render("{{ on|day }}", on=date(2026, 5, 27)) == text


@pytest.mark.parametrize(
    ("language", "on", "text"),
    [
        ("ca", date(2026, 10, 1), "1 d’octubre de 2026"),
        ("ca", date(2026, 4, 11), "11 d’abril de 2026"),
        ("ca", date(2026, 5, 1), "1 de maig de 2026"),
        ("fr", date(2026, 5, 1), "1er mai 2026"),
        ("fr", date(2026, 5, 11), "11 mai 2026"),
    ],
)
def test_day_elides_and_counts_as_the_language_does(language, on, text):
    with translation.override(language):
        assert render("{{ on|day }}", on=on) == text


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("ca", 1234.5, "1.234,5"), ("es", 1234.5, "1234,5"), ("es", 12345, "12\u202f345"), ("fr", 1234, "1\u202f234"),
        ("en", 1234.5, "1,234.5"),
    ],
)  # fmt: skip
def test_figure_is_parted_as_the_language_parts_it(language, value, text):
    with translation.override(language):
        assert render("{{ value|figure }}", value=value) == text


@override_settings(CITY_NAME="Barcelona", TIME_ZONE="Europe/Madrid")
@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 5, 27, 13, 35, tzinfo=UTC), "27 May 2026, 15:35 (Barcelona)"),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "1 February 2026, 00:30 (Barcelona)"),
    ],
)
def test_instant_names_the_city_whose_hour_it_is(at, text):
    assert render("{{ at|instant }}", at=at) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 11, 20), "today"),
        (date(2026, 11, 21), "tomorrow"),
        (date(2026, 11, 19), "yesterday"),
        (date(2026, 11, 16), "4 days ago"),
        (date(2027, 2, 20), "in 3 months"),
        (date(2023, 11, 20), "3 years ago"),
        (datetime(2026, 11, 20, 11, 0, tzinfo=UTC), "1 hour ago"),
        (datetime(2026, 11, 20, 12, 5, tzinfo=UTC), "in 5 minutes"),
        (None, ""),
    ],
)
def test_ago_counts_from_now(value, text):
    assert formats.ago(value, datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) == text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            stations(date=date(2026, 3, 3), note="running"),
            "Stage 4 of 6: proof of concept, running since 3 March 2026",
        ),
        (stations(date=date(2026, 3, 3)), "Stage 4 of 6: proof of concept, since 3 March 2026"),
        (stations(note="planned"), "Stage 4 of 6: proof of concept, planned"),
        (stations(), "Stage 4 of 6: proof of concept"),
        (
            stations("done", "done", "done", "done", "stopped", "ahead", date=date(2026, 9, 1)),
            "Stopped at stage 5 of 6: pilot, 1 September 2026",
        ),
        (stations(*["done"] * 6), "All 6 stages done"),
        (stations("done", "done", "done", "skipped", "done", "done"), "All 6 stages done"),
        (stations(*["ahead"] * 6), "0 of 6 stages done"),
    ],
)
def test_chain_in_words_says_where_it_stands(rows, text):
    assert chain.in_words(chain.lay_out(rows)) == text


@pytest.mark.parametrize(
    ("states", "strokes"),
    [
        (STATES, ["done", "done", "done", "ahead", "ahead", ""]),
        (("done", "done", "done", "done", "stopped", "ahead"), ["done", "done", "done", "done", "", ""]),
        (("done", "done", "done", "skipped", "here", "ahead"), ["done", "done", "done", "done", "ahead", ""]),
    ],
)
def test_chain_strokes_are_full_behind_and_end_at_a_stop(states, strokes):
    assert [row.onward for row in chain.lay_out(stations(*states))] == strokes


def test_chain_breaks_before_a_skipped_station():
    drawn = chain.lay_out(stations("done", "done", "done", "skipped", "here", "ahead"))

    assert [row.breaks for row in drawn] == [False, False, True, False, False, False]
    assert drawn[2].to_x < drawn[3].x < drawn[3].from_x


@pytest.mark.parametrize("size", ["mini", "head", "story"])
def test_chain_tag_names_every_size_in_words(size):
    html = render("{% chain rows size=size %}", rows=stations(), size=size)

    named = "<title>{}</title>" if size == "mini" else 'aria-label="{}"'
    assert named.format("Stage 4 of 6: proof of concept") in html


def test_chain_tag_is_the_same_drawing_in_a_language_with_decimal_commas():
    with translation.override("ca"):
        html = render("{% chain rows %}", rows=stations())

    assert 'd="M4 4H37.6"' in html
    assert "15,2" not in html


def test_chain_tag_lays_the_agreement_under_its_stations():
    agreement = {
        "label": "A-2025-007",
        "url": "/a/",
        "from_station": "poc",
        "to_station": "pilot",
        "text": "",
    }

    html = render('{% chain rows size="head" agreement=agreement %}', rows=stations(), agreement=agreement)

    assert 'class="chain-under from-4 to-5"' in html


@pytest.mark.parametrize(
    "state",
    [
        {"label": "Running", "tone": "progress"},
        ("Running", "progress"),
        SimpleNamespace(badge={"label": "Running", "tone": "progress"}),
        SimpleNamespace(badge=lambda: ("Running", "progress")),
    ],
)
def test_badge_shows_word_and_tone(state):
    html = render("{% badge state %}", state=state)

    assert html.startswith('<span class="badge badge-progress"><svg')
    assert html.endswith("Running</span>")


def test_badge_never_guesses_a_tone_from_the_word():
    assert "badge-neutral" in render("{% badge state %}", state="Stopped")


def test_badge_escapes_what_it_is_given():
    assert "<b>" not in render("{% badge state %}", state="<b>bold</b>")


def test_icon_without_words_is_decoration_and_with_words_an_image():
    assert 'aria-hidden="true"' in render('{% icon "lock" %}')
    assert 'role="img" aria-label="Closed"' in render('{% icon "lock" "Closed" %}')


@override_settings(FIFTH_HELIX="media")
def test_helix_draws_the_fifth_as_the_installation_reads_it():
    assert render('{% helix "fifth" %}') == render('{% helix "media" %}')
    assert render('{% helix "public_administration" %}') == render('{% helix "administration" %}')
    assert (
        len(
            {
                render(f'{{% helix "{key}" %}}')
                for key in ("industry", "academia", "administration", "civil", "fifth")
            }
        )
        == 5
    )


def test_can_asks_the_one_question_for_the_reader():
    register({"tests.open_door": lambda user, door: door == "front"})
    user = SimpleNamespace(is_authenticated=True, is_active=True)
    text = '{% can "tests.open_door" door as ok %}{{ ok }}'

    assert render(text, user=user, door="front") == "True"
    assert render(text, user=user, door="back") == "False"
    assert render(text, door="front") == "False"


def test_can_of_an_unknown_permission_is_an_error_not_a_no():
    with pytest.raises(LookupError):
        render('{% can "tests.no_such_thing" %}', user=AnonymousUser())


class LetterForm(forms.Form):
    """Fields with help, limit and number."""

    summary = forms.CharField(help_text="Short.", widget=forms.Textarea(attrs={"rows": 3, "data-words": 40}))
    amount = forms.DecimalField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)


def test_field_is_tied_to_help_counter_and_error():
    html = str(LetterForm({"summary": ""}))

    assert 'aria-describedby="id_summary_helptext id_summary_counter id_summary_error"' in html
    for part in ("helptext", "counter", "error"):
        assert f'id="id_summary_{part}"' in html


def test_form_lists_what_to_mend_with_links_to_the_fields():
    html = str(LetterForm({"summary": "", "amount": "N/A"}))

    assert "2 things to mend" in html
    assert 'href="#id_summary"' in html
    assert 'href="#id_amount"' in html


def test_number_field_with_an_error_keeps_what_was_typed():
    html = str(LetterForm({"summary": "x", "amount": "N/A"}))

    assert '<input type="text" name="amount" value="N/A"' in html


def test_field_that_may_stay_empty_says_so():
    html = str(LetterForm())

    assert html.count("(optional)") == 2


def test_placeholder_is_never_shown():
    class Placeheld(forms.Form):
        email = forms.EmailField(widget=forms.EmailInput(attrs={"placeholder": "Email address"}))

    assert "placeholder" not in str(Placeheld())


def test_languages_of_a_page_keep_its_query():
    request = RequestFactory().get("/en/cases/?order=-date")

    rows = {row["code"]: row for row in languages_of(request, {"ca": "/ca/fitxes/", "en": "/en/cases/"})}

    assert rows["ca"]["url"] == "/ca/fitxes/?order=-date"
    assert rows["fr"]["url"] == ""
    assert [code for code, row in rows.items() if row["current"]] == ["en"]


def test_languages_of_an_address_without_language_are_switched_by_form():
    rows = languages_of(RequestFactory().get("/workspace/"))

    assert [row["url"] for row in rows] == ["", "", "", ""]
