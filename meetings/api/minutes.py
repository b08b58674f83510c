"""Minutes as programs see them."""

from rest_framework import serializers

from core.api import ObjectSerializer, Resource

from ..models import Correction, Erratum, Minutes, SignOff


class SignOffSerializer(serializers.ModelSerializer):
    class Meta:
        model = SignOff
        fields = ("unit", "state", "sha256", "at")


class MinutesSerializer(ObjectSerializer):
    number = serializers.CharField(read_only=True)
    signoffs = SignOffSerializer(many=True, read_only=True)

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
            "circulated_at",
            "comments_due_at",
            "signoffs",
            "approved_at",
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
    fetches = ("signoffs",)
    orders = ("-created_at", "created_at", "-issued_at", "issued_at")
    creator = "draft"


class CorrectionSerializer(ObjectSerializer):
    class Meta:
        model = Correction
        fields = (
            "id",
            "url",
            "minutes",
            "unit",
            "paragraph",
            "before",
            "after",
            "why",
            "state",
            "reason",
            "decided_at",
            "version",
            "created_at",
            "updated_at",
            "verbs",
        )


class Corrections(Resource):
    """What units want changed in circulated minutes, and what became of it."""

    model = Correction
    serializer_class = CorrectionSerializer
    filterset_fields = ("state", "minutes", "unit")
    orders = ("-created_at", "created_at")
    creator = "propose"


class ErratumSerializer(ObjectSerializer):
    number = serializers.CharField(read_only=True)

    class Meta:
        model = Erratum
        fields = (
            "id",
            "url",
            "minutes",
            "number",
            "year",
            "serial",
            "text",
            "why",
            "sha256",
            "issued_at",
            "verbs",
        )


class Errata(Resource):
    """Notices that put issued minutes right."""

    model = Erratum
    serializer_class = ErratumSerializer
    filterset_fields = ("minutes", "year")
    orders = ("-issued_at", "issued_at")
    creator = "publish"
