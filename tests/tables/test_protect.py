"""Suppression, its proof and the attack on it; the cases of the literature."""

from __future__ import annotations

import dataclasses
import itertools
import sys

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from govkit.errors import InputError
from govkit.result import Verdict
from govkit.tables import (
    Certificate,
    NoPatternError,
    Rules,
    audit,
    levels_of,
    link,
    naive,
    primary,
    secondary,
    suppress,
    tabulate,
)
from govkit.tables._solver import Program
from govkit.tables.optimal import first_bound
from govkit.tables.pattern import Pattern, Witness
from govkit.tables.system import system
from tests.tables.conftest import attacked, failures

audit_module = sys.modules["govkit.tables.audit"]  # the room's name for it is the function


def test_the_interval_of_handbook_example_3():
    data = {"r": list("aabbcc"), "c": list("xyxyxy"), "n": [5, 2, 2, 1, 2, 4]}
    table = tabulate(data, ["r", "c"], records="n")
    hidden = {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}
    marks = ["m" if table.label(i) in hidden else "s" for i in range(len(table))]
    found = audit(table.with_status(marks))
    cell = table.cell(r="a", c="x")
    assert (found.lower[cell], found.upper[cell]) == pytest.approx((4, 7))
    assert (found.lower[table.cell(r="b", c="y")], found.exact) == pytest.approx((0, 0))


def test_two_in_every_row_and_column_are_not_enough(squares):
    found = audit(squares)
    assert (found.suppressed, found.exact, found.verdict) == (9, 1, Verdict.UNSAFE)
    assert squares.label(int(found.worst()[0])) == ("w", "b")
    levels = np.ones((len(squares), 2))
    best = suppress(squares, levels_of(squares, levels), method="optimal")
    added = np.flatnonzero(best.table.status == "m")
    assert [squares.label(int(cell)) for cell in added] == [("x", "d")]
    assert (best.cost, best.optimal, best.verdict) == (31, True, Verdict.SAFE)


def test_what_was_withheld_may_be_missing(squares):
    blank = dataclasses.replace(
        squares, values=np.where(squares.suppressed, np.nan, squares.values)
    )
    known, unknown = audit(squares), audit(blank)
    assert unknown.exact == 1
    hidden = squares.suppressed
    assert np.allclose(known.lower[hidden], unknown.lower[hidden], atol=1e-6)
    assert np.allclose(known.upper[hidden], unknown.upper[hidden], atol=1e-6)


@pytest.mark.parametrize("method", ["certified", "optimal"])
def test_z1(shared, method):
    table = tabulate(shared / "tables" / "z1.csv", ["region", "hovedint"], records="ant")
    found = suppress(table, Rules(threshold=4), method=method)
    assert (found.primary, found.secondary, found.cost) == (3, 3, 29)
    ends = audit(found.table)
    for region, kind, low, high in (
        ("B", "arbeid", 0, 6), ("D", "arbeid", 0, 6), ("H", "arbeid", 0, 6),
        ("B", "annet", 2, 8), ("D", "annet", 9, 15), ("H", "annet", 6, 12),
    ):  # fmt: skip
        cell = table.cell(region=region, hovedint=kind)
        assert (ends.lower[cell], ends.upper[cell]) == pytest.approx((low, high))


def test_magnitude1(shared):
    path = shared / "tables" / "magnitude1.csv"
    table = tabulate(path, ["sector4", "geo"], "value", contributor="company")
    rules = Rules(p_percent=10)
    found = suppress(table, rules, method="optimal")
    assert (found.primary, found.secondary, found.optimal) == (11, 1, True)
    assert found.cost == pytest.approx(32.8)
    assert failures(found.table, primary(table, rules)) == 0


def test_s_is_protected_and_proven(small, small_protected):
    (table, rules), found = small, small_protected
    assert (found.primary, found.verdict) == (65, Verdict.SAFE)
    assert 66_000 < found.bound <= 69_297 <= found.cost <= 70_339
    assert found.certificate.check(found.table).verdict is Verdict.SAFE
    assert failures(found.table, primary(table, rules)) == 0
    assert (found.audit.insiders, found.audit.insiders_open) == (18, 37)


def test_fast_and_deterministic(small):
    table, rules = small
    one, other = (suppress(table, rules, method="fast") for _ in range(2))
    assert one.table.status.tolist() == other.table.status.tolist()
    assert (one.audit.too_narrow, one.cost, one.bound) == (0, 71_403, 36_136)


def test_a_naive_table_is_taken_apart():
    data = {"area": list("NNNNSSSS"), "sex": list("fmmmffmm")}
    table = tabulate(data, ["area", "sex"])
    unsafe = primary(table, Rules(threshold=2))
    found = audit(naive(table, unsafe), unsafe)
    assert (found.exact, found.too_narrow, found.verdict) == (1, 1, Verdict.UNSAFE)


def test_a_sum_of_zero_with_one_person_behind_it():
    """Withheld as any other cell of one person, so it may not follow from the rest."""
    data = {"area": list("NNNNSSSSSSS"), "kind": list("abbbaaabbcc"),
            "v": [0, 5, 6, 7, 9, 9, 9, 5, 5, 6, 4]}  # fmt: skip
    table, rules = tabulate(data, ["area", "kind"], "v"), Rules(threshold=2)
    unsafe, cell = primary(table, rules), table.cell(area="N", kind="a")
    assert (unsafe.upper[cell], unsafe.lower[cell]) == (10, 0)  # as much as the smallest value
    assert audit(naive(table, unsafe), unsafe).too_narrow == 1
    found = suppress(table, rules)
    assert (found.verdict, failures(found.table, unsafe)) == (Verdict.SAFE, 0)
    assert attacked(found.table)[1][cell] >= 10


def test_without_levels_a_cell_may_not_be_a_point(squares):
    """Who asks for no interval (a JJ file of a frequency rule) asks that nothing is exact."""
    unsafe = levels_of(squares, np.zeros((len(squares), 2)))
    attack = audit(squares, unsafe)
    assert (attack.exact, attack.too_narrow) == (1, 1)
    found = suppress(squares, unsafe, method="optimal")
    assert (found.verdict, found.cost, audit(found.table).exact) == (Verdict.SAFE, 31, 0)
    nothing = levels_of(squares, np.full((len(squares), 2), np.nan))
    assert audit(squares, nothing).attacked == 0


def test_what_stays_exact_is_not_published(squares, monkeypatch):
    """Two formulations that never agree prove nothing, whatever kind of cell they disagree on."""
    attack = secondary.audit
    monkeypatch.setattr(
        secondary, "audit", lambda *a, **b: dataclasses.replace(attack(*a, **b), exact=1)
    )
    found = suppress(squares, levels_of(squares, np.ones((len(squares), 2))))
    assert (found.verdict, found.certificate) == (Verdict.REVIEW, None)


def test_tables_safe_apart_and_unsafe_together():
    trees = {"east": list("ABC"), "west": list("DEF")}, {"wet": list("ABD"), "dry": list("CEF")}
    cells = [(a, k, n) for (a, k), n in zip(itertools.product("ABCDEF", "xy"),
             [1, 9, 8, 7, 9, 12, 6, 11, 10, 5, 14, 6], strict=True)]  # fmt: skip
    data = dict(zip(("area", "kind", "n"), map(list, zip(*cells, strict=True)), strict=True))
    parts = [tabulate(data, ["area", "kind"], records="n", hierarchies={"area": t}) for t in trees]
    rules = Rules(threshold=2)
    alone = [suppress(part, rules).table for part in parts]
    joint = link(*parts)
    assert len(joint) == 6 * 3 + 3 + 4 * 3
    found = suppress(joint, rules)
    assert (found.verdict, failures(found.table, primary(joint, rules))) == (Verdict.SAFE, 0)
    assert link(*alone).suppressed.sum() <= sum(part.suppressed.sum() for part in alone)


@pytest.mark.parametrize(
    ("data", "publish"),
    [
        pytest.param({"a": ["x", "x", "y"]}, True, id="everything else must be published"),
        pytest.param({"a": ["x"]}, True, id="alone under a published total"),
    ],
)
def test_no_pattern(data, publish):
    table = tabulate(data, "a")
    keep = table.values != 1 if publish else None
    keep[0] = table.values[0] != 1
    if len(data["a"]) == 1:
        table = tabulate({"a": ["x"], "b": ["p"]}, ["a", "b"])
        keep = np.arange(len(table)) < 0
        table = dataclasses.replace(table, counts=np.array([9, 9, 9, 1]))
        keep = table.counts == 9
    with pytest.raises(NoPatternError, match="1 unsafe cells") as caught:
        suppress(table, Rules(threshold=2), publish=keep)
    assert len(caught.value.cells) == 1


def test_no_time_means_not_published(small):
    table, rules = small
    found = suppress(table, rules, time_limit=0.0)
    assert (found.verdict, found.table.status, found.certificate) == (Verdict.REVIEW, None, None)


@pytest.mark.parametrize("limit", [0.01, 0.05, 0.15])
@pytest.mark.parametrize("method", ["certified", "optimal"])
def test_a_time_limit_leaves_nothing_half_protected(small, limit, method):
    table, rules = small
    found = suppress(table, rules, method=method, time_limit=limit)
    assert (found.verdict is Verdict.SAFE) == (found.certificate is not None)
    if found.verdict is Verdict.REVIEW:
        assert (found.table.status, found.audit, found.bound) == (None, None, None)
    else:
        assert found.certificate.check(found.table).verdict is Verdict.SAFE


def test_an_audit_gives_up_when_told_to(squares):
    with pytest.raises(TimeoutError):
        audit(squares, time_limit=0.0)


@pytest.mark.parametrize("method", ["certified", "fast"])
def test_blocks_give_the_same_with_one_process_and_two(small, monkeypatch, method):
    """Only tables above a size are taken in blocks: here every table is."""
    table, rules = small
    monkeypatch.setattr(secondary, "_LARGE", 0)
    monkeypatch.setattr(secondary, "_SMALL", 0)
    one, two = (suppress(table, rules, method=method, processes=n) for n in (1, 2))
    assert one.table.status.tolist() == two.table.status.tolist()
    assert (one.verdict, failures(one.table, primary(table, rules))) == (Verdict.SAFE, 0)
    assert one.certificate.check(one.table).verdict is Verdict.SAFE
    assert 0 < one.bound <= 69_297 <= one.cost


def test_blocks_of_a_tree_beside_one_that_holds_some(monkeypatch):
    """A group of the second tree lies under no branch of the first: it is above the blocks."""
    monkeypatch.setattr(secondary, "_LARGE", 0)
    monkeypatch.setattr(secondary, "_SMALL", 0)
    monkeypatch.setattr(audit_module, "_MANY", 0)
    first = {"Total": ["I", "II"], "I": list("ABC"), "II": list("DEF")}
    cells = [(a, k, n) for (a, k), n in zip(itertools.product("ABCDEF", "xy"),
             [1, 9, 8, 7, 9, 12, 6, 11, 10, 5, 14, 6], strict=True)]  # fmt: skip
    data = dict(zip(("area", "kind", "n"), map(list, zip(*cells, strict=True)), strict=True))
    table = tabulate(
        data, ["area", "kind"], records="n", hierarchies={"area": [first, {"coast": list("AD")}]}
    )
    found = suppress(table, Rules(threshold=2))
    assert (found.verdict, failures(found.table, primary(table, Rules(threshold=2)))) == (
        Verdict.SAFE, 0,
    )  # fmt: skip


def test_a_published_bound_is_one(squares):
    """The equations alone bound the cost: the optimum of this table is 31."""
    unsafe = levels_of(squares, np.ones((len(squares), 2)))
    found = suppress(squares, unsafe, method="fast")
    assert 0 <= found.bound <= 31 <= found.cost
    assert found.gap == pytest.approx(1 - found.bound / found.cost)
    corner = squares.cell(row="w", column="b")
    bare = squares.with_status(np.where(np.arange(len(squares)) == corner, "u", "s"))
    unsafe = levels_of(bare, np.ones((len(bare), 2)))
    alone, best = (suppress(bare, unsafe, method=method) for method in ("fast", "optimal"))
    assert 0 < alone.bound <= best.cost <= alone.cost


def test_a_bound_from_what_stands_close_by(small, monkeypatch):
    """Where the optimum is out of reach, attacks within few equations bound the cost."""
    monkeypatch.setattr(secondary, "_SMALL", 0)
    found = suppress(*small)
    assert 50_000 < found.bound <= 69_297 <= found.cost
    pattern = Pattern(system(small[0], primary(*small)))
    pattern.start()
    assert first_bound(pattern, 5, 0.0) == 36_136  # nothing but the equations after the limit
    assert 36_136 <= first_bound(pattern, 1, 60.0) < first_bound(pattern, 5, 60.0) <= 69_297


def test_published_cells_stay(small):
    table, rules = small
    top = table.codes.astype(bool).sum(axis=1) <= 1
    unsafe = primary(table, rules).mask
    found = suppress(table, rules, publish=top & ~unsafe)
    assert not (found.table.suppressed & top & ~unsafe).any()


def test_tighter_bounds_need_more(small):
    table, rules = small
    free, known = (suppress(table, rules, method="fast", bounds=b) for b in (None, 50))
    assert known.verdict is Verdict.SAFE
    assert known.cost > free.cost
    assert free.verdict is Verdict.SAFE


def test_a_certificate_that_was_tampered_with(small, tmp_path):
    table, rules = small
    found = suppress(table, rules, method="fast")
    held = Certificate.load(found.certificate.save(tmp_path / "proof.npz"))
    assert held.check(found.table).verdict is Verdict.SAFE
    moved = np.flatnonzero(found.table.status == "m")[0]
    status = found.table.status.copy()
    status[moved] = "s"
    broken = {
        "published": held.check(found.table.with_status(status)),
        "unmet": dataclasses.replace(held, upper=held.upper * 1000).check(found.table),
        "equations": dataclasses.replace(held, moves=abs(held.moves)).check(found.table),
        "bounds": dataclasses.replace(held, down=held.down * 0).check(found.table),
    }
    for name, proof in broken.items():
        assert getattr(proof, name) > 0
        assert proof.verdict is Verdict.UNSAFE


def test_totals_that_do_not_add_up_are_refused(squares):
    values = squares.values.copy()
    values[0] += 1
    with pytest.raises(InputError, match="2 of 10 totals do not add up"):
        audit(dataclasses.replace(squares, values=values))


tables = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"), st.integers(1, 40)),
    min_size=4, max_size=14,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables, st.sampled_from([5, 15, 40]))
def test_nobody_can_come_closer_than_allowed(rows, p):
    data = dict(zip(("a", "b", "v"), map(list, zip(*rows, strict=True)), strict=True))
    table, rules = tabulate(data, ["a", "b"], "v"), Rules(p_percent=p)
    found = suppress(table, rules)
    assert found.certificate.check(found.table).verdict in {Verdict.SAFE, Verdict.REVIEW}
    assert failures(found.table, primary(table, rules)) == 0


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables, st.data())
def test_the_attack_agrees_with_another_one(rows, draw):
    data = dict(zip(("a", "b", "v"), map(list, zip(*rows, strict=True)), strict=True))
    table = tabulate(data, ["a", "b"], "v")
    marks = draw.draw(st.lists(st.sampled_from("ssm"), min_size=len(table), max_size=len(table)))
    table = table.with_status(marks)
    low, high = attacked(table)
    found = audit(table)
    assert np.allclose(found.lower, low, atol=1e-5)
    assert np.allclose(np.minimum(found.upper, 1e9), np.minimum(high, 1e9), atol=1e-5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables, st.data())
def test_many_requirements_in_one_program_find_what_single_ones_do(rows, draw):
    data = dict(zip(("a", "b", "v"), map(list, zip(*rows, strict=True)), strict=True))
    table = tabulate(data, ["a", "b"], "v")
    unsafe = primary(table, Rules(p_percent=15))
    marks = draw.draw(st.lists(st.sampled_from("ssmm"), min_size=len(table), max_size=len(table)))
    table = table.with_status(marks)  # unsafe cells may be published: nobody made this pattern well
    single = audit(table, unsafe, full=False)
    with pytest.MonkeyPatch.context() as change:
        change.setattr(audit_module, "_MANY", 0)
        many = audit(table, unsafe, full=False)
    assert (many.exact, many.too_narrow) == (single.exact, single.too_narrow)
    assert (many.lower >= attacked(table)[0] - 1e-5).all()  # nothing is claimed beyond the ends


def test_a_large_table_is_attacked_from_scratch(small, monkeypatch):
    monkeypatch.setattr(audit_module, "_MANY", 0)
    table, rules = small
    found = suppress(table, rules, method="fast")
    assert (found.audit.too_narrow, found.audit.complete) == (0, False)
    assert found.audit.programs > 0
    some = np.flatnonzero(found.table.status == "m")[:5]
    opened = found.table.status.copy()
    opened[some] = "s"
    broken = audit(found.table.with_status(opened), found.sensitive, full=False)
    monkeypatch.undo()
    again = audit(found.table.with_status(opened), found.sensitive, full=False)
    assert 0 < broken.too_narrow == again.too_narrow


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(1, 30), min_size=6, max_size=6))
def test_optimal_is_the_cheapest_of_all_patterns(numbers):
    cells = [(r, c, n) for (r, c), n in zip(itertools.product("ab", "xyz"), numbers, strict=True)]
    data = dict(zip(("r", "c", "n"), map(list, zip(*cells, strict=True)), strict=True))
    table, rules = tabulate(data, ["r", "c"], records="n"), Rules(threshold=4)
    unsafe = primary(table, rules)
    assume(0 < unsafe.unsafe < 4)
    found = suppress(table, rules, method="optimal")
    assert found.optimal
    pattern = Pattern(system(table, unsafe))
    pattern.start()
    assert first_bound(pattern, 9, 60.0) <= found.cost * (1 + 1e-9)
    others = np.flatnonzero(~unsafe.mask)
    patterns = sorted(
        itertools.chain.from_iterable(itertools.combinations(others, n) for n in range(5)),
        key=lambda cells: table.values[list(cells)].sum(),
    )
    for pattern in patterns:
        cost = table.values[list(pattern)].sum()
        if cost >= found.cost:
            break
        marks = np.where(unsafe.mask, "u", "s")
        marks[list(pattern)] = "m"
        assert failures(table.with_status(marks), unsafe) > 0


def test_a_closed_cell_has_no_price(squares):
    """A cell that may not move was priced by its room of nothing: the solver lost its way."""
    unsafe = levels_of(squares, np.ones((len(squares), 2)))
    pattern = Pattern(system(squares, unsafe))
    closed = ~pattern.hidden & (np.arange(len(pattern.hidden)) % 2 == 0)
    pattern.route([0], closed=closed)
    assert pattern._program._cost.max() <= pattern._cost.max()


def test_nothing_relies_on_a_witness_that_was_dropped():
    # A clean-up step without a new witness may drop old ones; who asks next must not be given them.
    table = tabulate({"a": list("xxyyzz"), "b": list("pqpqpq"), "n": [1, 7, 8, 9, 6, 5]},
                     ["a", "b"], records="n")  # fmt: skip
    sys = system(table, primary(table, Rules(threshold=3)))
    pattern = Pattern(sys)
    pattern.start()
    told = np.flatnonzero(~pattern.hidden)[:1]
    pattern.witnesses[99] = Witness(told, np.ones(1), np.arange(len(pattern.target)))
    pattern._flat = None
    pattern._relying(int(told[0]))
    pattern._swap((), {})
    assert 99 not in pattern.witnesses
    for cell in np.flatnonzero(pattern.hidden).tolist():
        pattern._relying(cell)
    assert set(pattern.owner.tolist()) <= set(pattern.witnesses)


def test_the_solver_is_silent_before_it_does_anything(monkeypatch):
    # HiGHS 1.16 prints a banner on standard output when it enables its callbacks, where --json
    # promises one object and nothing else.
    loud = []
    monkeypatch.setattr(
        highspy.Highs, "enableCallbacks",
        lambda self: loud.append(self.getOptionValue("output_flag")[1]),
    )  # fmt: skip
    Program(np.eye(1), np.zeros(1), np.ones(1))
    assert loud == [False]


def test_a_table_without_records_proves_nothing():
    found = suppress(tabulate({"r": [], "c": []}, ["r", "c"]), Rules(threshold=3))
    assert (found.verdict, found.sentence) == (
        Verdict.REVIEW, "There are no records, so nothing is shown about anybody.",
    )  # fmt: skip
