"""Many at the same moment, through the whole stack: nothing twice, nothing lost, nothing answered with a fault."""

from collections import Counter

import pytest

from core import events
from meetings import ballots, resolutions, votes
from meetings.models import Motion, Presence, Resolution, SecretBallot, Vote
from tests.cast import Cast
from tests.meetings.sitting import Sitting
from tests.parallel import in_threads


@pytest.fixture
def sitting(transactional_db):
    cast = Cast()
    cast.all_eleven()
    return Sitting(cast)


def posts(clients, address, given):
    """Each client posts at the same moment; returns the status codes."""
    codes = []

    def work(client, data):
        return lambda: codes.append(client.post(address, data).status_code)

    faults = in_threads(*[work(client, data) for client, data in zip(clients, given, strict=True)])
    assert not faults
    return codes


def test_fifty_identical_votes_leave_exactly_one(sitting):
    motion = sitting.voting()
    clients = [sitting.cast.client("delegate") for _ in range(50)]
    codes = posts(clients, f"/meetings/motions/{motion.pk}/cast/", [{"choice": "for"}] * 50)
    assert Counter(codes) == {302: 1, 409: 49}
    assert Vote.objects.count() == 1
    assert events.timeline(motion).filter(kind="meetings.motion.cast").count() == 1


def test_fifty_identical_votes_by_programs_leave_exactly_one(sitting):
    motion = sitting.voting()
    clients = [sitting.cast.api("delegate") for _ in range(50)]
    codes = posts(clients, f"/api/v1/motions/{motion.pk}/cast/", [{"choice": "against"}] * 50)
    assert Counter(codes) == {200: 1, 409: 49}
    assert Vote.objects.count() == 1


def test_a_vote_at_the_moment_of_closing_is_counted_or_refused(sitting):
    motion = sitting.voting()
    cast = sitting.cast
    voters = [cast.client(cast.delegate_of(code)) for code in cast.zones]
    clerk, codes = cast.client("secretariat"), {}

    def vote(number, client):
        address = f"/meetings/motions/{motion.pk}/cast/"
        return lambda: codes.setdefault(number, client.post(address, {"choice": "for"}).status_code)

    def close():
        codes["close"] = clerk.post(f"/meetings/motions/{motion.pk}/close/").status_code

    works = [vote(number, client) for number, client in enumerate(voters)]
    assert not in_threads(*works[:5], close, *works[5:])
    assert codes.pop("close") == 302
    counted = list(codes.values()).count(302)
    assert set(codes.values()) <= {302, 409}
    motion = Motion.objects.get(pk=motion.pk)
    assert Vote.objects.count() == counted == votes.decision(motion).counts.for_
    assert motion.state == "closed"


def test_ten_closes_at_once_close_once(sitting):
    motion = sitting.voting()
    clients = [sitting.cast.client("secretariat") for _ in range(10)]
    codes = posts(clients, f"/meetings/motions/{motion.pk}/close/", [{}] * 10)
    assert Counter(codes) == {302: 1, 409: 9}
    assert events.timeline(motion).filter(kind="meetings.motion.close").count() == 1


def test_the_same_unit_checking_in_twenty_times_is_there_once(sitting):
    clients = [sitting.cast.client("delegate") for _ in range(20)]
    given = {"meeting": sitting.meeting.pk, "pin": sitting.meeting.pin}
    codes = posts(clients, "/meetings/presences/new/", [given] * 20)
    assert Counter(codes) == {302: 1, 409: 19}
    assert Presence.objects.count() == 1


def test_ten_resolutions_at_once_are_numbered_one_to_ten(sitting):
    items = [sitting.add_item(f"议题{number}") for number in range(10)]
    given = [{"item": item.pk, "title": item.title, "text": "同意。"} for item in items]
    clients = [sitting.cast.client("secretariat") for _ in items]
    codes = posts(clients, "/meetings/resolutions/new/", given)
    assert set(codes) == {302}
    assert sorted(Resolution.objects.values_list("serial", flat=True)) == list(range(1, 11))


def test_one_motion_adopted_five_times_at_once_is_one_resolution(sitting):
    motion = sitting.voting()
    for code in list(sitting.cast.zones)[:6]:
        sitting.cast_vote(motion, code, "for")
    votes.close(motion, by=sitting.by)
    clients = [sitting.cast.client("secretariat") for _ in range(5)]
    given = [{"motion": motion.pk, "title": "决议", "text": "同意。"}] * 5
    codes = posts(clients, "/meetings/resolutions/new/", given)
    assert Counter(codes) == {302: 1, 409: 4}
    assert resolutions.visible_to(sitting.by).count() == 1


def test_twenty_ballots_of_one_unit_at_once_are_one_ballot(sitting):
    cast = sitting.cast
    sitting.arrive()
    motion = sitting.motion(method="secret")
    units = [cast.zones["quanzhou"], cast.zones["putian"]]
    ballots.name_scrutineers(motion, by=sitting.by, units=units)
    for unit in units:
        ballots.confirm(motion, by=cast.delegate_of(unit.code))
    votes.open(motion, by=sitting.by)
    clients = [cast.client("delegate") for _ in range(20)]
    codes = posts(clients, f"/meetings/motions/{motion.pk}/hand_in/", [{"choice": "for"}] * 20)
    assert Counter(codes) == {200: 1, 409: 19}
    assert SecretBallot.objects.count() == motion.seats.filter(voted=True).count() == 1


def test_eleven_units_handing_in_at_once_lose_no_ballot(sitting):
    cast = sitting.cast
    sitting.arrive()
    motion = sitting.motion(method="secret")
    units = [cast.zones["quanzhou"], cast.zones["putian"]]
    ballots.name_scrutineers(motion, by=sitting.by, units=units)
    for unit in units:
        ballots.confirm(motion, by=cast.delegate_of(unit.code))
    votes.open(motion, by=sitting.by)
    clients = [cast.client(cast.delegate_of(code)) for code in cast.zones]
    codes = posts(clients, f"/meetings/motions/{motion.pk}/hand_in/", [{"choice": "for"}] * 11)
    assert Counter(codes) == {200: 11}
    assert SecretBallot.objects.count() == motion.seats.filter(voted=True).count() == 11
