"""/api/v1/lineage/: what came from what."""

from cic.core.api import DomainSerializer, DomainViewSet
from pilots.filters.decisions import LineageFilter
from pilots.models import Lineage


class LineageSerializer(DomainSerializer):
    """A link between two records of which the caller may see both."""

    class Meta:
        model = Lineage
        fields = ("id", "kind", "from_type", "from_id", "to_type", "to_id", "created_at")


class LineageViewSet(DomainViewSet):
    """Links: merged, split, derived, succeeded, replicated. They follow from operations and are never changed."""

    serializer_class = LineageSerializer
    filterset_class = LineageFilter
    allowed = {"list": "pilots.view_lineage", "retrieve": "pilots.view_lineage"}


ROUTES = [("lineage", LineageViewSet)]
