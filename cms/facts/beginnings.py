"""What do idea, trial and outcome already say, in a language, of each part of the case that is made of them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from cic.core.models.translations import HUMAN, MACHINE, Said
from cms.calculations.countries import country_name


@dataclass(frozen=True)
class Beginning:
    """A text to begin with: whether all of it is said in the language, by whom, and whether its source changed since."""

    text: str
    is_said: bool = True
    origin: str = HUMAN
    is_outdated: bool = False


def beginnings(outcome: Any, language: str) -> Mapping[str, Beginning]:
    """By the fields of a case; what nobody has said in `language` stands in its own."""
    trial, idea = outcome.trial, outcome.trial.idea
    challenge = idea.challenge if idea else None
    promoter = trial.promoter
    started = trial.started_on or trial.starts_on

    def told(record: Any, *names: str) -> list[Said]:
        spoken = record.said_in(language) if record else None
        return [text for name in names if (text := getattr(spoken, name, Said()))]

    proposal = told(idea, "proposal")
    with translation.override(language):
        country = country_name(promoter.country) if promoter else ""
    return {
        "title": _together(told(trial, "title"), language),
        "responsible": Beginning(promoter.name if promoter else ""),
        "start": Beginning(str(started.year) if started else ""),
        "country": Beginning(country),
        "challenges": _together(told(idea, "problem") or told(challenge, "need"), language),
        "solution": _together(proposal or told(trial, "summary"), language),
        "consists_of": _together([*(told(trial, "summary") if proposal else []), *told(trial, "method")], language),
        "innovative": _together(told(idea, "novelty"), language),
        "added_value": _together(told(idea, "beneficiaries"), language),
        "lessons": _together(told(outcome, "lessons"), language),
        "future": _together(told(outcome, "replicability", "success_conditions"), language),
    }  # fmt: skip


def _together(texts: list[Said], language: str) -> Beginning:
    return Beginning(
        "\n\n".join(texts),
        is_said=all(text.language == language for text in texts),
        origin=MACHINE if any(text.is_machine for text in texts) else HUMAN,
        is_outdated=any(text.is_outdated for text in texts),
    )
