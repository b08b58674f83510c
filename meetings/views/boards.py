"""Tasks seen otherwise than as a list: a board by state, a month, a chart over weeks, a scoreboard, the ladder."""

import calendar
from datetime import date, timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import clock, pages
from core.permissions import find

from .. import ladder, lights, scoreboard, tasks
from ..models import Ladder, Task
from .task_frame import views
from .tasks import badge

State, Light = Task.State, clock.Light
#: Cards of one column; its heading leads to the list with all of them.
MOST_CARDS = 20
MOST_IN_MONTH = 400
MOST_OF_A_DAY = 4
ROWS, WEEKS = 30, 16
DAY_WIDTH = 6


def _own(request):
    rows = tasks.visible_to(request.user)
    return rows.filter(tasks.concerning(request.user)) if request.GET.get("mine") == "1" else rows


def _whose(request):
    mine = request.GET.get("mine") == "1"
    return [
        {"label": pgettext("tasks", "Everybody's"), "url": "?", "active": not mine, "count": None},
        {"label": pgettext("tasks", "My unit's"), "url": "?mine=1", "active": mine, "count": None},
    ]


def board(request):
    """Columns by state; the most urgent first, what is done newest first."""
    now, rows = timezone.now(), _own(request)
    today = clock.local_date(now)
    mine = "&mine=1" if request.GET.get("mine") == "1" else ""
    columns = [
        (pgettext("tasks", "Overdue"), "?light=overdue", lights.with_light(rows, Light.OVERDUE, today)),
        (pgettext("tasks", "Due soon"), "?light=warn", lights.with_light(rows, Light.WARN, today)),
        (_("In progress"), "?light=ok", lights.with_light(rows, Light.OK, today)),
        (_("Paused or awaiting acceptance"), "?light=paused", lights.with_light(rows, Light.PAUSED, today)),
    ]
    done = rows.filter(state=State.DONE).order_by("-done_at", "-pk")
    shown = [
        _column(label, query + mine, found.order_by("due_on", "pk"), now) for label, query, found in columns
    ]
    shown.append(_column(_("Done"), "?state=done" + mine, done, now))
    context = {"page_title": _("Board of tasks"), "columns": shown, "chips": _whose(request)}
    return render(request, "meetings/tasks/board.html", {**context, "tabs": views("meetings:task_board")})


def _column(label, query, rows, now):
    found = list(rows[: MOST_CARDS + 1])
    return {
        "label": label,
        "url": reverse("meetings:tasks") + query,
        "more": len(found) > MOST_CARDS,
        "count": min(len(found), MOST_CARDS),
        "cards": [
            {"task": task, "light": lights.light(task, now), "badge": badge(task)}
            for task in found[:MOST_CARDS]
        ],
    }


def month(request):
    """What is due on which day of a month (``?month=2026-12``)."""
    today = timezone.localdate()
    first = _first_of(request.GET.get("month", ""), today)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    span = (weeks[0][0], weeks[-1][-1])
    rows = _own(request).filter(due_on__range=span).exclude(state=State.CANCELLED)
    now, by_day = timezone.now(), {}
    for task in rows.order_by("due_on", "pk")[:MOST_IN_MONTH]:
        by_day.setdefault(task.due_on, []).append({"task": task, "light": lights.light(task, now)})
    days = [[_day_cell(day, first, today, by_day.get(day, [])) for day in week] for week in weeks]
    before, after = first - timedelta(days=1), weeks[-1][-1] + timedelta(days=1)
    after = after if after.day == 1 else (first + timedelta(days=32)).replace(day=1)
    mine = "&mine=1" if request.GET.get("mine") == "1" else ""
    context = {
        "page_title": _("Tasks due"),
        "month": first,
        "weeks": days,
        "before_url": f"?month={before:%Y-%m}{mine}",
        "after_url": f"?month={after:%Y-%m}{mine}",
        "tabs": views("meetings:task_month"),
        "chips": _whose(request),
    }
    return render(request, "meetings/tasks/month.html", context)


def _first_of(text, today):
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def _day_cell(day, first, today, found):
    return {
        "day": day,
        "other": day.month != first.month,
        "today": day == today,
        "working": clock.is_working_day(day),
        "tasks": found[:MOST_OF_A_DAY],
        "more": max(len(found) - MOST_OF_A_DAY, 0),
    }


def chart(request):
    """Unfinished tasks as bars over the weeks from two weeks ago on, with milestones and today's line."""
    now = timezone.now()
    today = clock.local_date(now)
    start = today - timedelta(days=today.weekday() + 14)
    end = start + timedelta(weeks=WEEKS)
    found = list(
        _own(request)
        .filter(state__in=lights.UNFINISHED)
        .order_by("due_on", "pk")
        .prefetch_related("milestones")[: ROWS + 1]
    )
    context = {
        "page_title": _("Chart of tasks"),
        "rows": [_bar(task, start, end, now) for task in found[:ROWS]],
        "more": len(found) > ROWS,
        "weeks": [
            {"x": place * 7 * DAY_WIDTH, "day": start + timedelta(weeks=place)}
            for place in range(0, WEEKS, 2)
        ],
        "width": WEEKS * 7 * DAY_WIDTH,
        "today_x": (today - start).days * DAY_WIDTH,
        "tabs": views("meetings:task_chart"),
        "chips": _whose(request),
    }
    return render(request, "meetings/tasks/chart.html", context)


def _bar(task, start, end, now):
    last = (end - start).days
    place = lambda day: min(max((day - start).days, 0), last)  # noqa: E731
    begin, until = place(clock.local_date(task.created_at)), place(task.due_on)
    if until <= begin:
        begin = max(until - 1, 0)
        until = begin + 1
    width = (until - begin) * DAY_WIDTH
    return {
        "task": task,
        "light": lights.light(task, now),
        "x": begin * DAY_WIDTH,
        "width": width,
        "done": round(width * task.percent / 100),
        "milestones": [
            {"x": place(row.due_on) * DAY_WIDTH, "title": row.title, "done": row.done_on is not None}
            for row in task.milestones.all()
            if start <= row.due_on <= end
        ],
    }


def board_of_zones(request):
    """Do the zones keep their days? With the number of tasks beside every rate."""
    today = timezone.localdate()
    context = {
        "page_title": _("Do the zones keep their days?"),
        "scores": scoreboard.scores(today) if tasks.acts_as(request.user, *tasks.INSIDE) else [],
        "today": today,
        "least": scoreboard.LEAST_RANKED,
        "tabs": views("meetings:scoreboard"),
    }
    return render(request, "meetings/tasks/scoreboard.html", context)


def steps(request):
    """The days of the ladder, and how a task climbs it."""
    ladder.current()
    obj = find(Ladder, request.user, 1)
    numbers = [
        (_("Reminder"), _("to whoever answers for the leading unit"), -obj.remind_days),
        (_("Urging"), _("to whoever answers for the leading unit"), obj.urge_days),
        (_("Supervision letter"), _("the secretariat is told that the letter is due"), obj.supervise_days),
        (
            _("To the joint meeting"),
            _("the secretariat and the chair unit are told"),
            obj.table_days,
        ),
    ]
    return pages.detail(
        request,
        obj,
        "meetings/tasks/ladder.html",
        page_title=str(obj),
        crumbs=[{"label": _("Tasks"), "url": reverse("meetings:tasks")}],
        rungs=[
            {"label": label, "what": what, "days": f"D{days:+d}" if days else "D"}
            for label, what, days in numbers
        ],
    )
