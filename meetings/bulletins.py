"""What came out of the box, and how can anybody count it again?

The bulletin lists every ballot beside the hash of its receipt, sorted by that hash, with the rule, the roll in numbers
and the outcome, as canonical JSON. Its digest goes into the journal and the minutes. ``verify.py`` counts it again with
nothing but Python.
"""

import hashlib
import json
from collections import Counter

from django.utils.translation import gettext as _

from . import arithmetic
from .ballots import options, papers_of
from .models import SealedBallot
from .motions import Method, canonical, rules, there

FORMAT = 1


def counted(motion) -> dict:
    """Papers issued, returned and invalid, how often each mark stands on them, and how many name nobody."""
    if motion.method == Method.PAPER:
        found = motion.scrutineers.first().counted
        blank = found["received"] - found["invalid"] - sum(found["marks"].values())
        return {**found, "blank": max(blank, 0) if motion.places == 1 else 0}
    papers = [choice for choice, _receipt in papers_of(SealedBallot, motion)]
    tallied = Counter(mark for choice in papers for mark in choice.split(",") if mark)
    seats = motion.seats.all()
    issued, marked = sum(seat.may_vote for seat in seats), sum(seat.voted for seat in seats)
    return {
        # More ballots than marks on the roll: somebody put papers into the box. Then only the marks count as issued.
        "issued": issued if len(papers) <= marked else marked,
        "received": len(papers),
        "invalid": 0,
        "marks": {mark: tallied[mark] for mark in options(motion)},
        "blank": papers.count(""),
    }


def tally(motion, casting=None) -> arithmetic.Decision:
    """What the sealed ballots on a question come to under the frozen rules. Void when more came back than went out."""
    found = counted(motion)
    return arithmetic.decide(
        rules(motion),
        **there(motion),
        for_=found["marks"]["for"],
        against=found["marks"]["against"],
        abstain=found["marks"]["abstain"],
        invalid=found["invalid"],
        issued=found["issued"],
        received=found["received"],
        casting=casting,
    )


def what_is_frozen(motion) -> dict:
    """What the fingerprint of a ballot is taken of at its opening."""
    return {
        "motion": motion.pk,
        "question": motion.text,
        "options": options(motion),
        "places": motion.places,
        "rules": motion.frozen["rules"],
        "roll": [
            [seat.unit_id, seat.present, seat.recused, seat.holder_id]
            for seat in motion.seats.order_by("unit")
        ],
        "scrutineers": sorted(motion.scrutineers.values_list("unit", flat=True)),
    }


def publish(motion) -> dict:
    """Write the bulletin; returns for the journal its digest and the counts of papers."""
    found = counted(motion)
    papers = [{"receipt": receipt, "choice": choice} for choice, receipt in papers_of(SealedBallot, motion)]
    motion.bulletin = canonical(
        {
            "format": FORMAT,
            "motion": motion.pk,
            "question": motion.text,
            "options": options(motion),
            "places": motion.places,
            "round": motion.round,
            "fingerprint": motion.fingerprint,
            "rules": motion.frozen["rules"],
            **there(motion),
            "counted": found,
            "ballots": sorted(papers, key=lambda paper: paper["receipt"]),
            "outcome": motion.result["result"]["outcome"],
            "elected": [c.number for c in motion.candidates.all() if c.elected],
        }
    )
    return {"bulletin": digest(motion), "issued": found["issued"], "received": found["received"]}


def digest(motion) -> str:
    return hashlib.sha256(motion.bulletin.encode()).hexdigest() if motion.bulletin else ""


def published(motion) -> dict:
    """The bulletin for readers: its lines with what stands on each ballot in words."""
    data = json.loads(motion.bulletin)
    words = data["options"]
    for line in data["ballots"]:
        said = [words[mark] for mark in line["choice"].split(",") if mark]
        line["said"] = "、".join(said) or _("Names nobody")
    return data
