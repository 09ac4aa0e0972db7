"""What do programs read of the public face: the map of the site, what robots may read, who to tell of a hole?"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cic.core.caching import FRESH_SECONDS
from cic.core.models import Translatable
from cms.context import address_of, addresses_of_route, around, crumbs_to
from cms.facts import ANYONE, capsules
from cms.facts.agreements import register
from cms.facts.challenges import ordered
from cms.facts.datasets import DATASETS
from cms.facts.events import public_events
from cms.facts.participants import taking_part
from cms.frame import Frame, absolute
from cms.models import Release
from cms.security import expiry
from community.choices import GroupAccess
from community.models import Debate, Group
from partners.models import Centre
from pilots.models import Idea, Trial


class InLanguages:
    """Rows of a queryset, each in every language, of which a page reads only its own rows."""

    def __init__(self, rows: Any, languages: list[str]) -> None:
        self.rows, self.languages = rows, languages

    def count(self) -> int:
        """How many addresses there are."""
        return self.rows.count() * len(self.languages)

    def __getitem__(self, part: slice) -> list[tuple[Any, str]]:
        """The pairs of one page."""
        each = len(self.languages)
        first, last = part.start // each, -(-part.stop // each)
        pairs = [(row, code) for row in self.rows[first:last] for code in self.languages]
        return pairs[part.start - first * each : part.stop - first * each]


class Versions:
    """The rows of a translatable noun in each language they can be read in, one language after the other."""

    def __init__(self, rows: Any, languages: list[str]) -> None:
        name = rows.model.TRANSLATED[0]
        first = f"translations__%s__{name}__text__isnull"
        self.rows = rows
        self.readable = {
            code: Q(language=code) | Q(**{first % code: False}) | Q(**{name: ""}) for code in languages
        }

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are in each language: one question for all."""
        asked = {f"in_{n}": Count("pk", filter=which) for n, which in enumerate(self.readable.values())}
        found = self.rows.order_by().aggregate(**asked)
        return dict(zip(self.readable, (found[name] for name in asked), strict=True))

    def count(self) -> int:
        """How many addresses there are."""
        return sum(self.counts.values())

    def __getitem__(self, part: slice) -> list[tuple[Any, str]]:
        """The pairs of one page."""
        pairs: list[tuple[Any, str]] = []
        before = 0
        for code, which in self.readable.items():
            start, stop = max(part.start - before, 0), min(part.stop - before, self.counts[code])
            if start < stop:
                pairs += [(row, code) for row in self.rows.filter(which)[start:stop]]
            before += self.counts[code]
        return pairs


class PublicSitemap(Sitemap):
    """Addresses of one kind of record in every language, each naming its translations."""

    i18n = alternates = True
    protocol = urlsplit(settings.BASE_URL).scheme
    limit = 4_000
    kind = ""
    key = "reference"

    def get_domain(self, site: Any = None) -> str:
        """The configured host."""
        return urlsplit(settings.BASE_URL).netloc

    def get_latest_lastmod(self) -> None:
        """Not said for a whole kind: it would read every row."""

    def _urls(self, page: Any, protocol: str, domain: str) -> list[dict[str, Any]]:
        """Django's entries; for readers of other languages, the first one is named (`x-default`)."""
        urls = super()._urls(page, protocol, domain)
        for entry in urls:
            entry["alternates"].append(
                {"location": entry["alternates"][0]["location"], "lang_code": "x-default"}
            )
        return urls

    def get_languages_for_item(self, item: Any) -> list[str]:
        """The languages in which the page that shows it is public, the installation's own first."""
        known = [code for code, _name in settings.LANGUAGES if self.frame.address(self.kind, language=code)]
        if item is not None and len(item) > 2:
            own, translations, text = item[2:]
            first = self.records().model.TRANSLATED[0]
            known = [
                code for code in known if code == own or not text or translations.get(code, {}).get(first)
            ]
        return sorted(known, key=lambda code: code != settings.LANGUAGE_CODE)

    @property
    def frame(self) -> Frame:
        """The skeleton of the site, read once for each document."""
        if not hasattr(self, "_frame"):
            self._frame = Frame.load(settings.LANGUAGE_CODE)
        return self._frame

    def items(self) -> Any:
        """References with the moment of their last change, and what tells in which languages they can be read."""
        rows = self.records().order_by("pk")
        model = rows.model
        translated = (
            ("language", "translations", model.TRANSLATED[0]) if issubclass(model, Translatable) else ()
        )
        return rows.values_list(self.key, "updated_at", *translated)

    def _items(self) -> Any:
        """Django's items in their languages, without reading them all."""
        rows = self.items()
        model = getattr(rows, "model", None)
        kept = Versions if model and issubclass(model, Translatable) else InLanguages
        return kept(rows, self.get_languages_for_item(None))

    def location(self, item: Any) -> str:
        """Where the record is shown in the language in use."""
        return self.frame.address(self.kind, f"{item[0]}/", get_language() or settings.LANGUAGE_CODE)

    def lastmod(self, item: Any) -> datetime:
        """When it last changed."""
        return item[1]

    def records(self) -> Any:
        """What anybody may read of this kind."""
        return Trial.objects.none()


class TrialsMap(PublicSitemap):
    """Trials."""

    kind = "pilotspage"

    def records(self) -> Any:
        """Public trials."""
        return Trial.objects.visible_to(ANYONE)


class AgreementsMap(PublicSitemap):
    """Agreements of the register."""

    kind = "agreementspage"

    def records(self) -> Any:
        """Signed and public ones."""
        return register()


class CentresMap(PublicSitemap):
    """Centres."""

    kind = "centrespage"

    def records(self) -> Any:
        """Public centres."""
        return Centre.objects.visible_to(ANYONE)


class OrganisationsMap(PublicSitemap):
    """Organisations that take part, by their numbers: they have no reference."""

    kind = "organisationspage"
    key = "pk"

    def records(self) -> Any:
        """Those that something public tells of."""
        return taking_part()


class NeedsMap(PublicSitemap):
    """Needs."""

    kind = "challengespage"

    def records(self) -> Any:
        """Public needs."""
        return ordered()


class EventsMap(PublicSitemap):
    """Events."""

    kind = "eventspage"

    def records(self) -> Any:
        """Public events."""
        return public_events()


class CapsulesMap(PublicSitemap):
    """The list of capsules, where there are some."""

    kind = capsules.KIND

    def items(self) -> Any:
        """One address, with the moment a capsule last changed."""
        changed = capsules.public_capsules().aggregate(at=Max("updated_at"))["at"]
        return Listed([(capsules.TAIL, changed)] if changed else [])

    def _items(self) -> Any:
        """That address in each language."""
        return [(item, code) for item in self.items() for code in self.get_languages_for_item(item)]

    def location(self, item: Any) -> str:
        """Where it is in the language in use."""
        return self.frame.address(self.kind, item[0], get_language() or settings.LANGUAGE_CODE)


class GroupsMap(PublicSitemap):
    """Groups in which everybody reads along, each in the language it is written in."""

    route = "group_page"

    def records(self) -> Any:
        """Those that are open to all."""
        return Group.objects.visible_to(ANYONE).filter(access=GroupAccess.OPEN)

    def items(self) -> Any:
        """References with the moment of their last change and their language."""
        return self.records().order_by("pk").values_list("reference", "updated_at", "language")

    def _items(self) -> Any:
        """Each in its language."""
        return [(item, item[2]) for item in self.items()]

    def get_languages_for_item(self, item: Any) -> list[str]:
        """The one it is written in."""
        return [item[2]]

    def location(self, item: Any) -> str:
        """Its page in the language in use."""
        return reverse(self.route, args=[item[0]])


class DebatesMap(GroupsMap):
    """What is debated in these groups."""

    route = "discussion"

    def records(self) -> Any:
        """The debates of open groups."""
        return Debate.objects.visible_to(ANYONE).filter(group__access=GroupAccess.OPEN)


class IdeasMap(PublicSitemap):
    """Ideas."""

    kind = "challengespage"

    def records(self) -> Any:
        """Public ideas."""
        return Idea.objects.visible_to(ANYONE)


class PagesMap(PublicSitemap):
    """Pages: the skeleton and what is beneath it, each with the translations that exist."""

    def _items(self) -> Any:
        """Each page in the languages it exists in: few enough to be read at once."""
        return [(item, code) for item in self.items() for code in self.get_languages_for_item(item)]

    def items(self) -> list[dict[str, Any]]:
        """One entry for each page, by language its address; search results are none."""
        found: dict[str, dict[str, Any]] = {}
        closed = tuple(node.path for node in self.frame.nodes if node.closed)
        known = {node.path for node in self.frame.nodes}
        pages = (
            Page.objects.live()
            .public()
            .filter(depth__gte=2)
            # The text of a centre stands at the address of the centre, which is on a map of its own.
            .exclude(content_type__model__in=["searchpage", "centrepage"])
            .order_by("path")
        )
        rows = pages.values_list(
            "translation_key", "locale__language_code", "url_path", "path", "last_published_at"
        )
        for key, language, url_path, path, at in rows:
            if path[: 3 * Page.steplen] not in known or (closed and path.startswith(closed)):
                continue
            entry = found.setdefault(str(key), {"addresses": {}, "at": at})
            entry["addresses"][language] = address_of(url_path, language, self.frame)
            entry["at"] = max(filter(None, [entry["at"], at]), default=None)
        return list(found.values())

    def get_languages_for_item(self, item: Any) -> list[str]:
        """Those in which it exists, the installation's own first."""
        return sorted(item["addresses"], key=lambda code: (code != settings.LANGUAGE_CODE, code))

    def location(self, item: Any) -> str:
        """Its address in the language in use."""
        return item["addresses"][get_language() or settings.LANGUAGE_CODE]

    def lastmod(self, item: Any) -> datetime | None:
        """When it was last published."""
        return item["at"]


class DataMap(PublicSitemap):
    """Open data: the overview and the dictionary of each table."""

    def get_languages_for_item(self, item: Any) -> list[str]:
        """All, the installation's own first."""
        codes = [code for code, _name in settings.LANGUAGES]
        return sorted(codes, key=lambda code: code != settings.LANGUAGE_CODE)

    def items(self) -> Any:
        """The overview first; each with the moment its files last changed."""
        changed = dict(Release.objects.visible_to(ANYONE).values_list("dataset", "changed_at"))
        return Listed([("", None), *((key, changed.get(key)) for key in DATASETS)])

    def location(self, item: Any) -> str:
        """Where the page is in the language in use."""
        return reverse("dictionary", args=[item[0]]) if item[0] else reverse("data")


class RoutesMap(DataMap):
    """Pages that no editor made."""

    def items(self) -> Any:
        """Their names; they change with the program."""
        return Listed([("groups", None), ("security_policy", None)])

    def location(self, item: Any) -> str:
        """Where the page is in the language in use."""
        return reverse(item[0])


class Listed(list[Any]):
    """A list that is counted as a queryset is."""

    def count(self) -> int:  # type: ignore[override]
        """How many there are."""
        return len(self)


SITEMAPS = {
    "pages": PagesMap,
    "data": DataMap,
    "trials": TrialsMap,
    "agreements": AgreementsMap,
    "centres": CentresMap,
    "organisations": OrganisationsMap,
    "needs": NeedsMap,
    "ideas": IdeasMap,
    "events": EventsMap,
    "capsules": CapsulesMap,
    "groups": GroupsMap,
    "debates": DebatesMap,
    "routes": RoutesMap,
}


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone; it names no page that is not public anyway."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/workspace/", "/accounts/", "/api/", "/files/")),
    ]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {absolute('/sitemap.xml')}", ""]),
        content_type="text/plain; charset=utf-8",
    )


@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a security problem (RFC 9116)."""
    with translation.override(settings.LANGUAGE_CODE):
        form, policy = absolute(reverse("feedback")), absolute(reverse("security_policy"))
    lines = [
        f"Contact: {f'mailto:{settings.CONTACT_EMAIL}' if settings.CONTACT_EMAIL else form}",
        f"Expires: {expiry().isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {absolute('/.well-known/security.txt')}",
        f"Policy: {policy}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def security_policy(request: HttpRequest) -> HttpResponse:
    """How to report a hole, and what becomes of it; security.txt leads here."""
    title = _("Report a security problem")
    context = around(
        request,
        addresses_of_route("security_policy"),
        title=title,
        description=_("Where to write, what to leave alone, and what you can expect of us."),
        crumbs=crumbs_to(request, title),
    )
    return render(request, "cms/security.html", {**context, "contact": settings.CONTACT_EMAIL})
