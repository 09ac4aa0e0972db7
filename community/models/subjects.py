"""Which record goes by this reference, for this reader, and where is it read?"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from cic.core.choices import PUBLIC_STATES
from cic.core.models.translations import Said

ANYONE = AnonymousUser()


def readable_record(reference: str, models: Any, user: Any = ANYONE) -> Any:
    """The record of one of `models` that goes by `reference`; None where there is none for `user`.

    Public records are read as anybody reads them; what is posted in a group by whoever reads the group.
    """
    for model in models:
        if reference.startswith(f"{model.REFERENCE_PREFIX}-"):
            return _readable(model, user).filter(reference=reference).first()
    return None


def _readable(model: Any, user: Any) -> Any:
    if hasattr(model.objects, "read_by"):
        return model.objects.read_by(user)
    return model.objects.visible_to(ANYONE).filter(publication__in=PUBLIC_STATES)


def title_of(record: Any) -> Said:
    """What a record is called in the language in use; what people write in a group is in one language only."""
    said: Said = getattr(record.said, "title" if hasattr(record, "title") else "name")
    return said


def named(record: Any) -> Said:
    """A record by its reference and title, in the language of the title."""
    title = title_of(record)
    return title.with_words(f"{record.reference} · {title}")


def page_of(record: Any) -> str:
    """The address of the page of `record` outside of the workspace, in the language in use."""
    return reverse(getattr(record, "PAGE", "public_record"), args=[record.reference])


def crumbs_of(record: Any, *more: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The record, then `more`."""
    return [{"label": named(record), "url": page_of(record)}, *more]
