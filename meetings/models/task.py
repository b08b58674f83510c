"""What must be done after a decision, by whom, until when."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Document, Tracked
from members.models import Organization

from .agenda import AgendaItem
from .meeting import Meeting
from .resolution import Resolution


class Ladder(Tracked):
    """When an unfinished task is taken a step further: one row, in days, that the secretariat may adjust."""

    remind_days = models.PositiveSmallIntegerField(_("Reminder (working days before the due day)"), default=5)
    urge_days = models.PositiveSmallIntegerField(_("Urging (days after it)"), default=1)
    supervise_days = models.PositiveSmallIntegerField(_("Supervision letter (days after it)"), default=5)
    table_days = models.PositiveSmallIntegerField(_("To the joint meeting (days after it)"), default=15)

    class Meta:
        verbose_name = _("ladder")
        verbose_name_plural = _("ladders")

    def __str__(self):
        return str(_("Reminder, urging, supervision, meeting"))

    def get_absolute_url(self):
        return reverse("meetings:ladder")


class Routine(Tracked):
    """A task that comes back by the calendar: for every month or quarter, due so many days after it has ended."""

    class Every(models.TextChoices):
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        YEAR = "year", _("Every year")

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("routine", "Running")
        ENDED = "ended", pgettext_lazy("routine", "Ended")

    title = models.CharField(_("Title"), max_length=100)
    text = models.TextField(_("What must be done"), blank=True)
    lead = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Leading unit"))
    evidence = models.CharField(_("Evidence expected"), max_length=200, blank=True)
    every = models.CharField(_("How often"), max_length=8, choices=Every, default=Every.MONTH)
    due_after = models.PositiveSmallIntegerField(_("Due, days after the period has ended"), default=5)
    starts_on = models.DateField(_("From"))
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.RUNNING)

    class Meta:
        verbose_name = _("routine task")
        verbose_name_plural = _("routine tasks")
        ordering = ["state", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meetings:routine", args=[self.pk])


class Task(Tracked):
    """A duty of one leading unit, with assisting units, due on a day, chased until accepted as done."""

    class State(models.TextChoices):
        OPEN = "open", _("In progress")
        SUBMITTED = "submitted", _("Awaiting acceptance")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    resolution = models.ForeignKey(
        Resolution, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("Resolution")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("Meeting")
    )
    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("What must be done"), blank=True)
    lead = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Leading unit"))
    due_on = models.DateField(_("Due"))
    evidence = models.CharField(_("Evidence expected"), max_length=200, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    percent = models.PositiveSmallIntegerField(_("Progress (%)"), default=0)
    done_at = models.DateTimeField(null=True, editable=False)
    extension_on = models.DateField(_("Extension asked until"), null=True, blank=True)
    extension_reason = models.TextField(_("Why an extension is asked"), blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    blocked_by = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Waits for")
    )
    blocked_what = models.TextField(_("What is owed"), blank=True)
    paused_on = models.DateField(
        null=True, editable=False
    )  # the clock stands still since then: the secretariat agreed
    item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("Agenda item"),
    )
    routine = models.ForeignKey(Routine, models.PROTECT, null=True, editable=False, related_name="tasks")
    period = models.CharField(_("Period"), max_length=10, blank=True, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent_at_most_100"),
            models.UniqueConstraint(fields=["routine", "period"], name="task_period_once"),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(
                fields=["due_on", "id"], name="task_unfinished", condition=Q(state__in=["open", "submitted"])
            ),
            models.Index(fields=["lead", "state", "due_on"]),
            models.Index(fields=["-done_at", "-id"], name="task_done", condition=Q(state="done")),
            models.Index(fields=["blocked_by"], name="task_blocked", condition=Q(blocked_by__isnull=False)),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meetings:task", args=[self.pk])


class TaskUnit(models.Model):
    """A unit that assists."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assisting")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="task_unit_once")]
        indexes = [models.Index(fields=["unit", "task"])]

    def __str__(self):
        return f"{self.unit} · {self.task}"


class TaskReport(models.Model):
    """One report on progress, with its evidence."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField(_("Progress (%)"))
    text = models.TextField(_("What was done"))
    documents = GenericRelation(Document)

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.percent}% {self.task}"


class Milestone(models.Model):
    """A step of a task with a day of its own."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones")
    title = models.CharField(_("Title"), max_length=120)
    due_on = models.DateField(_("Due"))
    done_on = models.DateField(_("Reached on"), null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.title


class Supervision(Tracked):
    """督办单: the numbered letter that tells a leading unit that a task of its is overdue."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="supervisions", verbose_name=_("Task"))
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveSmallIntegerField()
    demand = models.TextField(_("What is demanded"))
    answer_on = models.DateField(_("Answer due"))
    due_on = models.DateField()  # of the task when the letter was issued
    percent = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("supervision letter")
        verbose_name_plural = _("supervision letters")
        ordering = ["-year", "-serial"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="supervision_number_once")]

    def __str__(self):
        return self.number

    @property
    def number(self):
        return f"联盟督办〔{self.year}〕{self.serial}号"

    def get_absolute_url(self):
        return self.task.get_absolute_url()
