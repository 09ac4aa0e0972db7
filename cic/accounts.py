"""How does sign-in meet this site: one spelling of an address, mails from the outbox, the same answer for known and unknown?"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal import flows
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cic.core.background import post_mail
from cic.core.errors import DomainError
from cic.core.notifications import with_unread
from cic.core.texts import clean_text
from cic.core.validators import check_mail_host
from partners.models.users import fold_address
from partners.operations.people import sign_up


class AccountAdapter(DefaultAccountAdapter):
    """allauth's questions, answered for this site."""

    def clean_email(self, email: str) -> str:
        """The one spelling under which an address is stored and compared.

        Letters that only look like others are refused, whether or not somebody has such an address.
        Raises: ValidationError.
        """
        check_mail_host(fold_address(email))
        name, at, host = fold_address(email).rpartition("@")
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = ""
        if not (name.isascii() and at and host):
            raise ValidationError(_("Write the address in plain letters, without accents."))
        return f"{name}@{host}"

    def is_open_for_signup(self, request: Any) -> bool:
        """Anybody may open an account; what they may do comes with memberships and appointments."""
        return True

    def is_safe_url(self, url: str) -> bool:
        """Only a path on this site is a place to go on to."""
        return (
            url.startswith("/")
            and url.isprintable()
            and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        )

    def get_password_change_redirect_url(self, request: Any) -> str:
        """Where one arrives after a new password: at the programs that still hold a key, if there are any."""
        return reverse("tokens_revoke_all")

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        """The person, however they spell their address; each spelling counts towards one limit."""
        if "email" in credentials:
            credentials["email"] = fold_address(credentials["email"])
        return super().authenticate(request, **credentials)

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        """A person who signs up, recorded and audited like everything else."""
        user = super().save_user(request, user, form, commit=False)
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        user.name = clean_text(user.name, multiline=False)
        return sign_up(user) if commit else user

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """To the address that is stored, never to the one that was typed."""
        super().send_password_reset_mail(user, user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail in the outbox: a slow or broken relay is never felt, nor does it tell who is known."""
        # The host of a link is the configured one, whatever Host header asked for it.
        values = {name: _at_home(value) if name.endswith("url") else value for name, value in context.items()}
        values |= {"email": email, "site_name": settings.SITE_NAME, "base_url": settings.BASE_URL}
        user = context.get("user")
        with translation.override(getattr(user, "language", None) or translation.get_language()):
            subject = render_to_string(f"{template_prefix}_subject.txt", values)
            text = render_to_string(f"{template_prefix}_message.txt", values)
        post_mail(email, self.format_email_subject(" ".join(subject.split())), text.strip())

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is: the sender says which site this is."""
        return subject


class SignupForm(forms.SignupForm):
    """Opens an account; takes as long for an address that has one, and answers alike."""

    def try_save(self, request: Any) -> Any:
        """The new person; for a known address nobody, and a mail that says so to its owner."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            return super().try_save(request)
        except (DomainError, IntegrityError):
            # Somebody opened an account with this address at the same moment.
            return None, flows.signup.prevent_enumeration(request, email=self.cleaned_data["email"])


class ResetPasswordForm(forms.ResetPasswordForm):
    """Asks for a new password; each spelling of an address counts towards one limit."""

    users: Any  # those with the address, as allauth finds them

    def clean_email(self) -> str:
        """The address in its one spelling. A machine has none that counts."""
        super().clean_email()
        self.users = [user for user in self.users if not user.is_machine]
        return fold_address(self.cleaned_data["email"])


def _at_home(address: Any) -> Any:
    if not isinstance(address, str):
        return address
    parts, base = urlsplit(address), urlsplit(settings.BASE_URL)
    return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, parts.fragment))


class Backend(AuthenticationBackend):
    """allauth's way in. Whoever comes with a session brings along how much they have not read: every page shows it."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this account signs in: people who may, and never a machine."""
        return not user.is_machine and super().user_can_authenticate(user)

    def get_user(self, user_id: Any) -> Any:
        """The person of a session, if they may sign in."""
        people = with_unread(get_user_model()._default_manager.filter(pk=user_id))
        user = people.first()
        return user if user is not None and self.user_can_authenticate(user) else None
