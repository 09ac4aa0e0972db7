"""Which fields do the forms of several rooms share?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

MOST_DIGITS = 18
# Beside a field that is printed for everybody.
READ_BY_ALL = gettext_lazy(
    "Everybody can read this on the public page, as soon as there is one: name nobody."
)


def public(help_text: Any) -> Any:
    """What stands beside a field, and that everybody can read it."""
    return format_lazy("{} {}", help_text, READ_BY_ALL)


def is_no_id(value: Any) -> bool:
    """Whether a value is a number that no record goes by, and that SQLite cannot even compare."""
    text = str(value)
    return text.isdecimal() and len(text) > MOST_DIGITS


class RealIds:
    """A choice of several records that refuses such numbers before the database is asked."""

    def _check_values(self, value: Any) -> Any:
        for part in filter(is_no_id, value):
            raise ValidationError(
                self.error_messages["invalid_choice"],  # type: ignore[attr-defined]
                code="invalid_choice",
                params={"value": part, "pk": part},
            )
        return super()._check_values(value)  # type: ignore[misc]


class IdsField(RealIds, forms.ModelMultipleChoiceField):
    """Several records by their ids."""


class Lenient:
    """A field that is needed in the end, but not to save: it is not called optional, and may stay empty."""

    def validate(self, value: Any) -> None:
        """Check what is there; leave it to the operation to ask for what is not."""
        if value not in self.empty_values:  # type: ignore[attr-defined]
            super().validate(value)  # type: ignore[misc]


class TextField(forms.CharField):
    """A text of several lines; `words` is its soft limit, counted while one writes."""

    def __init__(self, *, rows: int = 5, words: int | None = None, **kwargs: Any) -> None:
        attrs: dict[str, Any] = {"rows": rows}
        if words:
            attrs["data-words"] = words
        super().__init__(widget=forms.Textarea(attrs=attrs), **kwargs)


class LenientCharField(Lenient, forms.CharField):
    """A text of one line that is needed in the end, but not to save."""


class LenientTextField(Lenient, TextField):
    """A text that is needed in the end, but not to save."""
