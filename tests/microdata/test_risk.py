"""Individual and household risk, attackers: against sdcMicro, ARX and the definitions."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit import microdata as m
from govkit.data import count
from govkit.errors import ColumnNotFoundError, InputError
from govkit.result import Verdict

KEYS = ["Key1", "Key2", "Key3", "Key4"]
TESTDATA = {
    "urbrur roof walls water electcon": (73, [2, 8, 46], 0.9106180883, 4.039478154),
    "urbrur roof walls water sex": (93, [12, 24, 79], 1.527204489, 7.177028571),
    "urbrur roof walls water electcon relat sex": (
        412, [157, 281, 458], 10.77829892, 51.81292744,
    ),
}  # fmt: skip


class TestReference:
    """Numbers of sdcMicro 5.8.1 and ARX 3.9.2."""

    @pytest.mark.parametrize("exact", [2, 3])
    def test_francdat(self, shared, exact):
        table = count(shared / "sdcmicro" / "francdat.csv", KEYS, weight="w")
        answer = m.individual_risk(table, exact=exact)
        # per class, in the order of the keys' values
        assert answer.scores == pytest.approx(
            [0.0220423262, 0.0171442616, 0.177075834, 0.2970630774, 0.0116544802, 0.4023594781],
            abs=1e-10,
        )
        assert answer.expected == pytest.approx(0.9665260452, abs=1e-10)
        assert table.counts.tolist() == [2, 2, 1, 1, 1, 1]

    def test_eight_rows(self):
        f, weights = [3, 1, 1, 2, 1], [108, 45.5, 17, 100, 123.5]
        near = [0.01369863, 0.08579129, 0.17707583, 0.01877883, 0.03931625]
        assert m.benedetti_franconi(f, weights) == pytest.approx(near, abs=5e-9)
        exactly = [0.01355297, *near[1:]]
        assert m.benedetti_franconi(f, weights, exact=9) == pytest.approx(exactly, abs=5e-9)

    @pytest.mark.parametrize(("keys", "expected"), TESTDATA.items(), ids=TESTDATA)
    def test_people_and_households(self, shared, keys, expected):
        path = shared / "sdcmicro" / "testdata.csv"
        table = count(path, [*keys.split(), "ori_hid"], weight="sampling_weight")
        answer = m.risk(table, household="ori_hid")
        below = answer.numbers()["records_below"]
        classes, sizes, people, households = expected
        assert answer.individual.groups == classes
        assert [below[size] for size in ("2", "3", "5")] == sizes
        assert answer.individual.expected == pytest.approx(people, rel=1e-9)
        assert answer.household.expected == pytest.approx(households, rel=1e-9)

    def test_thirty_thousand(self, adults, seven):
        table = count(adults[0], seven, weight="weight")
        assert m.individual_risk(table).expected == pytest.approx(579.555559294293, rel=1e-13)
        assert (table.counts * table.weights).sum() == pytest.approx(37351500.88)
        found = m.risk(table).numbers()
        assert found["records_below"] == {"2": 9288, "3": 12476, "5": 16015, "10": 19948}
        assert found["attackers"]["prosecutor"]["average"] == pytest.approx(12999 / 30000)

    def test_adult(self, shared):
        keys = [
            "sex", "age", "race", "marital-status", "education", "native-country", "workclass",
            "occupation", "salary-class",
        ]  # fmt: skip
        table = count(shared / "arx" / "adult.csv", keys)
        assert m.individual_risk(table).average == pytest.approx(0.6465751607983555, rel=1e-15)


def series(f, p):
    """E(1/F) where F is negative binomial with f successes, term by term."""
    term, total = p**f, 0.0
    for j in range(100_000):
        total += term / (f + j)
        term *= (f + j) / (j + 1) * (1 - p)
        if j > f / p and term < 1e-18:
            break
    return total


@pytest.mark.parametrize("p", [0.01, 0.1, 0.49, 0.5, 0.51, 0.9, 0.999999, 1.0])
@pytest.mark.parametrize("f", [1, 2, 3, 7, 20])
def test_exact_risk_is_the_expectation(f, p):
    risk = m.benedetti_franconi([f], [f / p], exact=20)
    assert risk[0] == pytest.approx(series(f, p), rel=1e-8)


@given(st.integers(1, 40), st.floats(0.001, 1))
@settings(deadline=None)
def test_the_approximation_is_never_below_the_exact_risk(f, p):
    near = m.benedetti_franconi([f], [f / p], exact=0)[0]
    exactly = m.benedetti_franconi([f], [f / p], exact=40)[0]
    assert p / f - 1e-12 <= exactly <= near + 1e-12
    assert near <= 1 + 1e-12


@pytest.mark.parametrize("weight", [0, 0.25, 1])
def test_weights_below_the_records_mean_the_whole_population(weight):
    table = count({"a": [1, 1, 2], "w": [weight] * 3}, "a", weight="w")
    assert m.individual_risk(table).scores.tolist() == [0.5, 1]


def test_a_sampling_fraction_stands_for_weights():
    columns = {"a": [1, 1, 2], "w": [10.0] * 3}
    weighted = m.individual_risk(count(columns, "a", weight="w"))
    assumed = m.individual_risk(count(columns, "a"), sampling_fraction=0.1)
    assert assumed.scores == pytest.approx(weighted.scores)
    assert (weighted.weighted, assumed.weighted) == (True, False)


def test_every_engine(engine):
    columns = {"a": ["x", "x", None], "home": [1, 2, 2], "w": [2.0, 2.0, 4.0]}
    table = count(engine(columns), ["a", "home"], weight="w")
    answer = m.risk(table, household="home")
    one, two = m.benedetti_franconi([2, 1], [4, 4])
    assert answer.individual.scores == pytest.approx([one, two])
    assert answer.household.highest == pytest.approx(1 - (1 - one) * (1 - two))
    assert set(answer.readings) == {"category", "wildcard"}


people = st.lists(
    st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 4)), st.integers(1, 9)),
    min_size=1,
    max_size=30,
)


@given(people)
@settings(deadline=None)
def test_households_agree_with_their_members(rows):
    a, home, w = zip(*rows, strict=True)
    columns = {"a": a, "home": pa.array(home, pa.int64()), "w": w}
    table = count(columns, ["a", "home"], weight="w")
    alone = m.individual_risk(count(columns, "a", weight="w"))
    classes = alone.quasi.to_frame()["a"].tolist()
    safe, size = defaultdict(lambda: 1.0), defaultdict(int)
    for i, (value, number, _) in enumerate(rows):
        key = ("alone", i) if number is None else number
        safe[key] *= 1 - alone.scores[classes.index(value)]
        size[key] += 1
    answer = m.household_risk(table, "home")
    assert answer.households == len(safe)
    assert answer.expected == pytest.approx(sum((1 - safe[k]) * size[k] for k in safe))
    assert answer.highest == pytest.approx(max(1 - s for s in safe.values()))


class TestAttackers:
    PEOPLE = count({"a": [1] * 10 + [2] * 4}, "a")

    def test_without_a_population_the_journalist_is_a_prosecutor(self):
        found = m.risk(count({"a": [1, 1, 2]}, "a")).attackers
        assert found["journalist"] == found["prosecutor"]
        assert found["prosecutor"] == {
            "records_at_risk": 3, "highest": 1.0, "average": pytest.approx(2 / 3),
        }  # fmt: skip

    def test_a_population_that_was_counted(self):
        found = m.risk(count({"a": [1, 1, 2]}, "a"), population=self.PEOPLE).attackers
        assert found["journalist"]["highest"] == 0.25
        assert found["journalist"]["records_at_risk"] == 1
        assert found["marketer"]["average"] == pytest.approx((0.1 + 0.1 + 0.25) / 3)

    def test_weights_estimate_the_population(self):
        table = count({"a": [1, 1, 2], "w": [5, 5, 2]}, "a", weight="w")
        found = m.risk(table).attackers
        assert found["journalist"]["highest"] == 0.5
        assert found["marketer"]["average"] == pytest.approx((0.1 + 0.1 + 0.5) / 3)


class TestRisk:
    HOLED = {"a": [1, 1, None, 2], "b": [1, 2, 2, 2]}

    def test_both_readings_stand_side_by_side(self):
        answer = m.risk(count(self.HOLED, ["a", "b"], alpha=0.5))
        found = answer.numbers()["readings"]
        assert found["category"]["sample_uniques"] == 4
        assert found["wildcard"]["records_below"] == {"2": 3, "3": 3, "5": 4, "10": 4}
        assert (found["category"]["alpha"], found["wildcard"]["alpha"]) == (None, 0.5)

    def test_the_decision_makes_the_verdict(self):
        table = count({"a": [None, 1, 1], "b": [1, 1, 1]}, ["a", "b"], missing="wildcard")
        assert m.risk(table, threshold=0.5).verdict is Verdict.SAFE
        own = dataclasses.replace(table, missing="category")
        assert m.risk(own, threshold=0.5).verdict is Verdict.UNSAFE
        assert m.risk(table, threshold=0.5).numbers()["missing"] == "wildcard"

    def test_a_refusal_of_missing_values_is_kept_in_the_answer(self):
        answer = m.risk(count({"a": [1, 1]}, "a", missing="error"))
        assert answer.numbers()["missing"] == "error"
        assert list(answer.readings) == ["category"]

    def test_what_is_not_known_is_none(self):
        found = m.risk(count({"a": [1, 2]}, "a")).to_dict()
        assert (found["population_uniques"], found["k_map"], found["household"]) == ({}, None, None)
        assert "not known" in found["population_uniques_reason"]

    def test_no_records_prove_nothing(self):
        answer = m.risk(count({"a": [], "h": []}, ["a", "h"]), household="h", sampling_fraction=0.1)
        assert answer.verdict is Verdict.REVIEW
        assert answer.household.verdict is Verdict.REVIEW
        assert answer.to_dict()["expected_reidentifications"] == 0
        answer.plot()

    def test_many_columns_are_measured_one_by_one(self):
        columns = {f"c{i}": [1, 2] for i in range(11)}
        assert len(m.risk(count(columns, list(columns))).columns.subsets) == 11

    def test_no_value_of_a_person_in_words(self):
        people = {"name": ["Canary", "Other", None], "age": [199, 198, 198], "home": [777, 1, 1]}
        answer = m.risk(count(people, ["name", "age", "home"]), household="home")
        for part in (answer, answer.individual, answer.household, answer.columns):
            for text in (repr(part), part.sentence, str(part.to_dict()), part._repr_html_()):
                assert "Canary" not in text
                assert "199" not in text
                assert "777" not in text
        assert "Canary" in answer.worst_groups().to_string()

    def test_plots(self):
        answer = m.risk(count({"a": [1, 1, 2], "h": [1, 2, 2]}, ["a", "h"]), household="h")
        assert "3 of 3 records" in answer.plot().layout.title.text
        assert "households" in answer.household.plot().layout.title.text
        assert answer.columns.plot().data[0].y == (answer.columns.separation[0],)


WRONG = {
    "threshold 0": lambda t: m.individual_risk(t, 0),
    "threshold above 1": lambda t: m.individual_risk(t, 1.5),
    "threshold nan": lambda t: m.risk(t, math.nan),
    "fraction 0": lambda t: m.risk(t, sampling_fraction=0),
    "fraction above 1": lambda t: m.household_risk(t, "a", sampling_fraction=1.1),
    "fraction infinite": lambda t: m.individual_risk(t, sampling_fraction=np.inf),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_senseless_numbers_are_refused(call):
    with pytest.raises(InputError):
        call(count({"a": [1, 2]}, "a"))


def test_columns_that_were_not_counted():
    table = count({"a": [1, 2]}, "a")
    with pytest.raises(ColumnNotFoundError):
        m.household_risk(table, "home")
    with pytest.raises(ColumnNotFoundError):
        m.risk(table, household="home")
    with pytest.raises(ColumnNotFoundError):
        m.risk(table, population=count({"b": [1]}, "b"))
