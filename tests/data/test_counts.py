"""Counting: the same table from every engine, and rolling up equals counting again."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.data import count
from govkit.errors import (
    ColumnNotFoundError,
    GovkitError,
    InputError,
    MissingValuesError,
    NestedColumnError,
)

TOKYO = dt.timezone(dt.timedelta(hours=9))


@pytest.mark.parametrize(
    ("columns", "groups", "counts"),
    [
        pytest.param({"a": ["x", "y", "x"]}, 2, [2, 1], id="text"),
        pytest.param({"a": [1, 2, 1], "b": ["p", "p", "p"]}, 2, [2, 1], id="two columns"),
        pytest.param({"a": [None, 1, None]}, 2, [1, 2], id="missing is a value of its own"),
        pytest.param({"a": [None, None], "b": [None, "p"]}, 2, [1, 1], id="column all missing"),
        pytest.param({"a": [0.1 + 0.2, 0.3]}, 2, [1, 1], id="0.1+0.2 is not 0.3"),
        pytest.param({"a": [0.0, -0.0]}, 1, [2], id="zero has no sign"),
        pytest.param({"a": [0.0, -0.0, 0.5]}, 2, [2, 1], id="zero has no sign beside fractions"),
        pytest.param({"a": [float("nan"), None, 1.5]}, 2, [1, 2], id="NaN and null are missing"),
        pytest.param({"a": [True, False, True]}, 2, [1, 2], id="booleans"),
        pytest.param({"a": [2**62 + 1, 2**62, 2**62]}, 2, [2, 1], id="huge integers"),
        pytest.param({"a": ["", " ", None]}, 3, [1, 1, 1], id="empty, blank, missing"),
        pytest.param({'a"b; drop': ["x", "x"]}, 1, [2], id="quote and semicolon in a name"),
        pytest.param({"two\nlines, <b>": [1, 1]}, 1, [2], id="line break, comma, HTML in a name"),
        pytest.param({"氏名": ["山田", "山田", "ヤマダ"]}, 2, [1, 2], id="Japanese"),
        pytest.param({"a": ["=cmd()", "<script>", "'; --"]}, 3, [1, 1, 1], id="hostile values"),
        pytest.param({"a": [7]}, 1, [1], id="one record"),
        pytest.param(
            {"a": [decimal.Decimal("1.10"), decimal.Decimal("1.1"), None]}, 2, [2, 1],
            id="decimals",
        ),
        pytest.param(
            {"a": [dt.date(2024, 2, 29), dt.date(2024, 2, 29), None]}, 2, [2, 1], id="days",
        ),
        pytest.param(
            {
                "a": pa.array(
                    [
                        dt.datetime(2024, 1, 1, 9, tzinfo=TOKYO),
                        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
                    ],
                    pa.timestamp("us", tz="Asia/Tokyo"),
                )
            },
            1, [2], id="one instant in two zones",
        ),
        pytest.param(
            {"a": pa.array(["x", None, "x"]).dictionary_encode()}, 2, [2, 1], id="categories",
        ),
    ],
)  # fmt: skip
def test_every_engine_counts_the_same(engine, columns, groups, counts):
    table = count(engine(columns), list(columns))
    assert (len(table), table.counts.tolist()) == (groups, counts)
    assert table == count(pa.table(columns), list(columns))


def test_no_records(engine):
    empty = pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.int64())})
    table = count(engine(empty), ["a", "b"])
    assert (len(table), table.records) == (0, 0)
    assert table.rollup("a").records == 0
    assert table.to_frame().empty


def test_weights_are_summed(engine):
    columns = {"a": ["x", "y", "x"], "w": [1.5, 2.0, 0.25]}
    table = count(engine(columns), "a", weight="w")
    assert table.weights.tolist() == [1.75, 2.0]
    assert table.counts.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("weights", "word"),
    [([1.0, None], "missing"), ([1.0, float("nan")], "missing"), ([1.0, -2.0], "negative")],
    ids=["null", "NaN", "negative"],
)
def test_weights_that_are_none_are_refused(engine, weights, word):
    with pytest.raises(InputError, match=word):
        count(engine({"a": ["x", "y"], "w": weights}), "a", weight="w")


def test_missing_values_can_be_refused(engine):
    with pytest.raises(MissingValuesError, match=r"'a': 1"):
        count(engine({"a": ["x", None], "b": [1, 2]}), ["a", "b"], missing="error")


def test_a_column_that_is_not_there(engine):
    with pytest.raises(ColumnNotFoundError, match="Did you mean 'age'"):
        count(engine({"age": [1], "area": [2]}), ["agee"])


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(["Aoi", "aoi@example.com"], id="mail"),
        pytest.param(["Aoi", "1990/4/1"], id="day"),
        pytest.param(["Aoi", "1990年4月1日"], id="Japanese day"),
        pytest.param(["Aoi", "+81 90-1234-5678"], id="telephone"),
    ],
)
def test_a_file_without_a_line_of_names_tells_no_value(tmp_path, first):
    path = tmp_path / "people.csv"
    path.write_text(",".join(first) + "\n" + ",".join(first) + "\n", "utf-8")
    with pytest.raises(ColumnNotFoundError, match="put a line of names above") as caught:
        count(path, ["name"])
    assert not any(value in str(caught.value) for value in first)


@pytest.mark.parametrize("known", [["2024", "2025"], ["q1-2", "age 10-19"], [0, 1]], ids=str)
def test_names_that_look_a_little_like_values_are_told(known):
    assert str(known[0]) in str(ColumnNotFoundError("age", known))


def test_nested_columns_are_named(engine):
    if engine.name == "feather":
        pytest.skip("the feather writer of this test refuses nested columns")
    with pytest.raises(NestedColumnError, match="'tags'"):
        count(engine({"tags": [[1], [2]]}), "tags")


def test_row_order_does_not_matter(engine):
    columns = {"a": ["x", "y", "z", "x"], "b": [3, 1, None, 3]}
    turned = {name: values[::-1] for name, values in columns.items()}
    assert count(engine(columns), ["a", "b"]) == count(engine(turned), ["a", "b"])


@pytest.mark.parametrize(
    ("keys", "options", "sentence"),
    [
        ([], {}, "at least one column"),
        (["a", "a"], {}, "named twice"),
        (["a"], {"missing": "drop"}, "'wildcard' or 'error'"),
        (["a"], {"weight": "b"}, "does not hold numbers"),
    ],
    ids=["no column", "column twice", "unknown policy", "weight of text"],
)
def test_wrong_use_is_told(keys, options, sentence):
    with pytest.raises(GovkitError, match=sentence):
        count({"a": [1], "b": ["x"]}, keys, **options)


class TestPandas:
    """What only pandas frames can hold."""

    def test_mixed_objects_keep_their_types(self):
        frame = pd.DataFrame({"a": pd.Series([1, "1", 1, None], dtype=object)})
        table = count(frame, "a")
        assert table.to_frame()["a"].tolist()[:2] == ["1 (int)", "1 (str)"]
        assert table.counts.tolist() == [2, 1, 1]

    def test_unused_categories_are_not_groups(self):
        frame = pd.DataFrame({"a": pd.Categorical(["x", "x"], categories=["x", "never"])})
        assert count(frame, "a").counts.tolist() == [2]

    def test_ordered_categories_keep_their_order(self):
        low_first = pd.Categorical(["high", "low"], categories=["low", "high"], ordered=True)
        table = count(pd.DataFrame({"a": low_first}), "a")
        assert table.values[0].to_pylist() == ["low", "high"]
        assert table.ordered == (True,)

    def test_intervals_of_cut(self):
        frame = pd.DataFrame({"age": pd.cut([5, 15, 25, 15], [0, 10, 20, 30])})
        table = count(frame, "age")
        assert table.values[0].to_pylist() == ["(0, 10]", "(10, 20]", "(20, 30]"]
        assert table.counts.tolist() == [1, 2, 1]

    def test_periods(self):
        frame = pd.DataFrame({"m": pd.period_range("2024-01", periods=2, freq="M")})
        assert count(frame, "m").to_frame()["m"].tolist() == ["2024-01", "2024-02"]

    @pytest.mark.parametrize("dtype", ["Int64", "float64", "object", "string"])
    def test_every_kind_of_missing(self, dtype):
        values = pd.Series([1, 1, None], dtype=dtype)
        if dtype == "string":
            values = pd.Series(["1", "1", pd.NA], dtype="string")
        assert count(pd.DataFrame({"a": values}), "a").missing_records == {"a": 1}

    def test_not_a_time(self):
        frame = pd.DataFrame({"t": [pd.Timestamp("2024-01-01"), pd.NaT]})
        assert count(frame, "t").missing_records == {"t": 1}

    def test_integers_beyond_64_bits(self):
        frame = pd.DataFrame({"a": pd.Series([2**70, 2**70 + 1], dtype=object)})
        assert len(count(frame, "a")) == 2

    def test_values_that_cannot_be_hashed(self):
        frame = pd.DataFrame({"a": pd.Series([{"x"}, 1], dtype=object)})
        with pytest.raises(NestedColumnError, match="'a'"):
            count(frame, "a")

    def test_duplicate_names(self):
        frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
        with pytest.raises(InputError, match="more than once"):
            count(frame, "a")

    def test_a_missing_integer_stays_whole(self):
        frame = count(pd.DataFrame({"a": [1.0, None]}), "a").to_frame()
        assert str(frame["a"].dtype) == "Int64"


def test_polars_categories_and_enums():
    enum = pl.Enum(["low", "high", "never"])
    frame = pl.DataFrame({"a": pl.Series(["high", "low"], dtype=enum)})
    assert count(frame, "a").counts.tolist() == [1, 1]


def test_a_column_called_records_is_not_lost():
    frame = count({"records": [1, 1]}, "records").to_frame()
    assert frame.columns.tolist() == ["records", "records_"]


def test_many_wide_columns_do_not_overflow():
    rng = np.random.default_rng(1)
    columns = {f"c{i}": rng.integers(0, 5000, 3000) for i in range(8)}  # 5000**8 > 2**64
    columns["c8"] = columns["c0"] % 2
    table = count(columns, list(columns))
    assert table.records == 3000
    assert len(table) == len(pd.DataFrame(columns).drop_duplicates())
    assert table.rollup("c8") == count(columns, "c8")


people = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 3)),
        st.one_of(st.none(), st.sampled_from(["north", "south", ""])),
        st.booleans(),
    ),
    max_size=40,
)


@given(people, st.permutations(["age", "area", "member"]), st.integers(0, 3))
@settings(deadline=None)
def test_rolling_up_equals_counting_again(rows, order, kept):
    age, area, member = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {
        "age": pa.array(age, pa.int64()),
        "area": pa.array(area, pa.string()),
        "member": pa.array(member, pa.bool_()),
    }
    table = count(columns, ["age", "area", "member"])
    keys = order[:kept]
    rolled = table.rollup(keys)
    assert rolled.records == len(rows)
    if keys:
        assert rolled == count(columns, keys)


@given(people)
@settings(deadline=None)
def test_counts_agree_with_a_counter(rows):
    from collections import Counter

    age, area, member = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {
        "age": pa.array(age, pa.int64()),
        "area": pa.array(area, pa.string()),
        "member": pa.array(member, pa.bool_()),
    }
    table = count(columns, ["age", "area", "member"])
    decoded = [
        [values[code].as_py() if code < len(values) else None for code in codes]
        for codes, values in zip(table.codes, table.values, strict=True)
    ]
    got = Counter(dict(zip(zip(*decoded, strict=True), table.counts.tolist(), strict=True)))
    assert got == Counter(rows)


def test_nothing_of_a_person_in_words_about_counts():
    table = count({"name": ["Unmistakable Canary"], "age": [199]}, ["name", "age"])
    for text in (repr(table), table._repr_html_()):
        assert "Canary" not in text
        assert "199" not in text
