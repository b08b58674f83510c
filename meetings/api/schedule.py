"""Meetings for programs."""

from core.api import ObjectSerializer, Resource

from ..models import Meeting
from ..views.schedule import MeetingFilter


class MeetingSerializer(ObjectSerializer):
    class Meta:
        model = Meeting
        fields = (
            "id",
            "kind",
            "number",
            "title",
            "state",
            "starts_at",
            "ends_at",
            "place",
            "video_url",
            "host",
            "chair",
            "contact",
            "requirements",
            "urgent",
            "items_due_at",
            "replies_due_at",
            "charter",
            "notice_number",
            "approved_at",
            "called_at",
            "opened_at",
            "closed_at",
            "reason",
            "sequence",
            "version",
            "verbs",
            "url",
        )


class Meetings(Resource):
    """Meetings, from their first draft to the archive."""

    model = Meeting
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    orders = ("-starts_at", "created_at")
    creator = "draft"
