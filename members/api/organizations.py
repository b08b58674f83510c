"""Organizations, zones and industries for programs."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from core.api import REFUSALS, ObjectSerializer, Resource

from .. import zones
from ..models import Figure, Industry, Organization, Zone
from ..views.organizations import OrganizationFilter
from ..views.zones import ZoneFilter


class IndustrySerializer(serializers.ModelSerializer):
    class Meta:
        model = Industry
        fields = ("id", "code", "name_zh", "name_en")


@extend_schema_view(
    list=extend_schema(
        responses={200: IndustrySerializer(many=True), **{code: REFUSALS[code] for code in (401, 404)}}
    ),
    retrieve=extend_schema(
        responses={200: IndustrySerializer, **{code: REFUSALS[code] for code in (401, 404)}}
    ),
)
class Industries(viewsets.ReadOnlyModelViewSet):
    """The directions the alliance works on."""

    queryset = Industry.objects.order_by("pk")
    serializer_class = IndustrySerializer


class OrganizationSerializer(ObjectSerializer):
    class Meta:
        model = Organization
        fields = (
            "id",
            "code",
            "kind",
            "name_zh",
            "name_en",
            "short_zh",
            "short_en",
            "uscc",
            "city",
            "zone",
            "industries",
            "description_zh",
            "description_en",
            "website",
            "source",
            "active",
            "version",
            "verbs",
            "url",
        )


class Organizations(Resource):
    """Units of every kind."""

    model = Organization
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilter
    fetches = ("industries",)
    orders = ("pk", "pinyin", "kind", "created_at")
    creator = "register"


class ProfileSerializer(serializers.ModelSerializer):
    class Meta:
        model = Zone
        exclude = ("organization",)


class FigureSerializer(serializers.ModelSerializer):
    """One reported figure. Figures of different years, scopes or sources are not comparable."""

    class Meta:
        model = Figure
        exclude = ("organization",)


class ZoneSerializer(OrganizationSerializer):
    profile = ProfileSerializer(source="zone_profile", read_only=True, allow_null=True)
    figures = FigureSerializer(many=True, read_only=True)

    class Meta(OrganizationSerializer.Meta):
        fields = (*OrganizationSerializer.Meta.fields, "profile", "figures")


class Zones(Resource):
    """High-tech zones with profile and figures."""

    model = Organization
    serializer_class = ZoneSerializer
    filterset_class = ZoneFilter
    fetches = ("industries", "figures")
    orders = ("pk", "pinyin")

    def get_queryset(self):
        return zones.visible_to(self.user).prefetch_related(*self.fetches)
