"""Tables over shared cells: what each tells alone, and what they tell together."""

from __future__ import annotations

import json
import runpy

import numpy as np
import pytest

from govkit.errors import InputError
from govkit.result import Verdict
from govkit.tables import Rules, audit, link, primary, read_table, suppress, tabulate, write_table
from tests.tables.conftest import failures, open_in, run

AREAS = "ABCDEFGHI"
COAST = {"east": list("ABC"), "middle": list("DEF"), "west": list("GHI")}
CLIMATE = {"wet": list("ADG"), "mild": list("BEH"), "dry": list("CFI")}
NUMBERS = (2, 31, 44, 18, 29, 27, 52, 13, 40, 35, 22, 19, 28, 33, 41, 26, 17, 38)
CELLS = {
    "area": [area for area in AREAS for _ in "xy"],
    "kind": list("xy" * len(AREAS)),
    "n": list(NUMBERS),
}


def marked_in_either(joint, tables):
    """Withhold what any of the tables withholds."""
    marks = [{t.label(i): str(t.status[i]) for i in range(len(t))} for t in tables]
    found = []
    for i in range(len(joint)):
        mine = {own.get(joint.label(i), "") for own in marks}
        found.append(next((mark for mark in "um" if mark in mine), "s"))
    return joint.with_status(found)


def test_safe_apart_and_open_together():
    """Each grouping protects its areas; who reads both tables computes the cell."""
    parts = [
        tabulate(CELLS, ["area", "kind"], records="n", hierarchies={"area": tree})
        for tree in (COAST, CLIMATE)
    ]
    rules = Rules(threshold=3)
    alone = [suppress(part, rules) for part in parts]
    assert {found.verdict for found in alone} == {Verdict.SAFE}
    joint = link(*parts)
    unsafe = primary(joint, rules)
    together = audit(link(*(found.table for found in alone)), unsafe)
    assert (together.attacked, open_in(together, unsafe), together.exact) == (2, 2, 2)
    union = marked_in_either(joint, [found.table for found in alone])
    assert failures(union, unsafe) == 2
    found = suppress(joint, rules)
    assert (found.verdict, failures(found.table, unsafe)) == (Verdict.SAFE, 0)
    assert found.certificate.check(found.table).verdict is Verdict.SAFE
    one = tabulate(CELLS, ["area", "kind"], records="n", hierarchies={"area": [COAST, CLIMATE]})
    assert suppress(one, rules).cost == found.cost


def test_44_of_44(shared):
    """Two regional groupings over one set of 65 x 31 cells, at the size of an office."""
    maker = runpy.run_path(str(shared / "tables" / "synthetic" / "make_tables.py"))
    frame, trees = maker["make"]("L")
    regions = trees["region"]
    leaves = [leaf for group in regions["Total"] for leaf in regions[group]]
    other = {f"G{i}": leaves[i::8] for i in range(8)}
    parts = [
        tabulate(frame, ["region", "sector"], "turnover",
                 hierarchies={"region": tree, "sector": trees["sector"]})
        for tree in (regions, other)
    ]  # fmt: skip
    rules = Rules(p_percent=10)
    alone = [suppress(part, rules).table for part in parts]
    joint = link(*parts)
    unsafe = primary(joint, rules)
    assert [len(part) for part in parts] == [2263, 2263]
    assert [failures_of(part, rules) for part in alone] == [0, 0]
    both, union = audit(link(*alone), unsafe), audit(marked_in_either(joint, alone), unsafe)
    assert (both.attacked, open_in(both, unsafe), open_in(union, unsafe)) == (44, 44, 41)
    found = suppress(joint, rules)
    assert (found.verdict, audit(found.table, unsafe).too_narrow) == (Verdict.SAFE, 0)


def failures_of(table, rules):
    return audit(table, primary(table, rules)).too_narrow


def test_linked_tables_are_published_one_by_one(tmp_path):
    data = {"a": list("xxyyzz"), "b": list("pqpqpq"), "c": list("uvvuuv"), "n": [1, 7, 9, 4, 8, 6]}
    parts = [tabulate(data, names, records="n") for names in (["a", "b"], ["b", "c"])]
    found = suppress(link(*parts), Rules(threshold=3))
    again = [found.table.part(*names) for names in (["a", "b"], ["b", "c"])]
    for mine, given in zip(again, parts, strict=True):
        assert mine.values.tolist() == given.values.tolist()
        assert mine.equations.shape[0] >= given.equations.shape[0]
        mine.check_sums()
        assert mine.largest.tolist() == given.largest.tolist()
    path = write_table(found.table, tmp_path / "joint.csv")
    read = [read_table(path, names) for names in (["a", "b"], ["b", "c"])]
    assert [t.status.tolist() for t in read] == [t.status.tolist() for t in again]
    assert (found.primary, found.secondary) == (1, 3)
    assert found.certificate.check(link(*read)).verdict is Verdict.SAFE
    with pytest.raises(LookupError, match="no column 'd'"):
        found.table.part("d")


def test_from_the_command_line(tmp_path):
    lines = ["area,kind,n", *(",".join(map(str, row)) for row in zip(*CELLS.values(), strict=True))]
    (tmp_path / "in.csv").write_text("\n".join(lines), "utf-8")
    for name, tree in (("area", COAST), ("area.2", CLIMATE)):
        text = "".join(f"{g}\n" + "".join(f"@{m}\n" for m in own) for g, own in tree.items())
        (tmp_path / f"{name}.hrc").write_text(text, "utf-8")
    start = ("table", tmp_path / "in.csv", "--records", "n", "--threshold", 3, "--json")
    made = run(*start, "--by", "area,kind", "--hierarchies", tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert json.loads(made.stdout)["cells"] == 3 * (9 + 3 + 3 + 1)
    apart = run(*start, "--by", "area", "--link", "kind", "--output", tmp_path / "o.csv",
                "--certificate", tmp_path / "o.npz")  # fmt: skip
    assert json.loads(apart.stdout)["cells"] == 9 + 2 + 1
    proof = run("audit", tmp_path / "o.csv", "--by", "area", "--link", "kind", "--certificate",
                tmp_path / "o.npz", "--json")  # fmt: skip
    assert json.loads(proof.stdout)["published"] == 0


def test_shared_cells_have_to_agree():
    one, other = ({"a": list(text)} for text in ("xxy", "xyy"))
    with pytest.raises(InputError, match="2 shared cells"):
        link(tabulate(one, "a"), tabulate(other, "a"))
    with pytest.raises(InputError, match="at least one table"):
        link()


def test_what_one_table_publishes_is_known():
    """A cell that the first table withholds and the second prints is printed."""
    table = tabulate({"a": list("xxyy")}, "a")
    joint = link(table.with_status(["s", "m", "m"]), table.with_status(["s", "s", "m"]))
    assert joint.status.tolist() == ["s", "s", "m"]
    assert np.array_equal(joint.values, table.values)
