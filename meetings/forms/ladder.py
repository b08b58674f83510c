"""What the verbs around a task that does not move must be told, its milestones, and the tasks that come back."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import VerbForm, asks
from members.models import Organization

from .. import hindrances, ladder, milestones, routines
from ..models import Milestone, Routine
from .tasks import reason, task_units

DAYS = {"min_value": 0, "max_value": 365}


def _days(name):
    return forms.IntegerField(label=ladder.Ladder._meta.get_field(name).verbose_name, **DAYS)


@asks(ladder.adjust)
class AdjustForm(VerbForm):
    remind_days = _days("remind_days")
    urge_days = _days("urge_days")
    supervise_days = _days("supervise_days")
    table_days = _days("table_days")

    def prepare(self):
        if self.obj is not None:
            for name, field in self.fields.items():
                field.initial = getattr(self.obj, name)


@asks(ladder.urge)
class UrgeForm(VerbForm):
    note = reason(gettext_lazy("What to say"))


@asks(ladder.supervise)
class SuperviseForm(VerbForm):
    demand = reason(gettext_lazy("What is demanded"))
    answer_on = forms.DateField(label=gettext_lazy("Answer due"), required=False)

    def prepare(self):
        if self.obj is not None:
            today = clock.local_date(ladder.timezone.now())
            self.fields["answer_on"].initial = clock.add_working_days(today, ladder.ANSWER_WORKING_DAYS)
            self.fields["demand"].initial = _(
                "Please say why it was not finished in time, and what will be done until when."
            )


@asks(hindrances.block)
class BlockForm(VerbForm):
    unit = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Unit"), empty_label=gettext_lazy("Choose a unit")
    )
    what = reason(gettext_lazy("What it owes"))

    def prepare(self):
        self.fields["unit"].queryset = task_units()


@asks(hindrances.unblock)
class UnblockForm(VerbForm):
    note = forms.CharField(
        label=gettext_lazy("What was delivered"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@asks(hindrances.pause)
class PauseForm(VerbForm):
    reason = reason(gettext_lazy("Reason"))


class MilestonesField(forms.CharField):
    """Lines "2026-12-10 title", cleaned to pairs (day, title)."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value):
        pairs = []
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            day, _space, title = line.strip().partition(" ")
            try:
                pairs.append((date.fromisoformat(day), title.strip()[:120]))
            except ValueError as odd:
                message = _("“%(line)s”: begin each line with a day such as 2026-12-10.") % {"line": line}
                raise forms.ValidationError(message) from odd
            if not title.strip():
                raise forms.ValidationError(
                    _("“%(line)s”: say what is reached on that day.") % {"line": line}
                )
        return pairs


@asks(milestones.plan)
class PlanForm(VerbForm):
    milestones = MilestonesField(
        label=gettext_lazy("Milestones"),
        required=False,
        help_text=gettext_lazy(
            "One a line: the day, a space, what is reached, for example 2026-12-10 first draft."
        ),
    )

    def prepare(self):
        if self.obj is not None:
            left = self.obj.milestones.filter(done_on=None)
            self.fields["milestones"].initial = "\n".join(f"{row.due_on} {row.title}" for row in left)


@asks(milestones.reach)
class ReachForm(VerbForm):
    milestone = forms.ModelChoiceField(Milestone.objects.none(), label=gettext_lazy("Milestone"))

    def prepare(self):
        if self.obj is not None:
            rows = self.obj.milestones.filter(done_on=None)
            self.fields["milestone"].queryset = rows
            self.fields["milestone"].initial = rows.first()


class RoutineForm(VerbForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    lead = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Leading unit"),
        empty_label=gettext_lazy("Choose a unit"),
    )
    due_after = forms.IntegerField(
        label=gettext_lazy("Due, days after the period has ended"), min_value=0, max_value=180, initial=5
    )
    text = forms.CharField(
        label=gettext_lazy("What must be done"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    evidence = forms.CharField(label=gettext_lazy("Evidence expected"), max_length=200, required=False)

    def prepare(self):
        self.fields["lead"].queryset = task_units()
        if self.obj is not None:
            for name in ("title", "lead", "due_after", "text", "evidence"):
                self.fields[name].initial = getattr(self.obj, name)


@asks(routines.begin)
class BeginForm(RoutineForm):
    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=Routine.Every.choices)
    starts_on = forms.DateField(label=gettext_lazy("From"), required=False)
    field_order = ("title", "every", "due_after", "starts_on", "lead", "text", "evidence")


@asks(routines.edit)
class EditRoutineForm(RoutineForm):
    pass
