"""A unit that cannot come lets another vote for it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from meetings import attendance, ballots, proxies, schedule, votes
from meetings.models import CharterRule, Proxy, SecretBallot, Vote

from .sitting import Sitting


def letter():
    return SimpleUploadedFile("委托书.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF")


@pytest.fixture
def sitting(cast):
    cast.all_eleven()
    return Sitting(cast, opened=False)


def lodge(sitting, principal, holder, **more):
    cast = sitting.cast
    return proxies.lodge(
        by=cast.delegate_of(principal),
        meeting=sitting.meeting,
        holder=cast.zones[holder],
        documents=[letter()],
        **more,
    )


def test_a_delegate_lodges_a_written_proxy_with_its_paper(cast, sitting):
    client = cast.client("delegate")
    page = f"/meetings/proxies/new/?meeting={sitting.meeting.pk}"
    assert "书面委托书" in client.get(page).content.decode()
    given = {"meeting": sitting.meeting.pk, "holder": cast.zones["quanzhou"].pk}
    assert client.post(page, given).status_code == 400
    answer = client.post(page, {**given, "documents": letter(), "scope": "全部议题"})
    proxy = Proxy.objects.get()
    assert answer["Location"] == proxy.get_absolute_url()
    assert "委托书.pdf" in cast.client("delegate_b").get(proxy.get_absolute_url()).content.decode()
    assert cast.client("bank").get(proxy.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("principal", "holder"),
    [("putian", "quanzhou"), ("xiamen-torch", "putian"), ("quanzhou", "putian"), ("putian", "xiamen-torch")],
    ids=[
        "a second for one holder",
        "a second of one principal",
        "a holder that gives one",
        "a principal that holds",
    ],
)
def test_one_proxy_a_holder_and_no_chains(cast, sitting, principal, holder):
    from core.workflow import Refused

    lodge(sitting, "xiamen-torch", "quanzhou")
    with pytest.raises(Refused):
        lodge(sitting, principal, holder)


def test_the_charter_says_how_many_and_when_the_meeting_has_begun_it_is_too_late(cast, sitting):
    from core.workflow import WrongState

    CharterRule.objects.filter(code="proxies").update(number=2)
    lodge(sitting, "xiamen-torch", "quanzhou")
    lodge(sitting, "putian", "quanzhou")
    schedule.open(sitting.meeting, by=sitting.by)
    with pytest.raises(WrongState):
        lodge(sitting, "longyan", "sanming")
    address = f"/meetings/proxies/{Proxy.objects.first().pk}/revoke/"
    assert cast.client("delegate").post(address).status_code == 409


def test_represented_units_count_for_the_quorum_unless_the_charter_says_otherwise(cast, sitting):
    lodge(sitting, "xiamen-torch", "quanzhou")
    schedule.open(sitting.meeting, by=sitting.by)
    sitting.arrive("quanzhou", "putian")
    assert attendance.quorum(sitting.meeting).present == 3
    CharterRule.objects.filter(code="proxy_presence").update(number=0)
    assert attendance.quorum(sitting.meeting).present == 2
    sitting.arrive("xiamen-torch")
    assert attendance.quorum(sitting.meeting).present == 3


def test_the_holder_votes_for_it_separately(cast, sitting):
    lodge(sitting, "xiamen-torch", "quanzhou")
    schedule.open(sitting.meeting, by=sitting.by)
    sitting.arrive(*[code for code in cast.zones if code != "xiamen-torch"])
    motion = votes.open(sitting.motion(), by=sitting.by)
    client, principal = cast.client("delegate_b"), cast.zones["xiamen-torch"].pk
    room = f"/meetings/meetings/{sitting.meeting.pk}/room/"
    assert "受厦门火炬高新区委托" in client.get(room).content.decode()
    address = f"/meetings/motions/{motion.pk}/cast/"
    assert client.post(address, {"choice": "for", "unit": cast.zones["putian"].pk}).status_code == 400
    assert client.post(address, {"choice": "for"}).status_code == 302
    assert client.post(address, {"choice": "against", "unit": principal}).status_code == 302
    assert client.post(address, {"choice": "against", "unit": principal}).status_code == 409
    said = dict(Vote.objects.values_list("unit__code", "choice"))
    assert said == {"quanzhou": "for", "xiamen-torch": "against"}
    assert Vote.objects.get(unit=principal).means == "proxy"
    assert cast.client("delegate").post(address, {"choice": "for"}).status_code == 403
    back = f"/meetings/motions/{motion.pk}/withdraw/"
    assert client.post(back, {"unit": principal}).status_code == 302
    assert list(Vote.objects.values_list("unit__code", flat=True)) == ["quanzhou"]


def test_on_an_item_outside_its_scope_it_does_not_vote(cast, sitting):
    other = sitting.add_item("另一议题")
    lodge(sitting, "xiamen-torch", "quanzhou", items=[other])
    schedule.open(sitting.meeting, by=sitting.by)
    sitting.arrive(*[code for code in cast.zones if code != "xiamen-torch"])
    motion = votes.open(sitting.motion(), by=sitting.by)
    seat = motion.seats.get(unit=cast.zones["xiamen-torch"])
    assert (seat.present, seat.holder) == (False, None)


def test_in_a_secret_ballot_the_holder_gets_a_second_detached_paper(cast, sitting):
    lodge(sitting, "xiamen-torch", "quanzhou")
    schedule.open(sitting.meeting, by=sitting.by)
    sitting.arrive(*[code for code in cast.zones if code != "xiamen-torch"])
    motion = sitting.motion(method="secret")
    units = [cast.zones["putian"], cast.zones["longyan"]]
    ballots.name_scrutineers(motion, by=sitting.by, units=units)
    for unit in units:
        ballots.confirm(motion, by=cast.delegate_of(unit.code))
    votes.open(motion, by=sitting.by)
    client = cast.client("delegate_b")
    address = f"/meetings/motions/{motion.pk}/hand_in/"
    assert client.get(address).content.decode().count("data-ballot") == 2
    for code in ("quanzhou", "xiamen-torch"):
        assert client.post(address, {"choice": "for", "unit": cast.zones[code].pk}).status_code == 200
    assert client.post(address, {"choice": "for"}).status_code == 409
    assert SecretBallot.objects.count() == 2
