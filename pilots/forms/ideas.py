"""What is filled in to propose an idea, to merge one, and to hang a file on it?"""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Centre, Organisation
from pilots.choices import IDEA_WORD_LIMITS, TRL
from pilots.models import Challenge, Idea
from pilots.transitions.ideas import NEEDED_TO_SUBMIT

from .fields import LenientTextField, TextField

TRL_WORDS = (
    _("a principle was observed"),
    _("a concept was stated"),
    _("the concept was proven in a trial"),
    _("it was validated in a laboratory"),
    _("it was validated where it would work"),
    _("it was shown where it would work"),
    _("a prototype works in operation"),
    _("it is complete and qualified"),
    _("it is in regular use"),
)
# What one would have in hand at each level, in plain words.
TRL_EXAMPLES = (
    _("You have read or seen that it could work."),
    _("You can say what it would be used for, and how."),
    _("You have tried the idea itself, roughly."),
    _("The parts work together on a table."),
    _("The parts work together in a place like the real one."),
    _("A first version ran in a place like the real one."),
    _("A version close to the final one ran where it will be used."),
    _("The final version is tested and may be used."),
    _("Somebody uses it every day."),
)
TRL_HELP = _(
    "Technology readiness level, 1 to 9 (ISO 16290). It is no exam: an early idea is as welcome as a finished one."
)
HELPS = {
    "problem": _("What is wrong today, and for whom?"),
    "proposal": _("What would be done, where, and for how long?"),
    "novelty": _("What has not been tried in this way?"),
    "beneficiaries": _("Who would notice the difference?"),
    "asked_of_city": _("A place, a permit, data, people's time: whatever the city would have to give."),
}
LABELS = {
    "title": _("Title"),
    "problem": _("1. Which problem does it solve?"),
    "proposal": _("2. What do you propose?"),
    "novelty": _("3. What is new about it?"),
    "beneficiaries": _("4. Who benefits?"),
    "asked_of_city": _("5. What do you ask of the city?"),
    "trl": _("6. How far is it?"),
    "annex": _("Confidential annex"),
}


def trl_choices() -> list[tuple[Any, Any]]:
    """The levels with what they mean, and one for who does not know."""
    levels = [(level, f"{level} · {words}") for (level, _label), words in zip(TRL, TRL_WORDS, strict=True)]
    return [("", _("I do not know")), *levels]


def author_field(name: str, *, required: bool = False) -> forms.Field:
    """The form field of one thing an author writes."""
    if name == "title":
        return forms.CharField(
            label=LABELS["title"],
            max_length=250,
            required=required,
            widget=forms.TextInput(attrs={"data-words": IDEA_WORD_LIMITS["title"]}),
        )
    if name == "trl":
        return forms.TypedChoiceField(
            label=LABELS["trl"],
            choices=trl_choices,
            coerce=int,
            empty_value=None,
            required=False,
            help_text=TRL_HELP,
        )
    if name == "annex":
        return TextField(
            rows=4,
            label=LABELS["annex"],
            required=False,
            help_text=_(
                "Only you, your organisation, those who decide and those who evaluate can read this. It is in no list and no search."
            ),
        )
    # What is needed to send the idea is not called optional, yet a draft may go without it.
    field, needed = (LenientTextField, True) if name in NEEDED_TO_SUBMIT else (TextField, False)
    return field(
        rows=6, words=IDEA_WORD_LIMITS[name], label=LABELS[name], help_text=HELPS[name], required=needed
    )


class IdeaForm(forms.ModelForm):
    """Six questions, the confidential annex, and where the idea belongs. Only the title is needed to save."""

    title = author_field("title", required=True)
    problem = author_field("problem")
    proposal = author_field("proposal")
    novelty = author_field("novelty")
    beneficiaries = author_field("beneficiaries")
    asked_of_city = author_field("asked_of_city")
    trl = author_field("trl")
    annex = author_field("annex")

    class Meta:
        model = Idea
        fields = (
            "challenge", "centre", "organisation", "title", "problem", "proposal", "novelty", "beneficiaries",
            "asked_of_city", "trl", "language",
        )  # fmt: skip
        help_texts = {
            "challenge": _("The need it answers. Leave it empty when your idea brings its own."),
            "centre": _("Not needed when you chose a challenge."),
            "organisation": _("The organisation that proposes. Leave it empty to propose as a person."),
        }
        # Whoever opened the form while it still did reads what has changed since.
        error_messages = {
            "challenge": {"invalid_choice": _("The challenge takes no more ideas.")},
            "centre": {"invalid_choice": _("This centre takes no ideas now.")},
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = self.instance
        challenges = Challenge.objects.visible_to(user).filter(
            Q(pk__in=Challenge.objects.taking_ideas().values("pk")) | Q(pk=now.challenge_id)
        )
        centres = Centre.objects.visible_to(user).filter(
            Q(pk__in=Centre.objects.taking_ideas().values("pk")) | Q(pk=now.centre_id)
        )
        self.fields["challenge"].queryset = challenges.order_by("sort_key")
        self.fields["centre"].queryset = centres.order_by("sort_key")
        self.fields["centre"].required = False
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=user.standing.member_of)

    def clean(self) -> dict[str, Any]:
        """The centre follows the challenge; one of the two is needed."""
        values = super().clean() or self.cleaned_data
        if values.get("challenge") is not None:
            values["centre"] = values["challenge"].centre
        elif values.get("centre") is None:
            self.add_error("centre", _("Choose a challenge, or the centre your idea is for."))
        return values

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields in the order in which they are asked, under headings."""
        return [
            (
                _("Where it belongs"),
                [self[name] for name in ("challenge", "centre", "organisation", "language")],
            ),
            (_("Your idea"), [self[name] for name in Idea.AUTHOR_FIELDS]),
            (_("In confidence"), [self["annex"]]),
        ]


class MergeForm(forms.Form):
    """Which idea another one goes on in, and why."""

    merged_into = forms.ModelChoiceField(queryset=Idea.objects.none(), label=_("The idea it goes on in"))
    note = TextField(
        rows=3,
        label=_("Reason"),
        help_text=_("The author reads it. It should name nothing of the other idea."),
    )

    def __init__(self, *args: Any, ideas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merged_into"].queryset = ideas


class FileForm(forms.Form):
    """A file and what it is."""

    file = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("What it is"), max_length=200, required=False)
