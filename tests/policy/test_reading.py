"""YAML as people write it, and as somebody would who wants to break the reader."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.errors import InputError, SourceError
from govkit.policy.reading import line_of, read_yaml

CANARY = "Quillfeather"


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "file.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_text_stays_the_text_that_was_written(write):
    text = "a: NO\nb: 1.10\nc: 2026-04-01\nd: yes\ne: 007\nf: null\ng:\nh: ''\ni: ~\nj: 'null'"
    assert read_yaml(write(text)) == {
        "a": "NO", "b": "1.10", "c": "2026-04-01", "d": "yes", "e": "007", "f": None, "g": None,
        "h": "", "i": None, "j": "null",
    }  # fmt: skip


def test_an_empty_file_holds_nothing(write):
    assert read_yaml(write("# nothing yet\n")) is None


def test_a_byte_order_mark_is_no_part_of_the_first_key(write):
    assert read_yaml(write(b"\xef\xbb\xbfkey: a")) == {"key": "a"}


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
HOSTILE = {
    "aliases": (BOMB, 2, "aliases"),
    "an alias of itself": ("a: &a [*a]", 1, "aliases"),
    "an alias of nothing": ("a: 1\nb: *nobody", 2, "aliases"),
    "a Python object": ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "tags"),
    "a custom tag": ("!thing {a: 1}", 1, "tags"),
    "a key twice": (f"a: {CANARY}\nb: 1\na: {CANARY}", 3, "stands twice"),
    "a key twice, deep inside": (f"x:\n  - {{a: 1, a: {CANARY}}}", 2, "stands twice"),
    "a list as key": (f"? [{CANARY}]\n: 1", 1, "no word"),
    "a tab": (f"a:\n\tb: {CANARY}", 2, "a tab"),
    "a tab after blanks": (f"a:\n  \t- {CANARY}\n", 2, "a tab"),
    "two documents": (f"a: 1\n---\na: {CANARY}", 2, "second document"),
    "an open bracket": (f"a: [{CANARY}", None, "not YAML"),
    "an open quote": (f"a: '{CANARY}", None, "not YAML"),
    "a colon too many": (f"a: b: {CANARY}", 1, "not YAML"),
    "a percent sign": (f"%{CANARY}", None, "not YAML"),
    "not UTF-8": ("a: 氏名".encode("cp932"), 1, "UTF-8"),
    "UTF-16": ("a: b".encode("utf-16"), 1, "UTF-8"),
    "a control character": (f"a: \x00{CANARY}", None, "YAML"),
    "larger than 5 MB": (b"# " + b"x" * 10_000_000, 1, "5 MB"),
    "lists in lists": ("a: " + "[" * 100_000, 1, "too deeply"),
    "lists in lists without brackets": ("- " * 100_000, 1, "too deeply"),
    "mappings in mappings": ("{a: " * 100_000, 1, "too deeply"),
    "keys in keys": ("? " * 100_000, 1, "too deeply"),
}


@pytest.mark.parametrize(("text", "line", "words"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.usefixtures("ends")
def test_tricks_and_slips_are_refused_in_a_sentence_with_the_line(write, text, line, words):
    path = write(text)
    with pytest.raises(InputError, match=words) as caught:
        read_yaml(path)
    said = str(caught.value)
    assert said.startswith(f"file.yaml:{line}: " if line else "file.yaml:")
    assert CANARY not in said
    assert len(said) < 160


def test_an_asterisk_in_a_text_is_no_alias(write):
    assert read_yaml(write("a: '*'\nb: 2 * 3 & more!")) == {"a": "*", "b": "2 * 3 & more!"}


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match=r"'no\.yaml' cannot be opened"):
        read_yaml(tmp_path / "no.yaml")


def test_a_changed_file_is_read_anew(write):
    assert read_yaml(write("a: 1")) == {"a": "1"}
    time.sleep(0.02)
    assert read_yaml(write("a: 2")) == {"a": "2"}


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ((), 1),
        (("a",), 1),
        (("b",), 2),
        (("b", 1), 4),
        (("b", 1, "d"), 5),
        (("b", 1, "missing"), 4),
        (("b", 7), 2),
        (("missing", "deeper"), 1),
    ],
)
def test_lines_are_those_a_person_counts(write, inside, line):
    assert line_of(write("a: 1\nb:\n  - c: 1\n  - c: 2\n    d: 3\n"), inside) == line


def answer(path):
    """Tell whether a file is read, or refused with its name and line."""
    try:
        read_yaml(path)
        return line_of(path, ("a", 0, "b")) > 0
    except InputError as error:
        return str(error).startswith("file.yaml:")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_bytes_there_is_an_answer_or_a_sentence(tmp_path_factory, content):
    path = Path(tmp_path_factory.mktemp("any") / "file.yaml")
    path.write_bytes(content)
    assert answer(path)


YAMLISH = st.text(st.sampled_from("ab:- \n\t[]{}*&!?|>'\"#%@,1"), max_size=60)


@given(YAMLISH)
def test_whatever_the_signs_there_is_an_answer_or_a_sentence(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "file.yaml"
    path.write_text(text, encoding="utf-8")
    assert answer(path)
