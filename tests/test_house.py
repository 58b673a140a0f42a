"""The house itself: what is public, what importing costs, how large it is, how it is spelled."""

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import govkit

ROOT = Path(__file__).parents[1]
LIBRARY = sorted((ROOT / "govkit").rglob("*.py"))
MODULES = sorted(m.name for m in pkgutil.walk_packages(govkit.__path__, "govkit."))
ROOMS = sorted(m.name for m in pkgutil.iter_modules(govkit.__path__, "govkit.") if m.ispkg)
LONGEST_FILE, LARGEST_ROOM, BUDGET = 450, 2_800, 21_280  # see "a house of small rooms"
HEAVY = {
    *("duckdb", "ibis", "pandas", "plotly", "polars", "pyarrow", "pydantic"),
    *("pyspark", "rich", "sphinx", "sqlalchemy", "typer"),
}
BRITISH = re.compile(
    r"\b\w*(?:(?:anonym|general|organ|random|categor|summar|recogn|normal|minim|maxim|optim|real|util)"
    r"is(?:e|es|ed|ing|ation)|behaviour|colour|neighbour|favour|centre|licence|artefact|labell|modell)"
    r"|\banaly(?:se|sed|sing)\b",
    re.IGNORECASE,
)
# Written in parts, so that this file does not find itself.
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian"]
MACHINE_PATH = re.compile(r"(?<![\w.~*])/(?:home|Users|root|work)/\w")


def tracked_texts():
    """Give path and text of each file in git, of text files only."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout, so no file is tracked")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                yield name, content.decode("utf-8", "replace")


# What is public


def test_the_front_door_lists_what_it_opens():
    assert dir(govkit) == sorted(govkit.__all__)
    assert [name for name in govkit.__all__ if not hasattr(govkit, name)] == []
    assert not hasattr(govkit, "no_such_name")


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_offers_what_it_lists(name):
    room = importlib.import_module(name)
    found = {
        key
        for key, value in vars(room).items()
        if not key.startswith("_")
        and not isinstance(value, ModuleType)
        and getattr(value, "__module__", name).startswith("govkit")
    }
    assert sorted(found) == sorted(getattr(room, "__all__", []))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_what_it_lists(name):
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])
    assert [entry for entry in listed if not hasattr(module, entry)] == []
    assert list(listed) == sorted(set(listed))


# What importing costs


@pytest.mark.parametrize(
    "statement", ["import govkit", "import govkit; dir(govkit); govkit.Verdict"]
)
def test_importing_loads_nothing_heavy(statement):
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert HEAVY & set(answer.stdout.split()) == set()


# How large it is


def lengths():
    return {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in LIBRARY}


def code(path):
    """Count the lines that are neither blank nor comment nor docstring."""
    lines = path.read_text("utf-8").splitlines()
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    words = set()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            words.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in words
        for number, line in enumerate(lines, 1)
    )


def test_every_file_can_be_read_in_one_sitting():
    assert {name: lines for name, lines in lengths().items() if lines > LONGEST_FILE} == {}


def test_the_library_keeps_its_budget():
    assert 0 < sum(map(code, LIBRARY)) <= BUDGET


def test_every_room_can_be_held_in_mind():
    rooms = dict.fromkeys(path.relative_to(ROOT / "govkit").parts[0] for path in LIBRARY)
    for room in rooms:
        files = [p for p in LIBRARY if p.relative_to(ROOT / "govkit").parts[0] == room]
        assert sum(map(code, files)) <= LARGEST_ROOM, room


# How it is written


def test_spelling_is_american():
    texts = {path.relative_to(ROOT): path.read_text("utf-8") for path in LIBRARY}
    words = {str(name): BRITISH.findall(text) for name, text in texts.items()}
    assert {name: british for name, british in words.items() if british} == {}


@pytest.mark.parametrize(
    ("word", "british"),
    [
        ("anonymise", True),
        ("generalisation", True),
        ("Behaviour", True),
        ("analysed", True),
        ("anonymize", False),
        ("analyses", False),
        ("optimistic", False),
        ("premises", False),
    ],
)
def test_the_spelling_list(word, british):
    assert bool(BRITISH.search(word)) is british


def test_no_file_names_a_machine_or_a_registry():
    found = [
        name
        for name, text in tracked_texts()
        if MACHINE_PATH.search(text) or any(host in text for host in REGISTRIES)
    ]
    assert found == []


def test_no_data_lies_about_in_the_root():
    """What somebody tried out was once committed beside the README."""
    loose = [name for name, _ in tracked_texts() if "/" not in name]
    assert [name for name in loose if name.endswith((".csv", ".npz", ".json", ".html"))] == []


# How it is installed


def pins():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_pins_are_plain():
    wrong = [pin for pin in pins() if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[0-9][\w.!+]*", pin)]
    names = [plain(pin.split("==")[0]) for pin in pins()]
    assert wrong == []
    assert len(set(names)) == len(names)
    assert "torch" not in names


def test_every_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = project["build-system"]["requires"] + project["project"]["dependencies"]
    wanted += [entry for entries in extras.values() for entry in entries]
    names = {plain(re.match(r"[\w.-]+", entry)[0]) for entry in wanted}
    assert names - {plain(pin.split("==")[0]) for pin in pins()} == set()


def test_make_test_installs_every_extra():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    script = (ROOT / "tools" / "venv.sh").read_text("utf-8")
    full = re.search(r"^full=(\S+)$", script, re.MULTILINE)[1].split(",")
    assert sorted(full) == sorted(project["project"]["optional-dependencies"])


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        pytest.param("", "There is no Python at PYTHON=", id="no such program"),
        pytest.param("*print*) echo 3.9.18 ;; *) exit 1", "is 3.9.18", id="too old"),
        pytest.param(
            "*print*) echo 3.12.1 ;; *ensurepip*) exit 1",
            "cannot make virtual environments",
            id="Debian without python3-venv",
        ),
    ],
)
def test_a_python_that_will_not_do_is_told_in_one_sentence(tmp_path, answers, sentence):
    python = tmp_path / "python3"
    if answers:
        python.write_text(f'#!/bin/sh\ncase "$2" in {answers} ;; esac\n')
        python.chmod(0o755)
    answer = subprocess.run(
        ["sh", ROOT / "tools" / "venv.sh"],
        env=os.environ | {"PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert sentence in answer.stderr
