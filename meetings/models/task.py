"""What must be done after a decision, by whom, until when."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Document, Tracked
from members.models import Organization

from .meeting import Meeting
from .resolution import Resolution


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

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent_at_most_100")]
        indexes = [
            models.Index(fields=["due_on", "id"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(
                fields=["due_on", "id"], name="task_unfinished", condition=Q(state__in=["open", "submitted"])
            ),
            models.Index(fields=["lead", "state", "due_on"]),
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
