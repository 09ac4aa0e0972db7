"""What that is public can nobody read in this language yet, or reads what lags behind?"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, DateTimeField, F, OuterRef, Q, Subquery
from django.urls import reverse
from wagtail.models import Page

from cic.core.choices import PUBLIC_STATES
from cic.core.gathering import gather
from events.models import Capsule, Event, Session
from partners.choices import OrganisationState, Role
from partners.models import Agreement, Centre, Organisation, standing_of
from pilots.models import Challenge, Idea, Indicator, Milestone, Outcome, Product, Trial
from pilots.permissions.roles import TRANSLATORS

EACH = 50
KEEPERS = (Role.COORDINATOR, Role.LEGAL, Role.ADMIN)


def published(rows: Any) -> Any:
    """Those of `rows` that have been made public."""
    return rows.filter(publication__in=PUBLIC_STATES)


class Noun(NamedTuple):
    """A kind of record with translations: which rows are public, where a row says its centre, who translates them there.

    Without a centre, whoever has one of `roles` somewhere.
    """

    model: Any
    name: str  # in addresses
    centre: str = "centre_id"
    public: Callable[[Any], Any] = published
    beside: str = ""  # what a row is told by, and takes its language from
    roles: tuple[str, ...] = TRANSLATORS


NOUNS = (
    Noun(Centre, "centre", centre="pk"),
    Noun(Challenge, "challenge"),
    Noun(Idea, "idea"),
    Noun(Trial, "trial"),
    Noun(
        Indicator,
        "indicator",
        centre="trial__centre_id",
        public=lambda rows: rows.filter(trial__publication__in=PUBLIC_STATES),
        beside="trial",
    ),
    Noun(
        Milestone,
        "milestone",
        centre="trial__centre_id",
        public=lambda rows: rows.filter(trial__publication__in=PUBLIC_STATES),
        beside="trial",
    ),
    Noun(Outcome, "outcome", centre="trial__centre_id", beside="trial"),
    Noun(
        Product,
        "product",
        centre="outcome__trial__centre_id",
        public=lambda rows: rows.filter(
            outcome__publication__in=PUBLIC_STATES, outcome__trial__publication__in=PUBLIC_STATES
        ),
        beside="outcome",
    ),
    Noun(Event, "event"),
    Noun(Session, "session", centre="event__centre_id", public=lambda rows: rows.shown()),
    Noun(Capsule, "capsule", public=lambda rows: rows.published()),
    Noun(Agreement, "agreement", roles=KEEPERS),
    Noun(
        Organisation,
        "organisation",
        centre="",
        public=lambda rows: rows.filter(state=OrganisationState.VERIFIED).exclude(description=""),
        roles=KEEPERS,
    ),
)


def records(language: str, user: Any) -> list[dict[str, Any]]:
    """Public records that `user` translates, by noun, newest first: without their first text, or lagging behind.

    Three queries at most, however many nouns there are.
    """
    standing = standing_of(user)
    nouns = [noun for noun in NOUNS if standing.has_somewhere(noun.roles)]
    found = gather({noun.name: _wanted(noun, language, user) for noun in nouns})
    for name, model in (("trial", Trial), ("outcome", Outcome)):
        told_by = [row for noun in nouns if noun.beside == name for row in found[noun.name]]
        wholes = model.objects.in_bulk({getattr(row, f"{name}_id") for row in told_by})
        for row in told_by:
            setattr(row, name, wholes[getattr(row, f"{name}_id")])
    groups = []
    for noun in nouns:
        shown = found[noun.name][::-1]
        if shown:
            lines = [
                {
                    "title": str(row),
                    "language": row.text_language,
                    "url": reverse(f"{noun.name}_translate", args=[row.pk, language]),
                    "state": next(said for said in row.completeness() if said.code == language),
                }
                for row in shown[:EACH]
            ]
            label = noun.model._meta.verbose_name_plural
            groups.append({"label": label, "rows": lines, "more": len(shown) > EACH})
    return groups


def _wanted(noun: Noun, language: str, user: Any) -> Any:
    """The newest of a noun, one more than are shown."""
    model, standing = noun.model, standing_of(user)
    missing = Q(**{f"translations__{language}__{model.TRANSLATED[0]}__text__isnull": True})
    for name in model.TRANSLATED:
        missing |= Q(**{f"translations__{language}__{name}__outdated": True})
    rows = (
        noun.public(model.objects.visible_to(user)).filter(missing).exclude(**{model.LANGUAGE_PATH: language})
    )
    if noun.centre and not standing.everywhere(noun.roles):
        rows = rows.filter(**{f"{noun.centre}__in": standing.centres(noun.roles)})
    return model.objects.filter(pk__in=rows.order_by("-pk").values("pk")[: EACH + 1])


def written(language: str) -> dict[str, Any]:
    """Public pages that cannot be read in `language`, or were published before their original changed; how many there are.

    The original is the page in the installation's language, the only one that has to be there.
    """
    public = Page.objects.live().public().filter(depth__gt=1)
    theirs = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code=language, live=True
    )
    late = Q(then__lt=F("last_published_at"), locale__language_code=settings.LANGUAGE_CODE)
    rows = (
        public.exclude(locale__language_code=language)
        .annotate(
            there=Subquery(theirs.values("pk")[:1]),
            then=Subquery(theirs.values("last_published_at")[:1], output_field=DateTimeField()),
        )
        .filter(Q(there=None) | late)
        .select_related("locale")
        .order_by("-last_published_at", "pk")
    )
    found: dict[Any, Page] = {}
    for page in rows[: 4 * EACH]:
        found.setdefault(page.translation_key, page)
    counted = public.aggregate(
        total=Count("translation_key", distinct=True),
        here=Count("pk", filter=Q(locale__language_code=language)),
    )
    lines = [
        {
            "title": page.title,
            "language": page.locale.language_code,
            "url": reverse("cms_page_translation", args=[page.there or page.pk]),
            "there": page.there is not None,
        }
        for page in list(found.values())[:EACH]
    ]
    return {"rows": lines, **counted}
