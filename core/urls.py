"""Where the floor's own pages live: inbox, notice settings, documents, jobs."""

from django.urls import path

from . import pages
from .models import Job
from .views import documents, inbox, jobs, preferences

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/<int:pk>/", inbox.open_notice, name="notice"),
    path("inbox/settings/", preferences.preferences, name="notice_settings"),
    path("inbox/settings/save/", preferences.save, name="notice_settings_save"),
    path("inbox/robots/new/", preferences.add_robot, name="robot_new"),
    path("inbox/robots/<int:pk>/<slug:verb>/", preferences.change_robot, name="robot_verb"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/file/", jobs.file, name="job_file"),
    path("jobs/<int:pk>/<slug:verb>/", pages.perform, {"model": Job}, name="job_verb"),
]
