"""How does a form name a day, a person or one organisation among thousands?"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.validators import check_date
from partners.models import Organisation, User
from partners.models.users import fold_address

SUGGESTED_AT_MOST = 8
_NUMBER = re.compile(r"#(\d{1,12})\s*$")


class DayInput(forms.DateInput):
    """A day, picked or typed, sent as ISO 8601 whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A form field for a day."""

    widget = DayInput
    default_validators = [check_date]


class ShortText(forms.Textarea):
    """A text of a few lines."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"rows": 3, **(attrs or {})})


class OrganisationField(forms.CharField):
    """One organisation by words of its name, or by “#” and its number where several have the same.

    `queryset` is set by the form: what the reader may name. A choice list would be thousands long.
    """

    queryset = Organisation.objects.none()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("label", gettext_lazy("Organisation"))
        kwargs.setdefault("help_text", gettext_lazy("Write its name, or enough of it to be the only one."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The name behind a stored id."""
        if isinstance(value, int):
            organisation = Organisation.objects.filter(pk=value).first()
            return f"{organisation.name} #{organisation.pk}" if organisation else ""
        return value

    def clean(self, value: Any) -> Any:
        """The organisation. Raises: ValidationError naming what would fit."""
        text = super().clean(value)
        if not text:
            return None
        organisations = self.queryset.unmerged()
        if number := _NUMBER.search(text):
            chosen = organisations.filter(pk=int(number[1])).first()
            if chosen is None:
                raise ValidationError(_("There is no organisation with this number."))
            return chosen
        visible = set(
            organisations.filter(pk__in=[o.pk for o in organisations.matching(text)]).values_list(
                "pk", flat=True
            )
        )
        exact = [organisation for organisation in organisations.matching(text) if organisation.pk in visible]
        found = exact or list(organisations.search(text).order_by("sort_key")[: SUGGESTED_AT_MOST + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("No organisation has these words in its name."))
        names = "; ".join(
            f"{organisation.name} #{organisation.pk}" for organisation in found[:SUGGESTED_AT_MOST]
        )
        raise ValidationError(_("Several fit. Write one of these: %(names)s"), params={"names": names})


class PersonField(forms.EmailField):
    """A person by their e-mail address, for those who may read addresses."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Person"))
        kwargs.setdefault("help_text", gettext_lazy("The e-mail address with which this person signs in."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The person. Raises: ValidationError when nobody signs in with this address."""
        address = super().clean(value)
        if not address:
            return None
        person = User.objects.filter(email=fold_address(address), is_active=True).first()
        if person is None:
            raise ValidationError(_("Nobody signs in with this address."))
        return person


class RecordForm(forms.ModelForm):
    """A form over a record: days are picked, long texts are tall, every text goes through the operation's cleaning."""

    def __init__(self, *args: Any, user: Any = None, parent: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.parent = user, parent
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
                field.widget.is_required = field.required
            elif type(field.widget) is forms.Textarea:
                field.widget.attrs.setdefault("rows", 5)
            elif isinstance(field, OrganisationField):
                field.queryset = (
                    Organisation.objects.visible_to(user) if user else Organisation.objects.none()
                )
