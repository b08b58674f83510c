"""Where everything lives."""

urlpatterns = []
