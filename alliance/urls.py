"""Where everything lives."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.api import Nowhere
from meetings.views import calendar, invitations
from members.api.tokens import obtain_token
from members.views import accounts as account_views
from members.views.mandates import switch_mandate

from . import health
from .api import router
from .views import home, search, styleguide

# Django's own sign-in page would go round rate limits and the second factor.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("", include("core.urls")),
    path("profile/", account_views.profile, name="profile"),
    path("profile/token/", account_views.drop_token, name="drop_token"),
    path("mandate/", switch_mandate, name="switch_mandate"),
    path("members/", include("members.urls")),
    path("meetings/", include("meetings.urls")),
    path("projects/", include("projects.urls")),
    path("r/<str:token>/", invitations.tap, name="reply_link"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("api/v1/token/", obtain_token, name="token"),
    path("api/v1/", include(router.urls)),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    re_path(r"^api/.*/$", Nowhere.as_view()),
    path("healthz", login_not_required(health.healthz), name="healthz"),
    path("readyz", login_not_required(health.readyz), name="readyz"),
    path("metrics", login_not_required(health.metrics), name="metrics"),
]
