"""Meetings for programs."""

from django.db.models import Prefetch

from core.api import ObjectSerializer, Resource

from ..models import AgendaItem, Meeting, Minutes, Motion
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
    # The guards of its verbs read the states of these.
    fetches = tuple(
        Prefetch(name, model.objects.only("meeting", "state"))
        for name, model in (("items", AgendaItem), ("motions", Motion), ("minutes", Minutes))
    )
    orders = ("-starts_at", "created_at")
    creator = "draft"
