"""What is tried, from the need to the outcome?"""

from .challenges import Challenge
from .decisions import Decision
from .evaluations import CriteriaSet, Criterion, Evaluation, Score
from .ideas import Idea, IdeaAnnex, IdeaPartner, InformationRequest
from .imports import ImportFile, ImportKind, ImportNote, ImportRun, ImportState, SourceRecord
from .indicators import Indicator, IndicatorAmendment, Measurement
from .letters import Letter
from .lineage import Lineage
from .messages import Message
from .outcomes import Outcome, Product
from .places import Site
from .trials import (
    ExtensionRequest,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    SuccessCriterion,
    TeamPerson,
    Trial,
    TrialPartner,
)

__all__ = [
    "Challenge",
    "CriteriaSet",
    "Criterion",
    "Decision",
    "Evaluation",
    "ExtensionRequest",
    "Idea",
    "IdeaAnnex",
    "IdeaPartner",
    "ImportFile",
    "ImportKind",
    "ImportNote",
    "ImportRun",
    "ImportState",
    "Indicator",
    "IndicatorAmendment",
    "InformationRequest",
    "Letter",
    "Lineage",
    "LogEntry",
    "Measurement",
    "Message",
    "Milestone",
    "Outcome",
    "Permit",
    "Product",
    "Risk",
    "Score",
    "Site",
    "SourceRecord",
    "SuccessCriterion",
    "TeamPerson",
    "Trial",
    "TrialPartner",
]
