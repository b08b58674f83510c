"""Who may vote for whom in one meeting."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Document, Tracked
from members.models import Organization

from .agenda import AgendaItem
from .meeting import Meeting


class Proxy(Tracked):
    """A unit that cannot come lets another vote for it: a written document, lodged with the secretariat."""

    class State(models.TextChoices):
        LODGED = "lodged", pgettext_lazy("proxy", "Lodged")
        REVOKED = "revoked", pgettext_lazy("proxy", "Revoked")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="proxies", verbose_name=_("Meeting"))
    principal = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("Represented unit")
    )
    holder = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("Proxy holder"))
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.LODGED)
    items = models.ManyToManyField(  # none: all
        AgendaItem, related_name="+", blank=True, verbose_name=_("Items")
    )
    scope = models.TextField(_("Scope"), blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    documents = GenericRelation(Document)

    class Meta:
        verbose_name = _("proxy")
        verbose_name_plural = _("proxies")
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "principal"], condition=Q(state="lodged"), name="proxy_one_a_principal"
            ),
            models.CheckConstraint(condition=~Q(principal=F("holder")), name="proxy_for_another"),
        ]

    def __str__(self):
        return _("%(holder)s for %(principal)s") % {"holder": self.holder, "principal": self.principal}

    def get_absolute_url(self):
        return reverse("meetings:proxy", args=[self.pk])
