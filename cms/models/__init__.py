"""What is the public face made of? Pages, the card of a case, and the approval by a second person."""

from .approvals import SecondPersonTask
from .calls import CallPage
from .cases import CaseFigure, CasePage, CasePhoto, CasesPage, Correction, Waiver, readable_pages
from .pages import (
    HomePage,
    RecordsPage,
    SearchPage,
    SitePage,
    approved_by_second_person,
)
from .previews import PreviewLink
from .records import (
    AgreementsPage,
    CentrePage,
    CentresPage,
    ChallengesPage,
    EventsPage,
    FiguresPage,
    OrganisationsPage,
    PilotsPage,
)
from .releases import Release
from .stories import NewsPage, StoryPage
from .upkeep import LinkCheck
from .written import PageRole, SectionPage, TextPage, WordedPage, WrittenPage

# Pages that have a picture of their own for sharing, by what their address calls them.
PAGES_WITH_PICTURES = {"cases": CasePage, "stories": StoryPage, "calls": CallPage}

__all__ = [
    "PAGES_WITH_PICTURES",
    "AgreementsPage",
    "CallPage",
    "CaseFigure",
    "CasePage",
    "CasePhoto",
    "CasesPage",
    "CentrePage",
    "CentresPage",
    "ChallengesPage",
    "EventsPage",
    "Correction",
    "FiguresPage",
    "HomePage",
    "LinkCheck",
    "NewsPage",
    "OrganisationsPage",
    "PageRole",
    "PilotsPage",
    "PreviewLink",
    "RecordsPage",
    "Release",
    "SearchPage",
    "SectionPage",
    "SecondPersonTask",
    "SitePage",
    "StoryPage",
    "TextPage",
    "Waiver",
    "WordedPage",
    "WrittenPage",
    "approved_by_second_person",
    "readable_pages",
]
