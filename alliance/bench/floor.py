"""What is the least a Django page costs here? The settings of ``startproject``, 25 rows, one query, one small table.

It shows the same rows, in the same order and with the same join, as the platform's list of tasks, and runs under the
same web server with the same flags and on the same database, in a process of its own.
"""

import environ
from django.conf import settings

env = environ.Env()

settings.configure(
    SECRET_KEY=env("SECRET_KEY"),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATABASES={
        "default": {**env.db_url_config(env("DATABASE_URL")), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    },
)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402


class Unit(models.Model):
    name_zh = models.CharField(max_length=120)

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "members_organization"

    def __str__(self):
        return self.name_zh


class Row(models.Model):
    title = models.CharField(max_length=120)
    lead = models.ForeignKey(Unit, models.PROTECT)
    due_on = models.DateField()
    state = models.CharField(max_length=10)

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "meetings_task"

    def __str__(self):
        return self.title


TABLE = engines["django"].from_string(
    """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>Tasks</title></head><body><table>
{% for row in rows %}<tr><td><a href="/tasks/{{ row.pk }}/">{{ row.title }}</a></td><td>{{ row.lead }}</td>
<td>{{ row.due_on }}</td><td>{{ row.state }}</td></tr>
{% endfor %}</table></body></html>"""
)


def table(request):
    rows = Row.objects.select_related("lead").order_by("due_on", "pk")[:25]
    return HttpResponse(TABLE.render({"rows": rows}, request))


urlpatterns = [path("", table)]
application = get_wsgi_application()
