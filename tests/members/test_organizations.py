"""Organizations: who sees, registers, edits and retires which."""

import pytest

from core.models import Event, Notice
from members.models import Industry, Organization

REAL = "91350100M000100Y43"


def entry(**given):
    return {"kind": "company", "name_zh": "示例企业九", "uscc": REAL, **given}


def test_a_zone_registers_a_company_of_its_own_with_a_checked_code(cast):
    answer = cast.client("service").post("/members/organizations/new/", entry(zone=cast.zones["quanzhou"].pk))
    made = Organization.objects.get(uscc=REAL)
    assert answer.url == made.get_absolute_url()
    assert made.zone == cast.zones["xiamen-torch"]
    assert made.code == "shi-li-qi-ye-jiu"
    assert made.initials == "slqyj"
    assert made.group.name == "unit:shi-li-qi-ye-jiu"


def test_a_code_with_a_wrong_last_character_is_refused_at_its_field(cast):
    answer = cast.client("service").post("/members/organizations/new/", entry(uscc=REAL[:-1] + "4"))
    assert answer.status_code == 400
    assert "校验位不符" in answer.content.decode()
    assert "示例企业九" in answer.content.decode()


def test_a_company_without_code_is_refused(cast):
    answer = cast.api("service").post("/api/v1/organizations/", entry(uscc=""))
    assert answer.status_code == 400
    assert answer.json()["errors"]["uscc"]


def test_the_same_code_is_not_registered_twice(cast):
    program = cast.api("secretariat")
    assert program.post("/api/v1/organizations/", entry()).status_code == 201
    again = program.post("/api/v1/organizations/", entry(name_zh="另一家"))
    assert again.status_code == 400
    assert again.json()["errors"]["uscc"] == ["A unit with this code is already registered."]


def test_a_zone_cannot_register_a_bank(cast):
    answer = cast.api("editor").post("/api/v1/organizations/", entry(kind="bank", uscc=""))
    assert answer.status_code == 400
    assert not Organization.objects.filter(name_zh="示例企业九").exists()


@pytest.mark.parametrize("who", ["company", "bank", "department", "observer", "stranger", "liaison"])
def test_others_cannot_register(cast, who):
    assert cast.client(who).get("/members/organizations/new/").status_code == 403


def test_a_company_edits_its_entry_and_its_zone_is_told(cast):
    unit = cast.company_unit
    answer = cast.client("company").post(
        f"/members/organizations/{unit.pk}/edit/",
        {"name_zh": "示例企业一（更名）", "industries": [cast.industry.pk], "description_zh": "做光学元件。"},
    )
    assert answer.status_code == 302
    unit.refresh_from_db()
    assert unit.name_zh == "示例企业一（更名）"
    assert list(unit.industries.all()) == [cast.industry]
    event = Event.objects.get(kind="members.organization.edit")
    assert event.data["industries"] == [[], ["opto"]]
    told = set(Notice.objects.filter(event=event, channel="inbox").values_list("person__username", flat=True))
    assert told == {"xiamen-torch-editor", "xiamen-torch-delegate"}


def test_a_zone_does_not_edit_a_company_elsewhere(cast):
    answer = cast.client("delegate_b").get(f"/members/organizations/{cast.company_unit.pk}/edit/")
    assert answer.status_code == 403


def test_the_public_sees_zones_only(cast):
    seen = Organization.objects.exclude(kind="zone").first()
    assert cast.client().get(f"/members/zones/{cast.zones['fuzhou'].pk}/").status_code == 200
    assert cast.client().get(f"/members/organizations/{seen.pk}/").status_code == 302
    assert cast.client("stranger").get(f"/members/organizations/{cast.bank_unit.pk}/").status_code == 404


def test_a_bank_sees_a_company_only_once_it_was_opened_to_it(cast):
    page = f"/members/organizations/{cast.company_unit.pk}/"
    assert cast.client("bank").get(page).status_code == 404
    given = {"unit": cast.bank_unit.pk, "permission": "members.view_organization"}
    assert cast.client("secretariat").post(f"{page}grant/", given).status_code == 302
    assert cast.client("bank").get(page).status_code == 200
    assert "示例银行" in cast.client("secretariat").get(page).content.decode()
    assert Notice.objects.filter(person=cast.bank, event__kind="members.organization.grant").exists()
    assert cast.client("secretariat").post(f"{page}revoke/", given).status_code == 302
    assert cast.client("bank").get(page).status_code == 404


def test_a_right_is_not_given_twice_nor_by_others(cast):
    address = f"/api/v1/organizations/{cast.company_unit.pk}/grant/"
    given = {"unit": cast.bank_unit.pk, "permission": "members.view_organization"}
    assert cast.api("delegate").post(address, given).status_code == 403
    assert cast.api("secretariat").post(address, given).status_code == 200
    assert cast.api("secretariat").post(address, given).status_code == 400
    other = {**given, "permission": "members.delete_organization"}
    assert cast.api("secretariat").post(address, other).status_code == 400


def test_a_member_is_not_retired_and_a_retired_unit_leaves_the_lists(cast):
    office = cast.api("secretariat")
    refused = office.post(f"/api/v1/organizations/{cast.zones['quanzhou'].pk}/retire/", {"reason": "x"})
    assert refused.status_code == 409
    bank = f"/api/v1/organizations/{cast.bank_unit.pk}/"
    assert office.post(f"{bank}retire/", {"reason": "合并"}).json()["active"] is False
    assert cast.api("delegate").get(bank).status_code == 404
    assert office.post(f"{bank}retire/", {"reason": "合并"}).status_code == 409
    assert office.post(f"{bank}restore/").json()["active"] is True


def test_somebody_elses_change_meanwhile_is_seen(cast):
    unit = cast.company_unit
    address = f"/api/v1/organizations/{unit.pk}/edit/"
    assert cast.api("company").post(address, {"name_zh": "甲", "version": unit.version}).status_code == 200
    late = cast.api("company").post(address, {"name_zh": "乙", "version": unit.version})
    assert late.status_code == 409


def test_the_list_filters_by_kind_industry_and_search(cast):
    cast.company_unit.industries.add(cast.industry)
    other = Industry.objects.create(code="ai", name_zh="人工智能", name_en="AI")
    browser = cast.client("secretariat")

    def names(query):
        rows = browser.get(f"/members/organizations/?{query}").context["table"]["rows"]
        return {str(row["object"]) for row in rows}

    assert names("kind=bank") == {"示例银行"}
    assert names(f"industry={cast.industry.pk}") == {"示例企业一"}
    assert names(f"industry={other.pk}") == set()
    assert names(f"zone={cast.zones['xiamen-torch'].pk}") == {"示例企业一"}
    assert names("search=示例企业") == {"示例企业一"}
    assert names("search=slyh") == {"示例银行"}


def test_the_list_costs_the_same_for_one_and_for_three(cast, django_assert_num_queries):
    browser = cast.client("secretariat")
    for number in (1, 2, 3):
        unit = Organization.objects.create(code=f"fund-{number}", kind="fund", name_zh=f"基金{number}")
        unit.industries.add(cast.industry)
        if number != 2:
            with django_assert_num_queries(10):
                answer = browser.get("/members/organizations/?kind=fund")
            assert len(answer.context["table"]["rows"]) == number


def test_the_list_is_exported_as_it_is_filtered(cast):
    answer = cast.client("delegate").get("/members/organizations/?kind=bank&export=xlsx")
    assert answer.status_code == 200
    assert "spreadsheetml" in answer["Content-Type"]
