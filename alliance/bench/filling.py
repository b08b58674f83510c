"""What fills the house: rows by the hundred thousand, written by the database itself.

The amounts are those of an alliance twenty times the size of any there is. Journal chains of filler are not valid: only
their number and their places in the indexes matter here.
"""

import json
from datetime import timedelta

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone, translation

from core.models import Channel, Event, Notice
from meetings import charter
from meetings.arithmetic import decide
from meetings.models import (
    AgendaItem,
    ChairTerm,
    Invitation,
    Meeting,
    Motion,
    Presence,
    Resolution,
    Seat,
    Task,
    TaskUnit,
    Vote,
)
from members.models import Mandate, Membership, Organization, User, Zone

ZONES, UNITS, MEETINGS, TASKS, EVENTS = 200, 20_000, 2_000, 100_000, 1_000_000
FEW, MANY = 5_000, 500_000
PEOPLE = 10_000  # who are told of things, beside the secretariat's one and a delegate a zone
INVITED = 20  # units to an ordinary meeting; to one that is called, every zone
FULL = MEETINGS - 4  # the number of that one
CLOSED = MEETINGS - 13  # a meeting with everything in it
SECRETARIAT_PERSON, DELEGATE_PERSON = 1, 2


def insert(model, source, **columns):
    """INSERT … SELECT: an SQL expression a column; columns not named take the field's default, or are empty."""
    blank = model()
    names, expressions, given = [], [], []
    for field in model._meta.concrete_fields:
        if field.attname in columns or field.name in columns:
            expressions.append(columns.pop(field.attname, None) or columns.pop(field.name))
        elif field.primary_key:
            continue
        else:
            expressions.append("%s")
            given.append(field.get_db_prep_save(field.pre_save(blank, add=True), connection))
        names.append(connection.ops.quote_name(field.column))
    if columns:
        raise ValueError(f"{model.__name__} has no {', '.join(columns)}")
    # Only these expressions of ours are part of the statement; values go beside it.
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(expressions)} FROM {source}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        if '"id"' in names:
            for reset in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(reset)


def series(last, first=1):
    return f"generate_series({first}, {last}) n"


@transaction.atomic
def fill():
    """Everything but the tasks."""
    _units()
    _people()
    _meetings(charter.install_defaults().pk)
    _decisions(charter.install_defaults().pk)
    _journal()
    today = timezone.localdate()
    ChairTerm.objects.create(
        unit_id=1, number=1, starts_on=today - timedelta(days=100), ends_on=today + timedelta(days=264)
    )


def _units():
    insert(Group, series(UNITS), id="n", name="'unit:unit-' || n")
    insert(
        Organization,
        series(UNITS),
        id="n",
        code="'unit-' || n",
        group="n",
        kind=f"""CASE WHEN n <= {ZONES} THEN 'zone' WHEN n = {ZONES} + 1 THEN 'secretariat' WHEN n %% 50 = 0 THEN 'bank'
            WHEN n %% 50 = 1 THEN 'department' WHEN n %% 50 = 2 THEN 'institute' ELSE 'company' END""",
        name_zh=f"CASE WHEN n <= {ZONES} THEN '示例第' || n || '高新技术产业开发区' ELSE '示例单位第' || n || '号' END",
        name_en="'Example unit ' || n",
        short_zh=f"CASE WHEN n <= {ZONES} THEN '示例' || n || '高新区' ELSE '' END",
        pinyin="'shili ' || lpad(((n * 7919) %% 20011)::text, 5, '0')",
        zone=f"CASE WHEN n > {ZONES} + 1 THEN 1 + n %% {ZONES} END",
    )
    level = "CASE WHEN n %% 3 = 0 THEN 'provincial' ELSE 'national' END"
    insert(Zone, series(ZONES), organization="n", level=level)
    insert(Membership, series(ZONES), unit="n", state="'active'", joined_on="DATE '2025-11-17'")


def _people():
    """Number 1 works for the secretariat, then one delegate a zone, then everybody else."""
    everybody = series(1 + ZONES + PEOPLE)
    insert(
        User,
        everybody,
        id="n",
        username="'person-' || n",
        email="'person-' || n || '@example.org'",
        name="'示例人员' || n",
    )
    insert(
        Mandate,
        everybody,
        person="n",
        unit=f"CASE WHEN n = 1 THEN {ZONES} + 1 WHEN n <= {ZONES} + 1 THEN n - 1 ELSE 1 + n %% {ZONES} END",
        role=f"CASE WHEN n = 1 THEN 'secretariat' WHEN n <= {ZONES} + 1 THEN 'delegate' ELSE 'service' END",
        starts_on="DATE '2025-11-17'",
    )


def _meetings(version):
    """One a day, backwards from in two weeks' time; the latest are on their way, the others archived."""
    insert(
        Meeting,
        f"""(SELECT n, date_trunc('hour', now()) + (n - {MEETINGS} + 14) * interval '1 day' AS at
             FROM {series(MEETINGS)}) days""",  # noqa: S608
        id="n",
        kind="'working'",
        number="n",
        title="'示例工作会议第' || n || '次'",
        state=f"""CASE WHEN n > {MEETINGS} - 4 THEN 'collecting' WHEN n > {MEETINGS} - 12 THEN 'called'
            WHEN n > {MEETINGS} - 20 THEN 'closed' WHEN n %% 25 = 0 THEN 'cancelled' ELSE 'archived' END""",
        starts_at="at",
        ends_at="at + interval '2 hours'",
        place="'示例会议室'",
        host=f"1 + n %% {ZONES}",
        chair="1",
        items_due_at="at - interval '9 days'",
        replies_due_at="at - interval '3 days'",
        charter=str(version),
        notice_number="'联盟函〔2026〕示例' || n || '号'",
        approved_at="at - interval '15 days'",
        called_at="at - interval '12 days'",
        opened_at="at",
        closed_at="at + interval '2 hours'",
        uid="gen_random_uuid()",
        check_in_code="gen_random_uuid()",
    )
    insert(
        Invitation,
        f"meetings_meeting m, generate_series(1, {ZONES}) u WHERE u <= {INVITED} OR m.id = {FULL}",
        meeting="m.id",
        unit="u",
        state="""CASE WHEN m.state = 'called' AND u %% 3 = 0 THEN 'awaited' WHEN u %% 9 = 0 THEN 'declined'
            ELSE 'attending' END""",
    )
    insert(
        Presence,
        """meetings_invitation i JOIN meetings_meeting m ON m.id = i.meeting_id
           WHERE m.state IN ('archived', 'closed') AND i.unit_id %% 9 > 0""",
        meeting="i.meeting_id",
        unit="i.unit_id",
        means="'clerk'",
        arrived_at="m.starts_at",
    )
    insert(
        AgendaItem,
        "meetings_meeting m, generate_series(1, 5) k",
        id="(m.id - 1) * 5 + k",
        meeting="m.id",
        position="k",
        title="'示例议题' || k",
        unit=f"1 + (m.id + k) %% {ZONES}",
        state="CASE WHEN m.state IN ('archived', 'closed') THEN 'concluded' ELSE 'accepted' END",
    )


def _decisions(version):
    with translation.override("zh-hans"):
        rules = charter.rules_for("ordinary", timezone.localdate())
        result = decide(rules, entitled=INVITED, present=18, for_=15, against=2, abstain=1).as_data()
    insert(
        Motion,
        "meetings_agendaitem WHERE state = 'concluded' AND position <= 2",
        id="id",
        meeting="meeting_id",
        item="id",
        text="'是否同意示例议题？'",
        state="'closed'",
        charter=str(version),
        result=f"'{json.dumps(result, ensure_ascii=False)}'::jsonb",
        passed="true",
        opened_at="now()",
        closed_at="now()",
    )
    roll = (
        f"meetings_motion mo JOIN meetings_invitation i USING (meeting_id) WHERE mo.id > {(CLOSED - 1) * 5}"
    )
    insert(Seat, roll, motion="mo.id", unit="i.unit_id", present="i.unit_id %% 9 > 0")
    voter = {"choice": "CASE WHEN i.unit_id %% 5 > 0 THEN 'for' ELSE 'against' END", "by": "1", "at": "now()"}
    insert(Vote, roll + " AND i.unit_id %% 9 > 0", motion="mo.id", unit="i.unit_id", means="'paper'", **voter)
    insert(
        Resolution,
        """(SELECT *, row_number() OVER (ORDER BY id) AS n FROM meetings_motion) mo
           JOIN meetings_meeting m ON m.id = mo.meeting_id""",
        id="n",
        meeting="mo.meeting_id",
        item="mo.item_id",
        motion="mo.id",
        year="2000 + n / 1000",
        serial="1 + n %% 1000",
        title="'关于示例事项第' || n || '号的决议'",
        text="'同意示例事项。'",
        adopted_on="m.starts_at::date",
    )


def _journal():
    for model, objects, verb, share in (
        (Task, TASKS, "report", EVENTS * 8 // 10),
        (Meeting, MEETINGS, "change", EVENTS // 10),
        (Organization, UNITS, "edit", EVENTS // 10),
    ):
        insert(
            Event,
            f"generate_series(0, {share - 1}) n",
            kind=f"'{model._meta.label_lower}.{verb}'",
            content_type=str(ContentType.objects.get_for_model(model).pk),
            object_id=f"1 + n %% {objects}",
            seq=f"1 + n / {objects}",
            actor=f"1 + n %% {PEOPLE}",
            unit=f"1 + n %% {ZONES}",
            at="now() - (n %% 900) * interval '1 day'",
            digest="md5(n::text) || md5((-n)::text)",
        )
    insert(
        Notice,
        "(SELECT id, at FROM core_event ORDER BY id LIMIT 1000) e, generate_series(1, 21) p",
        event="e.id",
        person="p",
        channel=f"'{Channel.INBOX}'",
        title="'示例通知'",
        state="'sent'",
        sent_at="e.at",
        created_at="e.at",
        read_at="CASE WHEN e.id %% 10 > 0 THEN e.at END",
    )


@transaction.atomic
def tasks(first: int, last: int):
    """Tasks numbered from ``first`` to ``last``, with their assisting units; three in a hundred are not done."""
    days = "n::bigint * 7919 %% 1100"
    insert(
        Task,
        f"""{series(last, first)}
            JOIN meetings_resolution r ON r.id = 1 + n %% (SELECT count(*) FROM meetings_resolution)""",  # noqa: S608
        id="n",
        resolution="r.id",
        meeting="r.meeting_id",
        title="'示例任务第' || n || '项'",
        lead=f"1 + n %% {ZONES}",
        due_on=f"current_date - 1000 + ({days})::int",
        state=f"""CASE WHEN {days} < 980 AND n %% 100 > 0 THEN 'done' WHEN n %% 10 = 0 THEN 'submitted'
            ELSE 'open' END""",
        percent=f"CASE WHEN {days} < 980 THEN 100 ELSE n %% 100 END",
    )
    both = f"{series(last, first)}, generate_series(1, 2) k"
    insert(TaskUnit, both, task="n", unit=f"1 + (n + k * 31) %% {ZONES}")


def settle():
    """What the database does by itself within minutes: visibility map and statistics."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def counted() -> dict[str, int]:
    """How many there are of what, by table."""
    return {m._meta.model_name: m.objects.count() for m in (Zone, Organization, Meeting, Task, Event)}
