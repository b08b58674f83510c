"""How is a list narrowed to what belongs to one object, without paying for the choice more than for the list?

Django reads the options of a choice through a cursor on the server, which on PostgreSQL costs more than everything else
the page asks. Options are few, so here they are read in one go.
"""

import django_filters
from django_filters.fields import ModelChoiceField, ModelChoiceIterator


class _AtOnce(ModelChoiceIterator):
    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        if self.field.null_label is not None:
            yield (self.field.null_value, self.field.null_label)
        for obj in self.queryset:
            yield self.choice(obj)


class ObjectField(ModelChoiceField):
    iterator = _AtOnce


class ObjectFilter(django_filters.ModelChoiceFilter):
    """A choice among the rows of ``queryset``; name only the columns its words need with ``only()``."""

    field_class = ObjectField
