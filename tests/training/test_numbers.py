"""What the training pages say in numbers, computed again from the sample data."""

import re
from pathlib import Path

import pandas as pd
import pytest

import govkit as gk
from govkit.tables import Rules, suppress

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
RULES = Rules(threshold=20)


@pytest.fixture(scope="module")
def customers():
    return pd.read_csv(SAMPLES / "customers.csv")


@pytest.fixture(scope="module")
def checkups():
    return pd.read_csv(SAMPLES / "client_records.csv")


@pytest.fixture(scope="module")
def visits():
    return pd.read_csv(SAMPLES / "web_visits.csv")


def said(page, *numbers):
    """Tell which of the numbers a page does not say."""
    text = (ROOT / "docs" / "training" / f"{page}.md").read_text("utf-8")
    found = re.findall(r"(?<![\w.,])\d[\d,]*(?![\w])", text)
    return [number for number in numbers if f"{number:,}" not in {one.rstrip(",") for one in found}]


def below(data, columns, k):
    return gk.check(data, columns, k=k).numbers()["records_below_k"]


def test_how_many_customers_are_alone(customers):
    alone = [
        below(customers, columns.split(), 2)
        for columns in ("age sex", "age sex prefecture", "age sex postcode")
    ]
    assert alone == [25, 1366, 2988]
    assert said("personal-information", *alone) == []


def test_cookies_that_apply_for_a_job(visits):
    applying = visits[visits["page"] == "/careers/apply"]
    days = applying.groupby(applying["visited_at"].str[:10])["cookie_id"].nunique()
    numbers = applying["cookie_id"].nunique(), len(days), int((days == 1).sum())
    assert numbers == (58, 56, 52)
    assert said("personal-information", *numbers) == []
    assert said("disclosure", visits["cookie_id"].nunique()) == []


def test_applicants():
    table = pd.read_csv(SAMPLES / "applicants.csv", encoding="cp932")
    refused = table["選考結果"].str.contains("不合格").sum()
    assert said("use", len(table), int(refused)) == []
    told = table["健康・障害に関する申告"].replace("なし", None).dropna()
    sight = table[table["健康・障害に関する申告"] == "視覚障害・手帳2級"]
    cells = sight.groupby(["性別", "都道府県"]).size()
    assert (len(cells), int((cells == 1).sum()), len(sight)) == (7, 5, 9)
    assert said("special-care", len(told), len(sight)) == []


def test_a_table_by_prefecture(customers):
    smallest = customers.groupby("prefecture").size().min()
    by_sex = below(customers, ["prefecture", "sex"], 11)
    assert below(customers, ["prefecture"], 11) == 0
    assert said("disclosure", int(smallest), by_sex) == []
    assert said("notebooks", int(smallest), below(customers, ["age", "sex"], 5)) == []


def test_notes_with_contacts(customers):
    notes = customers["note"].dropna()
    held = notes.str.contains(r"@|0\d{1,3}-\d").sum()
    assert said("safety", len(notes), int(held)) == []


def test_the_way_to_safe_records(checkups):
    table = checkups.assign(
        decade=checkups["birth_year"] // 10, edges=checkups["birth_year"].clip(1940) // 10
    )
    ways = ["birth_year sex municipality", "decade sex municipality", "birth_year sex"]
    ways += ["decade sex", "edges sex"]
    left = [below(table, way.split(), 20) for way in ways]
    assert left == [3200, 1999, 483, 6, 0]
    assert said("safe-statistics", *left, below(table, ways[0].split(), 2)) == []
    assert table.groupby(["edges", "sex"]).size().min() == 67


def test_two_people_by_subtraction(checkups):
    rest = checkups[checkups["municipality"] != "檜原村"]
    counts = [table["diagnosis"].value_counts() for table in (checkups, rest)]
    numbers = [int(one[name]) for one in counts for name in ("none", "dyslipidemia")]
    assert numbers == [1435, 335, 1434, 334]
    assert said("safe-statistics", *numbers) == []


def test_withheld_cells_before_and_after_categories_are_brought_together(checkups):
    table = checkups.assign(
        insurer=checkups["insurer"].replace(["共済組合", "後期高齢者医療"], "other"),
        diagnosis=checkups["diagnosis"].replace(["hiv", "hepatitis_b", "anemia"], "other"),
    )
    fine, coarse = (
        suppress(gk.tabulate(data, ["insurer", "diagnosis"]), RULES).table
        for data in (checkups, table)
    )
    numbers = [int(one.suppressed.sum()) for one in (fine, coarse)]
    sizes = [len(one) for one in (fine, coarse)]
    assert (numbers, sizes) == ([33, 14], [84, 60])
    assert said("safe-statistics", *numbers, *sizes) == []


def test_people_of_one_contract(checkups):
    assert said("systems", int((checkups["contract"] == "HC-2025-01").sum())) == []
