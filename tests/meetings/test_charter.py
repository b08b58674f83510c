"""The charter as rows: which rules hold, what is confirmed, and what they come to."""

from datetime import date

import pytest

from meetings import charter, rules
from meetings.models import CharterRule, CharterVersion


@pytest.fixture
def installed(db):
    return charter.install_defaults()


def test_the_first_version_holds_from_the_founding_day(installed):
    assert charter.version(date(2025, 11, 17)) == installed
    with pytest.raises(CharterVersion.DoesNotExist):
        charter.version(date(2025, 11, 16))


def test_installing_twice_changes_nothing(installed):
    before = list(installed.rules.values_list("code", "number", "confirmed"))
    charter.install_defaults()
    assert list(installed.rules.values_list("code", "number", "confirmed")) == before


def test_only_what_a_source_states_is_confirmed(installed):
    confirmed = installed.rules.filter(confirmed=True)
    assert {rule.code for rule in confirmed} >= {"chair_term_years", "top_body", "rotating_chair"}
    assert all(rule.source for rule in confirmed)
    assert not installed.rules.filter(confirmed=False).exclude(source="").exists()


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("notice_days", 10),
        ("urgent_notice_days", 3),
        ("item_days", 7),
        ("written_min_days", 5),
        ("written_max_days", 10),
        ("written_objection", 3),
        ("proxies", 1),
        ("leave_notice_days", 30),
        ("minutes_comment_days", 5),
        ("chair_term_years", 1),
    ],
)
def test_the_default_periods_are_those_of_the_product(installed, code, number):
    assert charter.days(code, date(2026, 1, 1)) == number


@pytest.mark.parametrize(
    ("code", "base", "least_of_11"),
    [
        ("ordinary", "present", 6),
        ("late_item", "present", 6),
        ("chair_election", "present", 6),
        ("charter_change", "all", 8),
        ("admission", "all", 8),
        ("expulsion", "all", 8),
        ("dissolution", "all", 8),
    ],
)
def test_the_default_majorities_come_to_these_numbers(installed, code, base, least_of_11):
    found = charter.arithmetic(charter.rule(code, date(2026, 1, 1)))
    assert (found.base, found.least(11)) == (base, least_of_11)


def test_quorum_and_call_are_shares_of_all_units(installed):
    quorum = charter.arithmetic(charter.rule("quorum", date(2026, 1, 1)))
    assert isinstance(quorum, rules.Quorum)
    assert quorum.least(11) == 8
    assert charter.arithmetic(charter.rule("extraordinary_call", date(2026, 1, 1))).least(11) == 4


def test_a_decision_gets_its_rule_and_the_quorum_and_a_written_one_no_quorum(installed):
    taken = charter.rules_for("ordinary", date(2026, 1, 1))
    assert taken.quorum.least(11) == 8
    assert not taken.written
    assert charter.rules_for("written_vote", date(2026, 1, 1), written=True).quorum is None
    with pytest.raises(CharterRule.DoesNotExist):
        charter.rules_for("nothing", date(2026, 1, 1))


def test_a_later_version_holds_from_its_own_day(installed):
    later = CharterVersion.objects.create(number=2, state="adopted", effective_on=date(2026, 12, 1))
    CharterRule.objects.create(
        version=later, code="notice_days", kind="days", number=15, text_zh="十五日", text_en="15"
    )
    assert charter.days("notice_days", date(2026, 11, 30)) == 10
    assert charter.days("notice_days", date(2026, 12, 1)) == 15


def test_the_page_says_what_awaits_confirmation_and_counts_todays_units(cast):
    cast.all_eleven()
    page = cast.client("delegate").get("/meetings/charter/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "待联席会议确认" in text
    assert "11 家中须有 8 家" in text
    assert "主任单位每届任期一年" in text


def test_an_unknown_version_is_not_found_and_a_stranger_must_sign_in(cast):
    assert cast.client("delegate").get("/meetings/charter/999/").status_code == 404
    assert cast.client().get("/meetings/charter/").status_code == 302


def test_the_page_costs_the_same_for_any_number_of_rules(cast, django_assert_max_num_queries):
    browser = cast.client("delegate")
    with django_assert_max_num_queries(12):
        browser.get("/meetings/charter/")
