"""How does somebody begin and end to follow, and who is due to be told?"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cic.core.background import enqueue_all, notify
from cic.core.digests import last_morning
from cic.core.errors import DomainError, NotAllowed, from_validation
from cic.core.models import AuditHead
from cic.core.operations import audit, edit, operation
from cic.core.permissions import require
from cic.core.tally import too_often
from community.choices import ASKS_PER_ADDRESS_AND_DAY, CONFIRM_HOURS, Frequency
from community.models import Follow, Group
from community.models.follows import digest, followed_name
from community.models.news import Fact, facts_between
from community.models.searches import in_words, matching
from community.models.subjects import named
from partners.operations.addresses import mail_address

SALT = "community.following"


@operation
def follow(
    subject: Any, *, actor: Any, frequency: str = Frequency.WEEKLY, language: str = "", address: str = ""
) -> Follow | None:
    """Follow a public record, a group one reads, or a search of the catalogue (as `spelled`): as who signed in, or by an address.

    An address is asked to confirm first. None when that was asked for too often today; whoever asks is told the
    same either way, so that nobody learns who follows what.
    Raises: NotAllowed; DomainError "invalid".
    """
    user = None if address else actor
    if user is None:
        address = mail_address(address, field="address")
    if user is not None:
        require(user, "community.follow", None if isinstance(subject, str) else subject)
    elif isinstance(subject, Group) and not subject.is_open:
        raise NotAllowed()
    elif too_often(f"follow-address:{digest(address)[:24]}", ASKS_PER_ADDRESS_AND_DAY, span_s=86400):
        return None
    row = _row_of(subject, user, address, frequency=frequency, language=language or settings.LANGUAGE_CODE)
    if user is None:
        _ask_to_confirm(row)
    else:
        row.frequency = frequency
        if row.confirmed_at is None:
            _confirm(row)
    row.save()
    said = {"of": subject_in_words(row), "frequency": row.frequency, "by": "account" if user else "address"}
    audit(row, "ask", actor=actor, after=said)
    return row


def _row_of(subject: Any, user: Any, address: str, **wishes: str) -> Follow:
    """The reader's follow of this, locked; a new one with these wishes where there is none."""
    is_search = isinstance(subject, str)
    about = {"search": subject} if is_search else {followed_name(subject): subject}
    reader = f"user:{user.pk}" if user is not None else address
    name = subject if is_search else f"{subject._meta.label_lower}:{subject.pk}"
    row = Follow(user=user, address=address, key=digest(f"{reader}|{name}"), **about, **wishes)
    try:
        row.full_clean(validate_unique=False, exclude=["source", "external_id"])
    except ValidationError as error:
        raise from_validation(error) from error
    values = {"user": user, "address": address, "token_expires_at": _end_of_asking(), **about, **wishes}
    Follow.objects.get_or_create(key=row.key, defaults=values)
    return Follow.objects.select_for_update().get(key=row.key)


def _end_of_asking() -> datetime:
    return timezone.now() + timedelta(hours=CONFIRM_HOURS)


def _confirm(row: Follow) -> None:
    """From here on it is wanted: what the log says until now is known from the page."""
    row.confirmed_at = row.asked_at = timezone.now()
    row.token_digest = row.token_expires_at = None
    row.told_position = log_position()


def _ask_to_confirm(row: Follow) -> None:
    """A mail with a link that works once; to who follows it already, where to change that."""
    token = secrets.token_urlsafe(32)
    wishes: dict[str, Any] = {"key": token[:16], "language": row.language}
    with translation.override(row.language):
        what = subject_in_words(row)
        if row.confirmed_at is not None:
            path = reverse("following", args=[reader_token(row.reader)])
            notify(row.address, "community.follow_known", **wishes, what=what, path=path)
            return
        row.token_digest, row.token_expires_at = digest(token), _end_of_asking()
        path = reverse("follow_confirm", args=[token])
    notify(row.address, "community.follow_confirm", **wishes, what=what, hours=CONFIRM_HOURS, path=path)


def asked_by(token: str) -> Follow | None:
    """The follow that a link of a mail is to confirm; None for one that is used, too old or not ours, or of what was closed since."""
    rows = Follow.objects.filter(token_digest=digest(token), token_expires_at__gt=timezone.now())
    row = rows.with_subjects().first()
    return row if row is not None and row.is_open else None


@operation
def confirm_follow(token: str, *, actor: Any = None) -> Follow:
    """Confirm what an address asked for: the link is the proof, and works once.

    Raises: DomainError "wrong_state".
    """
    asked = asked_by(token)
    rows = Follow.objects.select_for_update().filter(token_digest=digest(token), pk=asked.pk if asked else 0)
    row = rows.first()
    if row is None:
        raise DomainError("wrong_state", _("This link has been used, or is too old. Ask once more."))
    _confirm(row)
    row.save()
    audit(row, "confirm", actor=actor)
    return row


@operation
def end_follows(rows: Iterable[Follow], *, actor: Any = None, note: str = "") -> int:
    """Forget these follows, their address with them; how many there were."""
    ended = list(rows)
    for row in ended:
        audit(row, "end", actor=actor, before={"of": subject_in_words(row)}, note=note)
    Follow.objects.filter(pk__in=[row.pk for row in ended]).delete()
    return len(ended)


@operation
def change_frequency(row: Follow, frequency: str, *, actor: Any = None) -> Follow:
    """Hear of it more or less often.

    Raises: DomainError "invalid".
    """
    if frequency not in Frequency.values:
        raise DomainError("invalid", _("Choose how often."))
    return edit(row, {"frequency": frequency}, actor=actor)


@operation
def forget_unconfirmed(*, actor: Any = None) -> int:
    """Remove what nobody confirmed in time; how many addresses that were."""
    if actor is not None:
        raise NotAllowed()
    return Follow.objects.filter(confirmed_at=None, token_expires_at__lt=timezone.now()).delete()[0]


def reader_token(reader: str) -> str:
    """What opens the page of one reader's follows to whoever has their mails."""
    return signing.dumps(reader, salt=SALT)


def reader_of(token: str) -> str:
    """Whose follows a token opens; empty for one that we did not make."""
    try:
        return str(signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return ""


def subject_in_words(row: Follow) -> str:
    """What is followed, in the language in use."""
    record = row.record
    if record is None:
        return in_words(row.search)
    return named(record)


def log_position() -> int:
    """How far the log goes."""
    return AuditHead.objects.filter(pk=1).values_list("position", flat=True).first() or 0


# --- who is due --------------------------------------------------------------------------------------------------------


@operation
def ask_for_news(*, actor: Any = None, now: datetime | None = None) -> int:
    """Ask for a mail to each reader about whose follows the log says something new; how many were asked for.

    The place in the log moves on in the same transaction that writes the job: nothing is told twice or lost,
    however often or seldom the clock comes by.
    """
    if actor is not None:
        raise NotAllowed()
    until, now = log_position(), now or timezone.now()
    monday = last_morning(now, settings.TIME_ZONE, weekly=True)
    wanted = Follow.objects.confirmed().filter(told_position__lt=until)
    due = {
        Frequency.AT_ONCE: wanted.filter(frequency=Frequency.AT_ONCE),
        Frequency.WEEKLY: wanted.filter(frequency=Frequency.WEEKLY, asked_at__lt=monday),
    }
    return sum(_ask(rows, frequency, until, now) for frequency, rows in due.items())


def _ask(rows: Any, frequency: str, until: int, now: datetime) -> int:
    follows = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not follows:
        return 0
    facts = facts_between(min(row.told_position for row in follows), until)
    concerned = concerned_by(facts, follows)
    readers: dict[str, dict[str, int]] = {}
    for row in follows:
        if row.pk in concerned:
            readers.setdefault(row.reader, {})[str(row.pk)] = row.told_position
    events = {digest(f"{reader}|{frequency}|{until}"): since for reader, since in readers.items()}
    enqueue_all(
        "community.send_news",
        {
            f"news:{event}": {"event": event, "since": since, "until": until}
            for event, since in events.items()
        },
    )
    Follow.objects.filter(pk__in=[row.pk for row in follows]).update(told_position=until, asked_at=now)
    return len(readers)


def concerned_by(facts: list[Fact], follows: Iterable[Follow]) -> dict[int, list[Fact]]:
    """For each follow about which there is something new, by its id: the facts, oldest first."""
    by_key: dict[Any, list[Fact]] = {}
    for fact in facts:
        for key in fact.keys:
            by_key.setdefault(key, []).append(fact)
    appeared = [fact for fact in facts if fact.appears and fact.of[0] == "trial"]
    fitting: dict[str, set[int]] = {}
    found = {}
    for row in follows:
        if row.search:
            if row.search not in fitting:
                ids = {fact.of[1] for fact in appeared}
                fitting[row.search] = matching(row.search, ids) if ids else set()
            own = [fact for fact in appeared if fact.of[1] in fitting[row.search]]
        else:
            own = by_key.get(row.subject_key, [])
        own = [fact for fact in own if fact.position > row.told_position]
        if own:
            found[row.pk] = own
    return found
