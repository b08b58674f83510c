"""What do pages cost beside the floor, and how many questions do they put to the database?"""

from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.authtoken.models import Token

from members.models import User

from .filling import CLOSED, DELEGATE_PERSON, FULL, SECRETARIAT_PERSON, TASKS
from .timing import Caller, in_turn, together

TURNS = 40
MOST_TIMES = "<=3"
MOST_QUERIES = "<=12"


@dataclass(frozen=True)
class Page:
    """One address that is measured. Only lists are promised to stay near the floor."""

    name: str
    route: str
    args: tuple = ()
    query: str = ""
    api: bool = False
    is_list: bool = False

    @property
    def path(self):
        return reverse(self.route, args=self.args) + self.query


PAGES = (
    Page("home", "home"),
    Page("list.meetings", "meetings:meetings", is_list=True),
    Page("list.tasks", "meetings:tasks", is_list=True),
    Page("list.resolutions", "meetings:resolutions", is_list=True),
    Page("list.organizations", "members:organizations", is_list=True),
    Page("detail.meeting", "meetings:meeting", (FULL,)),
    Page("detail.meeting_replies", "meetings:meeting", (FULL,), "?tab=replies"),
    Page("detail.meeting_decisions", "meetings:meeting", (CLOSED,), "?tab=decisions"),
    Page("detail.task", "meetings:task", (TASKS // 2,)),
    Page("detail.resolution", "meetings:resolution", (7,)),
    Page("detail.zone", "members:zone", (1,)),
    Page("api.meetings", "meeting-list", api=True, is_list=True),
    Page("api.tasks", "task-list", api=True, is_list=True),
    Page("api.resolutions", "resolution-list", api=True, is_list=True),
    Page("api.organizations", "organization-list", api=True, is_list=True),
    Page("api.task", "task-detail", (TASKS // 2,), api=True),
)
READERS = {"secretariat": SECRETARIAT_PERSON, "delegate": DELEGATE_PERSON}
TASK_LIST = next(page for page in PAGES if page.name == "list.tasks")


class Reader:
    """Somebody signed in, as a browser and as a program."""

    def __init__(self, pk):
        person = User.objects.get(pk=pk)
        self.browser = Client(headers={"host": "127.0.0.1", "accept-language": "zh-hans"})
        self.browser.force_login(person)
        self.token = Token.objects.get_or_create(user=person)[0].key

    def headers(self, page) -> dict:
        if page.api:
            return {"Authorization": f"Token {self.token}"}
        cookies = "; ".join(f"{morsel.key}={morsel.value}" for morsel in self.browser.cookies.values())
        return {"Cookie": cookies, "Accept-Language": "zh-hans"}

    def caller(self, page, port) -> Caller:
        return Caller(port, page.path, **self.headers(page))

    def queries(self, page) -> int:
        """How many questions the page asks, once what a process asks only once has been answered."""
        headers = {"headers": self.headers(page)} if page.api else {}
        for _warm in range(2):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = self.browser.get(page.path, **headers)
            if answer.status_code != 200:
                raise RuntimeError(f"{page.path} answered {answer.status_code}")
        return len(asked)


def readers() -> dict[str, Reader]:
    """Everybody who reads, signed in. A copy of the database made after this knows them too."""
    return {name: Reader(pk) for name, pk in READERS.items()}


def measure(report, known, platform, floor):
    """Adds for each page and reader: queries, milliseconds, times the floor; and the floor itself."""
    bottom = Caller(floor.port, "/")
    floors = []
    for name, reader in known.items():
        for page in PAGES:
            label = f"{page.name}.{name}"
            page_time, floor_time = in_turn(reader.caller(page, platform.port), bottom, TURNS)
            floors.append(floor_time)
            report.add(f"{label}.queries", reader.queries(page), "queries", MOST_QUERIES)
            report.add(f"{label}.time", page_time * 1000, "ms")
            report.add(
                f"{label}.over_floor", page_time / floor_time, "times", MOST_TIMES if page.is_list else ""
            )
    report.add("floor.time", sorted(floors)[len(floors) // 2] * 1000, "ms")
    reader = known["secretariat"]
    for page in PAGES:
        if page.is_list:
            page_time, floor_time = together(reader.caller(page, platform.port), bottom, TURNS // 4)
            report.add(f"{page.name}.four_at_once.over_floor", page_time / floor_time, "times", MOST_TIMES)


def compare_sizes(report, known, few, many):
    """Adds what the same list costs over ``many`` rows as against over ``few``, for each reader."""
    for name, reader in known.items():
        for page in (TASK_LIST, next(p for p in PAGES if p.name == "api.tasks")):
            more, less = in_turn(reader.caller(page, many.port), reader.caller(page, few.port), TURNS * 2)
            report.add(f"{page.name}.{name}.500000_over_5000_rows", more / less, "times", "<=1.2")
