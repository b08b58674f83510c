"""The addresses of meetings."""

from django.urls import path, re_path

from core import pages

from .models import (
    AgendaItem,
    ChairTerm,
    Correction,
    Erratum,
    Invitation,
    Meeting,
    Minutes,
    Motion,
    Presence,
    Resolution,
    Task,
)
from .views import (
    agenda,
    attendance,
    calendar,
    chair,
    charter,
    minutes,
    resolutions,
    room,
    schedule,
    tasks,
    votes,
)

app_name = "meetings"
urlpatterns = [
    # the schedule, the agenda, the replies
    path("meetings/", schedule.Meetings.as_view(), name="meetings"),
    path("meetings/new/", schedule.new, name="meeting_new"),
    path("meetings/<int:pk>/", schedule.meeting, name="meeting"),
    path("meetings/<int:pk>/entry.ics", calendar.entry, name="ics"),
    path("meetings/<int:pk>/<slug:paper>.<slug:ending>", calendar.paper, name="paper"),
    path("items/", agenda.Items.as_view(), name="items"),
    path("items/new/", pages.create, {"model": AgendaItem, "verb": "propose"}, name="item_new"),
    path("items/<int:pk>/", agenda.item, name="item"),
    path("items/<int:pk>/move/", agenda.move, name="item_move"),
    path("items/<int:pk>/<slug:verb>/", pages.perform, {"model": AgendaItem}, name="agendaitem_verb"),
    path("invitations/<int:pk>/<slug:verb>/", pages.perform, {"model": Invitation}, name="invitation_verb"),
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/renew/", calendar.renew, name="calendar_renew"),
    path("charter/", charter.in_force, name="charter"),
    path("charter/<int:pk>/", charter.version, name="charter_version"),
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
    # minutes
    path("minutes/", minutes.MinutesList.as_view(), name="minutes_list"),
    path("minutes/new/", pages.create, {"model": Minutes, "verb": "draft"}, name="minutes_new"),
    path("minutes/<int:pk>/", minutes.document, name="minutes"),
    re_path(r"^minutes/(?P<pk>\d+)/minutes\.(?P<ending>docx|pdf)$", minutes.file, name="minutes_file"),
    path("minutes/<int:pk>/edit/", minutes.edit, name="minutes_edit"),
    path("minutes/<int:pk>/<slug:verb>/", pages.perform, {"model": Minutes}, name="minutes_verb"),
    path("corrections/new/", minutes.propose, name="correction_new"),
    path("corrections/<int:pk>/<slug:verb>/", pages.perform, {"model": Correction}, name="correction_verb"),
    path("errata/new/", pages.create, {"model": Erratum, "verb": "publish"}, name="erratum_new"),
    # the chair unit's term
    path("chair/", chair.desk, name="chair"),
    path("chair/new/", pages.create, {"model": ChairTerm, "verb": "nominate"}, name="chairterm_new"),
    path("chair/<int:pk>/", chair.term, name="chairterm"),
    path("chair/<int:pk>/<slug:verb>/", pages.perform, {"model": ChairTerm}, name="chairterm_verb"),
    # last of its kind: any verb of a meeting that has no page of its own
    path("meetings/<int:pk>/<slug:verb>/", pages.perform, {"model": Meeting}, name="meeting_verb"),
]
