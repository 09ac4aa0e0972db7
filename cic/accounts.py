"""How does sign-in meet this site: one spelling of an address, mails from the outbox, links to our own host?"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from cic.core.background import post_mail
from cic.core.texts import clean_text
from partners.models.users import fold_address


class AccountAdapter(DefaultAccountAdapter):
    """allauth's questions, answered for this site."""

    def clean_email(self, email: str) -> str:
        """The one spelling under which an address is stored and compared."""
        return fold_address(email)

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        """A person who signed up with an address alone is called by its first part until they say their name."""
        user = super().save_user(request, user, form, commit=False)
        user.email = fold_address(user.email)
        user.name = clean_text(user.name or user.email.partition("@")[0], multiline=False)[:150]
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        if commit:
            user.save()
        return user

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


def _at_home(address: Any) -> Any:
    if not isinstance(address, str):
        return address
    parts, base = urlsplit(address), urlsplit(settings.BASE_URL)
    return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, parts.fragment))
