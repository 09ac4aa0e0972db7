"""What does the clock do for those who follow: ask for news, send it, forget what nobody confirmed?"""

from typing import Any

from celery import shared_task
from celery.schedules import crontab
from django.urls import reverse
from django.utils import translation

from cic.core.background.mails import deliver, render_mail
from community.models import Follow
from community.models.news import facts_between
from community.operations import follows as operations

NEWS_SECONDS = 300
# How many lines one record takes in a mail; its page has the others.
LINES_AT_MOST = 12


@shared_task(name="community.ask_for_news")
def ask_for_news() -> None:
    """Ask for the mails that are due."""
    operations.ask_for_news()


@shared_task(name="community.forget_unconfirmed")
def forget_unconfirmed() -> None:
    """Remove addresses that nobody confirmed."""
    operations.forget_unconfirmed()


@shared_task(name="community.send_news", forgets=True)
def send_news(*, event: str, since: dict[str, int], until: int) -> None:
    """Send one reader what is new of what they follow and still want; nothing when nothing is left to say."""
    rows = Follow.objects.confirmed().with_subjects().filter(pk__in=[int(pk) for pk in since]).order_by("pk")
    follows = [row for row in rows if row.is_open]
    if not follows:
        return
    for row in follows:
        row.told_position = since[str(row.pk)]
    first = follows[0]
    language = first.user.language if first.user else first.language
    with translation.override(language):
        groups = groups_of(follows, until)
        path = reverse("following", args=[operations.reader_token(first.reader)])
    if not groups:
        return
    address = first.user.email if first.user else first.address
    context = {"reader_name": first.user.name if first.user else "", "groups": groups}
    subject, text = render_mail("community.news", context, language, unsubscribe=path)
    deliver(address, subject, text, language=language, event=f"news:{event}", unsubscribe=path)


def groups_of(follows: list[Follow], until: int) -> list[dict[str, Any]]:
    """What is new, by record, the newest first; each thing once, though it concerns several follows."""
    facts = facts_between(min(row.told_position for row in follows), until)
    told = {
        (fact.position, fact.of): fact
        for own in operations.concerned_by(facts, follows).values()
        for fact in own
    }
    groups: dict[str, dict[str, Any]] = {}
    for fact in sorted(told.values(), key=lambda fact: -fact.position):
        group = groups.setdefault(
            fact.title, {"title": fact.title, "path": fact.path, "lines": [], "more": 0}
        )
        if len(group["lines"]) < LINES_AT_MOST:
            group["lines"].append(fact.text)
        else:
            group["more"] += 1
    return list(groups.values())


BEAT = {
    "community.ask_for_news": {"task": "community.ask_for_news", "schedule": NEWS_SECONDS},
    "community.forget_unconfirmed": {"task": "community.forget_unconfirmed", "schedule": crontab(minute=37)},
}
