"""What does anybody see of the city's needs, and of the ideas that answer them?"""

from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.formats import day
from cic.core.models import Said
from cms.choices import CallState
from cms.frame import Frame
from pilots.choices import ChallengeState
from pilots.models import Challenge, Idea, Trial
from pilots.models.chains import stations_of, with_chain
from pilots.transitions.challenges import CHALLENGE
from pilots.transitions.ideas import IDEA

from . import ANYONE, calls
from .chains import decisions_about, sentence
from .lists import paged
from .participants import taking_part
from .pilots import with_cards


def ordered() -> Any:
    """Public needs: open ones first, then by date."""
    first = Case(
        When(state=ChallengeState.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return (
        Challenge.objects.visible_to(ANYONE)
        .exclude(state=ChallengeState.DRAFT)
        .select_related("centre")
        .annotate(first=first)
        .order_by("first", "-pk")
    )


def dress(challenges: list[Challenge], frame: Frame) -> list[Challenge]:
    """Needs with address, state and the words beneath a card."""
    for challenge in challenges:
        challenge.url = frame.address("challengespage", f"{challenge.reference}/")
        challenge.shown = CHALLENGE.badge(challenge, public=True)
        words: list[str] = [challenge.said.territory_text] if challenge.territory_text else []
        challenge.propose_url = calls.propose_url(challenge) if challenge.takes_ideas else ""
        if challenge.closes_on and challenge.takes_ideas:
            words.append(_("open to ideas until %(day)s") % {"day": day(challenge.closes_on)})
        challenge.meta = words
    return challenges


def dress_ideas(ideas: list[Idea], frame: Frame) -> list[Idea]:
    """Ideas with address, public state and the words beneath a card."""
    for idea in ideas:
        idea.url = frame.address("challengespage", f"{idea.reference}/")
        idea.shown = IDEA.badge(idea, public=True)
        idea.meta = [idea.organisation.name] if idea.organisation else []
    return ideas


def listed(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """Calls and needs open now, earlier ones with what came of them, and the public ideas; `?search=` narrows."""
    text = request.GET.get("search", "")[:200]
    needs = ordered()
    ideas = Idea.objects.visible_to(ANYONE).select_related("organisation").order_by("-pk")
    if text.strip():
        needs, ideas = needs.search(text), ideas.search(text)
    context = paged(request, ideas)
    shown = dress(list(needs[: calls.LISTED]), frame)
    now = [need for need in shown if need.takes_ideas]
    earlier = [need for need in shown if not need.takes_ideas]
    came = calls.results(need.pk for need in earlier)
    for need in earlier:
        need.meta = [*need.meta, *came.get(need.pk, [])]
    announced = [] if text.strip() else calls.pages(frame)
    return {
        **context,
        "text": text,
        "calls": [call for call in announced if call.state != CallState.CLOSED],
        "past_calls": [call for call in announced if call.state == CallState.CLOSED][::-1],
        "challenges": now,
        "earlier": earlier,
        "needs_shown": len(shown),
        "needs_more": needs.count() if len(shown) == calls.LISTED else 0,
        "ideas": dress_ideas(context["rows"], frame),
    }


def show(reference: str, frame: Frame) -> dict[str, Any]:
    """One need, the ideas that answer it and what is tried for it.

    Raises: Http404.
    """
    found = ordered().filter(reference=reference).prefetch_related("areas")
    challenge = found.first()
    if challenge is None:
        raise Http404
    dress([challenge], frame)
    ideas = (
        Idea.objects.visible_to(ANYONE)
        .filter(challenge=challenge)
        .select_related("organisation")
        .order_by("-pk")
    )
    trials = Trial.objects.visible_to(ANYONE).filter(idea__challenge=challenge).order_by("-pk")
    return {
        "challenge": challenge,
        "ideas": dress_ideas(list(ideas[:60]), frame),
        "trials": with_cards(trials[:24], frame),
    }


def show_idea(reference: str, frame: Frame) -> dict[str, Any]:
    """One idea, the need it answers, what was decided and why, and what it led to.

    Raises: Http404.
    """
    found = with_chain(Idea.objects.visible_to(ANYONE).filter(reference=reference), ANYONE)
    told = taking_part().filter(pk=OuterRef("organisation_id"))
    idea = (
        found.annotate(organisation_has_page=Exists(told))
        .select_related("organisation", "challenge__centre", "merged_into")
        .first()
    )
    if idea is None:
        raise Http404
    dress_ideas([idea], frame)
    challenge = idea.challenge if idea.challenge and idea.challenge.is_public else None
    if challenge:
        dress([challenge], frame)
    trials = with_cards(Trial.objects.visible_to(ANYONE).filter(idea=idea).order_by("pk")[:24], frame)
    decisions = list(decisions_about([idea.pk], []))
    merged = idea.merged_into if idea.merged_into and idea.merged_into.is_public else None
    return {
        "idea": idea,
        "organisation_url": frame.address("organisationspage", f"{idea.organisation_id}/")
        if idea.organisation_has_page
        else "",
        "challenge": challenge,
        "trials": trials,
        "decisions": decisions,
        "stations": story_of_idea(idea, challenge, decisions, trials),
        "merged": merged,
        "merged_url": frame.address("challengespage", f"{merged.reference}/") if merged else "",
    }


def story_of_idea(
    idea: Idea, challenge: Any, decisions: list[Any], trials: list[Trial]
) -> list[dict[str, Any]]:
    """The line of an idea (of `with_chain`), with what is public of each station."""
    facts: dict[str, dict[str, Any]] = {
        "idea": {
            "date": timezone.localdate(idea.submitted_at) if idea.submitted_at else None,
            "reason": idea.said.title,
        }
    }
    if challenge:
        facts["need"] = {"url": challenge.url, "reason": challenge.said.title}
    if decisions:
        last = decisions[-1]
        words = f"{last.get_verdict_display()}, {last.body}"
        facts["evaluation"] = {
            "date": last.decided_on,
            "note": words,
            "reason": Said.of(sentence(last.reasons), idea.language),
        }
    for trial in trials:
        facts[trial.kind] = {"url": trial.url, "date": trial.started_on, "note": trial.shown["label"]}
    return [{**row, **facts.get(row["key"], {})} for row in stations_of(idea)]


def around(record: Any) -> dict[str, Any]:
    """Address, title and description of the page of a need or an idea."""
    said = record.said
    is_need = isinstance(record, Challenge)
    return {
        "record": record,
        "tail": f"{record.reference}/",
        "title": said.title,
        "description": said.need if is_need else said.problem,
        "share": f"{'challenges' if is_need else 'ideas'}/{record.reference}",
    }
