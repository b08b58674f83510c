"""Counts a published bulletin again: python verify.py bulletin.json [receipt code]

Needs nothing but Python. The motion's own number and your code give the hash under which your ballot stands.
"""

import hashlib
import json
import pathlib
import sys
from collections import Counter
from fractions import Fraction

if len(sys.argv) < 2:
    sys.exit(__doc__)
raw = pathlib.Path(sys.argv[1]).read_bytes()
print("SHA-256", hashlib.sha256(raw).hexdigest(), "- compare with the minutes")
data = json.loads(raw)
papers, found, faults = data["ballots"], data["counted"], []
if papers or not found["received"] or data.get("format") != 1:
    marks = Counter(mark for paper in papers for mark in paper["choice"].split(",") if mark)
    receipts = [paper["receipt"] for paper in papers]
    if receipts != sorted(set(receipts)):
        faults.append("receipts are not sorted, or one stands there twice")
    if len(papers) != found["received"] or {k: v for k, v in found["marks"].items() if v} != dict(marks):
        faults.append(f"stated {found}, counted {len(papers)} ballots with {dict(marks)}")
    if any(paper["choice"].count(",") >= max(data["places"], 1) for paper in papers):
        faults.append("a ballot names more than it may")
void = found["received"] > found["issued"]
rule, said = data["rules"]["vote"], found["marks"]
valid = found["received"] - found["invalid"]
if data["places"]:
    blank = found["blank"]
    against_of = {mark: max(valid - blank - count, 0) for mark, count in said.items()}
else:
    blank, against_of = said["abstain"], {"for": said["against"]}
for mark, against in against_of.items():
    out = 0 if rule["abstentions_count"] else blank
    left = data["recused"] if rule["recused"] == "leave" else 0
    base = {
        "all": data["entitled"],
        "present": data["present"] - out - left,
        "valid": said[mark] + against + blank - out,
        "for_against": said[mark] + against,
    }[rule["base"]]
    line = Fraction(rule["fraction"]) * base
    need = max(-(-line.numerator // line.denominator) if rule["inclusive"] else line // 1 + 1, 1)
    reached = said[mark] >= need and not void
    word = "reached" if reached else "not reached"
    print(f"{data['options'][mark]}: {said[mark]} of {base}, needed {need}: {word}")
    if not data["places"] and reached != (data["outcome"] == "passed") and data["outcome"] != "no_quorum":
        faults.append(f"the outcome is given as {data['outcome']}")
    if data["places"] and int(mark) in data["elected"] and not reached:
        faults.append(f"{data['options'][mark]} is given as elected")
if len(sys.argv) > 2:
    code = hashlib.sha256(f"{data['motion']}:{''.join(sys.argv[2:]).lower()}".encode()).hexdigest()
    mine = [paper["choice"] for paper in papers if paper["receipt"] == code]
    names = [data["options"][mark] for mark in mine[0].split(",") if mark] if mine else []
    print("Your ballot:", (", ".join(names) or "names nobody") if mine else "is not in this bulletin")
print("void: more ballots returned than issued" if void else "counted")
sys.exit("\n".join(faults) or 0)
