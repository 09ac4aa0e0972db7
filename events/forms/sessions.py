"""What is filled in about a session, its sheet, and who speaks in it?"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import LenientTextField, TextField
from events.choices import CapsuleState
from events.models import Appearance, Capsule, Session, SheetTemplate, TemplateSection
from partners.forms.fields import PersonField

from .fields import HoursMixin, LinesField, hours_of, zone_field


class SessionForm(HoursMixin, forms.ModelForm):
    """When, where, for how many, and who writes the sheet. The hours of an announced session are moved on a page of their own."""

    summary = forms.CharField(
        label=_("In a paragraph"), required=False, widget=forms.Textarea(attrs={"rows": 4, "data-words": 250})
    )
    zone = zone_field()
    chair = PersonField(
        label=_("Who writes the sheet"),
        required=False,
        help_text=_("The e-mail address with which this person signs in. Empty: whoever runs the event."),
    )
    field_order = (
        "title", "summary", "thematic_line", "on", "begins", "ends", "zone", "place", "platform_url", "capacity",
        "template", "capsule", "chair", "recording_url", "language",
    )  # fmt: skip

    class Meta:
        model = Session
        fields = (
            "title", "summary", "thematic_line", "zone", "place", "platform_url", "capacity", "template", "capsule",
            "chair", "recording_url", "language",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        capsules = Capsule.objects.visible_to(user).exclude(state=CapsuleState.WITHDRAWN)
        kept = Capsule.objects.filter(pk=self.instance.capsule_id)
        self.fields["capsule"].queryset = (capsules | kept).order_by("sort_key")
        self.fields["template"].queryset = SheetTemplate.objects.offered().order_by("name")
        known = self.instance if self.instance.pk else None
        self.initial |= hours_of(known)
        if known is not None:
            self.initial["chair"] = known.chair.email if known.chair else ""
            self.fields["template"].queryset |= SheetTemplate.objects.filter(pk=known.template_id)
            if known.published_at is not None:
                for name in ("on", "begins", "ends", "zone"):
                    del self.fields[name]
        else:
            del self.fields["recording_url"]

    def clean(self) -> dict[str, Any]:
        """Without hours where they are not asked for."""
        values = super().clean()
        if "on" not in self.fields:
            values.pop("starts_at", None)
            values.pop("ends_at", None)
        return values


class RescheduleForm(HoursMixin):
    """The new hours, and why; those who registered read both."""

    zone = zone_field()
    note = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who registered reads this."),
    )  # fmt: skip
    field_order = ("on", "begins", "ends", "zone", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("on", "begins", "ends"):
            self.fields[name].required = True


class SheetForm(forms.Form):
    """The sections of a sheet. Nothing is cut: counters say what is too long, and handing it in checks."""

    def __init__(self, *args: Any, sections: Iterable[TemplateSection], texts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in sections:
            # What must be filled in before it is handed in is not called optional, yet it is saved without.
            kind = LenientTextField if section.is_required else TextField
            self.fields[section.key] = kind(
                rows=5 if (section.max_words or 0) <= 150 else 12,
                words=section.max_words,
                label=section.title,
                help_text=section.help_text,
                required=section.is_required,
                strip=False,
                initial=texts.get(section.key, ""),
            )


class AppearanceForm(forms.ModelForm):
    """Somebody who speaks or moderates."""

    affiliations = LinesField(
        label=_("Affiliations"), required=False, help_text=_("One a line: what they are, and where.")
    )

    class Meta:
        model = Appearance
        fields = ("name", "role", "affiliations", "position")
