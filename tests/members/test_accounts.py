"""Accounts: the invitation and its one-time link, the own profile, closing an account, the API token."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from rest_framework.authtoken.models import Token

from core.models import Event
from members import accounts, jobs
from members.models import AccountInvitation, Mandate, User
from tests.cast import PASSWORD

STRONG = "granite-lantern-42"


@pytest.fixture(autouse=True)
def _fresh_counters(db):
    cache.clear()


@pytest.fixture
def letter(cast, django_capture_on_commit_callbacks):
    """Invite a liaison as the delegate does, let the worker send, and give the path in the mail."""
    given = {
        "email": "New@Example.org",
        "name": "新联络员",
        "unit": cast.zones["xiamen-torch"].pk,
        "role": "liaison",
    }
    with django_capture_on_commit_callbacks():
        assert cast.client("delegate").post("/members/invitations/new/", given).status_code == 302
    assert jobs.send_invitations() == 1
    return path_in(mail.outbox[-1])


def path_in(message):
    return re.search(r"http://testserver(/members/accept/\S+)", message.body).group(1)


def accept(browser, path, **given):
    return browser.post(path, {"name": "新联络员", "password": STRONG, "again": STRONG, **given})


def test_an_invited_person_opens_an_account_and_is_signed_in_for_the_unit(cast, letter):
    assert mail.outbox[-1].to == ["new@example.org"]
    assert "厦门火炬高新区" in mail.outbox[-1].subject
    browser = cast.client()
    assert "厦门火炬高新区" in browser.get(letter).content.decode()
    answer = accept(browser, letter)
    assert answer.status_code == 302
    person = User.objects.get(email="new@example.org")
    assert (person.unit, person.role) == (cast.zones["xiamen-torch"], "liaison")
    assert browser.get("/profile/").context["user"] == person
    assert browser.login(username="new@example.org", password=STRONG)


def test_the_link_works_once_and_is_cached_nowhere(cast, letter):
    assert "no-store" in cast.client().get(letter)["Cache-Control"]
    accept(cast.client(), letter)
    assert cast.client().get(letter).status_code == 410
    assert accept(cast.client(), letter).status_code == 410
    assert User.objects.filter(email="new@example.org").count() == 1


def test_a_mail_is_sent_once_however_often_the_worker_sweeps(cast, letter):
    assert jobs.send_invitations() == 0
    assert len(mail.outbox) == 1


def test_an_invitation_that_cannot_be_written_does_not_hold_up_the_others(cast):
    for email in ("bad\naddress@example.org", "good@example.org"):
        AccountInvitation.objects.create(
            email=email,
            name="新联络员",
            unit=cast.zones["xiamen-torch"],
            role="liaison",
            expires_at=timezone.now() + accounts.VALID,
        )
    assert jobs.send_invitations() == 1
    assert [message.to for message in mail.outbox] == [["good@example.org"]]
    assert AccountInvitation.objects.get(sent_at=None).email == "bad\naddress@example.org"


def test_an_expired_withdrawn_or_forged_link_is_refused(cast, letter):
    invitation = AccountInvitation.objects.get()
    assert cast.client().get(letter.rstrip("/") + "x/").status_code == 410
    invitation.expires_at = timezone.now() - timedelta(minutes=1)
    invitation.save()
    assert accept(cast.client(), letter).status_code == 410
    invitation.expires_at = timezone.now() + timedelta(days=1)
    invitation.save()
    assert cast.client("delegate").post(f"/members/invitations/{invitation.pk}/withdraw/").status_code == 302
    assert accept(cast.client(), letter).status_code == 410
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_resent_invitation_kills_the_old_link(cast, letter):
    invitation = AccountInvitation.objects.get()
    assert cast.client("delegate").post(f"/members/invitations/{invitation.pk}/resend/").status_code == 302
    assert jobs.send_invitations() == 1
    assert cast.client().get(letter).status_code == 410
    assert cast.client().get(path_in(mail.outbox[-1])).status_code == 200


@pytest.mark.parametrize(
    ("password", "again"),
    [("short", "short"), ("password1234", "password1234"), (STRONG, STRONG + "x"), ("", "")],
)
def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays_open(cast, letter, password, again):
    answer = accept(cast.client(), letter, password=password, again=again)
    assert answer.status_code == 400
    assert AccountInvitation.objects.get().accepted_at is None


def test_an_existing_account_signs_in_and_gets_the_mandate(cast, letter):
    cast.stranger.email = "new@example.org"
    cast.stranger.save()
    cast.stranger.emailaddress_set.update(email="new@example.org")
    page = cast.client().get(letter)
    assert "/accounts/login/?next=" in page.content.decode()
    assert cast.client("company").post(letter).status_code == 200
    assert cast.client("stranger").post(letter).status_code == 302
    assert cast.person("stranger").unit == cast.zones["xiamen-torch"]
    assert Mandate.objects.filter(person=cast.company).count() == 1


def test_a_signed_in_stranger_to_the_link_cannot_take_it(cast, letter):
    cast.stranger.email = "new@example.org"
    cast.stranger.save()
    cast.client("bank").post(letter)
    assert AccountInvitation.objects.get().accepted_at is None


def test_the_code_of_a_link_is_in_no_journal_and_on_no_page(cast, letter):
    invitation = AccountInvitation.objects.get()
    cast.client("delegate").post(f"/members/invitations/{invitation.pk}/resend/")
    invitation.refresh_from_db()
    assert not any(invitation.code in str(event.data) for event in Event.objects.all())
    page = cast.client("secretariat").get(f"/members/invitations/{invitation.pk}/").content.decode()
    assert invitation.code not in page
    assert accounts.link(invitation) not in page


def test_who_may_invite_whom(cast):
    given = {
        "email": "x@example.org",
        "name": "某人",
        "unit": cast.zones["xiamen-torch"].pk,
        "role": "delegate",
    }
    assert cast.client("delegate").post("/members/invitations/new/", given).status_code == 400
    assert cast.client("liaison").post("/members/invitations/new/", given).status_code == 403
    assert cast.client("secretariat").post("/members/invitations/new/", given).status_code == 302
    again = cast.client("secretariat").post("/members/invitations/new/", given)
    assert again.status_code == 400
    invitation = AccountInvitation.objects.get()
    assert cast.client("delegate").get(f"/members/invitations/{invitation.pk}/").status_code == 404
    assert cast.client("liaison").get("/members/invitations/").status_code == 403


def test_a_person_changes_the_own_details_only(cast):
    own = f"/members/accounts/{cast.editor.pk}/edit/"
    answer = cast.client("editor").post(
        f"{own}?next=/profile/", {"name": "新名", "phone": "0592-1", "language": "en", "next": "/profile/"}
    )
    assert answer.url == "/profile/"
    cast.editor.refresh_from_db()
    assert (cast.editor.name, cast.editor.language) == ("新名", "en")
    assert cast.client("secretariat").get(own).status_code == 403
    assert cast.client("delegate_b").get(own).status_code == 404


def test_a_closed_account_loses_sessions_and_tokens_at_once(cast):
    browser, program = cast.client(), cast.api("editor")
    browser.post("/accounts/login/", {"login": "xiamen-torch-editor", "password": PASSWORD})
    assert browser.get("/profile/").status_code == 200
    page = f"/members/accounts/{cast.editor.pk}/"
    assert cast.client("secretariat").post(f"{page}deactivate/", {"reason": "离职"}).status_code == 302
    assert browser.get("/profile/").status_code == 302
    assert program.get("/api/v1/zones/").status_code == 401
    assert not Token.objects.filter(user=cast.editor).exists()
    refused = cast.client().post("/accounts/login/", {"login": "xiamen-torch-editor", "password": PASSWORD})
    assert "_auth_user_id" not in refused.wsgi_request.session
    assert cast.client("secretariat").post(f"{page}reactivate/").status_code == 302
    assert cast.client().login(username="xiamen-torch-editor", password=PASSWORD)


def test_no_password_reaches_the_journal(cast):
    cast.client("secretariat").post(f"/members/accounts/{cast.editor.pk}/deactivate/", {"reason": "离职"})
    changes = Event.objects.get(kind="members.user.deactivate").data["changes"]
    assert set(changes) == {"is_active"}


def test_nobody_closes_the_own_account_or_without_right(cast):
    own = f"/members/accounts/{cast.secretariat.pk}/deactivate/"
    assert cast.client("secretariat").post(own, {"reason": "x"}).status_code == 403
    colleague = f"/members/accounts/{cast.liaison.pk}/deactivate/"
    assert cast.client("delegate").post(colleague, {"reason": "x"}).status_code == 403


def test_the_list_of_accounts_costs_the_same_for_more(cast, django_assert_num_queries):
    browser = cast.client("secretariat")
    for _round in range(2):
        with django_assert_num_queries(7):
            assert browser.get("/members/accounts/").status_code == 200
        cast.all_eleven()
        for code in ("zhangzhou", "putian"):
            cast.delegate_of(code)


# --- the pages that come from allauth --------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    ["/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/", "/profile/"],
)
def test_the_pages_about_the_own_account_answer(cast, page):
    browser = cast.client()
    browser.post("/accounts/login/", {"login": "xiamen-torch-editor", "password": PASSWORD})
    assert browser.get(page, follow=True).status_code == 200


def test_a_forgotten_password_is_reset_by_mail_in_chinese(cast):
    browser = cast.client()
    browser.post("/accounts/password/reset/", {"email": cast.editor.email})
    path = re.search(r"http://\S+?(/accounts/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    form = browser.get(path, follow=True)
    cast.api("editor")
    browser.post(form.request["PATH_INFO"], {"password1": STRONG, "password2": STRONG})
    assert not Token.objects.exists()
    assert cast.client().login(username="xiamen-torch-editor", password=STRONG)
    # The last mail is the receipt that the password was changed.
    assert all("testserver" not in message.subject for message in mail.outbox)
    assert "福建省国家高新区高质量发展（产业）联盟" in mail.outbox[0].body
    assert "密码" in mail.outbox[0].subject


def test_nobody_signs_up(cast):
    answer = cast.client().post(
        "/accounts/signup/", {"username": "x", "email": "x@example.org", "password1": STRONG}
    )
    assert answer.status_code == 200
    assert not User.objects.filter(username="x").exists()


# --- tokens -----------------------------------------------------------------------------------


def test_a_program_gets_a_token_by_name_or_mail(cast):
    program = cast.api()
    by_name = program.post("/api/v1/token/", {"username": "xiamen-torch-editor", "password": PASSWORD})
    by_mail = program.post("/api/v1/token/", {"username": cast.editor.email, "password": PASSWORD})
    assert by_name.json() == by_mail.json()
    program.credentials(HTTP_AUTHORIZATION=f"Token {by_name.json()['token']}")
    assert program.get("/api/v1/zones/").status_code == 200


def test_a_wrong_password_is_bad_input_in_the_one_shape(cast):
    answer = cast.api().post("/api/v1/token/", {"username": "xiamen-torch-editor", "password": "wrong"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"detail", "errors"}
    missing = cast.api().post("/api/v1/token/", {"username": "x"})
    assert missing.json()["errors"]["password"]


def test_many_tries_are_slowed_down(cast):
    codes = [
        cast.api().post("/api/v1/token/", {"username": f"nobody-{n}", "password": "wrong"}).status_code
        for n in range(12)
    ]
    assert codes[:10] == [400] * 10
    assert codes[10:] == [429, 429]


def test_two_step_sign_in_holds_for_tokens_too(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.editor, secret)
    given = {"username": "xiamen-torch-editor", "password": PASSWORD}
    refused = cast.api().post("/api/v1/token/", given)
    assert refused.status_code == 400
    assert refused.json()["errors"]["code"]
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert cast.api().post("/api/v1/token/", {**given, "code": code}).status_code == 200


def test_a_person_makes_the_token_useless(cast):
    program = cast.api("editor")
    cast.client("editor").post("/profile/token/")
    assert program.get("/api/v1/zones/").status_code == 401


def test_a_new_password_ends_the_token_that_the_old_one_opened(cast):
    program, browser = cast.api("delegate"), cast.client("delegate")
    assert program.get("/api/v1/meetings/").status_code == 200
    assert browser.post("/accounts/login/", {"login": cast.delegate.username, "password": PASSWORD})
    answer = browser.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": STRONG, "password2": STRONG},
    )
    assert answer.status_code == 302
    assert cast.person("delegate").check_password(STRONG)
    assert program.get("/api/v1/meetings/").status_code == 401


def test_an_address_that_was_only_typed_in_is_nobodys_until_it_is_proven(cast):
    """Else whoever types in another person's address would be given that person's mandate."""
    browser = cast.client("stranger")
    browser.post("/accounts/login/", {"login": cast.stranger.username, "password": PASSWORD})
    wanted = "new.delegate@example.org"
    browser.post("/accounts/email/", {"email": wanted, "action_add": ""})
    assert cast.person("stranger").email == "stranger@example.org"
    assert accounts.account_with(wanted) is None
    appointed = {"person": wanted, "unit": cast.zones["quanzhou"].pk, "role": "delegate"}
    assert cast.client("secretariat").post("/members/mandates/new/", appointed).status_code == 400
    path = re.search(r"http://\S+?(/accounts/confirm-email/\S+)", mail.outbox[-1].body).group(1)
    browser.post(path)
    assert accounts.account_with(wanted) == cast.stranger
    assert cast.person("stranger").email == wanted
