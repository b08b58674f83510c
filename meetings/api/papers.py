"""Information briefs and liaison letters as programs see them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import ObjectSerializer, Resource

from .. import letters
from ..models import Answer, Brief, Letter


class BriefSerializer(ObjectSerializer):
    number = serializers.CharField(read_only=True)

    class Meta:
        model = Brief
        fields = (
            "id",
            "url",
            "number",
            "title",
            "text",
            "state",
            "published_at",
            "version",
            "created_at",
            "updated_at",
            "verbs",
        )


class Briefs(Resource):
    """What the secretariat lets the members know."""

    model = Brief
    serializer_class = BriefSerializer
    filterset_fields = ("state", "year")
    orders = ("-created_at", "created_at")
    creator = "write"


class AnswerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Answer
        fields = ("unit", "text", "at")


class LetterSerializer(ObjectSerializer):
    number = serializers.CharField(read_only=True)
    answers = serializers.SerializerMethodField(
        help_text="Those the caller may read: its own unit's, or all."
    )

    class Meta:
        model = Letter
        fields = (
            "id",
            "url",
            "number",
            "title",
            "text",
            "answer_on",
            "state",
            "sent_at",
            "answers",
            "version",
            "created_at",
            "updated_at",
            "verbs",
        )

    @extend_schema_field(AnswerSerializer(many=True))
    def get_answers(self, obj):
        user = self.context["request"].user
        everything = letters.may_write(user)
        rows = [row for row in obj.answers.all() if everything or row.unit_id == user.unit_id]
        return AnswerSerializer(rows, many=True).data


class Letters(Resource):
    """Letters to units that owe an answer."""

    model = Letter
    serializer_class = LetterSerializer
    filterset_fields = ("state", "year")
    fetches = ("answers",)
    orders = ("-created_at", "created_at", "answer_on")
    creator = "write"
