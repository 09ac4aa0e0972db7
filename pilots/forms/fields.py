"""Which fields do the forms of this room share?"""

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day, in the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


class TextField(forms.CharField):
    """A text of several lines; `words` is its soft limit, counted while one writes."""

    def __init__(self, *, rows: int = 5, words: int | None = None, **kwargs: Any) -> None:
        attrs: dict[str, Any] = {"rows": rows}
        if words:
            attrs["data-words"] = words
        super().__init__(widget=forms.Textarea(attrs=attrs), **kwargs)
