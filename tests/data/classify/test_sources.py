"""Whole sources, hostile input, decisions in YAML, drift, and no value of a person anywhere."""

import datetime as dt
import json
import logging
import sqlite3
import subprocess
import sys

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import yaml
from typer.testing import CliRunner

from govkit.cli import app
from govkit.data import classify, drift
from govkit.data.classify import Role
from govkit.data.classify.power import distinction, separation
from govkit.data.sample import distinct
from govkit.data.scan import scan
from govkit.errors import ColumnNotFoundError, GovkitError, InputError, SourceError
from govkit.result import Verdict

CANARY = "鬼龍院ズバ代"
PEOPLE = {
    "氏名": [CANARY, "佐藤 花子", "鈴木 一郎"] * 20,
    "mail": [f"kiryuin.zubayo{i}@example.com" for i in range(60)],
    "備考": [f"{CANARY}様は090-1234-{i:04d}" for i in range(60)],
    "size": ["S", "M", "L"] * 20,
}
ENGINES = {
    "pyarrow": pa.table,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars-lazy": lambda data: pl.DataFrame(data).lazy(),
    "duckdb": lambda data: duckdb.from_arrow(pa.table(data)),
    "dict": dict,
}


@pytest.mark.parametrize("make", ENGINES.values(), ids=ENGINES)
def test_every_engine_gives_the_same_map(make):
    assert (
        classify(make(PEOPLE), sample=25).to_dict()["fields"]
        == classify(PEOPLE, sample=25).to_dict()["fields"]
    )


@pytest.mark.parametrize("make", ENGINES.values(), ids=ENGINES)
def test_the_sample_is_the_same_in_every_engine_and_row_order(make):
    backwards = {name: values[::-1] for name, values in PEOPLE.items()}
    drawn = [
        distinct(scan(make(data)), "mail", size=7, seed=3, longest=99)
        for data in (PEOPLE, backwards)
    ]
    here = distinct(scan(PEOPLE), "mail", size=7, seed=3, longest=99)
    assert {frozenset(one.values) for one in drawn} == {frozenset(here.values)}
    assert (here.distinct, here.filled, here.alike) == (60, 60, 0)
    assert frozenset(
        distinct(scan(PEOPLE), "mail", size=7, seed=4, longest=99).values
    ) != frozenset(here.values)


def test_an_address_outside_the_sample_is_found():
    texts = [f"資料を{i}部送付した。" for i in range(3000)] + ["返信先taro@example.comまで"]
    found = classify({"備考": texts}, sample=10)["備考"]
    assert (found.type, found.personal) == ("free_text", True)


def test_power_of_columns_and_pairs_by_hand():
    found = classify({"a": ["x", "x", "y", "z"], "b": ["p", "q", "p", "p"]})
    assert (found["a"].distinction, found["b"].distinction) == (0.75, 0.5)
    assert found["a"].separation == pytest.approx(5 / 6)
    assert [(pair.columns, pair.alone, pair.separation) for pair in found.pairs] == [
        (("a", "b"), 4, 1.0)
    ]
    assert (distinction(0, 0), separation(0, 1)) == (0.0, 0.0)


def test_a_harmless_looking_column_that_singles_people_out_is_named():
    found = classify({"amount": [100 + i for i in range(50)], "ok": [1, 0] * 25})
    assert [one.name for one in found.singling_out()] == ["amount"]
    assert "amount" in found.sentence


HOSTILE = {
    "binary": {"face": pa.array([b"\x00\xff", b"x"])},
    "ten megabytes": {"memo": ["x" * 10_000_000, "y"]},
    "several types": pd.DataFrame({"a": [1, "x", None, 3.5, dt.date(2020, 1, 1), b"z"]}),
    "all missing": {"氏名": pa.array([None, None], pa.string())},
    "no type": {"x": [None, None]},
    "no records": pl.DataFrame({"氏名": []}, schema={"氏名": pl.String}),
    "one record": {"氏名": ["山田太郎"]},
    "empty heading": {"": ["a", "b"]},
    "numbers as headings": pd.DataFrame({0: [1, 2], 1: ["a", "b"]}),
    "lists": pl.DataFrame({"a": [[1, 2], [3]]}),
    "categories": pd.DataFrame({"性別": pd.Categorical(["男", "女"])}),
    "infinite": {"x": [float("nan"), float("inf"), -1.5]},
    "zero byte": {"a": ["a\0b", "c"]},
    "spans of time": {"x": [dt.timedelta(1)]},
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_data_get_a_clear_statement(data):
    found = classify(data)
    assert found.columns == len(found.fields) > 0
    for one in found.fields:
        assert one.personal is not None or one.undetermined
    assert found.verdict in {Verdict.REVIEW, Verdict.SAFE}
    found._repr_html_()
    found.plot()
    assert len(found.to_frame()) == found.columns


def test_no_columns_prove_nothing():
    assert classify(pl.DataFrame()).verdict is Verdict.REVIEW


def test_two_thousand_columns():
    found = classify({f"c{i}": [i, i + 1] for i in range(2000)}, with_pairs=False)
    assert found.columns == 2000


def test_duplicate_headings_are_refused_in_one_sentence():
    with pytest.raises(GovkitError, match="more than once"):
        classify(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_html_in_headings_and_tables_is_escaped():
    shown = classify({"<script>alert(1)</script>": ["a@example.com"]})._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_the_table_in_a_notebook_tells_roles_by_word_and_folds_the_evidence():
    shown = classify(PEOPLE)._repr_html_()
    assert all(word in shown for word in ("direct", "undetermined", "<details>", "漢漢"))


@pytest.fixture
def folder(tmp_path):
    with duckdb.connect(str(tmp_path / "a.duckdb")) as base:
        base.execute("CREATE TABLE people AS SELECT '山田太郎' AS 氏名, 'a@example.com' AS mail")
        base.execute("CREATE TABLE prices AS SELECT 9.5 AS price")
    with sqlite3.connect(tmp_path / "b.sqlite") as base:
        base.execute("CREATE TABLE staff (tel TEXT)")
        base.execute("INSERT INTO staff VALUES ('090-1234-5678')")
    base.close()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "visits.csv").write_text("ip,page\n203.0.113.5,top\n", encoding="utf-8")
    pl.DataFrame({"dob": ["1980-01-02"]}).write_parquet(tmp_path / "sub" / "born.parquet")
    return tmp_path


# Ibis asks pandas for an option that pandas 3 deprecates; nothing of ours is meant.
@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")
def test_a_folder_with_databases_is_one_map(folder):
    found = classify(folder)
    assert {one.table for one in found.fields} == {
        "a.duckdb::people", "a.duckdb::prices", "b.sqlite", "sub/visits.csv", "sub/born.parquet",
    }  # fmt: skip
    assert (found["mail"].type, found["tel"].type, found["dob"].type) == ("email", "phone", "dob")
    assert found["a.duckdb::people::氏名"].role is Role.DIRECT


def test_every_table_of_a_database_is_read(folder):
    assert [one.table for one in classify(folder / "a.duckdb").fields] == [
        "people",
        "people",
        "prices",
    ]


def test_every_sheet_of_a_workbook_is_read(tmp_path):
    book = tmp_path / "book.xlsx"
    pytest.importorskip("openpyxl", reason="writing the workbook needs openpyxl")
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"氏名": ["山田 太郎"]}).to_excel(writer, sheet_name="一", index=False)
        pd.DataFrame({"価格": [100]}).to_excel(writer, sheet_name="二", index=False)
    assert [(one.table, one.name) for one in classify(book).fields] == [
        ("一", "氏名"),
        ("二", "価格"),
    ]


def test_a_file_that_cannot_be_read_is_named_not_skipped(folder):
    (folder / "sub" / "bad.parquet").write_text("no Parquet")
    (folder / "b.sqlite").unlink()
    found = classify(folder)
    assert len(found.unread) == 1
    assert "sub/bad.parquet" in found.sentence
    assert found.verdict is Verdict.REVIEW


def test_a_folder_of_nothing_readable_is_refused(tmp_path):
    (tmp_path / "readme.md").write_text("x")
    with pytest.raises(SourceError, match="holds no file"):
        classify(tmp_path)


def test_a_new_file_name_is_the_same_table(tmp_path):
    for name in ("march", "april"):
        pd.DataFrame(PEOPLE).to_csv(tmp_path / f"{name}.csv", index=False)
    classify(tmp_path / "march.csv").write(tmp_path / "map.yaml", confirmed_by="K. Hoshino")
    assert drift(tmp_path / "april.csv", tmp_path / "map.yaml").verdict is Verdict.SAFE


def test_a_person_decides_and_the_decision_stands(tmp_path):
    path = tmp_path / "map.yaml"
    classify(PEOPLE).write(path)
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {one["confirmed_by"] for one in plain["fields"]} == {None}
    size = next(one for one in plain["fields"] if one["name"] == "size")
    size |= {"type": "category", "personal": False, "role": "none", "appi_class": "none",
             "confirmed_by": "K. Hoshino", "confirmed_on": dt.date(2026, 4, 1)}  # fmt: skip
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    decided = classify(PEOPLE, declared=path)["size"]
    assert (decided.type, decided.personal, decided.undetermined) == ("category", False, None)
    assert decided.evidence[0] == "confirmed by K. Hoshino on 2026-04-01"
    assert drift(PEOPLE, path).verdict is Verdict.SAFE


def test_a_map_that_cannot_be_written_is_told_and_the_old_one_stays(tmp_path):
    found = classify(PEOPLE)
    with pytest.raises(SourceError, match=r"'map\.yaml' cannot be written .*: choose another"):
        found.write(tmp_path / "nowhere" / "map.yaml")
    assert list(tmp_path.iterdir()) == []


def test_confirming_all_writes_name_and_day_but_not_on_the_undetermined(tmp_path):
    path = tmp_path / "map.yaml"
    classify(PEOPLE).write(path, confirmed_by="K. Hoshino", on=dt.date(2026, 4, 1))
    fields = {
        one["name"]: one for one in yaml.safe_load(path.read_text(encoding="utf-8"))["fields"]
    }
    assert (fields["mail"]["confirmed_by"], fields["mail"]["confirmed_on"]) == (
        "K. Hoshino",
        dt.date(2026, 4, 1),
    )
    assert fields["size"]["confirmed_by"] is None


CHANGES = {
    "the same": ({}, Verdict.SAFE, ""),
    "new personal column": (
        {"tel": ["090-1234-5678"] * 60},
        Verdict.UNSAFE,
        "'tel' is new and holds phone",
    ),
    "new undetermined column": (
        {"zz": ["a", "b"] * 30},
        Verdict.REVIEW,
        "'zz' is new and undetermined",
    ),
    "type changed": (
        {"mail": [f"03-1234-{i:04d}" for i in range(60)]},
        Verdict.UNSAFE,
        "'mail' was declared email",
    ),
    "column gone": ({"氏名": None}, Verdict.UNSAFE, "'氏名' is gone"),
}


@pytest.mark.parametrize(("change", "verdict", "words"), CHANGES.values(), ids=CHANGES)
def test_drift(tmp_path, change, verdict, words):
    classify(PEOPLE).write(tmp_path / "map.yaml", confirmed_by="K. Hoshino")
    delivery = {name: values for name, values in (PEOPLE | change).items() if values is not None}
    found = drift(delivery, tmp_path / "map.yaml")
    assert found.verdict is verdict
    assert words in found.sentence


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        pytest.param(None, SourceError, "There is no file", id="missing"),
        pytest.param("a: [", InputError, "this is not YAML", id="no YAML"),
        pytest.param(
            f"source: x\nfields: []\nsourec: {CANARY}", InputError, "sourec", id="misspelt key"
        ),
        pytest.param("", InputError, "write keys and values", id="empty"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, text, error, words):
    path = tmp_path / "map.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words) as caught:
        classify(PEOPLE, declared=path)
    assert CANARY not in str(caught.value)


def test_asking_for_an_unknown_column_names_the_near_ones():
    with pytest.raises(ColumnNotFoundError, match="mail"):
        classify(PEOPLE)["mial"]


def test_a_sample_of_nothing_is_refused():
    with pytest.raises(InputError, match="at least 1"):
        classify(PEOPLE, sample=0)


def test_no_value_of_a_person_leaves(tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    found = classify(PEOPLE, progress=True)
    found.write(tmp_path / "map.yaml", confirmed_by="K. Hoshino")
    pd.DataFrame(PEOPLE).to_csv(tmp_path / "people.csv", index=False)
    result = CliRunner().invoke(
        app, ["classify", str(tmp_path / "people.csv"), "--html", str(tmp_path / "r.html")]
    )
    everything = [
        repr(found), str(found.fields), json.dumps(found.to_dict(), ensure_ascii=False),
        found._repr_html_(), found.to_frame().to_csv(), found.pairs_frame().to_csv(),
        found.plot().to_json(),
        (tmp_path / "map.yaml").read_text(encoding="utf-8"),
        (tmp_path / "r.html").read_text(encoding="utf-8"),
        caplog.text, *capfd.readouterr(), result.output,
    ]  # fmt: skip
    for text in everything:
        for secret in (CANARY, "鬼龍院", "zubayo", "090-1234"):
            assert secret not in text


@pytest.fixture
def run(tmp_path):
    pd.DataFrame(PEOPLE).to_csv(tmp_path / "people.csv", index=False)

    def run(*arguments, code=0):
        result = CliRunner().invoke(
            app, ["classify", str(tmp_path / "people.csv"), *arguments], standalone_mode=False
        )
        assert result.exception is None
        assert result.return_value == code
        return result.stdout

    return run


def test_the_command_gives_the_keys_of_the_contract(run):
    fields = json.loads(run("--json"))["fields"]
    keys = {"name", "type", "category", "role", "personal", "appi_class", "confidence", "evidence"}
    assert keys <= fields[0].keys()
    assert [one["name"] for one in fields] == list(PEOPLE)
    assert (fields[0]["type"], fields[0]["role"], fields[0]["appi_class"]) == (
        "name",
        "direct",
        "personal_information",
    )


def test_the_command_writes_reads_and_compares(run, tmp_path):
    path = str(tmp_path / "map.yaml")
    run("--write", path, "--confirmed-by", "K. Hoshino")
    assert "as declared" in run("--drift", path)
    text = (tmp_path / "map.yaml").read_text(encoding="utf-8").replace("type: email", "type: phone")
    (tmp_path / "map.yaml").write_text(
        text.replace("proposed: email", "proposed: phone"), encoding="utf-8"
    )
    assert json.loads(run("--drift", path, "--json", code=1))["changed"] == 1


def test_importing_loads_no_heavy_package():
    loaded = {
        "yaml",
        "phonenumbers",
        "email_validator",
        "japanese_personal_name_dataset",
        "pydantic",
    }
    code = f"import sys, govkit.data; sys.exit(bool({loaded - {'yaml'}!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_engines_stay_lazy():
    assert isinstance(scan(PEOPLE), nw.LazyFrame)
