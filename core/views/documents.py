"""Fetching a document: as an attachment, for whoever may see the object it belongs to."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404

from .. import permissions
from ..models import Document


@login_not_required
def document(request, pk):
    """404 for whoever may not see the object; a reader nobody knows yet is asked to sign in first."""
    try:
        found = _readable(request.user, pk)
    except Http404:
        if request.user.is_authenticated:
            raise
        return redirect_to_login(request.get_full_path())
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_kind
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _readable(user, pk) -> Document:
    found = Document.objects.select_related("content_type").filter(pk=pk).first()
    model = found.content_type.model_class() if found else None
    if model not in permissions.visible_models():
        raise Http404
    permissions.find(model, user, found.object_id)
    if not found.file.storage.exists(found.file.name):
        raise Http404
    return found
