"""Which fields do the forms of several rooms share?"""

from typing import Any

from django import forms


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
