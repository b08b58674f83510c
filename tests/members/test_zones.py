"""Zones: the public directory, the profile, figures with their source."""

import pytest

from core.models import Event
from members.models import Figure, Zone


def test_the_directory_is_public_and_puts_national_zones_first(cast):
    cast.all_eleven()
    rows = cast.client().get("/members/zones/").context["table"]["rows"]
    levels = [row["object"].zone_profile.level for row in rows]
    assert levels == ["national"] * 7 + ["provincial"] * 4
    assert [row["object"].code for row in rows][:3] == ["fuzhou", "xiamen-torch", "quanzhou"]


def test_the_map_shows_every_zone_with_a_place(cast):
    Zone.objects.filter(organization=cast.zones["fuzhou"]).update(lat="26.03", lon="119.19")
    page = cast.client().get("/members/zones/").content.decode()
    assert page.count('class="tile row-') == 1


def test_the_public_page_names_no_person_and_offers_no_act(cast):
    page = cast.client().get(f"/members/zones/{cast.zones['fuzhou'].pk}/").content.decode()
    assert "福州高新技术产业开发区" in page
    assert "成员代表" not in page
    assert "修改园区档案" not in page


def test_those_inside_see_the_contacts(cast):
    page = cast.client("delegate").get(f"/members/zones/{cast.zones['fuzhou'].pk}/").content.decode()
    assert "福州高新区 成员代表" in page


def test_the_editor_keeps_the_profile_but_not_the_level(cast):
    own = cast.zones["xiamen-torch"]
    given = {"county": "湖里区", "founded_year": 1990, "area_km2": "13.75", "level": "provincial"}
    assert (
        cast.client("editor").post(f"/members/organizations/{own.pk}/edit_profile/", given).status_code == 302
    )
    profile = Zone.objects.get(organization=own)
    assert (profile.county, profile.founded_year, profile.level) == ("湖里区", 1990, "national")
    changed = Event.objects.get(kind="members.organization.edit_profile").data["profile"]
    assert changed["founded_year"] == ["None", "1990"]


@pytest.mark.parametrize(
    ("who", "code"), [("delegate_b", 403), ("liaison", 403), ("company", 403), ("secretariat", 200)]
)
def test_who_may_edit_a_profile(cast, who, code):
    address = f"/members/organizations/{cast.zones['xiamen-torch'].pk}/edit_profile/"
    assert cast.client(who).get(address).status_code == code


def test_a_figure_needs_year_and_publisher(cast):
    address = f"/api/v1/zones/{cast.zones['xiamen-torch'].pk}/add_figure/"
    refused = cast.api("editor").post(address, {"name_zh": "规上工业产值", "value": "4000", "unit": "亿元"})
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {"year", "publisher"}


def test_a_figure_is_shown_with_year_and_source_and_can_be_taken_out(cast):
    own = cast.zones["xiamen-torch"]
    given = {
        "name_zh": "规上工业产值",
        "value": "4000.5",
        "unit": "亿元",
        "year": 2024,
        "publisher": "火炬管委会",
    }
    answer = cast.api("editor").post(f"/api/v1/zones/{own.pk}/add_figure/", given).json()
    assert answer["figures"][0]["source"]["publisher"] == "火炬管委会"
    page = cast.client().get(f"/members/zones/{own.pk}/").content.decode()
    assert "4,000.5 亿元" in page
    assert "火炬管委会" in page
    taken = {"figure": Figure.objects.get().pk, "reason": "口径有误"}
    foreign = f"/api/v1/zones/{cast.zones['quanzhou'].pk}/remove_figure/"
    assert cast.api("delegate_b").post(foreign, taken).status_code == 400
    assert cast.api("editor").post(f"/api/v1/zones/{own.pk}/remove_figure/", taken).json()["figures"] == []
    assert (
        Event.objects.get(kind="members.organization.remove_figure").data["figure"]
        == "规上工业产值 4000.5亿元"
    )


def test_a_zone_without_profile_still_has_a_page(cast):
    Zone.objects.all().delete()
    assert cast.client("secretariat").get(f"/members/zones/{cast.zones['fuzhou'].pk}/").status_code == 200
    assert cast.client().get("/members/zones/").status_code == 200


def test_the_zone_list_costs_the_same_for_three_and_for_eleven(cast, django_assert_num_queries):
    browser = cast.client()
    with django_assert_num_queries(5):
        browser.get("/members/zones/")
    cast.all_eleven()
    with django_assert_num_queries(5):
        browser.get("/members/zones/")


def test_the_zone_page_costs_the_same_with_more_figures(cast, django_assert_num_queries):
    browser = cast.client("secretariat")
    page = f"/members/zones/{cast.zones['xiamen-torch'].pk}/"
    browser.get(page)
    for number in (1, 3):
        for _each in range(number):
            Figure.objects.create(organization=cast.zones["xiamen-torch"], name_zh="产值", value=1, year=2024)
        with django_assert_num_queries(12):
            browser.get(page)
