"""Which public record goes by this reference, and where is it read?"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from cic.core.choices import PUBLIC_STATES

ANYONE = AnonymousUser()


def public_record(reference: str, models: Any) -> Any:
    """The record of one of `models` that anybody may read under `reference`; None where there is none."""
    for model in models:
        if reference.startswith(f"{model.REFERENCE_PREFIX}-"):
            rows = model.objects.visible_to(ANYONE).filter(publication__in=PUBLIC_STATES)
            return rows.filter(reference=reference).first()
    return None


def title_of(record: Any) -> str:
    """What a public record is called in the language in use."""
    return str(record.said.title if "title" in record.TRANSLATED else record.said.name)


def named(record: Any) -> str:
    """A public record by its reference and title."""
    return f"{record.reference} · {title_of(record)}"


def page_of(record: Any) -> str:
    """The address of the public page of `record`, in the language in use."""
    return reverse("public_record", args=[record.reference])
