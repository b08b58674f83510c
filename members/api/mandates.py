"""Mandates and memberships for programs."""

import django_filters

from core.api import ObjectSerializer, Resource

from ..models import Mandate, Membership


class MandateFilter(django_filters.FilterSet):
    class Meta:
        model = Mandate
        fields = {
            "unit": ["exact"],
            "role": ["exact"],
            "person": ["exact"],
            "ends_on": ["exact", "lte", "gte", "isnull"],
        }


class MandateSerializer(ObjectSerializer):
    class Meta:
        model = Mandate
        fields = (
            "id",
            "person",
            "unit",
            "role",
            "title",
            "starts_on",
            "ends_on",
            "ended_reason",
            "version",
            "verbs",
            "url",
        )


class Mandates(Resource):
    """Who speaks for which unit, until when."""

    model = Mandate
    serializer_class = MandateSerializer
    filterset_class = MandateFilter
    orders = ("pk", "starts_on", "ends_on")
    creator = "appoint"


class MembershipFilter(django_filters.FilterSet):
    class Meta:
        model = Membership
        fields = ("unit", "state")


class MembershipSerializer(ObjectSerializer):
    class Meta:
        model = Membership
        fields = (
            "id",
            "unit",
            "state",
            "statement",
            "joined_on",
            "leaves_on",
            "reason",
            "version",
            "verbs",
            "url",
        )


class Memberships(Resource):
    """Belonging to the alliance, from application to leaving."""

    model = Membership
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter
    orders = ("pk", "joined_on")
    creator = "apply"
