"""What text may a file hold, and how wide does it run?"""

import re
import unicodedata

# XML 1.0 § 2.2: everything outside these ranges makes an office file unreadable.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(value):
    """`value` as text without the characters XML refuses; None is empty, line ends become \\n."""
    if value is None:
        return ""
    return _ILLEGAL.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")


def width(text):
    """Width in Chinese characters: 国 is 1, a Latin letter or digit 0.5, a combining mark 0."""
    return sum(_width(character) for character in text)


def _width(character):
    if unicodedata.combining(character):
        return 0
    return 1 if unicodedata.east_asian_width(character) in "WFA" else 0.5
