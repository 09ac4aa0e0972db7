"""Does anything confidential show anywhere? A word in every field of everything hidden, and a crawl that looks for it."""

import re
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.test import Client

from cic.celery import app
from cic.core.background import run_job
from cic.core.models import Attachment, AuditEntry, AuditHead, Job
from cic.urls import ROOMS
from community.models import Group
from community.operations.comments import write_comment
from community.operations.debates import move_debate, start_debate
from partners.models import (
    Agreement,
    Alias,
    Area,
    Centre,
    JoinRequest,
    Membership,
    Organisation,
    Party,
    Territory,
    User,
)
from pilots.models import CriteriaSet, Criterion
from tests.factories.community import FollowFactory, GroupMemberFactory

from .world import World, room_models

pytestmark = pytest.mark.django_db

# Two words: the first is searched for, so pages may echo it; the second may stand nowhere.
SOUGHT, HIDDEN = "zqsought", "zqhidden"
OPEN_TO_ALL = {Area, Centre, CriteriaSet, Criterion, Territory, User}
NOT_OF_THE_DOMAIN = {AuditEntry, AuditHead, Job}
# The city's staff know every organisation, whichever centre they work for.
KNOWN_TO_STAFF = {Alias, JoinRequest, Membership, Organisation}
# Columns of which a row has one or the other; rows with the other are made besides.
EITHER_OR = {"Follow.address", "Follow.search", "GroupMember.email"}
LOWER_ROLES = ["anonymous", "citizen", "rival", "other_coordinator"]
STARTS = [
    "/", "/ca/", "/es/", "/en/", "/fr/", "/workspace/", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt",
    "/api/v1/", "/api/v1/schema/", "/api/v1/docs/", "/no-such-page/", "/accounts/login/",
    f"/en/search/?q={SOUGHT}", f"/workspace/search/?q={SOUGHT}", "/admin/",
]  # fmt: skip
LINK = re.compile(r"""(?:href|src|action|hx-get)=["']([^"'<>]+)["']|<(?:loc|link|id)>([^<]+)</""")
MOST_PAGES = 700


def plant(world: World, *, besides: set[type[models.Model]] = frozenset()) -> int:
    """Put the words into every text of every confidential record; the number of records."""
    planted = 0
    party = world.sample(Agreement).parties.get(organisation=world.organisation)
    world._samples.setdefault(Party, party)
    for model in room_models():
        if model in OPEN_TO_ALL | NOT_OF_THE_DOMAIN | besides or model not in domain_models():
            continue
        record = one_of(world, model)
        values = {
            field.name: value
            for field in model._meta.concrete_fields
            if (value := _word(field)) is not None and f"{model.__name__}.{field.name}" not in EITHER_OR
        }
        if model is Organisation:
            values |= {"state": "pending"}
        model._default_manager.filter(pk=record.pk).update(**values)
        _hang_file(record)
        planted += 1
    return planted + talk_in_hidden_group(world)


def talk_in_hidden_group(world: World) -> int:
    """Say the words in a group that only the member is in, ask and invite with them, and have others follow it; how many."""
    member, group = world.users["member"], world.sample(Group)
    words = f"{SOUGHT} {HIDDEN}"
    debate = start_debate({"group": group, "title": words, "text": words}, actor=member)
    said = write_comment({"debate": debate, "text": words, "language": "en"}, actor=member)
    write_comment({"parent": said, "text": f"{words} again", "language": "en"}, actor=member)
    move_debate(debate, "close", actor=member, changes={"conclusions": words})
    GroupMemberFactory(group=group, user=world.users["rival"], state="removed", role="member", message=words)
    GroupMemberFactory(
        group=group, user=None, email=f"{SOUGHT}@{HIDDEN}.example", state="invited", role="member"
    )
    for role in ("citizen", "rival", "other_coordinator"):
        FollowFactory(user=world.users[role], trial=None, group=group)
    FollowFactory(
        user=None, trial=None, address=f"{SOUGHT}@{HIDDEN}.example", search=f"?search={SOUGHT}+{HIDDEN}"
    )
    return 8


def domain_models() -> list[type[models.Model]]:
    """The models of what the product is about."""
    return [model for model in room_models() if model._meta.app_label in ("partners", "events", "pilots")]


def one_of(world: World, model: type[models.Model]) -> models.Model:
    """The world's row of `model`; where it may have no second one, the one that came with something else."""
    try:
        with transaction.atomic():
            return world.sample(model)
    except IntegrityError:
        return model._default_manager.order_by("-pk")[0]


def _word(field: models.Field) -> Any:
    if (
        field.primary_key
        or field.choices
        or field.is_relation
        or field.name in ("source", "external_id", "publication")
    ):
        return None
    if isinstance(field, models.EmailField):
        return f"{SOUGHT}@{HIDDEN}.example"
    if isinstance(field, models.URLField) or field.name in ("url", "website", "register_url"):
        return f"https://{HIDDEN}.example/{SOUGHT}"
    if isinstance(field, models.JSONField):
        return {SOUGHT: HIDDEN} if field.name == "source_values" else None
    if isinstance(field, models.TextField) or (
        isinstance(field, models.CharField) and (field.max_length or 0) >= 20
    ):
        return None if field.name in ("from_type", "to_type") else f"{SOUGHT} {HIDDEN}"[: field.max_length]
    return None


def _hang_file(record: models.Model) -> None:
    attachment = Attachment(
        object_type=record._meta.label_lower, object_id=record.pk, name=f"{SOUGHT}-{HIDDEN}.txt", title=f"{SOUGHT} {HIDDEN}",
        confidentiality="public", content_type="text/plain", size_bytes=8, checksum="0" * 64,
    )  # fmt: skip
    attachment.file.save("x", ContentFile(f"{SOUGHT} {HIDDEN}".encode()), save=True)


def look(client: Client, address: str) -> tuple[int, str]:
    """Status, and everything the response says: its headers and its body."""
    response = client.get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.streaming:
        response.close()
    return response.status_code, f"{response.headers}\n{body.decode('utf-8', 'replace')}"


def crawl(client: Client, starts: list[str]) -> list[str]:
    """Every address of this site that can be reached by links; those that show the hidden word."""
    waiting, seen, leaks = list(starts), set(starts), []
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        status, text = look(client, address)
        assert status < 500, f"{address} answers {status}"
        if HIDDEN in text.lower():
            leaks.append(address)
        for found in LINK.findall(text):
            url = urldefrag(urljoin(f"http://testserver{address}", unescape(found[0] or found[1])))[0]
            parts = urlsplit(url)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            ours = parts.hostname in ("testserver", "127.0.0.1", "localhost") and parts.scheme in (
                "http",
                "https",
            )
            if ours and path not in seen and not parts.path.startswith(("/static/", "/accounts/logout")):
                seen.add(path)
                waiting.append(path)
    return leaks


def api_addresses(world: World) -> list[str]:
    """Every list of the API, sought through, exported and ordered; every record by its id."""
    addresses = []
    for room in ROOMS:
        for name, viewset in room.API:
            addresses += [
                f"/api/v1/{name}/",
                f"/api/v1/{name}/?count=true&limit=1000",
                f"/api/v1/{name}/?search={SOUGHT}",
            ]
            if viewset.model in domain_models():
                pk = one_of(world, viewset.model).pk
                addresses += [
                    f"/api/v1/{name}/{pk}/",
                    f"/api/v1/{name}/{pk}/history/",
                    f"/api/v1/{name}/{pk}/moves/",
                ]
    return addresses


def workspace_addresses(world: World) -> list[str]:
    """Every page of the workspace, asked for with the ids of what is hidden."""
    addresses, hidden = [], sorted({one_of(world, model).pk for model in domain_models()})
    for room in ROOMS:
        for route in room.WORKSPACE:
            text = str(route.pattern)
            pks = hidden if "<int:pk>" in text else [0]
            for pk in pks:
                path = re.sub(r"<int:\w+>", str(pk), text)
                path = re.sub(r"<\w+:\w+>", "edit", path)
                if "<" not in path:
                    addresses.append(f"/workspace/{path}")
    talk = [f"/en/comments/{pk}/{page}" for pk in hidden for page in ("", "report/", "edit/", "withdraw/")]
    addresses += talk
    files = Attachment.objects.values_list("pk", "name")
    return addresses + [f"/files/{pk}/{name}" for pk, name in files]


@pytest.mark.parametrize("role", LOWER_ROLES)
def test_l01_canary_is_seen_by_no_lower_role(world, role, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    planted = plant(world, besides=KNOWN_TO_STAFF if role == "other_coordinator" else set())
    client = Client()
    client.raise_request_exception = False
    if world.users[role]:
        client.force_login(world.users[role])

    leaks = crawl(client, [*STARTS, *api_addresses(world), *workspace_addresses(world)])

    assert planted > 20
    assert leaks == []


def test_l01_canary_is_seen_by_whom_it_concerns(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plant(world)
    client = Client()
    client.force_login(world.users["coordinator"])

    seen = [address for address in api_addresses(world) if HIDDEN in look(client, address)[1].lower()]

    # A control: the crawl finds the words where they may be read.
    assert len(seen) > 20


@pytest.mark.parametrize("role", LOWER_ROLES)
def test_l04_l05_sought_word_finds_and_counts_nothing(world, role, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plant(world, besides=KNOWN_TO_STAFF if role == "other_coordinator" else set())
    client = Client()
    if world.users[role]:
        client.force_login(world.users[role])
    found = {}
    for room in ROOMS:
        for name, viewset in room.API:
            if viewset.model in KNOWN_TO_STAFF and role == "other_coordinator":
                continue
            response = client.get(f"/api/v1/{name}/?search={SOUGHT}&count=true")
            if response.status_code == 200 and response.json()["count"]:
                found[name] = response.json()["count"]

    assert found == {}


def test_l01_canary_is_in_no_mail_to_a_lower_role(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plant(world)
    for row in app.conf.beat_schedule.values():
        app.tasks[row.get("kwargs", {}).get("task", row["task"])].run()
    for pk in Job.objects.due().values_list("pk", flat=True):
        run_job(pk)
    lower = {world.users[role].email for role in LOWER_ROLES if world.users[role]}

    told = [
        letter for letter in mail.outbox if HIDDEN in letter.message().as_string() and set(letter.to) & lower
    ]

    assert told == []
