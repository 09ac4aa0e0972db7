"""What does every page know: the site's name, the languages of this very page, and where one can go?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_resolver, reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy, override

from .notifications import unread_count
from .permissions import can
from .texts import evaluated

DEFAULT_ACCENT = "#0a6460"
# The group of the menu that stands last, whichever room an entry comes from.
ADMINISTRATION = gettext_lazy("Administration")


@dataclass(frozen=True)
class NavEntry:
    """One line of the workspace's menu. Entries of one `group` stand together; `permission` hides it."""

    group: Any
    label: Any
    url_name: str
    permission: str = ""


def site(request: HttpRequest) -> dict[str, Any]:
    """Names, languages, menu and the pages that are linked from everywhere."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "SITE_NAME": settings.SITE_NAME,
        "CITY_NAME": settings.CITY_NAME,
        "languages": SimpleLazyObject(lambda: languages_of(request)),
        "nav": SimpleLazyObject(lambda: menu_of(request)),
        "unread_count": SimpleLazyObject(lambda: unread_count(request.user)),
        "accent": settings.ACCENT_COLOUR if settings.ACCENT_COLOUR.lower() != DEFAULT_ACCENT else "",
        "home_url": f"/{language}/",
        "help_url": f"/{language}/help/",
        "accessibility_url": f"/{language}/accessibility/",
        "security_url": f"/{language}/security/",
    }


def languages_of(request: HttpRequest, addresses: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """This page in each language: code, name, url, current; the query string is kept.

    `addresses` names the translations where the address itself differs (pages of the public face). Where
    an address carries no language, `url` is empty and the switch is a small form instead.
    """
    current = get_language() or settings.LANGUAGE_CODE
    here = request.get_full_path()
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    rows = []
    for code, name in settings.LANGUAGES:
        if addresses is not None:
            url = addresses.get(code, "")
            url = f"{url}{query}" if url else ""
        else:
            url = here if code == current else translate_url(here, code)
            url = url if _has_language(request.path_info) else ""
        rows.append({"code": code, "name": name, "url": url, "current": code == current})
    return rows


def public_frame(
    request: HttpRequest,
    route: str,
    args: Sequence[Any],
    *,
    title: Any,
    crumbs: Sequence[Mapping[str, Any]] = (),
    record: Any = None,
    description: Any = "",
    data: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What stands around a page that a room shows to the public, of a `record` or not. The composition root says who draws it, as FRAME."""
    addresses = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            addresses[code] = reverse(route, args=args)
    draw = get_resolver().urlconf_module.FRAME
    way = [{"label": evaluated(crumb["label"]), "url": crumb["url"]} for crumb in crumbs]
    return draw(
        request, addresses, title=evaluated(title), description=str(description), crumbs=way, record=record, data=data,
    )  # fmt: skip


def menu_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu in groups, without what the reader may not open. The composition root lists the entries as NAV."""
    entries: Sequence[NavEntry] = getattr(get_resolver().urlconf_module, "NAV", ())
    groups: dict[Any, list[dict[str, Any]]] = {}
    for entry in sorted(entries, key=lambda entry: entry.group is ADMINISTRATION):
        if entry.permission and not can(request.user, entry.permission):
            continue
        url = reverse(entry.url_name)
        line = {"label": entry.label, "url": url, "current": _is_current(request.path, url)}
        groups.setdefault(entry.group, []).append(line)
    return [{"label": label, "entries": lines} for label, lines in groups.items()]


def _is_current(path: str, url: str) -> bool:
    """Whether `path` is this entry's page or one beneath it."""
    return path == url or (url.count("/") > 2 and path.startswith(url))


def _has_language(path: str) -> bool:
    """Whether the address begins with a language."""
    return path.split("/", 2)[1] in dict(settings.LANGUAGES)
