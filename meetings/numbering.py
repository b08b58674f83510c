"""How does a paper get its number? The next of its year, without gaps, whoever else numbers at the same time.

Whoever takes the same number at the same time waits for the other at the unique index of (year, serial): if the other
commits, we take the next one; if it is rolled back, its number is ours. So no number is skipped or given twice.
"""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.workflow import WrongState

#: So many others may take a number between our look at the last one and our own.
MOST_RACERS = 100


def take(obj, year: int):
    """Give ``obj``, new or an old locked row, its ``year`` and the next ``serial`` of it, in the database too."""
    model, new = type(obj), obj._state.adding
    obj.year = year
    for _race in range(MOST_RACERS):
        last = model.objects.filter(year=year).aggregate(last=Max("serial"))["last"]
        obj.serial = (last or 0) + 1
        try:
            with transaction.atomic():
                if new:
                    obj.save(force_insert=True)
                else:
                    model.objects.filter(pk=obj.pk).update(year=year, serial=obj.serial)
        except IntegrityError:
            if new:
                obj.pk = None
            if not model.objects.filter(year=year, serial=obj.serial).exists():
                raise  # it was not the number that collided
        else:
            return obj
    raise WrongState(_("Too many papers are being numbered at once. Try again."))


def take_text(obj, name: str, following):
    """Give an old locked row the text ``following()`` as its unique number, in the database too."""
    rows = type(obj).objects
    for _race in range(MOST_RACERS):
        text = following()
        try:
            with transaction.atomic():
                rows.filter(pk=obj.pk).update(**{name: text})
        except IntegrityError:
            if not rows.filter(**{name: text}).exists():
                raise  # it was not the number that collided
        else:
            setattr(obj, name, text)
            return obj
    raise WrongState(_("Too many papers are being numbered at once. Try again."))
