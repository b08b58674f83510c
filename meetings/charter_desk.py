"""The charter desk: how do the rules change?

The secretariat drafts a new version from the latest one and edits its clauses. The draft is put before the joint
meeting, which alone adopts it, by the charter's own rule for its change. An adopted version holds from its day on and
never backwards: it begins after the day of the decision, and what was decided before keeps the version it was decided
under. Its adoption confirms every rule in it. A single rule that still awaits confirmation is confirmed by a resolution
that says so; when that resolution is repealed, the rule awaits confirmation again.
"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import events, search, subjects
from core.clock import local_date
from core.permissions import ALWAYS, NEVER
from core.workflow import Refused, WrongState, verb
from members.mandates import Role, acts_as, secretariat

from . import charter
from .models import AgendaItem, CharterRule, CharterVersion, Resolution
from .parties import member_speakers

State = CharterVersion.State
ONE_DAY = timedelta(days=1)
OPEN = (State.DRAFT, State.PROPOSED)

# --- who may ------------------------------------------------------------------------------


def may_draft(user) -> bool:
    return acts_as(user, Role.SECRETARIAT)


def drafters(user) -> Q:
    return ALWAYS if may_draft(user) else NEVER


def the_meeting_alone(user) -> Q:
    """No person changes the charter; it follows from a motion of the joint meeting."""
    return NEVER


# --- who is told --------------------------------------------------------------------------


def everybody(version, event):
    return [*secretariat(), *member_speakers()]


# --- what can happen ----------------------------------------------------------------------


def latest() -> CharterVersion:
    """The adopted version that holds last, perhaps only from a later day on: what a draft begins from."""
    found = CharterVersion.objects.filter(state=State.ADOPTED).order_by("-effective_on", "-number").first()
    if found is None:
        raise Refused(_("There is no charter yet to change."))
    return found


def _check_day(effective_on, now):
    if effective_on <= local_date(now):
        sentence = _("A charter does not work backwards. Choose a day after today.")
        raise Refused(sentence, {"effective_on": [sentence]})
    last = latest()
    if effective_on <= last.effective_on:
        sentence = _(
            "Version %(number)s holds from %(day)s. A new version begins after that; choose a later day."
        ) % {"number": last.number, "day": last.effective_on.isoformat()}
        raise Refused(sentence, {"effective_on": [sentence]})


@verb(
    CharterVersion,
    label=pgettext_lazy("charter", "Draft a new version"),
    may=may_draft,
    creates=True,
    primary=True,
    consequence=gettext_lazy(
        "It begins as a copy of the latest version. Nothing changes until it is adopted."
    ),
)
def draft(*, by, now, effective_on, note=""):
    """Begin a new version as a copy of the latest one; one draft at a time."""
    other = CharterVersion.objects.filter(state__in=OPEN).first()
    if other:
        raise WrongState(
            _("Version %(number)s is “%(state)s” already. Work on that one, or withdraw it first.")
            % {"number": other.number, "state": other.get_state_display()}
        )
    _check_day(effective_on, now)
    base = latest()
    number = CharterVersion.objects.order_by("-number").values_list("number", flat=True).first() + 1
    made = CharterVersion.objects.create(
        number=number, state=State.DRAFT, effective_on=effective_on, note=note, created_at=now
    )
    rows = list(base.rules.order_by("pk"))
    for row in rows:
        row.pk, row.version = None, made
        row._state.adding = True
    CharterRule.objects.bulk_create(rows)
    return made, {"copy_of": base.number}


@verb(
    CharterVersion, label=pgettext_lazy("charter", "Change day and note"), may=drafters, from_=[State.DRAFT]
)
def edit(version, *, by, now, effective_on, note=""):
    """Change from which day the draft is to hold, and what is said about it."""
    if effective_on != version.effective_on:
        _check_day(effective_on, now)
    version.effective_on, version.note = effective_on, note


def changed(version, base=None) -> list[str]:
    """The codes of the rules in which a version differs from another (default: from the latest adopted one)."""
    base = base or latest()
    before = {row.code: contents(row) for row in base.rules.all()}
    after = {row.code: contents(row) for row in version.rules.all()}
    codes = [*before, *(code for code in after if code not in before)]
    return [code for code in codes if before.get(code) != after.get(code)]


def contents(row) -> tuple:
    """All that a rule says, to be compared."""
    return (
        row.kind,
        row.base,
        row.numerator,
        row.denominator,
        row.inclusive,
        row.tie,
        row.secret,
        row.number,
        row.text_zh,
        row.text_en,
    )


@verb(
    CharterVersion,
    label=pgettext_lazy("charter", "Put before the joint meeting"),
    may=drafters,
    from_=[State.DRAFT],
    to=State.PROPOSED,
    tells=everybody,
    primary=True,
    consequence=gettext_lazy("Its clauses are fixed, and every member unit is told what would change."),
)
def put_forward(version, *, by, now):
    """Fix the draft, so that a meeting decides about what everybody has read."""
    _check_day(version.effective_on, now)
    numbers = dict(version.rules.filter(number__isnull=False).values_list("code", "number"))
    if numbers.get("written_min_days", 0) > numbers.get("written_max_days", 0):
        raise Refused(
            _("The shortest time for a written vote is longer than the longest. Correct one of them.")
        )
    if numbers.get("urgent_notice_days", 0) > numbers.get("notice_days", 0):
        raise Refused(_("Urgent notice would be longer than ordinary notice. Correct one of them."))
    return {"changed": changed(version)}


def _on_an_agenda(version, by):
    return (
        _("It is on the agenda of a meeting. Withdraw the agenda item first.") if open_item(version) else ""
    )


@verb(
    CharterVersion,
    label=pgettext_lazy("charter", "Back to drafting"),
    may=drafters,
    from_=[State.PROPOSED],
    to=State.DRAFT,
    guard=_on_an_agenda,
    tells=everybody,
)
def take_back(version, *, by, reason):
    """Work on the clauses again, while no agenda carries the draft."""
    version.reason = reason
    return {"reason": reason}


@verb(
    CharterVersion,
    label=pgettext_lazy("charter", "Withdraw the draft"),
    may=drafters,
    from_=OPEN,
    to=State.WITHDRAWN,
    guard=_on_an_agenda,
    tells=everybody,
)
def withdraw(version, *, by, reason=""):
    """Give the draft up."""
    version.reason = reason
    return {"reason": reason}


@verb(
    CharterVersion,
    label=pgettext_lazy("charter", "Adopt"),
    may=the_meeting_alone,
    from_=[State.PROPOSED],
    to=State.ADOPTED,
    tells=everybody,
    hidden=True,
)
def adopt(version, *, by, now, decision=None):
    """The joint meeting has carried it. It holds from its day, at the earliest from the day after the decision."""
    version.effective_on = max(
        version.effective_on, local_date(now) + ONE_DAY, latest().effective_on + ONE_DAY
    )
    version.decision = decision
    version.rules.update(confirmed=True)
    return {"effective_on": version.effective_on}


@verb(
    CharterVersion,
    label=pgettext_lazy("charter", "Not adopted"),
    may=the_meeting_alone,
    from_=[State.PROPOSED],
    to=State.REJECTED,
    tells=everybody,
    hidden=True,
)
def reject(version, *, by, now, decision=None):
    """The motion was lost; the version in force stays."""
    version.decision = decision
    version.reason = str(_("The motion was not carried."))
    return {"reason": version.reason}


def _adopted(version, *, decision, by, now):
    asked = charter.arithmetic(charter.rule("charter_change", local_date(now))).as_data()
    taken = (decision.get("rules") or {}).get("vote")
    if taken != asked:
        raise WrongState(
            _(
                "A charter is changed by the charter's own rule for it. Declare this motion void and put it again."
            )
        )
    adopt(version, by=None, now=now, decision=decision)


def _rejected(version, *, decision, by, now):
    reject(version, by=None, now=now, decision=decision)


subjects.register(
    CharterVersion,
    label=gettext_lazy("Change of the charter"),
    adopted=_adopted,
    rejected=_rejected,
    candidates=lambda: CharterVersion.objects.filter(state=State.PROPOSED),
)


def open_item(version):
    """The agenda item that carries this draft before a meeting, or None."""
    return (
        AgendaItem.objects.filter(
            subject_type=ContentType.objects.get_for_model(CharterVersion),
            subject_id=version.pk,
            state__in=[AgendaItem.State.PROPOSED, AgendaItem.State.ACCEPTED],
        )
        .select_related("meeting")
        .order_by("-pk")
        .first()
    )


# --- confirmation by a resolution -----------------------------------------------------------


def _nothing_to_confirm(version, by):
    if version.rules.filter(confirmed=False).exists():
        return ""
    return _("Every rule of this version is confirmed.")


@verb(
    CharterVersion,
    label=pgettext_lazy("charter", "Confirm rules"),
    may=drafters,
    from_=[State.ADOPTED],
    guard=_nothing_to_confirm,
    tells=everybody,
    consequence=gettext_lazy(
        "The rules named are then shown as confirmed by that resolution of the joint meeting."
    ),
)
def confirm(version, *, by, now, resolution, rules):
    """Write down that a resolution of the joint meeting, carried by a vote and in force, confirms these rules."""
    why = ""
    if resolution.state != Resolution.State.EFFECTIVE:
        why = _("This resolution is repealed.")
    elif resolution.meeting.kind != "joint":
        why = _("Only a resolution of the joint meeting confirms the charter.")
    elif resolution.motion is None:
        why = _("This resolution was adopted without a vote. The charter is confirmed by a vote.")
    if why:
        raise Refused(why, {"resolution": [why]})
    codes = [row.code for row in rules]
    count = version.rules.filter(code__in=codes, confirmed=False).update(
        confirmed=True, confirmed_by=resolution
    )
    if count != len(set(codes)):
        raise WrongState(_("Some of these rules are confirmed already. Look at the page again."))
    return {"resolution": resolution.number, "rules": codes}


@events.listen("meetings.resolution.adopt")
def _remember_resolution(event, resolution: Resolution):
    """A resolution adopted on the item of a charter change is the version's own, and confirms its rules."""
    item = resolution.item
    if item is None or item.subject_type_id != ContentType.objects.get_for_model(CharterVersion).pk:
        return
    CharterVersion.objects.filter(pk=item.subject_id, state=State.ADOPTED).update(resolution=resolution)
    CharterRule.objects.filter(version=item.subject_id, confirmed=True, source="", confirmed_by=None).update(
        confirmed_by=resolution
    )


@events.listen("meetings.resolution.repeal")
def _await_confirmation_again(event, resolution: Resolution):
    CharterRule.objects.filter(confirmed_by=resolution).exclude(version__resolution=resolution).update(
        confirmed=False, confirmed_by=None
    )


# --- how it is found ----------------------------------------------------------------------

search.register(
    CharterVersion,
    title=lambda version: _("Charter, version %(number)s") % {"number": version.number},
    text=lambda version: "\n".join([version.note, *version.rules.values_list("text_zh", flat=True)]),
    visible=charter.visible_to,
    date="effective_on",
)
