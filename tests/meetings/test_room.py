"""The phone page, the clerk's desk and the wall."""

import re

import pytest

from meetings import attendance, schedule, votes
from meetings.models import AgendaItem, Meeting, Motion, Presence, Vote

from .sitting import QUESTION, Sitting

HTMX = {"HX-Request": "true", "HX-Target": "room", "HX-Boosted": "true"}


@pytest.fixture
def sitting(cast):
    return Sitting(cast)


def room(client, sitting, **more):
    return client.get(f"/meetings/meetings/{sitting.meeting.pk}/room/", **more).content.decode()


def seen(page):
    return re.search(r"live/\?seen=([\d.]+)", page)[1]


def live(client, sitting, stamp):
    return client.get(f"/meetings/meetings/{sitting.meeting.pk}/room/live/", {"seen": stamp}, headers=HTMX)


def test_a_delegate_sees_one_question_and_three_answers_then_what_was_recorded(cast, sitting):
    motion = sitting.voting()
    client = cast.client("delegate")
    page = room(client, sitting)
    assert QUESTION in page
    assert re.findall(r'name="choice" value="(\w+)"', page) == ["for", "against", "abstain"]
    answer = client.post(f"/meetings/motions/{motion.pk}/cast/", {"choice": "for"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/meetings/meetings/{sitting.meeting.pk}/room/", 302)]
    assert "已记录：同意" in page
    assert f"/meetings/motions/{motion.pk}/withdraw/" in page
    assert 'name="choice"' not in page
    votes.close(motion, by=sitting.by)
    page = room(client, sitting)
    assert "withdraw" not in page
    assert "应到 3，实到 3，法定 2；同意 1" in page


def test_pressed_with_htmx_the_room_itself_comes_back(cast, sitting):
    motion = sitting.voting()
    client = cast.client("delegate")
    answer = client.post(f"/meetings/motions/{motion.pk}/cast/", {"choice": "against"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<div id="room"')
    assert "已记录：反对" in page
    again = client.post(f"/meetings/motions/{motion.pk}/cast/", {"choice": "for"}, headers=HTMX)
    assert again.status_code == 409
    assert again["HX-Retarget"] == "#verb-dialog-body"
    assert "贵单位已投票：反对" in again.content.decode()


def test_the_room_answers_nothing_while_nothing_changes_in_six_queries(
    cast, sitting, django_assert_max_num_queries
):
    sitting.voting()
    client = cast.client("delegate")
    stamp = seen(room(client, sitting))
    with django_assert_max_num_queries(6):
        assert live(client, sitting, stamp).status_code == 204


def test_the_room_stays_within_its_queries_for_three_and_for_eleven_units(
    cast, django_assert_max_num_queries
):
    cast.all_eleven()
    sitting = Sitting(cast)
    sitting.voting()
    for who in ("delegate", "secretariat"):
        client = cast.client(who)
        room(client, sitting)
        with django_assert_max_num_queries(12):
            room(client, sitting)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.arrive("quanzhou"),
        lambda s: attendance.leave(Presence.objects.first(), by=s.by),
        lambda s: s.add_item("临时议题"),
        lambda s: s.motion(),
        lambda s: votes.open(s.motion(), by=s.by),
        lambda s: schedule.close(s.meeting, by=s.by),
    ],
    ids=["arrival", "departure", "item", "motion", "opening", "end"],
)
def test_whatever_changes_is_shown_by_the_next_question(cast, sitting, change):
    sitting.arrive("fuzhou", "xiamen-torch")
    client = cast.client("delegate")
    stamp = seen(room(client, sitting))
    change(sitting)
    assert live(client, sitting, stamp).status_code == 200


def test_every_vote_changes_what_the_room_shows(cast, sitting):
    motion = sitting.voting()
    client = cast.client("delegate")
    stamps = {seen(room(client, sitting))}
    for step in (
        lambda: sitting.cast_vote(motion, "fuzhou", "for"),
        lambda: votes.withdraw(motion, by=cast.person("chair")),
        lambda: votes.enter(motion, by=sitting.by, votes={cast.zones["fuzhou"].pk: "for"}),
        lambda: votes.close(motion, by=sitting.by),
    ):
        step()
        stamps.add(seen(room(client, sitting)))
    assert len(stamps) == 5


def test_whoever_has_not_checked_in_is_asked_for_the_digits_first(cast, sitting):
    client = cast.client("delegate")
    page = room(client, sitting)
    assert 'name="pin"' in page
    assert sitting.meeting.pin not in page
    assert str(sitting.meeting.check_in_code) not in page
    sitting.arrive("xiamen-torch")
    assert 'name="pin"' not in room(client, sitting)


def test_only_the_clerk_sees_digits_and_code(cast, sitting):
    page = room(cast.client("secretariat"), sitting)
    assert f"{sitting.meeting.pin[:3]} {sitting.meeting.pin[3:]}" in page
    assert '<svg class="qr"' in page
    for who in ("delegate", "chair", "liaison"):
        for place in ("room", "projector"):
            page = cast.client(who).get(f"/meetings/meetings/{sitting.meeting.pk}/{place}/").content.decode()
            assert sitting.meeting.pin[:3] + " " + sitting.meeting.pin[3:] not in page
            assert '<svg class="qr"' not in page


def test_the_clerk_checks_in_and_types_a_paper_vote_from_the_desk(cast, sitting):
    motion = sitting.voting("fuzhou", "quanzhou")
    client = cast.client("secretariat")
    torch, quanzhou = cast.zones["xiamen-torch"].pk, cast.zones["quanzhou"].pk
    arrival = {"meeting": sitting.meeting.pk, "unit": torch}
    answer = client.post("/meetings/presences/new/", arrival, headers=HTMX)
    assert answer.content.decode().lstrip().startswith('<div id="room"')
    assert Presence.objects.filter(unit=torch, left_at=None).exists()
    address = f"/meetings/motions/{motion.pk}/enter/"
    page = client.post(address, {f"unit-{quanzhou}": "abstain"}, headers=HTMX).content.decode()
    assert Vote.objects.get().choice == "abstain"
    assert f'name="unit-{quanzhou}" value="" aria-pressed="true"' in page
    client.post(address, {f"unit-{quanzhou}": ""}, headers=HTMX)
    assert not Vote.objects.exists()


def test_the_table_holds_the_first_open_item_unless_the_clerk_takes_up_another(cast, sitting):
    later = sitting.add_item("第二项议题")
    client, clerk = cast.client("delegate"), cast.client("secretariat")
    assert "第1项，共2项" in room(client, sitting)
    address = f"/meetings/meetings/{sitting.meeting.pk}/room/take_up/"
    assert client.post(address, {"item": later.pk}).status_code == 403
    assert clerk.post(address, {"item": later.pk}).status_code == 302
    assert "第2项，共2项" in room(client, sitting)
    AgendaItem.objects.filter(pk=later.pk).update(state="concluded")
    assert "第1项，共2项" in room(client, sitting)
    assert clerk.post(address, {"item": later.pk}).status_code == 400


def test_the_item_of_an_open_vote_is_on_the_table(cast, sitting):
    later = sitting.add_item("第二项议题")
    sitting.voting(item=later)
    assert "第2项，共2项" in room(cast.client("delegate"), sitting)


def test_the_wall_shows_progress_then_the_sum(cast, sitting):
    motion = sitting.voting()
    client = cast.client("secretariat")
    address = f"/meetings/meetings/{sitting.meeting.pk}/projector/"
    sitting.cast_vote(motion, "fuzhou", "for")
    page = client.get(address).content.decode()
    assert 'data-bs-theme="dark"' in page
    assert "已投票 1 / 3 家" in page
    votes.close(motion, by=sitting.by)
    assert "同意 1，反对 0，弃权 0，未投 2" in client.get(address).content.decode()
    stamp = seen(client.get(address).content.decode())
    assert client.get(f"{address}live/", {"seen": stamp}).status_code == 204


def test_outsiders_find_no_room(cast, sitting):
    for who in ("company", "bank", "stranger"):
        for place in ("room", "room/live", "projector", "projector/live"):
            assert (
                cast.client(who).get(f"/meetings/meetings/{sitting.meeting.pk}/{place}/").status_code == 404
            )


def test_a_meeting_without_any_item_has_a_room_too(cast, sitting):
    Motion.objects.all().delete()
    AgendaItem.objects.all().delete()
    assert "各项议题均已议毕" in room(cast.client("delegate"), sitting)
    assert Meeting.objects.get().state == "in_session"
