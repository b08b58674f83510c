"""By which letters a Chinese name is sorted and found."""

#: Readings that the general table gets wrong in our names.
READINGS = {"厦门": "xia men", "长乐": "chang le", "柘荣": "zhe rong", "莆田": "pu tian"}


def _prepared(name: str) -> str:
    for written, said in READINGS.items():
        name = name.replace(written, f" {said} ")
    return name


def spelled(name: str) -> str:
    """The whole name in lower-case pinyin, syllables separated by spaces: 福州 → "fu zhou"."""
    # Its dictionary takes 55 MB, which a process that writes no name need not hold.
    from pypinyin import lazy_pinyin

    return " ".join(" ".join(lazy_pinyin(_prepared(name), errors="default")).lower().split())


def initials(name: str) -> str:
    """The first letter of each syllable or Latin word, digits whole: 福州高新区 → "fzgxq"."""
    return "".join(word if word.isdigit() else word[0] for word in spelled(name).split() if word[0].isalnum())
