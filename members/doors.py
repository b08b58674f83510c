"""How a person comes in: which mandate a request acts under, and how allauth and the API know people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import TokenAuthentication as BaseTokenAuthentication
from rest_framework.exceptions import PermissionDenied

SESSION_KEY = "mandate"
OTHER_UNIT = _("You no longer act for the unit this page was opened for. Nothing was done.")


def choose(user, mandate_id):
    """Act under the current mandate with this id. Returns False if the person has no such mandate today."""
    for mandate in user.current_mandates:
        if str(mandate.pk) == str(mandate_id):
            user.act_under(mandate)
            return True
    return False


class ActingMandateMiddleware:
    """Let the signed-in person act under the mandate chosen in this session, if it is still in force.

    A page says under which mandate it was opened. What is pressed on it after the person has come to act under another
    (this one ended, or was changed in a second window) is not done: a vote would be another unit's.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and (chosen := request.session.get(SESSION_KEY)):
            choose(request.user, chosen)
        pressed = request.htmx and request.method == "POST"
        if pressed and self._was_opened_for_another(request, request.headers.get("X-Mandate")):
            messages.warning(request, OTHER_UNIT)
            return HttpResponse(status=409, headers={"HX-Refresh": "true"})
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """A form says it in a field as well, for a browser without htmx; programs' doors have no such forms."""
        if request.method != "POST" or request.htmx or getattr(view, "csrf_exempt", False):
            return None
        if not self._was_opened_for_another(request, request.POST.get("opened_for")):
            return None
        return render(request, "refused.html", {"sentence": OTHER_UNIT, "status": 409}, status=409)

    @staticmethod
    def _was_opened_for_another(request, opened_under):
        mandate = request.user.mandate if opened_under and request.user.is_authenticated else None
        return bool(opened_under) and (mandate is None or str(mandate.pk) != opened_under)


class TokenAuthentication(BaseTokenAuthentication):
    """API tokens act under the first current mandate, or the one that the header ``X-Mandate`` names."""

    def authenticate(self, request):
        result = super().authenticate(request)
        chosen = request.headers.get("X-Mandate")
        if result is not None and chosen and not choose(result[0], chosen):
            raise PermissionDenied(_("You hold no such mandate today."))
        return result


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation only."""

    def is_open_for_signup(self, request):
        return False

    def format_email_subject(self, subject):
        """The subject alone: who writes, the sender says."""
        return subject

    def send_mail(self, template_prefix, email, context):
        """Write to people in their own language and in the name of the alliance, whoever caused the mail."""
        user = context.get("user")
        with translation.override(getattr(user, "language", "") or translation.get_language()):
            named = {"alliance_name": str(settings.ALLIANCE_NAME), **context}
            super().send_mail(template_prefix, email, named)
