"""Minutes approved by rule: circulated, corrected, signed by each unit, approved; later put right by notices."""

import io
from datetime import timedelta

import docx
import pytest
from django.urls import reverse

from core.models import Notice
from core.reminders import fire
from core.workflow import NotAllowed, WrongState
from meetings import errata, minutes, minutes_document, minutes_review
from meetings.models import CharterRule, Correction, Erratum, Minutes

from .test_minutes import START, drafted, issued

LATER = START + timedelta(days=30)


def circulated(cast, **more):
    made = drafted(cast, **more)
    return minutes_review.circulate(made, by=cast.person("secretariat"), now=START)


def proposed(cast, made, paragraph=1, after="一段改过的文字。", who="delegate"):
    return minutes_review.propose(
        by=cast.person(who), now=START, minutes=made, paragraph=paragraph, after=after, why="与会议记录不符"
    )


def states(made):
    return dict(made.signoffs.values_list("unit__code", "state"))


def silence_means(cast, number):
    CharterRule.objects.filter(version=cast.charter, code="minutes_silence").update(number=number)


def word(made):
    return docx.Document(io.BytesIO(minutes_document.word(made)))


def words_of(made):
    return "\n".join(node.text for node in word(made).element.body.iter() if node.text)


# --- circulating --------------------------------------------------------------------------------


def test_circulating_asks_every_unit_of_the_roll_and_gives_the_charters_working_days(cast):
    made = circulated(cast)
    assert states(made) == {"fuzhou": "awaited", "xiamen-torch": "awaited", "quanzhou": "awaited"}
    # Wednesday 25 November 2026 and five working days
    assert f"{made.comments_due_at:%Y-%m-%d}" == "2026-12-02"
    told = set(
        Notice.objects.filter(event__kind="meetings.minutes.circulate").values_list("person", flat=True)
    )
    assert {cast.chair.pk, cast.delegate.pk, cast.liaison.pk, cast.delegate_b.pk} == told
    assert cast.client("delegate").get(made.get_absolute_url()).status_code == 200
    assert cast.client("observer").get(made.get_absolute_url()).status_code == 404


def test_circulated_minutes_change_only_through_corrections(cast):
    made = circulated(cast)
    with pytest.raises(WrongState):
        minutes.edit(made, by=cast.person("secretariat"), title="x", text="y")


# --- corrections --------------------------------------------------------------------------------


def test_a_correction_taken_over_changes_its_paragraph_and_shows_the_difference(cast):
    made = circulated(cast)
    lines = made.text.splitlines()
    page = cast.client("delegate")
    assert (
        f"{reverse('meetings:correction_new')}?minutes={made.pk}&amp;paragraph=3"
        in page.get(made.get_absolute_url()).content.decode()
    )
    form = {"minutes": made.pk, "paragraph": 3, "after": f"{lines[2][:-1]}，下半年实施。", "why": "漏记"}
    answer = page.post(reverse("meetings:correction_new"), form)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    row = Correction.objects.get()
    minutes_review.take_over(row, by=cast.person("secretariat"))
    made.refresh_from_db()
    assert made.text.splitlines()[2].endswith("，下半年实施。")
    assert ("in", "，下半年实施") in minutes_review.difference(row.before, row.after)
    assert "<ins>，下半年实施</ins>" in cast.client("chair").get(made.get_absolute_url()).content.decode()


def test_a_correction_refused_leaves_the_text_and_tells_the_reason(cast):
    made = circulated(cast)
    row = proposed(cast, made)
    with pytest.raises(NotAllowed):
        minutes_review.turn_down(row, by=cast.person("delegate"), reason="x")
    minutes_review.turn_down(row, by=cast.person("secretariat"), reason="与录音一致")
    assert Minutes.objects.get().text == made.text
    notice = Notice.objects.filter(event__kind="meetings.correction.turn_down", person=cast.delegate).first()
    assert notice is not None
    assert "与录音一致" in cast.client("delegate").get(made.get_absolute_url()).content.decode()


def test_a_paragraph_that_reads_otherwise_by_now_is_not_overwritten(cast):
    made = circulated(cast)
    first, second = proposed(cast, made), proposed(cast, made, after="另一种文字。", who="delegate_b")
    minutes_review.take_over(first, by=cast.person("secretariat"))
    with pytest.raises(WrongState):
        minutes_review.take_over(second, by=cast.person("secretariat"))
    assert "另一种文字" not in Minutes.objects.get().text


@pytest.mark.parametrize(
    ("change", "status"), [({"paragraph": 999}, 400), ({"after": None}, 400), ({"why": ""}, 400)]
)
def test_a_correction_without_sense_is_refused_with_a_sentence(cast, change, status):
    made = circulated(cast)
    given = {"minutes": made.pk, "paragraph": 1, "after": "甲", "why": "乙", **change}
    if given["after"] is None:
        given["after"] = made.text.splitlines()[0]
    answer = cast.api("delegate").post("/api/v1/corrections/", given)
    assert answer.status_code == status


def test_comments_after_the_deadline_and_from_outside_the_roll_are_refused(cast):
    made = circulated(cast)
    given = {"minutes": made, "paragraph": 1, "after": "甲", "why": "乙"}
    with pytest.raises(WrongState):
        minutes_review.propose(
            by=cast.person("delegate"), now=made.comments_due_at + timedelta(seconds=1), **given
        )
    made.signoffs.filter(unit=cast.zones["quanzhou"]).delete()
    with pytest.raises(NotAllowed):
        minutes_review.propose(by=cast.person("delegate_b"), now=START, **given)


# --- signing ------------------------------------------------------------------------------------


def test_a_unit_signs_the_wording_it_read_and_signs_again_when_it_changed(cast):
    made = circulated(cast)
    minutes_review.sign(made, by=cast.person("liaison"), now=START)
    assert states(made)["xiamen-torch"] == "signed"
    with pytest.raises(WrongState):
        minutes_review.sign(made, by=cast.person("delegate"), now=START)
    minutes_review.take_over(proposed(cast, made, who="delegate_b"), by=cast.person("secretariat"))
    made.refresh_from_db()
    row = made.signoffs.get(unit=cast.zones["xiamen-torch"])
    assert minutes_review.says(row, made, START)[1] == "amber"
    minutes_review.sign(made, by=cast.person("delegate"), now=START)


def test_who_has_not_signed_is_reminded_half_way_and_on_the_last_day(cast):
    made = circulated(cast)
    minutes_review.sign(made, by=cast.person("delegate_b"), now=START)
    kinds = {
        "meetings.minutes.remind_half": made.circulated_at + (made.comments_due_at - made.circulated_at) / 2,
        "meetings.minutes.remind_last": made.comments_due_at - timedelta(days=1),
    }
    for kind, at in kinds.items():
        fire(now=at + timedelta(minutes=1))
        told = set(Notice.objects.filter(event__kind=kind).values_list("person", flat=True))
        assert told == {cast.chair.pk, cast.delegate.pk, cast.liaison.pk}


# --- approval -----------------------------------------------------------------------------------


def test_nothing_is_approved_while_a_correction_waits_or_units_still_have_time(cast):
    made = circulated(cast)
    row = proposed(cast, made)
    with pytest.raises(WrongState, match=r"1"):
        minutes_review.approve(made, by=cast.person("chair"), now=LATER)
    minutes_review.turn_down(row, by=cast.person("secretariat"), reason="否")
    Minutes.objects.update(comments_due_at=made.comments_due_at + timedelta(days=3650))
    with pytest.raises(WrongState):
        minutes_review.approve(made, by=cast.person("chair"), now=START)


@pytest.mark.parametrize(("number", "silent"), [(0, "awaited"), (1, "silent")])
def test_silence_is_no_objection_only_where_the_charter_says_so(cast, number, silent):
    silence_means(cast, number)
    made = circulated(cast)
    minutes_review.sign(made, by=cast.person("delegate"), now=START)
    Minutes.objects.update(comments_due_at=START - timedelta(days=3650))
    minutes_review.approve(made, by=cast.person("chair"), now=LATER)
    assert states(made) == {"fuzhou": silent, "xiamen-torch": "signed", "quanzhou": silent}


def test_approved_minutes_are_numbered_and_frozen_with_what_the_units_said(cast):
    made = circulated(cast)
    minutes_review.take_over(proposed(cast, made), by=cast.person("secretariat"))
    for who in ("chair", "delegate", "delegate_b"):
        minutes_review.sign(made, by=cast.person(who), now=START)
    with pytest.raises(NotAllowed):
        minutes_review.approve(made, by=cast.person("secretariat"), now=START)
    minutes_review.approve(made, by=cast.person("chair"), now=START)
    minutes.issue(made, by=cast.person("secretariat"), now=START)
    assert made.number == "联盟纪要〔2026〕1号"
    assert {row["state"] for row in made.facts["review"]["signoffs"]} == {"signed"}
    assert made.facts["review"]["corrections"][0]["state"] == "accepted"
    assert minutes.intact(Minutes.objects.get())


def test_the_short_form_is_the_presiding_units_own_and_only_where_the_charter_allows_it(cast):
    made = drafted(cast)
    with pytest.raises(WrongState):
        minutes.issue(made, by=cast.person("secretariat"), now=START)
    CharterRule.objects.filter(code="minutes_short_form").update(number=0)
    with pytest.raises(WrongState):
        minutes.issue(made, by=cast.person("chair"), now=START)
    CharterRule.objects.filter(code="minutes_short_form").update(number=1)
    minutes.issue(made, by=cast.person("chair"), now=START)


def test_minutes_taken_back_are_circulated_anew_without_the_old_signatures(cast):
    made = circulated(cast)
    minutes_review.sign(made, by=cast.person("delegate"), now=START)
    minutes_review.recall(made, by=cast.person("secretariat"), reason="附件有误")
    minutes_review.circulate(made, by=cast.person("secretariat"), now=START)
    assert set(states(made).values()) == {"awaited"}


# --- putting right ------------------------------------------------------------------------------


def test_issued_minutes_are_put_right_by_a_numbered_notice_and_stay_as_they_were(cast):
    made = issued(cast)
    digest = made.sha256
    given = {"minutes": made.pk, "text": "第二段“9家”更正为“8家”。", "why": "笔误"}
    assert cast.client("delegate").post(reverse("meetings:erratum_new"), given).status_code == 403
    assert cast.client("secretariat").post(reverse("meetings:erratum_new"), given).status_code == 302
    row = Erratum.objects.get()
    assert row.number.startswith("联盟更正〔")
    assert errata.intact(row)
    made.refresh_from_db()
    assert made.sha256 == digest
    page = cast.client("delegate").get(made.get_absolute_url()).content.decode()
    assert row.number in page
    assert row.sha256 in page
    text = words_of(made)
    assert row.number in text
    assert "第二段“9家”更正为“8家”。" in text
    Erratum.objects.update(text="另一文本")
    assert not errata.intact(Erratum.objects.get())


def test_a_draft_is_edited_not_put_right(cast):
    with pytest.raises(WrongState):
        errata.publish(by=cast.person("secretariat"), minutes=drafted(cast), text="x", why="y")


def test_the_paper_for_comment_carries_corrections_and_signatures(cast):
    made = circulated(cast)
    minutes_review.turn_down(proposed(cast, made), by=cast.person("secretariat"), reason="与录音一致")
    text = words_of(made)
    for part in ("征求意见稿", "修改意见及采纳情况", "未采纳：与录音一致", "会签情况", "未会签"):
        assert part in text


def test_the_page_under_review_costs_few_queries(cast, django_assert_max_num_queries):
    made = circulated(cast)
    page = cast.client("secretariat")
    for number in (1, 3):
        while made.corrections.count() < number:
            proposed(cast, made, paragraph=made.corrections.count() + 1)
        page.get(made.get_absolute_url())
        with django_assert_max_num_queries(17):
            page.get(made.get_absolute_url())
