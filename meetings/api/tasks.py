"""Tasks as programs see them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import ObjectSerializer, Resource

from .. import lights
from ..models import Task
from ..views.tasks import TaskFilter


class TaskSerializer(ObjectSerializer):
    assisting = serializers.SerializerMethodField(help_text="Ids of the assisting units.")
    light = serializers.SerializerMethodField(
        help_text="ok, warn, overdue, paused, done; empty when cancelled."
    )

    class Meta:
        model = Task
        fields = (
            "id",
            "url",
            "title",
            "text",
            "resolution",
            "meeting",
            "lead",
            "assisting",
            "due_on",
            "evidence",
            "state",
            "light",
            "percent",
            "extension_on",
            "extension_reason",
            "reason",
            "done_at",
            "version",
            "created_at",
            "updated_at",
            "verbs",
        )

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_assisting(self, obj):
        return [helper.unit_id for helper in obj.assisting.all()]

    @extend_schema_field(serializers.CharField())
    def get_light(self, obj):
        return str(lights.light(obj, timezone.now()))


class Tasks(Resource):
    """Duties that follow from decisions."""

    model = Task
    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    fetches = ("assisting",)
    orders = ("due_on", "-due_on", "created_at", "-created_at")
    creator = "assign"
