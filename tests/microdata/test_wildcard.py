"""Missing values as wildcards: against sdcMicro's numbers, and pair by pair."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govkit as gk
from govkit.data import count
from govkit.errors import InputError
from govkit.microdata import frequencies, k_anonymity
from govkit.result import Verdict

KEYS = ["Key1", "Key2", "Key3", "Key4"]


def per_record(frame, keys, weight=None, **options):
    """Give f and F of each record of a frame, in its order."""
    table = count(frame, keys, weight=weight, **options)
    f, weights = frequencies(table)
    classes = table.to_frame()[keys].assign(f=f, F=f if weights is None else weights)
    known = {tuple(map(str, row[:-2])): row[-2:] for row in classes.itertuples(index=False)}
    records = frame[keys].astype(classes[keys].dtypes.to_dict())
    found = [known[tuple(map(str, row))] for row in records.itertuples(index=False)]
    return np.array(found, float).T


def by_pairs(rows, weights, alpha):
    """The rule of the module's docstring, one pair of records after the other."""
    found = []
    for one in rows:
        whole = None not in one
        if all(value is None for value in one):
            found.append((len(rows), sum(weights)))
            continue
        f = total = 0.0
        for other, weight in zip(rows, weights, strict=True):
            if all(a is None or b is None or a == b for a, b in zip(one, other, strict=True)):
                share = 1 if None not in other or (not whole and one == other) else alpha
                f, total = f + share, total + share * weight
        found.append((f, total))
    return np.array(found, float).T


class TestReference:
    """Numbers of sdcMicro 5.8.1."""

    @pytest.fixture
    def francdat(self, shared):
        frame = pd.read_csv(shared / "sdcmicro" / "francdat.csv").astype(
            dict.fromkeys(KEYS, "Int64")
        )
        for row, key in ((3, "Key3"), (4, "Key1"), (4, "Key2"), (5, "Key4"), (6, "Key1")):
            frame.loc[row - 1, key] = pd.NA
        return frame

    @pytest.mark.parametrize(
        ("alpha", "f", "weights"),
        [
            (1, [3, 2, 4, 3, 3, 2, 2, 3], [149, 84.5, 194.5, 563, 566, 549, 22, 149]),
            (
                0.5,
                [2.5, 1.5, 4, 2.5, 2, 1.5, 1.5, 2.5],
                [129.5, 65, 194.5, 292.5, 553.5, 278.5, 13.5, 129.5],
            ),
            (
                0.1,
                [2.1, 1.1, 4, 2.1, 1.2, 1.1, 1.1, 2.1],
                [113.9, 49.4, 194.5, 76.1, 543.5, 62.1, 6.7, 113.9],
            ),
            (0, [2, 1, 4, 2, 1, 1, 1, 2], [110, 45.5, 194.5, 22, 541, 8, 5, 110]),
        ],
    )
    def test_francdat(self, francdat, alpha, f, weights):
        found = per_record(francdat, KEYS, "w", missing="wildcard", alpha=alpha)
        assert found[0].tolist() == f
        assert found[1] == pytest.approx(weights, rel=1e-12)

    FRAME = pd.DataFrame(
        {
            "A": [2, 3, 2, 2, 3, 3, 1, 2],
            "B": [3, 3, 3, 3, 3, 3, 4, 3],
            "C": pd.array([1, 3, 1, 2, 1, 1, 1, 1], "Int64"),
            "w": [18, 45.5, 39, 17, 92, 8, 123.5, 51],
        }
    )

    def test_eight_rows(self):
        f, weights = per_record(self.FRAME, ["A", "B", "C"], "w", missing="wildcard")
        assert f.tolist() == [3, 1, 3, 1, 2, 2, 1, 3]
        assert weights.tolist() == [108, 45.5, 108, 17, 100, 100, 123.5, 108]

    def test_eight_rows_with_holes(self):
        holed = self.FRAME.assign(C=self.FRAME["C"].where(~self.FRAME.index.isin([2, 6])))
        f, weights = per_record(holed, ["A", "B", "C"], "w", missing="wildcard")
        assert f.tolist() == [3, 1, 4, 2, 2, 2, 1, 3]
        assert weights.tolist() == [108, 45.5, 125, 56, 100, 100, 123.5, 108]

    def test_thirty_thousand(self, adults, seven):
        table = count(adults[0.02], seven, missing="wildcard")
        f, _ = frequencies(table)
        below = [int(table.counts[f < size].sum()) for size in (2, 3, 5, 10)]
        assert below == [4583, 6990, 9966, 14378]

    @pytest.mark.parametrize(
        ("alpha", "below", "total"),
        [
            (1, [1292, 1749, 2202, 2736], 13198),
            (0.5, [1601, 2036, 2415, 2837], 11038),
            (0, [1793, 2178, 2585, 2921], 8878),
        ],
    )
    def test_three_thousand(self, adults, seven, alpha, below, total):
        frame = pd.read_csv(adults[0.02], nrows=3000, keep_default_na=False, na_values=[""])
        table = count(frame, seven, missing="wildcard", alpha=alpha)
        f, _ = frequencies(table)
        assert [int(table.counts[f < size].sum()) for size in (2, 3, 5, 10)] == below
        assert (f * table.counts).sum() == total


maybe = st.one_of(st.none(), st.integers(0, 2))
rows = st.lists(st.tuples(maybe, maybe, maybe, maybe), min_size=1, max_size=25)
alphas = st.sampled_from([0.0, 0.25, 0.5, 1.0])


def framed(people):
    columns = zip(*people, strict=True)
    return pd.DataFrame(
        {name: pd.array(c, "Int64") for name, c in zip("abcd", columns, strict=True)}
    )


@given(rows, alphas, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_classes_agree_with_pairs_of_records(people, alpha, random):
    weights = [random.randint(0, 9) / 4 for _ in people]
    frame = framed(people).assign(w=weights)
    found = per_record(frame, list("abcd"), "w", missing="wildcard", alpha=alpha)
    assert found == pytest.approx(by_pairs(people, weights, alpha), rel=1e-9)


@given(rows, alphas, st.permutations("abcd"), st.integers(1, 3))
@settings(deadline=None)
def test_fewer_columns_never_make_a_group_smaller(people, alpha, order, kept):
    """Why a record without any value counts for others: without it this law would break."""
    frame = framed(people)
    fine, _ = per_record(frame, list("abcd"), missing="wildcard", alpha=alpha)
    coarse, _ = per_record(frame, list(order[:kept]), missing="wildcard", alpha=alpha)
    assert (coarse >= fine - 1e-9).all()


@given(rows)
@settings(deadline=None)
def test_alpha_orders_the_readings(people):
    """Own value <= alpha 0 <= alpha 1/2 <= alpha 1."""
    table = count(framed(people), list("abcd"))
    sizes = [
        frequencies(dataclasses.replace(table, missing="wildcard", alpha=alpha))[0]
        for alpha in (0, 0.5, 1)
    ]
    for less, more in zip([table.counts, *sizes], sizes, strict=False):
        assert (less <= more + 1e-9).all()


def test_keys_wider_than_64_bits():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({f"c{i}": pd.array(rng.integers(0, 200, 120), "Int64") for i in range(9)})
    frame = pd.concat([frame, frame.iloc[:40]], ignore_index=True)
    frame = frame.mask(rng.random(frame.shape) < 0.2)
    wide = frame.assign(**{f"d{i}": frame[f"c{i}"] * 7919 for i in range(9)})
    people = [tuple(None if v is pd.NA else v for v in row) for row in wide.itertuples(index=False)]
    found = per_record(wide, list(wide), missing="wildcard", alpha=0.5)
    assert found[0] == pytest.approx(by_pairs(people, [1] * len(people), 0.5)[0])
    assert found[0].max() > 1


def test_every_engine(engine):
    table = count(
        engine({"a": ["x", "x", None], "b": ["p", "q", "q"]}), ["a", "b"], missing="wildcard"
    )
    assert (table.missing, frequencies(table)[0].tolist()) == ("wildcard", [1, 2, 2])


def test_the_record_without_any_value():
    """Nobody can look for it, so it hides among all; and it may be anybody."""
    people = {"a": [1, 2, 2, None], "b": [1, 2, 2, None]}
    for alpha, expected in ((1, [2, 3, 4]), (0, [1, 2, 4])):
        table = count(people, ["a", "b"], missing="wildcard", alpha=alpha)
        assert frequencies(table)[0].tolist() == expected


def test_without_holes_nothing_changes():
    table = count({"a": [1, 1, 2]}, "a", missing="wildcard")
    assert frequencies(table)[0] is table.counts
    empty = count({"a": []}, "a", missing="wildcard")
    assert frequencies(empty)[0].tolist() == []


def test_k_anonymity_follows_the_decision():
    people = {"a": [1, 1, None], "b": [1, 2, 2]}
    wild = k_anonymity(count(people, ["a", "b"], missing="wildcard"), k=2)
    own = k_anonymity(count(people, ["a", "b"]), k=2)
    assert (wild.records_at_risk, own.records_at_risk) == (1, 3)
    half = k_anonymity(count(people, ["a", "b"], missing="wildcard", alpha=0.1), k=2)
    assert half.smallest == 1
    assert half.scores.tolist() == [1, 1.1, 2]


def test_check_follows_the_decision():
    people = {"a": [1, 1, None, None], "b": [1, 1, 1, 1], "s": ["p", "q", "p", "q"]}
    answer = gk.check(people, ["a", "b"], sensitive="s", k=3, l=2, missing="wildcard")
    assert answer.verdict is Verdict.SAFE
    assert answer.k_anonymity.smallest == 4
    assert answer.singling_out == {"a": 0, "b": 0}
    assert "0 of 4 records" in answer.plot().layout.title.text
    assert "0.0%" in answer.plot_k_curve().layout.title.text
    assert gk.check(people, ["a", "b"], sensitive="s", k=3).verdict is Verdict.UNSAFE


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan")])
def test_alpha_is_a_share(alpha):
    with pytest.raises(InputError, match="alpha"):
        count({"a": [1]}, "a", missing="wildcard", alpha=alpha)


def test_too_many_columns_are_told():
    people = {f"c{i}": [1, None] for i in range(63)}
    with pytest.raises(InputError, match="at most 62"):
        frequencies(count(people, list(people), missing="wildcard"))
