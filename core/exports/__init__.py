"""How do facts leave the house as files? Plain data in, bytes out; nothing here reads the database.

`documents` says what an official document holds, `docx` and `pdf` set it in the national layout,
`xlsx` writes tables and `ics` writes calendars.
"""

import re

from .text import legal

# What Windows, macOS and the usual office clients refuse in a file name.
_REFUSED = re.compile(r'[\\/:*?"<>|\s]+')
_STEM_BYTES = 180


def filename(stem, ext, date=None):
    """A name a clerk can file: `联席会议签到表_20260918.xlsx`.

    stem: any text (characters no file system takes are dropped); ext: with or without the dot;
    date: a date or datetime, left out when None. The whole stays under 255 bytes of UTF-8.
    """
    stem = _REFUSED.sub("", legal(stem)).strip(".")
    stem = stem.encode()[:_STEM_BYTES].decode(errors="ignore") or "export"
    day = f"_{date:%Y%m%d}" if date else ""
    return f"{stem}{day}.{ext.lstrip('.')}"
