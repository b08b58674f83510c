"""How the charter changes: draft, clauses with a preview, comparison, trial, adoption, confirmation."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import subjects
from core.workflow import NotAllowed, Refused, WrongState
from meetings import arithmetic, charter, charter_desk, charter_trial, clauses, resolutions, schedule, votes
from meetings.models import CharterVersion

from .sitting import Sitting


def later(days=30):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def draft(cast):
    return charter_desk.draft(by=cast.person("secretariat"), effective_on=later(), note="提高法定人数")


def clause(version, code):
    return version.rules.get(code=code)


def decision(**changed):
    rules = charter.rules_for("charter_change", timezone.localdate())
    counts = {"entitled": 3, "present": 3, "for_": 3, "against": 0, "abstain": 0, **changed}
    return arithmetic.decide(rules, **counts).as_data()


def test_a_draft_is_a_copy_that_changes_nothing(cast, draft):
    assert draft.rules.count() == cast.charter.rules.count()
    assert draft.number == 2
    assert charter.version(later(60)) == cast.charter
    assert charter_desk.changed(draft) == []


def test_a_second_draft_and_a_day_in_the_past_are_refused_with_a_sentence(cast, draft):
    clerk = cast.person("secretariat")
    with pytest.raises(WrongState, match="2"):
        charter_desk.draft(by=clerk, effective_on=later(90))
    charter_desk.withdraw(draft, by=clerk)
    for day in (timezone.localdate(), date(2025, 1, 1)):
        with pytest.raises(Refused) as refused:
            charter_desk.draft(by=clerk, effective_on=day)
        assert "effective_on" in refused.value.errors
    CharterVersion.objects.create(number=7, state="draft", effective_on=later())
    with pytest.raises(IntegrityError), transaction.atomic():
        CharterVersion.objects.create(number=8, state="draft", effective_on=later())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"numerator": 0}, "numerator"),
        ({"denominator": 0}, "denominator"),
        ({"numerator": 4}, "numerator"),
        ({"numerator": 3, "inclusive": False}, "inclusive"),
        ({"numerator": 1}, "numerator"),
        ({"base": ""}, "base"),
    ],
)
def test_an_impossible_share_is_refused_at_its_field(cast, draft, given, field):
    with pytest.raises(Refused) as refused:
        clauses.edit(clause(draft, "admission"), by=cast.person("secretariat"), **given)
    assert list(refused.value.errors) == [field]


def test_a_clause_of_a_draft_is_edited_on_its_page_and_its_words_follow(cast, draft):
    row = clause(draft, "admission")
    browser = cast.client("secretariat")
    url = f"/meetings/charter/rules/{row.pk}/edit/"
    assert browser.get(url).status_code == 200
    typed = {"numerator": 3, "denominator": 4, "inclusive": "1", "base": "all", "tie": "fail"}
    typed |= {"text_zh": row.text_zh, "text_en": row.text_en}
    assert browser.post(url, typed).status_code == 302
    row.refresh_from_db()
    assert (row.numerator, row.denominator) == (3, 4)
    assert row.text_zh.startswith("接纳新成员，")
    assert "3/4" in row.text_zh
    assert row.text_en.startswith("Admission of a member: ")
    assert not row.confirmed
    assert charter_desk.changed(draft) == ["admission"]


def test_the_preview_says_the_sentence_with_and_without_scripts_and_saves_nothing(cast, draft):
    cast.all_eleven()
    row = clause(draft, "quorum")
    browser = cast.client("secretariat")
    url = f"/meetings/charter/rules/{row.pk}/edit/"
    typed = {"numerator": 3, "denominator": 4, "inclusive": "1", "preview": "1"}
    page = browser.post(url, typed).content.decode()
    assert "出席 9 家以上方可开会" in page
    assert "<form" in page
    fragment = browser.post(url, typed, headers={"hx-request": "true"}).content.decode()
    assert "出席 9 家以上方可开会" in fragment
    assert "<form" not in fragment
    wrong = browser.post(url, {**typed, "numerator": 5}).content.decode()
    assert "5/4" in wrong
    row.refresh_from_db()
    assert (row.numerator, row.denominator) == (2, 3)


def test_days_follow_into_the_sentence_and_the_rules_in_force_are_not_edited(cast, draft):
    clerk = cast.person("secretariat")
    row = clauses.edit(clause(draft, "notice_days"), by=clerk, number=15)
    assert "15日" in row.text_zh
    with pytest.raises(WrongState):
        clauses.edit(clause(cast.charter, "notice_days"), by=clerk, number=15)
    with pytest.raises(NotAllowed):
        clauses.edit(clause(draft, "item_days"), by=cast.person("delegate"), number=3)


def test_only_the_meeting_adopts_and_what_was_in_force_stays_for_the_past(cast, draft):
    clerk = cast.person("secretariat")
    clauses.edit(clause(draft, "notice_days"), by=clerk, number=15)
    charter_desk.put_forward(draft, by=clerk)
    with pytest.raises(NotAllowed):
        charter_desk.adopt(draft, by=clerk)
    subjects.conclude(draft, passed=True, decision=decision(), by=clerk, now=timezone.now())
    draft.refresh_from_db()
    assert draft.state == "adopted"
    assert charter.days("notice_days", later() - timedelta(days=1)) == 10
    assert charter.days("notice_days", later()) == 15
    assert not draft.rules.filter(confirmed=False).exists()


def test_a_version_decided_late_begins_on_the_day_after_the_decision(cast, draft):
    charter_desk.put_forward(draft, by=cast.person("secretariat"))
    decided_at = timezone.now() + timedelta(days=45)
    subjects.conclude(draft, passed=True, decision=decision(), by=None, now=decided_at)
    draft.refresh_from_db()
    assert draft.effective_on == timezone.localdate(decided_at) + timedelta(days=1)


def test_a_change_of_the_charter_is_not_carried_by_an_ordinary_majority(cast, draft):
    charter_desk.put_forward(draft, by=cast.person("secretariat"))
    ordinary = arithmetic.decide(
        charter.rules_for("ordinary", timezone.localdate()),
        entitled=3,
        present=3,
        for_=2,
        against=1,
        abstain=0,
    )
    with pytest.raises(WrongState):
        subjects.conclude(draft, passed=True, decision=ordinary.as_data(), by=None, now=timezone.now())
    draft.refresh_from_db()
    assert draft.state == "proposed"


def test_a_lost_motion_and_a_withdrawal_leave_the_old_version(cast, draft):
    clerk = cast.person("secretariat")
    charter_desk.put_forward(draft, by=clerk)
    subjects.conclude(draft, passed=False, decision=decision(for_=1), by=clerk, now=timezone.now())
    draft.refresh_from_db()
    assert draft.state == "rejected"
    other = charter_desk.draft(by=clerk, effective_on=later())
    charter_desk.withdraw(other, by=clerk, reason="另行起草")
    assert charter.version(later(400)) == cast.charter


def held(cast):
    sitting = Sitting(cast)
    motion = sitting.voting("fuzhou", "xiamen-torch", "quanzhou")
    for code, choice in (("fuzhou", "for"), ("xiamen-torch", "for"), ("quanzhou", "against")):
        sitting.cast_vote(motion, code, choice)
    votes.close(motion, by=sitting.by)
    schedule.close(sitting.fresh(), by=sitting.by)
    return sitting.fresh(), motion


def test_a_draft_is_tried_on_a_past_meeting_and_shows_what_would_have_changed(cast, draft):
    meeting, motion = held(cast)
    clerk = cast.person("secretariat")
    assert charter_trial.trial(draft, meeting).changed == 0
    clauses.edit(clause(draft, "ordinary"), by=clerk, numerator=3, denominator=4, inclusive=True)
    tried = charter_trial.trial(draft, meeting)
    assert tried.changed == 1
    assert (tried.decisions[0].before.outcome, tried.decisions[0].after.outcome) == ("passed", "failed")
    page = (
        cast.client("delegate")
        .get(f"/meetings/charter/{draft.pk}/trial/?meeting={meeting.pk}")
        .content.decode()
    )
    assert motion.text in page
    motion.refresh_from_db()
    assert motion.passed
    assert cast.client("delegate").get(f"/meetings/charter/{draft.pk}/trial/?meeting=x").status_code == 404


def test_two_versions_stand_side_by_side(cast, draft, django_assert_max_num_queries):
    clauses.edit(clause(draft, "notice_days"), by=cast.person("secretariat"), number=15)
    browser = cast.client("delegate")
    with django_assert_max_num_queries(12):
        page = browser.get(f"/meetings/charter/{draft.pk}/compare/").content.decode()
    assert "10日书面通知" in page
    assert "15日书面通知" in page
    assert browser.get(f"/meetings/charter/{cast.charter.pk}/compare/").status_code == 404


def test_a_resolution_confirms_rules_until_it_is_repealed(cast):
    clerk = cast.person("secretariat")
    _meeting, motion = held(cast)
    resolution = resolutions.adopt(by=clerk, motion=motion, title="确认章程规则", text="确认法定人数规则。")
    rule = clause(cast.charter, "quorum")
    charter_desk.confirm(cast.charter, by=clerk, resolution=resolution, rules=[rule])
    rule.refresh_from_db()
    assert rule.confirmed
    page = cast.client("delegate").get("/meetings/charter/").content.decode()
    assert resolution.number in page
    resolutions.repeal(resolution, by=clerk, reason="重新审议")
    rule.refresh_from_db()
    assert not rule.confirmed
    with pytest.raises(Refused):
        charter_desk.confirm(cast.charter, by=clerk, resolution=resolution, rules=[rule])


def test_a_decision_keeps_its_version_and_links_to_it(cast):
    _meeting, motion = held(cast)
    page = cast.client("delegate").get(f"/meetings/motions/{motion.pk}/").content.decode()
    assert f"/meetings/charter/{cast.charter.pk}/" in page


def test_a_draft_is_seen_inside_the_alliance_only(cast, draft):
    url = f"/meetings/charter/{draft.pk}/"
    assert cast.client("delegate").get(url).status_code == 200
    assert cast.client("company").get(url).status_code == 404
    assert cast.client("company").get("/meetings/charter/").status_code == 200


def test_a_program_drafts_and_edits(cast):
    program = cast.api("secretariat")
    made = program.post("/api/v1/charter-versions/", {"effective_on": later().isoformat()})
    assert made.status_code == 201, made.json()
    draft = CharterVersion.objects.get(pk=made.json()["id"])
    rule = clause(draft, "quorum")
    answer = program.post(f"/api/v1/charter-rules/{rule.pk}/edit/", {"numerator": 3, "denominator": 4})
    assert answer.status_code == 200, answer.json()
    refused = program.post(f"/api/v1/charter-rules/{rule.pk}/edit/", {"numerator": 9})
    assert refused.status_code == 400
    assert "numerator" in refused.json()["errors"]
