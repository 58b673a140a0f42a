"""A register is started from data, and a person decides."""

from pathlib import Path

import duckdb
import pytest

import govkit as gk
from govkit.errors import InputError
from govkit.output.proposal import propose

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def write(path, name="Quillfeather"):
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{name},user{n}@example.com,{n % 3}" for n in range(40)]
    path.write_text("\n".join(["family_name,email,zzq", *rows]), encoding="utf-8")
    return path


def test_every_table_of_a_folder_becomes_a_dataset(tmp_path):
    for name in ("a.csv", "sub/a.csv", "顧客 一覧.csv"):
        write(tmp_path / "data" / name)
    files, _ = propose(tmp_path / "data", tmp_path / "register")
    found = gk.load_register(tmp_path / "register")
    assert sorted(path.stem for path in files) == ["a", "sub-a", "顧客-一覧"]
    assert {one.location for one in found.datasets} == {"a.csv", "sub/a.csv", "顧客 一覧.csv"}


def test_what_was_found_is_proposed_and_nobody_has_confirmed_it(tmp_path):
    propose(write(tmp_path / "people.csv"), tmp_path / "register")
    found = gk.load_register(tmp_path / "register").by_key["datasets"]["people"]
    email = {one.name: one for one in found.fields}["email"]
    assert (email.type, email.role, email.confirmed_by) == ("email", "direct", None)
    assert email.evidence
    assert found.location == "people.csv"
    text = (tmp_path / "register" / "datasets" / "people.yaml").read_text("utf-8")
    assert text.startswith("# Proposed by govkit")
    assert "Quillfeather" not in text  # samples in the evidence are masked
    assert "user1@" not in text


def test_what_the_scan_cannot_tell_counts_as_quasi_identifier(tmp_path):
    propose(write(tmp_path / "people.csv"), tmp_path / "register")
    found = gk.load_register(tmp_path / "register").datasets[0]
    unclear = {one.name: one for one in found.fields}["zzq"]
    assert unclear.role == "quasi"
    assert unclear.evidence[0].startswith("undetermined: ")


def test_tables_of_a_database(tmp_path):
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(path) as base:
        base.execute("create table orders as select 'a@example.com' as email")
        base.execute("create table \"Orders 2025\" as select 'b@example.com' as email")
    files, unread = propose(path, tmp_path / "register")
    found = gk.load_register(tmp_path / "register")
    assert (len(files), unread) == (2, ())
    assert {one.location for one in found.datasets} == {
        "shop.duckdb::orders", "shop.duckdb::Orders 2025",
    }  # fmt: skip


def test_what_cannot_be_read_is_told(tmp_path):
    write(tmp_path / "data" / "a.csv")
    (tmp_path / "data" / "b.parquet").write_bytes(b"not a table")
    files, unread = propose(tmp_path / "data", tmp_path / "register")
    assert [path.name for path in files] == ["a.yaml"]
    assert "b.parquet" in unread[0]


def test_nothing_is_overwritten(tmp_path):
    write(tmp_path / "data" / "a.csv")
    propose(tmp_path / "data", tmp_path / "register")
    before = (tmp_path / "register" / "datasets" / "a.yaml").read_bytes()
    write(tmp_path / "data" / "b.csv")
    with pytest.raises(InputError, match=r"'a\.yaml' is there already"):
        propose(tmp_path / "data", tmp_path / "register")
    assert (tmp_path / "register" / "datasets" / "a.yaml").read_bytes() == before
    assert not (tmp_path / "register" / "datasets" / "b.yaml").exists()
