"""Is a word counted the same wherever it is counted?"""

import pytest

from pilots.calculations.words import count_words, too_long


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n\t ", 0),
        ("one", 1),
        ("state-of-the-art", 1),
        ("a – b", 2),
        ("– … !", 0),
        ("col·laboració amb l'ajuntament", 3),
        ("col•laboració", 1),
        ("2,5 %", 1),
        ("première   étape\nfinie", 3),
        ("日本 語", 2),
        ("½ ²", 2),
    ],
)
def test_word_is_a_token_with_a_letter_or_digit(text, words):
    assert count_words(text) == words


def test_too_long_names_words_and_limit():
    assert too_long({"title": "a b c", "problem": "a"}, {"title": 2, "problem": 2}) == {"title": (3, 2)}


def test_limit_itself_is_not_too_long():
    assert too_long({"title": "a b"}, {"title": 2}) == {}
