"""What may happen: verbs.

A verb is one function of a chapter. Its declaration says from which states, to which state, who may, and who is
told; its body holds only what is particular to it::

    @verb(Meeting, label=_("Send notice"), from_=[State.APPROVED], to=State.CALLED, may=conveners, tells=delegates)
    def call(meeting, *, by, now): ...

    schedule.call(meeting, by=user)

Calling it locks the row, checks version, state and right, runs the body, saves, writes the journal and the notices,
in that order and in one transaction. A page, the API, a command and the worker all call this same function.

A body may change fields of the locked object, create other rows, raise :class:`Refused`, and return a dict of
further facts for the journal. A verb that creates is declared with ``creates=True``: ``may`` is then a function
``(user) -> bool`` and the body returns the new object (or the pair of it and a dict).
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from . import events, notices, permissions


class Refused(Exception):
    """The act was refused because of what was given. ``sentence`` is fit to show; ``errors`` names fields."""

    status = 400

    def __init__(self, sentence, errors: dict | None = None):
        super().__init__(str(sentence))
        self.sentence = sentence
        self.errors = errors or {}


class NotAllowed(Refused):
    """Whoever acts has no right to it."""

    status = 403


class WrongState(Refused):
    """The object is not in a state in which this can happen (or changed meanwhile)."""

    status = 409


class TooLarge(Refused):
    """What was sent is larger than is accepted."""

    status = 413


@dataclass(frozen=True)
class Verb:
    """The declaration of a verb; ``name`` is the function's own name."""

    model: type[models.Model]
    name: str
    label: str
    run: Callable
    may: Callable
    from_: tuple | None = None
    to: str | None = None
    tells: Callable | None = None
    guard: Callable | None = None
    creates: bool = False
    primary: bool = False
    irreversible: bool = False
    consequence: Callable | str = ""
    hidden: bool = False  # not offered as a button of its own (a page has its own control for it)
    reads: tuple = ()
    extra: dict = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return events.kind_of(self.model, self.name)

    def why_closed(self, obj, by) -> str:
        """Why the verb cannot happen now, apart from rights; empty when it can."""
        if self.from_ is not None and obj.state not in self.from_:
            return translate("Not possible while it is “%(state)s”.") % {"state": obj.get_state_display()}
        if self.guard is not None:
            return str(self.guard(obj, by) or "")
        return ""


@dataclass(frozen=True)
class Offer:
    """A verb as offered to one reader of one object."""

    verb: Verb
    open: bool
    reason: str

    name = property(lambda self: self.verb.name)
    label = property(lambda self: self.verb.label)
    primary = property(lambda self: self.verb.primary)
    irreversible = property(lambda self: self.verb.irreversible)


_verbs: dict[type[models.Model], dict[str, Verb]] = {}


def verb(
    model,
    *,
    label,
    may,
    from_=None,
    to=None,
    tells=None,
    guard=None,
    creates=False,
    primary=False,
    irreversible=False,
    consequence="",
    hidden=False,
    reads=(),
    silent=False,
):
    """Declare the function below as a verb on ``model``. See the module's docstring.

    ``guard(obj, by)`` returns a sentence why the verb is closed although the state fits, or nothing. The relations it
    follows are named in ``reads``, so that a list fetches them once for all its rows.
    ``tells(obj, event)`` returns persons or :class:`notices.Recipient`. ``consequence`` is a sentence, or a function
    of the object that gives one, shown before the act. ``silent`` leaves no line in the journal: for a ballot, of which
    nobody may learn when it came.
    """

    def declare(body):
        accepts_now = "now" in inspect.signature(body).parameters

        @functools.wraps(body)
        def perform(obj=None, *, by, now=None, version=None, **given):
            now = now or timezone.now()
            if accepts_now:
                given["now"] = now
            with transaction.atomic():
                if creates:
                    subject, facts = _create(declared, body, by, given)
                else:
                    subject, facts = _change(declared, body, obj, by, version, given)
                event = None if silent else events.record(subject, declared.kind, by=by, at=now, data=facts)
                if tells is not None:
                    notices.tell(event, tells(subject, event), label=label)
            if not creates:
                # The caller's copy shows what the locked one became.
                obj.__dict__.update(
                    {k: v for k, v in subject.__dict__.items() if k != "_prefetched_objects_cache"}
                )
                return obj
            return subject

        declared = Verb(
            model=model,
            name=body.__name__,
            label=label,
            run=perform,
            may=may,
            from_=tuple(from_) if from_ is not None else None,
            to=to,
            tells=tells,
            guard=guard,
            creates=creates,
            primary=primary,
            irreversible=irreversible,
            consequence=consequence,
            hidden=hidden,
            reads=tuple(reads),
        )
        _verbs.setdefault(model, {})[declared.name] = declared
        if tells is not None:
            notices.declare_kind(declared.kind, label)
        perform.verb = declared
        return perform

    return declare


def _create(declared, body, by, given):
    if not declared.may(by):
        raise NotAllowed(_("You have no right to do this."))
    made = _run(body, by=by, **given)
    subject, facts = made if isinstance(made, tuple) else (made, {})
    return subject, facts or {}


def _change(declared, body, obj, by, version, given):
    # The lock also re-reads: what the caller holds may be old.
    try:
        locked = declared.model._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    except declared.model.DoesNotExist as gone:
        raise WrongState(_("This no longer exists.")) from gone
    # ``by`` None is the clock: only periodic work calls so, and no door does.
    if by is not None and not permissions.allowed(by, declared.may, locked):
        raise NotAllowed(_("You have no right to do this."))
    if version is not None and hasattr(locked, "version") and _number(version) != locked.version:
        raise WrongState(
            _("Somebody else changed this while you were editing. Look at the present text and try again.")
        )
    if reason := declared.why_closed(locked, by):
        raise WrongState(reason)
    before = _values(locked)
    facts = _run(body, locked, by=by, **given) or {}
    if declared.to is not None:
        locked.state = declared.to
    changes = _differences(before, _values(locked), locked)
    if isinstance(getattr(locked, "version", None), int):  # a relation may be called so, too
        locked.version += 1
    locked.save()
    if changes:
        facts = {**facts, "changes": changes}
    return locked, facts


def _number(version) -> int:
    try:
        return int(str(version))
    except (TypeError, ValueError) as odd:
        sentence = _("The version must be a whole number.")
        raise Refused(sentence, {"version": [sentence]}) from odd


def _run(body, *args, **given):
    try:
        return body(*args, **given)
    except ValidationError as invalid:
        errors = invalid.message_dict if hasattr(invalid, "error_dict") else {}
        raise Refused(" ".join(invalid.messages), errors) from invalid


def _values(obj):
    skipped = {"version", "updated_at", *getattr(obj, "unjournaled", ())}
    return {f.attname: f.value_to_string(obj) for f in obj._meta.concrete_fields if f.attname not in skipped}


def _differences(before, after, obj):
    return {
        name: [Truncator(before[name]).chars(500), Truncator(after[name]).chars(500)]
        for name in after
        if before[name] != after[name]
    }


def verbs_of(model) -> dict[str, Verb]:
    """The verbs declared on a model, by name, in the order in which the chapter tells them."""
    return _verbs.get(model, {})


def all_verbs() -> list[Verb]:
    return [declared for verbs in _verbs.values() for declared in verbs.values()]


def offers(objects: list, user) -> dict[int, list[Offer]]:
    """For each object's pk the verbs the user has a right to, open or closed with the reason.

    One query in all, and one for each relation that the guards of these verbs read.
    """
    if not objects:
        return {}
    declared = [v for v in verbs_of(type(objects[0])).values() if not v.creates]
    held = permissions.answers(user, {v.name: v.may for v in declared}, objects)
    names = set().union(*held.values())
    models.prefetch_related_objects(objects, *{path for v in declared if v.name in names for path in v.reads})
    return {
        obj.pk: [
            Offer(v, open=not reason, reason=reason)
            for v in declared
            if v.name in held.get(obj.pk, ())
            for reason in [v.why_closed(obj, user)]
        ]
        for obj in objects
    }


def available(obj, user) -> list[Offer]:
    """The verbs of one object that the user has a right to."""
    return offers([obj], user)[obj.pk]


def can_create(model, user, name: str) -> bool:
    declared = verbs_of(model).get(name)
    return bool(declared and declared.creates and declared.may(user))
