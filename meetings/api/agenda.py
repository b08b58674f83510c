"""Agenda items for programs."""

from core.api import ObjectSerializer, Resource

from ..models import AgendaItem
from ..views.agenda import ItemFilter


class ItemSerializer(ObjectSerializer):
    class Meta:
        model = AgendaItem
        fields = (
            "id",
            "meeting",
            "position",
            "title",
            "kind",
            "summary",
            "unit",
            "presenter",
            "minutes",
            "state",
            "rule",
            "late",
            "reason",
            "conclusion",
            "version",
            "verbs",
            "url",
        )


class Items(Resource):
    """What meetings deal with."""

    model = AgendaItem
    serializer_class = ItemSerializer
    filterset_class = ItemFilter
    orders = ("-pk", "position")
    joins = ("meeting",)
    creator = "propose"
