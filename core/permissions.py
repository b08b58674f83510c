"""Who may: one rule for each right, read twice.

A rule is a function ``(user) -> Q``. The same rule filters a list and checks one object, so the two cannot
disagree. Rules read columns and the mandate the user acts under; they never join a table that could repeat a
row (use ``Exists`` or a subquery), because a rule is also evaluated as a yes-or-no column.

Guardian rows are for exceptions that a person decides, such as the guest of one file. They are given to a unit's
group; their ids are read first, in one bounded query, and only then become part of the filter.
"""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Case, Model, Q, QuerySet, Value, When
from django.http import Http404
from guardian.models import GroupObjectPermission

Rule = Callable[[object], Q]

ALWAYS = ~Q(pk__in=[])
NEVER = Q(pk__in=[])

#: More grants than this for one unit and right would be a mass right, which belongs in a column.
MOST_GRANTS = 1000

_visible: dict[type[Model], Callable] = {}


def seen_by(model: type[Model]):
    """Declare a chapter's ``visible_to(user) -> QuerySet`` as the one answer to "who may see this kind of object"."""

    def declare(visible_to):
        _visible[model] = visible_to
        return visible_to

    return declare


def visible(model: type[Model], user) -> QuerySet:
    """The objects of ``model`` that ``user`` (perhaps anonymous) may see. KeyError if no chapter declared it."""
    return _visible[model](user)


def visible_models() -> list[type[Model]]:
    return list(_visible)


def find(model: type[Model], user, pk) -> Model:
    """The object, or Http404 for whoever may not see it: a stranger does not learn that it exists."""
    try:
        return visible(model, user).get(pk=pk)
    except (model.DoesNotExist, ValueError, OverflowError) as missing:
        raise Http404 from missing


def allowed(user, rule: Rule, obj: Model) -> bool:
    """Whether the rule holds for this one object, asked of the database as it stands."""
    return type(obj)._default_manager.filter(rule(user), pk=obj.pk).exists()


def answers(user, rules: dict[str, Rule], objects: list[Model]) -> dict[int, set[str]]:
    """For each object's pk, the names of the rules that hold: one query for any number of rules and objects."""
    if not objects or not rules:
        return {obj.pk: set() for obj in objects}
    model = type(objects[0])
    columns = {
        f"rule_{name}": Case(
            When(rule(user), then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for name, rule in rules.items()
    }
    rows = (
        model._default_manager.filter(pk__in=[obj.pk for obj in objects])
        .order_by()
        .annotate(**columns)
        .values("pk", *columns)
    )
    return {row["pk"]: {name for name in rules if row[f"rule_{name}"]} for row in rows}


def granted(user, permission: str) -> Q:
    """The objects somebody opened to the unit this user acts for, as a Q on the primary key.

    ``permission`` is "app.codename". Reads at most :data:`MOST_GRANTS` ids, once a user object.
    """
    group_id = getattr(getattr(user, "unit", None), "group_id", None)
    if group_id is None:
        return NEVER
    remembered = user.__dict__.setdefault("_granted", {})
    key = (group_id, permission)
    if key not in remembered:
        app, codename = permission.split(".")
        remembered[key] = list(
            GroupObjectPermission.objects.filter(
                group_id=group_id, permission__codename=codename, permission__content_type__app_label=app
            ).values_list("object_pk", flat=True)[:MOST_GRANTS]
        )
    ids = remembered[key]
    return Q(pk__in=[int(pk) for pk in ids]) if ids else NEVER


def units_with(permission: str, obj: Model) -> QuerySet:
    """The groups to which ``permission`` on ``obj`` was given."""
    app, codename = permission.split(".")
    return GroupObjectPermission.objects.filter(
        object_pk=str(obj.pk),
        content_type=ContentType.objects.get_for_model(obj),
        permission__codename=codename,
        permission__content_type__app_label=app,
    ).select_related("group")


def is_person(user) -> bool:
    return isinstance(user, get_user_model()) and user.is_active
