"""Resolutions for programs: ``POST /api/v1/resolutions/`` adopts one."""

from rest_framework import serializers

from core.api import ObjectSerializer, Resource

from ..models import Resolution


class ResolutionSerializer(ObjectSerializer):
    number = serializers.CharField(read_only=True)

    class Meta:
        model = Resolution
        fields = (
            "id",
            "version",
            "number",
            "year",
            "serial",
            "meeting",
            "item",
            "motion",
            "title",
            "text",
            "adopted_on",
            "state",
            "reason",
            "verbs",
            "url",
        )


class Resolutions(Resource):
    """What was decided, numbered for good."""

    model = Resolution
    serializer_class = ResolutionSerializer
    filterset_fields = ("year", "state", "meeting")
    orders = ("-adopted_on", "year", "serial")
    creator = "adopt"
