"""Contributors as attackers: what they know, what fails against them, and the proof that holds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.optimize import linprog

from govkit.result import Verdict
from govkit.tables import Certificate, Rules, primary, secondary, suppress, tabulate


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


@pytest.mark.parametrize("value", [None, "v"])
def test_ready_made_tables_have_no_insiders(value):
    table = tabulate({"a": list("xxyyzz"), "v": [1.0, 5, 8, 7, 4, 9]}, "a", value)
    strangers = dataclasses.replace(table, holders=None)
    found = suppress(strangers, Rules(threshold=3))
    assert found.audit.insiders_open is None
