"""Where does a reader ask to hear of a record, or of a search: by mail, by feed?"""

from typing import Any

from django.urls import reverse

from community.models.searches import EVERYTHING, PLACE, spelled
from community.models.subjects import named

from .city import Spot

FORMS = (("atom", "Atom", "application/atom+xml"), ("json", "JSON Feed", "application/feed+json"))


def record_links(record: Any) -> dict[str, Any]:
    """The ways to hear of one public record."""
    reference = record.reference
    return {
        "follow_url": reverse("follow", args=[reference]),
        "feeds": [
            {"name": name, "type": media, "url": reverse(f"feed-record-{form}", args=[reference])}
            for form, name, media in FORMS
        ],
        "title": named(record),
    }


def search_links(query: Any, near: Spot | None = None) -> dict[str, Any]:
    """The ways to hear of new pilots that fit the filters of a catalogue address.

    What is near a place is what is in a box around it: a list has an order, what is new has not.
    """
    query = query.copy()
    query.pop(PLACE, None)
    if near and not query.get("box"):
        query["box"] = str(near.nearby)
        query[PLACE] = near.name
    search = spelled(query)
    tail = "" if search == EVERYTHING else search
    return {
        "follow_url": reverse("follow_search") + tail,
        "feeds": [
            {"name": name, "type": media, "url": reverse(f"feed-pilots-{form}") + tail}
            for form, name, media in FORMS
        ],
        "is_search": True,
    }
