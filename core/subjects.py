"""What a decision does to the thing decided: the one door from a meeting to any other subject.

A chapter whose objects can be put before a meeting registers what "adopted" and "rejected" do to them. An agenda
item then carries any such object as its subject, and meetings decide about it without importing its chapter.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Subject:
    model: type[Model]
    label: str
    adopted: Callable  # (obj, *, decision, by, now) -> None
    rejected: Callable
    candidates: Callable | None = None  # () -> QuerySet of what still waits for a decision


_subjects: dict[type[Model], Subject] = {}


def register(model, *, label, adopted, rejected, candidates=None):
    _subjects[model] = Subject(model, label, adopted, rejected, candidates)


def models() -> list[type[Model]]:
    return list(_subjects)


def waiting() -> list[Subject]:
    """The subjects of which something may be put before a meeting; ``candidates()`` says what."""
    return [subject for subject in _subjects.values() if subject.candidates]


def conclude(obj: Model, *, passed: bool, decision: dict, by, now):
    """Tell the subject's chapter what was decided. ``decision`` is the stored arithmetic. KeyError if unregistered."""
    subject = _subjects[type(obj)]
    (subject.adopted if passed else subject.rejected)(obj, decision=decision, by=by, now=now)
