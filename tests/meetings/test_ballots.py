"""A secret ballot: a frozen roll, detached papers, two scrutineers, a bulletin that anybody counts again."""

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile

import pytest
from django.contrib.sessions.models import Session

from core import events
from core.models import Event, Notice
from meetings import ballots, bulletins, votes
from meetings.models import CharterRule, Motion, Scrutineer, SealedBallot, SecretBallot, Vote

from .sitting import Sitting

CHOICES = {
    "fuzhou": "for",
    "xiamen-torch": "for",
    "quanzhou": "against",
    "zhangzhou": "abstain",
    "putian": "for",
}


@pytest.fixture
def sitting(cast):
    cast.all_eleven()
    return Sitting(cast)


def secret(sitting, scrutineers=("quanzhou", "zhangzhou"), opened=True, **more):
    """A secret motion with eleven units in the room, opened by the scrutineers' consent."""
    cast = sitting.cast
    sitting.arrive()
    motion = sitting.motion(method="secret", **more)
    ballots.name_scrutineers(motion, by=sitting.by, units=[cast.zones[code] for code in scrutineers])
    if opened:
        for code in scrutineers:
            ballots.confirm(motion, by=cast.delegate_of(code))
        votes.open(motion, by=sitting.by)
    return motion


def code_of(text):
    return hashlib.md5(text.encode()).hexdigest()


def hand_in(sitting, motion, code, choice, **more):
    delegate = sitting.cast.delegate_of(code)
    return ballots.hand_in(motion, by=delegate, choice=choice, code=code_of(code), **more)


def close(sitting, motion):
    for each in Scrutineer.objects.filter(motion=motion).select_related("unit"):
        ballots.confirm(motion, by=sitting.cast.delegate_of(each.unit.code))
    return votes.close(motion, by=sitting.by)


def post(client, motion, verb="hand_in", **given):
    return client.post(f"/meetings/motions/{motion.pk}/{verb}/", given)


# --- opening ------------------------------------------------------------------------------------


def test_a_rule_that_wants_secrecy_forces_it(cast, sitting):
    motion = sitting.motion(rule="chair_election")
    assert motion.method == "secret"
    given = {"item": sitting.add_item("另一项").pk, "text": "是否同意？", "rule": "chair_election"}
    answer = cast.api("secretariat").post("/api/v1/motions/", {**given, "method": "show_of_hands"})
    assert answer.status_code == 400
    assert "method" in answer.data["errors"]
    CharterRule.objects.filter(code="ordinary").update(secret=True)
    assert (
        cast.api("secretariat").post("/api/v1/motions/", {**given, "rule": "ordinary"}).data["method"]
        == "secret"
    )


def test_two_scrutineers_of_two_units_confirm_before_it_opens(cast, sitting):
    motion = secret(sitting, opened=False)
    clerk = cast.client("secretariat")
    assert "两名监票人均须先确认启封" in post(clerk, motion, "open").content.decode()
    assert post(cast.client("delegate_b"), motion, "confirm").status_code == 302
    assert post(cast.client("delegate_b"), motion, "confirm").status_code == 409
    assert post(cast.client("delegate"), motion, "confirm").status_code == 403
    assert post(clerk, motion, "open").status_code == 409
    assert post(cast.client(cast.delegate_of("zhangzhou")), motion, "confirm").status_code == 302
    assert post(clerk, motion, "open").status_code == 302
    motion.refresh_from_db()
    assert len(motion.fingerprint) == 64


@pytest.mark.parametrize("codes", [["fuzhou"], ["fuzhou", "fuzhou"], ["fuzhou", "putian", "sanming"], []])
def test_one_unit_alone_does_not_watch(cast, sitting, codes):
    sitting.arrive()
    motion = sitting.motion(method="secret")
    units = [cast.zones[code].pk for code in codes]
    assert post(cast.client("secretariat"), motion, "name_scrutineers", units=units).status_code == 400


def test_the_unit_whose_nomination_is_voted_on_does_not_watch(cast, sitting):
    from meetings import chair

    nomination = chair.nominate(by=cast.person("delegate"), unit=cast.zones["xiamen-torch"])
    item = sitting.add_item("主任单位", subject=nomination, rule="chair_election")
    motion = sitting.motion(item=item)
    units = [cast.zones[code].pk for code in ("xiamen-torch", "putian")]
    answer = post(cast.client("secretariat"), motion, "name_scrutineers", units=units)
    assert answer.status_code == 400
    assert "参选单位不担任监票人" in answer.content.decode()


def test_after_the_opening_nobody_is_recused_and_the_roll_stays(cast, sitting):
    motion = secret(sitting)
    answer = post(cast.client("delegate"), motion, "recuse", reason="利害关系")
    assert answer.status_code == 409
    assert motion.seats.filter(recused=True).count() == 0


# --- handing in ---------------------------------------------------------------------------------


def test_a_ballot_is_handed_in_once_and_its_receipt_shown_once(cast, sitting):
    motion = secret(sitting)
    client = cast.client("delegate")
    sessions = set(Session.objects.values_list("session_key", "session_data"))
    page = client.get(f"/meetings/motions/{motion.pk}/hand_in/")
    assert "no-store" in page["Cache-Control"]
    assert "数据库运维人员在投票期间理论上具备技术条件" in page.content.decode()
    answer = post(client, motion, choice="against", unit=cast.zones["xiamen-torch"].pk)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert set(answer.cookies) <= {"csrftoken"}
    assert set(Session.objects.values_list("session_key", "session_data")) == sessions
    main = text[text.index("<main") :]
    assert "反对" not in main
    assert "against" not in text
    code = re.search(r'<p class="code">([0-9a-f ]+)</p>', text)[1].replace(" ", "")
    assert len(code) == 32
    paper = SecretBallot.objects.get()
    assert paper.code_hash == hashlib.sha256(f"{motion.pk}:{code}".encode()).hexdigest()
    assert post(client, motion, choice="for").status_code == 409
    assert SecretBallot.objects.count() == 1
    assert not Vote.objects.exists()


def test_the_rows_of_a_ballot_have_no_place_for_a_unit_a_person_or_a_time():
    for model in (SecretBallot, SealedBallot):
        assert {field.name for field in model._meta.get_fields()} == {"id", "motion", "choice", "code_hash"}
        assert model._meta.pk.get_internal_type() == "UUIDField"


def test_no_ballot_stands_in_the_admin_the_api_the_search_or_the_journal(cast, sitting, caplog):
    from django.contrib import admin

    from alliance.api import router
    from core import permissions

    caplog.set_level("DEBUG")
    motion = secret(sitting)
    before = Event.objects.count()
    for code, choice in CHOICES.items():
        hand_in(sitting, motion, code, choice)
    post(cast.client(cast.delegate_of("longyan")), motion, choice="abstain")
    assert Event.objects.count() == before
    assert not Notice.objects.filter(event__kind="meetings.motion.hand_in").exists()
    models = {SecretBallot, SealedBallot, Scrutineer}
    assert not models & set(admin.site._registry)
    assert not models & {getattr(viewset, "model", None) for _prefix, viewset, _name in router.registry}
    assert not models & set(permissions.visible_models())
    assert "abstain" not in caplog.text
    seen = cast.api("secretariat").get(f"/api/v1/motions/{motion.pk}/").data
    assert {seat["voted"] for seat in seen["roll"]} == {None}
    assert {seat["choice"] for seat in seen["roll"]} == {None}
    assert seen["result"] is None


def test_nobody_is_shown_choices_or_names_before_the_close_only_how_many(cast, sitting):
    motion = secret(sitting)
    clerk = cast.client("secretariat")
    pages = [
        f"/meetings/motions/{motion.pk}/",
        f"/meetings/meetings/{sitting.meeting.pk}/room/",
        f"/meetings/meetings/{sitting.meeting.pk}/projector/",
    ]
    hand_in(sitting, motion, "fuzhou", "for")
    one = [strip(clerk.get(page).content.decode()) for page in pages]
    Motion.objects.filter(pk=motion.pk).update(state="draft")
    motion.seats.update(voted=False)
    SecretBallot.objects.all().delete()
    Motion.objects.filter(pk=motion.pk).update(state="open")
    hand_in(sitting, motion, "putian", "against")
    Motion.objects.filter(pk=motion.pk).update(version=motion.version)
    other = [strip(clerk.get(page).content.decode()) for page in pages]
    assert one == other
    assert "1 / 11" in one[2] or "1 / 11" in one[1]


def strip(page):
    page = re.sub(r'csrf[^>]*value="[^"]*"|seen=[\d.]+|nonce="[^"]*"|value="[A-Za-z0-9]{64}"', "", page)
    return re.sub(r"hx-headers='[^']*'", "", page)


@pytest.mark.parametrize("code", ["", "short", "Z" * 32, "a" * 33])
def test_a_program_brings_its_own_code(cast, sitting, code):
    motion = secret(sitting)
    program = cast.api("delegate")
    address = f"/api/v1/motions/{motion.pk}/hand_in/"
    assert program.post(address, {"choice": ["for"], "code": code}).status_code == 400
    answer = program.post(address, {"choice": ["for"], "code": "ab" * 16})
    assert answer.status_code == 200
    assert "ab" * 16 not in str(answer.data)


def test_a_code_is_not_used_twice_and_an_unknown_choice_is_refused(cast, sitting):
    motion = secret(sitting)
    hand_in(sitting, motion, "fuzhou", "for")
    client = cast.client("delegate")
    assert post(client, motion, choice="for", code=code_of("fuzhou")).status_code == 400
    assert post(client, motion, choice="maybe").status_code == 400
    assert post(client, motion, choice=["for", "against"]).status_code == 400
    assert post(client, motion).status_code == 400
    assert motion.seats.filter(voted=True).count() == SecretBallot.objects.count() == 1


@pytest.mark.parametrize("who", ["liaison", "editor", "secretariat"])
def test_whoever_has_no_vote_has_no_ballot(cast, sitting, who):
    motion = secret(sitting)
    assert post(cast.client(who), motion, choice="for").status_code == 403


def test_no_open_vote_is_cast_on_a_secret_question(cast, sitting):
    motion = secret(sitting)
    assert post(cast.client("delegate"), motion, "cast", choice="for").status_code == 409
    given = {"votes": json.dumps({str(cast.zones["putian"].pk): "for"})}
    assert post(cast.client("secretariat"), motion, "enter", **given).status_code == 409


# --- closing ------------------------------------------------------------------------------------


def test_one_scrutineer_cannot_close_and_two_shut_the_box(cast, sitting):
    motion = secret(sitting)
    hand_in(sitting, motion, "fuzhou", "for")
    clerk = cast.client("secretariat")
    assert post(clerk, motion, "close").status_code == 409
    ballots.confirm(motion, by=cast.delegate_of("quanzhou"))
    assert post(clerk, motion, "close").status_code == 409
    hand_in(sitting, motion, "putian", "for")
    ballots.confirm(motion, by=cast.delegate_of("zhangzhou"))
    answer = post(cast.client("delegate"), motion, choice="for")
    assert answer.status_code == 409
    assert "监票人均已封箱" in answer.content.decode()
    assert post(clerk, motion, "close").status_code == 302
    motion.refresh_from_db()
    assert votes.decision(motion).counts.for_ == 2


def test_the_sealed_box_gives_the_sum_the_bulletin_and_its_digest(cast, sitting):
    motion = secret(sitting)
    for code, choice in CHOICES.items():
        hand_in(sitting, motion, code, choice)
    close(sitting, motion)
    counts = votes.decision(motion).counts
    assert (counts.for_, counts.against, counts.abstain) == (3, 1, 1)
    assert (counts.issued, counts.received) == (11, 5)
    assert motion.passed is False
    assert not SecretBallot.objects.exists()
    data = json.loads(motion.bulletin)
    receipts = [line["receipt"] for line in data["ballots"]]
    assert receipts == sorted(receipts)
    own = hashlib.sha256(f"{motion.pk}:{code_of('quanzhou')}".encode()).hexdigest()
    assert [line["choice"] for line in data["ballots"] if line["receipt"] == own] == ["against"]
    event = events.timeline(motion).get(kind="meetings.motion.close")
    assert event.data["bulletin"] == hashlib.sha256(motion.bulletin.encode()).hexdigest()
    assert "for" not in set(event.data["changes"])
    page = cast.client("delegate").get(f"/meetings/motions/{motion.pk}/").content.decode()
    assert event.data["bulletin"] in page
    assert own in page


def test_the_minutes_carry_the_digest_of_the_bulletin(cast, sitting):
    from meetings import minutes_draft

    motion = secret(sitting)
    for code, choice in CHOICES.items():
        hand_in(sitting, motion, code, choice)
    close(sitting, motion)
    facts = minutes_draft.facts(sitting.meeting, motion.closed_at)
    text = minutes_draft.text(facts)
    assert "无记名投票" in text
    assert bulletins.digest(motion) in text


@pytest.fixture
def bundle(cast, sitting, tmp_path):
    motion = secret(sitting)
    for code, choice in CHOICES.items():
        hand_in(sitting, motion, code, choice)
    close(sitting, motion)
    answer = cast.client("delegate_b").get(f"/meetings/motions/{motion.pk}/bulletin.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    return motion, tmp_path


def verify(folder, *arguments):
    command = [sys.executable, "-I", "verify.py", "bulletin.json", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_verify_py_counts_again_and_finds_the_voters_line(bundle):
    motion, folder = bundle
    status, said = verify(folder, code_of("quanzhou"))
    assert status == 0, said
    assert bulletins.digest(motion) in said
    assert "Your ballot: 反对" in said
    assert "同意: 3 of 11, needed 6: not reached" in said
    assert "is not in this bulletin" in verify(folder, "0" * 32)[1]
    assert len((folder / "verify.py").read_text().splitlines()) <= 60


def test_verify_py_sees_a_changed_ballot_a_lost_one_and_a_false_result(bundle):
    _motion, folder = bundle
    whole = json.loads((folder / "bulletin.json").read_text())
    changed = json.loads(json.dumps(whole))
    changed["ballots"][0]["choice"] = "for" if changed["ballots"][0]["choice"] != "for" else "against"
    lost = {**whole, "ballots": whole["ballots"][1:]}
    for wrong in (changed, lost, {**whole, "outcome": "passed"}):
        (folder / "bulletin.json").write_text(json.dumps(wrong))
        assert verify(folder)[0] == 1


def test_more_ballots_than_marks_make_it_void_and_it_is_voted_on_again(cast, sitting):
    motion = secret(sitting)
    for code, choice in CHOICES.items():
        hand_in(sitting, motion, code, choice)
    SecretBallot.objects.create(motion=motion, choice="for", code_hash="0" * 64)
    close(sitting, motion)
    assert votes.decision(motion).outcome == "void"
    assert motion.passed is None
    answer = post(cast.client("secretariat"), motion, "vote_again")
    assert answer.status_code == 302
    again = Motion.objects.get(previous=motion)
    assert (again.round, again.method, again.state) == (2, "secret", "draft")
    assert post(cast.client("secretariat"), motion, "vote_again").status_code == 409


def test_a_void_motion_leaves_no_ballots(cast, sitting):
    motion = secret(sitting)
    hand_in(sitting, motion, "fuzhou", "for")
    votes.void(motion, by=sitting.by, reason="表述有误")
    assert not SecretBallot.objects.exists()


# --- on paper -----------------------------------------------------------------------------------


def test_both_scrutineers_type_the_same_count_of_papers_or_count_again(cast, sitting):
    sitting.arrive()
    motion = sitting.motion(method="paper")
    ballots.name_scrutineers(motion, by=sitting.by, units=[cast.zones["quanzhou"], cast.zones["zhangzhou"]])
    for code in ("quanzhou", "zhangzhou"):
        ballots.confirm(motion, by=cast.delegate_of(code))
    votes.open(motion, by=sitting.by)
    first, second = cast.client("delegate_b"), cast.client(cast.delegate_of("zhangzhou"))
    clerk = cast.client("secretariat")
    given = {"issued": 11, "received": 10, "invalid": 1, "mark_for": 6, "mark_against": 2, "mark_abstain": 1}
    assert post(clerk, motion, "enter_count", **given).status_code == 403
    assert post(first, motion, "enter_count", **{**given, "mark_for": 7}).status_code == 400
    assert post(first, motion, "enter_count", **given).status_code == 302
    other = {**given, "mark_for": 5, "mark_against": 3}
    assert post(second, motion, "enter_count", **other).status_code == 302
    answer = post(clerk, motion, "close")
    assert answer.status_code == 409
    assert "两份计票结果不一致" in answer.content.decode()
    assert post(second, motion, "enter_count", **given).status_code == 302
    assert post(clerk, motion, "close").status_code == 302
    motion.refresh_from_db()
    counts = votes.decision(motion).counts
    assert (counts.for_, counts.invalid, counts.issued, counts.received) == (6, 1, 11, 10)
    assert motion.passed


@pytest.mark.parametrize("address", ["proxies/new/?meeting=²", "motions/election/?item=²"])
def test_an_address_with_digits_of_another_script_still_shows_the_form(cast, address):
    who = "delegate" if address.startswith("proxies") else "secretariat"
    assert cast.client(who).get(f"/meetings/{address}").status_code == 200
