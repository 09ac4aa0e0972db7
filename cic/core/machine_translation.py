"""What does the translation service make of the texts that nobody has translated yet?"""

from typing import Any

import requests
from celery import shared_task
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from .background import Refused, enqueue
from .errors import DomainError
from .models.translations import MACHINE
from .operations import operation
from .permissions import can, require
from .translations import missing, translate

TIMEOUT_SECONDS = (5, 60)


@operation
def ask_for_the_rest(record: Any, language: str, *, permission: str, actor: Any) -> None:
    """Have the machine say in `language` what nobody has said yet. Asked twice for the same version, it is done once.

    Raises: NotAllowed; DomainError "wrong_state" when no service is set, or nothing is missing.
    """
    require(actor, permission, record)
    if not settings.TRANSLATION_URL:
        raise DomainError("wrong_state", _("This installation has no translation service."))
    if not missing(record, language):
        raise DomainError("wrong_state", _("Everything is translated already."))
    enqueue(
        "core.translate_rest",
        key=f"translate:{record._meta.label_lower}:{record.pk}:{record.version}:{language}",
        label=record._meta.label_lower,
        pk=record.pk,
        language=language,
        permission=permission,
        actor_id=actor.pk,
    )


@shared_task(name="core.translate_rest")
def translate_rest(*, label: str, pk: int, language: str, permission: str, actor_id: int) -> None:
    """Fetch the machine's texts for one record, then write them: a person's text is never replaced."""
    model = apps.get_model(label)
    actor = apps.get_model(settings.AUTH_USER_MODEL).objects.filter(pk=actor_id).first()
    record = model._base_manager.filter(pk=pk).first()
    if record is None:
        return
    if actor is None or not can(actor, permission, record):
        raise Refused("Whoever asked for it may no longer translate this.")
    sources = missing(record, language)
    if not sources:
        return
    texts = said_by_machine(list(sources.values()), record.text_language, language)
    if model._base_manager.filter(pk=pk, version=record.version).exists():
        translate(record, {language: dict(zip(sources, texts, strict=True))}, actor=actor, origin=MACHINE)


def said_by_machine(texts: list[str], source: str, target: str, form: str = "text") -> list[str]:
    """`texts` as TRANSLATION_URL says them in `target`, in their order; `form` is text or html. It speaks LibreTranslate's `POST /translate`.

    Raises: Refused when the service does not take the request; requests.RequestException when it does not answer,
    so that the job is tried again.
    """
    body = {"q": texts, "source": source, "target": target, "format": form}
    if settings.TRANSLATION_KEY:
        body["api_key"] = settings.TRANSLATION_KEY
    answer = requests.post(
        f"{settings.TRANSLATION_URL.rstrip('/')}/translate",
        json=body,
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )
    if 400 <= answer.status_code < 500 and answer.status_code != 429:
        raise Refused(f"The translation service answered {answer.status_code}.")
    answer.raise_for_status()
    said = answer.json().get("translatedText")
    if (
        not isinstance(said, list)
        or len(said) != len(texts)
        or not all(isinstance(text, str) for text in said)
    ):
        raise Refused("The translation service did not answer with one text for each.")
    return said
