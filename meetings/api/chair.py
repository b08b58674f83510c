"""Chair terms and nominations as programs see them."""

from core.api import ObjectSerializer, Resource

from ..models import ChairTerm


class ChairTermSerializer(ObjectSerializer):
    class Meta:
        model = ChairTerm
        fields = (
            "id",
            "url",
            "number",
            "unit",
            "state",
            "starts_on",
            "ends_on",
            "statement",
            "resolution",
            "decision",
            "reason",
            "source",
            "version",
            "created_at",
            "verbs",
        )


class ChairTerms(Resource):
    """Who chairs the alliance, from when to when; nominations for the next term."""

    model = ChairTerm
    serializer_class = ChairTermSerializer
    filterset_fields = ("state", "unit")
    orders = ("-starts_on", "starts_on", "number", "-number")
    creator = "nominate"
