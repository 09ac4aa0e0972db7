"""Which addresses does the site answer, by which methods, and what stands in for their arguments?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern, URLPattern

from cic.core.models import ApiToken, Attachment, Delivery, Export, Webhook
from cic.urls import ROOMS
from cms.models import CallPage, CasePage, CentrePage, PreviewLink, SectionPage, StoryPage, TextPage
from community.models import Comment, Debate, Group, GroupMember
from events import models as events
from partners import models as partners
from pilots import models as pilots

from .tables import ways

API = dict(resource for room in ROOMS for resource in room.API)
# What an id stands for, by the word before it in the address.
BEFORE_ID = {
    "tokens": ApiToken,
    "keys": Authenticator,
    "machine-keys": ApiToken,
    "machines": partners.Machine,
    "my-data/exports": partners.DataExport,
    "people": get_user_model(),
    "roles": partners.Appointment,
    "organisations": partners.Organisation,
    "aliases": partners.Alias,
    "join-requests": partners.JoinRequest,
    "memberships": partners.Membership,
    "centres": partners.Centre,
    "team-members": partners.TeamMember,
    "agreements": partners.Agreement,
    "parties": partners.Party,
    "amendments": partners.Amendment,
    "amendment-signatures": partners.AmendmentSignature,
    "obligations": partners.Obligation,
    "resources": partners.Resource,
    "gifts": partners.ResourceGift,
    "meetings": partners.Meeting,
    "committee-actions": partners.CommitteeAction,
    "documents": Attachment,
    "files": Attachment,
    "photos": Attachment,
    "challenges": pilots.Challenge,
    "ideas": pilots.Idea,
    "assign": partners.Centre,
    "spread": partners.Centre,
    "invitations": pilots.IdeaPartner,
    "requests": pilots.InformationRequest,
    "evaluations": pilots.Evaluation,
    "workspace/criteria": pilots.CriteriaSet,
    "trials/criteria": pilots.SuccessCriterion,
    "decisions": pilots.Decision,
    "letters": pilots.Letter,
    "trials": pilots.Trial,
    "partners": pilots.TrialPartner,
    "team": pilots.TeamPerson,
    "sites": pilots.Site,
    "permits": pilots.Permit,
    "milestones": pilots.Milestone,
    "risks": pilots.Risk,
    "log": pilots.LogEntry,
    "extensions": pilots.ExtensionRequest,
    "indicators": pilots.Indicator,
    "measurements": pilots.Measurement,
    "messages": pilots.Message,
    "outcomes": pilots.Outcome,
    "products": pilots.Product,
    "imports": pilots.ImportRun,
    "webhooks": Webhook,
    "webhook-messages": Delivery,
    "comments": Comment,
    "events": events.Event,
    "sessions": events.Session,
    "appearances": events.Appearance,
    "registrations": events.Registration,
    "capsules": events.Capsule,
    "takings": events.Taking,
    "certificates": events.Certificate,
    "sheet-templates": events.SheetTemplate,
    "template-sections": events.TemplateSection,
    "groups": Group,
    "group-members": GroupMember,
    "debates": Debate,
    "cases": CasePage,
    "pages": CasePage,
    "site-pages": TextPage,
    "stories": StoryPage,
    "calls": CallPage,
    "sections": SectionPage,
    "centre-texts": CentrePage,
    "preview-links": PreviewLink,
    "exports": Export,
}
# Arguments that are no ids: one value each.
OTHERS = {
    "code": "invalid",
    "label": "pilots.trial",
    "source": "register",
    "external_id": "unheard-of",
    "fingerprint": "none",
    "key": "none",
    "token": "none",
    "secret": "none",
    "uidb36": "1",
    "section": "wagtail",
    "language": "es",
    "kind": "pilots",
    "reference": "none",
    "slug": "none",
    "provider_id": "none",
    "step": "places",
    "name": "none",
    "number": 1,
    "document_id": 1,
    "document_filename": "none.pdf",
    "page_view_restriction_id": 1,
    "page_id": 1,
    "restriction_id": 1,
}
LANGUAGE = "en"


@dataclass(frozen=True)
class Route:
    """One method at one address; `template` has its arguments as `<name>`."""

    method: str
    template: str
    move: str = ""

    @property
    def shown(self) -> str:
        """The address as the table has it."""
        return self.template.replace("<name>", self.move) if self.move else self.template


def _walk(patterns: Any, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        part = f"{LANGUAGE}/" if isinstance(pattern.pattern, LocalePrefixPattern) else str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield prefix + part, pattern
        else:
            yield from _walk(pattern.url_patterns, prefix + part)


def simple(route: str) -> str:
    """`route` with its arguments as `<name>`, whether it is written as a path or as a regular expression."""
    route = re.sub(r"<\w+:(\w+)>", r"<\1>", route)
    while (start := route.find("(?P<")) >= 0:
        depth, end = 0, start
        while True:
            depth += {"(": 1, ")": -1}.get(route[end], 0)
            end += 1
            if depth == 0:
                break
        name = route[start + 4 : route.index(">", start)]
        route = f"{route[:start]}<{name}>{route[end:]}"
    return re.sub(r"\(.*\)\*?\)?", "", route).replace("^", "").replace("$", "").replace("\\", "")


def patterns() -> list[tuple[str, URLPattern]]:
    """Every address of the site; those of the editor are walked by a test of their own."""
    found = ((simple(route), pattern) for route, pattern in _walk(get_resolver().url_patterns))
    return [(route, pattern) for route, pattern in found if not route.startswith("/admin/")]


def routes() -> list[Route]:
    """Every method at every address; each move of a noun is a route of its own."""
    found: dict[Route, None] = {}
    for template, pattern in patterns():
        actions = getattr(pattern.callback, "actions", None)
        methods = [method.upper() for method in actions if method != "head"] if actions else ["GET", "POST"]
        for method in methods:
            if template.endswith("/moves/<name>/"):
                found.update({Route(method, template, move): None for move in moves_at(template)})
            else:
                found[Route(method, template)] = None
    return list(found)


def model_at(template: str, argument: str = "pk") -> Any:
    """The model whose id stands at `argument`."""
    before = template.split(f"/<{argument}>")[0].rsplit("/", 2)
    if template.startswith("/api/v1/"):
        return ApiToken if before[-1] == "tokens" else API[before[-1]].model
    return BEFORE_ID.get("/".join(before[-2:])) or BEFORE_ID[before[-1]]


def moves_at(template: str) -> list[str]:
    """The names of the moves of the noun at this address, of all its kinds and tables."""
    noun = model_at(template)._meta.model_name
    return list(
        dict.fromkeys(row.name for (name, _field), moves in ways().items() if name == noun for row in moves)
    )


def address_of(route: Route, world: Any) -> str:
    """The address of `route` in `world`."""

    def value(match: re.Match) -> str:
        name = match[1]
        if name == "name" and route.move:
            return route.move
        if name in ("pk", "file"):
            if route.template.startswith("/workspace/audit/"):
                return str(world.sample(pilots.Trial).pk)
            return str(world.sample(model_at(route.template, "file" if name == "file" else "pk")).pk)
        return str(OTHERS[name])

    return re.sub(r"<(\w+)>", value, route.template)
