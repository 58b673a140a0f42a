"""Every place where data lives, and what is said when it cannot be read."""

from __future__ import annotations

import gzip
import sqlite3

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govkit.data import classify, count, scan
from govkit.data.scan import reading
from govkit.errors import GovkitError, InputError, SourceError

TEXT = "age,city\n30,札幌\n30,札幌\n,東京\n"
EXPECTED = count({"age": [30, 30, None], "city": ["札幌", "札幌", "東京"]}, ["age", "city"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.csv", TEXT.encode(), id="UTF-8"),
        pytest.param("a.csv", TEXT.encode("utf-8-sig"), id="UTF-8 with its mark"),
        pytest.param("a.csv", TEXT.encode("cp932"), id="CP932"),
        pytest.param("a.csv", TEXT.encode("utf-16"), id="UTF-16"),
        pytest.param("a.csv", TEXT.replace(",", ";").encode(), id="semicolon"),
        pytest.param("a.tsv", TEXT.replace(",", "\t").encode(), id="tab"),
        pytest.param("a.txt", TEXT.replace(",", "|").encode(), id="bar"),
        pytest.param("a.csv", TEXT.replace("\n", "\r\n").encode(), id="Windows lines"),
        pytest.param("a.csv.gz", gzip.compress(TEXT.encode()), id="gzip"),
        pytest.param("a.csv", TEXT.rstrip("\n").encode(), id="no last line break"),
        pytest.param("A.CSV", TEXT.encode(), id="capitals"),
    ],
)
def test_csv_files(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert count(path, ["age", "city"]) == EXPECTED
    assert count(scan(path), ["age", "city"]) == EXPECTED
    assert count(str(path), ["age", "city"]) == EXPECTED


def test_quotes_line_breaks_and_hostile_names(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        '"a""b; drop","two\nlines",\n"x, y","1\n2",p\n"x, y","1\n2",p\n', encoding="utf-8"
    )
    table = count(path, ['a"b; drop', "two\nlines", "column_3"])
    assert table.counts.tolist() == [2]


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\u2028", "\x85"])
@pytest.mark.parametrize("between", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_no_record_is_lost_below_a_heading_of_two_lines(tmp_path, inside, between, name):
    """Excel ends lines with one break and breaks headings with another: it read as empty."""
    lines = [f'"age{inside}(years)",city', "30,x", '30,"x"', '41,"two\nlines"']
    path = tmp_path / name
    content = between.join([*lines, ""]).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert count(path, [f"age{inside}(years)", "city"]).counts.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "20", "-3", "0"], "int64"),
        (["01", "20"], "large_string"),
        (["1.5", "2"], "double"),
        (["1.0", "2.0"], "int64"),
        (["2024-02-29", "2024-03-01"], "date32[day]"),
        (["2024-02-30", "2024-03-01"], "large_string"),
        (["060-0001", "1"], "large_string"),
        (["+1", "1"], "large_string"),
        (["99999999999999999999", "1"], "large_string"),
        (["NA", "1"], "large_string"),
        (["true", "false"], "large_string"),
    ],
    ids=lambda value: "/".join(value) if isinstance(value, list) else value,
)
def test_text_is_a_number_only_where_nothing_is_lost(tmp_path, cells, kind):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["x", *cells]) + "\n", encoding="utf-8")
    table = count(path, "x")
    assert str(table.values[0].type) == kind
    assert len(table) == len(cells)
    assert count(scan(path), "x") == table


@given(st.lists(st.text(st.sampled_from("0123456789.-+eE :/"), min_size=1, max_size=9), max_size=6))
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_typing_after_counting_equals_counting_after_typing(tmp_path, cells):
    path = tmp_path / "a.csv"
    pd.DataFrame({"x": cells, "y": "1"}).to_csv(path, index=False)
    assert count(scan(path), ["x", "y"]) == count(path, ["x", "y"])


def test_parquet_folder_and_glob(tmp_path):
    for part in "ab":
        pq.write_table(pa.table({"x": [part, "both"]}), tmp_path / f"{part}.parquet")
    (tmp_path / "_SUCCESS").touch()
    for source in (tmp_path, str(tmp_path / "*.parquet")):
        assert count(source, "x").counts.tolist() == [1, 1, 2]
    assert count(scan(tmp_path), "x").records == 4


def test_partitioned_folder(tmp_path):
    for area in ("north", "south"):
        folder = tmp_path / f"area={area}"
        folder.mkdir()
        pq.write_table(pa.table({"x": [1, 2]}), folder / "0.parquet")
    assert count(tmp_path, ["area", "x"]).counts.tolist() == [1, 1, 1, 1]


def test_duckdb_file(tmp_path):
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """CREATE TABLE "the; table" AS SELECT 30 AS age, 'x' AS "a""b; drop" """
        )
        connection.execute("CREATE SCHEMA s; CREATE VIEW s.v AS SELECT 1 AS age")
    assert count(f"{path}::the; table", ["age", 'a"b; drop']).records == 1
    assert count(f"{path}::s.v", "age").records == 1
    with pytest.raises(SourceError, match=r"Tables: 'main\.the; table'"):
        count(f"{path}::nothing", "age")
    with pytest.raises(InputError, match="name the table"):
        count(path, "age")


@pytest.mark.filterwarnings("ignore:unclosed database")  # Ibis leaves that to the collector
def test_sqlite_file(tmp_path):
    path = tmp_path / "a.sqlite"
    connection = sqlite3.connect(path)
    connection.execute('CREATE TABLE "the; table" (age INTEGER, "a""b; drop" TEXT)')
    connection.executemany(
        'INSERT INTO "the; table" VALUES (?, ?)', [(30, "x"), (30, "x"), (None, "y")]
    )
    connection.commit()
    connection.close()
    assert count(f"{path}::the; table", ["age", 'a"b; drop']).counts.tolist() == [2, 1]
    with pytest.raises(SourceError, match="There is no table 'nothing'"):
        count(f"{path}::nothing", "age")


def test_excel_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="this test writes a workbook with openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["age", "city", "mixed"])
    for row in ([30, "札幌", 1], [30, "札幌", "1"], [None, "東京", None]):
        book.active.append(row)
    book.create_sheet("second").append(["x"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert count(path, ["age", "city"]) == EXPECTED
    assert count(f"{path}::second", "x").records == 0
    with pytest.raises(SourceError, match="There is no table 'third'"):
        scan(f"{path}::third")


@pytest.mark.filterwarnings("ignore")  # drivers warn of connections that they close themselves
def test_postgresql(postgres):
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute('CREATE TABLE people (age integer, "a""b; drop" text)')
        connection.execute("INSERT INTO people VALUES (30, 'x'), (30, 'x'), (NULL, 'y')")
    table = count(f"{postgres}::people", ["age", 'a"b; drop'])
    assert table.counts.tolist() == [2, 1]
    with pytest.raises(SourceError, match="There is no table 'nobody'"):
        count(f"{postgres}::nobody", "age")


def test_a_password_is_not_repeated():
    with pytest.raises(SourceError) as caught:
        count("postgresql://u:hunter2@127.0.0.1:1/db::people", "age")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_frame_of_narwhals_and_a_mapping():
    frame = nw.from_native(pd.DataFrame({"a": [1, 1]}))
    assert count(frame, "a") == count(frame.lazy(), "a") == count({"a": [1, 1]}, "a")


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow"])
def test_an_engine_can_be_chosen(tmp_path, engine):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode())
    assert count(path, ["age", "city"], engine=engine) == EXPECTED


@pytest.mark.usefixtures("spark")
def test_spark_can_be_chosen(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode())
    assert count(path, ["age", "city"], engine="pyspark") == EXPECTED


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        pytest.param("a.csv", b"", "is empty", id="empty file"),
        pytest.param("a.csv", b"\n", "is empty", id="empty line"),
        pytest.param(
            "a.csv", b"a,b\n1,2\n3\n", r"fields than the header \(line 3\)", id="short line"
        ),
        pytest.param("a.csv", b"a,b\n1,2\n3,4,5\n", "fields than the header", id="long line"),
        pytest.param("a.csv", b'a,b\n1,"Canary\n', "not closed", id="open quote"),
        pytest.param("a.csv", b'"a,b\n1,2\n', "not closed", id="open quote in the header"),
        pytest.param("a.csv", b"a,A\n1,2\n", "more than once", id="names alike but for capitals"),
        pytest.param(
            "a.csv", b"a,b\n\xff\xfe\x81,Canary\n\x80\x80,\xa0\n", "--encoding", id="binary"
        ),
        pytest.param("a.parquet", b"Canary", "not a Parquet file", id="no Parquet"),
        pytest.param("a.xlsx", b"Canary", "cannot be read", id="no workbook"),
        pytest.param("a.feather", b"Canary", "cannot be read", id="no Arrow file"),
        pytest.param("a.sas7bdat", b"", "does not know the file type", id="unknown type"),
        pytest.param("a.duckdb", b"Canary", "name the table", id="no database"),
    ],
)
def test_a_broken_file_is_told_in_a_sentence(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(GovkitError, match=sentence) as caught:
        count(path, ["a", "b"])
    assert "Canary" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("source", "options", "sentence"),
    [
        ("nothing.csv", {}, "There is no file 'nothing.csv'"),
        ("", {}, "name of the data is empty"),
        ("nothing-*.parquet", {}, "holds no Parquet file"),
        (42, {}, "cannot read a int"),
        ({"a": [1]}, {"engine": "abacus"}, "There is no engine"),
        ("postgresql://host/db", {}, "needs a table"),
        ("abacus://host/db::t", {}, "knows no such database"),
        ("x" * 5_000, {}, "name is too long"),
    ],
)
def test_a_source_that_is_none(source, options, sentence):
    with pytest.raises(GovkitError, match=sentence):
        count(source, "a", **options)


@pytest.mark.parametrize(
    ("source", "sentence"), [("", "name of the data is empty"), ("x" * 5_000, "name is too long")]
)
def test_a_place_that_is_none(source, sentence):
    """An empty name was once taken for the current folder, and all of it was read."""
    with pytest.raises(SourceError, match=sentence):
        classify(source)


@pytest.mark.parametrize("said", ["connection to server failed", "failed to resolve host 'db'"])
def test_a_database_that_does_not_answer(said):
    sentence = r"Table 't' of the database .* does not answer"
    with pytest.raises(SourceError, match=sentence), reading("postgresql://host/db::t"):
        raise ConnectionError(said)


def test_a_folder_without_parquet(tmp_path):
    with pytest.raises(SourceError, match="holds no Parquet file"):
        count(tmp_path, "a")


def test_wrong_delimiter_and_encoding(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode())
    with pytest.raises(InputError, match="single character"):
        scan(path, delimiter=";;")
    with pytest.raises(InputError, match="no encoding"):
        scan(path, encoding="klingon")
    with pytest.raises(SourceError, match="do not fit the encoding"):
        count(path, "age", encoding="euc_jp")


def test_columns_that_differ_between_files(tmp_path):
    pq.write_table(pa.table({"a": [1], "b": [1]}), tmp_path / "0.parquet")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "1.parquet")
    with pytest.raises(SourceError, match="not in every file"):
        count(tmp_path, ["a", "b"])


def test_types_that_differ_between_files(tmp_path):
    pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "0.parquet")
    pq.write_table(pa.table({"a": ["2", "x"]}), tmp_path / "1.parquet")
    assert count(tmp_path, "a").counts.tolist() == [1, 2, 1]


def test_nothing_is_left_in_the_working_folder(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode("cp932"))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    count(path, "age")
    assert list(here.iterdir()) == []


def test_days_stay_days_beside_an_empty_field(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("day,n\n2024-02-29,1\n,2\n2024-03-01,3\n")
    assert str(scan(path).collect_schema()["day"]) == "Date"
    assert str(count(path, "day").values[0].type) == "date32[day]"
    path.write_text("day,n\n2024-02-30,1\n,2\n")  # no such day: text
    assert str(scan(path).collect_schema()["day"]) == "String"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        pytest.param([0, 1], "column names of a frame are text", id="numbers"),
        pytest.param([("age", "mean"), ("age", "count")], "There is no column 'age'", id="levels"),
    ],
)
def test_column_names_that_are_no_text_are_told(columns, sentence):
    frame = pd.DataFrame([[1, 2], [1, 2]])
    frame.columns = pd.Index(columns)
    with pytest.raises(GovkitError, match=sentence):
        count(frame, [columns[0] if columns[0] == 0 else "age"])
