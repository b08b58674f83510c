"""How a program gets its token: a person's name and password, and the second factor where there is one."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from core.api import REFUSALS
from core.workflow import Refused


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(help_text="User name or e-mail")
    password = serializers.CharField(trim_whitespace=False)
    code = serializers.CharField(required=False, help_text="The six digits, when two-step sign-in is on")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class TokenThrottle(AnonRateThrottle):
    """So many tries a minute from one address; the rate is a setting."""

    scope = "token"


class ObtainToken(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (TokenThrottle,)

    @extend_schema(
        request=CredentialsSerializer,
        responses={200: TokenSerializer, **{code: REFUSALS[code] for code in (400, 429)}},
    )
    def post(self, request):
        """The person's token. It acts under the first mandate in force, or the one named in ``X-Mandate``."""
        asked = CredentialsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        field = "email" if "@" in given["username"] else "username"
        try:
            # allauth's own door counts failures per account, wherever they come from.
            person = get_adapter().authenticate(
                request._request, **{field: given["username"]}, password=given["password"]
            )
        except ValidationError as too_many:
            raise Throttled(detail=" ".join(too_many.messages)) from too_many
        if person is None:
            raise Refused(_("The name or the password is wrong, or the account is closed."))
        self._check_second_factor(person, given.get("code", ""))
        token, _created = Token.objects.get_or_create(user=person)
        return Response({"token": token.key})

    @staticmethod
    def _check_second_factor(person, code):
        second = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
        if second is not None and not TOTP(second).validate_code(code):
            sentence = _("Two-step sign-in is on: enter the six digits of your app.")
            raise Refused(sentence, {"code": [sentence]})


obtain_token = ObtainToken.as_view()
