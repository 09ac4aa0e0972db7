"""Can every piece and every sample page be drawn, and does the browser count words as the server does?"""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory, override_settings
from django.utils import translation

from cic.core.pieces import PAGES, pieces
from cic.core.words import count_words

STATIC = Path(settings.BASE_DIR) / "cic" / "static"


def ask(page):
    """The sample page as a stranger gets it."""
    request = RequestFactory().get("/workspace/pieces/", {"page": page})
    request.user = AnonymousUser()
    return pieces(request)


@pytest.mark.parametrize("language", ["en", "ca"])
@pytest.mark.parametrize("page", PAGES)
def test_sample_page_is_drawn_in_debug(page, language):
    with override_settings(DEBUG=True), translation.override(language):
        html = ask(page).content.decode()

    assert f'<html lang="{language}">' in html
    assert html.count('id="main"') == 1
    assert html.count("<h1") == 1
    assert " style=" not in html
    assert "<script>" not in html
    assert "onclick" not in html


def test_sample_page_is_not_there_without_debug():
    with pytest.raises(Http404):
        ask("pieces")


def test_sample_page_of_another_name_is_not_there():
    with override_settings(DEBUG=True), pytest.raises(Http404):
        ask("nothing")


def test_styles_and_fonts_stay_light():
    # What one page links at most; nobody's page needs the sheets of the public site and of the workspace at once.
    weight = {path.stem: len(gzip.compress(path.read_bytes())) for path in (STATIC / "css").glob("*.css")}
    rest = sum(weight.values()) - weight["public"] - weight["workspace"] - weight.get("editor", 0)
    fonts = [path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")]

    assert rest + max(weight["public"], weight["workspace"]) < 24_000
    assert len(fonts) <= 2
    assert max(fonts) < 25_000


@pytest.mark.journey
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n\t ", 0),
        ("state-of-the-art", 1),
        ("one – two — three", 3),
        ("l’Hospitalet, col·laboració i 2026!", 4),
        ("... !!! ¿?", 0),
        ("(1) première\u00a0fois", 3),
        ("日本 語", 2),
    ],
)
def test_browser_counts_words_by_the_one_definition(browser, text, words):
    page = browser.new_page()
    source = (STATIC / "js" / "words.js").read_text().replace("export function", "function")

    assert page.evaluate(f"(text) => {{ {source}\nreturn countWords(text); }}", text) == words
    assert count_words(text) == words
    page.close()
