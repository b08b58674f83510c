"""How are words cut, and how does each database look them up?

Chinese is written without spaces, so every run of characters is cut into overlapping pairs (知识产权 becomes
知识 识产 产权): the same hits as reading every row, without a dictionary that misses words. Latin words and numbers
stay whole, in lower case and half width. The initials of a title's pinyin are one more word (福州高新区: fzgxq).

The terms are kept in ``SearchEntry.tokens``. SQLite looks them up in an FTS5 table fed by triggers, PostgreSQL in a
generated ``tsvector`` column with a GIN index. Neither is known to Django's models: a later migration that rebuilds
the table on SQLite must call :func:`create` again (a test notices).
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db import NotSupportedError
from django.db.models import BooleanField, Lookup

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUNS = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")

# Keeps two runs of characters apart: "台商、商会" must not be found as "台商会".
BREAK = "|"
# PostgreSQL refuses a lexeme beyond 2 kB and a document beyond 1 MB; nobody types a longer word.
LONGEST_WORD = 64
LONGEST_TEXT = 100_000
LONGEST_QUERY = 100


def fold(text):
    """Full width to half width, capitals to small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def _pairs(run):
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _terms(text):
    found, after_han = [], False
    for run in RUNS.finditer(fold(text)):
        if run["han"]:
            if after_han:
                found.append(BREAK)
            found += _pairs(run["han"])
        else:
            found.append(run["word"][:LONGEST_WORD])
        after_han = bool(run["han"])
    return found


def initials(title):
    """The pinyin initials of the whole title, and of each run of characters in it: ``["fzgxq"]``."""
    # Its dictionary takes 55 MB, which a process that writes no name need not hold.
    from pypinyin import Style, lazy_pinyin

    whole, parts = "", []
    for run in RUNS.finditer(fold(title)):
        if run["han"]:
            letters = "".join(lazy_pinyin(run["han"], style=Style.FIRST_LETTER, errors="ignore"))
            parts.append(letters)
            whole += letters
        else:
            whole += run["word"]
    return [word[:LONGEST_WORD] for word in dict.fromkeys([whole, *parts]) if word] if parts else []


def tokens(title, text):
    """What is stored for an object: its terms in order, separated by single spaces."""
    return " ".join([*_terms(title), BREAK, *_terms(text[:LONGEST_TEXT]), BREAK, *initials(title)])


@dataclass(frozen=True)
class Query:
    """What somebody typed: all of it must be found, in any order.

    ``phrases``: tuples of pairs that stand one after another; ``words``: whole; ``starts``: beginnings of words;
    ``signs``: single characters.
    """

    phrases: tuple
    words: tuple
    starts: tuple
    signs: tuple

    @classmethod
    def parse(cls, text):
        runs = list(RUNS.finditer(fold(text)[:LONGEST_QUERY]))
        han = [run["han"] for run in runs if run["han"]]
        words = [run["word"][:LONGEST_WORD] for run in runs if run["word"]]
        # A short number means itself (a year, a document number); a longer one may be the start of a code.
        whole = [word for word in words if word.isdigit() and len(word) <= 4]
        return cls(
            phrases=tuple(tuple(_pairs(run)) for run in han if len(run) > 1),
            words=tuple(whole),
            starts=tuple(word for word in words if word not in whole),
            signs=tuple(run for run in han if len(run) == 1),
        )

    def __bool__(self):
        return bool(self.phrases or self.words or self.starts or self.signs)

    @property
    def needles(self):
        """The pieces as they would stand in a folded text, for showing where they were found."""
        joined = (pairs[0] + "".join(pair[-1] for pair in pairs[1:]) for pairs in self.phrases)
        return [*joined, *self.words, *self.starts, *self.signs]


class Matches(Lookup):
    """``Matches(F("tokens"), query)`` as a condition on SearchEntry."""

    prepare_rhs = False
    lookup_name = "matches"
    output_field = BooleanField()

    def _sql(self, compiler, indexed, like):
        tokens, _none = compiler.compile(self.lhs)
        conditions, params = [], []
        if indexed:
            table = compiler.quote_name_unless_alias(self.lhs.alias)
            conditions.append(self.index_sql[compiler.connection.vendor].format(table=table))
            params.append(indexed)
        for piece in like:
            conditions.append(f"{tokens} LIKE %s")
            params.append(f"%{piece}%")
        return f"({' AND '.join(conditions)})", params

    index_sql = {
        "sqlite": '{table}."id" IN (SELECT rowid FROM core_searchindex WHERE core_searchindex MATCH %s)',
        "postgresql": '{table}."document" @@ %s::tsquery',
    }

    def as_sql(self, compiler, connection):
        raise NotSupportedError("Search works on SQLite and PostgreSQL.")

    def as_sqlite(self, compiler, connection):
        query = self.rhs
        terms = [f'"{" ".join(pairs)}"' for pairs in query.phrases]
        terms += [f'"{word}"' for word in query.words]
        terms += [f'"{word}"*' for word in query.starts]
        return self._sql(compiler, " AND ".join(terms), query.signs)

    def as_postgresql(self, compiler, connection):
        query = self.rhs
        pairs = dict.fromkeys(pair for phrase in query.phrases for pair in phrase)
        terms = [f"'{term}'" for term in (*pairs, *query.words)]
        terms += [f"'{word}':*" for word in query.starts]
        # The index knows which pairs occur; that they follow one another is read from the tokens themselves,
        # which has no limit of positions and measured faster than a tsquery phrase.
        in_order = [" ".join(phrase) for phrase in query.phrases if len(phrase) > 1]
        return self._sql(compiler, " & ".join(terms), (*in_order, *query.signs))


CREATE = {
    "sqlite": [
        """CREATE VIRTUAL TABLE core_searchindex USING fts5(
            tokens, content='core_searchentry', content_rowid='id',
            tokenize="unicode61 remove_diacritics 0 tokenchars '|'")""",
        """CREATE TRIGGER core_searchindex_insert AFTER INSERT ON core_searchentry BEGIN
            INSERT INTO core_searchindex(rowid, tokens) VALUES (new.id, new.tokens); END""",
        """CREATE TRIGGER core_searchindex_delete AFTER DELETE ON core_searchentry BEGIN
            INSERT INTO core_searchindex(core_searchindex, rowid, tokens)
            VALUES ('delete', old.id, old.tokens); END""",
        """CREATE TRIGGER core_searchindex_update AFTER UPDATE OF id, tokens ON core_searchentry BEGIN
            INSERT INTO core_searchindex(core_searchindex, rowid, tokens)
            VALUES ('delete', old.id, old.tokens);
            INSERT INTO core_searchindex(rowid, tokens) VALUES (new.id, new.tokens); END""",
        "INSERT INTO core_searchindex(core_searchindex) VALUES ('rebuild')",
    ],
    "postgresql": [
        """ALTER TABLE core_searchentry ADD COLUMN document tsvector
            GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED""",
        "CREATE INDEX core_searchentry_document ON core_searchentry USING gin (document)",
    ],
}
DROP = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS core_searchindex_insert",
        "DROP TRIGGER IF EXISTS core_searchindex_delete",
        "DROP TRIGGER IF EXISTS core_searchindex_update",
        "DROP TABLE IF EXISTS core_searchindex",
    ],
    "postgresql": ["ALTER TABLE core_searchentry DROP COLUMN IF EXISTS document"],
}


def create(apps, schema_editor):
    """For a migration: builds the index over what is there."""
    drop(apps, schema_editor)
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
