"""Local suppression: counted again pair by pair, against sdcMicro's cells, and on hostile input."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.data import count
from govkit.errors import ColumnNotFoundError, InputError, MissingValuesError
from govkit.remedy.hiding import Grid, Rows, matching
from govkit.remedy.records import Records, held
from govkit.remedy.suppression import suppress_cells
from govkit.result import Verdict


def framed(rows, names="abcd"):
    columns = zip(*rows, strict=True)
    return pd.DataFrame(
        {name: pd.array(column, "Int64") for name, column in zip(names, columns, strict=False)}
    )


def expanded(answer):
    """Give the records before and after, one tuple each, None for what is missing."""
    table = answer.table
    before = [
        tuple(None if c == len(v) else int(c) for c, v in zip(row, table.values, strict=True))
        for row in zip(*(codes.tolist() for codes in table.codes), strict=True)
    ]
    old, new = [], []
    for origin, hidden, n in zip(answer.origin, answer.hidden, answer.records, strict=True):
        blanked = tuple(None if h else v for h, v in zip(hidden, before[origin], strict=True))
        old += [before[origin]] * int(n)
        new += [blanked] * int(n)
    return old, new


def match(one, other, at):
    return all(one[j] is None or other[j] is None or one[j] == other[j] for j in at)


def company(rows, others, reading, at):
    """Count for each row the others that it shares its values with, by comparing pairs."""
    if reading == "strict":
        sizes = Counter(tuple(row[j] for j in at) for row in others)
        return [sizes[tuple(row[j] for j in at)] for row in rows]
    return [sum(match(row, other, at) for other in others) for row in rows]


def own_cells(rows, k):
    """Count the cells that no strict answer does without: sets of columns by brute force."""
    total, m = 0, len(rows[0])
    for row in rows:
        for size, hidden in (
            (n, s) for n in range(m + 1) for s in itertools.combinations(range(m), n)
        ):
            seen = [j for j in range(m) if j not in hidden]
            if sum(all(row[j] == other[j] for j in seen) for other in rows) >= k:
                total += size
                break
    return total


class TestReference:
    """Cells of sdcMicro 5.8.1, and the bounds stated for the strict reading."""

    @pytest.mark.parametrize(
        ("records", "most", "bound"),
        [(3000, 2297, 2783), (10000, 5896, 6882), (30000, 12676, 14244)],
    )
    def test_synthetic(self, people, seven, records, most, bound):
        table = count(people.head(records), seven)
        wild = suppress_cells(table, 3, reading="wildcard")
        assert wild.cells <= most
        assert (wild.violations, wild.changed) == (0, table.counts[table.counts < 3].sum())
        strict = suppress_cells(table, 3)
        assert bound <= strict.cells <= 1.12 * bound
        assert (strict.violations, strict.exposed, strict.verdict) == (0, 0, Verdict.SAFE)

    @pytest.mark.parametrize(
        ("keys", "k", "most"),
        [
            ("urbrur roof walls water electcon", 2, 2),
            ("urbrur roof walls water electcon", 3, 8),
            ("urbrur roof walls water sex", 2, 12),
            ("urbrur roof walls water sex", 3, 24),
            ("urbrur roof walls water electcon relat sex", 2, 157),
            ("urbrur roof walls water electcon relat sex", 3, 293),
        ],
    )
    def test_testdata(self, shared, keys, k, most):
        table = count(shared / "sdcmicro" / "testdata.csv", keys.split())
        answer = suppress_cells(table, k, reading="wildcard")
        assert answer.cells <= most
        assert answer.violations == 0

    @pytest.mark.parametrize(("k", "most"), [(2, 4), (3, 9)])
    def test_francdat(self, shared, k, most):
        table = count(shared / "sdcmicro" / "francdat.csv", ["Key1", "Key2", "Key3", "Key4"])
        assert suppress_cells(table, k, reading="wildcard").cells <= most

    def test_the_degenerate_optimum(self, people, seven):
        """24 cells make 3,000 records pass the wildcard count, and protect nobody.

        Two records of each sex without their six other values match everybody of that sex.
        """
        frame = people.head(3000)[seven].astype(object)
        for sex in ("Male", "Female"):
            chosen = frame.index[frame["sex"] == sex][:2]
            frame.loc[chosen, [key for key in seven if key != "sex"]] = None
        frame["age"] = frame["age"].astype("Int64")
        table = count(frame, seven, missing="wildcard")
        everybody = np.arange(len(table))
        grid = Grid(np.stack(table.codes).astype(int), np.array([len(v) for v in table.values]))
        found = matching(grid, everybody, grid.holes, Rows(everybody, grid.holes, table.counts))
        assert int(frame.isna().to_numpy().sum()) == 24
        assert found.min() >= 3


maybe = st.one_of(st.none(), st.integers(0, 2))
values = st.integers(0, 2)
rows = st.lists(st.tuples(values, values, values, values), min_size=4, max_size=30)
holed = st.lists(st.tuples(maybe, maybe, maybe, maybe), min_size=4, max_size=30)
readings = st.sampled_from(["strict", "wildcard"])


@given(st.one_of(rows, holed), st.integers(2, 4), readings)
@settings(deadline=None, max_examples=25)
def test_everybody_has_company(people, k, reading):
    """The promise, counted by pairs of records; and nothing but blanks changed."""
    answer = suppress_cells(count(framed(people), list("abcd")), k, reading=reading)
    old, new = expanded(answer)
    found = company(new, new, reading, range(4))
    assert min(found) >= k
    assert (answer.violations, answer.smallest) == (0, min(found))
    assert all(
        b is None or a == b
        for o, n in zip(old, new, strict=True)
        for a, b in zip(o, n, strict=True)
    )
    cells = sum(
        a is not None and b is None
        for o, n in zip(old, new, strict=True)
        for a, b in zip(o, n, strict=True)
    )
    assert (answer.cells, sum(answer.suppressed_cells.values())) == (cells, cells)
    seen = company(old, new, "wildcard", range(4))
    assert answer.exposed == sum(n < k for n in seen)
    if reading == "strict" and None not in set().union(*people):
        assert answer.exposed == 0
        assert answer.cells >= own_cells(people, k)


@given(st.one_of(rows, holed), st.integers(2, 4))
@settings(deadline=None, max_examples=25)
def test_every_record_at_risk_keeps_a_hidden_cell_of_its_own(people, k):
    """The rule that keeps the wildcard reading from protecting nobody."""
    answer = suppress_cells(count(framed(people), list("abcd")), k, reading="wildcard")
    old, new = expanded(answer)
    before = company(old, old, "wildcard", range(4))
    for o, n, size in zip(old, new, before, strict=True):
        assert (o != n) == (size < k)


@given(rows, readings, st.integers(2, 3), st.integers(2, 4))
@settings(deadline=None, max_examples=25)
def test_subsets_have_a_k_of_their_own(people, reading, k, more):
    """All at once, in whichever order they are named: sdcMicro leaves violations here."""
    wanted = {("a", "b"): more, ("b", "c"): k, ("d",): 4}
    answer = suppress_cells(count(framed(people), list("abcd")), k, reading=reading, subsets=wanted)
    _, new = expanded(answer)
    for names, size in [*wanted.items(), (tuple("abcd"), k)]:
        at = ["abcd".index(name) for name in names]
        assert min(company(new, new, reading, at)) >= size
    assert answer.violations == 0


@given(rows, readings)
@settings(deadline=None, max_examples=25)
def test_subsets_alone(people, reading):
    answer = suppress_cells(
        count(framed(people), list("abcd")), 1, reading=reading, subsets={("a", "b"): 3}
    )
    assert min(company(expanded(answer)[1], expanded(answer)[1], reading, [0, 1])) >= 3
    assert answer.suppressed_cells["c"] == answer.suppressed_cells["d"] == 0


@given(st.lists(st.tuples(values, values, values), min_size=3, max_size=15), readings)
@settings(deadline=None, max_examples=25)
def test_groups_stay_within_strata(people, reading):
    doubled = [(stratum, *row) for row in people for stratum in (0, 1)]
    table = count(framed(doubled), list("abcd"))
    answer = suppress_cells(table, 3, reading=reading, strata=["a"])
    _, new = expanded(answer)
    assert all(row[0] is not None for row in new)
    for stratum in (0, 1):
        part = [row for row in new if row[0] == stratum]
        assert min(company(part, part, reading, range(4))) >= 3


@given(rows, readings, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_the_order_of_the_records_does_not_matter(people, reading, random):
    one = suppress_cells(count(framed(people), list("abcd")), 2, reading=reading)
    random.shuffle(people)
    other = suppress_cells(count(framed(people), list("abcd")), 2, reading=reading)
    assert one.released() == other.released()


def test_records_take_patterns_in_their_order():
    """Somebody lends: a class of six gives one record to the record that is alone."""
    people = pd.DataFrame({"a": [1] * 6 + [2], "b": [5] * 7})
    answer = suppress_cells(count(people, ["a", "b"]), 2)
    records = Records.of(held(people), ["a", "b"])
    taken = records.allocated(answer.table, answer.records)
    assert answer.origin[taken].tolist() == [0] * 6 + [1]
    assert np.bincount(taken).tolist() == answer.records.tolist()
    assert answer.cells == 2
    assert answer.hidden[taken][:, 0].sum() == 2


def test_importance_spares_a_column(people, seven):
    table = count(people.head(3000), seven)
    plain, spared = (
        suppress_cells(table, 3, importance=importance) for importance in (None, {"age": 10})
    )
    assert spared.suppressed_cells["age"] < plain.suppressed_cells["age"] / 20
    assert spared.violations == 0
    same = suppress_cells(table, 3, importance=[10, 1, 1, 1, 1, 1, 1])
    assert same.cells == spared.cells


def test_missing_values_are_not_counted_as_hidden(people, seven):
    """Each class starts with what it lacks; 30,000 records with 2 % missing."""
    random = np.random.default_rng(1)
    frame = people[seven].astype(object).mask(random.random((len(people), 7)) < 0.02)
    frame["age"] = frame["age"].astype("Int64")
    table = count(frame, seven)
    wild = suppress_cells(table, 3, reading="wildcard")
    assert (wild.violations, wild.released().missing) == (0, "wildcard")
    assert wild.cells < 7500
    assert suppress_cells(table, 3).violations == 0


def test_columns_wider_than_62_bits():
    random = np.random.default_rng(2)
    frame = pd.DataFrame(random.integers(0, 1000, (300, 7)), columns=list("abcdefg"))
    frame = pd.concat([frame.assign(h=0), frame.assign(h=1)])
    answer = suppress_cells(count(frame, list("abcdefgh")), 2)
    assert (answer.violations, answer.suppressed_cells["h"]) == (0, 600)
    assert answer.cells == 600


@pytest.mark.parametrize("reading", ["strict", "wildcard"])
class TestHostile:
    def test_no_records_prove_nothing(self, reading):
        answer = suppress_cells(count({"a": pa.array([], pa.int64())}, "a"), 3, reading=reading)
        assert (answer.verdict, answer.cells, len(answer.released())) == (Verdict.REVIEW, 0, 0)
        assert "no records" in answer.sentence

    def test_fewer_records_than_k(self, reading):
        with pytest.raises(InputError, match=r"k is 3, but there are only 2 records.*smaller k"):
            suppress_cells(count({"a": [1, 1]}, "a"), 3, reading=reading)

    def test_a_small_stratum(self, reading):
        table = count({"s": [1, 1, 2], "a": [1, 2, 3]}, ["s", "a"])
        with pytest.raises(InputError, match="merge strata"):
            suppress_cells(table, 2, reading=reading, strata=["s"])

    def test_a_column_without_values(self, reading):
        table = count({"a": pa.array([None] * 4, pa.int64()), "b": [1, 1, 2, 3]}, ["a", "b"])
        answer = suppress_cells(table, 2, reading=reading)
        assert (answer.cells, answer.suppressed_cells["a"], answer.violations) == (2, 0, 0)

    def test_everybody_is_different(self, reading):
        people = pd.DataFrame({name: range(7) for name in "abc"})
        answer = suppress_cells(count(people, list("abc")), 4, reading=reading)
        assert answer.violations == 0

    def test_one_column(self, reading):
        answer = suppress_cells(count({"a": [1, 1, 2]}, "a"), 2, reading=reading)
        assert answer.violations == 0

    def test_nothing_to_do(self, reading):
        table = count({"a": [1, 1, 2, 2]}, "a")
        answer = suppress_cells(table, 2, reading=reading)
        assert (answer.cells, answer.changed, answer.verdict) == (0, 0, Verdict.SAFE)
        assert answer.released() == table

    def test_many_columns_fall_back_to_the_least_important(self, reading):
        random = np.random.default_rng(4)
        people = pd.DataFrame(random.integers(0, 3, (60, 20)), columns=[f"c{i}" for i in range(20)])
        answer = suppress_cells(count(people, list(people)), 3, reading=reading, max_hidden=1)
        assert answer.violations == 0

    def test_names_that_are_not_there(self, reading):
        table = count({"age": [1, 1], "sex": [1, 1]}, ["age", "sex"])
        for wrong in (
            {"strata": ["agee"]},
            {"subsets": {("agee",): 2}},
            {"importance": {"agee": 2}},
        ):
            with pytest.raises(ColumnNotFoundError, match="age"):
                suppress_cells(table, 2, reading=reading, **wrong)

    @pytest.mark.parametrize("wrong", [{"importance": [1]}, {"importance": {"a": 0}}, {"k": 1}])
    def test_numbers_that_cannot_be(self, reading, wrong):
        with pytest.raises(InputError, match=r"above 0|at least 2"):
            suppress_cells(
                count({"a": [1, 1], "b": [1, 1]}, ["a", "b"]), reading=reading, **({"k": 2} | wrong)
            )


def test_readings_have_names():
    with pytest.raises(InputError, match="'strict' or 'wildcard'"):
        suppress_cells(count({"a": [1, 1]}, "a"), 2, reading="loose")


def test_a_missing_stratum_would_match_every_stratum():
    table = count({"s": [1, 1, None, None], "a": [1, 2, 3, 4]}, ["s", "a"])
    with pytest.raises(MissingValuesError, match="fill it"):
        suppress_cells(table, 2, reading="wildcard", strata=["s"])
    assert suppress_cells(table, 2, strata=["s"]).violations == 0


def test_weights_are_shared_out():
    people = {"a": [1, 1, 1, 1, 2], "b": [5] * 5, "w": [1.0, 2.0, 3.0, 4.0, 7.0]}
    answer = suppress_cells(count(people, ["a", "b"], weight="w"), 2)
    assert answer.released().weights.sum() == pytest.approx(17)


def test_an_answer_shows_no_value_of_a_person():
    table = count({"name": ["Canary", "x", "x", "y"], "b": [1, 1, 1, 1]}, ["name", "b"])
    answer = suppress_cells(table, 2)
    for text in (repr(answer), answer.sentence, str(answer.to_dict()), answer._repr_html_()):
        assert "Canary" not in text
    assert answer.to_dict()["suppressed_cells"] == {"name": 2, "b": 0}
