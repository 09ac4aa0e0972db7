"""What do the public pages of this room share? The frame of the site, and no cache where somebody signed in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from cic.core.context import public_frame
from community.models.subjects import named, page_of


class PublicPage:
    """A page in the frame of the public site. Not for search engines: what it is about has its own page."""

    route = ""
    page_title: Any = ""
    request: HttpRequest
    kwargs: dict[str, Any]

    def crumbs(self) -> Sequence[Mapping[str, Any]]:
        """The way here from the record it is about."""
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page's context within the frame."""
        title = kwargs.get("page_title") or self.page_title
        frame = public_frame(
            self.request, self.route, list(self.kwargs.values()), title=title, crumbs=self.crumbs()
        )
        del frame["messages"]  # whoever signed in is told here what came of what they did
        return super().get_context_data(**{**frame, **kwargs})  # type: ignore[misc]


def crumbs_of(record: Any, *more: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The record, then `more`."""
    return [{"label": named(record), "url": page_of(record)}, *more]
