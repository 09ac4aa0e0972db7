"""Which pages stand around a page: the menu, the foot, and the same page in the other languages?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, PageViewRestriction

from cic.core.models import Said

HOME_DEPTH = 2
# Homes and what stands directly beneath them: the skeleton of the site, a few dozen rows.
FRAME_DEPTH = 3


@dataclass(frozen=True)
class Node:
    """One live page of the skeleton. `kind` is its model, `role` what a plain page is for."""

    pk: int
    kind: str
    role: str
    language: str
    title: Said
    slug: str
    depth: int
    path: str
    url_path: str
    key: str
    in_menu: bool
    closed: bool

    @property
    def url(self) -> str:
        """Its address on this site."""
        return f"/{self.language}/" if self.depth == HOME_DEPTH else f"/{self.language}/{self.slug}/"


class Frame:
    """The skeleton of the site in all languages, read in one query."""

    def __init__(self, nodes: Iterable[Node], language: str) -> None:
        self.nodes = list(nodes)
        self.language = language

    @classmethod
    def load(cls, language: str) -> "Frame":
        """Read the live pages of the skeleton."""
        rows = (
            Page.objects.live()
            .filter(depth__gte=HOME_DEPTH, depth__lte=FRAME_DEPTH)
            .annotate(closed=Exists(PageViewRestriction.objects.filter(page=OuterRef("pk"))))
            .order_by("path")
            .values_list(
                "pk", "content_type__model", "textpage__role", "locale__language_code", "title", "slug",
                "depth", "path", "url_path", "translation_key", "show_in_menus", "closed", *said_columns(),
            )
        )  # fmt: skip
        nodes: list[Node] = []
        homes: dict[str, bool] = {}  # path of a live home: whether it is closed
        for pk, kind, role, code, title, slug, depth, path, url_path, key, in_menu, closed, *said in rows:
            above = path[: len(path) * HOME_DEPTH // depth]
            if depth == HOME_DEPTH and kind == "homepage":
                homes[path] = closed
            if above in homes:
                closed = closed or homes[above]
                nodes.append(
                    Node(
                        pk,
                        kind,
                        role or "",
                        code,
                        title_in(code, title, said),
                        slug,
                        depth,
                        path,
                        url_path,
                        str(key),
                        in_menu,
                        closed,
                    )
                )
        return cls(nodes, language)

    def home(self, language: str = "") -> Node | None:
        """The home page of a language."""
        wanted = language or self.language
        return next(
            (node for node in self.nodes if node.depth == HOME_DEPTH and node.language == wanted), None
        )

    def of_kind(self, kind: str, language: str = "") -> Node | None:
        """The page of a kind (such as “pilotspage”) in a language; None where there is none."""
        wanted = language or self.language
        return next((node for node in self.nodes if node.kind == kind and node.language == wanted), None)

    def of_role(self, role: str, language: str = "") -> Node | None:
        """The plain page of a role (such as “help”) in a language."""
        wanted = language or self.language
        return next((node for node in self.nodes if node.role == role and node.language == wanted), None)

    def at(self, url_path: str) -> Node | None:
        """The node with this stored path."""
        return next((node for node in self.nodes if node.url_path == url_path), None)

    def address(self, kind: str, tail: str = "", language: str = "") -> str:
        """Where a record of the index page `kind` is shown; empty where that page is not public."""
        node = self.of_kind(kind, language)
        return f"{node.url}{tail}" if node and not node.closed else ""

    def same(self, key: str) -> dict[str, Node]:
        """A page in every language it is public in."""
        return {node.language: node for node in self.nodes if node.key == key and not node.closed}

    def menu(self, path: str) -> list[dict[str, Any]]:
        """The public menu; `path` is the address of the request."""
        return [
            {"label": node.title, "url": node.url, "current": path.startswith(node.url)}
            for node in self.nodes
            if node.language == self.language
            and node.depth == FRAME_DEPTH
            and node.in_menu
            and not node.closed
        ]

    def foot(self) -> list[dict[str, str]]:
        """Plain pages that are linked from the foot: what this is, privacy, legal terms."""
        return [
            {"label": node.title, "url": node.url}
            for node in self.nodes
            if node.language == self.language and node.role in FOOT_ROLES and not node.closed
        ]


def unsaid(said: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a page that nobody has said in its language yet, from its `said`, with the language they stand in."""
    return dict.fromkeys(said.get("unsaid", ()), said.get("from", ""))


@cache
def said_columns() -> list[str]:
    """Where a query over pages of all kinds reads what each says of the page it was made from."""
    models = apps.get_app_config("cms").get_models()
    return [f"{model._meta.model_name}__said" for model in models if issubclass(model, Page)]


def title_in(language: str, title: str, said: Iterable[Mapping[str, Any] | None]) -> Said:
    """The title of a page of `language`, from a row with the `said_columns`: in its source's language until somebody said it."""
    known = next(filter(None, said), {})
    return Said.of(title, unsaid(known).get("title") or language)


def unclosed(pages: Any) -> Any:
    """Those of `pages` that are not closed themselves: for what stands directly beneath an open page of the frame."""
    return pages.filter(~Exists(PageViewRestriction.objects.filter(page=OuterRef("pk"))))


def reachable(pages: Any) -> Any:
    """Those of `pages` that anybody may read now: live, and neither they nor anything above them closed or withdrawn."""
    # Of pages that were withdrawn only those with others beneath them matter, and they are few.
    shut = Page.objects.filter(path=Left(OuterRef("path"), Length("path")))
    shut = shut.filter(
        Q(live=False, numchild__gt=0) | Q(pk__in=PageViewRestriction.objects.values("page_id"))
    )
    return pages.filter(~Exists(shut), live=True)


FOOT_ROLES = ("about", "privacy")


def frame_of(request: HttpRequest) -> Frame:
    """The frame in the language of the request; read once per request."""
    language = get_language() or settings.LANGUAGE_CODE
    frame = getattr(request, "_public_frame", None)
    if frame is None or frame.language != language:
        frame = Frame.load(language)
        request._public_frame = frame  # type: ignore[attr-defined]
    return frame


def absolute(path: str) -> str:
    """`path` with the configured address in front: never a host that a request named."""
    return f"{settings.BASE_URL}{path}"
