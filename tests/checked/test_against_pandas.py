"""The same calls as pandas, the same tables: what is printed is what pandas prints."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govkit as gk
from govkit.errors import ColumnNotFoundError, InputError
from govkit.tables import NoPatternError

people = st.lists(
    st.tuples(
        st.sampled_from(["N", "S", "<b>", None]), st.sampled_from(["f", "m", None]),
        st.sampled_from([1, 2]), st.one_of(st.none(), st.integers(0, 9)),
    ),
    min_size=1, max_size=40,
)  # fmt: skip
NAMES = ["area", "sex", "year", "paid"]


def framed(rows):
    frame = pd.DataFrame(rows, columns=NAMES)
    return frame.astype({"area": "str", "sex": "str", "paid": "float64"})


def same(found, true):
    """Compare what is not withheld; say how many are."""
    true = true.to_frame() if isinstance(true, pd.Series) else true
    assert found.index.equals(true.index)
    assert found.columns.equals(true.columns)
    one, other = (frame.to_numpy(float, na_value=np.nan) for frame in (found, true))
    hidden = np.isnan(one) & ~np.isnan(other)
    assert np.allclose(np.where(hidden, 0, one), np.where(hidden, 0, other), equal_nan=True)
    return int(hidden.sum())


OPTIONS = st.fixed_dictionaries(
    {}, optional={"margins": st.booleans(), "dropna": st.booleans(), "aggfunc": st.sampled_from(
        ["count", "sum", "mean", "std", "min", ["mean", "count"]])},
)  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(people, OPTIONS, st.booleans(), st.integers(1, 4))
def test_crosstab(rows, options, several, threshold):
    data = framed(rows)
    index = [data["area"], data["year"]] if several else data["area"]
    values = {"values": data["paid"]} if "aggfunc" in options else {}
    try:
        true = pd.crosstab(index, data["sex"], **values, **options)
    except (ValueError, KeyError, TypeError, IndexError):
        return  # pandas itself has no table for some of these
    for suppress in (False, True):
        s = gk.session(threshold=threshold, p_percent=None, dominance=())
        try:
            found = s.crosstab(index, data["sex"], **values, **options, suppress=suppress)
        except NoPatternError:
            continue
        assert same(found.frame, true) <= found.withheld
        assert suppress or not found.withheld


@settings(deadline=None, max_examples=25)
@given(people, OPTIONS, st.booleans())
def test_pivot_table(rows, options, several):
    data = framed(rows)
    given = {"index": "area", "columns": ["sex"], "values": ["paid", "year"] if several else "paid"}
    options = {"aggfunc": "sum"} | options
    try:
        true = pd.pivot_table(data, **given, **options)
    except (ValueError, KeyError, TypeError, IndexError):
        return
    found = gk.session(threshold=2).pivot_table(data, **given, **options)
    assert same(found.frame, true) == 0


@settings(deadline=None, max_examples=25)
@given(people, st.booleans(), st.booleans(), st.booleans())
def test_value_counts(rows, normalize, dropna, frame):
    data = framed(rows)
    data = data[["area", "sex"]] if frame else data["area"]
    true = data.value_counts(normalize=normalize, dropna=dropna)
    found = gk.session(threshold=2).value_counts(data, normalize=normalize, dropna=dropna)
    assert same(found.frame, true) == 0


@settings(deadline=None, max_examples=25)
@given(
    people, st.sampled_from(["mean", ["sum", "count"], {"paid": "sum", "year": ["mean", "std"]}])
)
def test_groupby(rows, func):
    data = framed(rows)
    if data["area"].isna().all():
        return
    found = gk.session(threshold=2).groupby(data, "area")[["paid", "year"]].agg(func)
    assert same(found.frame, data.groupby("area")[["paid", "year"]].agg(func)) == 0


def small():
    return pd.DataFrame({"a": list("xxxyyy"), "b": [1, 2, 3, 4, 5, 6], "when": pd.date_range(
        "2026-01-01", periods=6, tz="Asia/Tokyo")})  # fmt: skip


def test_the_other_calls_give_what_pandas_gives():
    data, s = small(), gk.session(threshold=2)
    assert same(s.describe(data["b"]).frame, data["b"].describe()) == 0
    assert same(s.describe(data[["b"]], percentiles=[0.1]).frame,
                data[["b"]].describe(percentiles=[0.1])) == 0  # fmt: skip
    assert s.describe(data["a"]).frame.equals(data["a"].describe().to_frame())
    bins = s.value_counts(data["b"], bins=2).frame
    assert bins["count"].tolist() == data["b"].value_counts(bins=2).tolist()
    counts = s.hist(data, "b", bins=3, range=(0, 9)).frame["count"]
    assert counts.tolist() == np.histogram(data["b"], 3, (0, 9))[0].tolist()
    assert s.groupby(data, "a").size().frame["size"].tolist() == [3, 3]
    named = s.groupby(data, "a").agg(most=("b", "mean"), n=("when", "count")).frame
    assert named.columns.tolist() == ["most", "n"]
    flat = s.groupby(data, "a", as_index=False)["b"].agg("mean").frame
    assert flat["b"].tolist() == [2, 5]
    grouped = s.groupby(data.assign(a=data["a"].astype("category").cat.add_categories("z")), "a",
                        observed=False)["b"].sum().frame  # fmt: skip
    assert grouped["b"].tolist() == [6, 15, 0]


@pytest.mark.parametrize("call", ["crosstab", "pivot_table", "value_counts", "describe", "hist"])
def test_the_arguments_are_those_of_pandas(call):
    own = inspect.signature(getattr(pd, call, None) or getattr(pd.DataFrame, call)).parameters
    mine = inspect.signature(getattr(gk.Session, call)).parameters
    assert set(own) - {"self", "kwargs"} <= set(mine)
    assert {"suppress", "name"} <= set(mine)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        pytest.param(lambda s, d: s.pivot_table(d, values="income", index="a"),
                     "no column 'income'", id="no such column"),
        pytest.param(lambda s, d: s.pivot_table(d, values="a", index="b", aggfunc="mean"),
                     r"could not be computed \(TypeError\)", id="means of texts"),
        pytest.param(lambda s, d: s.crosstab(d["a"], d["b"], values=d["a"], aggfunc="sum"),
                     "cannot be checked", id="sums of texts"),
        pytest.param(lambda s, d: s.pivot_table(d, values="b", index="b"), "could not be computed",
                     id="key and value"),
        pytest.param(lambda s, d: s.groupby(d.set_axis(["a", "a", "b"], axis=1), "b").size(),
                     "same name", id="columns of one name"),
        pytest.param(lambda s, d: s.hist(d, "b", by="a"), "one for each group", id="hist by"),
        pytest.param(lambda s, d: s.crosstab(d["a"]), r"could not be computed \(TypeError\)",
                     id="an argument is lacking"),
        pytest.param(lambda s, d: s.value_counts(d["a"], name="../x"), "letters, digits",
                     id="a name that is a path"),
        pytest.param(lambda s, d: s.ols("b ~ nowhere", data=d), "could not be computed", id="ols"),
        pytest.param(lambda s, d: s.groupby(d, "b")["b"].agg("count"), "both key and value",
                     id="key and value of groups"),
        pytest.param(lambda s, d: s.groupby(d, "b").agg(n=("b", "count")), "both key and value",
                     id="key and value by name"),
        pytest.param(lambda s, d: s.groupby(d, "a")["c"].mean(), "no column 'c'", id="groupby"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_without_a_value(ask, sentence):
    s, data = gk.session(threshold=2), small().replace({"a": {"x": "Xanthippe", "y": "Ysolde"}})
    with pytest.raises((InputError, ColumnNotFoundError), match=sentence) as caught:
        ask(s, data)
    assert "Xanthippe" not in str(caught.value) + repr(s)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert s.outputs == {}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(small().iloc[:0], id="empty"),
        pytest.param(small().iloc[:1], id="one person"),
        pytest.param(small().assign(a=None, b=np.nan), id="all missing"),
    ],
)
def test_hardly_any_data(data):
    s = gk.session(threshold=2)
    for output in (s.value_counts(data["a"]), s.describe(data["b"]), s.hist(data, "b", bins=[0, 9]),
                   s.groupby(data, "a")["b"].mean()):  # fmt: skip
        assert output.verdict is not gk.Verdict.SAFE
        assert output._repr_html_()


def test_columns_with_hostile_names():
    name = 'x"]<script>\n=1+1'
    data = pd.DataFrame({name: list("aabb") * 5, "n": 1.0})
    s = gk.session(threshold=2)
    found = s.pivot_table(data, values="n", index=name, aggfunc="sum")
    assert "<script>" not in found._repr_html_()
    assert found.verdict is gk.Verdict.SAFE


def test_arrays_and_lists_are_taken_too():
    found = gk.session(threshold=2).crosstab(np.array(list("aabb")), [[1, 1, 2, 2], list("xyxy")])
    true = pd.crosstab(np.array(list("aabb")), [np.array([1, 1, 2, 2]), np.array(list("xyxy"))])
    assert found.frame.to_numpy().tolist() == true.to_numpy().tolist()
