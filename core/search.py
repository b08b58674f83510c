"""How is something found? Declared once per model, kept with every save, and read only through permissions.

A chapter ends with its registration::

    search.register(Organization, title="name_zh", text=("name_en", "profile"),
                    visible=visible_to, date="updated_at")

Changes that send no signal (``bulk_create``, ``QuerySet.update``) are followed by :func:`index`; ``manage.py
reindex`` builds everything again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Model
from django.db.models.signals import post_delete, post_save
from django.urls import reverse
from django.utils import timezone

from core.models import SearchEntry
from core.search_index import Matches, Query, fold, tokens

COUNT_LIMIT = 100
SNIPPET = 80  # characters
BATCH = 500


@dataclass(frozen=True)
class Registration:
    model: type[Model]
    title: str | Callable
    text: str | tuple | Callable
    visible: Callable
    url: str | Callable | None
    date: str | Callable | None

    @property
    def label(self):
        return self.model._meta.label_lower

    def names(self, user, entries):
        """The (title, url) of the entries shown, by object id."""
        if self.url is None:
            found = self.visible(user).in_bulk([entry.object_id for entry in entries])
            return {pk: (str(obj), obj.get_absolute_url()) for pk, obj in found.items()}
        address = self.url if callable(self.url) else lambda pk: reverse(self.url, args=[pk])
        return {entry.object_id: (entry.title, address(entry.object_id)) for entry in entries}

    def entry(self, obj):
        title = _read(self.title, obj)
        text = _read(self.text, obj)
        return SearchEntry(
            content_type=ContentType.objects.get_for_model(self.model),
            object_id=obj.pk,
            title=title[: SearchEntry._meta.get_field("title").max_length],
            text=text,
            tokens=tokens(title, text),
            updated_at=(_moment(self.date, obj) if self.date else None) or timezone.now(),
        )


_registered: dict[type[Model], Registration] = {}


def register(model, *, title, text, visible, url=None, date=None):
    """Declares how objects of ``model`` are found.

    ``title``, ``text``: a field's name, a tuple of names, or a function of the object, giving text.
    ``visible``: ``(user) -> QuerySet``, the chapter's ``visible_to``. ``date``: by which hits are ordered, newest
    first; default: the last save. Hits are shown by ``str`` and ``get_absolute_url`` of the object, in the
    reader's language; ``url``, a URL's name or a function taking the primary key, saves the query for that and
    shows the stored title.
    """
    _registered[model] = Registration(model, title, text, visible, url, date)
    post_save.connect(_saved, sender=model, dispatch_uid=f"search {model._meta.label}")
    post_delete.connect(_deleted, sender=model, dispatch_uid=f"search {model._meta.label}")


def registered():
    """The models that can be found, in order of registration."""
    return list(_registered)


# --- upkeep -----------------------------------------------------------------------------
def index(*objects):
    """Takes objects of registered models into the index, in the transaction of the caller."""
    _store([_registered[type(obj)].entry(obj) for obj in objects], ["title", "text", "tokens", "updated_at"])


def _store(entries, changed):
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["content_type", "object_id"],
        update_fields=changed,
    )


def _saved(sender, instance, raw=False, **kwargs):
    # A fixture may name objects that are not loaded yet; reindex follows it.
    if not raw:
        index(instance)


def _deleted(sender, instance, **kwargs):
    content_type = ContentType.objects.get_for_model(sender)
    SearchEntry.objects.filter(content_type=content_type, object_id=instance.pk).delete()


def reindex(model=None):
    """Builds the entries of ``model`` (default: all registered) again and removes those of nothing.

    Returns the number of objects by label. Where the registration names no date, known entries keep theirs.
    """
    counts = {}
    for each in [_registered[model]] if model else _registered.values():
        changed = ["title", "text", "tokens"] + (["updated_at"] if each.date else [])
        objects = each.model._base_manager.order_by("pk")
        count, batch = 0, []
        for obj in objects.iterator(chunk_size=BATCH):
            batch.append(each.entry(obj))
            count += 1
            if len(batch) == BATCH:
                _store(batch, changed)
                batch = []
        _store(batch, changed)
        content_type = ContentType.objects.get_for_model(each.model)
        with transaction.atomic():
            stored = SearchEntry.objects.filter(content_type=content_type)
            stored.exclude(object_id__in=each.model._base_manager.values("pk")).delete()
        counts[each.label] = count
    if model is None:
        known = [each.pk for each in ContentType.objects.get_for_models(*_registered).values()]
        SearchEntry.objects.exclude(content_type__in=known).delete()
    return counts


# --- finding ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Hit:
    kind: str
    object_id: int
    title: str
    url: str
    snippet: str
    date: datetime


@dataclass(frozen=True)
class Group:
    """The hits of one kind: ``count`` of them, or more than that if ``more``."""

    kind: str
    label: str
    count: int
    more: bool
    hits: list


def search(user, text, kinds=None, limit=5):
    """What ``user`` may see and ``text`` names, as :class:`Group` per kind with at most ``limit`` hits each.

    ``kinds``: models or their labels ("members.organization"); default all. Counts stop at ``COUNT_LIMIT``. One
    query a kind, up to two more for a kind with hits. Only the first 100 characters are searched for.
    """
    query = Query.parse(text)
    if not query:
        return []
    wanted = {kind.lower() if isinstance(kind, str) else kind._meta.label_lower for kind in kinds or ()}
    groups = []
    for each in _registered.values():
        if kinds is None or each.label in wanted:
            visible = each.visible(user).order_by().values("pk")
            entries = _matching(each.model, query).filter(object_id__in=visible)
            newest = entries.order_by("-updated_at", "-pk").values_list("pk", flat=True)
            if keys := list(newest[: COUNT_LIMIT + 1]):
                groups.append(_group(each, user, query, keys, limit))
    return groups


def _group(registration, user, query, keys, limit):
    rank = {pk: place for place, pk in enumerate(keys[:limit])}
    shown = sorted(SearchEntry.objects.filter(pk__in=rank).defer("tokens"), key=lambda entry: rank[entry.pk])
    names = registration.names(user, shown)
    hits = [
        Hit(
            registration.label,
            entry.object_id,
            *names[entry.object_id],
            snippet(entry.text, query),
            entry.updated_at,
        )
        for entry in shown
        # Deleted or hidden by somebody else since the line above.
        if entry.object_id in names
    ]
    return Group(
        kind=registration.label,
        label=str(registration.model._meta.verbose_name_plural),
        count=min(len(keys), COUNT_LIMIT),
        more=len(keys) > COUNT_LIMIT,
        hits=hits,
    )


def filter(queryset, text):
    """``queryset`` of a registered model restricted to what ``text`` names; unchanged when nothing was typed."""
    if not text.strip():
        return queryset
    query = Query.parse(text)
    if not query:
        return queryset.none()
    return queryset.filter(pk__in=_matching(queryset.model, query).values("object_id"))


def _matching(model, query):
    content_type = ContentType.objects.get_for_model(model)
    return SearchEntry.objects.filter(Matches(F("tokens"), query), content_type=content_type)


def snippet(text, query):
    """A piece of ``text`` around the first thing found in it, else its beginning; one line."""
    line = " ".join(text.split())
    folded = fold(line)
    # Folding may change the length of a text; then places in it say nothing about the original.
    places = [folded.find(needle) for needle in query.needles] if len(folded) == len(line) else []
    first = min((place for place in places if place >= 0), default=0)
    begin = max(first - SNIPPET // 4, 0)
    end = begin + SNIPPET
    return ("…" if begin else "") + line[begin:end] + ("…" if end < len(line) else "")


def _read(source, obj):
    if callable(source):
        return source(obj) or ""
    names = (source,) if isinstance(source, str) else source
    return "\n".join(str(value) for name in names if (value := getattr(obj, name)) not in (None, ""))


def _moment(source, obj):
    found = source(obj) if callable(source) else getattr(obj, source)
    if isinstance(found, date) and not isinstance(found, datetime):
        return timezone.make_aware(datetime.combine(found, time.min))
    return found
