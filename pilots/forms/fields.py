"""Which fields do the forms of this room share?"""

from typing import Any

from django import forms

from cic.core.form_fields import Lenient as Lenient
from cic.core.form_fields import LenientTextField as LenientTextField
from cic.core.form_fields import TextField as TextField
from cic.core.validators import check_date


class DayField(forms.DateField):
    """A day, in the browser's own picker."""

    default_validators = [check_date]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


class LenientChoiceField(Lenient, forms.TypedChoiceField):
    """A choice that is needed in the end, but not to save."""
