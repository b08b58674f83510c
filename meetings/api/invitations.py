"""Invitations and replies for programs."""

import django_filters
from rest_framework import serializers

from core.api import ObjectSerializer, Resource
from members.mandates import Role, acts_as

from ..models import Attendee, Invitation


class InvitationFilter(django_filters.FilterSet):
    class Meta:
        model = Invitation
        fields = ["meeting", "unit", "state", "capacity"]


class AttendeeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Attendee
        fields = ("name", "title", "capacity", "phone", "lodging", "plate")


class InvitationSerializer(ObjectSerializer):
    attendees = AttendeeSerializer(many=True, read_only=True)

    class Meta:
        model = Invitation
        fields = (
            "id",
            "meeting",
            "unit",
            "capacity",
            "state",
            "replied_at",
            "note",
            "attendees",
            "version",
            "verbs",
            "url",
        )

    def to_representation(self, invitation):
        """As on the pages: telephones, lodging and plates are for the secretariat and the unit itself."""
        shown = super().to_representation(invitation)
        user = self.context["request"].user
        if invitation.unit_id != user.unit_id and not acts_as(user, Role.SECRETARIAT):
            for person in shown["attendees"]:
                person.update(phone="", lodging=False, plate="")
        return shown


class Invitations(Resource):
    """Each unit's invitation to a meeting, and its reply."""

    model = Invitation
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter
    orders = ("pk", "replied_at")
    joins = ("meeting", "unit")
    fetches = ("attendees",)
