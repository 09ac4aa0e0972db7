"""Does every mail reach its reader once, in their language, and as nothing but text?"""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.template import TemplateDoesNotExist
from django.utils import timezone

from cic.core.background import notify, post_mail, run_job, sweep
from cic.core.background.mails import render_mail, to_html
from cic.core.models import Job, Said
from tests.core.relay import Relay
from tests.factories.partners import UserFactory

pytestmark = pytest.mark.django_db

GREETING = """{% load i18n %}Subject: {% translate "January" %}: {{ title }}

{{ reader_name }},

{{ note }}

{{ base_url }}{{ path }}
"""


@pytest.fixture(autouse=True)
def _templates(settings, tmp_path):
    folder = tmp_path / "tests" / "mail"
    folder.mkdir(parents=True)
    (folder / "greeting.txt").write_text(GREETING)
    (folder / "headless.txt").write_text("{{ title }}")
    template = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**template, "DIRS": [*template["DIRS"], tmp_path]}]


@pytest.fixture
def smtp(settings):
    def use(relay, **more):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", relay.port, 1
        for name, value in more.items():
            setattr(settings, name, value)

    return use


def greet(reader, **context):
    values = {"title": "Quiet streets", "note": "Hello", "path": "/workspace/ideas/7/"} | context
    return notify(reader, "tests.greeting", key="idea:7", **values)


def run_again(job):
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now() - timedelta(seconds=1))
    run_job(job.pk)
    job.refresh_from_db()
    return job


def plain(text):
    return text.replace("\u2060", "")


def test_k06_one_mail_for_each_event_and_reader():
    first, second = UserFactory(), UserFactory()
    for _ in range(3):
        greet(first)
        greet(second)

    for _ in range(3):
        sweep()

    assert sorted(message.to[0] for message in mail.outbox) == sorted([first.email, second.email])


def test_a_mail_speaks_its_readers_language():
    for language in ("ca", "es", "en", "fr"):
        greet(UserFactory(language=language))

    sweep()

    words = {message.subject.partition(":")[0] for message in mail.outbox}
    assert words == {"gener", "enero", "January", "janvier"}


def test_somebody_who_may_no_longer_sign_in_gets_no_mail():
    reader = UserFactory()
    job = greet(reader)
    reader.is_active = False
    reader.save()

    sweep()

    job.refresh_from_db()
    assert (mail.outbox, job.status) == ([], "done")


def test_an_address_without_an_account_is_written_to_once():
    greet("guest@example.org")
    greet("Guest@example.org")

    sweep()

    assert [message.to for message in mail.outbox] == [["guest@example.org"]]


def test_a_mail_without_a_template_is_refused_at_once():
    with pytest.raises(TemplateDoesNotExist):
        notify("guest@example.org", "tests.nothing", key="1")


def test_a_template_without_a_subject_is_an_error_somebody_sees():
    job = notify("guest@example.org", "tests.headless", key="1", title="x")

    sweep()

    job.refresh_from_db()
    assert (job.status, mail.outbox) == ("retrying", [])
    assert "Subject" in job.error


def test_what_was_sent_is_forgotten():
    job = greet(UserFactory())
    link = post_mail("guest@example.org", "Reset", "https://example.org/reset/secret/")

    sweep()

    job.refresh_from_db()
    link.refresh_from_db()
    assert (job.payload, link.payload) == ({}, {})
    assert mail.outbox[1].body == "https://example.org/reset/secret/"


def test_i03_a_line_break_in_a_title_reaches_no_header():
    greet(UserFactory(), title="Quiet\r\nBcc: everyone@example.org\nX: \x00\x1by")

    sweep()

    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert mail.outbox[0].subject.endswith("Quiet Bcc: everyone@example\u2060.org X: y")
    assert "Bcc" not in mail.outbox[0].body


def test_i03_a_bad_address_is_parked_and_the_next_mail_goes_out():
    bad = notify(
        "guest@example.org\nBcc: x@example.org", "tests.greeting", key="1", title="x", note="", path=""
    )
    greet("good@example.org")

    sweep()

    bad.refresh_from_db()
    assert bad.status == "bounced"
    assert [message.to for message in mail.outbox] == [["good@example.org"]]


@pytest.mark.parametrize(
    "name",
    [
        "[Pulse](https://evil.example)",
        '<a href="https://evil.example">x</a>',
        "{{ settings.SECRET_KEY }}",
        "{% include 'base.html' %}",
        "{event.__init__}",
        "%(x)s",
        "www.evil.example",
        "me@evil.example",
    ],
)
def test_i05_what_people_type_is_text_and_no_link(name):
    greet(UserFactory(name=name, language="en"), title=name, note=name)

    sweep()

    message = mail.outbox[0]
    html = message.alternatives[0][0]
    assert plain(message.subject).endswith(name)
    assert plain(message.body).count(name) == 2
    assert "://evil" not in message.body + html
    assert "evil.example" not in message.body + html
    assert html.count("<a ") == html.count('<a href="http://127.0.0.1:8000/workspace/ideas/7/"') == 1


@pytest.mark.parametrize("path", ["//evil.example/x", "https://evil.example/x", "/x https://evil.example"])
def test_i05_an_address_of_another_site_is_no_address(path):
    _subject, text = render_mail("tests.greeting", {"path": path, "title": "", "note": ""}, "en")

    assert "evil.example" not in text


def test_the_lines_of_a_note_stay_lines():
    _subject, text = render_mail(
        "tests.greeting", {"path": "/", "title": "x", "note": "one\ntwo\n\nthree"}, "en"
    )

    assert "one\ntwo\n\nthree" in text
    assert "<p>one<br>\ntwo</p>\n<p>three</p>" in to_html(text, "en")


def test_nobody_is_asked_to_reply_and_machines_are_told():
    greet(UserFactory())
    greet(UserFactory())

    sweep()

    first, second = (message.message() for message in mail.outbox)
    assert first["Reply-To"] is None
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"].endswith("@localhost>")
    assert first["Message-ID"] != second["Message-ID"]


def test_a_mail_repeated_after_a_crash_is_seen_to_be_the_same():
    job = greet(UserFactory())
    payload = job.payload
    run_job(job.pk)
    Job.objects.update(done_at=None, payload=payload)
    run_job(job.pk)

    assert len({message.message()["Message-ID"] for message in mail.outbox}) == 1
    assert len(mail.outbox) == 2


# --- k05: what a relay can do ---


def test_k05_a_mail_goes_out_over_smtp(smtp):
    with Relay() as relay:
        smtp(relay)
        greet(UserFactory(email="reader@example.org", language="en"))
        sweep()

    [received] = relay.mails
    assert received["To"] == "reader@example.org"
    assert "/workspace/ideas/7/" in received.get_body(("plain",)).get_content()
    assert received.get_body(("html",)) is not None


def test_k05_a_relay_that_is_away_costs_the_request_nothing_and_loses_nothing(smtp):
    with Relay() as relay:
        smtp(relay)
    job = greet(UserFactory())
    assert (job.status, job.attempts) == ("waiting", 0)

    sweep()

    job.refresh_from_db()
    assert job.status == "retrying"
    assert "refused" in job.error.lower()
    with Relay() as relay:
        smtp(relay)
        assert run_again(job).status == "done"
    assert len(relay.mails) == 1


@pytest.mark.parametrize("where", ["to_sender", "to_recipient", "to_data"])
def test_k05_not_now_is_tried_again(smtp, where):
    with Relay(**{where: "451 come back later"}) as relay:
        smtp(relay)
        job = greet(UserFactory())
        sweep()
        job.refresh_from_db()
        assert job.status == "retrying"
        setattr(relay, where, "250 ok")

        assert run_again(job).status == "done"
        assert len(relay.mails) == 1


@pytest.mark.parametrize("where", ["to_sender", "to_recipient", "to_data"])
def test_k05_never_is_a_bounce(smtp, where):
    with Relay(**{where: "550 no such mailbox"}) as relay:
        smtp(relay)
        job = greet(UserFactory())
        sweep()

    job.refresh_from_db()
    assert (job.status, job.attempts, relay.mails) == ("bounced", 1, [])
    assert "no such mailbox" in job.error


def test_k05_a_relay_that_wants_us_to_sign_in_is_no_bounce(smtp):
    with Relay(to_sender="530 authentication required") as relay:
        smtp(relay)
        job = greet(UserFactory())
        sweep()

    job.refresh_from_db()
    assert job.status == "retrying"


def test_k05_a_silent_relay_holds_nobody_for_long(smtp):
    with Relay(silent=True) as relay:
        smtp(relay)
        job = greet(UserFactory())
        start = time.monotonic()
        sweep()
        elapsed = time.monotonic() - start

    job.refresh_from_db()
    assert job.status == "retrying"
    assert elapsed < 30


# Django leaves the socket of a failed STARTTLS to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("offers_tls", [True, False])
def test_k05_nothing_goes_out_in_the_clear_when_encryption_is_asked_for(smtp, offers_tls):
    with Relay(offers_tls=offers_tls) as relay:
        smtp(relay, EMAIL_USE_TLS=True)
        job = greet(UserFactory())
        sweep()

    job.refresh_from_db()
    assert (job.status, relay.mails) == ("retrying", [])
    assert not [line for line in relay.heard if line.upper().startswith((b"MAIL", b"RCPT", b"DATA"))]


def test_a_text_of_another_language_stands_in_an_element_of_its_own():
    reader = UserFactory(name="Núria", language="ca")

    greet(reader, title=Said.of("Quiet streets", "en"), note=Said.of("Quiet nights", "en"))
    greet(
        UserFactory(language="en"), title=Said.of("Quiet streets", "en"), note=Said.of("Quiet nights", "en")
    )
    sweep()

    catalan, english = mail.outbox
    html = catalan.alternatives[0][0]
    assert catalan.subject == "gener: Quiet streets"
    assert '<html lang="ca">' in html
    assert '<p>Núria,</p>\n<p><span lang="en">Quiet nights</span></p>' in html
    assert "<p>Quiet nights</p>" in english.alternatives[0][0]
    assert "\ue001" not in catalan.subject + catalan.body + html


def test_each_line_of_such_a_text_is_marked_and_what_a_filter_cuts_is_not():
    values = {"path": "/", "title": "x", "note": Said.of("one <b>\n\ntwo", "en")}

    _subject, text = render_mail("tests.greeting", values, "ca")
    html = to_html(text, "ca")

    assert '<p><span lang="en">one &lt;b&gt;</span></p>\n<p><span lang="en">two</span></p>' in html
    cut = text.replace("two\ue003", "tw…")
    assert "<p>tw…</p>" in to_html(cut, "ca")
    assert render_mail("tests.greeting", values, "en")[1].count("\ue001") == 0


def test_what_people_type_cannot_mark_a_passage():
    note = '\ue001en\ue002one\ue003 \ue001x"><script>'

    _subject, text = render_mail("tests.greeting", {"path": "/", "title": "x", "note": note}, "ca")

    assert "\ue001" not in text
    assert "<span" not in to_html(text, "ca")
    assert "<script" not in to_html(text, "ca")
