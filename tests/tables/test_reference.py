"""Cases of the literature and of other programs, with what they have to give."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from govkit.result import Verdict
from govkit.tables import Rules, audit, levels_of, link, primary, read_table, suppress, tabulate
from tests.tables.conftest import failures, tree_table


def test_handbook_example_3():
    """Rows 7, 3, 6 and columns 9, 7 with four cells withheld: X11 lies in [3, 6]."""
    data = {"r": list("aabbcc"), "c": list("xyxyxy"), "n": [5, 2, 1, 2, 3, 3]}
    table = tabulate(data, ["r", "c"], records="n")
    assert [table.values[table.cell(r=r)] for r in "abc"] == [7, 3, 6]
    assert [table.values[table.cell(c=c)] for c in "xy"] == [9, 7]
    hidden = {("a", "x"): (3, 6), ("a", "y"): (1, 4), ("b", "x"): (0, 3), ("b", "y"): (0, 3)}
    marks = ["m" if table.label(i) in hidden else "s" for i in range(len(table))]
    found = audit(table.with_status(marks))
    for (r, c), ends in hidden.items():
        cell = table.cell(r=r, c=c)
        assert (found.lower[cell], found.upper[cell]) == pytest.approx(ends)
    assert found.exact == 0


def test_handbook_example_4_from_records():
    """330 of 300, 20 and 10 under (1, 85): 300 / 0.85 - 330."""
    table = tabulate({"a": list("xxxy"), "v": [300.0, 20, 10, 500]}, "a", "v")
    found = primary(table, Rules(dominance=((1, 85),)))
    assert found.upper[table.cell(a="x")] == pytest.approx(300 / 0.85 - 330)
    assert round(float(found.upper[table.cell(a="x")]), 2) == 22.94


def test_the_flaw_of_the_one_rule():
    """50 % for one and 49 % for another: safe under (1, 90), not under p %."""
    table = tabulate({"a": list("xxx"), "v": [50_000.0, 49_000, 1_000]}, "a", "v")
    assert primary(table, Rules(dominance=((1, 90),))).unsafe == 0
    assert primary(table, Rules(p_percent=2)).unsafe == 0
    assert primary(table, Rules(p_percent=2, tie="unsafe")).unsafe == 2
    assert primary(table, Rules(p_percent=2.1)).unsafe == 2


def test_the_4x4_instance_as_its_file_has_it(shared):
    table = read_table(shared / "tables" / "sdct_simpleheur.csv")
    assert (table.by, len(table), int(table.suppressed.sum())) == (("v1", "v2"), 25, 9)
    cell = table.cell(v1="w", v2="b")
    found = audit(table)
    assert (found.exact, found.lower[cell], found.upper[cell]) == pytest.approx((1, 47, 47))
    status = table.status.copy()
    status[table.cell(v1="x", v2="d")] = "m"
    again = audit(table.with_status(status))
    assert (again.lower[cell], again.upper[cell]) == pytest.approx((0, 78))
    levels = np.ones((len(table), 2))
    assert suppress(table, levels_of(table, levels), method="optimal").cost == 31


def z2(shared):
    with (shared / "tables" / "z2.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    trees = []
    for column in ("fylke", "kostragr"):
        tree = {}
        for row in rows:
            tree.setdefault(column[0] + row[column], {})[row["region"]] = None
        trees.append({group: list(members) for group, members in tree.items()})
    data = {name: [row[name] for row in rows] for name in ("region", "hovedint")}
    data["ant"] = [int(row["ant"]) for row in rows]
    return tabulate(data, ["region", "hovedint"], records="ant", hierarchies={"region": trees})


def test_z2_beside_gauss_suppression(shared):
    """100 cells, two groupings of the regions: its 11 primary cells, and its 29 withheld ones."""
    table = z2(shared)
    nodes = ["Total", "f10", "k300", "f4", "k400", *[""] * 4, *"ABCDEFGHIJK"]
    kinds = ["Total", "annet", "arbeid", "soshjelp", "trygd"]

    def cells(*numbers):
        places = (divmod(number - 1, 5) for number in numbers)
        return sorted(table.cell(region=nodes[i], hovedint=kinds[j]) for i, j in places)

    rules = Rules(threshold=4, zeros=True)
    unsafe = primary(table, rules)
    assert len(table) == 100
    assert np.flatnonzero(unsafe.mask).tolist() == cells(8, 18, 23, 53, 63, 83, 87, 88, 90, 93, 98)
    theirs = np.full(100, "s")
    theirs[cells(8, 10, 12, 13, 18, 20, 22, 23, 47, 48, 50, 53, 55, 57, 58, 62, 63, 77, 78, 82, 83,
                 87, 88, 90, 92, 93, 97, 98, 100)] = "m"  # fmt: skip
    theirs[unsafe.mask] = "u"
    assert failures(table.with_status(theirs), unsafe) == 0
    assert table.values[theirs == "m"].sum() == 334
    found = suppress(table, rules, method="optimal")
    assert (found.cost, found.optimal, failures(found.table, unsafe)) == (317, True, 0)


def test_iterating_linked_tables_is_unsafe():
    """The open report of sdcTable: 8 regions by county and by size of place."""
    data = {"region": list("ABIJKLMN"), "n": [2, 2, 8, 8, 3, 3, 3, 7]}
    trees = {"county-1": list("ABIJ"), "county-2": list("KLMN")}, {
        "small": list("ABIJKN"), "BIG": list("LM"),
    }  # fmt: skip
    rules = Rules(threshold=4)
    parts = [tabulate(data, "region", records="n", hierarchies={"region": t}) for t in trees]
    alone = [suppress(part, rules) for part in parts]
    assert [(found.secondary, found.verdict) for found in alone] == [(0, Verdict.SAFE)] * 2
    together = audit(link(*(found.table for found in alone)))
    assert together.exact == 1
    assert together.table.label(int(together.worst()[0])) == ("K",)
    found = suppress(link(*parts), rules)
    assert (found.secondary, found.cost, found.verdict) == (1, 7, Verdict.SAFE)


def test_ties_are_decided_by_the_caller(shared):
    """Two cells of M lie on the border; the Handbook and another program decide differently."""
    table = tree_table(shared, "M")
    assert primary(table, Rules(p_percent=10)).unsafe == 1740
    assert primary(table, Rules(p_percent=10, tie="unsafe")).unsafe == 1742
