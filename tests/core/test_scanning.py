"""Does nobody open a file before the scanner has seen it, and is nothing lost while the scanner is away?"""

import io

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cic.core.background import sweep
from cic.core.bins import restore
from cic.core.checks import check_settings
from cic.core.errors import DomainError, NotAllowed
from cic.core.files import attach, detach, file_row
from cic.core.models import Attachment, AuditEntry, Job
from cic.core.scanning import check_again, finding_in, judge
from tests.core.ports import free_port
from tests.core.resource_contract import client_of
from tests.core.scanner import EICAR, FOUND, Scanner
from tests.factories.partners import (
    AgreementFactory,
    MembershipFactory,
    PartyFactory,
    StaffFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Scanner(tmp_path_factory.mktemp("clamd")) as scanner:
        yield scanner


@pytest.fixture
def scanner(daemon, settings):
    settings.SCANNER_URL = daemon.url


@pytest.fixture
def away(settings):
    """A scanner is set, and nobody answers there."""
    settings.SCANNER_URL = f"clamd://127.0.0.1:{free_port()}"


@pytest.fixture
def agreement():
    return AgreementFactory(state="in_review")


@pytest.fixture
def uploader():
    return UserFactory(email="uploader@example.org", language="en")


def hang(agreement, content, uploader, name="minutes.txt"):
    return attach(agreement, SimpleUploadedFile(name, content), actor=uploader)


def party_to(agreement):
    """The browser of somebody who works for a party, and so may open its files."""
    member = MembershipFactory()
    PartyFactory(agreement=agreement, organisation=member.organisation)
    return client_of(member.user)


def opens(client, attachment):
    return client.get(f"/files/{attachment.pk}/{attachment.name}").status_code


def try_again():
    """Let time pass until the jobs that failed are due."""
    Job.objects.open().update(run_at=timezone.now())
    sweep()


# --- f05: with a scanner ---


@pytest.mark.clamd
def test_f05_file_opens_once_it_was_found_harmless(scanner, agreement, uploader):
    reader = party_to(agreement)
    attachment = hang(agreement, b"What was agreed.", uploader)
    assert opens(reader, attachment) == 404
    assert file_row(attachment)["url"] == ""

    sweep()

    attachment.refresh_from_db()
    assert (attachment.held_since, attachment.finding) == (None, "")
    assert opens(reader, attachment) == 200
    assert AuditEntry.objects.filter(action="attachment.let_go").count() == 1


@pytest.mark.clamd
def test_f05_eicar_is_held_for_good_and_who_brought_it_is_told_once(scanner, agreement, uploader):
    reader = party_to(agreement)
    attachment = hang(agreement, EICAR, uploader)

    sweep()
    sweep()

    attachment.refresh_from_db()
    assert attachment.finding == FOUND
    assert [opens(client, attachment) for client in (reader, client_of(uploader))] == [404, 404]
    assert FOUND in file_row(attachment)["held"]
    actions = AuditEntry.objects.filter(action__startswith="attachment.").order_by("position")
    assert [row.action for row in actions] == ["attachment.attach", "attachment.hold"]
    [told] = [row for row in mail.outbox if row.to == ["uploader@example.org"]]
    subject, body = (
        text.replace("\u2060", "") for text in (told.subject, told.body)
    )  # no name becomes a link
    assert (subject, FOUND in body) == ("Your file is held back: minutes.txt", True)


@pytest.mark.clamd
def test_f05_scanner_that_refuses_to_look_lets_nothing_through(scanner, agreement, uploader):
    attachment = hang(agreement, b"a" * (2 << 20), uploader)  # more than it is set to take

    sweep()

    attachment.refresh_from_db()
    assert (bool(attachment.held_since), attachment.finding) == (True, "")
    assert Job.objects.get(task="core.scan_file").status == "retrying"


@pytest.mark.clamd
def test_f05_administrator_has_a_held_file_looked_at_again(scanner, agreement, uploader):
    attachment = hang(agreement, b"Not that bad.", uploader)
    judge(attachment, "Wrong-Signature")
    admin = client_of(StaffFactory(role="admin"))
    assert "Wrong-Signature" in admin.get("/workspace/jobs/").content.decode()

    assert admin.post("/workspace/jobs/", {"file": str(attachment.pk)}).status_code == 302
    assert opens(party_to(agreement), attachment) == 404
    try_again()

    assert opens(party_to(agreement), attachment) == 200
    assert "Wrong-Signature" not in admin.get("/workspace/jobs/").content.decode()


@pytest.mark.clamd
def test_f05_harmful_file_stays_held_when_it_comes_back_from_the_bin(scanner, agreement, uploader):
    attachment = hang(agreement, EICAR, uploader)
    sweep()
    attachment.refresh_from_db()
    detach(attachment, actor=uploader)

    restore(AuditEntry.objects.get(action="attachment.remove"), actor=None)

    assert Attachment.objects.get().finding == FOUND
    assert opens(party_to(agreement), attachment) == 404


@pytest.mark.clamd
def test_f05_scanner_speaks_by_its_socket_too(daemon, settings):
    settings.SCANNER_URL = f"clamd+unix://{daemon.socket}"

    assert [finding_in(io.BytesIO(content)) for content in (EICAR, b"What was agreed.")] == [FOUND, ""]


# --- f05: while the scanner is away ---


def test_f05_file_waits_for_a_scanner_that_is_away_and_is_not_shown(away, agreement, uploader):
    reader = party_to(agreement)
    attachment = hang(agreement, b"What was agreed.", uploader)

    sweep()
    try_again()

    attachment.refresh_from_db()
    assert (bool(attachment.held_since), attachment.finding, opens(reader, attachment)) == (True, "", 404)
    job = Job.objects.get(task="core.scan_file")
    assert (job.status, job.attempts) == ("retrying", 2)
    assert file_row(attachment)["held"] == "It is being checked, and opens once that is done."


def test_f05_file_removed_before_it_was_seen_ends_its_job(away, agreement, uploader):
    attachment = hang(agreement, b"What was agreed.", uploader)
    detach(attachment, actor=uploader)

    sweep()

    assert Job.objects.get(task="core.scan_file").status == "done"
    restore(AuditEntry.objects.get(action="attachment.remove"), actor=None)
    assert [job.status for job in Job.objects.filter(task="core.scan_file").order_by("pk")] == [
        "done",
        "waiting",
    ]


def test_f05_without_a_scanner_files_open_at_once(agreement, uploader):
    attachment = hang(agreement, b"What was agreed.", uploader)

    assert (attachment.held_since, opens(party_to(agreement), attachment)) == (None, 200)
    assert not Job.objects.filter(task="core.scan_file").exists()


def test_f05_only_who_runs_the_platform_has_a_file_looked_at_again(away, agreement, uploader):
    attachment = hang(agreement, b"What was agreed.", uploader)
    judge(attachment, "Something")

    with pytest.raises(NotAllowed):
        check_again(attachment, actor=StaffFactory(role="coordinator"))

    attachment.refresh_from_db()
    assert attachment.finding == "Something"


def test_a_file_that_waits_is_not_looked_at_again(away, agreement, uploader):
    attachment = hang(agreement, b"What was agreed.", uploader)

    with pytest.raises(DomainError) as refused:
        check_again(attachment, actor=StaffFactory(role="admin"))

    assert refused.value.code == "wrong_state"


@pytest.mark.parametrize("sent", ["", "x", "0", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_file_is_not_found(sent):
    assert client_of(StaffFactory(role="admin")).post("/workspace/jobs/", {"file": sent}).status_code == 404


def test_a_scanner_nobody_knows_is_refused_at_the_start(settings):
    settings.SCANNER_URL = "icap://127.0.0.1:1344"

    assert [found.id for found in check_settings(None)] == ["cic.E006"]
