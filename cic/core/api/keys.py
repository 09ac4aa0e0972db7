"""/api/v1/tokens/: which programs may act for me, and how do I end that?"""

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from cic.core.idempotency import idempotent
from cic.core.models.tokens import ApiToken
from cic.core.permissions import register
from cic.core.tokens import issue_token, revoke_token

from .serializers import DomainSerializer
from .viewsets import DomainViewSet

_SCOPE = re.compile(r"([a-z][a-z-]{0,40}:)?(read|write)")


def is_signed_in(user: Any, obj: Any = None) -> bool:
    """Anyone with an account; which tokens are theirs is the queryset's answer."""
    return user.is_authenticated


register({"core.own_tokens": is_signed_in, "core.own_webhooks": is_signed_in})


class TokenSerializer(DomainSerializer):
    """A token; `key` is in the answer to its creation and nowhere else."""

    scopes = serializers.ListField(
        child=serializers.CharField(max_length=60), allow_empty=False, max_length=40
    )
    centre_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    key = serializers.CharField(read_only=True)

    class Meta:
        model = ApiToken
        fields = (
            "id", "name", "hint", "scopes", "centre_id", "created_at", "expires_at", "last_used_at", "revoked_at", "key"
        )  # fmt: skip
        read_only_fields = ("hint", "created_at", "last_used_at", "revoked_at")

    def get_fields(self) -> dict[str, Any]:
        """`key` only while the token that holds it is being made."""
        fields = super().get_fields()
        if isinstance(self.instance, ApiToken) and not hasattr(self.instance, "key"):
            fields.pop("key", None)
        return fields

    def validate_scopes(self, scopes: list[str]) -> list[str]:
        """`read`, `write`, or either for one noun, as in `trials:read`."""
        wrong = [scope for scope in scopes if not _SCOPE.fullmatch(scope)]
        if wrong:
            raise serializers.ValidationError(_("Not a scope: %(scopes)s.") % {"scopes": ", ".join(wrong)})
        return sorted(set(scopes))

    def validate_expires_at(self, moment: Any) -> Any:
        """A moment to come."""
        if moment is not None and moment <= timezone.now():
            raise serializers.ValidationError(_("This moment has passed."))
        return moment


class TokenViewSet(DomainViewSet):
    """The caller's own tokens. Made only by a person who is signed in; a token cannot make another."""

    serializer_class = TokenSerializer
    list_fields = (
        "id", "name", "hint", "scopes", "centre_id", "created_at", "expires_at", "last_used_at", "revoked_at"
    )  # fmt: skip
    allowed = {
        "list": "core.own_tokens",
        "retrieve": "core.own_tokens",
        "create": "core.own_tokens",
        "destroy": "core.own_tokens",
    }
    writes = {"create": issue_token, "remove": revoke_token}
    shown_once = True

    @idempotent
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Make a token. Its key is in this answer only: keep it now."""
        if isinstance(request.auth, ApiToken):
            raise exceptions.PermissionDenied(_("A token cannot make another; sign in to make one."))
        self.check_parameters(())
        values = self.checked_values(self.get_serializer(data=request.data))
        token, key = issue_token(actor=request.user, **values)
        token.key = key  # type: ignore[attr-defined]
        return self.created(token)

    def fresh(self, obj: Any) -> Any:
        """The token just made: it alone still knows its key."""
        return obj

    def destroy(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Revoke it: the next request with it is refused. It stays in the list as revoked."""
        self.check_parameters(())
        revoke_token(self.get_object(), actor=request.user)
        return Response(status=204)
