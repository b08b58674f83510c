"""What the platform starts with: the real alliance from the files under data/, and accounts for a trial.

Everything here can run again: what is there already is left as people have since changed it.
"""

import json

from django.conf import settings


def read(name: str):
    """The records of one file under data/."""
    return json.loads((settings.BASE_DIR / "data" / f"{name}.json").read_text(encoding="utf-8"))


def sources(record: dict) -> list[dict]:
    """Where a record was published: [{publisher, url, date}], leaving out empty ones."""
    listed = [entry["source"] for entry in record.get("sources", [])] + [record.get("source") or {}]
    return [source for source in listed if source.get("publisher") or source.get("url")]


def citation(record: dict) -> str:
    """The sources of a record as one line."""
    return "；".join(
        f"{source['publisher'] or source['url']} {source['date'] or ''}".strip() for source in sources(record)
    )
