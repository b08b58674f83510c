"""What does an official document hold, whatever file it becomes?

Texts are the document's own language, Chinese by GB/T 9704-2012, and are not translated for the reader.
Dates are `datetime.date`. Numbering of headings and annexes is never typed by the caller.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """A numbered heading: level 1 一、(黑体), 2 （一）(楷体), 3 1. (仿宋), 4 （1）(仿宋)."""

    level: Literal[1, 2, 3, 4]
    text: str

    def __post_init__(self):
        if self.level not in (1, 2, 3, 4):
            raise ValueError("A heading has level 1 to 4.")


@dataclass(frozen=True)
class Paragraph:
    """Running text; each line of it is one paragraph, its first line moved in by two characters."""

    text: str
    indent: bool = True


@dataclass(frozen=True)
class Facts:
    """Lines of `label：value`, the label in 黑体 and the value hanging behind it."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A ruled table. `widths` in mm (equal shares of 156 mm by default), `row_height` the least height in mm.

    A row shorter than the table lets its last cell span the rest. `labels` are the columns set as labels,
    which makes a form of the table (督办单, 回执).
    """

    rows: Sequence[Sequence[object]]
    head: Sequence[str] = ()
    widths: Sequence[float] = ()
    row_height: float = 9
    labels: Sequence[int] = ()

    @property
    def columns(self):
        return max(len(self.head), len(self.widths), *(len(row) for row in self.rows), 1)


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


Block = Heading | Paragraph | Facts | Table | PageBreak


@dataclass(frozen=True)
class Annex:
    """An attachment: a new page, 附件N top left (or `label`), its title centred on the third line."""

    title: str
    body: Sequence[Block] = ()
    label: str = ""


@dataclass(frozen=True)
class Document:
    """One official document.

    form: "letter" 信函格式 (a notice), "minutes" 纪要格式, "plain" (agenda book, sign-in sheet, 督办单).
    issuer: the red name at the head; "\\n" forces its lines. title: "\\n" forces its lines, otherwise
    they are balanced. sealed: leaves the room a seal needs over name and date. note: 附注, printed in （）.
    attendance: `[("出席", ["福州高新区 某某", …]), ("请假", […]), ("列席", […])]`, empty groups are left out.
    """

    title: str
    form: Literal["letter", "minutes", "plain"] = "plain"
    issuer: str = ""
    number: str = ""
    addressees: Sequence[str] = ()
    body: Sequence[Block] = ()
    annexes: Sequence[Annex] = ()
    attendance: Sequence[tuple[str, Sequence[str]]] = ()
    signed_by: str = ""
    date: datetime.date | None = None
    sealed: bool = False
    note: str = ""
    copies_to: Sequence[str] = field(default=())

    def __post_init__(self):
        if self.form not in ("letter", "minutes", "plain"):
            raise ValueError("A document is a letter, minutes or plain.")
        if self.form != "plain" and not self.issuer:
            raise ValueError("A letter and minutes carry the name of their issuer.")
