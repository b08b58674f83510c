"""Tasks as programs see them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import ObjectSerializer, Resource

from .. import lights
from ..models import Ladder, Milestone, Routine, Supervision, Task
from ..views.tasks import TaskFilter


class MilestoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        fields = ("id", "title", "due_on", "done_on")


class TaskSerializer(ObjectSerializer):
    assisting = serializers.SerializerMethodField(help_text="Ids of the assisting units.")
    light = serializers.SerializerMethodField(
        help_text="ok, warn, overdue, paused, done; empty when cancelled."
    )

    milestones = MilestoneSerializer(many=True, read_only=True)

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
            "blocked_by",
            "blocked_what",
            "paused_on",
            "routine",
            "period",
            "milestones",
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
    fetches = ("assisting", "milestones")
    orders = ("due_on", "-due_on", "created_at", "-created_at")
    creator = "assign"


class RoutineSerializer(ObjectSerializer):
    class Meta:
        model = Routine
        fields = (
            "id",
            "url",
            "title",
            "text",
            "lead",
            "evidence",
            "every",
            "due_after",
            "starts_on",
            "state",
            "version",
            "created_at",
            "updated_at",
            "verbs",
        )


class Routines(Resource):
    """Tasks that come back by the calendar."""

    model = Routine
    serializer_class = RoutineSerializer
    filterset_fields = ("state", "every", "lead")
    orders = ("created_at", "-created_at")
    creator = "begin"


class SupervisionSerializer(ObjectSerializer):
    number = serializers.CharField(read_only=True)

    class Meta:
        model = Supervision
        fields = (
            "id",
            "url",
            "number",
            "task",
            "demand",
            "answer_on",
            "due_on",
            "percent",
            "issued_at",
            "verbs",
        )


class Supervisions(Resource):
    """Supervision letters; a task's verb ``supervise`` issues one."""

    model = Supervision
    serializer_class = SupervisionSerializer
    filterset_fields = ("task", "year")
    orders = ("-issued_at", "issued_at")


class LadderSerializer(ObjectSerializer):
    class Meta:
        model = Ladder
        fields = ("id", "url", "remind_days", "urge_days", "supervise_days", "table_days", "version", "verbs")


class Ladders(Resource):
    """The one row of days after which an unfinished task is taken a step further."""

    model = Ladder
    serializer_class = LadderSerializer
    orders = ("id",)
