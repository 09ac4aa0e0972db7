"""What do people fill in to comment, report and moderate, and in groups?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.views.public import Trap
from community.choices import COMMENT_CHARACTERS, CommentKind, Frequency, ReportReason
from community.models import Comment, Debate, Group

TEXT = {"rows": 6}


class CommentForm(forms.Form):
    """Something to say or to ask in public."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=CommentKind.choices,
        widget=forms.RadioSelect,
        initial=CommentKind.COMMENT,
    )
    text = forms.CharField(
        label=_("Your words"),
        max_length=COMMENT_CHARACTERS,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("Everybody can read this, with your name. Leave out what is private, of yourself and of others."),
    )  # fmt: skip
    official = forms.BooleanField(
        label=_("I answer in the name of the city"),
        required=False,
        help_text=_("It is shown as the city's, without your name, and at once."),
    )

    def __init__(self, *args: Any, answering: bool, for_city: bool, asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answering:
            del self.fields["kind"]
        elif asked in CommentKind.values:
            self.fields["kind"].initial = asked
        if not for_city:
            del self.fields["official"]


class CommentEditForm(forms.ModelForm):
    """Other words for what was just said."""

    class Meta:
        model = Comment
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs=TEXT)}
        labels = {"text": _("Your words")}


class ReportForm(forms.Form):
    """Why a moderator should look at a comment."""

    reported_for = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=ReportReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Anything to add"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the moderators read this."),
    )


class HideManyForm(forms.Form):
    """Why several comments are hidden."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Each author gets this reason by mail."),
    )


class FeedbackForm(Trap):
    """What somebody cannot read or use, and where an answer goes if they want one."""

    field_order = ("text", "page", "address", "website")

    text = forms.CharField(
        label=_("What can you not read or use?"),
        max_length=5000,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("Say also with what you read, such as a screen reader, if you like; or which form you need instead."),
    )  # fmt: skip
    page = forms.CharField(label=_("On which page?"), required=False, max_length=500)
    address = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Only if you want an answer. It is used for that and nothing else."),
    )


class FollowForm(Trap):
    """How often somebody wants to hear, and where, if they have not signed in."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("It is used for these mails and nothing else. Without your confirmation it is forgotten after 48 hours."),
    )  # fmt: skip
    frequency = forms.ChoiceField(
        label=_("How often?"), choices=Frequency.choices, widget=forms.RadioSelect, initial=Frequency.WEEKLY
    )

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["address"], self.fields["website"]


class ContributionForm(CommentForm):
    """Something to say in a debate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, answering=True, **kwargs)
        self.fields["text"].help_text = _("Whoever reads the group reads this, with your name.")


class GroupForm(forms.ModelForm):
    """What a group is about, and who sees it."""

    class Meta:
        model = Group
        fields = ("name", "description", "access", "language")
        widgets = {"description": forms.Textarea(attrs=TEXT), "access": forms.RadioSelect}


class ComeInForm(forms.Form):
    """A word to those who let people in."""

    message = forms.CharField(
        label=_("Who are you, and why would you like to take part?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only the hosts of the group read this."),
    )


class GroupInvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Whoever signs in with this address can say yes or no. If they asked already, they are let in."),
    )  # fmt: skip


class DebateForm(forms.ModelForm):
    """A question to the group."""

    class Meta:
        model = Debate
        fields = ("title", "text", "language")
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}
