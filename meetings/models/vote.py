"""Motions and votes: one unit, one vote, refused twice by the database."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Tracked
from members.models import Organization

from ..arithmetic import Decision
from .agenda import AgendaItem
from .charter import CharterVersion
from .meeting import Meeting


class Motion(Tracked):
    """A question put to the vote. When it opens, roll and rule are frozen with it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not yet open")
        OPEN = "open", _("Voting")
        CLOSED = "closed", _("Decided")
        VOID = "void", _("Void")

    class Method(models.TextChoices):
        ROLL_CALL = "roll_call", _("Open vote by unit")
        SHOW_OF_HANDS = "show_of_hands", _("Show of hands")
        ACCLAMATION = "acclamation", _("By agreement, without objection")
        SECRET = "secret", _("Secret ballot")
        PAPER = "paper", _("Secret ballot on paper")
        WRITTEN = "written", _("Written vote")

    #: The text of a bulletin is its own record; the journal holds its digest.
    unjournaled = frozenset({"bulletin"})

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="motions")
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, related_name="motions", verbose_name=_("Agenda item")
    )
    also = models.ManyToManyField(  # decided together with the item, each with the same result
        AgendaItem, related_name="block_motions", blank=True, verbose_name=_("Also decides")
    )
    text = models.TextField(_("Question"))
    method = models.CharField(_("Method"), max_length=16, choices=Method, default=Method.ROLL_CALL)
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.DRAFT)
    rule = models.SlugField(_("Rule"), max_length=40, default="ordinary")
    charter = models.ForeignKey(CharterVersion, models.PROTECT, null=True, related_name="+")
    frozen = models.JSONField(default=dict)  # rule and quorum as they stood when the vote opened
    result = models.JSONField(null=True)  # meetings.arithmetic.Decision as data
    passed = models.BooleanField(null=True)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closes_at = models.DateTimeField(_("Open until"), null=True, editable=False)  # of a written vote
    places = models.PositiveSmallIntegerField(
        _("Places"), default=0
    )  # to be filled by an election; 0: a question
    round = models.PositiveSmallIntegerField(_("Round"), default=1)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    fingerprint = models.CharField(
        max_length=64, blank=True, editable=False
    )  # SHA-256 of what was frozen at opening
    bulletin = models.TextField(blank=True, editable=False)  # of a secret ballot: canonical JSON
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        verbose_name = _("motion")
        verbose_name_plural = _("motions")
        ordering = ["item__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(state="open"), name="motion_one_open"),
        ]
        indexes = [models.Index(fields=["meeting", "state"])]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("meetings:motion", args=[self.pk])

    @property
    def is_secret(self):
        """Whether nobody may learn what a unit said: then there are no votes, only ballots."""
        return self.method in (self.Method.SECRET, self.Method.PAPER)

    @property
    def is_election(self):
        return self.places > 0

    @property
    def sentence(self):
        """The printed arithmetic of the decision in the reader's language; empty before the close."""
        return Decision.from_data(self.result).sentence() if self.result else ""


class Seat(models.Model):
    """A unit on the frozen roll of one motion."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="seats")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    present = models.BooleanField()
    recused = models.BooleanField(default=False)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    holder = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+"
    )  # votes for it by proxy
    voted = models.BooleanField(default=False)  # in a secret ballot: its ballot is in; never when
    demands_meeting = models.BooleanField(default=False)  # in a written vote

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["motion", "unit"], name="seat_once")]

    def __str__(self):
        return str(self.unit)

    @property
    def may_vote(self):
        return self.present and not self.recused


class Vote(models.Model):
    """What a unit said, by whose hand, on the phone or from paper."""

    class Choice(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")
        ABSTAIN = "abstain", _("Abstain")

    class Means(models.TextChoices):
        SELF = "self", _("By the delegate")
        PAPER = "paper", _("From paper, by the clerk")
        PROXY = "proxy", _("By proxy")

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="votes")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice)
    means = models.CharField(max_length=6, choices=Means, default=Means.SELF)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["motion", "unit"], name="vote_once")]

    def __str__(self):
        return f"{self.unit} {self.get_choice_display()}"
