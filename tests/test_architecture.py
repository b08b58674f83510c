"""The house plan, held by reading the source: who may import whom, names of files, size, first lines."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
#: From floor to roof: a room may import itself and those before it.
ROOMS = ("core", "members", "meetings", "projects", "alliance")
NAMELESS = {"utils", "helpers", "common", "misc", "manager", "base"}
LONGEST = 400
#: Modules beyond 400 lines, each with the reason it holds only one noun.
LONG_WITH_REASON = {}
#: Texts that belong to one machine or one registry and never to the tree.
MACHINE = re.compile(
    r"/(?:work|farm|root|home/[a-z]+)/[a-z.]|/tmp/[a-z]|extra-index-url|^\s*--index-url|\"resolved\":", re.M
)


def tracked(*patterns):
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).exists()]


def rooms_source():
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in ROOMS]


def imported_rooms(path):
    """The rooms a module imports, inside functions too: [(line number, room)]."""
    own = path.relative_to(ROOT).parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            names = [own[0]] if node.level < len(own) else [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        else:
            continue
        for name in names:
            if name.split(".")[0] in ROOMS:
                yield node.lineno, name.split(".")[0]


def test_imports_go_one_way_from_the_roof_to_the_floor():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {room}"
        for path in rooms_source()
        for line, room in imported_rooms(path)
        if ROOMS.index(room) > ROOMS.index(path.relative_to(ROOT).parts[0])
    ]
    assert not wrong


def test_the_reader_of_imports_sees_an_upward_one(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    module = tmp_path / "core" / "doors.py"
    module.parent.mkdir()
    module.write_text(
        "def late():\n    from members.models import User\n    import alliance.urls\n    from . import api\n"
    )
    assert list(imported_rooms(module)) == [(2, "members"), (3, "alliance"), (4, "core")]


def test_no_file_has_a_name_that_says_nothing():
    names = [path.relative_to(ROOT) for path in tracked("*.py") if path.stem in NAMELESS]
    assert not names


def test_every_module_begins_by_saying_which_question_it_answers():
    silent = [
        str(path.relative_to(ROOT))
        for path in rooms_source()
        if "migrations" not in path.parts
        and path.name not in ("__init__.py", "apps.py", "admin.py")
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_no_module_hides_a_second_noun_behind_its_length():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in rooms_source()
        if "migrations" not in path.parts
    }
    long = {name for name, lines in lengths.items() if lines > LONGEST}
    assert long == set(LONG_WITH_REASON), (
        "split it, or list it with a reason; take listed ones out once they are short"
    )


def test_nothing_in_the_tree_belongs_to_one_machine():
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in (".mo", ".png", ".ico", ".woff2", ".docx"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in MACHINE.finditer(text)]
    assert not found


@pytest.mark.parametrize(
    "text", ["/" + "work/main/x", '"resolved": "https://x"', "--extra-index-url y", "/tmp/bash"]
)
def test_the_pattern_of_machine_texts_finds_one(text):
    assert MACHINE.search(text)
