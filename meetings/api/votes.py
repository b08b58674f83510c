"""Motions for programs: ``POST /api/v1/motions/<id>/cast/`` votes for the caller's unit."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import ObjectSerializer, Resource

from ..models import Motion, Vote


class SeatSerializer(serializers.Serializer):
    """A unit on the frozen roll; its ``choice`` is shown once the vote is closed.

    Of a secret ballot neither ``choice`` nor ``voted`` is ever told.
    """

    unit = serializers.IntegerField()
    present = serializers.BooleanField()
    recused = serializers.BooleanField()
    holder = serializers.IntegerField(allow_null=True, help_text="The unit that votes for it by proxy.")
    voted = serializers.BooleanField(allow_null=True)
    choice = serializers.ChoiceField(choices=Vote.Choice.choices, allow_null=True)
    means = serializers.ChoiceField(choices=Vote.Means.choices, allow_null=True)


class MotionSerializer(ObjectSerializer):
    roll = serializers.SerializerMethodField()
    sentence = serializers.CharField(read_only=True, help_text="The printed arithmetic of the decision.")

    class Meta:
        model = Motion
        fields = (
            "id",
            "version",
            "meeting",
            "item",
            "text",
            "method",
            "state",
            "rule",
            "charter",
            "opened_at",
            "closed_at",
            "closes_at",
            "places",
            "round",
            "previous",
            "fingerprint",
            "result",
            "passed",
            "sentence",
            "reason",
            "roll",
            "verbs",
            "url",
        )

    @extend_schema_field(SeatSerializer(many=True))
    def get_roll(self, motion):
        votes = {vote.unit_id: vote for vote in motion.votes.all()}
        closed = motion.state == Motion.State.CLOSED
        return [
            {
                "unit": seat.unit_id,
                "present": seat.present,
                "recused": seat.recused,
                "holder": seat.holder_id,
                "voted": None if motion.is_secret else seat.unit_id in votes,
                "choice": votes[seat.unit_id].choice if closed and seat.unit_id in votes else None,
                "means": votes[seat.unit_id].means if closed and seat.unit_id in votes else None,
            }
            for seat in motion.seats.all()
        ]


class Motions(Resource):
    """Questions put to the vote."""

    model = Motion
    serializer_class = MotionSerializer
    fetches = ("seats", "votes", "scrutineers", "later")
    filterset_fields = ("meeting", "item", "state")
    orders = ("-pk",)
    creator = "put"
