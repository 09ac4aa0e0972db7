"""How far is a case written in each of its languages, and what comes next?"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.choices import CaseState
from cms.facts.saying import MACHINE, OUTDATED, UNSAID, lines_of, source_of
from cms.models import CasePage, CasesPage

# Before it is public for the first time; a withdrawn one comes back by a decision of its own.
BEGUN = (CaseState.DRAFT, CaseState.RETURNED)


def versions_of(case: CasePage, user: Any) -> list[CasePage]:
    """The case in each language it is written in, with where it stands: one query."""
    rows = CasePage.objects.visible_to(user).filter(translation_key=case.translation_key)
    related = rows.select_related("locale", "latest_revision", "outcome__trial__centre")
    return list(related.with_stage().order_by("pk"))


def writable_beside(case: CasePage, versions: list[CasePage]) -> list[CasePage]:
    """The drafts in other languages, never public: what is done with one can be done with them."""
    return [page for page in versions if page.pk != case.pk and page.state in BEGUN and not page.live]


def followers(case: CasePage, versions: list[CasePage]) -> list[CasePage]:
    """The drafts that were made from the draft `case`: they can be written on the same page."""
    if case.live or case.state not in BEGUN:
        return []
    code = case.locale.language_code
    return [page for page in writable_beside(case, versions) if page.newest().said.get("from") == code]


def text_step(case: CasePage, versions: list[CasePage]) -> str:
    """The step at which the text of `case` is written: its own, or that of the draft it follows."""
    above = next(
        (page for page in versions if case.pk in {row.pk for row in followers(page, versions)}), case
    )
    return f"text-{above.pk}"


def names_of(pages: Iterable[CasePage]) -> str:
    """Their languages by name."""
    return ", ".join(page.locale.get_display_name() for page in pages)


def languages_left(taken: Any) -> list[tuple[str, str]]:
    """Languages of the site other than those `taken`, in which cases can be told."""
    open_in = CasesPage.objects.live().exclude(locale__language_code__in=taken)
    names = dict(settings.LANGUAGES)
    codes = set(open_in.values_list("locale__language_code", flat=True))
    return [(code, str(names[code])) for code in names if code in codes]


def languages_taken(case: CasePage) -> Any:
    """The languages in which the case has been begun."""
    rows = CasePage.objects.filter(translation_key=case.translation_key)
    return rows.values("locale__language_code")


def untold(draft: CasePage, versions: list[CasePage]) -> dict[str, Any] | None:
    """What of a translation is left, in words of its fields; None for an original, and for what is said in full."""
    family = {page.locale.language_code: page for page in versions}
    source = source_of(draft, family)
    if source is None:
        return None
    lines = lines_of(draft, source)
    shown = {row.image_id: row.description for row in source.photos.all() if row.description}
    photos = any(row.description == shown.get(row.image_id) for row in draft.photos.all() if row.description)
    found = {
        "unsaid": [line.source.label for line in lines if line.state == UNSAID],
        "doubtful": [line.source.label for line in lines if line.state in (OUTDATED, MACHINE)],
        "photos": photos,
        "language": draft.locale.get_display_name(),
        "source": source.locale.get_display_name(),
        "edit_url": reverse("cms_case_edit", args=[draft.pk]),
        "photos_url": reverse("cms_case_photos", args=[draft.pk]),
    }
    return found if found["unsaid"] or found["doubtful"] or photos else None


def _is_told(draft: CasePage, versions: list[CasePage]) -> bool:
    """Whether nothing of a draft is left to write or to read."""
    left = untold(draft, versions)
    written = all(getattr(draft, field).strip() for field in CasePage.NEEDED)
    return written and not (left and (left["unsaid"] or left["doubtful"]))


def steps_of(case: CasePage, versions: list[CasePage], here: str = "") -> list[dict[str, Any]]:
    """The steps to the first publication, in every language that is begun; none for a case that is past them."""
    if case.live or case.state not in BEGUN:
        return []
    begun = [page for page in versions if page.state in BEGUN and not page.live]
    steps: dict[str, list[CasePage]] = {}
    for page in begun:
        steps.setdefault(text_step(page, begun), []).append(page)
    rows: list[tuple[str, str, str, bool]] = []
    for number, (key, pages) in enumerate(steps.items()):
        done = all(_is_told(page.newest(), versions) for page in pages)
        address = reverse("cms_case_edit", args=[pages[0].pk])
        rows.append((key, _("Text: %(language)s") % {"language": names_of(pages)}, address, done))
        if not number:
            photos = reverse("cms_case_photos", args=[pages[0].pk])
            rows.append(("photos", _("Photographs"), photos, bool(pages[0].newest().photos.all())))
    rows.append(("ask", _("Ask for approval"), reverse("cms_case_ask", args=[begun[0].pk]), False))
    return [
        {
            "key": key,
            "label": label,
            "url": url,
            "is_open": True,
            "state": "here" if key == here else "done" if done else "ahead",
        }
        for key, label, url, done in rows
    ]


def onward(steps: list[dict[str, Any]], here: str = "") -> dict[str, Any] | None:
    """The next step that is not done, after `here` first."""
    keys = [step["key"] for step in steps]
    start = keys.index(here) + 1 if here in keys else 0
    return next((step for step in steps[start:] if step["state"] == "ahead"), None)
