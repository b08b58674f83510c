"""The charter, petitions, the order of rotation, hand-overs and the secretariat's host as programs see them."""

from core.api import ObjectSerializer, Resource

from ..models import CharterRule, CharterVersion, Handover, Petition, RotationPlace, SecretariatPost


class CharterVersionSerializer(ObjectSerializer):
    class Meta:
        model = CharterVersion
        fields = (
            "id",
            "url",
            "number",
            "state",
            "effective_on",
            "note",
            "reason",
            "resolution",
            "decision",
            "version",
            "verbs",
        )


class CharterVersions(Resource):
    """The versions of the charter, each from its day on."""

    model = CharterVersion
    serializer_class = CharterVersionSerializer
    filterset_fields = ("state",)
    orders = ("-number", "effective_on")
    creator = "draft"


class CharterRuleSerializer(ObjectSerializer):
    class Meta:
        model = CharterRule
        fields = (
            "id",
            "url",
            "version",
            "code",
            "kind",
            "base",
            "numerator",
            "denominator",
            "inclusive",
            "tie",
            "secret",
            "number",
            "text_zh",
            "text_en",
            "confirmed",
            "confirmed_by",
            "source",
            "verbs",
        )


class CharterRules(Resource):
    """What each version says, rule by rule."""

    model = CharterRule
    serializer_class = CharterRuleSerializer
    filterset_fields = ("version", "code", "confirmed")
    orders = ("pk",)


class PetitionSerializer(ObjectSerializer):
    class Meta:
        model = Petition
        fields = (
            "id",
            "url",
            "title",
            "unit",
            "reason",
            "items",
            "state",
            "needed",
            "entitled",
            "reached_at",
            "due_on",
            "meeting",
            "version",
            "verbs",
        )


class Petitions(Resource):
    """Calls for an extraordinary meeting."""

    model = Petition
    serializer_class = PetitionSerializer
    filterset_fields = ("state", "unit")
    orders = ("-pk", "due_on")
    creator = "start"


class RotationPlaceSerializer(ObjectSerializer):
    class Meta:
        model = RotationPlace
        fields = (
            "id",
            "url",
            "round",
            "position",
            "unit",
            "state",
            "reason",
            "swap_with",
            "version",
            "verbs",
        )


class RotationPlaces(Resource):
    """The order in which units are to chair."""

    model = RotationPlace
    serializer_class = RotationPlaceSerializer
    filterset_fields = ("round", "state", "unit")
    orders = ("-round", "position")
    creator = "set_out"


class HandoverSerializer(ObjectSerializer):
    class Meta:
        model = Handover
        fields = (
            "id",
            "url",
            "term",
            "outgoing",
            "incoming",
            "state",
            "checklist",
            "note",
            "due_on",
            "outgoing_at",
            "incoming_at",
            "version",
            "verbs",
        )


class Handovers(Resource):
    """What one chair unit passes on to the next."""

    model = Handover
    serializer_class = HandoverSerializer
    filterset_fields = ("state",)


class SecretariatPostSerializer(ObjectSerializer):
    class Meta:
        model = SecretariatPost
        fields = (
            "id",
            "url",
            "unit",
            "state",
            "starts_on",
            "ends_on",
            "reason",
            "resolution",
            "decision",
            "source",
            "version",
            "verbs",
        )


class SecretariatPosts(Resource):
    """Which unit hosts the secretariat, from when to when."""

    model = SecretariatPost
    serializer_class = SecretariatPostSerializer
    filterset_fields = ("state", "unit")
    orders = ("-starts_on", "starts_on")
    creator = "propose"
