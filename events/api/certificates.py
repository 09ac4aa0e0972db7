"""/api/v1/certificates/: one's own, and for who runs events all of their centres."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet
from cic.core.api.serializers import VisibleRelatedField
from events.filters import CertificateFilter
from events.models import Certificate, Registration
from events.operations import certificates
from events.transitions import CERTIFICATE


class CertificateSerializer(DomainSerializer):
    """A certificate. Sending a `registration` that was attended and a `name` makes that of attendance.

    `titles` and `goals` by language; `minutes` as they were that day; `code` opens its public page.
    """

    titles = serializers.DictField(child=serializers.CharField(), read_only=True)
    registration = VisibleRelatedField(queryset=Registration.objects.all())
    goals = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), read_only=True)
    list_fields = (
        "id", "reference", "user", "taking", "registration", "centre", "name", "language", "minutes", "earned_on",
        "issuer", "issued_at", "code", "state", "revoked_at", "created_at", "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = Certificate
        fields = (
            "id", "reference", "user", "taking", "registration", "centre", "name", "language", "titles", "goals",
            "minutes", "earned_on", "issuer", "issued_at", "code", "state", "revoked_at", "created_at", "updated_at",
            "version",
        )  # fmt: skip
        read_only_fields = (
            "user", "taking", "centre", "language", "minutes", "earned_on", "issuer", "issued_at", "code", "revoked_at",
        )  # fmt: skip


def fetch(*, actor: Any, registration: Registration, name: str) -> Certificate:
    """Make the caller's certificate of attendance."""
    return certificates.issue_for_attendance(registration, name=name, actor=actor)


class CertificateViewSet(DomainViewSet):
    """Certificates the caller may see. `state` changes through `moves`: revoke."""

    serializer_class = CertificateSerializer
    filterset_class = CertificateFilter
    table = CERTIFICATE
    writes = {"create": fetch, "move": certificates.move_certificate}
    allowed = {
        "list": "events.view_certificate",
        "retrieve": "events.view_certificate",
        "create": "events.fetch_certificate",
        "moves": "events.view_certificate",
    }


ROUTES = [("certificates", CertificateViewSet)]
