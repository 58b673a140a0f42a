"""Contributors as attackers: what they know, what fails against them, and the proof that holds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.optimize import linprog

from govkit.errors import InputError
from govkit.result import Verdict
from govkit.tables import (
    Certificate,
    Rules,
    audit,
    levels_of,
    primary,
    read_table,
    secondary,
    suppress,
    tabulate,
    to_frame,
)
from tests.tables.conftest import attacked


def fails_against(table, unsafe, knows, cells):
    """Count requirements that fail against somebody who knows cells, by scipy alone."""
    matrix = table.equations.toarray()
    bounds = [
        (0, None) if h else (v, v) for h, v in zip(table.suppressed, table.values, strict=True)
    ]
    for cell, low, high in zip(cells, knows[:, 0], knows[:, 1], strict=True):
        value = table.values[cell]
        bounds[cell] = (max(value - low, 0), None if np.isinf(high) else value + high)
    count = 0
    for cell in np.flatnonzero(unsafe.mask):
        if cell in cells[knows[:, 1] == 0]:
            continue
        for sign, level in ((-1, unsafe.upper[cell]), (1, unsafe.lower[cell])):
            cost = np.zeros(len(table))
            cost[cell] = sign
            end = linprog(cost, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
            room = table.values[cell] - bounds[cell][0] if sign > 0 else np.inf
            moved = np.inf if end.status == 3 else abs(end.x[cell] - table.values[cell])
            count += moved < min(level, room) * (1 - 1e-5)
    return count


def test_37_open_requirements_on_s(small_protected):
    found = small_protected
    assert (found.audit.insiders, found.audit.insiders_tested, found.audit.insiders_open) == (
        18, 18, 37,
    )  # fmt: skip
    assert found.to_dict()["audit"]["insiders_open"] == 37


def test_protected_and_proven_against_them(small, tmp_path):
    table, rules = small
    found = suppress(table, rules, method="fast", insiders=True)
    assert (found.verdict, found.audit.insiders_open) == (Verdict.SAFE, 0)
    held = Certificate.load(found.certificate.save(tmp_path / "proof.npz"))
    proof = held.check(found.table)
    assert (proof.verdict, proof.insiders, proof.insiders_unmet) == (Verdict.SAFE, 18, 0)
    knows_more = held.knows.copy()
    knows_more[:, 1] = np.roll(knows_more[:, 1], 1)
    fewer = dataclasses.replace(held, moves=held.moves[:20])
    for broken in (dataclasses.replace(held, knows=knows_more), fewer):
        assert broken.check(found.table).insiders_unmet > 0
        assert broken.check(found.table).verdict is Verdict.UNSAFE


def test_against_every_large_contributor(small):
    table, rules = small
    found = suppress(table, rules, method="fast", insiders="all")
    proof = found.certificate.check(found.table)
    assert found.audit.insiders > 200
    assert (proof.insiders, proof.insiders_unmet, proof.verdict) == (
        found.audit.insiders, 0, Verdict.SAFE,
    )  # fmt: skip


def test_another_program_agrees():
    """Each insider's own linear programs, without govkit's, on a table of 45 cells."""
    data = {"area": list("AAABBBCCC") * 2, "kind": list("xyz") * 6,
            "v": [40, 9, 31, 22, 60, 14, 37, 25, 18, 35, 0, 29, 20, 0, 16, 33, 21, 15]}  # fmt: skip
    data = {name: [c for c, v in zip(column, data["v"], strict=True) if v]
            for name, column in data.items()}  # fmt: skip
    table, rules = tabulate(data, ["area", "kind"], "v"), Rules(p_percent=10)
    unsafe = primary(table, rules)
    for option in (False, True):
        found = suppress(table, rules, insiders=option)
        sole = np.flatnonzero(found.table.suppressed & (table.contributors == 1))
        count = 0
        for who in np.unique(table.holders[sole, 0]):
            mine = np.flatnonzero((table.holders == who).any(axis=1) & found.table.suppressed)
            share = table.largest[mine][table.holders[mine] == who]
            alone = table.contributors[mine] == 1
            down = np.where(alone, 0.0, table.values[mine] - share)
            knows = np.stack([down, np.where(alone, 0.0, np.inf)], axis=1)
            count += fails_against(found.table, unsafe, knows, mine)
        assert found.audit.insiders_open == count
        assert (count > 0) is not option


def test_a_holding_knows_what_its_members_gave():
    """Two firms of one holding are two strangers, or one insider."""
    data = {"area": list("NNNSSS"), "kind": list("xyzxyz"), "firm": list("abcdef"),
            "holding": list("hijhkl"), "v": [10.0, 30, 25, 12, 28, 33]}  # fmt: skip
    rules = Rules(p_percent=10)
    for who, alone in (("firm", 6), ("holding", 5)):
        table = tabulate(data, ["area", "kind"], "v", contributor=who)
        found = suppress(table, rules)
        assert found.audit.insiders == alone
    assert table.contributors[table.cell(kind="x")] == 1


def test_a_large_table_tests_the_first_of_them(small, monkeypatch):
    """What was not tested is said, never counted as safe."""
    table, rules = small
    monkeypatch.setattr(secondary, "_INSIDERS", 5000)
    found = suppress(table, rules, method="fast").audit
    assert found.insiders == 18
    assert 0 < found.insiders_tested < 18
    assert 0 < found.insiders_open < 37


@pytest.fixture
def theirs(small_protected, tmp_path):
    """S as somebody else would hand it over: every value, the marks, who is behind each cell."""
    table = small_protected.table
    frame = to_frame(table, mask=False).assign(n=table.counts)
    for i in range(2):
        who = table.holders[:, i]
        frame[f"top{i}"], frame[f"who{i}"] = table.largest[:, i], np.where(who < 0, "", who)
    frame.to_csv(tmp_path / "theirs.csv", index=False)
    return tmp_path / "theirs.csv"


def read(theirs, shared, **columns):
    trees = {
        name: shared / "tables" / "synthetic" / f"S_{name}.hrc"
        for name in ("region", "sector", "size")
    }
    return read_table(theirs, list(trees), value="turnover", hierarchies=trees, **columns)


def test_insiders_of_a_table_that_somebody_else_made(theirs, shared, small_protected):
    """The 37 requirements of S are found in a file, by those it names or by counts alone."""
    unsafe = small_protected.sensitive
    named = {"largest": ["top0", "top1"], "holders": ["who0", "who1"]}
    for columns in ({"counts": "n"}, {"counts": "n"} | named, named):
        table = read(theirs, shared, **columns)
        found = audit(table, unsafe, full=False, insiders=True)
        assert (found.insiders, found.insiders_tested, found.insiders_open) == (18, 18, 37)
        assert (found.exact, found.too_narrow, found.verdict) == (0, 0, Verdict.UNSAFE)
        assert "put to the test: 18; requirements that fail against them: 37" in found.sentence
        assert len(found.by_insiders()) == len(found.computed) <= 37
    without = audit(table, unsafe, full=False)
    assert (without.insiders, without.verdict) == (None, Verdict.SAFE)


def test_a_table_that_does_not_tell_who_is_behind_its_cells(theirs, shared, small_protected):
    table, unsafe = read(theirs, shared), small_protected.sensitive
    masked = dataclasses.replace(
        read(theirs, shared, counts="n"), values=np.where(table.suppressed, np.nan, table.values)
    )
    for each in (table, masked):
        found = audit(each, unsafe, full=False, insiders=True)
        assert (found.insiders, found.verdict) == (None, Verdict.REVIEW)
        assert "cannot be tested" in found.sentence
    with pytest.raises(InputError, match="naming the contributor"):
        suppress(dataclasses.replace(table, status=None), unsafe, method="fast", insiders=True)


def test_without_rules_insiders_are_those_who_compute_a_cell(squares):
    """Alone in x·a, or in y·b: who subtracts the own cell has what another program has."""
    squares = squares.with_status(np.where(squares.suppressed, "m", "s"))
    open_to_all = audit(squares).exact
    for own in np.flatnonzero(squares.suppressed):
        table = dataclasses.replace(
            squares, contributors=np.where(np.arange(25) == own, 1, 9), holders=None
        )
        found = audit(table, insiders=True)
        hidden = squares.suppressed & (np.arange(25) != own)
        low, high = attacked(squares, hidden)
        points = int((hidden & (high - low < 1e-5)).sum())
        assert found.insiders_open == points - open_to_all + (
            own == squares.cell(row="w", column="b")
        )
        assert {cell for _, cell in found.computed} == {
            cell for cell in np.flatnonzero(hidden & (high - low < 1e-5))
            if squares.label(cell) != ("w", "b")
        }  # fmt: skip


def test_what_one_attacker_knows(squares):
    """The own value in place of a hole, in a masked table, too; nothing is asked of that cell."""
    cell = squares.cell(row="x", column="a")
    hidden = squares.suppressed & (np.arange(25) != cell)
    blank = np.where(squares.suppressed, np.nan, squares.values)
    for table in (squares, dataclasses.replace(squares, values=blank)):
        found = audit(table, known={cell: 90.0})
        low, high = attacked(squares, hidden)
        assert np.allclose(found.lower[hidden], low[hidden], atol=1e-4)
        assert np.allclose(found.upper[hidden], high[hidden], atol=1e-4)
        assert (found.suppressed, found.exact) == (8, int((high - low < 1e-5)[hidden].sum()))
    unsafe = levels_of(squares, np.full((25, 2), 50.0))
    assert np.isnan(audit(squares, unsafe, known={cell: 90.0}).required_lower[cell])
    with pytest.raises(InputError, match="contradicts"):
        audit(squares, known={squares.cell(row="w", column="d"): 1.0})


@pytest.mark.parametrize("value", [None, "v"])
def test_who_is_alone_can_be_read_from_counts(value):
    """A total and its only member are one contributor; two members of a larger total are two."""
    data = {"a": list("xxyyzz"), "b": list("ppqqrr"), "v": [1.0, 5, 8, 7, 4, 9]}
    table = tabulate(data, ["a", "b"], value, contributor=None)
    lone = tabulate({"a": ["x", "y"], "b": ["p", "q"], "v": [3.0, 4.0]}, ["a", "b"], value)
    marks = np.where(np.arange(len(lone)) > 0, "m", "s")
    nameless = dataclasses.replace(lone.with_status(marks), holders=None, largest=None)
    assert audit(nameless, insiders=True).insiders == 2  # x, x·p, p are one
    assert audit(nameless, insiders="all").insiders == 2
    strangers = dataclasses.replace(table, holders=None, contributors=None, largest=None)
    assert suppress(strangers, Rules(threshold=3)).audit.insiders_open is None
