"""The workbench: what waits for me, what comes due, what I wait for; and the front page for the public."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone

from alliance import workbench


@login_not_required
def home(request):
    """The workbench of whoever is signed in; to the public, what the alliance is and who belongs to it."""
    if not request.user.is_authenticated:
        return render(request, "alliance/front.html", workbench.front(timezone.now()))
    return render(request, "alliance/home.html", workbench.build(request.user, timezone.now()))
