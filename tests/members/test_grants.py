"""Single rights: the guest of one meeting sees that meeting, and nothing else of it follows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Notice
from meetings.models import Meeting


@pytest.fixture
def meetings(cast):
    starts = timezone.now() + timedelta(days=20)
    return [
        Meeting.objects.create(
            title=title, starts_at=starts, ends_at=starts + timedelta(hours=2), state="called"
        )
        for title in ("第一场", "第二场")
    ]


def test_a_bank_is_the_guest_of_one_meeting_until_the_right_is_taken_back(cast, meetings):
    first, second = meetings
    given = {"unit": cast.bank_unit.pk, "permission": "meetings.view_meeting"}
    guest, office = cast.api("bank"), cast.api("secretariat")
    assert guest.get(f"/api/v1/meetings/{first.pk}/").status_code == 404
    assert office.post(f"/api/v1/meetings/{first.pk}/grant/", given).status_code == 200
    assert guest.get(f"/api/v1/meetings/{first.pk}/").status_code == 200
    assert guest.get(f"/api/v1/meetings/{second.pk}/").status_code == 404
    assert cast.api("company").get(f"/api/v1/meetings/{first.pk}/").status_code == 404
    assert Notice.objects.filter(person=cast.bank, title="邀请贵单位列席“第一场”").exists()
    assert office.post(f"/api/v1/meetings/{first.pk}/revoke/", given).status_code == 200
    assert guest.get(f"/api/v1/meetings/{first.pk}/").status_code == 404


def test_the_right_belongs_to_the_unit_and_goes_with_the_mandate(cast, meetings):
    given = {"unit": cast.bank_unit.pk, "permission": "meetings.view_meeting"}
    cast.api("secretariat").post(f"/api/v1/meetings/{meetings[0].pk}/grant/", given)
    address = f"/api/v1/meetings/{meetings[0].pk}/"
    cast.bank.mandates.update(ends_on=timezone.localdate() - timedelta(days=1))
    cast.appoint(cast.stranger, cast.bank_unit, "bank")
    assert cast.api("bank").get(address).status_code == 404
    assert cast.api("stranger").get(address).status_code == 200


def test_only_the_secretariat_opens_a_meeting(cast, meetings):
    given = {"unit": cast.bank_unit.pk, "permission": "meetings.view_meeting"}
    answer = cast.api("chair").post(f"/api/v1/meetings/{meetings[0].pk}/grant/", given)
    assert answer.status_code in (403, 404)
    assert cast.api("bank").get(f"/api/v1/meetings/{meetings[0].pk}/").status_code == 404
