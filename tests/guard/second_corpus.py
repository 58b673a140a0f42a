# ruff: noqa: E501
"""A second set of planted notebooks, written after the detectors and tried once before any mending.

Other libraries, other habits: what the first set did not think of. The page on leaks tells how many
of them the first run found.
"""

from __future__ import annotations

import base64
from collections import Counter

import corpus
import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
from corpus import Plant, bundle, code, failed, figure, printed, shown

ROWS = frozenset({"records", "name", "email", "phone", "birth-date"})
COUNT = frozenset({"small-count"})
NAME = frozenset({"name", "records"})


def one(name, leak, clean, kinds, source="show()", **more):
    return Plant(
        f"second: {name}", [code(source, leak)], frozenset(kinds), [code(source, clean)], **more
    )


def patients():
    """Invented patients of a clinic, with headings as a hospital writes them."""
    return pd.DataFrame(
        {
            "First Name": ["Hannah", "Oliver", "Grace", "Walter", "Lucy"],
            "Last Name": ["Thornton", "Baxter", "Holloway", "Pruitt", "Mercer"],
            "DOB": ["1951-02-11", "1988-07-30", "1979-12-05", "1990-01-19", "1962-10-02"],
            "Postcode": ["LS2 9JT", "YO1 7HH", "HU1 2AA", "BA1 1LN", "LS1 4DY"],
            "Diagnosis": ["asthma", "diabetes", "asthma", "epilepsy", "hypertension"],
        }
    )


def tables():
    """Rows of people in the forms of other tools."""
    frame = patients()
    stays = pd.DataFrame({"ward": ["A", "B"], "mean stay": [3.4, 5.1]})
    yield one("sample of patients", shown(frame.sample(3, random_state=1)), shown(stays), ROWS)
    yield one(
        "patients without names",
        shown(frame[["DOB", "Postcode", "Diagnosis"]]),
        shown(frame.dtypes.to_frame("type")),
        {"records", "birth-date"},
    )
    yield one(
        "row as dictionary",
        printed(frame.iloc[0].to_dict()),
        printed({"rows": 5, "files": 2}),
        ROWS,
    )
    yield one(
        "cursor",
        shown([(1, "Hiroshi", "Tanaka", "1975-02-11"), (2, "Yumi", "Suzuki", "1981-06-02")]),
        shown([(1, "orders", 120), (2, "visits", 460)]),
        ROWS,
    )
    spark = (
        "+------+---+------+-------+\n|氏名  |年齢|性別|年収|\n+------+---+------+-------+\n"
        "|田中 博|45|男|6120000|\n|鈴木 由美|38|女|5480000|\n+------+---+------+-------+\nonly showing top 2 rows"
    )
    plan = "+-----+------+\n|month|orders|\n+-----+------+\n|1    |1204  |\n|2    |1377  |\n+-----+------+"
    yield one("spark show", printed(spark), printed(plan), ROWS)
    r = (
        '<table class="dataframe"><caption>A data.frame: 3 × 3</caption><thead><tr><th scope=col>age</th>'
        "<th scope=col>sex</th><th scope=col>income</th></tr><tr><th scope=col>&lt;int&gt;</th><th scope=col>"
        "&lt;chr&gt;</th><th scope=col>&lt;dbl&gt;</th></tr></thead><tbody><tr><td>34</td><td>female</td><td>52310"
        "</td></tr><tr><td>51</td><td>male</td><td>48120</td></tr><tr><td>28</td><td>female</td><td>39900</td>"
        "</tr></tbody></table>"
    )
    fit = (
        '<table class="dataframe"><caption>A tibble: 2 × 2</caption><thead><tr><th scope=col>term</th><th scope=col>'
        "estimate</th></tr></thead><tbody><tr><td>(Intercept)</td><td>2.31</td></tr><tr><td>age</td><td>0.04</td></tr>"
        "</tbody></table>"
    )
    yield one("data.frame of R", bundle("text/html", r), bundle("text/html", fit), {"records"})
    styled = (
        frame.rename_axis(None).to_html(index=False).replace('class="dataframe"', 'id="T_a1b2"')
    )
    yield one(
        "styled table",
        bundle("text/html", styled),
        bundle("text/html", stays.to_html(index=False)),
        ROWS,
    )
    latex = (
        "\\begin{tabular}{llr}\nName & Sex & Age \\\\\n\\midrule\nHannah Thornton & F & 71 \\\\\n"
        "Oliver Baxter & M & 35 \\\\\n\\end{tabular}"
    )
    tame = "\\begin{tabular}{lr}\nTerm & Estimate \\\\\n\\midrule\nage & 0.04 \\\\\nsex & 0.61 \\\\\n\\end{tabular}"
    yield one("latex", bundle("text/latex", latex), bundle("text/latex", tame), NAME)
    yield one(
        "nested json",
        bundle("application/json", {"patient": {"name": "Hannah Thornton", "sex": "F", "age": 71}}),
        bundle("application/json", {"model": {"name": "ridge", "alpha": 0.1, "folds": 5}}),
        ROWS,
    )
    csv = base64.b64encode(frame.to_csv(index=False).encode()).decode()
    calm = base64.b64encode(stays.to_csv(index=False).encode()).decode()
    yield one(
        "download link",
        bundle("text/html", f'<a download="p.csv" href="data:text/csv;base64,{csv}">Download</a>'),
        bundle("text/html", f'<a download="s.csv" href="data:text/csv;base64,{calm}">Download</a>'),
        ROWS,
    )
    salaries = pd.Series([412000, 388000, 251000], index=[17, 4, 230], name="salary")
    yield Plant(
        "second: largest salaries",
        [code("df.salary.nlargest(3)", shown(salaries))],
        frozenset({"records", "extreme"}),
        [code("df.turnover.nlargest(3)", shown(salaries.rename("turnover")))],
    )
    yield one(
        "japanese patients",
        shown(pd.DataFrame({"生年月日": ["1951-02-11", "1988-07-30"], "住所": ["東京都北区赤羽1-1", "大阪府堺市堺区2-2"], "病名": ["喘息", "糖尿病"]})),
        shown(pd.DataFrame({"月": ["1月", "2月"], "平均在院日数": [12.1, 11.8]})),
        {"records", "address", "birth-date"},
    )  # fmt: skip
    yield one(
        "record wide", printed("id        name  age   dept\n 7  Grace Holloway   44  sales"), printed("step        loss  lr\n 7  0.213   0.01"), NAME
    )  # fmt: skip


def messages():
    """Values in messages of other programs."""
    yield one(
        "log", printed("2026-11-02 09:12:44 INFO user=h.thornton@clinic.example action=export", "stderr"),
        printed("2026-11-02 09:12:44 INFO action=export rows=1204", "stderr"), {"email"},
    )  # fmt: skip
    yield one(
        "unique key", failed("UniqueViolation", "Key (email)=(h.thornton@clinic.example) already exists."),
        failed("UniqueViolation", "Key (month)=(2026-11) already exists."), {"email"},
    )  # fmt: skip
    yield one(
        "conversion", failed("ValueError", "could not convert string to float: '田中 博'"),
        failed("ValueError", "could not convert string to float: '12,4'"), NAME,
    )  # fmt: skip
    yield one(
        "duckdb", failed("ConversionException", "Could not convert string '03-5555-0142' to INT32"),
        failed("ConversionException", "Could not convert string 'abc' to INT32"), {"phone"},
    )  # fmt: skip
    yield one(
        "pydantic", failed("ValidationError", "1 validation error for Person\nphone\n  bad [type=x, input_value='+81 90 1234 5678', input_type=str]"),
        failed("ValidationError", "1 validation error for Person\nphone\n  bad [type=x, input_type=str]"), {"phone"},
    )  # fmt: skip
    yield one(
        "progress",
        printed("Processing customer Tanaka Hiroshi: 45%", "stderr"),
        printed("Processing batch 12: 45%", "stderr"),
        NAME,
    )
    yield one(
        "japanese mail",
        printed("田中さんからの問い合わせ（080-9876-5432）"),
        printed("お客様からの問い合わせ（12月）"),
        {"phone", "name"},
    )
    yield one(
        "entity",
        bundle("text/html", "<p>h.thornton&#64;clinic.example</p>"),
        bundle("text/html", "<p>A &#64; B</p>"),
        {"email"},
    )
    yield one(
        "mailto", bundle("text/html", "<a href='mailto:h.thornton@clinic.example'>write</a>"),
        bundle("text/html", "<a href='https://clinic.example/'>visit</a>"), {"email"},
    )  # fmt: skip
    yield one(
        "title of a marker", bundle("text/html", '<div title="Customer: Hannah Thornton">●</div>'),
        bundle("text/html", '<div title="Customer group: east">●</div>'), NAME,
    )  # fmt: skip
    yield one(
        "comment of an svg", bundle("image/svg+xml", "<svg><!-- 氏名: 田中 博 --><path d='M0 0'/></svg>"),
        bundle("image/svg+xml", "<svg><!-- axis 1 --><path d='M0 0'/></svg>"), NAME,
    )  # fmt: skip
    options = {
        "widgets": {
            corpus.WIDGETS: {
                "state": {"a": {"state": {"_options_labels": ["田中 博", "鈴木 由美"]}}}
            }
        }
    }
    calm = {
        "widgets": {
            corpus.WIDGETS: {"state": {"a": {"state": {"_options_labels": ["2025", "2026"]}}}}
        }
    }
    yield one(
        "choices of a widget",
        printed(""),
        printed(""),
        NAME,
        at=0,
        part="widgets",
        metadata=(options, calm),
    )


def numbers():
    """Small numbers in other forms."""
    sexes = Counter({"F": 203, "M": 195, "X": 2})
    yield one("Counter", shown(sexes), shown(Counter({"F": 203, "M": 195})), COUNT)
    wards = pd.Series([120, 87, 3], index=pd.Index(["A", "B", "C"], name="ward"), name="patient_id")
    yield one("nunique of patients", shown(wards), shown(wards.iloc[:2]), COUNT)
    yield one(
        "mean with its n",
        printed("Mean income of the group: 5,210,000 (n=3)"),
        printed("Mean income of the group: 5,210,000 (n=310)"),
        COUNT,
    )
    head = pd.DataFrame(
        {"男性(人)": [120, 4], "女性(人)": [133, 87]}, index=pd.Index(["東", "西"], name="地域")
    )
    yield one("heads in brackets", shown(head), shown(head * 10), COUNT)
    r = "\n  F   M   X \n203 195   2 \n"
    yield one("table of R", printed(r), printed("\n  F   M \n203 195 \n"), COUNT)
    japanese = pd.crosstab(
        pd.Series(["東"] * 40 + ["西"] * 33, name="地域"), pd.Series((["有"] * 20 + ["無"] * 20) + ["有"] * 2 + ["無"] * 31, name="既往歴"), margins=True, margins_name="計"
    )  # fmt: skip
    yield one("crosstab of illness", printed(japanese), printed(japanese.loc[["東"]]), COUNT)
    yield one(
        "pie",
        figure(px.pie(names=["A", "B", "C"], values=[120, 87, 2])),
        figure(px.pie(names=["A", "B"], values=[120, 87])),
        {"small-bar", "small-count"},
    )
    heat = go.Figure(
        go.Heatmap(
            z=[[40, 31], [2, 55]], x=["F", "M"], y=["A", "B"], colorbar={"title": {"text": "count"}}
        )
    )
    tame = go.Figure(
        go.Heatmap(
            z=[[40, 31], [22, 55]],
            x=["F", "M"],
            y=["A", "B"],
            colorbar={"title": {"text": "count"}},
        )
    )
    yield one("heat map of counts", figure(heat), figure(tame), {"small-bar", "small-count"})
    yield one(
        "age range",
        printed("Age range: 18 - 97 years"),
        printed("Date range: 18 - 27 May"),
        {"extreme"},
    )
    yield one(
        "oldest in japanese",
        printed("最年長は97歳でした"),
        printed("平均は47歳でした"),
        {"extreme"},
    )
    ages = pd.Series([18, 44, 97], index=[0.0, 0.5, 1.0], name="age")
    yield Plant(
        "second: quantiles to the ends",
        [code("df.age.quantile([0, .5, 1])", shown(ages))],
        frozenset({"extreme"}),
        [code("df.age.quantile([.1, .5, .9])", shown(ages.set_axis([0.1, 0.5, 0.9])))],
    )
    grouped = (
        pd.DataFrame({"sex": ["f", "m"] * 30, "age": np.arange(60) + 20})
        .groupby("sex")["age"]
        .describe()
    )
    yield one(
        "describe by group",
        shown(grouped),
        shown(grouped[["count", "mean", "std", "50%"]]),
        {"extreme"},
    )
    both = pd.DataFrame({"age": [18, 97], "income": [0, 31_000_000]}, index=["min", "max"])
    yield one("agg of min and max", shown(both), shown(both.set_axis(["p5", "p95"])), {"extreme"})
    listed = pd.DataFrame({"group": ["a", "b", "c", "Total"], "n": [40, 33, np.nan, 80]})
    full = pd.DataFrame({"group": ["a", "b", "c", "Total"], "n": [40, np.nan, np.nan, 80]})
    yield one("blank cell and the total", shown(listed), shown(full), {"difference"})
    yield one(
        "share of a sentence",
        printed("Of 250 respondents, 1.2% refused."),
        printed("Of 250 respondents, 41.2% refused."),
        {"small-percentage", "small-count"},
    )


def calm():
    """Work without any leak, of the kinds that look like one."""
    summary = (
        "                            OLS Regression Results\n" + "=" * 60
        + "\nDep. Variable:            sales   R-squared:        0.412\nNo. Observations:           120   Df Model:             3\n"
        + "=" * 60 + "\n                 coef    std err          t      P>|t|\n" + "-" * 60
        + "\nage            0.0412      0.010      4.120      0.000\nprice         -1.2000      0.300     -4.000      0.000\n"
    )  # fmt: skip
    report = "              precision    recall  f1-score   support\n\n       spam       0.91      0.94      0.92       412\n        ham       0.97      0.95      0.96       588\n"
    epochs = "\n".join(
        f"Epoch {i}/10 - loss: 0.{90 - i * 7} - 3 batches of 32" for i in range(1, 9)
    )
    sales = pd.DataFrame(
        {"product": list("abcd"), "price": [120, 80, 95, 400], "stock": [3, 0, 12, 7]}
    )
    info = "<class 'pandas.DataFrame'>\nRangeIndex: 600 entries, 0 to 599\nData columns (total 3 columns):\n #   Column  Non-Null Count  Dtype\n---  ------  --------------  -----\n 0   name    600 non-null    str\n 1   age     597 non-null    float64\n 2   income  600 non-null    int64\ndtypes: float64(1), int64(1), str(1)\nmemory usage: 14.2 KB"
    correlation = pd.DataFrame({"age": [1, 0.31], "income": [0.31, 1]}, index=["age", "income"])
    versions = "python 3.12.4\nnumpy 2.4.1\nserver 10.0.19041.1\nlistening on 127.0.0.1:8888"
    months = pd.DataFrame(
        {"orders": [120, 131]}, index=pd.Index(["2026-01", "2026-02"], name="month")
    )
    for name, output in [
        ("regression", printed(summary)), ("classification", printed(report)), ("training", printed(epochs)),
        ("stock", shown(sales)), ("info", printed(info)), ("correlation", shown(correlation)),
        ("versions", printed(versions)), ("months", shown(months)),
        ("array", shown(np.arange(12).reshape(3, 4))), ("uuid", printed("run 3f2b8c1e-9d4a-4c1b-8a55-0b1d2c3e4f5a done in 2 min")),
        ("shape", shown((600, 8))), ("time", printed("CPU times: user 3 s, sys: 1 s, total: 4 s\nWall time: 4.1 s")),
    ]:  # fmt: skip
        yield name, [code("show()", output)]


def every():
    """All plants of the second set."""
    return [*tables(), *messages(), *numbers()]
