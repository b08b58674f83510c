"""Who chairs, who hosts the secretariat: posts of units, for a term; who is next, and what is handed over."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Tracked
from members.models import Organization

from .resolution import Resolution


class ChairTerm(Tracked):
    """One unit's term as chair unit: nominated first, then decided by the joint meeting.

    ``ends_on`` is its last day. The database refuses overlapping decided terms. The days of a nomination are a
    proposal; the ones that count are set when it is decided.
    """

    class State(models.TextChoices):
        NOMINATED = "nominated", pgettext_lazy("chair term", "Nominated")
        DECIDED = "decided", pgettext_lazy("chair term", "Decided")
        REJECTED = "rejected", pgettext_lazy("chair term", "Not chosen")
        WITHDRAWN = "withdrawn", pgettext_lazy("chair term", "Withdrawn")

    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    number = models.PositiveSmallIntegerField(_("Term"))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DECIDED)
    statement = models.TextField(_("Statement"), blank=True)
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.JSONField(null=True, blank=True, editable=False)  # the arithmetic of the vote
    reason = models.TextField(_("Reason"), blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)
    planned_end = models.DateField(
        null=True, blank=True, editable=False
    )  # the last day before it was cut short
    acting_from = models.DateField(null=True, blank=True, editable=False)
    acting = models.ForeignKey(  # who acts after this term's last day, if not the unit itself
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Acting after it"),
    )

    class Meta:
        verbose_name = _("chair term")
        verbose_name_plural = _("chair terms")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="chair_term_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state="decided"), name="chair_term_number_once"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state="nominated"), name="chair_term_nominated_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "-starts_on"])]

    def __str__(self):
        return _("Term %(number)s: %(unit)s") % {"number": self.number, "unit": self.unit}

    def get_absolute_url(self):
        return reverse("meetings:chairterm", args=[self.pk])


class SecretariatPost(Tracked):
    """Which unit hosts the secretariat, a post separate from the chair: proposed, then decided by the joint meeting."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("secretariat post", "Proposed")
        DECIDED = "decided", pgettext_lazy("secretariat post", "Decided")
        REJECTED = "rejected", pgettext_lazy("secretariat post", "Not chosen")
        WITHDRAWN = "withdrawn", pgettext_lazy("secretariat post", "Withdrawn")

    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DECIDED)
    reason = models.TextField(_("Reason"), blank=True)
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.JSONField(null=True, blank=True, editable=False)
    source = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("secretariat post")
        verbose_name_plural = _("secretariat posts")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="secretariat_post_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="decided", ends_on=None),
                name="secretariat_post_one_present",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="proposed"), name="secretariat_post_one_proposed"
            ),
        ]

    def __str__(self):
        return _("Secretariat attached to %(unit)s") % {"unit": self.unit}

    def get_absolute_url(self):
        return reverse("meetings:secretariatpost", args=[self.pk])


class RotationPlace(Tracked):
    """One unit's place in a round of the rotation, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("rotation", "Waiting")
        SERVED = "served", pgettext_lazy("rotation", "Has chaired")
        SKIPPED = "skipped", pgettext_lazy("rotation", "Skipped")
        DECLINED = "declined", pgettext_lazy("rotation", "Declined")

    round = models.PositiveSmallIntegerField(_("Round"))
    position = models.PositiveSmallIntegerField(pgettext_lazy("rotation", "Place"))
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Unit"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(_("Reason"), blank=True)
    swap_with = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("place in the rotation")
        verbose_name_plural = _("places in the rotation")
        ordering = ["round", "position"]
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="rotation_unit_once")]
        indexes = [models.Index(fields=["round", "position"])]

    def __str__(self):
        return _("Place %(position)s: %(unit)s") % {"position": self.position, "unit": self.unit}

    def get_absolute_url(self):
        return reverse("meetings:rotation")


class Handover(Tracked):
    """What the outgoing chair unit hands over to the incoming one; complete when both have signed."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("hand-over", "To be signed")
        COMPLETE = "complete", pgettext_lazy("hand-over", "Complete")

    term = models.OneToOneField(ChairTerm, models.PROTECT, related_name="handover")  # the one that begins
    outgoing = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("Outgoing unit")
    )
    incoming = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("Incoming unit")
    )
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    checklist = models.JSONField(default=list)  # [{"part", "text", "url"}], frozen by the first signature
    note = models.TextField(_("Note"), blank=True)
    due_on = models.DateField(_("Due"))
    outgoing_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outgoing_at = models.DateTimeField(null=True, editable=False)
    incoming_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    incoming_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="complete") | Q(outgoing_at__isnull=False, incoming_at__isnull=False),
                name="handover_signed_by_both",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"])]

    def __str__(self):
        return _("Hand-over from %(outgoing)s to %(incoming)s") % {
            "outgoing": self.outgoing,
            "incoming": self.incoming,
        }

    def get_absolute_url(self):
        return reverse("meetings:handover", args=[self.pk])
