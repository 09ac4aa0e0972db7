"""Is a word counted the same wherever it is counted: here, in the browser, before and after a text is cleaned?"""

import json
from pathlib import Path

import pytest

from cic.core.texts import clean_text
from cic.core.words import count_words, too_long

COUNT = """async ([module, texts]) => { const {countWords} = await import(module); return texts.map(countWords) }"""


@pytest.fixture(scope="module")
def vectors():
    """Texts with the number of their words."""
    return json.loads(Path(__file__).with_name("words.json").read_text())


def test_word_is_a_token_with_a_letter_or_digit(vectors):
    assert [[text, count_words(text)] for text, _words in vectors] == vectors


def test_cleaning_a_text_changes_no_count(vectors):
    cleaned = [[text, count_words(clean_text(text, multiline=True))] for text, _words in vectors]

    assert cleaned == vectors


@pytest.mark.django_db(transaction=True)
def test_browser_counts_as_the_server_does(page, vectors):
    page.goto("/accounts/login/")

    counted = page.evaluate(COUNT, ["/static/js/words.js", [text for text, _words in vectors]])

    assert [[text, words] for (text, _words), words in zip(vectors, counted, strict=True)] == vectors


def test_too_long_names_words_and_limit():
    assert too_long({"title": "a b c", "problem": "a"}, {"title": 2, "problem": 2}) == {"title": (3, 2)}


def test_limit_itself_is_not_too_long():
    assert too_long({"title": "a b"}, {"title": 2}) == {}
