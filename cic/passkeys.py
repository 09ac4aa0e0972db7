"""How does somebody keep keys (WebAuthn): a passkey of their device, or one that is plugged in?"""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms
from allauth.mfa.webauthn.views import EditWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django import forms as fields
from django.http import HttpResponse
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from cic.core.texts import clean_text
from partners.operations.factors import note_factor

from .factors import OneAtATime

NAME_LENGTH = 60


def name_field() -> fields.CharField:
    """What its owner calls a key."""
    return fields.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("So that you know it again: “Telephone”, “Key on my key ring”."),
    )


def credential_field() -> fields.JSONField:
    """What the browser says of a key, put in by a script."""
    return fields.JSONField(
        label=_("Key"),
        widget=fields.HiddenInput,
        error_messages={"required": _("Your browser gave no key. Try again.")},
    )


class Checked:
    """A form with what a key has signed: whatever is wrong with it, the answer is one sentence."""

    def clean_credential(self) -> Any:
        """The key. Raises: ValidationError when it is not one of the person's, or what came is no key at all."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except fields.ValidationError as error:
            if error.code != "incorrect_code":
                raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            pass  # what was sent has not the shape that a browser gives it
        raise fields.ValidationError(_("This key opens nothing here. Try another one."))


class AuthenticateForm(Checked, forms.AuthenticateWebAuthnForm):
    """Asks for the key at sign-in, after the password."""

    credential = credential_field()


class LoginForm(Checked, forms.LoginWebAuthnForm):
    """Asks for the key at sign-in, in place of the password."""

    credential = credential_field()


class ReauthenticateForm(Checked, forms.ReauthenticateWebAuthnForm):
    """Asks for the key before a change."""

    credential = credential_field()


class AddForm(forms.AddWebAuthnForm):
    """Takes a key that the browser has just made."""

    name = name_field()
    credential = credential_field()
    passwordless = fields.BooleanField(
        label=_("Sign in with this key alone, without the password"),
        required=False,
        help_text=_("A passkey: the device then asks for your fingerprint, your face or its code."),
    )

    def clean_name(self) -> str:
        """The name as plain text, or the next one in turn."""
        self.cleaned_data["name"] = clean_text(self.cleaned_data["name"], multiline=False)
        return super().clean_name()

    def clean(self) -> dict[str, Any]:
        """Everything. Raises: ValidationError when the key was made for another page, or is none."""
        try:
            return super().clean()
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise fields.ValidationError(_("The key could not be added. Try again.")) from error


class NameForm(forms.EditWebAuthnForm):
    """Asks for a key's name."""

    name = name_field()

    def clean_name(self) -> str:
        """The name as plain text; an empty one leaves it as it was."""
        return clean_text(self.cleaned_data["name"], multiline=False) or self.instance.wrap().name


class RenamePage(EditWebAuthnView):
    """A key's name."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and write down that it changed."""
        note_factor(self.object.user, self.object.type, "rename_factor", actor=self.object.user)
        return super().form_valid(form)


class RemovePage(OneAtATime, RemoveWebAuthnView):
    """The question whether a key shall no longer open anything."""

    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`refusal`: why it stays."""
        adapter = get_adapter()
        stays = not adapter.can_delete_authenticator(self.object)
        refusal = adapter.error_messages["cannot_delete_authenticator"] if stays else ""
        return super().get_context_data(refusal=refusal, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, unless it is the last of somebody who needs one."""
        if not get_adapter().can_delete_authenticator(self.object):
            return self.render_to_response(self.get_context_data(form=form), status=409)
        return super().form_valid(form)


class ReauthenticatePage(ReauthenticateWebAuthnView):
    """The key once more, before a change."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The question again, with what was wrong."""
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the form that was sent, which the library would make anew."""
        context = super().get_context_data(**kwargs)
        return {**context, **kwargs}


ROUTES = [
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path(
        "accounts/2fa/webauthn/reauthenticate/",
        ReauthenticatePage.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/2fa/webauthn/keys/<int:pk>/edit/", RenamePage.as_view(), name="mfa_edit_webauthn"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", RemovePage.as_view(), name="mfa_remove_webauthn"),
]
