"""A list and a check agree: what a role finds one by one is what it finds in the list, and what it is offered is what
it may do. For every kind of object that a chapter shows, and for every role of the cast."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from core import permissions, workflow
from core.workflow import NotAllowed, Refused
from tests.cast import PERSONS
from tests.world import built, undone

pytestmark = pytest.mark.django_db

ROLES = [*PERSONS, "nobody"]
MODELS = sorted(permissions.visible_models(), key=lambda model: model._meta.label)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        yield made


def reader(world, who):
    return AnonymousUser() if who == "nobody" else world.cast.person(who)


def name_of(model):
    return model._meta.label_lower


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_what_is_listed_is_what_can_be_opened(model, world):
    rows = list(model._default_manager.order_by("pk")[:50])
    assert rows, "the world holds no such object, so nothing is proved"
    for who in ROLES:
        user = reader(world, who)
        listed = [obj.pk for obj in permissions.visible(model, user)]
        assert len(listed) == len(set(listed)), f"{who} sees an object twice"
        opened = set()
        for obj in rows:
            try:
                opened.add(permissions.find(model, user, obj.pk).pk)
            except Http404:
                continue
        assert opened == set(listed) & {obj.pk for obj in rows}, who


def test_the_world_shows_each_role_something_and_hides_something_from_most(world):
    """Guards the test above: a rule that shows everything to everybody would agree with itself."""
    hidden = {
        name_of(model): [
            who
            for who in ROLES
            if permissions.visible(model, reader(world, who)).count() < model._default_manager.count()
        ]
        for model in MODELS
    }
    assert not [name for name, roles in hidden.items() if not roles]


def acts(model):
    return [verb for verb in workflow.verbs_of(model).values() if not verb.creates]


@pytest.mark.parametrize("model", [model for model in MODELS if acts(model)], ids=name_of)
def test_what_is_offered_is_what_may_be_done(model, world):
    """Doing a verb without a word is refused for the right exactly where the right is not offered."""
    rows = list(model._default_manager.order_by("pk")[:6])
    wrong = []
    for who in PERSONS:
        user = reader(world, who)
        offered = workflow.offers(rows, user)
        for obj in rows:
            names = {offer.name: offer for offer in offered[obj.pk]}
            for verb in acts(model):
                answer = attempt(verb, obj, user)
                if (verb.name in names) != (answer != "not allowed"):
                    wrong.append(f"{who}: {verb.kind} #{obj.pk}: {answer}")
                elif verb.name in names and (answer == "closed") != (not names[verb.name].open):
                    wrong.append(f"{who}: {verb.kind} #{obj.pk}: offered as open, {answer}")
    assert not wrong


def attempt(verb, obj, user):
    """What the verb says to this person: "not allowed", "closed", or "asked" (right and state were fine)."""
    obj = type(obj)._default_manager.get(pk=obj.pk)  # a verb that succeeds changes the caller's copy
    if not permissions.allowed(user, verb.may, obj):
        with undone(), pytest.raises(NotAllowed):
            verb.run(obj, by=user)
        return "not allowed"
    with undone():
        try:
            verb.run(obj, by=user)
        except NotAllowed:
            return "not allowed"
        except workflow.WrongState:
            return "closed" if verb.why_closed(obj, user) else "asked"
        except (Refused, TypeError):  # it wants to be told more
            return "asked"
    return "asked"
