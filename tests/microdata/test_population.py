"""k-map and population uniqueness: against ARX, exact combinatorics and known populations."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from govkit import microdata as m
from govkit.data import count
from govkit.errors import ColumnNotFoundError, InputError
from govkit.result import Verdict

ADULT = [
    "sex", "age", "race", "marital-status", "education", "native-country", "workclass",
    "occupation", "salary-class",
]  # fmt: skip


def of_sizes(sizes):
    """A table of counts whose classes have the given sizes."""
    return count({"a": np.repeat(np.arange(len(sizes)), sizes)}, "a")


class TestReference:
    """Numbers of ARX 3.9.2."""

    def test_thirty_thousand(self, adults, seven):
        found = m.population_uniqueness(count(adults[0], seven), 0.01)
        assert found.uniques["pitman"] == pytest.approx(0.069301926197, rel=1e-10)
        assert found.uniques["zayatz"] == pytest.approx(0.106009246648, rel=1e-10)
        assert found.model == "pitman"

    @pytest.mark.parametrize(
        ("fraction", "model", "share"),
        [
            (0.1, "pitman", 0.27684993883653597),
            (0.01, "pitman", 0.1446083531167384),
            (0.2, "zayatz", 0.3577099234829125),
            (1, "zayatz", 0.5142895033485844),
        ],
    )
    def test_adult(self, shared, fraction, model, share):
        """Above a tenth ARX finds no SNB and falls back on Zayatz; govkit solves both."""
        found = m.population_uniqueness(count(shared / "arx" / "adult.csv", ADULT), fraction)
        assert found.uniques[model] == pytest.approx(share, rel=1e-9)
        assert found.model == ("pitman" if fraction <= 0.1 else "snb")
        assert found.uniques["snb"] <= found.uniques["zayatz"] + 1e-12


@pytest.mark.parametrize(("alpha", "beta"), [(0.3, 0.05), (1.0, 0.2)])
def test_snb_finds_a_population_of_its_own_kind(alpha, beta):
    rng = np.random.default_rng(11)
    sizes = 1 + rng.negative_binomial(alpha, beta, 60_000)
    sample = rng.binomial(sizes, 0.3)
    found = m.population_uniqueness(of_sizes(sample[sample > 0]), 0.3)
    truth = (sizes == 1).sum() / sizes.sum()
    assert found.uniques["snb"] == pytest.approx(truth, rel=0.15)


def test_pitman_finds_a_population_of_its_own_kind():
    """The sampling formula as an urn: each person opens a class or joins that of another."""
    rng = np.random.default_rng(5)
    theta, alpha = 200.0, 0.5
    sizes, owners = [], []
    for n in range(30_000):
        if rng.random() * (n + theta) < theta + alpha * len(sizes):
            joined = len(sizes)
            sizes.append(0)
        else:
            joined = owners[rng.integers(n)]
            while rng.random() * sizes[joined] < alpha:
                joined = owners[rng.integers(n)]
        sizes[joined] += 1
        owners.append(joined)
    sample = np.bincount(rng.choice(owners, 3_000, replace=False))
    found = m.population_uniqueness(of_sizes(sample[sample > 0]), 0.1)
    truth = sizes.count(1) / 30_000
    assert found.uniques["pitman"] == pytest.approx(truth, rel=0.15)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.integers(1, 5))
@settings(deadline=None)
def test_zayatz_is_the_hypergeometric_formula(sizes, times):
    table, n = of_sizes(sizes), sum(sizes)
    people, singles = n * times, sizes.count(1)

    def once(size):
        if people - size < n - 1:
            return 0.0
        return size * math.comb(people - size, n - 1) / math.comb(people, n)

    expected = 0.0
    if singles:
        mean = sum(once(size) for size in sizes)
        expected = singles * (singles * (n / people) / mean) / (n / people) / people
    found = m.population_uniqueness(table, 1 / times).uniques["zayatz"]
    assert found == pytest.approx(expected, rel=1e-9)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.floats(0.001, 1))
@settings(deadline=None, max_examples=40)
def test_an_estimate_is_a_share_or_none(sizes, fraction):
    found = m.population_uniqueness(of_sizes(sizes), fraction)
    assert all(share is None or 0 <= share <= 1 for share in found.uniques.values())
    assert found.uniques["dankar"] is not None


def test_the_fraction_comes_from_the_weights():
    table = count({"a": [1, 1, 2], "w": [10, 10, 10]}, "a", weight="w")
    found = m.population_uniqueness(table)
    assert found.sampling_fraction == pytest.approx(0.1)
    assert m.population_uniqueness(table, 0.5).sampling_fraction == 0.5


@pytest.mark.parametrize(
    ("values", "fraction", "verdict", "words"),
    [
        ([1, 1, 2, 2], 0.1, Verdict.SAFE, "About 0.00%"),
        ([1, 2, 2], 0.1, Verdict.REVIEW, "estimated by"),
        ([1, 2, 2], None, Verdict.REVIEW, "not known"),
        ([], 0.1, Verdict.REVIEW, "not known"),
    ],
    ids=["nobody unique", "somebody", "nothing known", "no records"],
)
def test_verdicts(values, fraction, verdict, words):
    table = count(pa.table({"a": pa.array(values, pa.int64())}), "a")
    found = m.population_uniqueness(table, fraction)
    assert found.verdict is verdict
    assert words in found.sentence
    found.plot()


def test_a_small_share_is_not_told_as_none():
    found = m.population_uniqueness(of_sizes([1, 2, 3]), 0.1)
    few = dataclasses.replace(found, uniques=dict(found.uniques) | {"dankar": 1e-6})
    assert few.sentence.startswith("Less than 0.01% of the population")


class TestKMap:
    PEOPLE = {"age": [30] * 4 + [41] * 2 + [None] * 3, "sex": list("ffffmmfff")}

    def test_a_population_that_was_counted(self, engine):
        population_table = count(engine(self.PEOPLE), ["sex", "age"])
        table = count(engine({"age": [30, 41, None], "sex": ["f", "m", "f"]}), ["age", "sex"])
        answer = m.k_map(table, 3, population=population_table)
        assert answer.scores.tolist() == [4, 2, 3]
        assert (answer.violations, answer.smallest, answer.wanted) == (1, 2, 3)
        assert answer.verdict is Verdict.UNSAFE

    def test_somebody_who_is_not_in_the_population(self):
        """A class is at least as large out there as in the data."""
        table = count({"age": [99, 99], "sex": ["f", "f"]}, ["age", "sex"])
        answer = m.k_map(table, 2, population=count(self.PEOPLE, ["age", "sex"]))
        assert answer.scores.tolist() == [2]

    def test_k_map_with_the_data_as_population_is_k_anonymity(self):
        table = count(self.PEOPLE, ["age", "sex"])
        mapped, anonymous = m.k_map(table, 3, population=table), m.k_anonymity(table, 3)
        assert mapped.scores.tolist() == anonymous.scores.tolist()
        assert mapped.violations == anonymous.violations

    @pytest.mark.parametrize("truncated", [False, True])
    @pytest.mark.parametrize(("k", "fraction"), [(5, 0.1), (20, 0.1), (50, 0.3), (5, 0.9)])
    def test_an_estimate_is_the_smallest_size_that_is_seldom_reached(self, k, fraction, truncated):
        table, mean = of_sizes([1, 2, 3]), k * fraction
        answer = m.k_map(table, k, sampling_fraction=fraction, truncated=truncated)
        chance = [math.exp(-mean) * mean**i / math.factorial(i) for i in range(k + 1)]
        if truncated:
            chance = [0, *(c / (1 - chance[0]) for c in chance[1:])]
        reached = [1 - sum(chance[:size]) for size in range(k + 1)]
        expected = next((s for s in range(1, k) if reached[s] <= 0.05), k)
        assert answer.wanted == expected

    def test_an_estimate_for_a_large_k(self):
        """The chance that none of 900 is drawn is 0 to a computer; the search went on for ever."""
        answer = m.k_map(of_sizes([1]), 1_000, sampling_fraction=0.9)
        assert answer.wanted == stats.poisson.ppf(0.95, 900) + 1 == 951

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"sampling_fraction": 0},
            {"sampling_fraction": 2},
            {"sampling_fraction": 0.1, "significance": 0},
            {"sampling_fraction": 0.1, "k": 1},
        ],
        ids=["nothing known", "fraction 0", "fraction 2", "significance", "k"],
    )
    def test_wrong_use(self, options):
        with pytest.raises(InputError):
            m.k_map(of_sizes([1]), **options)

    def test_another_column(self):
        with pytest.raises(ColumnNotFoundError):
            m.k_map(of_sizes([1]), population=count({"b": [1]}, "b"))
