"""What is filled in about a capsule, to complete one, and to check a certificate?"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Confidentiality, languages
from cic.core.form_fields import LenientTextField, TextField
from cic.core.views.public import Trap
from events.models import Capsule
from events.models.registrations import RUNNING
from partners.models import Centre


class CapsuleForm(forms.ModelForm):
    """What a capsule teaches, to whom, in how long, and its text."""

    summary = TextField(
        label=_("In a paragraph"),
        required=False,
        rows=4,
        words=120,
        help_text=_("What it is about. The first thing everybody reads."),
    )
    goals = LenientTextField(
        label=_("Goals"),
        rows=4,
        help_text=_("What one knows or can do afterwards, one a line. Each is confirmed at the end."),
    )
    text = LenientTextField(
        label=_("Text"),
        rows=18,
        help_text=_(
            "Begin each part with a line such as “## Why at night”. A part is what one reads at a stretch. Addresses "
            "become links; files are added on the next page."
        ),
    )

    class Meta:
        model = Capsule
        fields = ("title", "summary", "goals", "audience", "level", "minutes", "text", "centre", "language")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = Centre.objects.all()
        if not user.standing.everywhere(RUNNING):
            centres = centres.filter(pk__in=user.standing.centres(RUNNING))
            self.fields["centre"].required = True
        self.fields["centre"].queryset = centres.order_by("sort_key")


class MaterialForm(forms.Form):
    """A file, what it is, and in which language."""

    file = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("What it is"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("Any")), *languages()]


class DocumentForm(MaterialForm):
    """A file of a session, and who may open it: nobody else decides that."""

    confidentiality = forms.ChoiceField(
        label=_("Who may open it"), choices=Confidentiality.choices, widget=forms.RadioSelect,
        help_text=_("What everyone may open stands on the public page, as soon as the session does."),
    )  # fmt: skip


class NameForm(forms.Form):
    """The name that stands on a certificate."""

    name = forms.CharField(
        label=_("Name on the certificate"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As you want to be called on it. Whoever has its code reads this name."),
    )


class CompleteForm(NameForm):
    """Each goal confirmed, and the name on the certificate."""

    field_order = ("goals", "name")

    def __init__(self, *args: Any, goals: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goals"] = forms.TypedMultipleChoiceField(
            label=_("I have reached these goals"),
            choices=list(enumerate(goals, 1)),
            coerce=int,
            error_messages={"required": _("Confirm each goal that you reached.")},
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(self.field_order)


class CodeForm(Trap):
    """The code that stands on a certificate."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It stands at the foot of the certificate: four groups of five letters and digits."),
    )
