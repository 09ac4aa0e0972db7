"""What of all that is public speaks of these words?"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cic.core.gathering import gather
from cic.core.models import Translatable
from cic.core.models.translations import Said
from cic.core.search import MAX_QUERY_LENGTH, query_words
from cms.context import address_of
from cms.frame import FRAME_DEPTH, Frame
from community.models import Debate, Group
from community.models.subjects import page_of as talk_page
from community.models.subjects import title_of
from community.transitions import DEBATE
from events.models import Capsule
from partners.models import Agreement, Centre, Organisation
from pilots.models import Idea, Trial

from . import ANYONE, capsules
from .agreements import by_words, public_fields, public_state, signed
from .centres import public_state_of
from .challenges import dress, dress_ideas, ordered
from .events import dress as dress_events
from .events import public_events
from .participants import taking_part
from .pilots import with_cards

# How many of each kind are shown beside the others, and of one kind alone.
EACH, ALONE = 20, 200
# Nobody reads more of them here: so far they are counted and put into the order of the reader's language.
MOST = 1_000


class Kind(NamedTuple):
    """What is listed under one heading, and the kind of page that lists all of it for `?search=`, where one does."""

    title: Any
    names: tuple[str, ...]
    listed_on: str = ""


KINDS = {
    "pages": Kind(_("Pages and cases"), ("pages",)),
    "pilots": Kind(_("Pilots and proofs of concept"), ("trials",), "pilotspage"),
    "needs": Kind(_("Needs"), ("needs",), "challengespage"),
    "organisations": Kind(_("Organisations"), ("organisations",), "organisationspage"),
    "centres": Kind(_("Centres"), ("centres",)),
    "agreements": Kind(_("Agreements"), ("agreements",), "agreementspage"),
    "events": Kind(_("Events"), ("events",), "eventspage"),
    "capsules": Kind(_("Training capsules"), ("capsules",)),
    "ideas": Kind(_("Ideas"), ("ideas",), "challengespage"),
    "talks": Kind(_("Groups and debates"), ("groups", "debates")),
}


def show(text: str, only: str, frame: Frame) -> dict[str, Any]:
    """Pages and records that hold every word, however accented or spelt; counts are of all up to MOST, shown or not.

    The first of each kind, with the way to the rest; of the kind `only`, as many as one page takes. `beyond`: there
    are more than were counted.
    """
    text = text[:MAX_QUERY_LENGTH]
    words = query_words(text)
    if not words:
        return {"text": text, "asked": bool(text.strip()), "groups": [], "count": 0, "beyond": False}
    kinds = {only: KINDS[only]} if only in KINDS else KINDS
    wanted = {name for kind in kinds.values() for name in kind.names}
    found = {name: rows for name, rows in sought(text, words, frame).items() if name in wanted}
    numbers = numbers_of(found)
    near = {name: newest(rows) if numbers[name] > MOST else rows for name, rows in found.items()}
    shown = lines(near, frame, ALONE if only in KINDS else EACH)
    groups = []
    for key, kind in kinds.items():
        rows = [row for name in kind.names for row in shown[name]]
        number = sum(min(numbers[name], MOST) for name in kind.names)
        beyond = any(numbers[name] > MOST for name in kind.names)
        more = beyond or number > len(rows)
        groups.append(
            {
                "title": kind.title,
                "rows": rows,
                "count": number,
                "beyond": beyond,
                "more_url": more_url(key, text, frame) if more else "",
            }
        )
    return {
        "text": text,
        "asked": True,
        "groups": [group for group in groups if group["rows"]],
        "count": sum(group["count"] for group in groups),
        "beyond": any(group["beyond"] for group in groups),
    }


def more_url(key: str, text: str, frame: Frame) -> str:
    """Where all of a kind is listed: its own list as the words narrow it, or a page of results of nothing else."""
    if here := frame.address(KINDS[key].listed_on):
        return f"{here}?{urlencode({'search': text})}"
    return f"{frame.address('searchpage')}?{urlencode({'q': text, 'kind': key})}"


def sought(text: str, words: list[str], frame: Frame) -> dict[str, QuerySet]:
    """All that anybody may read and that holds the words, by kind."""
    centres = Centre.objects.visible_to(ANYONE).search(text)
    return {
        "pages": pages(words, centres, frame),
        "trials": Trial.objects.visible_to(ANYONE).search(text),
        "needs": ordered().search(text),
        "organisations": taking_part().search(text),
        "centres": centres,
        "agreements": by_words(signed(), text),
        "events": public_events().search(text),
        "capsules": capsules.public_capsules().search(text),
        "ideas": Idea.objects.visible_to(ANYONE).search(text),
        "groups": Group.objects.visible_to(ANYONE).search(text),
        "debates": Debate.objects.visible_to(ANYONE).search(text),
    }


def pages(words: list[str], centres: QuerySet, frame: Frame) -> QuerySet:
    """Live pages that are open to all: those of the reader's language, then those that nobody has put into it yet.

    Of those each once: in the installation's language where that holds the words, else as it was written first. The text of a centre stands on the page of the centre: it is not found twice, nor without its centre.
    """
    found = Page.objects.live().public().search(" ".join(words), operator="and").get_queryset()
    open_paths = [node.path for node in frame.nodes if not node.closed]
    own = Q(locale__language_code=frame.language)
    translated = Page.objects.live().filter(
        translation_key=OuterRef("translation_key"), locale__language_code=frame.language
    )
    known = Centre.objects.visible_to(ANYONE).exclude(pk__in=centres.order_by().values("pk"))
    reached = (
        found.annotate(branch=Left("path", FRAME_DEPTH * Page.steplen))
        .filter(own | ~Exists(translated), branch__in=open_paths)
        .filter(Q(centrepage__isnull=True) | Q(centrepage__centre__in=known.values("pk")))
    )
    reached = reached.filter(own | Q(pk__in=once(reached.exclude(own))))
    first = Case(When(own, then=0), default=1, output_field=IntegerField())
    return reached.select_related("locale").order_by(first, *found.query.order_by)


def once(foreign: QuerySet) -> QuerySet:
    """The id of one version of each page among `foreign` ones."""
    here = Min("pk", filter=Q(locale__language_code=settings.LANGUAGE_CODE))
    pages = Page.objects.filter(pk__in=foreign.order_by().values("pk")).order_by()
    return pages.values("translation_key").annotate(one=Coalesce(here, Min("pk"))).values("one")


def numbers_of(found: Mapping[str, QuerySet]) -> dict[str, int]:
    """How many rows there are of each kind, MOST + 1 for any number above: one query."""
    counts = [
        rows.model._base_manager.filter(pk__in=rows.order_by().values("pk")[: MOST + 1])
        .order_by()
        .annotate(_part=Value(name, CharField()))
        .values("_part")
        .annotate(_number=Count("pk"))
        .values_list("_part", "_number")
        for name, rows in found.items()
    ]
    return dict.fromkeys(found, 0) | dict(counts[0].union(*counts[1:], all=True))


def newest(rows: QuerySet) -> QuerySet:
    """Of very many rows the newest, so that what they are in is not asked of all; in a fixed order, all of them."""
    if rows.model in (Page, Organisation):
        return rows
    return rows.filter(pk__in=rows.order_by("-pk").values("pk")[:MOST])


def own_first(rows: QuerySet, language: str) -> Any:
    """Orders what is written in `language`, or was put into it, before what is not."""
    if rows.model is Organisation:
        return Value(0)
    own = Q(language=language)
    if issubclass(rows.model, Translatable):
        own |= Q(**{f"translations__{language}__{rows.model.TRANSLATED[0]}__text__isnull": False})
    return Case(When(own, then=0), default=1, output_field=IntegerField())


def lines(found: Mapping[str, QuerySet], frame: Frame, each: int) -> dict[str, list[dict[str, Any]]]:
    """The first `each` rows of each kind as lines of the results, those of small kinds read in one query."""
    shown: dict[str, list[dict[str, Any]]] = {}
    small = {}
    for name, rows in found.items():
        rank = own_first(rows, frame.language) if name != "pages" else None
        if name == "pages":
            shown[name] = [page_row(page, frame) for page in rows[:each]]
        elif name == "trials":
            trials = with_cards(rows.order_by(rank, "-pk")[:each], frame)
            shown[name] = [row_of(trial, trial.said.summary) for trial in trials]
        elif name == "needs":
            needs = dress(list(rows.order_by(rank, "first", "-pk")[:each]), frame)
            shown[name] = [row_of(need, need.said.need) for need in needs]
        elif name == "ideas":
            ideas = rows.select_related("organisation").order_by(rank, "-pk")[:each]
            shown[name] = [row_of(idea, idea.said.problem) for idea in dress_ideas(list(ideas), frame)]
        else:
            order = ("sort_key", "pk") if name == "organisations" else (rank, "-pk")
            small[name] = first(rows, each, *order).annotate(rank=rank)
    if "agreements" in small:
        small["agreements"] = small["agreements"].with_effective_end()
    for name, rows in gather(small).items():
        rows.sort(key=lambda row: (row.rank, row.sort_key if isinstance(row, Organisation) else -row.pk))
        shown[name] = LINES[name](rows, frame)
    return shown


def first(rows: QuerySet, each: int, *order: Any) -> QuerySet:
    """As many of the rows as are shown, to be read together with those of other kinds."""
    return rows.model._default_manager.filter(pk__in=rows.order_by(*order).values("pk")[:each])


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


def page_row(page: Page, frame: Frame) -> dict[str, Any]:
    """One page or case, at its address in its own language."""
    language = page.locale.language_code
    return {
        "title": Said.of(page.title, language),
        "url": address_of(page.url_path, language, frame),
        "text": Said.of(page.search_description, language),
    }


def event_rows(events: list[Any], frame: Frame) -> list[dict[str, Any]]:
    """Events as lines."""
    return [row_of(event, event.said.summary) for event in dress_events(events, frame)]


def organisation_rows(rows: list[Organisation], frame: Frame) -> list[dict[str, Any]]:
    """Organisations as lines."""
    return [
        {
            "title": row.name,
            "url": frame.address("organisationspage", f"{row.pk}/"),
            "text": row.get_helix_display(),
        }
        for row in rows
    ]


def centre_rows(centres: list[Centre], frame: Frame) -> list[dict[str, Any]]:
    """Centres as lines."""
    return [
        {
            "title": centre.said.name,
            "url": frame.address("centrespage", f"{centre.reference}/"),
            "reference": centre.reference,
            "state": public_state_of(centre),
            "text": centre.said.purpose,
        }
        for centre in centres
    ]


def agreement_rows(agreements: list[Agreement], frame: Frame) -> list[dict[str, Any]]:
    """Agreements as lines, with what the register makes public of them."""
    has_object = "object" in public_fields()
    return [
        {
            "title": row.said.title,
            "url": frame.address("agreementspage", f"{row.reference}/"),
            "reference": row.reference,
            "state": public_state(row),
            "text": row.said.object if has_object else "",
        }
        for row in agreements
    ]


def capsule_rows(rows: list[Capsule], frame: Frame) -> list[dict[str, Any]]:
    """Capsules as lines, each at its place in the list."""
    return [
        {
            "title": row.said.title,
            "url": capsules.url_of(frame, row),
            "reference": row.reference,
            "text": row.said.summary,
        }
        for row in rows
    ]


def talk_rows(talks: list[Any], frame: Frame) -> list[dict[str, Any]]:
    """Groups that everybody knows of, or debates that everybody reads, as lines."""
    return [
        {
            "title": title_of(talk),
            "url": talk_page(talk),
            "reference": talk.reference,
            "state": DEBATE.badge(talk) if isinstance(talk, Debate) else talk.badge,
            "text": talk.said.text if isinstance(talk, Debate) else talk.said.description,
        }
        for talk in talks
    ]


LINES: dict[str, Callable[[list[Any], Frame], list[dict[str, Any]]]] = {
    "organisations": organisation_rows,
    "centres": centre_rows,
    "agreements": agreement_rows,
    "events": event_rows,
    "capsules": capsule_rows,
    "groups": talk_rows,
    "debates": talk_rows,
}
