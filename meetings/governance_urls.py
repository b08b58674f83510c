"""The addresses of the charter, petitions, the order of rotation, hand-overs and the secretariat's host."""

from django.urls import path

from core import pages

from .models import CharterVersion, Handover, Petition, RotationPlace, SecretariatPost
from .views import charter, petitions, rotation

urlpatterns = [
    path("charter/", charter.in_force, name="charter"),
    path("charter/new/", pages.create, {"model": CharterVersion, "verb": "draft"}, name="charterversion_new"),
    path("charter/<int:pk>/", charter.version, name="charter_version"),
    path("charter/<int:pk>/compare/", charter.compare, name="charter_compare"),
    path("charter/<int:pk>/trial/", charter.trial, name="charter_trial"),
    path(
        "charter/<int:pk>/<slug:verb>/", pages.perform, {"model": CharterVersion}, name="charterversion_verb"
    ),
    path("charter/rules/<int:pk>/<slug:verb>/", charter.rule, name="charterrule_verb"),
    path("petitions/", petitions.Petitions.as_view(), name="petitions"),
    path("petitions/new/", pages.create, {"model": Petition, "verb": "start"}, name="petition_new"),
    path("petitions/<int:pk>/", petitions.petition, name="petition"),
    path("petitions/<int:pk>/count/", petitions.counter, name="petition_count"),
    path("petitions/<int:pk>/<slug:verb>/", pages.perform, {"model": Petition}, name="petition_verb"),
    path("rotation/", rotation.order, name="rotation"),
    path(
        "rotation/new/", pages.create, {"model": RotationPlace, "verb": "set_out"}, name="rotationplace_new"
    ),
    path(
        "rotation/<int:pk>/<slug:verb>/", pages.perform, {"model": RotationPlace}, name="rotationplace_verb"
    ),
    path("handovers/<int:pk>/", rotation.handover, name="handover"),
    path("handovers/<int:pk>/<slug:verb>/", pages.perform, {"model": Handover}, name="handover_verb"),
    path(
        "secretariat/new/",
        pages.create,
        {"model": SecretariatPost, "verb": "propose"},
        name="secretariatpost_new",
    ),
    path("secretariat/<int:pk>/", rotation.post, name="secretariatpost"),
    path(
        "secretariat/<int:pk>/<slug:verb>/",
        pages.perform,
        {"model": SecretariatPost},
        name="secretariatpost_verb",
    ),
]
