"""What stands around every public page: menu, foot, its address in each language, and what machines read of it?"""

import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from wagtail.models import Page

from cic.core.context import languages_of
from cms.facts.described import site
from cms.facts.sharing import HEIGHT, WIDTH
from cms.frame import FRAME_DEPTH, Frame, absolute, frame_of

# What is in a language; an organisation or a project is not.
WRITTEN = ("Article", "DataCatalog", "Dataset")
# What would end a script element or be read as markup inside one.
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def surroundings(
    page: Page,
    request: HttpRequest,
    *,
    tail: str = "",
    title: str = "",
    description: str = "",
    data: dict[str, Any] | None = None,
    og_type: str = "website",
    share: str = "site/home",
    embeds: bool = False,
    record: Any = None,
) -> dict[str, Any]:
    """Context that public templates share; `tail` is the rest of the address of a `record` shown on `page`."""
    frame = frame_of(request)
    return around(
        request,
        addresses_of(page, frame, tail),
        record=record,
        fallbacks=_fallbacks(page, frame),
        title=title or page.seo_title or told(page),
        description=description or page.search_description,
        data=data,
        og_type=og_type,
        crumbs=crumbs_of(page, frame, title if tail else ""),
        share=share,
        embeds=embeds,
    )


def around(
    request: HttpRequest,
    addresses: dict[str, str],
    *,
    title: str,
    description: str,
    crumbs: list[dict[str, str]],
    fallbacks: dict[str, str] | None = None,
    data: dict[str, Any] | None = None,
    og_type: str = "website",
    share: str = "site/home",
    embeds: bool = False,
    record: Any = None,
) -> dict[str, Any]:
    """Context that public templates share, of whatever stands at `addresses` (language to path).

    `share` names the picture that goes with the page, `embeds` says that other sites may show it as a card. A
    `record` is a version in its own right only in the languages it is written in; elsewhere its page names the
    original as the one to keep.
    """
    frame = frame_of(request)
    versions = versions_of(record, addresses)
    own = record.text_language if record is not None else frame.language
    here = versions.get(frame.language) or versions.get(own) or addresses.get(frame.language, request.path)
    search, help_page = frame.of_kind("searchpage"), frame.of_role("help")
    statement = frame.of_role("accessibility")
    context = {
        "frame": frame,
        "page_title": title,
        "public_nav": frame.menu(request.path),
        "foot": frame.foot(),
        "open_data_url": reverse("data"),
        "search_url": search.url if search and not search.closed else "",
        "languages": languages_of(request, {**(fallbacks or {}), **addresses}),
        "canonical": absolute(here),
        "alternates": [{"code": code, "url": absolute(path)} for code, path in versions.items()],
        "default_url": absolute(versions.get(settings.LANGUAGE_CODE) or next(iter(versions.values()), here)),
        "original_url": addresses.get(own, ""),
        "description": Truncator(description).chars(300),
        "og_type": og_type,
        "data": json_ld(data) if data else "",
        "site_data": json_ld(
            site(frame.language, search.url if search and not search.closed else "", crumbs, absolute(here))
        ),
        "share_url": absolute(f"/share/{frame.language}/{share}.png"),
        "share_size": (WIDTH, HEIGHT),
        "share_alt": title,
        "oembed_url": f"{absolute('/oembed')}?{urlencode({'url': absolute(addresses.get(frame.language, here))})}"
        if embeds
        else "",
        "crumbs": crumbs,
        # A public page belongs to nobody: it neither takes nor shows a reader's messages.
        "messages": (),
    }
    if help_page:
        context["help_url"] = help_page.url
    if statement:
        context["accessibility_url"] = statement.url
    return context


def versions_of(record: Any, addresses: dict[str, str]) -> dict[str, str]:
    """Those of `addresses` at which `record` can be read in the language of the address; all where there is none."""
    if record is None:
        return addresses
    return {code: addresses[code] for code in record.written_in() if code in addresses}


def addresses_of_route(name: str, *args: str) -> dict[str, str]:
    """Where a page that no editor made is in every language."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = reverse(name, args=args)
    return found


def crumbs_to(request: HttpRequest, title: str, *above: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page that no editor made: the home page, those `above` it as label and address, itself."""
    home = frame_of(request).home()
    parents = [(home.title, home.url)] if home else []
    return [{"label": label, "url": url} for label, url in (*parents, *above, (title, ""))]


def addresses_of(page: Page, frame: Frame, tail: str = "") -> dict[str, str]:
    """Where the very same thing is read in each language: code to path, in the order of the settings."""
    if page.depth <= FRAME_DEPTH:
        found = {code: f"{node.url}{tail}" for code, node in frame.same(str(page.translation_key)).items()}
    else:
        rows = Page.objects.live().filter(translation_key=page.translation_key)
        found = {
            code: address_of(url_path, code, frame)
            for code, url_path in rows.values_list("locale__language_code", "url_path")
        }
    return {code: found[code] for code, _name in settings.LANGUAGES if code in found}


def address_of(url_path: str, language: str, frame: Frame) -> str:
    """The address of a page by its stored path."""
    home = frame.home(language)
    return f"/{language}/{url_path[len(home.url_path) :]}" if home else ""


def _fallbacks(page: Page, frame: Frame) -> dict[str, str]:
    """Where the language switch leads when there is no translation: the page above, or the home page."""
    above = next(
        (node for node in frame.nodes if node.depth == FRAME_DEPTH and page.path.startswith(node.path)), None
    )
    found = {code: node.url for code in dict(settings.LANGUAGES) if (node := frame.home(code))}
    return {**found, **({code: node.url for code, node in frame.same(above.key).items()} if above else {})}


def crumbs_of(page: Page, frame: Frame, title: str) -> list[dict[str, str]]:
    """The way from the home page to here; a record adds its title."""
    if page.depth < FRAME_DEPTH:
        return []
    home = frame.home()
    above = next(
        (node for node in frame.nodes if node.depth == FRAME_DEPTH and page.path.startswith(node.path)), None
    )
    crumbs = [{"label": home.title, "url": home.url}] if home else []
    if above and (title or page.depth > FRAME_DEPTH):
        crumbs.append({"label": above.title, "url": above.url})
    return [*crumbs, {"label": title or told(page), "url": ""}]


def told(page: Any) -> str:
    """The title of a page, with its language where that may be another one."""
    return page.told("title") if hasattr(page, "told") else page.title


def json_ld(data: dict[str, Any]) -> SafeString:
    """`data` as JSON-LD that cannot leave its script element, whatever its texts hold."""
    filled = {"@context": "https://schema.org", **data}
    if data.get("@type") in WRITTEN:
        filled["inLanguage"] = data.get("inLanguage") or get_language()
    text = json.dumps(without_gaps(filled), ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 every character of markup is escaped


def without_gaps(value: Any) -> Any:
    """`value` without keys that say nothing."""
    if isinstance(value, dict):
        return {key: without_gaps(inner) for key, inner in value.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [without_gaps(inner) for inner in value]
    return value
