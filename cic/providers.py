"""How does somebody come in by the city's own sign-in? By the subject its provider vouches for, never by a name."""

from typing import Any

import requests
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.deferred import jwt
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal.jwtkit import fetch_key, lookup_kid_jwk
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.texts import clean_text
from partners.models import User
from partners.models.users import fold_address
from partners.operations.addresses import mail_address
from partners.operations.people import sign_up

ALGORITHM = "RS256"
REQUIRED = ["exp", "iat", "iss", "aud", "sub"]


class Verified(OpenIDConnectOAuth2Adapter):
    """Takes who somebody is from the signed token only; allauth would trust one it fetched itself, unsigned."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """The sign-in that the token vouches for. Raises: OAuth2Error without a token that holds."""
        credential = kwargs["response"].get("id_token")
        if not credential:
            raise OAuth2Error("no id_token")
        data = {"id_token": self.claims(app, credential)}
        return self.get_provider().sociallogin_from_response(request, data)

    def claims(self, app: Any, credential: str) -> dict[str, Any]:
        """What the token says, after signature, issuer, audience and time. Raises: OAuth2Error."""
        issuer = self.openid_config["issuer"]
        if issuer.rstrip("/") != app.settings["server_url"].rstrip("/"):
            raise OAuth2Error("the provider calls itself otherwise")
        try:
            if jwt.get_unverified_header(credential).get("alg") != ALGORITHM:
                raise OAuth2Error("not signed as agreed")
            _algorithm, key = fetch_key(credential, self.openid_config["jwks_uri"], lookup_kid_jwk)
            return jwt.decode(
                credential,
                key=key,
                algorithms=[ALGORITHM],
                issuer=issuer,
                audience=app.client_id,
                options={"require": REQUIRED},
            )
        except (jwt.PyJWTError, KeyError, requests.RequestException) as error:
            raise OAuth2Error("the token does not hold") from error


def _view(kind: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        return kind.adapter_view(Verified(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error


def start(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to the provider; to connect one's account with it, after the password once more."""
    if "connect" in (request.GET.get("process"), request.POST.get("process")):
        guarded = reauthentication_required(lambda asked: _view(OAuth2LoginView, asked, provider_id))
        return guarded(request)
    return _view(OAuth2LoginView, request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Come back from the provider."""
    return _view(OAuth2CallbackView, request, provider_id)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """allauth's questions about the city's sign-in, answered for this site."""

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """Let in whom the subject is known of, or a new person with an address the provider has verified.

        An address that somebody has here already opens nothing: its owner signs in and connects the two.
        """
        if sociallogin.is_existing:
            return
        addresses = [row for row in sociallogin.email_addresses if row.verified is True]
        address = fold_address(addresses[0].email) if addresses else ""
        if sociallogin.state.get("process") == "connect":
            own = EmailAddress.objects.filter(user_id=request.user.pk, verified=True, email=address)
            if not address or not own.exists():
                self._refuse(
                    request,
                    _("Your address there and here must be the same, and verified at both."),
                    "socialaccount_connections",
                )
            return
        if not address:
            self._refuse(request, _("The provider does not vouch for an e-mail address of yours."))
        try:
            mail_address(address)
        except DomainError as error:
            self._refuse(request, error.detail)
        known = (
            EmailAddress.objects.filter(email=address).exists() or User.objects.filter(email=address).exists()
        )
        if known:
            sentence = _("There is an account with this address. Sign in with its password, then connect it.")
            self._refuse(request, sentence)

    def _refuse(self, request: Any, sentence: str, page: str = "account_login") -> None:
        messages.error(request, sentence)
        raise ImmediateHttpResponse(redirect(page))

    def populate_user(self, request: Any, sociallogin: Any, data: Any) -> Any:
        """Address and name, as the provider says them."""
        user = sociallogin.user
        user.email = fold_address(data.get("email") or "")
        user.name = clean_text(data.get("name") or "", multiline=False)[:150]
        return user

    def save_user(self, request: Any, sociallogin: Any, form: Any = None) -> Any:
        """A person who comes for the first time, recorded and audited like everybody who signs up."""
        user = sociallogin.user
        user.set_unusable_password()
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        sign_up(user)
        sociallogin.save(request)
        return user
