"""What a secret ballot leaves: papers that nobody can trace, who watched over the box, and who stood for election."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Organization

from .agenda import AgendaItem
from .vote import Motion


class Detached(models.Model):
    """A ballot paper. No unit, no person, no time, no number in a row: nothing says whose it is or when it came.

    ``choice`` is "for", "against" or "abstain"; in an election the numbers of the candidates named, "1,3".
    ``code_hash`` is what the server keeps of the receipt: SHA-256 over the motion and the voter's code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=200, blank=True)
    code_hash = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self):
        return self.code_hash


class SecretBallot(Detached):
    """A ballot in the open box. All of a box are written anew with each that comes, and gone when it is sealed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "code_hash"], name="secret_ballot_receipt_once")
        ]


class SealedBallot(Detached):
    """A ballot after the close, in an order that chance gave."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "code_hash"], name="sealed_ballot_receipt_once")
        ]


class Scrutineer(models.Model):
    """A unit that watches over a secret ballot (监票人): it confirms the opening and the closing."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="scrutineers")
    unit = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    opened = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    counted = models.JSONField(null=True)  # of paper ballots: what this scrutineer counted

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["motion", "unit"], name="scrutineer_once")]

    def __str__(self):
        return str(self.unit)


class Candidate(models.Model):
    """Who stands in an election, and what the ballots gave."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="candidates")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("Name"), max_length=120)
    statement = models.TextField(_("Statement"), blank=True)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, related_name="candidates")
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    subject_id = models.PositiveBigIntegerField(null=True)
    subject = GenericForeignKey("subject_type", "subject_id")
    result = models.JSONField(null=True)  # meetings.arithmetic.Decision as data
    elected = models.BooleanField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["motion", "number"], name="candidate_number_once")]

    def __str__(self):
        return self.name
