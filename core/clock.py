"""Which days are worked, and how far has a promised time run?

Days come from the national table (the ``holidays`` package: statutory days and weekends worked in exchange),
overridden by :class:`core.models.CalendarDay`. A day is a local date of ``settings.TIME_ZONE``; the moment of
asking is always an argument.

Counting follows the Civil Code, articles 201 and 203: the first day is not counted, the last runs to its end.
"""

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays
from celery.signals import task_postrun, task_prerun
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db.models import TextChoices
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import pgettext_lazy

ONE_DAY = timedelta(days=1)


class Light(TextChoices):
    OK = "ok", pgettext_lazy("light", "On track")
    WARN = "warn", pgettext_lazy("light", "Due soon")
    OVERDUE = "overdue", pgettext_lazy("light", "Overdue")
    PAUSED = "paused", pgettext_lazy("light", "Paused")
    DONE = "done", pgettext_lazy("light", "Closed")


class NationalYear(NamedTuple):
    off: dict  # date -> Chinese name of the holiday
    worked_weekends: frozenset

    @property
    def announced(self):
        """Every yearly notice since 2001 exchanges weekends; a year without any has not been announced."""
        return bool(self.worked_weekends)


@lru_cache(maxsize=32)
def national_year(year):
    # weekend_workdays also carries worked weekends of 2001-2011 whatever the year asked for.
    table = holidays.country_holidays("CN", years=year, language="zh_CN")
    return NationalYear(
        off={day: name for day, name in table.items() if day.year == year},
        worked_weekends=frozenset(day for day in table.weekend_workdays if day.year == year),
    )


@dataclass(frozen=True)
class Calendar:
    """The national table with ``overrides`` (date -> working) on top; pure."""

    overrides: dict

    def is_working_day(self, day):
        day = local_date(day)
        if day in self.overrides:
            return self.overrides[day]
        national = national_year(day.year)
        if day in national.worked_weekends:
            return True
        return day.weekday() < 5 and day not in national.off

    def is_provisional(self, day):
        """Whether the day may still change: its year's national notice is not known yet.

        The notice for a new year may also exchange days of the last week of the old one. A worked weekend
        entered by hand shows that the notice was taken over; a day entered by hand is settled in itself.
        """
        day = local_date(day)
        if day in self.overrides:
            return False
        year = (day + timedelta(days=7)).year
        entered = any(
            working
            for other, working in self.overrides.items()
            if other.year == year and other.weekday() >= 5
        )
        return not (entered or national_year(year).announced)

    def add(self, moment, days):
        """The ``days``-th working day after (before, if negative) a date or datetime; zero changes nothing.

        A datetime keeps its local time of day and comes back aware.
        """
        if isinstance(moment, datetime):
            local = timezone.localtime(moment)
            moved = datetime.combine(self.add(local.date(), days), local.time())
            return timezone.make_aware(moved)
        step = ONE_DAY if days > 0 else -ONE_DAY
        left = abs(days)
        while left:
            moment += step
            left -= self.is_working_day(moment)
        return moment

    def days(self, after, until):
        """The working days of the span: ``after`` itself not counted, ``until`` counted."""
        day, until = local_date(after), local_date(until)
        while day < until:
            day += ONE_DAY
            if self.is_working_day(day):
                yield day

    def between(self, a, b):
        """How many working days lie after ``a`` up to and with ``b``; negative when ``b`` is earlier."""
        if local_date(b) < local_date(a):
            return -self.between(b, a)
        return sum(1 for _day in self.days(a, b))


# --- the calendar in force --------------------------------------------------------------
# The overrides are read once a request or task, and at every call outside of one: another process's change is
# seen at once, and nothing outlives the transaction it was read in.
_reading = threading.local()


def calendar():
    """The calendar in force: the national table with the overrides of the database."""
    if getattr(_reading, "depth", 0):
        if _reading.calendar is None:
            _reading.calendar = _read()
        return _reading.calendar
    return _read()


@contextmanager
def one_reading():
    """Within the block the overrides are read once; for loops outside of a request or task."""
    _open()
    try:
        yield
    finally:
        _close()


def _read():
    days = apps.get_model("core", "CalendarDay").objects.values_list("day", "working")
    return Calendar(dict(days))


def _open(**kwargs):
    _reading.depth = getattr(_reading, "depth", 0) + 1
    _reading.calendar = None


def _close(**kwargs):
    _reading.depth = max(getattr(_reading, "depth", 0) - 1, 0)
    _reading.calendar = None


def _start_request(**kwargs):
    # A broken connection may end a request without its closing signal: a new one starts afresh.
    _reading.depth = 0
    _open()


def _forget(**kwargs):
    _reading.calendar = None


request_started.connect(_start_request, dispatch_uid="core.clock.open")
request_finished.connect(_close, dispatch_uid="core.clock.close")
task_prerun.connect(_open, dispatch_uid="core.clock.open", weak=False)
task_postrun.connect(_close, dispatch_uid="core.clock.close", weak=False)
post_save.connect(_forget, sender="core.CalendarDay", dispatch_uid="core.clock.forget")
post_delete.connect(_forget, sender="core.CalendarDay", dispatch_uid="core.clock.forget")


# --- asking it --------------------------------------------------------------------------
def local_date(moment):
    """The local date of a date or an aware datetime."""
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def end_of_day(day):
    """The last moment of a local date, aware."""
    return timezone.make_aware(datetime.combine(local_date(day), time.max))


def is_working_day(day):
    return calendar().is_working_day(day)


def is_provisional(day):
    """Whether the national notice for that day is still to come, so that counts across it may change."""
    return calendar().is_provisional(day)


def add_working_days(moment, days):
    """See :meth:`Calendar.add`."""
    return calendar().add(moment, days)


def working_days_before(moment, days):
    """The ``days``-th working day before, at the same time of day."""
    return calendar().add(moment, -days)


def working_days_between(a, b):
    """See :meth:`Calendar.between`."""
    return calendar().between(a, b)


def light(due, now, *, done=False, paused=False, warn_working_days=5):
    """The light of something promised for ``due`` (a date means its end, None means no promise).

    Closed things are closed however late they were; a paused thing owes nothing now; a warning starts with
    the first hour of the ``warn_working_days``-th working day before the due day.
    """
    if done:
        return Light.DONE
    if paused:
        return Light.PAUSED
    if due is None:
        return Light.OK
    due = due if isinstance(due, datetime) else end_of_day(due)
    if now > due:
        return Light.OVERDUE
    warn_from = add_working_days(local_date(due), -warn_working_days)
    return Light.WARN if local_date(now) >= warn_from else Light.OK


@dataclass(frozen=True)
class Clock:
    """The clock of one case: ``limit`` working days from ``started``, standing still during ``pauses``.

    ``pauses`` are ``(from, to)`` moments, ``to`` None while the pause lasts; they may overlap. A pause counts
    like time itself: its first day still runs, its last does not, so one ended on the same day costs nothing.
    ``stopped`` is the moment the case was closed.
    """

    started: datetime
    limit: int
    pauses: tuple = ()
    stopped: datetime | None = None
    warn_working_days: int = 5

    def _until(self, now):
        return min(now, self.stopped) if self.stopped else now

    def _still(self, now, calendar):
        """The working days up to ``now`` on which the clock stood still."""
        now = self._until(now)
        return {
            day
            for begin, end in self.pauses
            for day in calendar.days(max(begin, self.started), min(end or now, now))
        }

    def is_paused(self, now):
        return self.stopped is None and any(
            begin <= now and (end is None or now < end) for begin, end in self.pauses
        )

    def paused_days(self, now):
        """Working days the clock has stood still until ``now``."""
        return len(self._still(now, calendar()))

    def elapsed(self, now):
        """Working days used up until ``now``, pauses not counted."""
        in_force = calendar()
        return max(in_force.between(self.started, self._until(now)), 0) - len(self._still(now, in_force))

    def left(self, now):
        """Working days left; negative when overdue."""
        return self.limit - self.elapsed(now)

    def due(self, now):
        """The last moment in time, aware. While a pause lasts it moves on with ``now``."""
        in_force = calendar()
        still = self._still(now, in_force)
        day, left = local_date(self.started), self.limit
        while left:
            day += ONE_DAY
            left -= in_force.is_working_day(day) and day not in still
        return end_of_day(day)

    def light(self, now):
        return light(
            self.due(now),
            now,
            done=self.stopped is not None,
            paused=self.is_paused(now),
            warn_working_days=self.warn_working_days,
        )
