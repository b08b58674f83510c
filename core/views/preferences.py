"""How I want to be told: kinds by channels, and the robots of my chat groups."""

import re

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from .. import notices, robots
from ..models import Channel, Preference, Robot

#: Where each service hides the key in the address it gives out.
KEY_IN_ADDRESS = {
    Channel.WECOM: r"qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?(?:.*&)?key=([\w-]+)",
    Channel.DINGTALK: r"oapi\.dingtalk\.com/robot/send\?(?:.*&)?access_token=([\w-]+)",
    Channel.FEISHU: r"open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)",
}


class RobotForm(forms.ModelForm):
    everything = forms.BooleanField(
        label=gettext_lazy("Send everything I am told to this group as well"), required=False, initial=True
    )

    class Meta:
        model = Robot
        fields = ["channel", "name", "key", "secret"]
        widgets = {"key": forms.TextInput(attrs={"autocomplete": "off"}), "secret": forms.TextInput}
        help_texts = {
            "key": gettext_lazy("Paste the whole webhook address that the group's robot shows."),
            "secret": gettext_lazy("Only DingTalk, and only if the robot was set to sign."),
        }
        labels = {"key": gettext_lazy("Webhook address")}

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.person = person
        taken = set(person.robots.values_list("channel", flat=True))
        offered = [c for c in _channels() if c in notices.ROBOTS and c not in taken]
        self.fields["channel"].choices = [(c, Channel(c).label) for c in offered]
        self.open = bool(offered)

    def clean(self):
        given = super().clean()
        channel, key = given.get("channel"), (given.get("key") or "").strip()
        if channel and key:
            found = re.search(KEY_IN_ADDRESS[channel], key)
            if found is None and not re.fullmatch(r"[A-Za-z0-9_-]{16,100}", key):
                self.add_error("key", _("This is not a webhook address of the service chosen."))
            given["key"] = found[1] if found else key
        return given


def _channels():
    return [channel for channel in Channel.values if channel in settings.NOTICE_CHANNELS]


def preferences(request):
    """The grid, and the robots below it."""
    return _page(request, RobotForm(person=request.user))


def _page(request, form, status=200):
    own = list(request.user.robots.order_by("channel"))
    having = {robot.channel for robot in own if robot.enabled}
    channels = [c for c in _channels() if c not in notices.ROBOTS or c in having]
    context = {
        "page_title": _("What I am told, and how"),
        "channels": [{"name": c, "label": Channel(c).label} for c in channels],
        "nouns": _grid(request.user, channels),
        "robots": own,
        "robot_form": form,
    }
    return render(request, "core/notices/settings.html", context, status=status)


def _grid(person, channels):
    answers = {(p.kind, p.channel): p.wanted for p in Preference.objects.filter(person=person)}
    groups = {}
    # The floor's own kinds, such as finished exports, matter least and come last.
    for kind, label in sorted(notices.kinds.items(), key=lambda entry: entry[0].startswith("core.")):
        default = notices.default_channels(kind)
        cells = [
            {"name": f"{kind}:{c}", "label": Channel(c).label, "wanted": answers.get((kind, c), c in default)}
            for c in channels
        ]
        groups.setdefault(noun(kind), []).append({"kind": kind, "label": label, "cells": cells})
    return [{"title": title, "rows": rows} for title, rows in groups.items()]


def noun(kind: str) -> str:
    """What a kind is about, in the reader's words: the name of its model."""
    app, model = kind.split(".")[:2]
    try:
        return str(apps.get_model(app, model)._meta.verbose_name)
    except LookupError:
        return _("Other")


@require_POST
def save(request):
    """Keep the answers that differ from what everybody is told anyway; the rest follow the default."""
    having = set(request.user.robots.filter(enabled=True).values_list("channel", flat=True))
    channels = [c for c in _channels() if c not in notices.ROBOTS or c in having]
    rows = []
    for kind in notices.kinds:
        default = notices.default_channels(kind)
        for channel in channels:
            wanted = f"{kind}:{channel}" in request.POST
            if wanted != (channel in default):
                rows.append(Preference(person=request.user, kind=kind, channel=channel, wanted=wanted))
    with transaction.atomic():
        Preference.objects.filter(person=request.user, channel__in=channels, kind__in=notices.kinds).delete()
        Preference.objects.bulk_create(rows)
    messages.success(request, _("Saved."))
    return redirect("notice_settings")


@require_POST
def add_robot(request):
    form = RobotForm(request.POST, person=request.user)
    if not form.is_valid():
        return _page(request, form, status=400)
    with transaction.atomic():
        robot = form.save()
        if form.cleaned_data["everything"]:
            rows = [
                Preference(person=request.user, kind=kind, channel=robot.channel, wanted=True)
                for kind in notices.kinds
            ]
            Preference.objects.filter(person=request.user, channel=robot.channel).delete()
            Preference.objects.bulk_create(rows)
    messages.success(
        request, _("The robot was added. Send a test message to see whether the group hears it.")
    )
    return redirect("notice_settings")


@require_POST
def change_robot(request, pk, verb):
    """``test`` says one sentence in the group, ``remove`` takes the robot away."""
    robot = request.user.robots.filter(pk=pk).first()
    if robot is None or verb not in ("test", "remove"):
        raise Http404
    if verb == "remove":
        with transaction.atomic():
            Preference.objects.filter(person=request.user, channel=robot.channel).delete()
            robot.delete()
        messages.success(request, _("The robot was removed."))
    else:
        _test(request, robot)
    return redirect("notice_settings")


def _test(request, robot):
    if not robots.take(robot, 1, timezone.now()):
        messages.warning(
            request, _("This group has had its messages for this minute. Try again in a minute.")
        )
        return
    try:
        robots.say(robot, _("This is a test. Notices to %(name)s will appear here.") % {"name": request.user})
    except robots.Unheard as refusal:
        messages.error(request, _("The group did not hear it: %(reason)s") % {"reason": refusal})
    else:
        messages.success(request, _("The test message is in the group."))
