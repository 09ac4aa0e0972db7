"""What is the public face made of? Pages, the card of a case, and the approval by a second person."""

from .approvals import SecondPersonTask
from .cases import CaseFigure, CasePage, CasesPage, Correction, Waiver
from .pages import HomePage, PageRole, RecordsPage, SearchPage, SitePage, TextPage, approved_by_second_person
from .records import AgreementsPage, CentresPage, ChallengesPage, PilotsPage
from .releases import Release

__all__ = [
    "AgreementsPage",
    "CaseFigure",
    "CasePage",
    "CasesPage",
    "CentresPage",
    "ChallengesPage",
    "Correction",
    "HomePage",
    "PageRole",
    "PilotsPage",
    "RecordsPage",
    "Release",
    "SearchPage",
    "SecondPersonTask",
    "SitePage",
    "TextPage",
    "Waiver",
    "approved_by_second_person",
]
