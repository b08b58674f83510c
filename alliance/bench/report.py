"""What was measured, against what was promised: one line a measure, the same as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

COMPARE = {"<=": lambda value, goal: value <= goal, ">=": lambda value, goal: value >= goal}


@dataclass(frozen=True)
class Measure:
    """``goal`` reads like "<=3"; empty where nothing is promised."""

    name: str
    value: float
    unit: str
    goal: str = ""

    @property
    def ok(self) -> bool:
        return not self.goal or COMPARE[self.goal[:2]](self.value, float(self.goal[2:]))

    def line(self) -> str:
        return f"{self.name} {self.value:g} {self.unit} {self.goal or '-'} {'ok' if self.ok else 'short'}"


class Report:
    """The measures of a run; each is said at once, so that a run cut short has said something."""

    def __init__(self, say):
        self.say = say
        self.measures: list[Measure] = []

    def add(self, name, value, unit, goal=""):
        measure = Measure(name, round(float(value), 2), unit, goal)
        self.measures.append(measure)
        self.say(measure.line())

    @property
    def short(self) -> list[Measure]:
        return [measure for measure in self.measures if not measure.ok]

    def write(self, path: Path, **about):
        rows = [{**asdict(measure), "ok": measure.ok} for measure in self.measures]
        path.write_text(
            json.dumps({**about, "measures": rows}, ensure_ascii=False, indent=1), encoding="utf-8"
        )
