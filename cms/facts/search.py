"""What of all that is public speaks of these words?"""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from cic.core.search import MAX_QUERY_LENGTH, query_words
from cms.context import address_of
from cms.frame import Frame
from partners.models import Organisation
from pilots.models import Idea, Trial

from . import ANYONE
from .challenges import dress, dress_ideas, ordered
from .participants import taking_part
from .pilots import with_cards

EACH = 20


def show(text: str, frame: Frame) -> dict[str, Any]:
    """Pages and records that hold every word, however accented or spelt; counts are those of what is shown."""
    text = text[:MAX_QUERY_LENGTH]
    words = query_words(text)
    if not words:
        return {"text": text, "asked": bool(text.strip()), "groups": [], "count": 0}
    trials = with_cards(Trial.objects.visible_to(ANYONE).search(text).order_by("-pk")[:EACH], frame)
    needs = dress(list(ordered().search(text)[:EACH]), frame)
    found = Idea.objects.visible_to(ANYONE).select_related("organisation").search(text).order_by("-pk")
    ideas = dress_ideas(list(found[:EACH]), frame)
    organisations = taking_part().search(text).order_by("name", "pk")[:EACH]
    groups = [
        {"title": _("Pages and cases"), "rows": pages(words, frame)},
        {
            "title": _("Pilots and proofs of concept"),
            "rows": [row_of(trial, trial.said.summary) for trial in trials],
        },
        {"title": _("Needs"), "rows": [row_of(challenge, challenge.said.need) for challenge in needs]},
        {"title": _("Organisations"), "rows": [organisation_row(row, frame) for row in organisations]},
        {"title": _("Ideas"), "rows": [row_of(idea, idea.said.problem) for idea in ideas]},
    ]
    shown = [group for group in groups if group["rows"]]
    return {"text": text, "asked": True, "groups": shown, "count": sum(len(group["rows"]) for group in shown)}


def row_of(record: Any, text: str) -> dict[str, Any]:
    """One line of the results."""
    return {
        "title": record.said.title,
        "url": record.url,
        "reference": record.reference,
        "state": record.shown,
        "text": text,
        "stations": getattr(record, "stations", None),
    }


def organisation_row(row: Organisation, frame: Frame) -> dict[str, Any]:
    """One organisation of the results."""
    url = frame.address("organisationspage", f"{row.pk}/")
    return {"title": row.name, "url": url, "text": row.get_helix_display()}


def pages(words: list[str], frame: Frame) -> list[dict[str, Any]]:
    """Live pages of this language that are open to all and whose every ancestor is."""
    home = frame.home()
    if home is None or home.closed:
        return []
    found = Page.objects.live().public().filter(path__startswith=home.path).exclude(centrepage__isnull=False)
    branches = tuple(node.path for node in frame.nodes if node.depth > home.depth and not node.closed)
    rows = []
    for page in found.search(" ".join(words), operator="and")[: 3 * EACH]:
        if page.path == home.path or page.path.startswith(branches):
            rows.append(
                {
                    "title": page.title,
                    "url": address_of(page.url_path, frame.language, frame),
                    "text": page.search_description,
                }
            )
    return rows[:EACH]
