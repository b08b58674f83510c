"""Check-in by code, digits and clerk; the quorum of the moment."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import Event, Notice
from meetings import attendance, schedule
from meetings.models import Invitation, Presence

from .sitting import Sitting


@pytest.fixture
def sitting(cast):
    return Sitting(cast)


def check_in(client, meeting, **given):
    return client.post("/meetings/presences/new/", {"meeting": meeting.pk, **given})


def test_the_code_in_the_room_checks_the_readers_unit_in_with_one_button(cast, sitting):
    client = cast.client("delegate")
    address = f"/meetings/check-in/{sitting.meeting.check_in_code}/"
    assert "为厦门火炬高新区签到" in client.get(address).content.decode()
    answer = client.post(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/meetings/meetings/{sitting.meeting.pk}/room/"
    presence = Presence.objects.get()
    assert (presence.unit.code, presence.means, presence.person) == ("xiamen-torch", "qr", cast.delegate)


def test_a_second_check_in_is_refused_with_the_time_of_the_first(cast, sitting):
    client = cast.client("delegate")
    address = f"/meetings/check-in/{sitting.meeting.check_in_code}/"
    client.post(address)
    answer = client.post(address)
    assert answer.status_code == 409
    assert "已于" in answer.content.decode()
    assert Presence.objects.count() == 1


def test_the_database_holds_a_unit_in_the_room_only_once(cast, sitting):
    sitting.arrive("fuzhou")
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.create(
            meeting=sitting.meeting, unit=cast.zones["fuzhou"], means="clerk", arrived_at=timezone.now()
        )


def test_the_six_digits_check_in_and_wrong_ones_do_not(cast, sitting):
    client = cast.client("liaison")
    wrong = "000000" if sitting.meeting.pin != "000000" else "111111"
    answer = check_in(client, sitting.meeting, pin=wrong)
    assert answer.status_code == 400
    assert "与会场显示的不一致" in answer.content.decode()
    assert check_in(client, sitting.meeting, pin=sitting.meeting.pin).status_code == 302
    assert Presence.objects.get().means == "pin"


@pytest.mark.parametrize("typed", ["１２３４５６", "一二三四五六", "²²²²²²"])
def test_digits_of_another_script_are_wrong_and_no_fault(cast, sitting, typed):
    assert check_in(cast.client("delegate"), sitting.meeting, pin=typed).status_code == 400


def test_whoever_guesses_digits_is_stopped_even_with_the_right_ones(cast, sitting):
    client = cast.client("delegate")
    wrong = "000000" if sitting.meeting.pin != "000000" else "111111"
    for _try in range(attendance.TRIES):
        assert check_in(client, sitting.meeting, pin=wrong).status_code == 400
    answer = check_in(client, sitting.meeting, pin=sitting.meeting.pin)
    assert answer.status_code == 429
    assert not Presence.objects.exists()
    assert (
        cast.api("delegate")
        .post("/api/v1/presences/", {"meeting": sitting.meeting.pk, "pin": sitting.meeting.pin})
        .status_code
        == 429
    )
    assert check_in(cast.client("delegate_b"), sitting.meeting, pin=sitting.meeting.pin).status_code == 302


def test_check_in_without_digits_or_code_is_refused(cast, sitting):
    assert check_in(cast.client("delegate"), sitting.meeting).status_code == 400


def test_nobody_checks_another_unit_in_except_the_clerk(cast, sitting):
    fuzhou = cast.zones["fuzhou"].pk
    answer = check_in(cast.client("delegate"), sitting.meeting, pin=sitting.meeting.pin, unit=fuzhou)
    assert answer.status_code == 400
    assert check_in(cast.client("secretariat"), sitting.meeting, unit=fuzhou).status_code == 302
    assert Presence.objects.get().means == "clerk"


def test_what_the_clerk_writes_of_a_unit_its_people_are_told(cast, sitting):
    sitting.arrive("xiamen-torch")
    told = Notice.objects.filter(event__kind="meetings.presence.check_in", channel="inbox")
    assert {notice.person for notice in told} == {cast.delegate, cast.liaison}
    assert "厦门火炬高新区" in told[0].title


def test_an_unknown_unit_and_one_that_is_not_invited_are_refused(cast, sitting):
    client = cast.client("secretariat")
    assert check_in(client, sitting.meeting, unit=999_999).status_code == 400
    answer = check_in(client, sitting.meeting, unit=cast.bank_unit.pk)
    assert answer.status_code == 400
    assert "未被邀请" in answer.content.decode()


def test_a_stranger_finds_no_meeting_behind_the_code(cast, sitting):
    address = f"/meetings/check-in/{sitting.meeting.check_in_code}/"
    assert cast.client("company").get(address).status_code == 404
    assert cast.client().get(address).status_code == 302


def test_a_unit_may_leave_and_come_back(cast, sitting):
    sitting.arrive("fuzhou", "quanzhou")
    assert attendance.quorum(sitting.meeting).present == 2
    first = Presence.objects.get(unit__code="fuzhou")
    client = cast.client("chair")
    assert client.post(f"/meetings/presences/{first.pk}/leave/").status_code == 302
    assert attendance.quorum(sitting.meeting).present == 1
    assert client.post(f"/meetings/presences/{first.pk}/leave/").status_code == 409
    assert check_in(client, sitting.meeting, pin=sitting.meeting.pin).status_code == 302
    assert attendance.quorum(sitting.meeting).present == 2
    assert Presence.objects.filter(unit__code="fuzhou").count() == 2


def test_one_unit_cannot_send_another_out(cast, sitting):
    sitting.arrive("fuzhou")
    presence = Presence.objects.get()
    assert cast.client("delegate").post(f"/meetings/presences/{presence.pk}/leave/").status_code == 403
    assert cast.client("company").post(f"/meetings/presences/{presence.pk}/leave/").status_code == 404


def test_the_quorum_is_two_thirds_of_the_entitled_and_ignores_those_sitting_in(cast):
    cast.all_eleven()
    sitting = Sitting(cast)
    Invitation.objects.create(meeting=sitting.meeting, unit=cast.guide_unit, capacity="observer")
    sitting.arrive(*list(cast.zones)[:7])
    attendance.check_in(by=sitting.by, meeting=sitting.meeting, unit=cast.guide_unit)
    there = attendance.quorum(sitting.meeting)
    assert (there.entitled, there.present, there.needed, there.met) == (11, 7, 8, False)
    sitting.arrive("zherong")
    assert attendance.quorum(sitting.meeting).met
    assert attendance.present_units(sitting.meeting).count() == 8


def test_nobody_checks_in_once_the_meeting_is_closed(cast, sitting):
    schedule.close(sitting.meeting, by=sitting.by)
    answer = check_in(cast.client("delegate"), sitting.meeting, pin=sitting.meeting.pin)
    assert answer.status_code == 409
    assert "签到已截止" in answer.content.decode()


def test_neither_digits_nor_code_enter_the_journal(cast, sitting):
    check_in(cast.client("delegate"), sitting.meeting, pin=sitting.meeting.pin)
    written = "".join(str(event.data) for event in Event.objects.all())
    assert sitting.meeting.pin not in written
    assert str(sitting.meeting.check_in_code) not in written


def test_a_program_checks_in_and_leaves(cast, sitting):
    program = cast.api("delegate")
    made = program.post("/api/v1/presences/", {"meeting": sitting.meeting.pk, "pin": sitting.meeting.pin})
    assert made.status_code == 201, made.data
    assert made.data["verbs"] == ["leave"]
    left = program.post(f"/api/v1/presences/{made.data['id']}/leave/")
    assert left.status_code == 200
    assert left.data["left_at"]


def test_the_meetings_tab_shows_every_unit_with_reply_and_check_in(cast, sitting, rf):
    from meetings.views import attendance as pages

    sitting.arrive("fuzhou")
    request = rf.get("/")
    request.user = cast.person("delegate")
    shown = pages.panel(request, sitting.meeting)
    assert [tile["name"].code for tile in shown["tiles"]] == ["fuzhou", "xiamen-torch", "quanzhou"]
    assert [tile["states"][1]["tone"] for tile in shown["tiles"]] == ["green", "amber", "amber"]
