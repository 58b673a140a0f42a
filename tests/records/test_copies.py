"""Exports for people, and backups that bring back everything or nothing."""

import csv
import io
import json
import sqlite3
import threading
from pathlib import Path

import pytest
from openpyxl import load_workbook

from govkit import Verdict
from govkit.errors import GovkitError, InputError, SourceError
from govkit.records import backup, chain, export, open_store, restore

KARI = {"name": "Kari Nordmann"}
HOSTILE = {"a": "=cmd|' /C calc'!A0", 'b"\n': ["x", 1], "c": "bell\x07", "d": None, "e": 1.5}


@pytest.fixture
def filled(store):
    store.append("note", "N-1", HOSTILE, author="山田", person=KARI)
    store.append("note", "N-2", {"f": "<b>"}, author="=author", policy_version="3.0")
    gone = store.append("note", "N-3", {}, author="S1", person=KARI)
    store.erase(gone.person, author="S1", reason="over")
    return store


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_an_export_holds_entries_and_no_person(filled, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    assert export(filled, path, "note") == 3
    assert b"Kari" not in path.read_bytes()
    if suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert [row["content"] for row in rows] == [HOSTILE, {"f": "<b>"}, {}]
        assert rows[0]["digest"] == filled.entries()[0].digest
        return
    if suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
    else:
        head, *cells = load_workbook(path).active.iter_rows(values_only=True)
        rows = [dict(zip(head, one, strict=True)) for one in cells]
    assert [row["key"] for row in rows] == ["N-1", "N-2", "N-3"]
    assert rows[0]["content.a"] == "'=cmd|' /C calc'!A0"
    assert rows[0]['content.b"\n'] == '["x",1]'
    assert rows[0]["content.c"] == '"bell\\u0007"'
    assert rows[1]["author"] == "'=author"


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [("out.pdf", None, "not '.pdf'"), ("out.csv", "nothing", "no such entries")],
)
def test_an_export_that_cannot_be(filled, tmp_path, name, kind, sentence):
    with pytest.raises(InputError, match=sentence):
        export(filled, tmp_path / name, kind)
    assert [one.name for one in tmp_path.glob("out*")] == []


def test_a_text_longer_than_a_cell_is_told(local, tmp_path):
    local.append("note", None, {"text": "x" * 40_000}, author="S1")
    with pytest.raises(InputError, match="longer than a cell"):
        export(local, tmp_path / "out.xlsx")
    assert export(local, tmp_path / "out.csv") == 1


def test_a_folder_that_is_not_there(filled, tmp_path):
    for write in (export, backup):
        for suffix in (".jsonl", ".csv"):
            with pytest.raises(GovkitError):
                write(filled, tmp_path / "no" / f"out{suffix}")


# Backups


@pytest.fixture(params=[".jsonl", ".sqlite"])
def copy(request, filled, tmp_path):
    if request.param == ".sqlite" and not filled.file:
        pytest.skip("PostgreSQL is backed up as JSON Lines")
    return backup(filled, tmp_path / f"backup{request.param}")


def test_a_backup_brings_everything_back(filled, copy, new_place):
    place = new_place()
    answer = restore(copy, place)
    found = open_store(place)
    assert found.entries() == filled.entries()
    assert found.person(filled.entries()[0].person) == KARI
    assert (answer.verdict, answer.erased) == (Verdict.SAFE, 1)
    assert answer == filled.verify()
    found.append("note", None, {}, author="S1")  # and it goes on


def test_a_backup_of_one_database_goes_into_the_other(filled, tmp_path):
    copy, place = backup(filled, tmp_path / "b.jsonl"), tmp_path / "other.sqlite"
    restore(copy, place)
    assert open_store(place).verify() == filled.verify()


def test_records_that_are_there_are_not_written_over(filled, copy, place):
    with pytest.raises(SourceError, match="restore to another place"):
        restore(copy, place)
    assert len(filled.entries()) == 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(lambda rows: rows[:1] + rows[2:], "entry 2 is missing", id="line removed"),
        pytest.param(lambda rows: rows + rows[-1:], "it is damaged", id="line twice"),
        pytest.param(lambda rows: [rows[0] | {"author": "x"}, *rows[1:]], "entry 1 was changed",
                     id="author changed"),
        pytest.param(lambda rows: [rows[0] | {"content": {}}, *rows[1:]], "entry 1 was changed",
                     id="content changed"),
        pytest.param(lambda rows: [rows[0] | {"data": "{}"}, *rows[1:]], "person of entry 1",
                     id="person changed"),
        pytest.param(lambda rows: [rows[0] | {"salt": None, "data": None}, *rows[1:]],
                     "person of entry 1 is gone", id="person removed"),
        pytest.param(lambda rows: [{"number": 1}, *rows], "Line 1 is no entry", id="half a line"),
        pytest.param(lambda _: ["Kari"], "Line 1 is no entry", id="no entry"),
        pytest.param(lambda rows: rows[:2], None, id="end cut off: as far as can be known"),
    ],
)  # fmt: skip
def test_a_backup_that_does_not_hold_is_refused(filled, new_place, tmp_path, change, sentence):
    copy, place = backup(filled, tmp_path / "b.jsonl"), new_place()
    rows = [json.loads(line) for line in copy.read_text("utf-8").splitlines()]
    copy.write_text("".join(f"{json.dumps(row)}\n" for row in change(rows)), "utf-8")
    if sentence is None:
        assert restore(copy, place).entries == 2
        return
    with pytest.raises(GovkitError, match=sentence) as caught:
        restore(copy, place)
    assert "Kari" not in str(caught.value)
    if isinstance(place, Path):
        assert not place.exists()
        assert list(tmp_path.glob(".govkit*")) == []
    else:
        assert open_store(place).entries() == ()


def test_copies_that_cannot_be(local, tmp_path):
    with pytest.raises(InputError, match=r"\.jsonl or, of a SQLite file"):
        backup(local, tmp_path / "b.zip")
    with pytest.raises(InputError, match="the file of the records itself"):
        backup(local, local.file)  # it would take the file away from whoever writes
    with pytest.raises(SourceError, match="no backup"):
        restore(tmp_path / "b.jsonl", tmp_path / "new.sqlite")
    (tmp_path / "b.sqlite").write_bytes(b"Kari" * 100)
    with pytest.raises(SourceError, match="no SQLite file"):
        restore(tmp_path / "b.sqlite", tmp_path / "new.sqlite")


@pytest.mark.parametrize("suffix", [".jsonl", ".sqlite"])
def test_a_backup_is_whole_while_others_write(local, tmp_path, suffix):
    going = threading.Event()

    def write():
        for _ in range(100):
            local.append("note", None, {}, author="S1", person=KARI)
            going.set()

    writer = threading.Thread(target=write)
    writer.start()
    going.wait()
    copies = [backup(local, tmp_path / f"{i}{suffix}") for i in range(5)]
    writer.join()
    for i, copy in enumerate(copies):
        assert restore(copy, tmp_path / f"new{i}.sqlite").verdict is Verdict.SAFE


@pytest.mark.parametrize(
    ("said", "told"),
    [("database or disk is full", "the disk is full; nothing was written"),
     ("database disk image is malformed", "it is damaged"), ("x", "the database refused")],
)  # fmt: skip
def test_a_database_that_stops_a_backup_is_told(local, tmp_path, monkeypatch, said, told):
    """SQLite's own error, which is none of the system, came out as a traceback."""

    def stopped(_, draft):
        draft.write_bytes(b"begun")
        raise sqlite3.OperationalError(said)

    monkeypatch.setattr("govkit.records.copies._copy", stopped)
    with pytest.raises(SourceError, match=rf"^b\.sqlite: {told}"):
        backup(local, tmp_path / "b.sqlite")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("b")] == []


def test_a_million_characters_come_back(local, tmp_path):
    local.append("note", None, {"text": "字" * 900_000}, author="S1")
    restore(backup(local, tmp_path / "b.jsonl"), tmp_path / "new.sqlite")
    assert open_store(tmp_path / "new.sqlite").entries() == local.entries()


def test_what_a_digest_is_taken_of_is_in_every_line(filled, tmp_path):
    copy = backup(filled, tmp_path / "b.jsonl")
    for line in copy.read_text("utf-8").splitlines():
        assert {*chain.PARTS, "digest", "salt", "data"} == json.loads(line).keys()
