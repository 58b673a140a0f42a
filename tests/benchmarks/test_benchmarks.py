"""The benchmarks' data and harness, without a word about how fast anything is."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def bench():
    """The scripts of the benchmarks as modules."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in ("make_data", "report", "run")}
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture
def store(bench, tmp_path, monkeypatch):
    """A folder of its own for the harness."""
    monkeypatch.setattr(bench["run"], "STORE", tmp_path)
    return tmp_path


def records(bench, number, **options) -> pa.Table:
    return pa.concat_tables(bench["make_data"].blocks(number, **options)).combine_chunks()


@pytest.mark.parametrize("wide", [False, True], ids=["plain", "wide"])
@pytest.mark.parametrize("first", [1, 100_000, 100_007])
def test_the_first_records_are_always_the_same(bench, first, wide):
    longer = records(bench, 120_000, wide=wide)
    assert longer.num_rows == 120_000
    assert records(bench, first, wide=wide).equals(longer.slice(0, first))


def test_the_next_block_is_another_one(bench):
    two = records(bench, 200_000)
    assert not two.slice(0, 100_000).equals(two.slice(100_000))


def test_the_columns_have_as_many_values_as_they_say(bench):
    table = records(bench, 300_000)
    distinct = {name: len(table.column(name).unique()) for name in table.column_names}
    assert list(distinct.values()) == [74, 2, 5, 7, 16, 41, 8, 14]
    assert pa.types.is_string(table.schema.field("country").type)  # as anybody would write it


def test_parquet_and_csv_hold_the_same_records(bench, tmp_path):
    write = bench["make_data"].write
    write(tmp_path / "a.parquet", 100_050, row_group=1000)
    write(tmp_path / "a.csv", 100_050)
    parquet = pq.ParquetFile(tmp_path / "a.parquet")
    assert parquet.metadata.num_row_groups == 101
    assert parquet.read().equals(pacsv.read_csv(tmp_path / "a.csv").combine_chunks())


def test_the_quick_run_on_few_records(bench, store):
    run, readers = bench["run"], bench["report"].READERS
    plan = run.races(quick=True)
    assert {name for race in plan for name in race.contestants} == {*readers, *run.FAST}
    measures = run.run(run.Race("people", 1000, readers, 1))
    assert [one["contestant"] for one in measures] == readers
    assert not [one for one in measures if "failed" in one or one["peak_mb"] <= 0]
    combinations = {one["answer"]["combinations"] for one in measures if "answer" in one}
    assert combinations == {
        len(records(bench, 1000).group_by([*run.QUASI, run.SENSITIVE]).aggregate([]))
    }
    assert list(store.rglob("*.parquet")) == [store / "data" / "people-1000.parquet"]


def test_a_contestant_that_fails_is_said_to_have_failed(bench):
    run = bench["run"]
    assert run.measured([sys.executable, "-c", "raise SystemExit(3)"])["failed"] == "exit code 3"
    endless = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert run.measured(endless, limit=0.5)["failed"] == "over the limit"


def measure(contestant, records, cpu, **more):
    place = {"table": "people", "quasi": ["age"], "sensitive": "occupation", "runs": 1}
    taken = {"cpu_call": cpu, "cpu_process": cpu + 0.5, "peak_mb": 1024.0, "wall_call": cpu}
    answer = {"answer": {"combinations": 7, contestant: 1.0}}
    return {"contestant": contestant, "records": records, **place, **taken, **answer, **more}


def figures(bench, scale=1.0):
    """A run in which every bar is reached, if ``scale`` is 1."""
    ours = {"combinations": 7, **dict.fromkeys(bench["report"].MODELS, 1.0)}
    return {
        "date": "2026-01-02", "machine": "2 cores", "versions": {"govkit": "0"},
        "measures": [
            measure("govkit", 300_000, 0.1 * scale, answer=ours),
            measure("govkit-command", 300_000, 0.1),
            *(measure(name, 300_000, 10.0) for name in bench["report"].MODELS),
            measure("govkit", 3_000_000, 1.4 * scale, answer=ours),
            measure("govkit-command", 3_000_000, 1.5 * scale),
            measure("duckdb-numbers", 3_000_000, 1.0), measure("duckdb-table", 3_000_000, 1.0),
            measure("govkit-command", 30_000_000, 9.0, peak_mb=2000.0 * scale),
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("scale", "word"), [(1.0, "reached"), (2.0, "missed")])
def test_the_bars_are_judged(bench, scale, word):
    lines = bench["report"].bars(figures(bench, scale)).splitlines()[2:]
    assert [line.endswith(f"| {word} |") for line in lines] == [True] * 3


def test_what_was_not_measured_is_not_judged(bench):
    some = figures(bench)
    some["measures"] = [m for m in some["measures"] if m["contestant"] != "pycanon-delta"]
    assert "pyCANON" not in bench["report"].bars(some)
    assert "not measured" in bench["report"].readers(some)


def test_another_answer_is_told(bench):
    some = figures(bench)
    some["measures"][2]["answer"] = {"pycanon-k": 2.0}
    table = bench["report"].pycanon(some)
    assert (table.count("| yes |"), table.count("| no |")) == (8, 1)


def test_the_page_is_written_between_its_markers(bench, tmp_path):
    report, page = bench["report"], tmp_path / "explanation" / "benchmarks.md"
    page.parent.mkdir()
    page.write_text(f"# Title\n{report.START}\nold\n{report.END}\nkept\n", encoding="utf-8")
    report.write(figures(bench), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# Title\n{report.START}\n")
    assert text.endswith(f"{report.END}\nkept\n")
    assert "old" not in text
    assert len(list((tmp_path / "_static").glob("*.svg"))) == 2


def test_the_stored_page_shows_the_stored_figures(bench, tmp_path):
    docs = FOLDER.parent / "docs"
    stored = docs / "explanation" / "benchmarks.md"
    page = tmp_path / "explanation" / "benchmarks.md"
    page.parent.mkdir()
    page.write_text(stored.read_text(encoding="utf-8"), encoding="utf-8")
    full = json.loads((FOLDER / "results" / "full.json").read_text(encoding="utf-8"))
    bench["report"].write(full, tmp_path)
    assert page.read_text(encoding="utf-8") == stored.read_text(encoding="utf-8")
    for chart in (tmp_path / "_static").iterdir():
        assert chart.read_text(encoding="utf-8") == (docs / "_static" / chart.name).read_text(
            encoding="utf-8"
        )
