"""How do the pages that editors wrote come into the demonstration? One of each kind, in every language it knows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from cms.choices import ProgrammeChart
from cms.facts import ANYONE
from cms.models import (
    CallPage,
    CentrePage,
    CentresPage,
    ChallengesPage,
    HomePage,
    NewsPage,
    SectionPage,
    StoryPage,
    TextPage,
)
from cms.operations.trees import published
from pilots.choices import ChallengeState
from pilots.models import Challenge, Indicator, Trial

from .texts import CENTRE, MADE_UP, NIGHT, PARCELS, SECTION, SILENCE, STEPS, TODAY, Texts

Fields = Callable[[dict[str, Any], str], dict[str, Any]]


def tell() -> int:
    """Make the pages that are missing, about what is public in the demonstration; how many."""
    if StoryPage.objects.exists() or CallPage.objects.exists():
        return 0
    before = Page.objects.count()
    sections = _section()
    _calls()
    _stories(sections)
    _centre()
    return Page.objects.count() - before


def add(model: type[Page], parents: dict[str, Page], texts: Texts, fields: Fields) -> dict[str, Page]:
    """One page beneath each of `parents` (by language), each the translation of the others."""
    made: dict[str, Page] = {}
    key = None
    for code, parent in parents.items():
        if code not in texts:
            continue
        words = texts[code]
        own = {name: words[name] for name in ("title", "slug") if name in words}
        page = model(locale=parent.locale, **own, **fields(words, code))
        if key:
            page.translation_key = key
        published(type(parent).objects.get(pk=parent.pk), page)
        key, made[code] = page.translation_key, page
    return made


def indexes(model: type[Page]) -> dict[str, Page]:
    """The page of a model in each language."""
    return {page.locale.language_code: page for page in model.objects.live().select_related("locale")}


def notice(code: str) -> tuple[str, dict[str, str]]:
    """The block that says it is invented."""
    return "notice", {"title": "", "text": MADE_UP[code]}


def _stories(sections: dict[str, Page]) -> None:
    told_on = timezone.localdate() - timedelta(days=20)
    drawn = Indicator.objects.visible_to(ANYONE).filter(measurements__isnull=False).order_by("pk").first()
    trial = drawn.trial if drawn else Trial.objects.visible_to(ANYONE).order_by("pk").first()

    def fields(words: dict[str, Any], code: str) -> dict[str, Any]:
        body: list[tuple[str, Any]] = [
            ("heading", words["heading"]),
            ("text", words["text"]),
            ("quote", {"text": words["quote"], "who": words["who"], "role": words["role"]}),
        ]
        if drawn is not None:
            body.append(("indicator", {"title": words["chart"], "indicator": drawn}))
        body.append(notice(code))
        related = [*([("trial", trial)] if trial else []), ("page", sections[code])]
        return {"lead": words["lead"], "told_on": told_on, "body": body, "related": related}

    add(StoryPage, indexes(NewsPage), NIGHT, fields)


def _calls() -> None:
    today = timezone.localdate()
    public = Challenge.objects.visible_to(ANYONE).order_by("pk")
    wanted = [("challenge", row) for row in public.filter(state=ChallengeState.OPEN)[:2]]
    solved = [("challenge", row) for row in public.filter(state=ChallengeState.SOLVED)[:1]]

    def open_call(words: dict[str, Any], code: str) -> dict[str, Any]:
        parts = [{"title": words[f"part{n}"], "text": words[f"answer{n}"]} for n in ("", "2")]
        return {
            "lead": words["lead"],
            "how": words["how"],
            "opens_on": today - timedelta(days=15),
            "closes_on": today + timedelta(days=45),
            "challenges": wanted,
            "body": [("accordion", {"parts": parts}), notice(code)],
        }

    def closed_call(words: dict[str, Any], code: str) -> dict[str, Any]:
        return {
            "lead": words["lead"],
            "result": words["result"],
            "opens_on": today - timedelta(days=700),
            "closes_on": today - timedelta(days=600),
            "challenges": solved,
            "body": [notice(code)],
        }

    add(CallPage, indexes(ChallengesPage), SILENCE, open_call)
    add(CallPage, indexes(ChallengesPage), PARCELS, closed_call)


def _section() -> dict[str, Page]:
    sections = add(SectionPage, indexes(HomePage), SECTION, lambda words, code: {"lead": words["lead"]})

    def steps(words: dict[str, Any], code: str) -> dict[str, Any]:
        body = [("heading", words["heading"]), ("text", words["text"]), notice(code)]
        return {"lead": words["lead"], "body": body}

    def today(words: dict[str, Any], code: str) -> dict[str, Any]:
        body = [
            ("figures", {"title": words["figures"]}),
            ("notice", {"title": "", "text": words["notice"]}),
            ("chart", {"title": words["chart"], "by": ProgrammeChart.AREA}),
            ("map", {"title": words["map"], "centre": None}),
        ]
        return {"lead": words["lead"], "body": body}

    add(TextPage, sections, STEPS, steps)
    add(TextPage, sections, TODAY, today)
    return sections


def _centre() -> None:
    trial = Trial.objects.visible_to(ANYONE).select_related("centre").order_by("pk").first()
    if trial is None or not trial.centre.is_public:
        return
    centre = trial.centre

    def fields(words: dict[str, Any], code: str) -> dict[str, Any]:
        body = [("text", words["text"]), notice(code)]
        return {"title": centre.name, "centre": centre, "lead": words["lead"], "body": body}

    add(CentrePage, indexes(CentresPage), CENTRE, fields)
