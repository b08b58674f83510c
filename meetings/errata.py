"""What was wrong in issued minutes is put right by a notice of its own, 联盟更正〔year〕n号; nothing is overwritten.

The notice has a number of its year, its text, its reason and a SHA-256 digest that names the digest of the minutes it
belongs to. The minutes' page and files show it.
"""

import hashlib
import json

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.clock import local_date
from core.permissions import seen_by, visible
from core.workflow import WrongState, verb
from members.mandates import acts_as
from members.models import Mandate

from . import minutes, numbering
from .models import Erratum, Minutes

Role = Mandate.Role


def digest(erratum: Erratum) -> str:
    """SHA-256 over the number, the minutes it belongs to, text and reason, as canonical JSON."""
    belongs = [erratum.minutes.number, erratum.minutes.sha256]
    content = [erratum.number, *belongs, erratum.text, erratum.why]
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def intact(erratum: Erratum) -> bool:
    return digest(erratum) == erratum.sha256


def may_correct(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


@seen_by(Erratum)
def visible_to(user):
    """Whoever sees the minutes sees what puts them right."""
    rows = Erratum.objects.select_related("minutes", "minutes__meeting")
    return rows.filter(minutes__in=visible(Minutes, user).order_by().values("pk"))


def everybody(erratum, event):
    return minutes.everybody(erratum.minutes, event)


@verb(
    Erratum,
    label=pgettext_lazy("minutes", "Publish a correction notice"),
    may=may_correct,
    creates=True,
    tells=everybody,
    consequence=gettext_lazy(
        "The notice gets a number and is frozen; the minutes stay as they were issued. All member units are told."
    ),
)
def publish(*, by, now, minutes, text, why):
    if minutes.state != Minutes.State.ISSUED:
        raise WrongState(_("Minutes that are not issued are edited, not put right by a notice."))
    made = Erratum(minutes=minutes, text=text, why=why, issued_at=now, created_at=now)
    numbering.take(made, local_date(now).year)
    made.sha256 = digest(made)
    made.save()
    return made, {"number": made.number, "sha256": made.sha256}
