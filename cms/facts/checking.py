"""What in a case is confidential or personal, and what stands in the way of approving it?"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.calculations.disclosure import Finding, Secret, findings_in

from .dossier import Dossier
from .freezing import snapshot_of
from .saying import unread


def texts_of(case: Any, dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Everything a case would say in public, field by field."""
    yield str(_("title")), case.title
    for name in case.TEXTS:
        yield str(case._meta.get_field(name).verbose_name), getattr(case, name)
    for row in case.figures.all():
        yield str(_("key figures")), f"{row.value} {row.label}"
    for row in case.photos.all():
        yield str(_("photographs")), f"{row.description} {row.caption}"
    for row in case.corrections.all():
        yield str(_("corrections")), f"{row.what}\n{row.why}"
    for name in ("seo_title", "search_description"):
        yield str(case._meta.get_field(name).verbose_name), getattr(case, name)
    facts = snapshot_of(case.outcome, case.locale.language_code, dossier)
    yield str(_("chain")), "\n".join(row.get("reason") or "" for row in facts["chain"])
    yield str(_("products")), "\n".join(f"{row['name']} {row['description']}" for row in facts["products"])
    for row in facts["chain"]:
        for one in row.get("decisions", ()):
            yield str(_("chain")), f"{one['reasons']}\n{one['conditions']}"
    if facts["stopped"]:
        yield str(_("chain")), facts["stopped"]["reason"]
    yield str(_("outcome")), "\n".join([facts["summary"], facts["conditions"], facts["replicability"]])


def findings(case: Any) -> list[Finding]:
    """What in the latest text of a case is confidential or personal, waived or not: two queries."""
    dossier = Dossier(case.outcome, with_secrets=True)
    trial = dossier.trial
    secrets = [Secret("annex", row.text, str(row)) for row in dossier.annexes]
    secrets += [
        Secret("log", row.text, _("logbook of %(day)s") % {"day": row.happened_on.isoformat()})
        for row in sorted(dossier.log, key=lambda row: (row.happened_on, row.pk), reverse=True)
    ]
    if trial.agreement:
        clauses = ("confidentiality_clause", "property_clause")
        secrets += [
            Secret(
                "clause",
                getattr(trial.agreement, name),
                str(trial.agreement._meta.get_field(name).verbose_name),
            )
            for name in clauses
            if getattr(trial.agreement, name)
        ]
    names = {row.name for row in dossier.people} | {row.signatory_name for row in dossier.parties}
    return findings_in(
        _joined(texts_of(case, dossier)),
        secrets=secrets,
        # The people behind a trial: none is released by having worked on it.
        names={name for name in names if name},
        tax_ids=[row.organisation.tax_id for row in dossier.partners],
        known=list(already_public(dossier)),
    )


def _joined(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for field, text in pairs:
        joined[field] = f"{joined[field]}\n{text}" if field in joined else text
    return joined


def already_public(dossier: Dossier) -> Iterator[str]:
    """Texts that anybody can read already."""
    trial = dossier.trial
    if trial.is_public:
        yield f"{trial.title}\n{trial.summary}"
    if trial.idea and trial.idea.is_public:
        yield "\n".join(
            [
                trial.idea.title,
                trial.idea.problem,
                trial.idea.proposal,
                trial.idea.novelty,
                trial.idea.beneficiaries,
            ]
        )
        if trial.idea.challenge and trial.idea.challenge.is_public:
            yield f"{trial.idea.challenge.title}\n{trial.idea.challenge.need}"
    for decision in dossier.decisions:
        yield f"{decision.reasons}\n{decision.conditions}"


def open_findings(case: Any) -> list[Finding]:
    """Findings nobody has let pass with a reason."""
    waived = set(case.waivers.values_list("fingerprint", flat=True)) if case.pk else set()
    return [row for row in findings(case) if row.fingerprint not in waived]


def obstacles(case: Any, still_open: int | None = None) -> list[str]:
    """The sentences of “cannot be approved because…”.

    `still_open`: how many findings nobody has let pass, where they were looked for already; `case` is then its
    newest version.
    """
    if still_open is None and case.pk and case.has_unpublished_changes:
        case = case.newest()
    sentences = []
    if not case.outcome.trial.is_public:
        sentences.append(_("The trial is not public: publish it first."))
    if not case.outcome.is_public:
        sentences.append(_("The outcome of the trial is not public: publish it first."))
    missing = [
        str(case._meta.get_field(name).verbose_name)
        for name in case.NEEDED
        if not getattr(case, name).strip()
    ]
    if missing:
        sentences.append(_("Missing: %(fields)s.") % {"fields": ", ".join(missing)})
    if by_machine := unread(case):
        words = _("Read what a machine wrote, and tick it: %(fields)s.")
        sentences.append(words % {"fields": ", ".join(by_machine)})
    if (
        case.live
        and case.has_unpublished_changes
        and not any(row.made_on is None for row in case.corrections.all())
    ):
        sentences.append(_("It is public already: say in a correction what changes and why."))
    count = len(open_findings(case)) if still_open is None else still_open
    if count:
        words = ngettext(
            "The check for confidential content found %(count)d passage that nobody has cleared.",
            "The check for confidential content found %(count)d passages that nobody has cleared.",
            count,
        )
        sentences.append(words % {"count": count})
    return sentences


def remarks(case: Any) -> list[str]:
    """What the case will not be able to tell; nobody has to mind."""
    idea = case.outcome.trial.idea
    sentences = []
    if idea is not None and not idea.is_public:
        sentences.append(
            _("The idea is not public: its title, its decision and the reasons will not be told.")
        )
    if idea is not None and idea.challenge is not None and not idea.challenge.is_public:
        sentences.append(_("The need is not public: nobody can walk back to it."))
    return sentences
