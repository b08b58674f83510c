"""Build the search index again."""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from core import search


class Command(BaseCommand):
    help = "Builds the search index again, for all models or for those named."

    def add_arguments(self, parser):
        parser.add_argument("models", nargs="*", metavar="app.Model")

    def handle(self, *args, models, **options):
        for model in [self._model(label) for label in models] or [None]:
            for label, count in search.reindex(model).items():
                self.stdout.write(f"{label}: {count}")

    def _model(self, label):
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError) as error:
            raise CommandError(f"There is no model {label}.") from error
        if model not in search.registered():
            raise CommandError(f"{label} is not registered for search.")
        return model
