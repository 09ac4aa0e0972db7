"""Until when does a link to a new password open anything? Until anything of how its owner signs in has changed."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import PasswordResetTokenGenerator


class ResetTokens(PasswordResetTokenGenerator):
    """Ends with a new password, a sign-in, a changed address, or a second factor that came or went."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        addresses = (
            EmailAddress.objects.filter(user_id=user.pk).order_by("email").values_list("email", flat=True)
        )
        factors = Authenticator.objects.filter(user_id=user.pk).order_by("pk").values_list("pk", "created_at")
        parts = [super()._make_hash_value(user, timestamp), *addresses, *(f"{pk}:{at}" for pk, at in factors)]
        return "|".join(parts)
