# ruff: noqa: E501
"""A third set, written after the second was mended and tried once before any mending."""

from __future__ import annotations

import pandas as pd
from corpus import Plant, bundle, code, failed, printed, shown


def one(name, leak, clean, kinds, source="show()"):
    return Plant(f"third: {name}", [code(source, leak)], frozenset(kinds), [code(source, clean)])


def every():
    """All plants of the third set."""
    staff = pd.DataFrame(
        {
            "社員番号": ["E0012", "E0087", "E0103"],
            "部署": ["総務", "開発", "営業"],
            "給与": [412000, 388000, 251000],
            "入社年月日": ["2011-04-01", "2015-10-01", "2020-04-01"],
        }
    )
    departments = pd.DataFrame({"部署": ["総務", "開発"], "平均給与": [400000, 380000]})
    yield one("staff with salaries", shown(staff), shown(departments), {"records"})
    yield one(
        "staff printed without an index",
        printed(staff.to_string(index=False)),
        printed(departments.to_string(index=False)),
        {"records"},
    )
    vitals = pd.DataFrame(
        {
            "age": [71, 35, 44, 52],
            "weight": [61.2, 80.1, 75.0, 66.3],
            "diagnosis": ["asthma", "diabetes", "asthma", "epilepsy"],
        }
    )
    yield one(
        "patients with a weight",
        shown(vitals),
        shown(vitals.groupby("diagnosis")[["weight"]].mean()),
        {"records"},
    )
    yield one(
        "visits by customer",
        shown(
            pd.DataFrame(
                {"visits": [12, 40]}, index=pd.Index(["C10012", "C10013"], name="customer_id")
            )
        ),
        shown(pd.DataFrame({"visits": [120, 400]}, index=pd.Index(["Leeds", "York"], name="town"))),
        {"records"},
    )
    yield one(
        "chat log",
        printed("Agent: hello\nCaller: my name is Rosalind Harrington, born 3 May 1971"),
        printed("Agent: hello\nCaller: my order is late"),
        {"name", "birth-date"},
    )
    yield one(
        "address in english letters",
        printed("Ship to: 4-2-8 Shibakoen, Minato-ku, Tokyo 105-0011"),
        printed("Ship to: the warehouse"),
        {"address"},
    )
    yield one(
        "postal code and street",
        printed("〒150-0002 東京都渋谷区渋谷9-9-9"),
        printed("東京都の店舗"),
        {"address"},
    )
    yield one(
        "passport", printed("旅券番号: TK1234567"), printed("製品番号: AB-12"), {"identifier"}
    )
    yield one(
        "driver's license",
        printed("免許証番号 308012345650"),
        printed("注文番号 308012345651"),
        {"identifier"},
    )
    yield one(
        "dictionary of counts",
        shown({"A": 120, "B": 3}),
        shown({"A": 120, "B": 130}),
        {"small-count"},
        source="df.group.value_counts().to_dict()",
    )
    yield one(
        "tuples of counts",
        shown([("A", 120), ("B", 3)]),
        shown([("A", 120), ("B", 130)]),
        {"small-count"},
        source="con.sql('select grp, count(*) from people group by 1').fetchall()",
    )
    duck = "┌─────────┬──────────────┐\n│  grp    │ count_star() │\n│ varchar │    int64     │\n├─────────┼──────────────┤\n│ A       │          120 │\n│ B       │            3 │\n└─────────┴──────────────┘"
    yield one(
        "duckdb",
        printed(duck),
        printed(duck.replace("           3 ", "         130 ")),
        {"small-count"},
    )
    yield one(
        "of all",
        printed("対象 250人のうち 4人 が辞退"),
        printed("対象 250人のうち 140人 が辞退"),
        {"small-count"},
    )
    yield one(
        "percent of many",
        printed("辞退率 1.2%(250人中)"),
        printed("辞退率 41.2%(250人中)"),
        {"small-percentage"},
    )
    hist = {
        "data": [{"type": "bar", "x": ["20-29", "90-99"], "y": [310, 1]}],
        "layout": {"xaxis": {"title": "年齢"}, "yaxis": {"title": "人数"}},
    }
    tame = {
        "data": [{"type": "bar", "x": ["20-29", "30-99"], "y": [310, 211]}],
        "layout": hist["layout"],
    }
    yield one(
        "bars of ages in japanese",
        bundle("application/vnd.plotly.v1+json", hist),
        bundle("application/vnd.plotly.v1+json", tame),
        {"small-bar"},
    )
    binned = {
        "mark": "bar",
        "encoding": {"x": {"bin": True, "field": "age"}, "y": {"aggregate": "count"}},
        "data": {"values": [{"age": 34}, {"age": 51}, {"age": 97}]},
    }
    yield one(
        "vega that counts in the browser",
        bundle("application/vnd.vegalite.v6+json", binned),
        bundle("application/vnd.vegalite.v6+json", binned | {"data": {"url": "data.csv"}}),
        {"records", "small-bar"},
    )
    summary = pd.Series({"mean": 5.2e6, "min": 2.1e6, "max": 3.1e7}, name="年収")
    yield one("summary of incomes", shown(summary), shown(summary.iloc[:1]), {"extreme"})
    yield one(
        "two numbers",
        printed("年収: 最小 2,100,000円 / 最大 31,000,000円"),
        printed("年収: 中央値 5,200,000円"),
        {"extreme"},
    )
    yield one(
        "name in an assertion",
        failed("AssertionError", "expected 'Marcus Delgado' in index"),
        failed("AssertionError", "expected 'town' in index"),
        {"name"},
    )
    yield one(
        "token",
        printed(
            "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
        ),
        printed("Authorization: Bearer ***"),
        {"credential"},
    )
