"""The real alliance as it is loaded: once, completely, and without undoing what people changed."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from meetings.models import ChairTerm, Meeting, Resolution, SecretariatPost
from members import uscc
from members.accounts import account_with
from members.membership import members
from members.models import AccountInvitation, Figure, Industry, Mandate, Membership, Organization, User


def seed(*options):
    out = StringIO()
    call_command("seed", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def loaded(db):
    return seed("--demo")


def test_eleven_zones_seven_of_them_national(loaded):
    levels = [unit.zone_profile.level for unit in members().select_related("zone_profile")]
    assert levels == ["national"] * 7 + ["provincial"] * 4
    assert members().first().code == "fuzhou"
    assert Industry.objects.count() == 8


def test_every_figure_says_where_it_comes_from_and_none_is_guessed(loaded):
    assert Figure.objects.count() >= 40
    assert all(figure.source for figure in Figure.objects.all())
    assert Figure.objects.filter(year=None).exists()


def test_the_founding_meeting_holds_four_facts_with_their_source(loaded):
    founding = Meeting.objects.get(kind="joint", number=1)
    assert founding.state == "archived"
    facts = list(founding.resolutions.order_by("serial"))
    assert len(facts) == 4
    assert all("来源" in fact.text for fact in facts)
    term = ChairTerm.objects.get()
    assert (term.unit.code, str(term.starts_on), str(term.ends_on)) == ("fuzhou", "2025-11-17", "2026-11-16")
    assert "首届主任单位" in term.resolution.title
    assert SecretariatPost.objects.get().unit.code == "fuzhou"


def test_a_second_run_adds_nothing_and_undoes_nothing(loaded):
    models = (Organization, Membership, Figure, Mandate, User, Resolution, Meeting, ChairTerm)
    before = [model.objects.count() for model in models]
    Organization.objects.filter(code="fuzhou").update(city="改过的")
    assert all(line.endswith(" 0 new") for line in seed("--demo").splitlines())
    assert [model.objects.count() for model in models] == before
    assert Organization.objects.get(code="fuzhou").city == "改过的"


def test_demo_accounts_are_roles_and_say_what_they_are(loaded):
    accounts = User.objects.all()
    assert accounts.count() == 11 * 4 + 7
    assert all(person.is_demo for person in accounts)
    for name in (
        "secretariat",
        "fuzhou-delegate",
        "xiamen-torch-editor",
        "bank-officer",
        "company-1",
        "observer",
    ):
        assert User.objects.get(username=name).unit is not None
    printed = (settings.VAR_DIR / "demo-accounts.txt").read_text(encoding="utf-8")
    assert "xiamen-torch" in printed


def test_demo_accounts_are_known_by_their_proven_addresses(loaded):
    person = User.objects.get(username="fuzhou-delegate")
    assert account_with("fuzhou-delegate@example.invalid") == person


def test_demo_companies_are_fictional_with_well_formed_codes(loaded):
    companies = Organization.objects.filter(kind="company")
    assert companies.count() == 3
    for company in companies:
        assert company.name_zh.startswith("示例企业")
        assert uscc.checked(company.uscc) == company.uscc
        assert uscc.doubt(company.uscc) == ""


def test_without_demo_there_is_no_account(db):
    seed()
    assert not User.objects.exists()
    assert not Organization.objects.filter(kind="company").exists()


def test_the_first_person_of_the_secretariat_is_invited_by_command(db, client):
    out = seed("--secretariat", "First@example.org")
    path = out.split("http://testserver")[1].strip()
    given = {"name": "首位工作人员", "password": "granite-lantern-42", "again": "granite-lantern-42"}
    assert client.post(path, given).status_code == 302
    assert User.objects.get(email="first@example.org").role == "secretariat"
    assert AccountInvitation.objects.get().accepted_by is not None


def test_the_names_are_printed_with_chinese_punctuation(loaded):
    zone = Organization.objects.get(code="fuzhou")
    assert "，" in zone.description_zh
    assert "," not in zone.description_zh
