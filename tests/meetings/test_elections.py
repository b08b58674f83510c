"""Several candidates, several rounds; questions taken again; several items in one vote; hands and agreement."""

import hashlib

import pytest

from meetings import ballots, chair, elections, votes
from meetings.models import ChairTerm, CharterRule, Motion, Scrutineer, Vote

from .sitting import Sitting


@pytest.fixture
def sitting(cast):
    cast.all_eleven()
    return Sitting(cast)


def post(client, motion, verb, **given):
    return client.post(f"/meetings/motions/{motion.pk}/{verb}/", given)


def held(sitting, motion, said, scrutineers=("putian", "longyan")):
    """The election from its scrutineers to its close; ``said``: unit → the numbers its ballot names."""
    cast = sitting.cast
    ballots.name_scrutineers(motion, by=sitting.by, units=[cast.zones[code] for code in scrutineers])
    for code in scrutineers:
        ballots.confirm(motion, by=cast.delegate_of(code))
    votes.open(motion, by=sitting.by)
    for number, (code, choice) in enumerate(said.items()):
        receipt = hashlib.md5(f"{motion.pk}{number}".encode()).hexdigest()
        ballots.hand_in(motion, by=cast.delegate_of(code), choice=choice, code=receipt)
    for each in Scrutineer.objects.filter(motion=motion).select_related("unit"):
        ballots.confirm(motion, by=cast.delegate_of(each.unit.code))
    return votes.close(motion, by=sitting.by)


def spread(cast, *counts):
    """That many units for candidate 1, 2, …, the rest naming nobody."""
    marks = [[str(number)] for number, count in enumerate(counts, 1) for _unit in range(count)]
    codes = list(cast.zones)
    return dict(zip(codes, marks + [[]] * (len(codes) - len(marks)), strict=False))


@pytest.fixture
def nominated(cast, sitting):
    """Three zones nominated, each on the agenda; an election on the first item."""
    sitting.arrive()
    items = []
    for code in ("xiamen-torch", "quanzhou", "zhangzhou"):
        nomination = chair.nominate(by=sitting.by, unit=cast.zones[code], statement=f"{code} 愿意承担")
        items.append(sitting.add_item(f"提名 {code}", subject=nomination, rule="chair_election"))
    answer = cast.client("secretariat").post(
        "/meetings/motions/election/", {"item": items[0].pk, "text": "选举下一届主任单位", "places": 1}
    )
    motion = Motion.objects.get(places=1)
    assert answer["Location"] == motion.get_absolute_url()
    return motion


def states():
    return dict(ChairTerm.objects.exclude(number=1).values_list("unit__code", "state"))


def test_the_nominations_of_one_meeting_are_the_candidates_of_one_election(cast, sitting, nominated):
    assert nominated.method == "secret"
    assert [c.unit.code for c in nominated.candidates.all()] == ["xiamen-torch", "quanzhou", "zhangzhou"]
    held(sitting, nominated, spread(cast, 7, 2, 1))
    assert nominated.passed
    assert states() == {"xiamen-torch": "decided", "quanzhou": "rejected", "zhangzhou": "rejected"}
    page = cast.client("delegate").get(nominated.get_absolute_url()).content.decode()
    assert "当选" in page
    assert "同意 7" in page


def test_when_nobody_reaches_the_share_the_first_two_stand_again(cast, sitting, nominated):
    held(sitting, nominated, spread(cast, 5, 4, 2))
    assert nominated.passed is None
    assert set(states().values()) == {"nominated"}
    assert post(cast.client("delegate"), nominated, "vote_again").status_code == 403
    assert post(cast.client("secretariat"), nominated, "vote_again").status_code == 302
    second = Motion.objects.get(previous=nominated)
    assert [c.unit.code for c in second.candidates.all()] == ["xiamen-torch", "quanzhou"]
    held(sitting, second, spread(cast, 5, 6))
    assert second.passed
    assert states() == {"quanzhou": "decided", "xiamen-torch": "rejected", "zhangzhou": "rejected"}


def test_whoever_is_level_with_the_second_stands_again_too(cast, sitting, nominated):
    held(sitting, nominated, spread(cast, 5, 3, 3))
    elections.vote_again(nominated, by=sitting.by)
    assert Motion.objects.get(previous=nominated).candidates.count() == 3


def test_a_ballot_names_at_most_as_many_as_there_are_places(cast, sitting):
    sitting.arrive()
    names = [("甲", "陈述一"), ("乙", ""), ("丙", "")]
    motion = elections.elect(by=sitting.by, item=sitting.item, text="选举专家组", places=2, names=names)
    cast_by = {code: ["1", "2"] for code in list(cast.zones)[:6]} | {
        code: ["3"] for code in list(cast.zones)[6:9]
    }
    held(sitting, motion, cast_by)
    assert motion.passed
    assert [c.name for c in motion.candidates.filter(elected=True)] == ["甲", "乙"]


def test_too_many_names_and_unknown_numbers_are_refused(cast, sitting):
    sitting.arrive()
    motion = elections.elect(
        by=sitting.by, item=sitting.item, text="选举", places=1, names=[("甲", ""), ("乙", "")]
    )
    held_open(sitting, motion)
    client = cast.client("delegate")
    assert post(client, motion, "hand_in", choice=["1", "2"]).status_code == 400
    assert post(client, motion, "hand_in", choice=["9"]).status_code == 400
    page = client.get(f"/meetings/motions/{motion.pk}/hand_in/").content.decode()
    assert "最多选 1 名候选人" in page
    assert post(client, motion, "hand_in").status_code == 200


def held_open(sitting, motion):
    units = [sitting.cast.zones[code] for code in ("putian", "longyan")]
    ballots.name_scrutineers(motion, by=sitting.by, units=units)
    for unit in units:
        ballots.confirm(motion, by=sitting.cast.delegate_of(unit.code))
    votes.open(motion, by=sitting.by)


def test_one_candidate_is_no_election(cast, sitting):
    given = {"item": sitting.item.pk, "text": "选举", "places": 1, "names": "甲：陈述"}
    assert cast.client("secretariat").post("/meetings/motions/election/", given).status_code == 400


# --- questions taken again, and together ----------------------------------------------------------


def test_equal_votes_are_voted_on_again_where_the_charter_says_so(cast, sitting):
    CharterRule.objects.filter(code="ordinary").update(tie="revote")
    codes = list(cast.zones)[:8]
    motion = sitting.voting(*codes)
    for number, code in enumerate(codes):
        sitting.cast_vote(motion, code, "for" if number % 2 else "against")
    votes.close(motion, by=sitting.by)
    assert motion.passed is None
    assert post(cast.client("chair"), motion, "vote_again").status_code == 302
    again = Motion.objects.get(previous=motion)
    assert (again.round, again.text, again.method) == (2, motion.text, "roll_call")


def test_one_vote_decides_several_items_and_tells_each_subject(cast, sitting):
    sitting.arrive()
    other, foreign = sitting.add_item("另一议题"), sitting.add_item("除名", rule="expulsion")
    clerk = cast.client("secretariat")
    given = {"item": sitting.item.pk, "text": "是否同意以上各项？"}
    assert clerk.post("/meetings/motions/new/", {**given, "also": [foreign.pk]}).status_code == 400
    assert clerk.post("/meetings/motions/new/", {**given, "also": [other.pk]}).status_code == 302
    motion = Motion.objects.get()
    assert clerk.post("/meetings/motions/new/", {"item": other.pk, "text": "再问"}).status_code == 409
    assert "另一议题" in clerk.get(motion.get_absolute_url()).content.decode()


# --- hands and agreement ----------------------------------------------------------------------------


def test_hands_are_counted_and_checked_against_those_present(cast, sitting):
    motion = sitting.voting(*list(cast.zones)[:9], method="show_of_hands")
    clerk = cast.client("secretariat")
    assert post(cast.client("delegate"), motion, "cast", choice="for").status_code == 409
    assert post(clerk, motion, "close").status_code == 400
    answer = post(clerk, motion, "close", for_=8, against=1, abstain=1)
    assert answer.status_code == 400
    assert "举手共 10，但可表决单位只有 9 家" in answer.content.decode()
    assert post(clerk, motion, "close", for_=5, against=3, abstain=1).status_code == 302
    motion.refresh_from_db()
    assert motion.passed
    assert "同意 5，反对 3，弃权 1" in motion.sentence


def test_silence_is_agreement_and_one_objection_makes_it_a_vote(cast, sitting):
    first = sitting.voting(method="acclamation")
    votes.close(first, by=sitting.by)
    assert first.passed
    assert votes.decision(first).counts.for_ == 11
    second = votes.open(sitting.motion(item=sitting.add_item("第二项"), method="acclamation"), by=sitting.by)
    room = f"/meetings/meetings/{sitting.meeting.pk}/room/"
    assert "提出异议，要求表决" in cast.client("delegate").get(room).content.decode()
    assert post(cast.client("liaison"), second, "call_vote").status_code == 403
    assert post(cast.client("delegate"), second, "call_vote").status_code == 302
    assert post(cast.client("delegate_b"), second, "call_vote").status_code == 409
    sitting.cast_vote(second, "fuzhou", "for")
    votes.close(second, by=sitting.by)
    assert second.passed is False
    assert Vote.objects.filter(motion=second).count() == 1


def test_agreement_of_those_present_is_not_two_thirds_of_all(cast, sitting):
    CharterRule.objects.filter(code="quorum").update(numerator=1, denominator=2)
    motion = sitting.voting(*list(cast.zones)[:7], method="acclamation", rule="charter_change")
    votes.close(motion, by=sitting.by)
    assert motion.passed is False
