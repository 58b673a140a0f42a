"""What ACRO 1.0.2 gets wrong, each by name: seen by running it, in November 2026."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import govkit as gk
from govkit.errors import InputError
from govkit.result import Verdict

SIZES = {("N", "f"): 12, ("N", "m"): 15, ("S", "f"): 14, ("S", "m"): 11, ("E", "f"): 13,
         ("E", "m"): 12, ("W", "f"): 4, ("W", "m"): 2}  # fmt: skip


@pytest.fixture
def people():
    """Invented people: two cells of 4 and 2, the others large enough."""
    rows = [pair for pair, n in SIZES.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["region", "sex"])
    return frame.assign(income=np.arange(len(frame)) % 23 * 50 + 12_000.0, nothing=0.0)


@pytest.fixture
def s():
    return gk.session(threshold=10)


SMALL = [("W", "f"), ("W", "m")]


@pytest.mark.parametrize("aggfunc", ["mean", "count", ["mean", "std"]], ids=str)
def test_item_14_values_given_as_a_list_are_withheld_too(s, people, aggfunc):
    given = {"index": ["region"], "columns": ["sex"], "aggfunc": aggfunc}
    found = s.pivot_table(people, values=["income"], **given, suppress=True)
    true = pd.pivot_table(people, values=["income"], **given)
    assert found.verdict is Verdict.SAFE
    assert found.frame.loc["W"].isna().all()
    assert (found.frame.columns.equals(true.columns), found.withheld) == (True, len(true.columns))
    assert np.allclose(found.frame.drop(index="W").astype(float), true.drop(index="W"))


@pytest.mark.parametrize(
    "aggfunc",
    [
        pytest.param(lambda x: x.max(), id="lambda"),
        pytest.param(["mean", lambda x: x.iloc[0]], id="in a list"),
        pytest.param(np.random.permutation, id="no statistic"),
        pytest.param("first", id="first"),
        pytest.param("quantile", id="quantile"),
    ],
)
@pytest.mark.parametrize("suppress", [False, True])
def test_item_15_an_aggregation_that_nobody_can_check_is_refused(s, people, aggfunc, suppress):
    given = {"values": people["income"], "aggfunc": aggfunc, "suppress": suppress}
    with pytest.raises(InputError, match="cannot be checked, so it is not computed: use one of"):
        s.crosstab(people["region"], people["sex"], **given)
    assert s.outputs == {}


@pytest.mark.parametrize("aggfunc", ["max", np.max, max, "min"], ids=str)
def test_item_15_the_largest_and_the_smallest_are_of_one_person(s, people, aggfunc):
    found = s.crosstab(people["region"], people["sex"], values=people["income"], aggfunc=aggfunc)
    assert (found.verdict, found.reasons) == (Verdict.UNSAFE, {"extreme": len(SIZES)})


def test_item_15_what_many_share_may_be_the_largest(s, people):
    found = s.groupby(people.assign(income=7), "region")["income"].agg("max")
    assert (found.verdict, found.reasons) == (Verdict.UNSAFE, {"extreme": 1})
    assert found.marks == {"extreme": [(list(found.frame.index).index("W"), 0)]}


def test_item_15_the_number_of_values_is_checked(s, people):
    found = s.groupby(people, ["region", "sex"])["income"].agg("nunique", suppress=True)
    assert list(found.frame.index[found.frame.iloc[:, 0].isna()]) == SMALL


@pytest.mark.parametrize("normalize", ["index", "columns", "all", True, 0, 1])
def test_item_16_shares_are_checked_as_the_counts_behind_them(s, people, normalize):
    both = people["region"], people["sex"]
    found = s.crosstab(*both, normalize=normalize)
    assert found.marks == {"threshold": [(3, 0), (3, 1)]}
    withheld = gk.session(threshold=10).crosstab(*both, normalize=normalize, suppress=True)
    true = pd.crosstab(*both, normalize=normalize)
    assert withheld.frame.loc["W"].isna().all()
    shown = withheld.frame.notna()
    assert np.allclose(withheld.frame[shown].fillna(0), true[shown].fillna(0))
    assert int(shown.to_numpy().sum()) >= 4


def test_item_17_one_cell_without_a_spread_does_not_empty_the_table(s, people):
    alone = people.drop(people.index[-1])  # W, m: one person, whose standard deviation is not known
    found = s.crosstab(
        alone["region"], alone["sex"], values=alone["income"], aggfunc=["mean", "std"],
        suppress=True,
    )  # fmt: skip
    true = pd.crosstab(alone["region"], alone["sex"], alone["income"], aggfunc=["mean", "std"])
    assert found.verdict is Verdict.SAFE
    assert np.allclose(found.frame.drop(index="W"), true.drop(index="W"))
    assert found.frame.loc["W"].isna().all()
    assert set(found.reasons) <= {"threshold", "dominance", "p_percent", "secondary"}


def test_item_18_a_mean_of_two_people_is_withheld_not_rounded(s, people):
    means = s.groupby(people, ["region", "sex"])["income"].mean(suppress=True)
    true = people.groupby(["region", "sex"])["income"].mean()
    assert means.frame.loc[SMALL, "income"].isna().all()
    kept = means.frame["income"].dropna()
    assert (kept == true[kept.index]).all()  # as pandas gives it: nothing is rounded
    counts = s.groupby(people, ["region", "sex"]).size(suppress=True)
    assert counts.frame.loc[SMALL, "size"].isna().all()


def test_item_19_an_unsafe_histogram_is_told_and_no_dummy_is_drawn(s, people):
    found = s.hist(people[people["region"] == "W"], "income")
    assert found.verdict is Verdict.UNSAFE
    assert set(found.reasons) == {"threshold", "extreme"}
    again = gk.session(threshold=10).hist(people, "income", bins=4, suppress=True)
    true, _ = np.histogram(people["income"], [edge.left for edge in again.frame.index]
                           + [again.frame.index[-1].right])  # fmt: skip
    shown = again.frame["count"].notna().to_numpy()
    assert (again.verdict, shown.any()) == (Verdict.SAFE, True)
    assert (again.frame["count"].to_numpy()[shown] == true[shown]).all()
    assert again.plot().layout.title.text.startswith(again.sentence[:40])
    assert list(again.plot().data[0].y) == [int(n) if ok else None for n, ok in
                                            zip(true, shown, strict=True)]  # fmt: skip


@pytest.mark.parametrize("aggfunc", ["sum", "mean"])
def test_item_20_sums_that_are_all_zero_are_no_dominance(s, people, aggfunc):
    large = people[people["region"] != "W"]
    found = s.crosstab(
        large["region"], large["sex"], values=large["nothing"], aggfunc=aggfunc, margins=True
    )
    assert (found.verdict, found.reasons) == (Verdict.SAFE, {})
    assert (found.frame == 0).all(axis=None)


def test_a_status_is_never_a_string_that_nobody_knows(s, people):
    """An unknown analysis came out as "pass" in ACRO; here the verdicts are three, and no more."""
    found = s.crosstab(people["region"], people["sex"])
    assert isinstance(found.verdict, Verdict)
    with pytest.raises((AttributeError, TypeError)):
        found.verdict = "pass"


def test_a_missing_value_that_decides_is_told(s, people):
    few = people.assign(region=people["region"].where(people["region"] != "W"))
    found = s.value_counts(few["region"])
    assert found.verdict is Verdict.REVIEW
    assert "6 records are in no cell, because a value is missing" in found.sentence
    after = s.value_counts(few["sex"])
    assert (after.verdict, after.follows) == (Verdict.UNSAFE, 1)
