"""Who chaired the alliance on each day since its founding? Terms, and between them who acted for the time being."""

from datetime import date, timedelta
from typing import NamedTuple

from members.models import Organization

from .chair import history
from .models import ChairTerm

ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """A stretch of days and who chaired; ``acting`` between two terms. ``ends_on`` None: still so."""

    unit: Organization
    starts_on: date
    ends_on: date | None
    term: ChairTerm
    acting: bool


def line(on: date, terms=None) -> list[Period]:
    """Who chaired since the founding, the latest first, without a day missing up to ``on``.

    ``terms``: those of :func:`chair.history`, where they were read already.
    """
    terms = list(history() if terms is None else terms)[::-1]
    found = []
    for each, after in zip(terms, [*terms[1:], None], strict=True):
        found.append(Period(each.unit, each.starts_on, each.ends_on, each, False))
        start, end = each.ends_on + ONE_DAY, after.starts_on - ONE_DAY if after else None
        if start > (end or on):
            continue
        turn = max(each.acting_from, start) if each.acting_id else None
        if turn is None or turn > start:
            until = turn - ONE_DAY if turn and turn <= (end or on) else end
            found.append(Period(each.unit, start, until, each, True))
        if turn and turn <= (end or on):
            found.append(Period(each.acting, turn, end, each, True))
    return found[::-1]
