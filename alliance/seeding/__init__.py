"""What the platform starts with: the real alliance from the files under data/, and accounts for a trial.

Everything here can run again: what is there already is left as people have since changed it.
"""

import json
import re

from django.conf import settings


def read(name: str):
    """The records of one file under data/, with the punctuation Chinese is printed with."""
    return _printed(json.loads((settings.BASE_DIR / "data" / f"{name}.json").read_text(encoding="utf-8")))


HAN = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef”]"
WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "(": "（", ")": "）"}


def _printed(value):
    if isinstance(value, dict):
        return {key: _printed(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_printed(entry) for entry in value]
    if not isinstance(value, str) or not re.search(HAN, value):
        return value
    text = re.sub(f"(?<={HAN})[,;:?]|[,;:?](?={HAN})", lambda mark: WIDE[mark.group()], value)
    return re.sub(r"[()]", lambda mark: WIDE[mark.group()], text)


def sources(record: dict) -> list[dict]:
    """Where a record was published: [{publisher, url, date}], leaving out empty ones."""
    listed = [entry["source"] for entry in record.get("sources", [])] + [record.get("source") or {}]
    return [source for source in listed if source.get("publisher") or source.get("url")]


def citation(record: dict) -> str:
    """The sources of a record as one line."""
    return "；".join(
        f"{source['publisher'] or source['url']} {source['date'] or ''}".strip() for source in sources(record)
    )
