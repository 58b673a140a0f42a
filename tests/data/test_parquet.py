"""Parquet files: whoever wrote them and however they are cut, the table is the same."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from govkit.data import batches, count

TEXT = ["x", "y", None, "x", "", "z", "y"]
NUMBERS = [0.5, float("nan"), None, 0.5, -0.0, 0.0, 1e300]
WHOLE = [3.0, None, 3.0, -1.0, float("nan"), 2.0**53, 3.0]
COLUMNS = {"text": TEXT, "number": NUMBERS, "whole": WHOLE}


def written(path, kind, rows):
    table = pa.table({**COLUMNS, "text": pa.array(TEXT, kind)})
    pq.write_table(table, path, row_group_size=rows)
    assert pq.read_schema(path).field("text").type == kind
    return path


@pytest.mark.parametrize("rows", [1, 2, 7], ids="row groups of {}".format)
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
@pytest.mark.parametrize("at_once", [1, 3, 100], ids="batches of {}".format)
def test_the_cut_does_not_matter(tmp_path, monkeypatch, kind, rows, at_once):
    monkeypatch.setattr(batches, "_BATCH_ROWS", at_once)
    path = written(tmp_path / "a.parquet", kind, rows)
    assert count(path, list(COLUMNS)) == count(COLUMNS, list(COLUMNS))
    assert count(path, "number").to_frame()["number"].tolist()[:3] == [0.0, 0.5, 1e300]
    assert str(count(path, "whole").values[0].type) == "int64"


def test_small_row_groups_are_counted_together(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": list("abcdefghij") * 100}), path, row_group_size=10)
    assert [table.num_rows for table, _ in batches.batches(path, ["a"], None)] == [1000]


def test_text_comes_in_by_its_dictionary(tmp_path):
    path = written(tmp_path / "a.parquet", pa.large_string(), 7)
    (table, _), = batches.batches(path, ["text"], None)  # fmt: skip
    assert pa.types.is_dictionary(table.schema.field("text").type)


def test_a_chunked_column_of_numbers():
    chunks = pa.chunked_array([[1.5, None], [], [-0.0, 1.5], [0.0, float("nan")]])
    assert count(pa.table({"a": chunks}), "a").counts.tolist() == [2, 2, 2]
    assert count(pa.table({"a": chunks.slice(1, 4)}), "a").counts.tolist() == [2, 1, 1]


def test_counting_parquet_does_not_load_pandas(tmp_path):
    """Importing pandas takes longer than counting half a million records."""
    path = written(tmp_path / "a.parquet", pa.string(), 7)
    program = (
        "import sys; from govkit.data import batches; from govkit.microdata import check; "
        "batches._BATCH_ROWS = 3; "  # batches that do not use their whole dictionary
        "check(sys.argv[1], ['text', 'whole'], sensitive='number'); "
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, path], check=False).returncode == 0
