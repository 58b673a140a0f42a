# ruff: noqa: E501 - a case is a line
"""Single cases, each a situation that a reader can picture; what looks like a leak and is none."""

import base64

import pandas as pd
import pytest

from govkit.guard import check_outputs
from govkit.guard.counts import Seen, grid_kinds
from govkit.guard.grids import Grid
from govkit.guard.pages import html_grids
from govkit.guard.printed import text_grids
from govkit.guard.values import value_kinds

HOME = "/ho" + "me"  # this file holds no path of a machine


def text(value):
    return {"output_type": "stream", "name": "stdout", "text": value}


def result(value, html=None):
    data = {"text/plain": value} | ({"text/html": html} if html else {})
    return {"output_type": "execute_result", "data": data}


def kinds(*outputs, **options):
    return [leak.kind for leak in check_outputs(outputs, **options)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        pytest.param("返信先ｔａｒｏ＠mailbox.exampleまで", ["email"], id="full-width letters"),
        pytest.param("xxxx9@xxxxxxx.xxx", [], id="a mask of an address"),
        pytest.param("on 01-02-2026", [], id="a day is no telephone number"),
        pytest.param("[312 455 9021 117]", [], id="a row of numbers is none"),
        pytest.param("x = 0.4539148803436467", [], id="digits of a decimal are no card"),
        pytest.param("4539 1488 0343 6467", ["card-number"], id="a card"),
        pytest.param("4539 1488 0343 6468", [], id="a wrong check digit"),
        pytest.param("127.0.0.1 10.2.3.4 192.168.0.7", [], id="machines without a person"),
        pytest.param("個人番号 1234 5678 9019", [], id="My Number with a wrong check digit"),
        pytest.param("version 81.00.50.0", [], id="a zero that no address has"),
        pytest.param("name: ridge", [], id="a model is no person"),
        pytest.param("Dr. Holloway called", ["name"], id="a doctor"),
        pytest.param("postgresql://anna:***@db/crm", [], id="a hidden password"),
        pytest.param("password = getpass()", [], id="asked for"),
        pytest.param("PWD=Tr0ub4dor;", ["credential"], id="in an ODBC string"),
        pytest.param("AKIAIOSFODNN7EXAMPLE", ["credential"], id="a key"),
        pytest.param(f"{HOME}/jovyan/work", [], id="the user of every container"),
        pytest.param(r"C:\\Users\\hoshino\\a", ["user-path"], id="doubled backslashes"),
        pytest.param("生年月日: 1987年3月12日", ["birth-date"], id="a birthday"),
        pytest.param("born in 1987", [], id="a year is no day"),
        pytest.param("免許証番号 308012345650", ["identifier"], id="a driver's license"),
        pytest.param("免許証番号 308012345600", [], id="a license with a wrong check digit"),
        pytest.param("order no: 308012345650", [], id="the number of an order"),
        pytest.param("at 12 Baker Street", ["address"], id="a street"),
    ],
)
def test_values(written, found):
    assert list(value_kinds(written)) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param("3名が該当", ["small-count"], id="three people"),
        pytest.param("12名が該当", [], id="enough people"),
        pytest.param("3人以上の世帯", [], id="three or more"),
        pytest.param("1人あたりの売上", [], id="per head"),
        pytest.param("fewer than 5 people", [], id="a bound"),
        pytest.param("0 of 600 customers", [], id="nobody"),
        pytest.param("Of 250 respondents, 2.0% left", ["small-percentage"], id="five of 250"),
        pytest.param("Highest age: 97", ["extreme"], id="the oldest"),
        pytest.param("Highest accuracy: 0.97", [], id="the best model"),
        pytest.param("highest priority tickets", [], id="no number"),
    ],
)
def test_running_text(said, found):
    assert kinds(text(said)) == found


@pytest.mark.parametrize("threshold", [3, 4])
def test_a_count_at_the_threshold_is_enough(threshold):
    series = "town\nLeeds    120\nEly        3\nName: count, dtype: int64"
    assert kinds(result(series), threshold=threshold) == ([] if threshold == 3 else ["small-count"])


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("df['年収'].max()", ["extreme"], id="japanese heading"),
        pytest.param("df.age.min()", ["extreme"], id="attribute"),
        pytest.param("df['loss'].min()", [], id="no person's"),
        pytest.param("df['年収'].mean()", [], id="a mean"),
    ],
)
def test_a_bare_number_is_what_its_cell_asked_for(source, found):
    assert kinds(result("11990000"), source=source) == found


# Differences


def crossed(rows, *, labels=1):
    heads = ("town", "f", "m", "All")
    return Grid(heads=heads, rows=rows, labels=labels, grouped=True, crossed=True)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(
            [["A", "40", "30", "70"], ["B", "x", "25", "29"], ["All", "44", "55", "99"]],
            ["difference"],
            id="one withheld cell",
        ),
        pytest.param(
            [["A", "x", "x", "70"], ["B", "x", "x", "69"], ["All", "84", "55", "139"]],
            [],
            id="four that protect each other",
        ),
        pytest.param(
            [["A", "x", "x", "70"], ["B", "x", "25", "65"], ["All", "44", "91", "135"]],
            ["difference"],
            id="solved one after the other",
        ),
        pytest.param(
            [["A", "x", "30", "70"], ["B", "24", "25", "49"], ["All", "64", "55", "119"]],
            [],
            id="known, but large",
        ),
        pytest.param(
            [["A", "x", "x", "6"], ["B", "x", "x", "93"], ["All", "44", "55", "99"]],
            ["difference", "small-count"],
            id="two that sum to six",
        ),
    ],
)
def test_withheld_cells(rows, found):
    assert sorted(grid_kinds(crossed(rows), 10, Seen())) == found


def table(counts):
    rows = [[name, str(n)] for name, n in counts.items()]
    return Grid(heads=("town", "count"), rows=rows, labels=1, grouped=True)


@pytest.mark.parametrize(
    ("second", "found"),
    [
        pytest.param({"A": 98, "B": 60}, ["difference"], id="two people fewer"),
        pytest.param({"A": 100, "B": 60}, [], id="the same"),
        pytest.param({"A": 40, "B": 12}, [], id="another population"),
        pytest.param({"A": 40, "B": 58}, [], id="another population, one cell close by chance"),
        pytest.param({"C": 98, "D": 58}, ["difference"], id="other labels, a sum four apart"),
        pytest.param({"C": 980, "D": 580}, [], id="other labels, another sum"),
    ],
)
def test_two_tables_of_a_notebook(second, found):
    seen = Seen()
    assert list(grid_kinds(table({"A": 100, "B": 60}), 10, seen)) == []
    assert list(grid_kinds(table(second), 10, seen)) == found


@pytest.mark.parametrize(
    ("label", "second", "found"),
    [
        pytest.param("Ely", 60, ["difference"], id="one person fewer"),
        pytest.param("Ely", 61, [], id="the same"),
        pytest.param("Ely", 75, [], id="another population"),
        pytest.param("", 60, [], id="nothing says of whom"),
    ],
)
def test_one_cell_before_and_after(label, second, found):
    seen = Seen()
    assert list(grid_kinds(table({label: 61}), 10, seen)) == []
    assert list(grid_kinds(table({label: second}), 10, seen)) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        pytest.param("受診者数（地区×性別）", ["small-bar"], id="people, and by what"),
        pytest.param("在庫数（地区×性別）", [], id="stock"),
    ],
)
def test_packed_numbers_of_a_heat_map(title, found):
    packed = {
        "bdata": base64.b64encode(bytes([40, 2, 31, 55])).decode(),
        "dtype": "u1",
        "shape": "2, 2",
    }
    trace = {"type": "heatmap", "x": ["A", "B"], "y": ["C", "D"], "z": packed}
    figure = {"data": [trace], "layout": {"title": {"text": title}}}
    output = {"output_type": "display_data", "data": {"application/vnd.plotly.v1+json": figure}}
    assert kinds(output) == found


@pytest.mark.parametrize(
    ("shares", "totals", "found"),
    [
        pytest.param(["0.5", "40.0", "59.5"], {600}, ["small-percentage"], id="3 of 600"),
        pytest.param(["0.5", "40.0", "59.5"], set(), [], id="no total known"),
        pytest.param(["20.0", "40.0", "40.0"], {600}, [], id="120 of 600"),
        pytest.param(["33.333333", "66.666667"], set(), ["small-percentage"], id="1 and 2 of 3"),
        pytest.param(["50.000000", "50.000000"], set(), [], id="halves say nothing"),
        pytest.param(["2.702703", "97.297297"], set(), ["small-percentage"], id="1 of 37"),
        pytest.param(["40.540541", "59.459459"], set(), [], id="15 of 37"),
        pytest.param(["10.0", "20.0"], {600}, [], id="they do not add up to all"),
    ],
)
def test_shares(shares, totals, found):
    rows = [[str(i), share] for i, share in enumerate(shares)]
    grid = Grid(heads=("group", "percent"), rows=rows, labels=1, grouped=True)
    assert list(grid_kinds(grid, 10, Seen(totals=set(totals)))) == found


# Reading tables


FRAME = pd.DataFrame({"age": [34, 51], "town": ["Leeds", "Bath"]})


@pytest.mark.parametrize(
    "grids",
    [
        pytest.param(lambda: html_grids(FRAME.to_html()), id="html"),
        pytest.param(lambda: text_grids(str(FRAME)), id="printed"),
        pytest.param(lambda: text_grids(FRAME.to_markdown()), id="markdown"),
        pytest.param(lambda: text_grids(FRAME.to_csv()), id="csv"),
    ],
)
def test_one_table_in_many_forms(grids):
    (grid,) = grids()
    assert (grid.heads, grid.labels, grid.grouped) == (("", "age", "town"), 1, False)
    assert grid.rows == [["0", "34", "Leeds"], ["1", "51", "Bath"]]


def test_lines_of_a_log_are_no_table():
    assert kinds(text("town 312 age 0.93\nincome 455 town 0.91\nage 902 sex 0.88")) == []


def test_a_table_within_a_table_is_read_once():
    page = "<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>"
    assert len(list(html_grids(page))) == 1


HOSTILE = ["<table", "<tr>", "<td>x", "<", "'", "| a ", "password=", "a://a:", "[", "(", "1-", "0 ", "Ab ", "氏名: ", "n = "]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.usefixtures("ends")
def test_hostile_text_takes_no_longer_than_its_length(part):
    page = part * (200_000 // len(part))
    check_outputs([text(page), result("x", page)])


@pytest.mark.parametrize(
    "output",
    [
        pytest.param({}, id="empty"),
        pytest.param({"output_type": "stream", "text": 3}, id="a number for text"),
        pytest.param({"output_type": "error", "traceback": "x"}, id="no list"),
        pytest.param({"output_type": "display_data", "data": []}, id="no object"),
        pytest.param({"data": {"text/html": {"a": 1}, "image/png": None}}, id="wrong kinds"),
        pytest.param({"data": {"application/vnd.plotly.v1+json": {"data": [3, {"x": 5}]}}}, id="figure"),
        pytest.param({"data": {"application/vnd.plotly.v1+json": {"data": [{"type": "heatmap", "z": [3]}]}}}, id="heat map"),
        pytest.param({"data": {"application/vnd.vegalite.v5+json": [1, [2, [3]]]}}, id="vega"),
        pytest.param({"data": {"application/json": {"a": [{}, {}]}}}, id="empty records"),
        pytest.param({"data": {"text/plain": "[" * 5000 + "]" * 5000}}, id="a tower"),
        pytest.param({"data": {"text/html": "<table></table><table><tr></tr></table>"}}, id="empty tables"),
        pytest.param({"data": {"text/plain": "| a\n|---\n| |"}}, id="a heading alone"),
        pytest.param({"data": {"text/plain": "a  b\n\n\n c\nName: x, dtype: int64"}}, id="ragged"),
    ],
)  # fmt: skip
def test_strange_outputs_are_no_crash(output):
    assert check_outputs([output]) == []


def test_an_output_within_a_widget_is_an_output(corpus):
    from govkit.guard.watch import notebook_leaks

    state = corpus.widgets("town\nLeeds    120\nEly        3\nName: count, dtype: int64", "Output")
    found, _ = notebook_leaks(
        corpus.notebook([], **state), "a", threshold=10, known=(), sources=False
    )
    assert [(leak.cell, leak.kind, leak.part) for leak in found] == [(0, "small-count", "widgets")]
