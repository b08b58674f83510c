"""What briefs and liaison letters must be told."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.documents import DocumentField
from core.forms import VerbForm, asks
from members.membership import members
from members.models import Organization

from .. import briefs, letters


class PaperForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(label=_("Text"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 12}))
    files = DocumentField(label=_("Material"), required=False)

    def prepare(self):
        if self.obj is not None:
            self.fields["title"].initial, self.fields["text"].initial = self.obj.title, self.obj.text


@asks(briefs.write)
class WriteBriefForm(PaperForm):
    pass


@asks(briefs.edit)
class EditBriefForm(PaperForm):
    pass


class LetterForm(PaperForm):
    units = forms.ModelMultipleChoiceField(
        Organization.objects.none(), label=_("To"), widget=forms.CheckboxSelectMultiple
    )
    answer_on = forms.DateField(label=_("Answer due"))
    field_order = ("title", "units", "answer_on", "text", "files")

    def prepare(self):
        super().prepare()
        self.fields["units"].queryset = members()
        self.fields["answer_on"].initial = clock.add_working_days(timezone.localdate(), 5)
        if self.obj is not None:
            self.fields["answer_on"].initial = self.obj.answer_on
            self.fields["units"].initial = list(self.obj.answers.values_list("unit", flat=True))


@asks(letters.write)
class WriteLetterForm(LetterForm):
    pass


@asks(letters.edit)
class EditLetterForm(LetterForm):
    pass


@asks(letters.answer)
class AnswerForm(VerbForm):
    text = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 6}))
    files = DocumentField(label=_("Files"), required=False)
