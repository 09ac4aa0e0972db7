"""How does the domain say no? One exception with a code, a sentence a person can act on, and its fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.shortcuts import render
from django.utils.translation import gettext as _

STATUS = {
    "invalid": 400,
    "unknown_move": 404,
    "not_allowed": 403,
    "wrong_state": 409,
    "incomplete": 409,
    "limit": 409,
    "duplicate": 409,
    "stale": 412,
}


class DomainError(Exception):
    """A refusal. Nothing has been written when it is raised out of an operation.

    `fields` maps a field name to its sentences; `blockers` lists what stands in the way.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        blockers: Sequence[str] = (),
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = STATUS[code]
        self.fields = {name: [str(text) for text in texts] for name, texts in (fields or {}).items()}
        self.blockers = [str(text) for text in blockers]


class NotAllowed(DomainError):
    """The actor may see the object but may not do this to it."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("not_allowed", detail or _("You may not do this here."))


def from_validation(error: ValidationError) -> DomainError:
    """The DomainError "invalid" that says what a ValidationError says."""
    fields = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    sentences = [text for texts in fields.values() for text in texts]
    return DomainError("invalid", " ".join(sentences), fields=fields)


def csrf_failure(request: Any, reason: str = "") -> Any:
    """The page for a refused form: says how to go on, keeps the status 403."""
    return render(request, "403.html", {"csrf": True}, status=403)
