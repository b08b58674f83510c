"""Every collection of the API in one list."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
