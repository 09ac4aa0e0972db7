"""What that is public can nobody read in this language yet, or reads what lags behind?"""

from typing import Any

from django.conf import settings
from django.db.models import Count, DateTimeField, F, OuterRef, Q, Subquery
from django.urls import reverse
from wagtail.models import Page

from cic.core.choices import PUBLIC_STATES
from partners.models import Centre, standing_of
from pilots.models import Challenge, Idea, Outcome, Trial
from pilots.permissions.roles import TRANSLATORS

EACH = 50
# The noun, its name in addresses, and where a row says its centre.
NOUNS = (
    (Centre, "centre", "pk"),
    (Challenge, "challenge", "centre_id"),
    (Idea, "idea", "centre_id"),
    (Trial, "trial", "centre_id"),
    (Outcome, "outcome", "trial__centre_id"),
)


def records(language: str, user: Any) -> list[dict[str, Any]]:
    """Public records that `user` translates, by noun, newest first: without their first text, or lagging behind."""
    groups = []
    standing = standing_of(user)
    for model, noun, centre in NOUNS:
        first = model.TRANSLATED[0]
        missing = Q(**{f"translations__{language}__{first}__text__isnull": True})
        lagging = Q()
        for name in model.TRANSLATED:
            lagging |= Q(**{f"translations__{language}__{name}__outdated": True})
        rows = (
            model.objects.visible_to(user)
            .filter(missing | lagging, publication__in=PUBLIC_STATES)
            .exclude(language=language)
            .order_by("-pk")
        )
        if not standing.everywhere(TRANSLATORS):
            rows = rows.filter(**{f"{centre}__in": standing.centres(TRANSLATORS)})
        shown = list((rows.select_related("trial") if model is Outcome else rows)[: EACH + 1])
        if shown:
            lines = [
                {
                    "title": str(row),
                    "language": row.text_language,
                    "url": reverse(f"{noun}_translate", args=[row.pk, language]),
                    "state": next(said for said in row.completeness() if said.code == language),
                }
                for row in shown[:EACH]
            ]
            groups.append(
                {"label": model._meta.verbose_name_plural, "rows": lines, "more": len(shown) > EACH}
            )
    return groups


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
