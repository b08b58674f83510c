"""How every form field looks: one renderer, one field template, native pickers for dates."""

from datetime import date
from html import escape
from pathlib import Path

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

#: Outside these years dates leave what time zones, calendars and databases can hold.
YEARS = range(1900, 2200)
#: An id longer than this is nobody's, and SQLite cannot even be asked for it.
LONGEST_ID = 18
NATIVE = {
    forms.DateInput: {"input_type": "date", "format": "%Y-%m-%d"},
    forms.DateTimeInput: {"input_type": "datetime-local", "format": "%Y-%m-%dT%H:%M"},
    forms.TimeInput: {"input_type": "time", "format": "%H:%M"},
}


class StyledField(BoundField):
    """A bound field whose widget carries our classes and, for plain date widgets, the browser's own picker."""

    def as_widget(self, widget=None, attrs=None, only_initial=False):
        widget = widget or self.field.widget
        native = NATIVE.get(type(widget))
        if native:
            # The attribute is set on this form's own copy of the widget, never on the class.
            widget.input_type, widget.format = native["input_type"], native["format"]
            widget.is_localized = False
        return super().as_widget(widget, attrs, only_initial)

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if not widget.is_hidden:
            given = attrs.get("class") or widget.attrs.get("class") or ""
            names = [self._css(widget), "is-invalid" if self.errors else "", given]
            attrs["class"] = " ".join(name for name in names if name)
        return attrs

    @staticmethod
    def _css(widget):
        if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "form-check-input"
        if isinstance(widget, forms.Select):
            return "form-select"
        return "form-control"

    @property
    def data(self):
        """What was sent, as form fields read it: a program may send a number or a list where pages send text."""
        sent = super().data
        if isinstance(self.field, forms.ModelMultipleChoiceField) and isinstance(sent, list | tuple):
            return [key if len(str(key)) <= LONGEST_ID else "" for key in sent]
        if isinstance(self.field, forms.fields.BaseTemporalField) and sent is not None:
            return str(sent)
        return sent

    @property
    def kind(self):
        """check (one box), choices (radio or boxes), file, or plain: which markup the field template uses."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "choices"
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        return "file" if isinstance(widget, forms.FileInput) else "plain"

    @property
    def unit(self):
        """The unit shown inside the field (万元, 分钟), from the widget attribute ``data-unit``."""
        return self.field.widget.attrs.get("data-unit", "")


SELECT = "django/forms/widgets/select.html"


def select(widget: dict) -> str:
    """What Django's templates for ``<select>`` write. They include one more template for each option, and a list of
    two hundred units costs more than the rest of its page that way."""
    parts = [format_html('<select name="{}"{}>', widget["name"], flatatt(widget["attrs"]))]
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(format_html('<optgroup label="{}">', group))
        for each in options:
            attrs = flatatt(each["attrs"]) if each["attrs"] else ""
            label = conditional_escape(each["label"])
            parts.append(f'<option value="{escape(str(each["value"]))}"{attrs}>{label}</option>')
        if group:
            parts.append("</optgroup>")
    return mark_safe("".join([*parts, "</select>"]))  # noqa: S308  each part is escaped above


class Renderer(DjangoTemplates):
    """Renders fields and forms with templates/components; widgets keep Django's own templates, but for ``select``."""

    form_template_name = "components/fields.html"
    field_template_name = "components/field.html"
    bound_field_class = StyledField

    def render(self, template_name, context, request=None):
        if template_name == SELECT:
            return select(context["widget"])
        return super().render(template_name, context, request)

    @cached_property
    def engine(self):
        project = settings.TEMPLATES[0]
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [*project["DIRS"], Path(forms.__file__).parent / self.backend.app_dirname],
                "NAME": "forms",
                "OPTIONS": {"builtins": project["OPTIONS"].get("builtins", [])},
            }
        )


class VerbForm(forms.Form):
    """What a verb must be told. The object (None when it creates) and the reader are at hand while it is built.

    The names of its fields are the names of the verb's keyword arguments; override :meth:`given` where they differ.
    """

    def __init__(self, *args, obj=None, by=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.obj = obj
        self.by = by
        self.prepare()

    def prepare(self):
        """Narrow choices and set initial values for this object and reader."""

    def full_clean(self):
        super().full_clean()
        for name, value in list(getattr(self, "cleaned_data", {}).items()):
            if isinstance(value, date) and value.year not in YEARS:
                self.add_error(
                    name,
                    _("Choose a year from %(first)d to %(last)d.") % {"first": YEARS[0], "last": YEARS[-1]},
                )

    def given(self) -> dict:
        """The keyword arguments for the verb."""
        return self.cleaned_data


_questions: dict[str, type[VerbForm]] = {}


def asks(verb_function):
    """Declare the form class below as what this verb must be told, on its page and in the API."""

    def declare(form_class):
        _questions[verb_function.verb.kind] = form_class
        return form_class

    return declare


def form_of(verb) -> type[VerbForm]:
    """The form of a declared verb; an empty one if it asks nothing."""
    return _questions.get(verb.kind, VerbForm)
