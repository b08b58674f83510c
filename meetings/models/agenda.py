"""What a meeting deals with."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Document, Tracked
from members.models import Organization

from .meeting import Meeting


class AgendaItem(Tracked):
    """One item: proposed by a unit with its material, accepted or returned, ordered, timed, concluded."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("On the agenda")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CONCLUDED = "concluded", _("Concluded")

    class Kind(models.TextChoices):
        DECISION = "decision", _("For decision")
        DELIBERATION = "deliberation", _("For deliberation")
        REPORT = "report", _("For information")
        DISCUSSION = "discussion", _("For discussion")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("Meeting"))
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    title = models.CharField(_("Title"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind, default=Kind.DELIBERATION)
    summary = models.TextField(_("Summary"), blank=True)
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Proposed by"))
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    presenter = models.CharField(_("Presenter"), max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=10)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.PROPOSED)
    rule = models.SlugField(
        _("Rule"), max_length=40, default="ordinary"
    )  # code of the charter rule that decides it
    late = models.BooleanField(_("Late"), default=False)
    reason = models.TextField(_("Reason"), blank=True)
    conclusion = models.TextField(_("Conclusion"), blank=True)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True, related_name="+")
    subject_id = models.PositiveBigIntegerField(null=True, blank=True)
    subject = GenericForeignKey("subject_type", "subject_id")
    documents = GenericRelation(Document)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position", "pk"]
        indexes = [models.Index(fields=["meeting", "position"]), models.Index(fields=["unit", "state"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meetings:item", args=[self.pk])
