"""The addresses of projects."""

app_name = "projects"
urlpatterns = []
