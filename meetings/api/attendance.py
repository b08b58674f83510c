"""Presences for programs: check-in is ``POST /api/v1/presences/``."""

from core.api import ObjectSerializer, Resource

from ..models import Presence


class PresenceSerializer(ObjectSerializer):
    class Meta:
        model = Presence
        fields = ("id", "meeting", "unit", "name", "means", "arrived_at", "left_at", "verbs", "url")


class Presences(Resource):
    """Units in the room, from check-in until they leave."""

    model = Presence
    serializer_class = PresenceSerializer
    filterset_fields = ("meeting", "unit")
    orders = ("-arrived_at",)
    creator = "check_in"
