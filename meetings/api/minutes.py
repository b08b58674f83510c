"""Minutes as programs see them."""

from rest_framework import serializers

from core.api import ObjectSerializer, Resource

from ..models import Minutes


class MinutesSerializer(ObjectSerializer):
    number = serializers.CharField(read_only=True)

    class Meta:
        model = Minutes
        fields = (
            "id",
            "url",
            "meeting",
            "number",
            "title",
            "text",
            "facts",
            "state",
            "sha256",
            "issued_at",
            "version",
            "created_at",
            "updated_at",
            "verbs",
        )


class MinutesResource(Resource):
    """What a meeting put on record; once issued, frozen under the digest ``sha256``."""

    model = Minutes
    serializer_class = MinutesSerializer
    filterset_fields = ("state", "meeting", "year")
    orders = ("-created_at", "created_at", "-issued_at", "issued_at")
    creator = "draft"
