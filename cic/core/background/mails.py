"""How does a person hear of an event? By one mail each, in their language, sent from a job.

A template `<room>/mail/<kind>.txt` holds a first line `Subject: …` and then the text. It is rendered
when the mail is sent. What people typed is put in as inert text: it is never template code, it
cannot reach a header, and no mail program makes a link of it.
"""

import hashlib
import re
import smtplib
import uuid
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any

from celery import shared_task
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cic.core.models import Job
from cic.core.models.notifications import Delivery as NotificationDelivery
from cic.core.notifications import may_still_hear, tell, unsubscribe_path
from cic.core.texts import clean_text
from cic.core.topics import is_compulsory, topic_of

from .jobs import Refused
from .outbox import enqueue, enqueue_all, storable
from .passages import in_elements, knowing, marked, with_languages, without_marks

SUBJECT_LENGTH = 150
# Where a mail program would see the start of a link or the dot of a host name.
LINK_JOINTS = re.compile(r"(?<=:)(?=//)|(?<=\w)(?=\.[^\W\d_]{2})")
CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f]+")
WORD_JOINER = "\u2060"
# Stands for a line break inside a value while the first line of the template is looked for.
INNER_BREAK = "\ue000"
# The relay did not like us or our way in, not this mail: a matter for the administrator.
OUR_FAULT = frozenset({530, 534, 535, 538})


def notify(reader: Any, kind: str, *, key: str, language: str = "", **context: Any) -> Job | None:
    """Tell one reader about one event, once. See `notify_all`. None when they want no mail of it at once."""
    jobs = notify_all([reader], kind, key=key, language=language, **context)
    return jobs[0] if jobs else None


def notify_all(
    readers: Iterable[Any], kind: str, *, key: str, language: str = "", **context: Any
) -> list[Job]:
    """Tell readers about one event, each once: written down for them, and the mails' jobs, in this transaction.

    Returns the jobs, none for who wants no mail of it at once. The number of queries does not grow with that of readers.

    A reader is a user, a user's id or an e-mail address; `kind` such as "pilots.idea_submitted" names
    the template; `key` names the event. Addresses of this site go in as `path` or `url`, or under names
    that end so; everything else in `context` is inert text. A text that knows its language (such as
    `trial.own.title`) is marked with it where the mail is in another one.
    """
    get_template(template_name(kind))
    context = with_languages(context)
    who = list(dict.fromkeys(readers))
    known = get_user_model().objects.in_bulk([reader for reader in who if isinstance(reader, int)])
    people = [known.get(reader) if isinstance(reader, int) else reader for reader in who]
    people = get_user_model().objects.who_read([reader for reader in people if hasattr(reader, "pk")])
    events = {user: _event(kind, key, f"user:{user.pk}") for user in people}
    wishes = tell(events, kind, storable(context))
    mails = {
        event: {"user_id": user.pk, "address": ""}
        for user, event in events.items()
        if wishes[user.pk] == NotificationDelivery.AT_ONCE
    }
    for address in (reader for reader in who if isinstance(reader, str)):
        event = _event(kind, key, f"mail:{_digest(address.casefold())[:20]}")
        mails[event] = {"user_id": None, "address": address}
    common = {"kind": kind, "language": language, "context": context}
    return enqueue_all(
        "core.send_mail", {event: {"event": event, **to, **common} for event, to in mails.items()}
    )


def _event(kind: str, key: str, who: str) -> str:
    event = f"mail:{kind}:{key}:{who}"
    return event if len(event) <= 200 else f"mail:{_digest(event)}"


def post_mail(address: str, subject: str, text: str, *, key: str | None = None) -> Job:
    """Send a text that is ready, such as a password reset. It is forgotten once it is sent."""
    event = key or uuid.uuid4().hex
    return enqueue("core.send_text", key=key, event=event, address=address, subject=subject, text=text)


def template_name(kind: str) -> str:
    """`pilots.idea_submitted` → `pilots/mail/idea_submitted.txt`."""
    room, name = kind.split(".")
    return f"{room}/mail/{name}.txt"


@shared_task(name="core.send_mail", forgets=True)
def send_mail(
    *, event: str, kind: str, user_id: int | None, address: str, language: str, context: dict[str, Any]
) -> None:
    """Send the mail of one event to one reader, unless they left meanwhile."""
    name = ""
    if user_id is not None:
        user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
        if user is None or not may_still_hear(event, user):
            return
        name, address, language = user.get_full_name(), user.email, language or user.language
    unsubscribe = ""
    if user_id is not None and not is_compulsory(topic_of(kind)):
        unsubscribe = unsubscribe_path(user_id, topic_of(kind))
    values = {**context, "reader_name": name}
    subject, text = render_mail(kind, values, language or settings.LANGUAGE_CODE, unsubscribe=unsubscribe)
    deliver(address, subject, text, language=language, event=event, unsubscribe=unsubscribe)


@shared_task(name="core.send_text", forgets=True)
def send_text(*, event: str, address: str, subject: str, text: str) -> None:
    """Send a text that is ready."""
    deliver(address, subject, text, event=event)


def render_mail(
    kind: str, context: dict[str, Any], language: str, *, unsubscribe: str = ""
) -> tuple[str, str]:
    """Subject and text of a mail in `language`; `unsubscribe` is the path that ends such mails.

    Passages of the text that are in another language stand between marks (passages.py), which `deliver` makes elements of.
    """
    site = {
        "base_url": settings.BASE_URL,
        "site_name": settings.SITE_NAME,
        "city_name": settings.CITY_NAME,
    }
    with translation.override(language):
        known = knowing(context)
        values = {name: _inert(value, own=is_own_address(name, value)) for name, value in known.items()}
        values |= site
        # A mail is text: nothing in it is escaped for HTML until it is made into HTML.
        rendered = get_template(template_name(kind)).template.render(Context(values, autoescape=False))
        footer = _("You receive this because you take part in %(site)s of %(city)s: %(url)s") % {
            "site": settings.SITE_NAME,
            "city": settings.CITY_NAME,
            "url": settings.BASE_URL,
        }
        if unsubscribe:
            footer += "\n" + _("Fewer mails of this kind:") + f"\n{settings.BASE_URL}{unsubscribe}"
    first, _break, rest = rendered.strip().partition("\n")
    if not first.startswith("Subject: "):
        raise ValueError(f"{template_name(kind)} must begin with a line “Subject: …”.")
    subject = without_marks(first.removeprefix("Subject: ").replace(INNER_BREAK, " "))
    text = rest.replace(INNER_BREAK, "\n").strip()
    return subject, f"{text}\n\n-- \n{footer}\n"


def is_own_address(name: str, value: Any) -> bool:
    """Whether a value is an address of this site, by its name and by what it says."""
    if not isinstance(value, str) or not name.endswith(("path", "url")) or re.search(r"\s", value):
        return False
    return (value.startswith("/") and not value.startswith("//")) or value.startswith(f"{settings.BASE_URL}/")


def _inert(value: Any, *, own: bool = False) -> Any:
    """`value` with every text in it cleaned and, unless `own`, without anything a mail program links."""
    if isinstance(value, str):
        text = without_marks(clean_text(value, multiline=True).replace(INNER_BREAK, ""))
        text = text.replace("\n", INNER_BREAK)
        text = text if own else LINK_JOINTS.sub(WORD_JOINER, text)
        return marked(text, getattr(value, "language", ""), INNER_BREAK)
    if isinstance(value, dict):
        return {name: _inert(inner, own=is_own_address(name, inner)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_inert(inner) for inner in value]
    return value


def to_html(text: str, language: str) -> str:
    """`text` as plain HTML, a passage of another language in an element of its own.

    A line that is an address of this site becomes a link, nothing else does.
    """
    paragraphs = (
        format_html_join(mark_safe("<br>\n"), "{}", ((_line(line),) for line in block.split("\n")))
        for block in re.split(r"\n{2,}", text.strip())
    )
    body = format_html_join("\n", "<p>{}</p>", ((paragraph,) for paragraph in paragraphs))
    return format_html(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"></head><body>\n{}\n</body></html>\n',
        language or settings.LANGUAGE_CODE,
        body,
    )


def _line(line: str) -> SafeString:
    address = line.strip()
    if address.startswith(f"{settings.BASE_URL}/") and not re.search(r"\s", address):
        return format_html('<a href="{0}">{0}</a>', address)
    return in_elements(line)


def deliver(
    address: str, subject: str, text: str, *, language: str = "", event: str, unsubscribe: str = ""
) -> None:
    """Hand one mail to the relay. `unsubscribe`: the path that ends such mails by one click (RFC 8058).

    `event` gives the Message-ID, so that a mail repeated after a crash is seen to be the same.
    Raises: Refused when the address or the mail will never be accepted; else what the relay raised.
    """
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    try:
        mail = EmailMultiAlternatives(
            subject=CONTROLS.sub(" ", subject).strip()[:SUBJECT_LENGTH],
            body=without_marks(text),
            to=[address],
            headers={
                "Message-ID": f"<{_digest(event)[:40]}@{host}>",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                **(_one_click(unsubscribe) if unsubscribe else {}),
            },
        )
        mail.attach_alternative(to_html(text, language), "text/html")
        mail.send()
    except smtplib.SMTPException as error:
        if is_final(error):
            raise Refused(str(error)) from error
        raise
    except (ValueError, UnicodeError) as error:  # not an address, or a header that cannot be one
        raise Refused(f"{type(error).__name__}: {error}") from error


def _one_click(path: str) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{settings.BASE_URL}{path}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def refused_since(user: Any) -> Job | None:
    """The last mail to `user` that was refused for good and that nobody sent again since; else None."""
    # Every task that writes to somebody is called so, in whichever room: send_mail, send_digest, send_monday_mail.
    jobs = Job.objects.filter(task__contains=".send_", payload__user_id=user.pk)
    return jobs.filter(refused=True, done_at=None).exclude(parked_at=None).order_by("-parked_at").first()


def is_final(error: smtplib.SMTPException) -> bool:
    """Whether the relay will say the same next time: a 5xx about this mail or this address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        codes = [error.smtp_code]
    else:
        return False
    return bool(codes) and all(500 <= code < 600 and code not in OUR_FAULT for code in codes)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
