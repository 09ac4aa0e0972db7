"""How is a case begun in several languages, and how does it go to the public in all of them by one question and one yes?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext

from cic.core.errors import DomainError
from cic.core.operations import audit, operation
from cic.core.permissions import require
from cms.facts.beginnings import beginnings
from cms.facts.parts import parts_of
from cms.facts.saying import lines_of, mark, source_of
from cms.models import CasePage, CasesPage
from pilots.models import Outcome

from .cases import approve_case, ask_for_approval, edit_case, latest, prepare_case
from .questions import together
from .translations import ask_machine


@dataclass(frozen=True)
class Writing:
    """What somebody writes into a case in one language: its texts by field, and the fields that were read as they stand."""

    case: CasePage
    texts: Mapping[str, Any]
    read: Collection[str] = ()

    @property
    def is_new(self) -> bool:
        """Whether it says anything that is not there yet."""
        draft = self.case.newest()
        foreign = draft.foreign
        known = {name: "" if name in foreign else getattr(draft, name) for name in self.texts}
        return bool(self.read) or any(known[name] != text for name, text in self.texts.items())


@operation
def prepare_in(outcome: Outcome, languages: Sequence[str], *, actor: Any) -> CasePage:
    """Make the draft of the case, and at once one in each of `languages`; returns the first.

    Raises: as `prepare_case` and `translate_case`.
    """
    case = prepare_case(outcome, actor=actor)
    for language in languages:
        if language != case.locale.language_code:
            translate_case(case, language, actor=actor)
    return case


@operation
def translate_case(case: CasePage, language: str, *, actor: Any) -> CasePage:
    """Make a draft of the case in another language, with what the tracker says in it already, to be written and approved there.

    Raises: NotAllowed; DomainError "invalid" for a language of no page of cases, "duplicate".
    """
    require(actor, "cms.edit_case", case)
    known = CasesPage.objects.live().filter(locale__language_code=language).select_related("locale").first()
    if known is None:
        raise DomainError("invalid", _("The public site has no page of cases in this language."))
    if case.has_translation(known.locale):
        raise DomainError("duplicate", _("There is a text in this language already."))
    with LogContext(user=actor):
        source = latest(case)
        copy: CasePage = source.copy_for_translation(known.locale, copy_parents=False)
        copy.owner = actor
        _begin(copy, source)
        copy.save_revision(user=actor)
        copy.save()
    audit(copy, "translate", actor=actor, after={"language": language, "from": case.pk})
    return copy


def _begin(copy: CasePage, source: CasePage) -> None:
    """Let `copy` begin with the translations of idea, trial and outcome, each marked with what it was said of and by whom."""
    theirs = beginnings(source.outcome, source.locale.language_code)
    written = {part.path: part for part in parts_of(source)}
    entries = {}
    for name, one in beginnings(source.outcome, copy.locale.language_code).items():
        if name not in written or not one.is_said or not one.text:
            continue
        text = one.text[: written[name].max_length]
        setattr(copy, name, text)
        of = "" if one.is_outdated else theirs[name].text
        entries[name] = {"of": mark(of), "text": mark(text), "origin": one.origin}
    copy.said = {"from": source.locale.language_code, "parts": entries}


@operation
def write_together(
    first: Writing, others: Sequence[Writing] = (), *, actor: Any, by_machine: bool = False, **correction: Any
) -> CasePage:
    """Write a case and its translations: all, or none. `by_machine`: have a machine say what nobody has said after that.

    Raises: as `edit_case` and `ask_machine`.
    """
    for number, one in enumerate([first, *others]):
        if number and not one.is_new:
            continue
        given = {"read": one.read, "seen_revision": one.case.latest_revision_id}
        try:
            edit_case(one.case, one.texts, actor=actor, **given, **({} if number else correction))
        except DomainError as error:
            if number:
                code = one.case.locale.language_code
                error.fields = {f"{name}_{code}": sentences for name, sentences in error.fields.items()}
            raise
    if by_machine:
        _ask_machines([one.case for one in others] or [first.case], actor)
    return CasePage.objects.get(pk=first.case.pk)


def _ask_machines(cases: Sequence[CasePage], editor: Any) -> None:
    """Ask for each language in which something is left to say.

    Raises: DomainError "wrong_state" when nothing is left in any.
    """
    left = []
    for case in cases:
        draft = latest(case)
        source = source_of(draft)
        if source is not None and any(line.for_machine for line in lines_of(draft, source)):
            left.append(case)
    for case in left or cases[:1]:
        ask_machine(case, actor=editor)


@operation
def ask_together(cases: Sequence[CasePage], *, actor: Any) -> list[CasePage]:
    """Ask for the approval of a case in several languages: of all, or of none.

    Raises: as `ask_for_approval`, with the language where there are several.
    """
    with together():
        return [_named(case, cases, lambda one: ask_for_approval(one, actor=actor)) for case in cases]


@operation
def approve_together(
    cases: Sequence[CasePage], *, actor: Any, seen: Mapping[int, str], note: str = ""
) -> list[CasePage]:
    """Approve and publish a case in several languages: all, or none. `seen`: the digest of the facts by page.

    Raises: as `approve_case`, with the language where there are several.
    """
    with together():
        return [
            _named(
                case, cases, lambda one: approve_case(one, actor=actor, seen=seen.get(one.pk, ""), note=note)
            )
            for case in cases
        ]


def _named(case: CasePage, cases: Sequence[CasePage], step: Any) -> CasePage:
    """Take a step with one of several; a refusal says of which language it speaks."""
    try:
        result: CasePage = step(case)
    except DomainError as error:
        if len(cases) > 1:
            name = case.locale.get_display_name()
            error.blockers = [f"{name}: {sentence}" for sentence in error.blockers or [error.detail]]
            error.detail = " ".join(error.blockers)
        raise
    return result
