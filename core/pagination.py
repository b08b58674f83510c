"""How far we count: paginators for pages and for the API that stay quick with a million rows."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.pagination import PageNumberPagination

#: Counting further than this costs more than the page itself, and nobody pages so far.
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts no further than :data:`MOST_COUNTED`; ``count_label`` then reads "10,000+"."""

    @cached_property
    def count(self):
        if isinstance(self.object_list, QuerySet):
            return min(self.object_list.order_by()[: MOST_COUNTED + 1].count(), MOST_COUNTED)
        return len(self.object_list)

    @cached_property
    def count_label(self):
        return f"{self.count:,}+" if self.count >= MOST_COUNTED else f"{self.count:,}"


class Pages(PageNumberPagination):
    """``?page=&page_size=`` (at most 100); ``count`` stops at 10,000."""

    django_paginator_class = BoundedPaginator
    page_size_query_param = "page_size"
    max_page_size = 100
