"""Which values do challenges, ideas, evaluations, decisions, trials and outcomes take?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cic.core.topics import Topic


class ChallengeState(models.TextChoices):
    """The life of a need."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open to ideas")
    CLOSED = "closed", _("Closed to ideas")
    SOLVED = "solved", _("Solved")


class IdeaState(models.TextChoices):
    """Where staff see an idea; partners and citizens see the table's public label."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SCREENING = "screening", _("In screening")
    MORE_INFORMATION = "more_information", _("More information asked")
    IN_EVALUATION = "in_evaluation", _("In evaluation")
    ACCEPTED = "accepted", _("Accepted")
    PARKED = "parked", _("Parked")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")
    MERGED = "merged", _("Merged into another")
    SPLIT = "split", _("Split into others")
    LAPSED = "lapsed", _("Lapsed without an answer")


class EvaluationState(models.TextChoices):
    """The life of one evaluator's task."""

    ASSIGNED = "assigned", _("Assigned")
    ACCEPTED = "accepted", _("Accepted, no conflict")
    RECUSED = "recused", _("Recused")
    SUBMITTED = "submitted", _("Submitted")
    LOCKED = "locked", _("Locked by the decision")


class Recommendation(models.TextChoices):
    """What an evaluator advises."""

    ACCEPT = "accept", _("Accept")
    PARK = "park", _("Park")
    DECLINE = "decline", _("Decline")


class DecisionVerdict(models.TextChoices):
    """What a body decided on an idea or a proof of concept."""

    ACCEPT = "accept", _("Accepted")
    PARK = "park", _("Parked")
    DECLINE = "decline", _("Declined")
    GO = "go", _("Go")
    PIVOT = "pivot", _("Pivot")
    NO_GO = "no_go", _("No-go")


class DecisionStage(models.TextChoices):
    """How far a decision is known."""

    RECORDED = "recorded", _("Decided, not yet notified")
    TOLD = "told", _("Notified")
    PUBLISHED = "published", _("Published")


class PartnerStage(models.TextChoices):
    """Whether an invited organisation has said yes."""

    INVITED = "invited", _("Invited")
    CONFIRMED = "confirmed", _("Confirmed")


class TrialKind(models.TextChoices):
    """The two kinds of trial."""

    POC = "poc", _("Proof of concept")
    PILOT = "pilot", _("Pilot")


class TrialState(models.TextChoices):
    """The life of a trial; each kind walks its own table."""

    # proof of concept
    PLANNED = "planned", _("Planned")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished, waiting for a decision")
    GO = "go", _("Go")
    PIVOT = "pivot", _("Pivot")
    NO_GO = "no_go", _("No-go")
    ABANDONED = "abandoned", _("Abandoned")
    # both
    RUNNING = "running", _("Running")
    # pilot
    PREPARING = "preparing", _("Preparing")
    READY = "ready", _("Ready to start")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended, waiting for evaluation")
    STOPPED = "stopped", _("Stopped early")
    EVALUATED = "evaluated", _("Evaluated")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


POC_STATES = ("planned", "running", "paused", "finished", "go", "pivot", "no_go", "abandoned")
PILOT_STATES = (
    "preparing", "ready", "running", "suspended", "ended", "stopped", "evaluated", "closed", "cancelled",
)  # fmt: skip
STARTED_STATES = (
    "running", "paused", "finished", "go", "pivot", "no_go", "suspended", "ended", "stopped", "evaluated", "closed",
)  # fmt: skip
LIVE_STATES = ("running", "paused", "suspended")
# The plan may still change freely: nothing has begun.
PLAN_STATES = ("planned", "preparing", "ready")
# Nothing more will happen in these: parts are no longer added or changed.
OVER_STATES = ("go", "pivot", "no_go", "abandoned", "closed", "cancelled")


class TrialProgress(models.TextChoices):
    """How far a trial has got, in six words that say the same of both kinds."""

    PREPARING = "preparing", _("Being prepared")
    RUNNING = "running", _("Being tried now")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Finished, being evaluated")
    DONE = "done", _("Finished")
    STOPPED = "stopped", _("Stopped or cancelled")


PROGRESS = {
    TrialProgress.PREPARING: PLAN_STATES,
    TrialProgress.RUNNING: ("running",),
    TrialProgress.PAUSED: ("paused", "suspended"),
    TrialProgress.ENDED: ("finished", "ended"),
    TrialProgress.DONE: ("go", "pivot", "no_go", "evaluated", "closed"),
    TrialProgress.STOPPED: ("stopped", "abandoned", "cancelled"),
}


class TrialStatus(models.TextChoices):
    """What a reader is told beyond the state, from the state and the plan's dates together."""

    STARTING_SOON = "starting_soon", _("Starting soon")
    LATE_START = "late_start", _("Later than planned, not started yet")
    PAST_END = "past_end", _("Running past its planned end")


# What partners and citizens read where the working word would not tell them enough.
PUBLIC_TRIAL_LABELS = {
    TrialState.PREPARING: _("Being prepared"),
    TrialState.PLANNED: _("Being prepared"),
    TrialState.FINISHED: _("Test finished, waiting for a decision"),
    TrialState.GO: _("Test passed: it goes on to a pilot"),
    TrialState.PIVOT: _("To be tried in another way"),
    TrialState.NO_GO: _("Test not passed"),
    TrialState.ABANDONED: _("Given up before its end"),
    TrialState.ENDED: _("Finished, results being evaluated"),
    TrialState.CANCELLED: _("Cancelled before it began"),
}
TRIAL_TONES = {
    TrialState.RUNNING: "progress",
    TrialState.READY: "progress",
    TrialStatus.STARTING_SOON: "progress",
    TrialState.PAUSED: "warn",
    TrialState.SUSPENDED: "warn",
    TrialStatus.LATE_START: "warn",
    TrialStatus.PAST_END: "warn",
    TrialState.FINISHED: "progress",
    TrialState.ENDED: "progress",
    TrialState.GO: "good",
    TrialState.EVALUATED: "good",
    TrialState.CLOSED: "good",
    TrialState.PIVOT: "warn",
    TrialState.NO_GO: "stop",
    TrialState.ABANDONED: "stop",
    TrialState.STOPPED: "stop",
    TrialState.CANCELLED: "stop",
}


class TrialPartnerRole(models.TextChoices):
    """What an organisation is in a trial."""

    PROMOTER = "promoter", _("Promoter")
    COORDINATOR = "coordinator", _("Coordinator")
    PARTICIPANT = "participant", _("Participant")
    ASSOCIATED = "associated", _("Associated partner")
    THIRD_PARTY = "third_party", _("Third party")
    TEST_SITE = "test_site", _("Test site")


class Comparison(models.TextChoices):
    """How a comparison place was chosen; a place without one is where the trial happens."""

    OTHER = "other", _("Comparison: not shown to be alike")
    ALIKE = "alike", _("Comparison: alike before the trial")
    CONTROLLED = "controlled", _("Comparison: alike, other influences accounted for")
    RANDOM = "random", _("Comparison: chosen by lot")


class PermitState(models.TextChoices):
    """Where a permit stands."""

    REQUESTED = "requested", _("Requested")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class IndicatorKind(models.TextChoices):
    """What an indicator holds."""

    NUMBER = "number", _("Number")
    PERCENTAGE = "percentage", _("Percentage, from numerator and denominator")
    BOOLEAN = "boolean", _("Yes or no")
    QUALITATIVE = "qualitative", _("Description")


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")


class Aggregation(models.TextChoices):
    """How periods become one figure."""

    LAST = "last", _("Last value")
    SUM = "sum", _("Sum")
    MEAN = "mean", _("Mean")


class MeasurementState(models.TextChoices):
    """The life of a measurement."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")


class ExtensionState(models.TextChoices):
    """The life of a request for more time."""

    REQUESTED = "requested", _("Requested")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class OutcomeVerdict(models.TextChoices):
    """What came of a trial."""

    SCALED = "scaled", _("Scaled up")
    ADOPTED = "adopted", _("Adopted")
    REPLICATED = "replicated", _("Replicated elsewhere")
    MORE_EVIDENCE = "more_evidence", _("More evidence needed")
    NOT_ADOPTED = "not_adopted", _("Not adopted")


class ProductKind(models.TextChoices):
    """What a trial produced."""

    PRODUCT = "product", _("Product")
    ARCHITECTURE = "architecture", _("Architecture")
    STANDARD = "standard", _("Standard")
    DATASET = "dataset", _("Dataset")


class LineageKind(models.TextChoices):
    """How one record came from another."""

    MERGED = "merged", _("Merged into")
    SPLIT = "split", _("Split into")
    DERIVED = "derived", _("Led to")
    SUCCEEDS = "succeeds", _("Succeeded by")
    REPLICATED = "replicated", _("Replicated as")


class Channel(models.TextChoices):
    """Among whom something is said about a record."""

    INTERNAL = "internal", _("Within the city")
    REVIEWERS = "reviewers", _("With the evaluators")
    PARTNER = "partner", _("With the partners")


MESSAGE_CHARACTERS = 5000
# How long after having sent it an author may change a message; units: minutes.
MESSAGE_EDIT_MINUTES = 15
# How often one person may invite the same organisation, into whichever ideas; units: per day.
INVITATIONS_PER_DAY = 10

TRL = [(level, str(level)) for level in range(1, 10)]  # ISO 16290:2013, technology readiness levels
# UN resolution A/RES/70/1
SDGS = [
    (1, _("1 · No poverty")),
    (2, _("2 · Zero hunger")),
    (3, _("3 · Good health and well-being")),
    (4, _("4 · Quality education")),
    (5, _("5 · Gender equality")),
    (6, _("6 · Clean water and sanitation")),
    (7, _("7 · Affordable and clean energy")),
    (8, _("8 · Decent work and economic growth")),
    (9, _("9 · Industry, innovation and infrastructure")),
    (10, _("10 · Reduced inequalities")),
    (11, _("11 · Sustainable cities and communities")),
    (12, _("12 · Responsible consumption and production")),
    (13, _("13 · Climate action")),
    (14, _("14 · Life below water")),
    (15, _("15 · Life on land")),
    (16, _("16 · Peace, justice and strong institutions")),
    (17, _("17 · Partnerships for the goals")),
]

# The most words each text of an idea should have. Saving always works; sending it checks.
IDEA_WORD_LIMITS = {
    "title": 20,
    "problem": 300,
    "proposal": 500,
    "novelty": 200,
    "beneficiaries": 150,
    "asked_of_city": 200,
}
IDEA_VERDICTS = (DecisionVerdict.ACCEPT, DecisionVerdict.PARK, DecisionVerdict.DECLINE)
TRIAL_VERDICTS = (DecisionVerdict.GO, DecisionVerdict.PIVOT, DecisionVerdict.NO_GO)
# How long before the day itself a reader is reminded of it; units: days.
REMINDER_DAYS = (7, 1)


# What people hear of, each in the way they choose; that a decision was taken they are told by law.
WEEKLY = "weekly"
TOPICS = {
    "decisions": Topic(
        _("Decisions about my ideas and trials"), ("pilots.decision_", "pilots.letter"), compulsory=True
    ),
    "information": Topic(
        _("The city asks for more information"),
        ("pilots.information_", "pilots.idea_lapsed"),
        compulsory=True,
    ),
    WEEKLY: Topic(
        _("On Mondays, one mail with what is late, waits on me or runs out, and with what I have not read"),
        ("pilots.monday",),
        is_digest=True,
    ),
    "ideas": Topic(_("Ideas: received, read, merged, withdrawn"), ("pilots.idea_",)),
    "consortia": Topic(_("Consortia: invitations and answers"), ("pilots.partner_",)),
    "evaluations": Topic(_("Evaluations assigned to me"), ("pilots.evaluation_",)),
    "trials": Topic(
        _("Trials start, pause, end, or something happens"), ("pilots.trial_", "pilots.extension_")
    ),
    "dates": Topic(
        _("Milestones, measurements and permits are due"),
        ("pilots.measurement_due", "pilots.milestone_late", "pilots.permit_ends"),
    ),
    "messages": Topic(_("Messages in conversations I read"), ("pilots.message_",)),
}
