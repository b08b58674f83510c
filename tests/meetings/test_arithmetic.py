"""The charter's arithmetic, row by row, and as properties of all numbers."""

import json
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from meetings.arithmetic import Counts, Decision, Mismatch, Outcome, decide, needed, quorum
from meetings.rules import Base, Quorum, Recused, Rule, Rules, Share, Tie, describe, provisos

TWO_THIRDS_PRESENT = Quorum("2/3")
MORE_THAN_HALF = Rule("1/2", inclusive=False)
HALF_OR_MORE = Rule("1/2", inclusive=True)
ORDINARY = Rules(MORE_THAN_HALF, TWO_THIRDS_PRESENT)
CHARTER_CHANGE = Rules(Rule("2/3", base=Base.ALL), TWO_THIRDS_PRESENT)


def outcome(rules, **counts):
    votes = {"entitled": 11, "present": 11, "for_": 0, "against": 0, "abstain": 0} | counts
    return decide(rules, **votes).outcome


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


# --- the table of governance.md, d1 ------------------------------------------------------
@pytest.mark.parametrize(("fraction", "units"), [("2/3", 8), ("1/5", 3), ("1/4", 3), ("1/3", 4), ("1/2", 6)])
def test_shares_of_eleven_units(fraction, units):
    assert needed(Share(fraction), 11) == units


@pytest.mark.parametrize(
    ("present", "more_than_half", "half_or_more", "two_thirds", "three_quarters"),
    [(8, 5, 4, 6, 6), (9, 5, 5, 6, 7), (10, 6, 5, 7, 8), (11, 6, 6, 8, 9)],
)
def test_shares_of_those_present(present, more_than_half, half_or_more, two_thirds, three_quarters):
    assert needed(MORE_THAN_HALF, present) == more_than_half
    assert needed(HALF_OR_MORE, present) == half_or_more
    assert needed(Rule("2/3"), present) == two_thirds
    assert needed(Rule("3/4"), present) == three_quarters


def test_more_than_two_thirds_leaves_the_number_itself_out():
    assert needed(Rule("2/3"), 9) == 6
    assert needed(Rule("2/3", inclusive=False), 9) == 7
    assert needed(Rule("1/1"), 11) == 11


@pytest.mark.parametrize(
    ("present", "met", "short"), [(7, False, 1), (8, True, 0), (11, True, 0), (0, False, 8)]
)
def test_eight_of_eleven_make_a_quorum(present, met, short):
    result = quorum(TWO_THIRDS_PRESENT, 11, present)
    assert (result.needed, result.met, result.short) == (8, met, short)


# --- every number -----------------------------------------------------------------------
shares = st.builds(
    lambda parts, inclusive: Share((min(parts), max(parts)), inclusive or parts[0] == parts[1]),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.booleans(),
)


def satisfies(share, number, count):
    part = share.fraction * count
    return number >= part if share.inclusive else number > part


@given(shares, st.integers(1, 5000))
def test_needed_is_the_least_number_that_satisfies_the_share(share, count):
    least = needed(share, count)
    assert satisfies(share, least, count)
    assert least <= count
    assert least == 1 or not satisfies(share, least - 1, count)


@given(shares, st.integers(0, 5000), st.integers(0, 50))
def test_a_larger_base_never_needs_fewer(share, count, more):
    assert needed(share, count) <= needed(share, count + more)


@st.composite
def votes(draw):
    entitled = draw(st.integers(1, 200))
    present = draw(st.integers(0, entitled))
    recused = draw(st.integers(0, present))
    left, cast = present - recused, []
    for _kind in range(4):
        cast.append(draw(st.integers(0, left)))
        left -= cast[-1]
    for_, against, abstain, invalid = cast
    return {
        "entitled": entitled,
        "present": present,
        "recused": recused,
        "for_": for_,
        "against": against,
        "abstain": abstain,
        "invalid": invalid,
    }


@st.composite
def rules(draw):
    share = draw(shares)
    vote = Rule(
        share.fraction,
        share.inclusive,
        base=draw(st.sampled_from(Base)),
        abstentions_count=draw(st.booleans()),
        tie=draw(st.sampled_from(Tie)),
        recused=draw(st.sampled_from(Recused)),
    )
    return Rules(vote, draw(st.sampled_from([None, TWO_THIRDS_PRESENT, Quorum("1/2", counts_recused=False)])))


@given(rules(), votes())
def test_a_decision_survives_storage_and_comes_out_the_same(rules, votes):
    decision = decide(rules, **votes)
    stored = json.loads(json.dumps(decision.as_data()))
    assert Decision.from_data(stored) == decision
    assert str(decision.needed) in decision.sentence() or decision.outcome in (
        Outcome.NO_QUORUM,
        Outcome.VOID,
    )


@given(rules(), votes())
def test_one_more_vote_in_favour_instead_of_against_never_loses_a_motion(rules, votes):
    if not votes["against"] or not decide(rules, **votes).passed:
        return
    better = votes | {"for_": votes["for_"] + 1, "against": votes["against"] - 1}
    assert decide(rules, **better).passed


# --- decisions --------------------------------------------------------------------------
def test_a_decision_prints_its_arithmetic():
    decision = decide(ORDINARY, entitled=11, present=9, for_=7, against=1, abstain=1)
    assert (
        decision.sentence() == "应到 11，实到 9，法定 8；同意 7，反对 1，弃权 1；通过线 5（到会过半数）→ 通过"
    )
    with translation.override("en"):
        assert decision.sentence() == (
            "entitled 11, present 9, quorum 8; for 7, against 1, abstaining 1; "
            "needed 5 (more than half of those present) → passed"
        )


@pytest.mark.parametrize(
    ("for_", "against", "result"), [(5, 4, "passed"), (4, 5, "failed"), (4, 0, "failed")]
)
def test_five_of_nine_present_carry_an_ordinary_motion(for_, against, result):
    assert outcome(ORDINARY, present=9, for_=for_, against=against) == result


def test_half_of_an_even_number_carries_only_where_the_rule_includes_the_half():
    split = {"present": 8, "for_": 4, "against": 4}
    assert outcome(Rules(HALF_OR_MORE, TWO_THIRDS_PRESENT), **split) == "passed"
    assert outcome(ORDINARY, **split) == "failed"


def test_two_thirds_of_all_units_are_eight_however_few_are_present():
    assert outcome(CHARTER_CHANGE, present=8, for_=8) == "passed"
    assert outcome(CHARTER_CHANGE, present=8, for_=7, abstain=1) == "failed"
    assert outcome(CHARTER_CHANGE, present=11, for_=7, against=4) == "failed"


def test_without_quorum_nothing_is_decided():
    decision = decide(ORDINARY, entitled=11, present=7, for_=7, against=0, abstain=0)
    assert decision.outcome == "no_quorum"
    assert decision.sentence() == "应到 11，实到 7，法定 8 → 未达法定人数，不作决定"


def test_an_abstention_weighs_on_the_base_unless_the_rule_leaves_it_out():
    ballot = {"present": 10, "for_": 5, "against": 2, "abstain": 3}
    assert outcome(ORDINARY, **ballot) == "failed"
    left_out = Rules(Rule("1/2", False, abstentions_count=False), TWO_THIRDS_PRESENT)
    assert outcome(left_out, **ballot) == "passed"
    assert outcome(Rules(Rule("1/2", False, base=Base.FOR_AGAINST), TWO_THIRDS_PRESENT), **ballot) == "passed"


def test_each_base_is_counted_as_its_name_says():
    counts = Counts(11, 10, for_=4, against=2, abstain=1, recused=1, invalid=1)
    assert counts.not_cast == 1
    expected = {Base.ALL: 11, Base.PRESENT: 9, Base.VALID: 7, Base.FOR_AGAINST: 6}
    assert {base: counts.base(Rule("1/2", base=base)) for base in Base} == expected
    assert counts.base(Rule("1/2", abstentions_count=False)) == 8
    assert counts.base(Rule("1/2", recused=Recused.STAY)) == 10
    assert counts.base(Rule("1/2", base=Base.ALL, recused=Recused.LEAVE)) == 11


def test_a_recused_unit_keeps_the_quorum_but_leaves_the_base_and_the_sentence_says_so():
    decision = decide(ORDINARY, entitled=11, present=8, recused=2, for_=4, against=2, abstain=0)
    assert decision.passed
    assert decision.sentence() == (
        "应到 11，实到 8，法定 8；同意 4，反对 2，弃权 0，回避 2；通过线 4（到会过半数，基数 6）→ 通过"
    )
    strict = Rules(MORE_THAN_HALF, Quorum("2/3", counts_recused=False))
    assert outcome(strict, present=8, recused=2, for_=6) == "no_quorum"


@pytest.mark.parametrize(
    ("tie", "casting", "result"),
    [
        (Tie.FAIL, None, "failed"),
        (Tie.FAIL, True, "failed"),
        (Tie.CHAIR, None, "tie"),
        (Tie.CHAIR, True, "passed"),
        (Tie.CHAIR, False, "failed"),
        (Tie.REVOTE, None, "tie"),
        (Tie.REVOTE, True, "tie"),
    ],
)
def test_a_tie_is_settled_as_the_rule_says(tie, casting, result):
    rules = Rules(Rule("1/2", False, tie=tie), TWO_THIRDS_PRESENT)
    assert outcome(rules, present=10, for_=5, against=5, casting=casting) == result


def test_the_chair_unit_settles_nothing_that_is_not_a_tie():
    rules = Rules(Rule("1/2", False, tie=Tie.CHAIR), TWO_THIRDS_PRESENT)
    assert outcome(rules, present=11, for_=4, against=4, abstain=3, casting=True) == "failed"
    assert outcome(rules, present=10, for_=5, against=4, abstain=1, casting=True) == "failed"
    two_thirds = Rules(Rule("2/3", tie=Tie.CHAIR), TWO_THIRDS_PRESENT)
    assert outcome(two_thirds, present=10, for_=5, against=5, casting=True) == "failed"


def test_the_chair_units_decision_of_a_tie_is_printed():
    rules = Rules(Rule("1/2", False, tie=Tie.CHAIR), TWO_THIRDS_PRESENT)
    decision = decide(rules, entitled=11, present=10, for_=5, against=5, abstain=0, casting=True)
    assert decision.sentence().endswith("→ 票数相等，由主任单位决定通过")


def test_more_papers_returned_than_issued_make_the_vote_void():
    ballot = {"present": 9, "for_": 7, "against": 2}
    assert outcome(ORDINARY, **ballot, issued=9, received=9) == "passed"
    assert outcome(ORDINARY, **ballot, issued=9, received=8) == "passed"
    void = decide(ORDINARY, entitled=11, abstain=0, **ballot, issued=9, received=10)
    assert void.outcome == "void"
    assert void.sentence().endswith("发出票 9，收回票 10 → 表决无效，重新表决")


def test_more_votes_than_voters_make_the_vote_void():
    assert outcome(ORDINARY, present=9, for_=9, against=1) == "void"
    assert outcome(ORDINARY, present=9, for_=9, recused=1) == "void"


def test_nothing_is_decided_by_nobody():
    everybody_recused = Rules(HALF_OR_MORE, None)
    assert outcome(everybody_recused, present=2, recused=2) == "failed"


def test_a_written_vote_counts_silence_as_no_vote():
    written = Rules(Rule("1/2", False, base=Base.ALL), written=True)
    decision = decide(written, entitled=11, present=6, for_=6, against=0, abstain=0)
    assert decision.sentence() == "应到 11，答复 6；同意 6，反对 0，弃权 0；通过线 6（全体成员过半数）→ 通过"
    assert outcome(written, present=6, for_=5, against=1) == "failed"


@pytest.mark.parametrize(
    "counts",
    [{"present": 12}, {"present": 5, "recused": 6}, {"for_": -1}, {"entitled": -1, "present": -1}],
)
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError):
        outcome(ORDINARY, **counts)


@pytest.mark.parametrize(
    ("fraction", "inclusive", "error"),
    [(0.5, True, TypeError), ("0", True, ValueError), ("3/2", True, ValueError), ("1", False, ValueError)],
)
def test_a_rule_that_cannot_be_meant_is_refused(fraction, inclusive, error):
    with pytest.raises(error):
        Rule(fraction, inclusive)


# --- storage ----------------------------------------------------------------------------
def test_a_stored_decision_that_was_touched_is_found_out():
    stored = decide(ORDINARY, entitled=11, present=9, for_=4, against=5, abstain=0).as_data()
    stored["result"]["outcome"] = "passed"
    with pytest.raises(Mismatch):
        Decision.from_data(stored)


def test_a_rule_is_stored_as_an_exact_fraction():
    data = CHARTER_CHANGE.as_data()
    assert data["vote"]["fraction"] == "2/3"
    assert Rules.from_data(json.loads(json.dumps(data))) == CHARTER_CHANGE
    assert Rule((2, 3)).fraction == Fraction(2, 3)


# --- words ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "entitled", "chinese", "english"),
    [
        (
            TWO_THIRDS_PRESENT,
            11,
            "出席 8 家以上方可开会",
            "The meeting may begin when at least 8 units are present",
        ),
        (
            TWO_THIRDS_PRESENT,
            None,
            "全体成员2/3以上出席方可开会",
            "The meeting may begin when 2/3 or more of all units are present",
        ),
        (
            MORE_THAN_HALF,
            None,
            "到会过半数同意即通过",
            "Passed when more than half of those present are in favour",
        ),
        (
            HALF_OR_MORE,
            11,
            "到会半数以上同意即通过",
            "Passed when half or more of those present are in favour",
        ),
        (
            CHARTER_CHANGE.vote,
            11,
            "全体成员2/3以上同意即通过（11 家中须有 8 家）",
            "Passed when 2/3 or more of all units are in favour (8 of 11 units)",
        ),
        (
            Share("1/3"),
            11,
            "全体成员1/3以上提议应召开临时会议（11 家中须有 4 家）",
            "An extraordinary meeting is called when 1/3 or more of all units ask for it (4 of 11 units)",
        ),
        (
            Rule("3/4", False, base=Base.VALID),
            None,
            "有效票超过3/4同意即通过",
            "Passed when more than 3/4 of the valid votes are in favour",
        ),
        (Rule("1"), None, "到会一致同意即通过", "Passed when all of those present are in favour"),
    ],
)
def test_a_rule_is_described_in_one_sentence(rule, entitled, chinese, english):
    assert describe(rule, entitled) == chinese
    with translation.override("en"):
        assert describe(rule, entitled) == english


def test_provisos_name_only_what_makes_a_difference():
    assert provisos(MORE_THAN_HALF) == ["弃权计入基数", "回避单位不计入到会基数", "票数相等时视为未通过"]
    assert provisos(CHARTER_CHANGE.vote) == []


def test_a_quorum_prints_what_is_missing():
    assert quorum(TWO_THIRDS_PRESENT, 11, 9).sentence() == "应到 11，实到 9，法定 8 → 可以开会"
    assert quorum(TWO_THIRDS_PRESENT, 11, 6).sentence() == "应到 11，实到 6，法定 8 → 尚缺 2 家，暂不能开会"
