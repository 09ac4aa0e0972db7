"""What of all that is public speaks of these words?"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from cic.core.gathering import gather
from cic.core.search import MAX_QUERY_LENGTH, query_words
from cms.context import address_of
from cms.frame import Frame
from community.models import Debate, Group
from community.models.subjects import page_of as talk_page
from community.models.subjects import title_of
from community.transitions import DEBATE
from partners.models import Organisation
from pilots.models import Idea, Trial

from . import ANYONE
from .challenges import dress, dress_ideas, ordered
from .events import dress as dress_events
from .events import public_events
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
    events = dress_events(list(public_events().search(text).order_by("-pk")[:EACH]), frame)
    small = gather(
        {
            "organisations": first(taking_part().search(text).order_by("sort_key", "pk")),
            "groups": first(Group.objects.visible_to(ANYONE).search(text).order_by("-pk")),
            "debates": first(Debate.objects.visible_to(ANYONE).search(text).order_by("-pk")),
        }
    )
    organisations = sorted(small["organisations"], key=lambda row: (row.sort_key, row.pk))
    groups = [
        {"title": _("Pages and cases"), "rows": pages(words, frame)},
        {
            "title": _("Pilots and proofs of concept"),
            "rows": [row_of(trial, trial.said.summary) for trial in trials],
        },
        {"title": _("Needs"), "rows": [row_of(challenge, challenge.said.need) for challenge in needs]},
        {"title": _("Organisations"), "rows": [organisation_row(row, frame) for row in organisations]},
        {"title": _("Events"), "rows": [row_of(event, event.said.summary) for event in events]},
        {"title": _("Ideas"), "rows": [row_of(idea, idea.said.problem) for idea in ideas]},
        {"title": _("Groups and debates"), "rows": talks(small["groups"], small["debates"])},
    ]
    shown = [group for group in groups if group["rows"]]
    return {"text": text, "asked": True, "groups": shown, "count": sum(len(group["rows"]) for group in shown)}


def first(rows: QuerySet) -> QuerySet:
    """As many of the rows as are shown, to be read together with those of other kinds."""
    return rows.model._base_manager.filter(pk__in=rows.values("pk")[:EACH])


def talks(groups: list[Group], debates: list[Debate]) -> list[dict[str, Any]]:
    """Groups that everybody knows of, and debates that everybody reads, the newest first."""
    found = [(group, group.description, group.badge) for group in reversed(groups)]
    found += [(debate, debate.text, DEBATE.badge(debate)) for debate in reversed(debates)]
    return [
        {
            "title": title_of(record),
            "url": talk_page(record),
            "reference": record.reference,
            "state": badge,
            "text": words,
            "stations": None,
        }
        for record, words, badge in found
    ]


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
