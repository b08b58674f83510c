"""Resolutions: numbered without gaps, from what was really decided."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import search
from core.models import Notice
from meetings import resolutions, schedule, votes
from meetings.models import AgendaItem, Resolution

from .sitting import Sitting

TITLE, TEXT = "关于建立产业链合作机制的决议", "建立链主引领、梯队补位的产业链合作机制。"


@pytest.fixture
def sitting(cast):
    return Sitting(cast)


def decided(sitting, choice="for", **more):
    motion = sitting.voting(**more) if not sitting.meeting.presences.exists() else sitting.motion(**more)
    if motion.state == "draft":
        votes.open(motion, by=sitting.by)
    for code in ("fuzhou", "xiamen-torch"):
        sitting.cast_vote(motion, code, choice)
    return votes.close(motion, by=sitting.by)


def adopt(client, **given):
    return client.post("/meetings/resolutions/new/", {"title": TITLE, "text": TEXT, **given})


def test_a_passed_motion_becomes_a_numbered_resolution(cast, sitting):
    motion = decided(sitting)
    client = cast.client("secretariat")
    page = client.get(f"/meetings/motions/{motion.pk}/").content.decode()
    assert f"/meetings/resolutions/new/?motion={motion.pk}" in page
    form = client.get(f"/meetings/resolutions/new/?motion={motion.pk}").content.decode()
    assert "建立产业链合作机制" in form
    answer = adopt(client, motion=motion.pk)
    made = Resolution.objects.get()
    assert answer["Location"] == f"/meetings/resolutions/{made.pk}/"
    assert made.number == f"联盟决议〔{timezone.localdate().year}〕1号"
    assert (made.motion, made.item, made.meeting) == (motion, sitting.item, sitting.meeting)


def test_the_page_prints_the_sum_and_who_voted_how(cast, sitting):
    motion = decided(sitting)
    made = resolutions.adopt(by=sitting.by, motion=motion, title=TITLE, text=TEXT)
    page = cast.client("delegate_b").get(f"/meetings/resolutions/{made.pk}/").content.decode()
    assert "应到 3，实到 3，法定 2；同意 2，反对 0，弃权 0，未投 1；通过线 2（到会过半数）→ 通过" in page
    assert page.count("代表投票") == 2


def test_a_rejected_an_open_and_a_foreign_motion_become_none(cast, sitting):
    program = cast.api("secretariat")
    given = {"title": TITLE, "text": TEXT}
    rejected = decided(sitting, "against")
    assert program.post("/api/v1/resolutions/", {**given, "motion": rejected.pk}).status_code == 409
    waiting = sitting.motion(item=sitting.add_item("另一议题"))
    assert program.post("/api/v1/resolutions/", {**given, "motion": waiting.pk}).status_code == 400
    assert program.post("/api/v1/resolutions/", {**given, "motion": 999_999}).status_code == 400
    assert program.post("/api/v1/resolutions/", given).status_code == 400
    assert not Resolution.objects.exists()


def test_one_motion_becomes_one_resolution(cast, sitting):
    motion = decided(sitting)
    client = cast.client("secretariat")
    adopt(client, motion=motion.pk)
    answer = adopt(client, motion=motion.pk)
    assert answer.status_code == 409
    assert "1号" in answer.content.decode()


def test_what_the_meeting_agrees_on_needs_no_vote_if_the_charter_wants_none(cast, sitting):
    client = cast.client("secretariat")
    assert adopt(client, item=sitting.item.pk).status_code == 302
    page = client.get(f"/meetings/resolutions/{Resolution.objects.get().pk}/").content.decode()
    assert "协商一致" in page
    assert adopt(client, item=sitting.item.pk).status_code == 409


def test_a_change_of_the_charter_is_never_adopted_without_a_vote(cast, sitting):
    item = sitting.add_item("修改章程", rule="charter_change")
    assert adopt(cast.client("secretariat"), item=item.pk).status_code == 409
    sitting.motion()
    assert adopt(cast.client("secretariat"), item=sitting.item.pk).status_code == 409


def test_before_the_meeting_nothing_is_agreed(cast):
    sitting = Sitting(cast, opened=False)
    assert adopt(cast.client("secretariat"), item=sitting.item.pk).status_code == 409


def test_only_the_secretariat_writes_resolutions(cast, sitting):
    motion = decided(sitting)
    for who in ("delegate", "chair", "observer", "company"):
        assert adopt(cast.client(who), motion=motion.pk).status_code == 403


def test_numbers_run_on_and_a_failed_one_leaves_no_gap(cast, sitting):
    first = resolutions.adopt(by=sitting.by, motion=decided(sitting), title=TITLE, text=TEXT)
    with transaction.atomic():
        resolutions.adopt(by=sitting.by, item=sitting.add_item("议题二"), title=TITLE, text=TEXT)
        transaction.set_rollback(True)
    second = resolutions.adopt(by=sitting.by, item=sitting.add_item("议题三"), title=TITLE, text=TEXT)
    assert (first.serial, second.serial) == (1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resolution.objects.filter(pk=second.pk).update(serial=1)


def test_a_repealed_resolution_keeps_its_number_and_says_why(cast, sitting):
    made = resolutions.adopt(by=sitting.by, motion=decided(sitting), title=TITLE, text=TEXT)
    client = cast.client("secretariat")
    address = f"/meetings/resolutions/{made.pk}/repeal/"
    assert client.post(address, {}).status_code == 400
    assert cast.client("delegate").post(address, {"reason": "被新决议取代"}).status_code == 403
    assert client.post(address, {"reason": "被新决议取代"}).status_code == 302
    assert client.post(address, {"reason": "被新决议取代"}).status_code == 409
    assert "被新决议取代" in client.get(f"/meetings/resolutions/{made.pk}/").content.decode()
    second = resolutions.adopt(by=sitting.by, item=sitting.add_item("议题二"), title=TITLE, text=TEXT)
    assert second.serial == 2


def test_every_member_is_told_of_a_resolution(cast, sitting):
    resolutions.adopt(by=sitting.by, motion=decided(sitting), title=TITLE, text=TEXT)
    told = Notice.objects.filter(event__kind="meetings.resolution.adopt", channel="inbox")
    assert {notice.person for notice in told} == {cast.chair, cast.delegate, cast.liaison, cast.delegate_b}
    assert told[0].title == f"联盟决议〔{timezone.localdate().year}〕1号 {TITLE}"


def test_outsiders_see_no_resolution(cast, sitting):
    made = resolutions.adopt(by=sitting.by, motion=decided(sitting), title=TITLE, text=TEXT)
    for who in ("company", "bank", "department", "stranger"):
        assert cast.client(who).get(f"/meetings/resolutions/{made.pk}/").status_code == 404
        assert cast.api(who).get(f"/api/v1/resolutions/{made.pk}/").status_code == 404
        assert cast.api(who).get("/api/v1/resolutions/").data["results"] == []
    assert cast.client("observer").get(f"/meetings/resolutions/{made.pk}/").status_code == 200


def test_a_resolution_is_found_by_two_characters_of_its_text(cast, sitting):
    resolutions.adopt(by=sitting.by, motion=decided(sitting), title=TITLE, text=TEXT)
    call_command("reindex", verbosity=0)
    found = search.search(cast.person("delegate"), "梯队", kinds=[Resolution])
    assert found[0].hits[0].title.endswith(TITLE)
    assert search.search(cast.person("company"), "梯队", kinds=[Resolution]) == []


def test_the_list_filters_and_costs_the_same_for_one_and_for_three(cast, sitting, django_assert_num_queries):
    client = cast.client("delegate")

    def another():
        item = sitting.add_item("议题")
        resolutions.adopt(by=sitting.by, item=item, title=TITLE, text=TEXT)

    another()
    client.get("/meetings/resolutions/")
    for wanted in (1, 3):
        with django_assert_num_queries(6):
            page = client.get("/meetings/resolutions/").content.decode()
        assert page.count(TITLE) == wanted
        another()
        another()
    resolutions.repeal(Resolution.objects.get(serial=1), by=sitting.by, reason="被新决议取代")
    assert client.get("/meetings/resolutions/?state=repealed").content.decode().count(TITLE) == 1
    assert TITLE not in client.get("/meetings/resolutions/?year=1999").content.decode()


def test_a_resolutions_page_stays_within_its_queries(cast, sitting, django_assert_max_num_queries):
    made = resolutions.adopt(by=sitting.by, motion=decided(sitting), title=TITLE, text=TEXT)
    client = cast.client("delegate")
    client.get(f"/meetings/resolutions/{made.pk}/")
    with django_assert_max_num_queries(12):
        assert client.get(f"/meetings/resolutions/{made.pk}/").status_code == 200


def test_after_the_meeting_the_clerk_may_still_write_down_what_was_agreed(cast, sitting):
    AgendaItem.objects.filter(pk=sitting.item.pk).update(state="concluded")
    schedule.close(sitting.meeting, by=sitting.by)
    assert adopt(cast.client("secretariat"), item=sitting.item.pk).status_code == 302
