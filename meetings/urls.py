"""The addresses of meetings."""

from django.urls import path

from core import pages

from .models import ChairTerm, Motion, Presence, Resolution, Task
from .views import attendance, chair, resolutions, room, tasks, votes

app_name = "meetings"
urlpatterns = [
    # attendance, votes, resolutions: what happens in the room
    path("meetings/<int:pk>/room/", room.page, name="room"),
    path("meetings/<int:pk>/room/live/", room.live, name="room_live"),
    path("meetings/<int:pk>/room/take_up/", room.take_up, name="take_up"),
    path("meetings/<int:pk>/projector/", room.projector, name="projector"),
    path("meetings/<int:pk>/projector/live/", room.projector_live, name="projector_live"),
    path("check-in/<uuid:code>/", attendance.check_in, name="check_in"),
    path("presences/new/", room.new_presence, name="presence_new"),
    path("presences/<int:pk>/<slug:verb>/", room.act, {"model": Presence}, name="presence_verb"),
    path("motions/new/", pages.create, {"model": Motion, "verb": "put"}, name="motion_new"),
    path("motions/<int:pk>/", votes.detail, name="motion"),
    path("motions/<int:pk>/<slug:verb>/", room.act, {"model": Motion}, name="motion_verb"),
    path("resolutions/", resolutions.Resolutions.as_view(), name="resolutions"),
    path("resolutions/new/", pages.create, {"model": Resolution, "verb": "adopt"}, name="resolution_new"),
    path("resolutions/<int:pk>/", resolutions.detail, name="resolution"),
    path("resolutions/<int:pk>/<slug:verb>/", pages.perform, {"model": Resolution}, name="resolution_verb"),
    # tasks and what has become of them
    path("tasks/", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/new/", pages.create, {"model": Task, "verb": "assign"}, name="task_new"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/<slug:verb>/", pages.perform, {"model": Task}, name="task_verb"),
    path("followup/<int:pk>/", tasks.followup_sheet, name="followup"),
    # the chair unit's term
    path("chair/", chair.desk, name="chair"),
    path("chair/new/", pages.create, {"model": ChairTerm, "verb": "nominate"}, name="chairterm_new"),
    path("chair/<int:pk>/", chair.term, name="chairterm"),
    path("chair/<int:pk>/<slug:verb>/", pages.perform, {"model": ChairTerm}, name="chairterm_verb"),
]
