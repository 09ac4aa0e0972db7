"""Which public pages are there? Every live page of a language, and one record of each kind beneath those that show records."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from cms.models import CasePage
from community.models import Comment, Debate, Follow, Group
from community.operations.follows import reader_token
from events.models import Certificate, Registration, Session
from events.operations.mailing import place_token
from pilots.models import Trial

LINK = re.compile(r'(?:href|action|hx-get)="([^"]+)"')


def links(text: str) -> Iterator[str]:
    """The addresses of this site that a page leads to, without what follows a question mark."""
    for found in LINK.findall(text):
        parts = urlsplit(unescape(found))
        if not parts.netloc and parts.path.startswith("/"):
            yield parts.path


def public_pages(language: str) -> list[str]:
    """Every live page of a language, one record of each kind beneath the pages that show records, and the open data."""
    client = Client()
    paths = [f"/{language}/data/", f"/{language}/data/pilots/"]
    for page in Page.objects.live().filter(depth__gt=1, locale__language_code=language):
        path = urlsplit(page.get_url()).path
        paths.append(path)
        beneath = sorted(
            {
                linked
                for linked in links(client.get(path).content.decode())
                if linked.startswith(path) and linked != path and page.depth > 2
            }
        )
        kinds = {linked.removeprefix(path).split("-")[0]: linked for linked in beneath}
        paths += kinds.values()
        if "P" in kinds:
            paths.append(f"/embed/{language}/pilots/{kinds['P'].removeprefix(path)}")
            paths.append(f"/embed/{language}/figures/state/")
    cases = CasePage.objects.live().filter(locale__language_code=language)
    paths += [f"/embed/{language}/cases/{case.slug}/" for case in cases[:1]]
    return list(dict.fromkeys(paths))


def further_pages(language: str) -> list[str]:
    """The public pages that no page of the tree holds: groups and talk, forms and what comes after them, links of mails."""
    trial = Trial.objects.filter(publication="public").order_by("pk")[0]
    debate = Debate.objects.filter(group__access="open").order_by("pk")[0]
    group = Group.objects.filter(access="on_request").order_by("pk")[0]
    comment = Comment.objects.filter(trial=trial, state="published").order_by("pk").first()
    comment = comment or Comment.objects.filter(state="published").order_by("pk")[0]
    session = Session.objects.shown().filter(state="published").order_by("pk")[0]
    follow, place = Follow.objects.order_by("pk")[0], Registration.objects.order_by("pk")[0]
    certificate = Certificate.objects.order_by("pk")[0]
    routes: list[tuple[str, list[object]]] = [
        ("groups", []),
        ("group_page", [debate.group.reference]),
        ("group_page", [group.reference]),
        ("discussion", [debate.reference]),
        ("discussion", [trial.reference]),
        ("comment", [comment.pk]),
        ("follow", [trial.reference]),
        ("follow_asked", []),
        ("following", [reader_token(follow.reader)]),
        ("feedback", []),
        ("feedback_sent", []),
        ("register", [session.reference]),
        ("register_asked", [session.reference]),
        ("registration", [place_token(place)]),
        ("certificate_check_form", []),
        ("certificate_check", [certificate.code]),
        ("security_policy", []),
    ]
    search = Page.objects.live().get(content_type__model="searchpage", locale__language_code=language)
    with override(language):
        paths = [reverse(name, args=args) for name, args in routes]
    return [*paths, f"{urlsplit(search.get_url()).path}?q=a"]
