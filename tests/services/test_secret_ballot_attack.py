"""Somebody holds a copy of the whole database, with its hidden columns, and the access log: whose ballot is whose?

Each round is one secret vote of 11 to 30 units whose choices are drawn by chance, half for and half against. The
attacker gets every table in physical order with PostgreSQL's ``xmin`` and ``ctid`` (SQLite's ``rowid``), and the log's
lines in order, and tries each strategy that ties rows to one another: the same transaction, the same place in the
order, the n-th request with the n-th row, the same key order. A strategy is scored by how many choices it tells right.
Guessing at random within one vote is a draw without replacement: over all rounds it tells half of them right, with the
variance of matching two shuffled halves. Every strategy must stay within four standard deviations of that (one honest
strategy in 16,000 would not); the same attacker on a naive layout must tell them all.
"""

import math
import random
from collections import Counter

import pytest
from django.apps import apps
from django.db import connection, transaction

from meetings import ballots, schedule, votes
from meetings.models import Motion, SealedBallot, Seat, SecretBallot
from members.models import Organization
from tests.cast import Cast
from tests.meetings.sitting import Sitting

ROUNDS = (11, 13, 17, 22, 30, 12, 19, 30)
BOUND = 4  # standard deviations

pytestmark = pytest.mark.django_db(transaction=True)


def zones(cast, count):
    """So many units that vote; the alliance's eleven, and more with names of their own."""
    cast.all_eleven()
    while len(cast.zones) < count:
        code = f"zone-{len(cast.zones)}"
        cast._zone(code, "provincial", f"第{len(cast.zones)}高新区", "福州市")
    return list(cast.zones)[:count]


class Box:
    """One vote as it happened: who said what, in which order; the attacker sees none of this."""

    def __init__(self, cast, count, chance, log):
        self.sitting = Sitting(cast)
        codes = [
            invitation.unit.code for invitation in self.sitting.meeting.invitations.select_related("unit")
        ]
        self.sitting.arrive(*codes)
        self.motion = self.sitting.motion(method="secret")
        watching = codes[:2]
        ballots.name_scrutineers(
            self.motion, by=self.sitting.by, units=[cast.zones[code] for code in watching]
        )
        for code in watching:
            ballots.confirm(self.motion, by=cast.delegate_of(code))
        votes.open(self.motion, by=self.sitting.by)
        said = (["for", "against"] * len(codes))[: len(codes)]
        chance.shuffle(codes)
        chance.shuffle(said)
        self.said = {cast.zones[code].pk: choice for code, choice in zip(codes, said, strict=True)}
        self.order = []
        log.clear()
        for code, choice in zip(codes, said, strict=True):
            client = cast.client(cast.delegate_of(code))
            answer = client.post(f"/meetings/motions/{self.motion.pk}/hand_in/", {"choice": choice})
            assert answer.status_code == 200
        #: What the access log tells: the accounts in the order in which they handed in, hence the units.
        lines = [
            record for record in log.records if record.name == "alliance.request" and record.method == "POST"
        ]
        unit_of = {cast.delegate_of(code).pk: cast.zones[code].pk for code in codes}
        self.log = [unit_of[record.user] for record in lines]
        assert not any(
            choice in record.getMessage() for record in log.records for choice in ("against", "abstain")
        )
        self.watching = watching

    def close(self, cast):
        for code in self.watching:
            ballots.confirm(self.motion, by=cast.delegate_of(code))
        votes.close(self.motion, by=self.sitting.by)
        schedule.close(self.sitting.meeting, by=self.sitting.by)
        Motion.objects.filter(pk=self.motion.pk).update(text="已结束")


def rows(model, motion, columns):
    """Rows of one motion in physical order: (the transaction, the place, the columns …)."""
    hidden = "xmin::text, ctid::text" if connection.vendor == "postgresql" else "'-', rowid"
    with connection.cursor() as cursor:
        table = model._meta.db_table
        order = "ctid" if connection.vendor == "postgresql" else "rowid"
        cursor.execute(
            f"SELECT {hidden}, {columns} FROM {table} WHERE motion_id = %s ORDER BY {order}", [motion.pk]
        )
        return cursor.fetchall()


def by_transaction(roll, papers, log):
    """Rows that one transaction wrote belong together, where it wrote one of each."""
    units, found = Counter(row[0] for row in roll), Counter(row[0] for row in papers)
    choice_of = {row[0]: row[3] for row in papers if found[row[0]] == 1}
    return {row[3]: choice_of[row[0]] for row in roll if units[row[0]] == 1 and row[0] in choice_of}


def by_place(roll, papers, log):
    """The n-th mark on the roll with the n-th ballot, as they lie."""
    return {mark[3]: paper[3] for mark, paper in zip(roll, papers, strict=False)}


def by_number(roll, papers, log):
    """The marks in the order of their keys with the ballots in the order of theirs."""
    marks = sorted(roll, key=lambda row: row[2])
    return {
        mark[3]: paper[3]
        for mark, paper in zip(marks, sorted(papers, key=lambda row: str(row[2])), strict=False)
    }


def by_log(roll, papers, log):
    """The n-th request in the log with the n-th ballot as it lies."""
    return {unit: paper[3] for unit, paper in zip(log, papers, strict=False)}


def by_log_backwards(roll, papers, log):
    return {unit: paper[3] for unit, paper in zip(reversed(log), papers, strict=False)}


def by_log_and_key(roll, papers, log):
    return {
        unit: paper[3] for unit, paper in zip(log, sorted(papers, key=lambda row: str(row[2])), strict=False)
    }


def by_log_and_receipt(roll, papers, log):
    """The n-th request with the n-th line of the bulletin."""
    return {unit: paper[3] for unit, paper in zip(log, sorted(papers, key=lambda row: row[4]), strict=False)}


STRATEGIES = (
    by_transaction,
    by_place,
    by_number,
    by_log,
    by_log_backwards,
    by_log_and_key,
    by_log_and_receipt,
)


class Score:
    """How many choices a strategy told right, against what chance would."""

    def __init__(self):
        self.told = self.right = 0
        self.expected = self.variance = 0.0

    def add(self, guess, said):
        told = [unit for unit in guess if unit in said]
        if not told:
            return
        counts = Counter(said.values())
        n = len(said)
        p = sum((count / n) ** 2 for count in counts.values())
        self.told += len(told)
        self.right += sum(guess[unit] == said[unit] for unit in told)
        self.expected += len(told) * p
        # Two shuffled halves matched with each other: twice a hypergeometric count.
        a, b = counts["for"], counts["against"]
        self.variance += 4 * a * a * b * b / (n * n * (n - 1))

    @property
    def deviations(self):
        return (self.right - self.expected) / math.sqrt(self.variance) if self.variance else 0.0

    def __str__(self):
        return f"{self.right} of {self.told} right, chance {self.expected:.1f}, {self.deviations:+.2f} deviations"


def attacked(box, papers_in, scores):
    roll = rows(Seat, box.motion, "id, unit_id")
    papers = rows(papers_in, box.motion, "id, choice, code_hash")
    assert len(papers) == len(box.said)
    for strategy in STRATEGIES:
        scores.setdefault(strategy.__name__, Score()).add(strategy(roll, papers, box.log), box.said)


def attack(caplog, rounds=ROUNDS):
    """Play the rounds; the scores while the box is open, and after it was sealed."""
    caplog.set_level("INFO", "alliance.request")
    chance, opened, sealed = random.Random(20261117), {}, {}
    cast = Cast()
    for count in sorted(rounds):
        zones(cast, count)
        box = Box(cast, count, chance, caplog)
        attacked(box, SecretBallot, opened)
        box.close(cast)
        attacked(box, SealedBallot, sealed)
        assert not SecretBallot.objects.exists()
        assert Organization.objects.filter(kind="zone").count() >= count
    return opened, sealed


def test_a_dump_and_the_log_tell_no_more_than_chance(caplog, capsys):
    opened, sealed = attack(caplog)
    with capsys.disabled():
        for when, scores in (("open", opened), ("sealed", sealed)):
            for name, score in scores.items():
                print(f"\n{connection.vendor} {when:6} {name:20} {score}", end="")
    beyond = [
        f"{when} {name}: {score}"
        for when, scores in (("open", opened), ("sealed", sealed))
        for name, score in scores.items()
        if abs(score.deviations) > BOUND
    ]
    assert not beyond


def test_no_other_table_was_written_in_a_ballots_transaction(caplog):
    """Whatever a transaction of the open box wrote elsewhere would be a thread to pull: only the motion itself."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no number of a row's transaction")
    cast = Cast()
    zones(cast, 11)
    box = Box(cast, 11, random.Random(1), caplog)
    written = {row[0] for row in rows(SecretBallot, box.motion, "id")}
    assert len(written) == 1
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT count(*) FROM {table} WHERE xmin::text = %s", [*written])
                if cursor.fetchone()[0]:
                    found.add(model._meta.label)
    assert found == {"meetings.SecretBallot", "meetings.Seat", "meetings.Motion"}
    assert {row[0] for row in rows(Seat, box.motion, "id")} == written


def test_the_same_attacker_tells_every_choice_of_a_naive_layout(caplog):
    """The positive control: one insert a ballot beside its mark on the roll, as one would write it first."""
    scores, chance = {}, random.Random(7)
    cast = Cast()
    zones(cast, 11)
    box = Box(cast, 11, chance, caplog)
    SecretBallot.objects.all().delete()
    for unit in box.log:
        with transaction.atomic():
            Seat.objects.filter(motion=box.motion, unit=unit).update(voted=True)
            SecretBallot.objects.create(motion=box.motion, choice=box.said[unit], code_hash=f"{unit:064d}")
    attacked(box, SecretBallot, scores)
    best = max(scores.values(), key=lambda score: score.right)
    assert best.right == best.told == len(box.said), {name: str(score) for name, score in scores.items()}
