"""What do feed readers get: the latest cases, pilots and stories, events to come, and what becomes of one record, as Atom or as JSON?"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cic.core.caching import PUBLIC
from cms.facts import ANYONE, stories
from cms.facts.cases import cards, in_reach
from cms.facts.events import coming, public_events
from cms.facts.pilots import with_cards
from cms.frame import absolute, frame_of
from community.models.follows import FOLLOWED
from community.models.news import facts_about
from community.models.searches import EVERYTHING, filterset_of, in_words, spelled
from community.models.subjects import named, readable_record
from pilots.models import Trial

ENTRIES = 30


class JsonFeed(SyndicationFeed):
    """JSON Feed 1.1. Source: https://www.jsonfeed.org/version/1.1/"""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        """The whole document."""
        feed = self.feed
        items = [
            {
                "id": item["unique_id"] or item["link"],
                "url": item["link"],
                "title": item["title"],
                "content_text": item["description"] or item["title"],
                **({"date_published": item["pubdate"].isoformat()} if item["pubdate"] else {}),
            }
            for item in self.items
        ]
        document = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed["title"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "language": feed["language"],
            "items": items,
        }
        outfile.write(json.dumps(document, ensure_ascii=False, indent=1).encode(encoding))


FORMS = {"atom": Atom1Feed, "json": JsonFeed}


class PublicFeed(Feed):
    """A feed in one language. Its addresses are those of the settings, never of the request."""

    kind = name = ""

    def __init__(self, request: HttpRequest, form: str) -> None:
        self.frame, self.form, self.feed_type = frame_of(request), form, FORMS[form]
        self.query = ""

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        """Take from the address what the feed is of.

        Raises: Http404.
        """
        if not self.frame.address(self.kind):
            raise Http404

    def link(self) -> str:
        """The page the feed follows."""
        return absolute(self.frame.address(self.kind))

    def feed_url(self) -> str:
        """The feed's own address."""
        return absolute(f"/{self.frame.language}/feeds/{self.name}.{self.form}{self.query}")

    def feed_guid(self) -> str:
        """The same for ever."""
        return self.feed_url()

    def item_title(self, item: Any) -> str:
        """The title."""
        return item["title"]

    def item_description(self, item: Any) -> str:
        """The first lines."""
        return item["text"]

    def item_link(self, item: Any) -> str:
        """Where it is read."""
        return absolute(item["url"])

    def item_guid(self, item: Any) -> str:
        """The same for ever: what a reader knows it by."""
        return absolute(item.get("guid") or item["url"])

    def item_pubdate(self, item: Any) -> datetime | None:
        """When it became public."""
        return item["at"]


class CasesFeed(PublicFeed):
    """The latest cases."""

    kind, name = "casespage", "cases"

    def title(self) -> str:
        """What the feed is of."""
        return f"{settings.SITE_NAME} · {_('Cases')}"

    def items(self) -> list[dict[str, Any]]:
        """The newest, each in the reader's language where there is one."""
        rows = cards(
            in_reach(self.frame.language).order_by("-first_published_at", "-pk")[:ENTRIES], self.frame
        )
        return [{**row, "at": row["published_at"]} for row in rows]


class PilotsFeed(PublicFeed):
    """The latest trials, or those that fit the filters of the address."""

    kind, name = "pilotspage", "pilots"

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        """The filters, in their one spelling."""
        super().read(request, **kwargs)
        self.search = spelled(request.GET)
        self.query = "" if self.search == EVERYTHING else self.search

    def title(self) -> str:
        """What the feed is of."""
        what = in_words(self.search) if self.query else _("Pilots and proofs of concept")
        return f"{settings.SITE_NAME} · {what}"

    def link(self) -> str:
        """The catalogue, as the address narrows it."""
        return super().link() + self.query

    def items(self) -> list[dict[str, Any]]:
        """The newest ones that are public."""
        found = Trial.objects.visible_to(ANYONE)
        if self.query:
            filterset = filterset_of(self.search, found)
            found = filterset.qs if filterset.form.is_valid() else found.none()
        rows = with_cards(found.order_by("-pk")[:ENTRIES], self.frame)
        return [
            {
                "title": row.said.title,
                "text": row.said.summary,
                "url": row.url,
                "at": max(filter(None, [row.public_from, row.created_at])),
            }
            for row in rows
        ]


class EventsFeed(PublicFeed):
    """What is coming, the next first."""

    kind, name = "eventspage", "events"

    def title(self) -> str:
        """What the feed is of."""
        return f"{settings.SITE_NAME} · {_('Events')}"

    def items(self) -> list[dict[str, Any]]:
        """Each with its hours and its place before what it is about."""
        return [
            {
                "title": row.said.title,
                "text": "\n".join(filter(None, [row.when, row.said.place, row.said.summary])),
                "url": row.url,
                "at": max(filter(None, [row.public_from, row.created_at])),
            }
            for row in coming(public_events(), ENTRIES, self.frame)
        ]


class NewsFeed(PublicFeed):
    """The latest stories."""

    kind, name = "newspage", "news"

    def title(self) -> str:
        """What the feed is of."""
        return f"{settings.SITE_NAME} · {_('News')}"

    def items(self) -> list[dict[str, Any]]:
        """The newest, each in the reader's language where there is one."""
        return stories.cards(stories.in_reach(self.frame)[:ENTRIES], self.frame)


class RecordFeed(PublicFeed):
    """What becomes of one pilot, need or centre: the same that those who follow it by mail hear of."""

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        """The public record of the address.

        Raises: Http404.
        """
        self.record = readable_record(kwargs["reference"], FOLLOWED.values())
        if self.record is None:
            raise Http404
        self.name = f"records/{self.record.reference}"

    def title(self) -> str:
        """What the feed is of."""
        return named(self.record)

    def link(self) -> str:
        """The record's page."""
        return absolute(reverse("public_record", args=[self.record.reference]))

    def items(self) -> list[dict[str, Any]]:
        """The newest first."""
        return [
            {
                "title": fact.text,
                "text": fact.title,
                "url": fact.path,
                "guid": f"{fact.path}#n{fact.position}",
                "at": fact.at,
            }
            for fact in facts_about(self.record, ENTRIES)
        ]


def served(feed_class: type[PublicFeed], form: str) -> Callable[..., HttpResponse]:
    """The view of a feed in one form: made anew for each request, so that two languages never meet in one."""

    @require_safe
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        feed = feed_class(request, form)
        feed.read(request, **kwargs)
        response = feed(request, **kwargs)
        response["Cache-Control"] = PUBLIC
        return response

    return view
