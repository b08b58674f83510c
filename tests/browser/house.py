"""The platform as a browser meets it: a process of its own with the world of tests in a database of its own.

``python -m tests.browser.house`` builds that world and prints what the browser must know of it, as JSON.
"""

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page

from tests import machine

ROLES = ("secretariat", "chair", "delegate", "observer", "company")


@dataclass
class House:
    """``url`` of the running platform, ``facts`` about its world; see :func:`build`."""

    url: str
    facts: dict

    def path(self, name):
        return self.url + self.facts["paths"][name]


def build():
    """The world, with all eleven zones as members; ids, paths and a session for each role."""
    import django

    django.setup()
    from django.test import Client
    from django.urls import reverse

    from meetings import attendance
    from tests.world import World

    world = World()
    for code in world.cast.all_eleven():
        world.cast.delegate_of(code)
    attendance.leave(world.presence, by=world.clerk)
    names = {"called": world.called, "sitting": world.meeting, "held": world.held, "draft": world.draft}
    paths = {name: meeting.get_absolute_url() for name, meeting in names.items()}
    paths |= {
        f"{name} object": world.objects[name].get_absolute_url() for name in ("task", "resolution", "minutes")
    }
    paths |= {
        "room": reverse("meetings:room", args=[world.meeting.pk]),
        "projector": reverse("meetings:projector", args=[world.meeting.pk]),
        "reply": reverse("meetings:invitation_verb", args=[world.invitation.pk, "reply"]),
        "tap": _link(world, "chair"),
        "tap once": _link(world, "delegate_b"),
        "motion": world.motion.get_absolute_url(),
        "item": world.proposal.get_absolute_url(),
        "zone": reverse("members:zone", args=[world.zone.pk]),
        "organization": world.company.get_absolute_url(),
        "mandate": world.mandate.get_absolute_url(),
        "chairterm": world.chairterm.get_absolute_url(),
    }
    for name in (
        *("home", "search", "inbox", "notice_settings", "profile", "account_login"),
        *("members:zones", "members:organizations", "members:mandates", "members:memberships"),
        *(
            "meetings:meetings",
            "meetings:items",
            "meetings:calendar",
            "meetings:charter",
            "meetings:resolutions",
        ),
        *("meetings:tasks", "meetings:minutes_list", "meetings:chair", "meetings:meeting_new"),
    ):
        paths[name.removeprefix("meetings:").removeprefix("members:")] = reverse(name)
    sessions = {}
    for who in ROLES:
        browser = Client()
        browser.force_login(world.cast.person(who))
        sessions[who] = browser.cookies["sessionid"].value
    print(json.dumps({"paths": paths, "sessions": sessions, "pin": world.meeting.pin}))


def _link(world, who):
    """The link in the notice for this person's unit."""
    from django.urls import reverse

    from meetings import invitations

    person = world.cast.person(who)
    invitation = world.called.invitations.get(unit=person.unit)
    return reverse("reply_link", args=[invitations.reply_token(invitation, person)])


@contextmanager
def opened(folder):
    """A house that is running; yields it as :class:`House`."""
    machine.manage("migrate", "--verbosity", 0, folder=folder)
    machine.manage("createcachetable", folder=folder)
    machine.manage("collectstatic", "--noinput", "--verbosity", 0, folder=folder)
    port = machine.free_port()
    environment = machine.environment(folder, SITE_URL=f"http://127.0.0.1:{port}")
    built = subprocess.run(
        [sys.executable, "-m", "tests.browser.house"],
        cwd=machine.ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=machine.ROOT, env=environment, stdout=log, stderr=log)
    try:
        machine.until(lambda: process.poll() is None and machine._answers(port), 60, "the first page")
        yield House(f"http://127.0.0.1:{port}", json.loads(built.stdout.splitlines()[-1]))
    finally:
        process.kill()
        process.wait()


class Hand:
    """A reader's hand: presses what has that name, and counts how often."""

    def __init__(self, page: Page):
        self.page = page
        self.clicks = 0

    def press(self, name, role="button", **which):
        self.clicks += 1
        self.page.get_by_role(role, name=name, **which).locator("visible=true").first.click()

    def sign_in(self, house, username, password):
        self.page.goto(house.path("account_login"))
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", password)
        self.press("登录")
        self.page.wait_for_url(f"{house.url}/")


if __name__ == "__main__":
    build()
