"""Which strings are to be translated? Django's answer, and those marked under the names that modules give gettext."""

from django.core.management.commands import makemessages

NAMES = ("translate", "lazy", "_p:1c,2")


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, *(f"--keyword={name}" for name in NAMES)]
