"""Who gets which answer at every address: each route of the resolver, each verb, for each role of the cast.

A reader who may not see an object gets 404, one who sees it but may not act 403; whoever is not signed in is sent to
the sign-in page, a program is told 401. A route or a verb without a row here fails by its name.
"""

from dataclasses import dataclass

import pytest
from django.urls import get_resolver, reverse

from alliance.api import router
from core import workflow
from core.pages import List
from meetings import calendar
from tests.world import built, undone

pytestmark = pytest.mark.django_db

OUTSIDE = {"stranger", "company", "bank", "department"}
OWN = {"delegate", "liaison", "editor", "service"}  # of the zone that owns what can be owned
INSIDE = OWN | {"observer", "delegate_b", "chair", "secretariat"}
SIGNED_IN = INSIDE | OUTSIDE
EVERYBODY = SIGNED_IN | {None}
DELEGATES = {"delegate", "delegate_b", "chair"}
SPEAKERS = DELEGATES | {"liaison"}
OFFICE = {"secretariat"}
PRESIDING = {"secretariat", "chair"}
NOBODY = set()
ROLES = sorted(SIGNED_IN) + [None]


@dataclass(frozen=True)
class Page:
    """Who reads a page, what the others get, and which object of the world it is about."""

    readers: set
    of: str = ""
    others: int = 404
    status: int = 200
    nobody: int = 302  # who is not signed in, unless among the readers
    args: tuple = ()  # besides the object's id
    method: str = "get"
    query: str = ""


#: The objects of the world, each with who sees it.
SEEN = {
    "accountinvitation": OFFICE | {"delegate"},
    "agendaitem": INSIDE,
    "application": INSIDE,
    "called": INSIDE,
    "chairterm": INSIDE - {"service"},
    "charterrule": INSIDE,
    "charterversion": INSIDE,
    "brief": OFFICE,
    "company": INSIDE | {"company"},
    "ladder": INSIDE,
    "letter": OFFICE,
    "routine": INSIDE,
    "sent_letter": OFFICE | OWN,
    "supervision": INSIDE,
    "late_task": INSIDE,
    "correction": INSIDE - {"observer"},
    "draft": PRESIDING,
    "erratum": INSIDE,
    "handover": INSIDE,
    "held": INSIDE,
    "invitation": INSIDE - {"observer"},
    "job": {"delegate"},
    "mandate": INSIDE,
    "meeting": INSIDE,
    "membership": SIGNED_IN,
    "minutes": PRESIDING,
    "motion": INSIDE,
    "own_task": INSIDE,
    "petition": INSIDE,
    "presence": INSIDE,
    "proposal": PRESIDING | OWN,
    "proxy": INSIDE,
    "resolution": INSIDE,
    "secret": INSIDE,
    "rotationplace": INSIDE,
    "secretariatpost": INSIDE,
    "reviewed": INSIDE - {"observer"},
    "task": INSIDE,
    "user": OFFICE | OWN,
    "zone": SIGNED_IN,
}


def about(name, **more):
    return Page(SEEN[name], name, **more)


PAGES = {
    # the roof
    "home": Page(EVERYBODY),
    "search": Page(SIGNED_IN, query="?q=联席会议"),
    "styleguide": Page(SIGNED_IN),
    "profile": Page(SIGNED_IN),
    "drop_token": Page(SIGNED_IN, method="post", status=302),
    "switch_mandate": Page({"delegate"}, method="post", status=302),
    "set_language": Page(EVERYBODY, method="post", status=302),
    "healthz": Page(EVERYBODY),
    "readyz": Page(EVERYBODY, status=503),  # no worker beats in this world
    "metrics": Page(EVERYBODY),
    "schema": Page(EVERYBODY),
    "docs": Page(EVERYBODY),
    "admin:index": Page(NOBODY, others=302),
    # the floor
    "inbox": Page(SIGNED_IN),
    "inbox_read_all": Page(SIGNED_IN, method="post", status=302),
    "notice": Page({"delegate"}, "notice", status=302),
    "notice_settings": Page(SIGNED_IN),
    "notice_settings_save": Page(SIGNED_IN, method="post", status=302),
    "robot_new": Page(SIGNED_IN, method="post", status=400),
    "robot_verb": Page({"delegate"}, "robot", args=("remove",), method="post", status=302),
    "document": Page(SEEN["proposal"], "document"),
    "job": about("job"),
    "job_file": Page(NOBODY, "job"),  # this job left no file
    # members
    "members:directory": Page(EVERYBODY, status=302),
    "members:zones": Page(EVERYBODY),
    "members:zone": Page(EVERYBODY, "zone"),
    "members:organizations": Page(SIGNED_IN),
    "members:organization": about("company"),
    "members:memberships": Page(SIGNED_IN),
    "members:membership": about("application"),
    "members:mandates": Page(SIGNED_IN),
    "members:mandate": about("mandate"),
    "members:users": Page(SIGNED_IN),
    "members:user": about("user"),
    "members:accountinvitations": Page(OFFICE | DELEGATES, others=403),
    "members:accountinvitation": about("accountinvitation"),
    "members:accept_invitation": Page(EVERYBODY, args=("no-such-link",), status=410),
    # meetings
    "meetings:meetings": Page(SIGNED_IN),
    "meetings:meeting": about("meeting"),
    "meetings:ics": about("meeting"),
    "meetings:paper": Page(PRESIDING, "meeting", args=("sign-in", "xlsx")),
    "meetings:items": Page(SIGNED_IN),
    "meetings:item": about("proposal"),
    "meetings:calendar": Page(SIGNED_IN),
    "meetings:calendar_renew": Page(SIGNED_IN, method="post", status=302),
    "meetings:charter": Page(SIGNED_IN),
    "meetings:charter_version": Page(SIGNED_IN, args=(1,)),
    "meetings:charter_compare": about("charterversion"),
    "meetings:charter_trial": about("charterversion"),
    "meetings:petitions": Page(SIGNED_IN),
    "meetings:petition": about("petition"),
    "meetings:petition_count": about("petition"),
    "meetings:rotation": Page(SIGNED_IN),
    "meetings:handover": about("handover"),
    "meetings:secretariatpost": about("secretariatpost"),
    "meetings:room": about("meeting"),
    "meetings:room_live": about("meeting"),
    "meetings:projector": about("meeting"),
    "meetings:projector_live": about("meeting"),
    "meetings:check_in": about("meeting"),
    "meetings:motion": about("motion"),
    "meetings:bulletin": Page(NOBODY, "motion", args=("zip",)),  # published once a secret ballot is closed
    "meetings:proxy": about("proxy"),
    "meetings:resolutions": Page(SIGNED_IN),
    "meetings:resolution": about("resolution"),
    "meetings:tasks": Page(SIGNED_IN),
    "meetings:task": about("task"),
    "meetings:followup": about("held"),
    "meetings:task_board": Page(SIGNED_IN),
    "meetings:task_month": Page(SIGNED_IN),
    "meetings:task_chart": Page(SIGNED_IN),
    "meetings:scoreboard": Page(SIGNED_IN),
    "meetings:ladder": Page(INSIDE),
    "meetings:ledger": Page(SIGNED_IN),
    "meetings:supervisions": Page(SIGNED_IN),
    "meetings:supervision_file": about("supervision"),
    "meetings:routines": Page(SIGNED_IN),
    "meetings:routine": about("routine"),
    "meetings:briefs": Page(SIGNED_IN),
    "meetings:brief": about("brief"),
    "meetings:brief_file": about("brief"),
    "meetings:letters": Page(SIGNED_IN),
    "meetings:letter": about("sent_letter"),
    "meetings:letter_file": about("sent_letter"),
    "meetings:chair": Page(SIGNED_IN),
    "meetings:chairterm": about("chairterm"),
    "meetings:minutes_list": Page(SIGNED_IN),
    "meetings:minutes": about("minutes"),
    "meetings:minutes_file": Page(SEEN["minutes"], "minutes", args=("docx",)),
    "reply_link": Page(EVERYBODY),
    "calendar_feed": Page(EVERYBODY),
}

#: Pages that make something new, by the verb they perform.
NEW = {
    "members.organization.register": OFFICE | DELEGATES | {"editor", "service"},
    "members.membership.apply": OFFICE | DELEGATES,
    "members.mandate.appoint": OFFICE | DELEGATES,
    "members.accountinvitation.invite": OFFICE | DELEGATES,
    "meetings.meeting.draft": OFFICE,
    "meetings.agendaitem.propose": OFFICE | SPEAKERS,
    "meetings.presence.check_in": OFFICE | SPEAKERS | {"observer"},
    "meetings.motion.put": OFFICE,
    "meetings.motion.elect": OFFICE,
    "meetings.motion.ask_in_writing": OFFICE,
    "meetings.proxy.lodge": OFFICE | SPEAKERS,
    "meetings.resolution.adopt": OFFICE,
    "meetings.task.assign": OFFICE,
    "meetings.chairterm.nominate": OFFICE | DELEGATES,
    "meetings.charterversion.draft": OFFICE,
    "meetings.petition.start": DELEGATES,
    "meetings.rotationplace.set_out": OFFICE,
    "meetings.secretariatpost.propose": PRESIDING,
    "meetings.minutes.draft": OFFICE,
    "meetings.routine.begin": OFFICE,
    "meetings.brief.write": OFFICE,
    "meetings.letter.write": OFFICE,
    "meetings.correction.propose": SPEAKERS,
    "meetings.erratum.publish": OFFICE,
}
#: Where the page's route is not named "app:model_new".
NEW_ROUTES = {
    "meetings.motion.elect": "meetings:election_new",
    "meetings.motion.ask_in_writing": "meetings:written_new",
    "meetings.agendaitem.propose": "meetings:item_new",
}

#: Who may do what: the verb → (the object it is tried on, who may).
VERBS = {
    "core.job.cancel": ("job", {"delegate"}),
    # members
    "members.organization.edit": ("company", OFFICE | {"delegate", "editor", "service", "company"}),
    "members.organization.retire": ("company", OFFICE),
    "members.organization.restore": ("company", OFFICE),
    "members.organization.grant": ("company", OFFICE),
    "members.organization.revoke": ("company", OFFICE),
    "members.organization.edit_profile": ("zone", OFFICE | {"delegate", "editor"}),
    "members.organization.add_figure": ("zone", OFFICE | {"delegate", "editor"}),
    "members.organization.remove_figure": ("zone", OFFICE | {"delegate", "editor"}),
    "members.membership.withdraw": ("membership", {"delegate"}),
    "members.membership.admit": ("membership", NOBODY),  # the joint meeting's motion does
    "members.membership.refuse": ("membership", OFFICE),
    "members.membership.leave": ("membership", {"delegate"}),
    "members.membership.recall_leave": ("membership", {"delegate"}),
    "members.membership.lapse": ("membership", OFFICE),
    "members.mandate.extend": ("mandate", OFFICE | {"delegate"}),
    "members.mandate.hand_over": ("mandate", OFFICE | {"delegate"}),
    "members.mandate.end": ("mandate", OFFICE | {"delegate"}),
    "members.accountinvitation.resend": ("accountinvitation", OFFICE | {"delegate"}),
    "members.accountinvitation.withdraw": ("accountinvitation", OFFICE | {"delegate"}),
    "members.user.edit": ("user", {"editor"}),
    "members.user.deactivate": ("user", OFFICE),
    "members.user.reactivate": ("user", OFFICE),
    # the schedule
    "meetings.meeting.collect": ("meeting", OFFICE),
    "meetings.meeting.submit": ("meeting", OFFICE),
    "meetings.meeting.approve": ("meeting", {"chair"}),
    "meetings.meeting.send_back": ("meeting", PRESIDING),
    "meetings.meeting.call": ("meeting", OFFICE),
    "meetings.meeting.change": ("meeting", OFFICE),
    "meetings.meeting.cancel": ("meeting", OFFICE),
    "meetings.meeting.open": ("meeting", PRESIDING),
    "meetings.meeting.close": ("meeting", PRESIDING),
    "meetings.meeting.archive": ("meeting", OFFICE),
    "meetings.meeting.remind_all": ("called", OFFICE),
    "meetings.meeting.resend": ("called", OFFICE),
    "meetings.meeting.take_up": ("meeting", OFFICE),
    "meetings.meeting.grant": ("called", OFFICE),
    "meetings.meeting.revoke": ("called", OFFICE),
    "meetings.agendaitem.accept": ("proposal", OFFICE),
    "meetings.agendaitem.return_item": ("proposal", OFFICE),
    "meetings.agendaitem.edit": ("proposal", OFFICE | {"delegate", "liaison"}),
    "meetings.agendaitem.withdraw": ("proposal", {"delegate", "liaison"}),
    "meetings.agendaitem.move": ("agendaitem", OFFICE),
    "meetings.agendaitem.conclude": ("agendaitem", PRESIDING),
    "meetings.invitation.reply": ("invitation", OFFICE | {"delegate", "liaison"}),
    "meetings.invitation.remind": ("invitation", OFFICE),
    # the room
    "meetings.presence.leave": ("presence", OFFICE | {"delegate", "liaison"}),
    "meetings.motion.open": ("motion", PRESIDING),
    "meetings.motion.cast": ("motion", DELEGATES),
    "meetings.motion.withdraw": ("motion", DELEGATES),
    "meetings.motion.call_vote": ("motion", DELEGATES),
    "meetings.motion.demand_meeting": ("motion", DELEGATES),
    "meetings.motion.hand_in": ("motion", DELEGATES),
    "meetings.motion.name_scrutineers": ("secret", PRESIDING),
    "meetings.motion.confirm": ("secret", {"delegate", "liaison", "delegate_b"}),
    "meetings.motion.enter_count": ("secret", {"delegate", "liaison", "delegate_b"}),
    "meetings.motion.vote_again": ("motion", PRESIDING),
    "meetings.proxy.revoke": ("proxy", OFFICE | {"delegate", "liaison"}),
    "meetings.motion.recuse": ("motion", OFFICE | DELEGATES),
    "meetings.motion.enter": ("motion", OFFICE),
    "meetings.motion.close": ("motion", PRESIDING),
    "meetings.motion.void": ("motion", PRESIDING),
    "meetings.resolution.repeal": ("resolution", OFFICE),
    # what follows
    "meetings.task.report": ("task", {"delegate", "liaison", "delegate_b"}),
    "meetings.task.submit": ("task", {"delegate", "liaison"}),
    "meetings.task.accept": ("own_task", {"chair"}),
    "meetings.task.send_back": ("task", OFFICE),
    "meetings.task.ask_extension": ("task", {"delegate", "liaison"}),
    "meetings.task.extend": ("task", OFFICE),
    "meetings.task.refuse_extension": ("task", OFFICE),
    "meetings.task.cancel": ("task", OFFICE),
    "meetings.task.block": ("task", {"delegate", "liaison"}),
    "meetings.task.unblock": ("task", OFFICE | {"delegate", "liaison"}),
    "meetings.task.pause": ("task", OFFICE),
    "meetings.task.resume": ("task", OFFICE),
    "meetings.task.plan": ("task", OFFICE | {"delegate", "liaison"}),
    "meetings.task.reach": ("task", OFFICE | {"delegate", "liaison"}),
    "meetings.task.urge": ("late_task", OFFICE),
    "meetings.task.supervise": ("late_task", OFFICE),
    "meetings.task.table": ("late_task", OFFICE),
    "meetings.ladder.adjust": ("ladder", OFFICE),
    "meetings.routine.edit": ("routine", OFFICE),
    "meetings.routine.end": ("routine", OFFICE),
    "meetings.routine.fall_due": ("routine", NOBODY),  # the clock does
    "meetings.brief.edit": ("brief", OFFICE),
    "meetings.brief.publish": ("brief", OFFICE),
    "meetings.letter.edit": ("letter", OFFICE),
    "meetings.letter.send": ("letter", OFFICE),
    "meetings.letter.answer": ("sent_letter", {"delegate", "liaison"}),
    "meetings.letter.close": ("sent_letter", OFFICE),
    "meetings.minutes.issue": ("minutes", PRESIDING),
    "meetings.minutes.edit": ("minutes", OFFICE),
    "meetings.minutes.redraft": ("minutes", OFFICE),
    "meetings.minutes.circulate": ("minutes", OFFICE),
    "meetings.minutes.sign": ("reviewed", SPEAKERS),
    "meetings.minutes.recall": ("reviewed", OFFICE),
    "meetings.minutes.approve": ("reviewed", {"chair"}),
    "meetings.correction.take_over": ("correction", OFFICE),
    "meetings.correction.turn_down": ("correction", OFFICE),
    # the charter, petitions, the rotation
    "meetings.meeting.ask_waiver": ("meeting", OFFICE),
    "meetings.meeting.waive_notice": ("meeting", DELEGATES),
    "meetings.charterversion.edit": ("charterversion", OFFICE),
    "meetings.charterversion.put_forward": ("charterversion", OFFICE),
    "meetings.charterversion.take_back": ("charterversion", OFFICE),
    "meetings.charterversion.withdraw": ("charterversion", OFFICE),
    "meetings.charterversion.confirm": ("charterversion", OFFICE),
    "meetings.charterversion.adopt": ("charterversion", NOBODY),  # the joint meeting's motion does
    "meetings.charterversion.reject": ("charterversion", NOBODY),
    "meetings.charterrule.edit": ("charterrule", OFFICE),
    "meetings.petition.sign": ("petition", DELEGATES),
    "meetings.petition.take_back": ("petition", NOBODY),  # nobody but its starter has signed it
    "meetings.petition.withdraw": ("petition", {"delegate"}),
    "meetings.petition.convene": ("petition", OFFICE),
    "meetings.petition.answer": ("petition", NOBODY),  # the notice of its meeting does
    "meetings.petition.reopen": ("petition", NOBODY),
    "meetings.rotationplace.skip": ("rotationplace", OFFICE),
    "meetings.rotationplace.decline": ("rotationplace", {"delegate"}),
    "meetings.rotationplace.restore": ("rotationplace", OFFICE),
    "meetings.rotationplace.ask_swap": ("rotationplace", {"delegate"}),
    "meetings.rotationplace.agree_swap": ("rotationplace", {"delegate_b"}),
    "meetings.rotationplace.refuse_swap": ("rotationplace", {"delegate", "delegate_b"}),
    "meetings.rotationplace.serve": ("rotationplace", NOBODY),  # a decided term does
    "meetings.handover.draw_up": ("handover", PRESIDING | {"delegate"}),
    "meetings.handover.sign": ("handover", {"chair", "delegate"}),
    "meetings.secretariatpost.withdraw": ("secretariatpost", PRESIDING),
    "meetings.secretariatpost.move": ("secretariatpost", NOBODY),
    "meetings.secretariatpost.reject": ("secretariatpost", NOBODY),
    "meetings.chairterm.restate": ("chairterm", OFFICE | {"delegate"}),
    "meetings.chairterm.resign": ("chairterm", {"delegate"}),
    "meetings.chairterm.run_on": ("chairterm", NOBODY),  # a recalled notice of leaving does
    "meetings.chairterm.replace_acting": ("chairterm", NOBODY),
    "meetings.chairterm.withdraw": ("chairterm", OFFICE | {"delegate"}),
    "meetings.chairterm.start_term": ("chairterm", NOBODY),  # the joint meeting's motion does
    "meetings.chairterm.reject": ("chairterm", NOBODY),
}

#: Verbs whose address only takes the act: the page has arrows for it, and asks nothing.
WITHOUT_QUESTION = {"meetings.agendaitem.move"}

#: What stands in each collection of the API.
COLLECTED = {
    "industry": ("industry", SIGNED_IN),
    "organization": ("company", SEEN["company"]),
    "zone": ("zone", SIGNED_IN),
    **{
        name: (name, SEEN[name])
        for name in ("mandate", "membership", "meeting", "invitation", "presence", "motion")
    },
    "item": ("proposal", SEEN["proposal"]),
    "resolution": ("resolution", SEEN["resolution"]),
    "task": ("task", SEEN["task"]),
    "chair-term": ("chairterm", SEEN["chairterm"]),
    "charter-version": ("charterversion", SEEN["charterversion"]),
    "charter-rule": ("charterrule", SEEN["charterrule"]),
    "petition": ("petition", SEEN["petition"]),
    "rotation": ("rotationplace", SEEN["rotationplace"]),
    "handover": ("handover", SEEN["handover"]),
    "secretariat-post": ("secretariatpost", SEEN["secretariatpost"]),
    "minutes": ("minutes", SEEN["minutes"]),
    **{name: (name, SEEN[name]) for name in ("brief", "letter", "routine", "supervision", "ladder")},
    "correction": ("correction", SEEN["correction"]),
    "erratum": ("erratum", SEEN["erratum"]),
}

#: Routes without a row of their own, each with the reason.
EXEMPT_PREFIXES = {
    "account_": "allauth's own pages; what of them is ours stands in tests/members",
    "mfa_": "allauth's own pages, each behind its own sign-in",
    "usersessions_": "allauth's own page of the reader's own sessions",
    "admin:": "Django's own pages for superusers; nobody of the cast is one, see the test of every such page",
}
EXEMPT = {
    "None": "every address below /api/ that does not exist; tests/test_contract.py",
    "token": "gives tokens to people who are not signed in; tests/test_contract.py",
    "meetings:minutes_edit": "the address of minutes.edit, whose row covers it",
    "meetings:hand_in": "the address of motion.hand_in, whose row covers it",
    "meetings:item_move": "the address of agendaitem.move, whose row covers it",
    "meetings:take_up": "a second address of meeting.take_up; a test of its own below",
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        made.objects["industry"] = made.cast.industry
        yield made


@pytest.fixture(scope="module")
def browsers(world):
    return {who: world.cast.client(who, language="en") for who in ROLES}


@pytest.fixture(scope="module")
def programs(world):
    return {who: world.cast.api(who) for who in ROLES}


def routes(resolver=None, namespace=""):
    """Every route of the resolver by its full name, with its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


def path_of(name, page, world):
    if name == "reply_link":
        args = [world.reply_token]
    elif name == "calendar_feed":
        args = [calendar.token(world.cast.delegate)]
    elif name == "meetings:check_in":
        args = [world.meeting.check_in_code]
    else:
        args = [world.objects[page.of].pk] if page.of else []
    return reverse(name, args=[*args, *page.args]) + page.query


def answers(doors, path, method="get", **data):
    """Each role's status at an address; nothing that happens there stays."""
    found = {}
    for who, door in doors.items():
        with undone():
            found[who] = getattr(door, method)(path, data).status_code
    return found


def differences(found, expected):
    return {who or "nobody": (found[who], expected[who]) for who in found if found[who] != expected[who]}


def allowed(status):
    """An answer to somebody with the right: done, or refused for what was sent or for the state."""
    return status in (200, 201, 204, 302, 400, 409)


# --- the table is whole ---------------------------------------------------------------------


def test_every_route_has_a_row():
    made = {NEW_ROUTES.get(kind, new_route(kind)) for kind in NEW}
    performed = {f"{verb.model._meta.app_label}:{verb.model._meta.model_name}_verb" for verb in changing()}
    performed = {name.removeprefix("core:") for name in performed}
    api = {name for name, _pattern in routes(Router)}
    known = {*PAGES, *made, *performed, *api, *EXEMPT}
    unknown = [
        name
        for name, _pattern in routes()
        if name not in known and not name.startswith(tuple(EXEMPT_PREFIXES))
    ]
    assert not unknown, "give each of these routes a row"
    assert not set(PAGES) - {name for name, _pattern in routes()}, "rows without a route"


class Router:
    url_patterns = router.urls


def new_route(kind):
    app, model, _verb = kind.split(".")
    return f"{app}:{model}_new"


def changing():
    return [verb for verb in workflow.all_verbs() if not verb.creates]


def test_every_verb_has_a_row():
    assert {verb.kind for verb in workflow.all_verbs() if verb.creates} == set(NEW)
    assert {verb.kind for verb in changing()} == set(VERBS)


def test_every_collection_of_the_api_has_a_row():
    assert {basename for _prefix, _viewset, basename in router.registry} == set(COLLECTED)


# --- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_answers_its_readers_and_nobody_else(name, world, browsers):
    page = PAGES[name]
    data = {"mandate": world.cast.delegate.mandate.pk} if name == "switch_mandate" else {}
    found = answers(browsers, path_of(name, page, world), page.method, **data)
    expected = {who: page.status if who in page.readers else page.others for who in SIGNED_IN}
    expected[None] = page.status if None in page.readers else page.nobody
    assert not differences(found, expected)


def lists():
    return [name for name, pattern in routes() if is_list(pattern)]


def is_list(pattern):
    return issubclass(getattr(pattern.callback, "view_class", object), List)


@pytest.mark.parametrize("name", lists())
def test_a_list_is_exported_to_whoever_may_read_it(name, world, browsers):
    page = PAGES[name]
    found = answers(browsers, f"{reverse(name)}?export=xlsx")
    expected = {who: 200 if who in page.readers else page.others for who in SIGNED_IN}
    expected[None] = 200 if None in page.readers else 302
    assert not differences(found, expected)


@pytest.mark.parametrize("kind", NEW)
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_who_may_makes_something_new(kind, method, world, browsers):
    found = answers(browsers, reverse(NEW_ROUTES.get(kind, new_route(kind))), method)
    assert found.pop(None) == 302
    wrong = {who: status for who, status in found.items() if allowed(status) != (who in NEW[kind])}
    assert not wrong
    assert {found[who] for who in SIGNED_IN - NEW[kind]} <= {403}


def right_of(kind, who):
    """What a verb's row says of a role: "may", 403 or 404."""
    name, doers = VERBS[kind]
    if who in doers:
        return "may"
    return 403 if who in SEEN[name] else 404


def judged(found, kind):
    return {
        who: (status, right_of(kind, who))
        for who, status in found.items()
        if (not allowed(status) if right_of(kind, who) == "may" else status != right_of(kind, who))
    }


def page_of(kind, world):
    app, model, verb = kind.split(".")
    route = f"{model}_verb" if app == "core" else f"{app}:{model}_verb"
    return reverse(route, args=[world.objects[VERBS[kind][0]].pk, verb])


@pytest.mark.parametrize("kind", VERBS)
def test_a_verb_is_performed_by_who_may(kind, world, browsers):
    found = answers(browsers, page_of(kind, world), "post")
    assert found.pop(None) == 302
    assert not judged(found, kind)


@pytest.mark.parametrize("kind", sorted(set(VERBS) - WITHOUT_QUESTION))
def test_the_question_before_a_verb_is_asked_of_who_may(kind, world, browsers):
    # The act goes over every role; here one of each kind is enough.
    sample = {right_of(kind, who): who for who in sorted(SIGNED_IN)}.values()
    found = answers({who: browsers[who] for who in sample}, page_of(kind, world))
    assert not judged(found, kind)


def test_the_room_asks_for_the_same_right_to_take_up_an_item(world, browsers):
    found = answers(browsers, reverse("meetings:take_up", args=[world.meeting.pk]), "post")
    assert found.pop(None) == 302
    assert not judged(found, "meetings.meeting.take_up")


def test_the_digits_of_another_meeting_check_nobody_in(world, browsers):
    data = {"meeting": world.meeting.pk, "pin": "000000" if world.meeting.pin != "000000" else "111111"}
    found = answers({"delegate_b": browsers["delegate_b"]}, reverse("meetings:presence_new"), "post", **data)
    assert found == {"delegate_b": 400}


def test_every_page_of_the_admin_sends_the_cast_away(world, browsers):
    sample = {who: browsers[who] for who in ("secretariat", "delegate", "stranger", None)}
    opened = []
    for name, pattern in routes():
        if not name.startswith("admin:") or name in ("admin:login", "admin:logout", "admin:jsi18n"):
            continue
        given = {key: "core" if key == "app_label" else 1 for key in pattern.pattern.regex.groupindex}
        path = "/admin/" if name == "admin:None" else reverse(name, kwargs=given)
        found = answers(sample, path)
        opened += [(name, who, status) for who, status in found.items() if status not in (302, 404)]
    assert not opened


# --- programs -----------------------------------------------------------------------------------


def viewset(basename):
    return next(viewset for _prefix, viewset, name in router.registry if name == basename)


@pytest.mark.parametrize("basename", COLLECTED)
def test_a_collection_of_the_api_is_for_who_is_signed_in(basename, world, programs):
    found = answers(programs, reverse(f"{basename}-list"))
    assert not differences(found, dict.fromkeys(SIGNED_IN, 200) | {None: 401})


@pytest.mark.parametrize("basename", COLLECTED)
def test_an_object_of_the_api_is_for_who_may_see_it(basename, world, programs):
    name, readers = COLLECTED[basename]
    found = answers(programs, reverse(f"{basename}-detail", args=[world.objects[name].pk]))
    expected = {who: 200 if who in readers else 404 for who in SIGNED_IN}
    assert not differences(found, expected | {None: 401})


@pytest.mark.parametrize("basename", COLLECTED)
def test_a_program_makes_new_objects_only_where_its_person_may(basename, world, programs):
    made = viewset(basename)
    found = answers(programs, reverse(f"{basename}-list"), "post")
    assert found.pop(None) == 401
    creator = getattr(made, "creator", "")
    if not creator:
        assert set(found.values()) == {405}
        return
    kind = workflow.verbs_of(made.model)[creator].kind
    assert {who for who, status in found.items() if allowed(status)} == NEW[kind]
    assert {found[who] for who in SIGNED_IN - NEW[kind]} <= {403}


def actions():
    """Each verb with each collection of the API it stands in."""
    return [
        (basename, kind)
        for basename in COLLECTED
        for kind in VERBS
        if hasattr(viewset(basename), f"do_{kind.rsplit('.', 1)[-1]}")
        and kind == f"{viewset(basename).model._meta.label_lower}.{kind.rsplit('.', 1)[-1]}"
    ]


@pytest.mark.parametrize(("basename", "kind"), actions())
def test_a_verb_of_the_api_is_for_who_may(basename, kind, world, programs):
    obj = world.objects[VERBS[kind][0]]
    if basename == "zone" and obj == world.company:
        pytest.skip("a company does not stand among the zones; the same verb is tried at organizations")
    path = reverse(f"{basename}-{kind.rsplit('.', 1)[-1]}", args=[obj.pk])
    found = answers(programs, path, "post")
    assert found.pop(None) == 401
    assert not judged(found, kind)
