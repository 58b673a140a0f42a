"""The same records in every form that libraries print: each is found, and no form of the means."""

import contextlib
import io
import json
import pprint

import duckdb
import pandas as pd
import polars as pl
import pytest
from tabulate import tabulate

from govkit.guard import check_outputs

RECORDS = {
    "patients": {
        "age": [71, 35, 44, 52],
        "sex": ["F", "M", "F", "M"],
        "diagnosis": ["asthma", "diabetes", "asthma", "epilepsy"],
    },
    "staff": {
        "社員番号": ["E0012", "E0087", "E0103", "E0150"],
        "部署": ["総務", "開発", "営業", "開発"],
        "給与": [412000, 388000, 251000, 533000],
    },
    "customers": {
        "customer_id": ["C10012", "C10013", "C10014", "C10019"],
        "town": ["Leeds", "York", "Leeds", "Hull"],
        "birth_date": ["1951-02-11", "1988-07-30", "1979-12-05", "1990-01-19"],
        "visits": [12, 40, 3, 7],
    },
    "people": {
        "氏名": ["相沢 美咲", "桐山 直樹", "神崎 千尋", "若林 亮介"],
        "年齢": [34, 51, 28, 44],
        "都道府県": ["東京都", "大阪府", "愛知県", "東京都"],
    },
}
MEANS = {
    "stays": {"ward": ["north", "south", "west"], "mean stay": [3.4, 5.1, 4.25]},
    "pay": {"部署": ["総務", "開発", "営業"], "平均給与": [412000.5, 388000.25, 251000.75]},
    "orders": {
        "month": ["2026-01", "2026-02", "2026-03"],
        "orders": [1204, 1377, 1291],
        "share": [0.31, 0.35, 0.34],
    },
    "models": {
        "model": ["ridge", "lasso", "tree"],
        "auc": [0.812, 0.797, 0.831],
        "folds": [5, 5, 5],
    },
}


def result(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}}


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": str(text)}


def html(page):
    return {"output_type": "display_data", "data": {"text/html": page}, "metadata": {}}


def as_json(value):
    return {"output_type": "display_data", "data": {"application/json": value}, "metadata": {}}


def said(call):
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        call()
    return stream.getvalue()


def plain(frame):
    """Rows as Python values, as a driver of a database gives them."""
    return json.loads(frame.to_json(orient="records"))


def relation(frame):
    return duckdb.connect().from_df(frame)


def spark(frame):
    """Write a frame as the show() of Spark does."""
    rows = [list(map(str, row)) for row in [frame.columns, *frame.to_numpy()]]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = "+" + "+".join("-" * width for width in wide) + "+"
    lines = [
        "|" + "|".join(cell.rjust(w) for cell, w in zip(row, wide, strict=True)) + "|"
        for row in rows
    ]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule, f"only showing top {len(rows)} rows"])


def sentence(row):
    return "row: " + ", ".join(f"{key}={value}" for key, value in row.items())


FORMS = {
    "repr": lambda frame: result(repr(frame)),
    "to_string": lambda frame: printed(frame.to_string(index=False)),
    "head under a title": lambda frame: printed(f"The first rows:\n{frame}\nDone in 3 s"),
    "html": lambda frame: html(frame.to_html()),
    "html without an index": lambda frame: html(frame.to_html(index=False)),
    "styler": lambda frame: html(frame.style.to_html()),
    "styler without an index": lambda frame: html(frame.style.hide(axis="index").to_html()),
    "transposed": lambda frame: result(repr(frame.T)),
    "transposed html": lambda frame: html(frame.T.to_html()),
    "indexed by the first column": lambda frame: result(repr(frame.set_index(frame.columns[0]))),
    "csv": lambda frame: printed(frame.to_csv(index=False)),
    "csv with an index": lambda frame: printed(frame.to_csv()),
    "tabs": lambda frame: printed(frame.to_csv(index=False, sep="\t")),
    "semicolons": lambda frame: printed(frame.to_csv(index=False, sep=";")),
    "latex": lambda frame: printed(frame.to_latex(index=False)),
    "to_dict": lambda frame: result(repr(frame.to_dict())),
    "to_dict of lists": lambda frame: result(repr(frame.to_dict("list"))),
    "to_dict of records": lambda frame: result(repr(frame.to_dict("records"))),
    "to_dict split": lambda frame: result(repr(frame.to_dict("split"))),
    "pprint": lambda frame: printed(pprint.pformat(frame.to_dict("records"), width=40)),
    "json": lambda frame: printed(frame.to_json(orient="records", force_ascii=False, indent=2)),
    "json with escapes": lambda frame: printed(frame.to_json(orient="records")),
    "lines of json": lambda frame: printed(frame.to_json(orient="records", lines=True)),
    "json of columns": lambda frame: as_json(json.loads(frame.to_json())),
    "json of rows": lambda frame: as_json(json.loads(frame.to_json(orient="index"))),
    "json table": lambda frame: as_json(json.loads(frame.to_json(orient="table"))),
    "values": lambda frame: result(repr(frame.to_numpy())),
    "tuples": lambda frame: printed("\n".join(map(str, frame.itertuples()))),
    "sentences": lambda frame: printed("\n".join(map(sentence, plain(frame)))),
    "lines of one record": lambda frame: printed(
        "\n".join(f"{key}: {value}" for key, value in plain(frame)[0].items())
    ),
    "series": lambda frame: result(repr(frame.iloc[0])),
    "polars": lambda frame: printed(pl.from_pandas(frame)),
    "polars html": lambda frame: html(pl.from_pandas(frame)._repr_html_()),
    "glimpse": lambda frame: printed(pl.from_pandas(frame).glimpse(return_type="string")),
    "rows of polars": lambda frame: result(repr(pl.from_pandas(frame).rows(named=True))),
    "duckdb": lambda frame: printed(said(relation(frame).show)),
    "fetchall": lambda frame: result(repr(relation(frame).fetchall())),
    "spark": lambda frame: printed(spark(frame)),
    **{
        f"tabulate {style}": lambda frame, style=style: printed(
            tabulate(frame, headers="keys", showindex=False, tablefmt=style)
        )
        for style in (
            "plain", "simple", "github", "grid", "fancy_grid", "outline", "pipe", "psql", "pretty",
            "presto", "orgtbl", "rst", "rounded_outline", "html", "jira",
        )
    },
}  # fmt: skip
# What no one can tell without a heading: a code of a department and a number.
UNTOLD = {(form, name) for form in ("values", "fetchall") for name in ("staff", "customers")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", RECORDS)
def test_records_are_found_in_every_form(form, name):
    output = FORMS[form](pd.DataFrame(RECORDS[name]))
    kinds = {leak.kind for leak in check_outputs([output])}
    assert bool(kinds & {"records", "name", "identifier", "birth-date"}) != ((form, name) in UNTOLD)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", MEANS)
def test_what_was_computed_is_left_alone_in_every_form(form, name):
    output = FORMS[form](pd.DataFrame(MEANS[name]))
    assert [leak.kind for leak in check_outputs([output])] == []
