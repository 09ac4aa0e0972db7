"""What has become of what people follow since a place in the log, in words that its followers may read?

The log says that something changed and when; the words come from what is shown now, so that nothing is told that
was withdrawn since. What happens in a group concerns who follows that group and nobody else; whether they may still
read it is asked of the follow when the mail goes out. A higher room adds what it knows through `register_reader`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cic.core.choices import Publication
from cic.core.formats import day
from cic.core.models import AuditEntry
from community.choices import CommentState, DebateState
from pilots.choices import PUBLIC_TRIAL_LABELS, ChallengeState, MeasurementState, TrialState
from pilots.models import Challenge, Idea, LogEntry, Measurement, Milestone, Outcome, Trial
from pilots.transitions.challenges import CHALLENGE

from .comments import Comment, subject_name
from .debates import Debate
from .follows import followed_name
from .groups import Group
from .subjects import ANYONE, PUBLIC_STATES, named, page_of

Key = tuple[str, int]
WORDS_SHOWN = 280
# How far back in the log a feed looks: more than its entries, since not every change is one.
ENTRIES_READ = 400


@dataclass(frozen=True)
class Fact:
    """Something that happened to the record `of`; `keys` are all records whose followers hear of it."""

    position: int
    at: datetime
    of: Key
    title: str
    text: str
    path: str
    keys: frozenset[Key]
    appears: bool = False  # the record became public by it: nothing of before is told


Reader = Callable[[list[AuditEntry]], Iterator[Fact]]
_READERS: dict[str, Reader] = {}


def register_reader(label: str, reader: Reader) -> None:
    """Have `reader` say what entries about the model `label` mean to those who follow."""
    _READERS[label] = reader


def facts_between(since: int, until: int) -> list[Fact]:
    """What those who follow something may know of what the log says after `since`, up to `until`; in the language in use, oldest first."""
    entries = AuditEntry.objects.filter(position__gt=since, position__lte=until, object_type__in=_READERS)
    return facts_of(entries.order_by("position"))


def facts_about(record: Any, most: int) -> list[Fact]:
    """The latest `most` facts that those who follow `record` hear of, newest first."""
    own = (followed_name(record), record.pk)
    places = Q(pk__in=[])
    for label, rows in _parts(record).items():
        places |= Q(object_type=label, object_id__in=rows.order_by().values(text_id=Cast("pk", CharField())))
    entries = AuditEntry.objects.filter(places).order_by("-position")[:ENTRIES_READ]
    return [fact for fact in facts_of(reversed(entries)) if own in fact.keys][::-1][:most]


def _parts(record: Any) -> dict[str, Any]:
    """The rows of each model whose changes may concern those who follow `record`."""
    if isinstance(record, Trial):
        return {
            "pilots.trial": Trial.objects.filter(pk=record.pk),
            "pilots.outcome": Outcome.objects.filter(trial=record),
            "pilots.logentry": LogEntry.objects.filter(trial=record, is_public=True),
            "pilots.milestone": Milestone.objects.filter(trial=record),
            "pilots.measurement": Measurement.objects.filter(indicator__trial=record),
            "community.comment": Comment.objects.filter(trial=record),
        }
    if isinstance(record, Challenge):
        return {
            "pilots.challenge": Challenge.objects.filter(pk=record.pk),
            "pilots.idea": Idea.objects.filter(challenge=record),
            "pilots.trial": Trial.objects.filter(idea__challenge=record),
            "community.comment": Comment.objects.filter(challenge=record),
        }
    if isinstance(record, Group):
        return {
            "community.debate": Debate.objects.filter(group=record),
            "community.comment": Comment.objects.filter(debate__group=record),
        }
    return {
        "pilots.trial": Trial.objects.filter(centre=record),
        "pilots.outcome": Outcome.objects.filter(trial__centre=record),
        "pilots.challenge": Challenge.objects.filter(centre=record),
    }


def facts_of(entries: Iterable[AuditEntry]) -> list[Fact]:
    """What these entries mean to those who follow, oldest first."""
    by_type: dict[str, list[AuditEntry]] = {}
    for entry in entries:
        by_type.setdefault(entry.object_type, []).append(entry)
    found = [fact for label, rows in by_type.items() for fact in _READERS[label](rows)]
    appeared = {fact.of: fact.position for fact in found if fact.appears}
    return sorted(
        (fact for fact in found if fact.position >= appeared.get(fact.of, 0)), key=lambda fact: fact.position
    )


def became_public(entry: AuditEntry) -> bool:
    """Whether what it is about was shown to the public by it."""
    return entry.after.get("publication") in PUBLIC_STATES and (
        entry.before.get("publication") not in PUBLIC_STATES
    )


def was_corrected(entry: AuditEntry) -> bool:
    """Whether something public was marked as corrected by it."""
    return entry.after.get("publication") == Publication.CORRECTED and not became_public(entry)


def shown(model: Any, entries: Iterable[AuditEntry], *related: str) -> Mapping[int, Any]:
    """The rows the entries are about that anybody may read."""
    ids = {int(entry.object_id) for entry in entries}
    return model.objects.visible_to(ANYONE).select_related(*related).in_bulk(ids)


def read_trials(entries: list[AuditEntry]) -> Iterator[Fact]:
    """Trials: shown, corrected, one state further, or planned to end on another day."""
    rows = shown(Trial, entries, "idea")
    for entry in entries:
        trial = rows.get(int(entry.object_id))
        if trial is None:
            continue
        keys, state = {("trial", trial.pk)}, entry.after.get("state")
        appears = became_public(entry)
        if appears:
            text = _("A new pilot can be followed.")
            keys.add(("centre", trial.centre_id))
            if trial.idea is not None and trial.idea.challenge_id:
                keys.add(("challenge", trial.idea.challenge_id))
        elif was_corrected(entry):
            text = _("What is said of it was corrected.")
        elif state in TrialState.values:
            text = str(PUBLIC_TRIAL_LABELS.get(TrialState(state), TrialState(state).label))
        elif entry.after.get("ends_on") and entry.before.get("ends_on"):
            ends_on = date.fromisoformat(entry.after["ends_on"])
            text = _("It is now planned to end on %(day)s.") % {"day": day(ends_on)}
        else:
            continue
        yield _of_trial(entry, trial, text, keys, appears=appears)


def _of_trial(
    entry: AuditEntry, trial: Trial, text: str, keys: set[Key] | None = None, *, appears: bool = False
) -> Fact:
    own = ("trial", trial.pk)
    all_keys = frozenset(keys or {own})
    title = named(trial)
    return Fact(entry.position, entry.at, own, title, text, page_of(trial), all_keys, appears)


def read_outcomes(entries: list[AuditEntry]) -> Iterator[Fact]:
    """What came of a trial: shown, corrected."""
    rows = shown(Outcome, entries, "trial")
    for entry in entries:
        outcome = rows.get(int(entry.object_id))
        if outcome is None:
            continue
        keys = {("trial", outcome.trial_id), ("centre", outcome.trial.centre_id)}
        if became_public(entry):
            text = _("What came of it: %(verdict)s") % {"verdict": outcome.get_verdict_display()}
            yield _of_trial(entry, outcome.trial, text, keys)
        elif was_corrected(entry):
            yield _of_trial(entry, outcome.trial, _("What is said of its outcome was corrected."))


def read_log(entries: list[AuditEntry]) -> Iterator[Fact]:
    """The logbook, as far as it is public: the entry that made it so."""
    told = [entry for entry in entries if entry.after.get("is_public") is True]
    rows = shown(LogEntry, told, "trial")
    for entry in told:
        if (row := rows.get(int(entry.object_id))) is not None:
            yield _of_trial(entry, row.trial, Truncator(row.text).chars(WORDS_SHOWN))


def read_milestones(entries: list[AuditEntry]) -> Iterator[Fact]:
    """Milestones that were reached."""
    told = [entry for entry in entries if entry.after.get("done_on") and not entry.before.get("done_on")]
    rows = shown(Milestone, told, "trial")
    for entry in told:
        row = rows.get(int(entry.object_id))
        if row is not None and row.done_on is not None:
            yield _of_trial(entry, row.trial, _("Milestone reached: %(title)s") % {"title": row.said.title})


def read_measurements(entries: list[AuditEntry]) -> Iterator[Fact]:
    """Figures that were approved: once for each indicator."""
    told = [entry for entry in entries if entry.after.get("state") == MeasurementState.APPROVED]
    rows = shown(Measurement, told, "indicator__trial")
    latest = {row.indicator_id: entry for entry in told if (row := rows.get(int(entry.object_id)))}
    indicators = {row.indicator_id: row.indicator for row in rows.values()}
    for number, entry in latest.items():
        indicator = indicators[number]
        yield _of_trial(entry, indicator.trial, _("New figures: %(name)s") % {"name": indicator.said.name})


def read_challenges(entries: list[AuditEntry]) -> Iterator[Fact]:
    """Needs: shown, opened, closed, solved."""
    rows = {pk: row for pk, row in shown(Challenge, entries).items() if row.state != ChallengeState.DRAFT}
    for entry in entries:
        need = rows.get(int(entry.object_id))
        if need is None:
            continue
        own, state = ("challenge", need.pk), entry.after.get("state")
        appears = became_public(entry)
        if appears:
            text = _("A need of the city can be followed.")
        elif state in ChallengeState.values:
            text = str(CHALLENGE.public_labels.get(state, state))
        elif was_corrected(entry):
            text = _("What is said of it was corrected.")
        else:
            continue
        keys = {own, ("centre", need.centre_id)} if appears or state == ChallengeState.OPEN else {own}
        title = named(need)
        yield Fact(entry.position, entry.at, own, title, text, page_of(need), frozenset(keys), appears)


def read_ideas(entries: list[AuditEntry]) -> Iterator[Fact]:
    """Ideas that answer a need, once they are shown."""
    told = [entry for entry in entries if became_public(entry)]
    rows = shown(Idea, told, "challenge")
    for entry in told:
        idea = rows.get(int(entry.object_id))
        if idea is not None and idea.challenge is not None:
            own = ("challenge", idea.challenge_id)
            title = named(idea.challenge)
            text = _("An idea answers it: %(title)s") % {"title": idea.said.title}
            yield Fact(entry.position, entry.at, own, title, text, page_of(idea), frozenset({own}))


def read_comments(entries: list[AuditEntry]) -> Iterator[Fact]:
    """What the public says and the city answers, and what is said in debates."""
    told = [entry for entry in entries if entry.after.get("state") == CommentState.PUBLISHED]
    rows = {
        pk: row for pk, row in shown(Comment, told, "trial", "challenge").items() if row.debate_id is None
    }
    in_debates = Comment.objects.open().filter(debate__isnull=False).select_related("debate")
    rows |= in_debates.in_bulk([int(entry.object_id) for entry in told])
    for entry in told:
        row = rows.get(int(entry.object_id))
        if row is None:
            continue
        said = {"text": Truncator(row.text).chars(WORDS_SHOWN)}
        if row.official:
            text = _("The city answers: %(text)s") % said
        elif row.parent_id:
            text = _("An answer: %(text)s") % said
        elif row.debate_id:
            text = _("A contribution: %(text)s") % said
        else:
            text = _("Somebody says or asks: %(text)s") % said
        subject = row.subject
        own = subject_key_of(row)
        keys = {("group", row.debate.group_id)} if row.debate_id else {own}
        yield Fact(entry.position, entry.at, own, named(subject), text, page_of(subject), frozenset(keys))


def subject_key_of(comment: Comment) -> Key:
    """What a comment is about, as facts name it."""
    name = subject_name(comment.subject)
    return name, getattr(comment, f"{name}_id")


def read_debates(entries: list[AuditEntry]) -> Iterator[Fact]:
    """Debates that began, were closed with conclusions, or opened again."""
    rows = Debate.objects.in_bulk([int(entry.object_id) for entry in entries])
    for entry in entries:
        debate, state = rows.get(int(entry.object_id)), entry.after.get("state")
        if debate is None or state is None:
            continue
        if state == DebateState.CLOSED:
            text = _("Closed, with conclusions: %(text)s") % {
                "text": Truncator(debate.conclusions).chars(WORDS_SHOWN)
            }
        elif entry.before.get("state") == DebateState.CLOSED:
            text = _("The debate is open again.")
        else:
            text = _("A debate begins: %(text)s") % {"text": Truncator(debate.text).chars(WORDS_SHOWN)}
        keys = frozenset({("group", debate.group_id)})
        own = ("debate", debate.pk)
        yield Fact(entry.position, entry.at, own, named(debate), text, page_of(debate), keys)


for _label, _reader in {
    "pilots.trial": read_trials,
    "pilots.outcome": read_outcomes,
    "pilots.logentry": read_log,
    "pilots.milestone": read_milestones,
    "pilots.measurement": read_measurements,
    "pilots.challenge": read_challenges,
    "pilots.idea": read_ideas,
    "community.comment": read_comments,
    "community.debate": read_debates,
}.items():
    register_reader(_label, _reader)
