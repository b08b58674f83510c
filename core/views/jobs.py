"""The page of a background job: how far it is, its result, and leaving it alone."""

from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import permissions
from ..models import Job
from ..workflow import available

State = Job.State


def job(request, pk):
    """The page, or for htmx its moving part alone."""
    found = permissions.find(Job, request.user, pk)
    ended = found.state not in (State.WAITING, State.RUNNING)
    context = {
        "page_title": found.label,
        "job": {
            "title": found.get_state_display(),
            "done": found.done,
            "total": found.total,
            "state": "running" if found.state == State.WAITING else found.state,
            "sentence": found.message or _sentence(found),
            "cancel_url": _cancel_url(found, request.user),
            "result_url": reverse("job_file", args=[found.pk]) if found.file else "",
            "result_label": _("Download %(name)s") % {"name": found.filename},
            "poll_url": "" if ended else found.get_absolute_url(),
        },
        "refresh": not ended,
    }
    return render(request, "components/progress.html" if request.htmx else "core/jobs/detail.html", context)


def _cancel_url(found, user):
    offered = any(offer.name == "cancel" and offer.open for offer in available(found, user))
    return reverse("job_verb", args=[found.pk, "cancel"]) if offered else ""


def _sentence(found):
    match found.state:
        case State.WAITING | State.RUNNING:
            return _("You can leave this page. We tell you in your inbox when it is done.")
        case State.DONE if found.filename and not found.file:
            return _("The file was removed after 7 days. Start it again if you still need it.")
        case State.DONE if found.file:
            return _("The result is kept for 7 days.")
        case State.CANCELLED:
            return _("You cancelled this. Nothing was kept.")
    return ""


def file(request, pk):
    """The file a job left, for whoever asked for it."""
    found = permissions.find(Job, request.user, pk)
    if not found.file or not found.file.storage.exists(found.file.name):
        raise Http404
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
