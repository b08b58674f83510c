"""How a program talks to us: the one viewset (see, and every verb as POST), and the one shape of errors."""

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import exceptions, serializers, views, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.views import exception_handler

from . import permissions, search, workflow
from .forms import form_of


class ErrorSerializer(serializers.Serializer):
    """Every error: a sentence, and for bad input the sentences of each field."""

    detail = serializers.CharField()
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)


def explain(exc, context):
    """Turn every refusal into ``{"detail": sentence, "errors": {field: [sentences]}}`` with its status."""
    if isinstance(exc, workflow.Refused):
        return Response(
            {"detail": str(exc.sentence), "errors": {k: [str(s) for s in v] for k, v in exc.errors.items()}},
            status=exc.status,
        )
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    response = exception_handler(exc, context)
    if response is not None:
        if isinstance(exc, exceptions.ValidationError):
            errors = exc.detail if isinstance(exc.detail, dict) else {"": exc.detail}
            sentences = {k: [str(s) for s in (v if isinstance(v, list) else [v])] for k, v in errors.items()}
            response.data = {"detail": _("Please check what was sent."), "errors": sentences}
        else:
            response.data = {"detail": str(getattr(exc, "detail", exc))}
    return response


@extend_schema_field({"type": ["object", "array"]})
class Facts(serializers.JSONField):
    """What is kept as JSON is named facts or a list of them."""


class ObjectSerializer(serializers.ModelSerializer):
    """An object as programs see it: its fields, and the verbs open to the caller."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.JSONField: Facts,
    }
    verbs = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_verbs(self, obj):
        return [offer.name for offer in self.context.get("offers", {}).get(obj.pk, []) if offer.open]

    @extend_schema_field(serializers.CharField())
    def get_url(self, obj):
        return obj.get_absolute_url()


def _choice(choices):
    # A form that fills in its choices for one object and reader has none yet: any word may be right.
    return serializers.ChoiceField(choices=choices) if choices else serializers.CharField()


FIELDS = (
    # Most special first: the first form field class that matches gives the schema of the argument.
    (forms.ModelMultipleChoiceField, lambda f: serializers.ListField(child=serializers.IntegerField())),
    (forms.ModelChoiceField, lambda f: serializers.IntegerField()),
    (forms.MultipleChoiceField, lambda f: serializers.ListField(child=serializers.CharField())),
    (forms.ChoiceField, lambda f: _choice([c for c in f.choices if c[0] != ""])),
    (forms.BooleanField, lambda f: serializers.BooleanField()),
    (forms.DateTimeField, lambda f: serializers.DateTimeField()),
    (forms.DateField, lambda f: serializers.DateField()),
    (forms.TimeField, lambda f: serializers.TimeField()),
    (
        forms.DecimalField,
        lambda f: serializers.DecimalField(max_digits=f.max_digits, decimal_places=f.decimal_places),
    ),
    (forms.IntegerField, lambda f: serializers.IntegerField(min_value=f.min_value, max_value=f.max_value)),
    (forms.JSONField, lambda f: serializers.JSONField()),
    (forms.FileField, lambda f: serializers.FileField()),
    (forms.EmailField, lambda f: serializers.EmailField()),
    (forms.URLField, lambda f: serializers.URLField()),
    (forms.Field, lambda f: serializers.CharField()),
)


_asked: dict[str, type[serializers.Serializer]] = {}


def request_schema(verb) -> type[serializers.Serializer]:
    """What a verb asks, as a serializer class: for the schema only, the form itself validates."""
    if verb.kind in _asked:  # two collections may show the same model
        return _asked[verb.kind]
    made = {}
    for name, form_field in form_of(verb).base_fields.items():
        argument = next(make(form_field) for kind, make in FIELDS if isinstance(form_field, kind))
        argument.required = form_field.required and form_field.initial is None
        argument.help_text = str(form_field.help_text or form_field.label or "")
        if not form_field.required and not isinstance(argument, serializers.BooleanField):
            argument.allow_null = True
        made[name] = argument
    if not verb.creates and hasattr(verb.model, "version"):
        words = "The version you read; refused if changed."
        made["version"] = serializers.IntegerField(required=False, help_text=words)
    noun = verb.model.__name__
    name = f"{noun}{verb.name.title().replace('_', '')}"
    return _asked.setdefault(verb.kind, type(name, (serializers.Serializer,), made))


def run(verb, request, obj=None):
    """Validate what was sent with the verb's own form, then do it. Returns the object.

    Right and state come before input, as on the pages: whoever may not act is not told what was wrong with the form.
    The verb asks both again under its lock.
    """
    if not (verb.may(request.user) if verb.creates else permissions.allowed(request.user, verb.may, obj)):
        raise workflow.NotAllowed(_("You have no right to do this."))
    if not verb.creates and (reason := verb.why_closed(obj, request.user)):
        raise workflow.WrongState(reason)
    data = request.data if hasattr(request.data, "get") else {}
    form = form_of(verb)(data, request.FILES, obj=obj, by=request.user)
    if not form.is_valid():
        errors = {("" if k == "__all__" else k): [str(s) for s in v] for k, v in form.errors.items()}
        raise workflow.Refused(_("Please check what was sent."), errors)
    given = form.given()
    if verb.creates:
        return verb.run(by=request.user, **given)
    return verb.run(obj, by=request.user, version=data.get("version"), **given)


REFUSALS = {
    400: OpenApiResponse(ErrorSerializer, "Bad input"),
    401: OpenApiResponse(ErrorSerializer, "Not signed in"),
    403: OpenApiResponse(ErrorSerializer, "No right"),
    404: OpenApiResponse(ErrorSerializer, "Nothing the caller may see"),
    409: OpenApiResponse(ErrorSerializer, "Wrong state"),
    413: OpenApiResponse(ErrorSerializer, "Too large"),
    429: OpenApiResponse(ErrorSerializer, "Too many requests"),
}


class Resource(viewsets.ReadOnlyModelViewSet):
    """Objects of one kind that the caller may see, and each of their verbs as ``POST …/<id>/<verb>/``.

    Subclasses name ``model``, ``serializer_class``, and may name ``filterset_class``, ``joins`` (for the
    serializer), ``orders`` (sortable fields, the first is the default) and ``creator`` (the verb that ``POST`` on the
    collection is).
    """

    model = None
    joins: tuple = ()
    fetches: tuple = ()
    orders: tuple = ("-pk",)
    creator = ""
    lookup_value_regex = r"\d+"

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.model is None:
            return
        for verb in workflow.verbs_of(cls.model).values():
            if not verb.creates:
                setattr(cls, f"do_{verb.name}", _act(cls, verb))
        if cls.creator:
            cls.create = _creation(cls, workflow.verbs_of(cls.model)[cls.creator])
        cls.list = _listing(cls)
        cls.retrieve = _retrieval(cls)

    @property
    def user(self):
        return self.request.user if self.request else AnonymousUser()

    @cached_property
    def queryset(self):  # for the schema and the router, which ask before any request
        return self.model._default_manager.none()

    def get_queryset(self):
        rows = permissions.visible(self.model, self.user)
        if self.joins:
            rows = rows.select_related(*self.joins)
        if self.fetches:
            rows = rows.prefetch_related(*self.fetches)
        return rows

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        if self.action != "list":
            return queryset
        if text := self.request.query_params.get("search", "").strip():
            queryset = search.filter(queryset, text)
        wanted = self.request.query_params.get("ordering", "")
        known = {name.lstrip("-") for name in self.orders}
        names = [n for n in wanted.split(",") if n.lstrip("-") in known] or [self.orders[0]]
        return queryset.order_by(*names, "-pk" if names[-1].startswith("-") else "pk")

    def answer(self, obj, status=200):
        """One object, read again as the caller may see it now."""
        fresh = self.get_queryset().filter(pk=obj.pk).first()
        if fresh is None:  # the act itself may have ended the caller's right to see it
            return Response(status=204)
        return Response(self.show([fresh])[0], status=status)

    def show(self, objects):
        offers = workflow.offers(objects, self.user)
        context = {**self.get_serializer_context(), "offers": offers}
        return self.serializer_class(objects, many=True, context=context).data


# What a function answers is written on the function itself: each class needs functions of its own.


def _listing(cls):
    @extend_schema(responses={200: cls.serializer_class(many=True), **_only(400, 401, 404)})
    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.show([*page]))

    return list


def _retrieval(cls):
    @extend_schema(responses={200: cls.serializer_class, **_only(401, 404)})
    def retrieve(self, request, *args, **kwargs):
        return Response(self.show([self.get_object()])[0])

    return retrieve


def _only(*codes):
    return {code: REFUSALS[code] for code in codes}


def _act(cls, verb):
    def act(self, request, *args, **kwargs):
        obj = self.get_object()
        run(verb, request, obj)
        return self.answer(obj)

    act.__name__ = f"do_{verb.name}"
    act.__doc__ = str(verb.run.__doc__ or verb.label)
    act = action(detail=True, methods=["post"], url_path=verb.name, url_name=verb.name)(act)
    # After the action, which would forget it.
    return extend_schema(
        request=request_schema(verb),
        responses={200: cls.serializer_class, 204: None, **_only(400, 401, 403, 404, 409, 413)},
    )(act)


def _creation(cls, verb):
    @extend_schema(
        request=request_schema(verb), responses={201: cls.serializer_class, **_only(400, 401, 403, 409, 413)}
    )
    def create(self, request, *args, **kwargs):
        return self.answer(run(verb, request), status=201)

    create.__doc__ = str(verb.run.__doc__ or verb.label)
    return create


@extend_schema(exclude=True)
class Nowhere(views.APIView):
    """An address of the API that does not exist says so in the API's own shape, to whoever asks."""

    permission_classes = ()

    def initial(self, request, *args, **kwargs):
        raise exceptions.NotFound
