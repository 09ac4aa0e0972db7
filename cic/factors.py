"""What besides the password says who somebody is: a key, a code from their telephone, or one kept for bad days?"""

import hashlib
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as codes
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from cic.core import tally
from cic.core.operations import lock
from cic.core.refusals import is_api, refusal
from cic.core.sealing import seal, unseal
from cic.core.tokens import carries_token
from partners.models.users import standing_of
from partners.operations.factors import change_factor, note_factor

# Of one person, from wherever they are typed: six digits are too few to let anybody go on guessing.
CODES_A_MINUTE = 5
USED_S = 150
# How long the codes that were shown once may still be downloaded, by the browser that saw them.
DOWNLOAD_S = 600
DOWNLOAD_KEY = "recovery_codes_until"
# Either is enough; the codes for bad days only stand in for them.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What is about work. The rest is public, is where the factor is set up, or is opened by a key and no session.
GUARDED = ("/workspace/", "/admin/", "/api/", "/files/", "/documents/", "/media/")


class FactorAdapter(DefaultMFAAdapter):
    """allauth's questions about second factors, answered for this site."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "Whoever works for the city needs a second factor here, and this is your last one. Set up another one "
            "first, then remove this one."
        ),
    }

    def get_totp_issuer(self) -> str:
        """The name under which the telephone keeps the account."""
        return settings.SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        """The code to scan, as an element of the page: an address with the secret in it would be an image to fetch."""
        # The library puts a declaration of XML before it, which is none of a page's.
        return mark_safe(super().build_totp_svg(url).rpartition("?>")[2])

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the installation can do without this factor of its owner: not when it is the last of who needs one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return not is_required(authenticator.user) or others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """What a new key is called until its owner names it."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Key %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a key is bound to: the host, under the name of the site."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}

    def encrypt(self, text: str) -> str:
        """A secret as the database keeps it."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return unseal(encrypted_text)


class Counted:
    """A form that asks for a code: so many a minute and person, and each code once, whichever process is asked."""

    user: Any

    def clean_code(self) -> str:
        """The code. Raises: ValidationError when it is wrong, was used, or too many were tried."""
        count_code(self.user)
        code: str = super().clean_code()  # type: ignore[misc]
        # allauth remembers it in this process, and for less long than a clock may be off.
        digest = hashlib.sha256(f"{self.user.pk}:{''.join(code.split())}".encode()).hexdigest()
        if not caches["shared"].add(f"factor-used:{digest}", 1, timeout=USED_S):
            raise ValidationError(_("This code has been used. Wait for the next one."))
        return code


def count_code(user: Any) -> None:
    """Count one more try of `user`. Raises: ValidationError when it is one too many."""
    used, _left_s = tally.count(f"factor:{user.pk}")
    if used > CODES_A_MINUTE:
        raise ValidationError(_("Too many codes were tried. Wait a minute and try again."))


class AuthenticateForm(Counted, forms.AuthenticateForm):
    """Asks for the code at sign-in."""


class ReauthenticateForm(Counted, forms.ReauthenticateForm):
    """Asks for the code before a change."""


class ActivateForm(Counted, totp.ActivateTOTPForm):
    """Asks for a first code, which shows that the telephone has taken the secret."""


class FactorsPage(LoginRequiredMixin, IndexView):
    """One's factors, and how to add and remove them."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`required`: this installation asks the reader for one. `secured`: there is one."""
        context = super().get_context_data(**kwargs)
        secured = any(kind in context["authenticators"] for kind in FACTORS)
        return {**context, "required": is_required(self.request.user), "secured": secured}


class SetUpPage(ActivateTOTPView):
    """The picture to scan, and the first code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`required` says whether this installation asks the reader for it."""
        return super().get_context_data(required=is_required(self.request.user), **kwargs)


class OneAtATime:
    """A page that removes a factor: of two that are removed at once, the second finds that it is the last."""

    request: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove it, if that may be."""
        with transaction.atomic():
            lock(request.user)
            return super().post(request, *args, **kwargs)  # type: ignore[misc]


class TakeDownPage(OneAtATime, DeactivateTOTPView):
    """The question whether the telephone shall no longer be asked."""


class AskPage(AuthenticateView):
    """The second factor at sign-in: the code, the key, or whichever of them there is."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`kinds`: what the person has set up."""
        rows = Authenticator.objects.filter(user=self.stage.login.user)
        return super().get_context_data(**kwargs) | {"kinds": set(rows.values_list("type", flat=True))}


def is_required(user: Any) -> bool:
    """Whether this installation asks this person for a second factor."""
    return bool(settings.STAFF_SECOND_FACTOR and standing_of(user).roles)


class CodesPage(ViewRecoveryCodesView):
    """The codes for bad days: shown once, and for some minutes the same browser may download them."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The codes if they were not shown before; else only how many are left."""
        context = super().get_context_data(**kwargs)
        if context["can_view_codes"]:
            self.request.session[DOWNLOAD_KEY] = timezone.now().timestamp() + DOWNLOAD_S
        return context


class CodesFile(LoginRequiredMixin, View):
    """The codes as a text, once and soon after they were shown."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The text. Raises: Http404 when it was taken already or is too late."""
        if request.session.pop(DOWNLOAD_KEY, 0) < timezone.now().timestamp():
            raise Http404
        wrapper, _can_view = codes.view_recovery_codes(request)
        if wrapper is None:
            raise Http404
        head = _("Recovery codes of %(email)s for %(site)s. Each works once.") % {
            "email": request.user.email,  # type: ignore[union-attr]
            "site": settings.SITE_NAME,
        }
        text = "\n".join([head, "", *wrapper.get_unused_codes(), ""])
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
        return response


class StaffFactorMiddleware:
    """Leads whoever works for the city without a second factor to set one up, before any of the work is shown."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page for setting up, a refusal for a script, or what was asked for."""
        if not settings.STAFF_SECOND_FACTOR or not self.stops(request):
            return self.get_response(request)
        if is_api(request):
            sentence = _(
                "Set up a second factor first: this installation asks it of whoever works for the city."
            )
            return refusal(request, 403, sentence)
        return redirect("mfa_index")

    def stops(self, request: HttpRequest) -> bool:
        """Whether this is about work, by somebody of the city whose session stands on a password alone."""
        if not request.path_info.startswith(GUARDED) or (is_api(request) and carries_token(request)):
            return False
        user: Any = request.user
        if not is_required(user):
            return False
        return not Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


@receiver(authenticator_added)
@receiver(authenticator_removed)
@receiver(authenticator_reset)
def end_other_sign_ins(
    sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any
) -> None:
    """A changed factor is written down, and ends every sign-in but this one."""
    word = {id(authenticator_removed): "remove_factor", id(authenticator_reset): "renew_factor"}
    action, here = word.get(id(kwargs["signal"]), "add_factor"), request.session.session_key or ""
    change_factor(user, authenticator.type, action, actor=user, session_key=here)


@receiver(authenticator_used)
def note_use_of_code(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Whoever comes in by a code for bad days finds it in the log."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note_factor(user, authenticator.type, "use_recovery_code", actor=user)
