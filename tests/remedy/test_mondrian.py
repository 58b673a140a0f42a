"""Mondrian: the numbers stated for 30,000 records, and groups counted again record by record."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.data import count
from govkit.errors import ColumnNotFoundError, InputError
from govkit.remedy.mondrian import mondrian
from govkit.result import Verdict


def framed(rows, names="abs"):
    columns = zip(*rows, strict=True)
    return pd.DataFrame(
        {name: pd.array(column, "Int64") for name, column in zip(names, columns, strict=True)}
    )


def ranges(answer):
    """Give one tuple per record: the ranges of its box and its own values' places."""
    places = [np.argsort(order) for order in answer.order.values()]
    codes = [answer.table.codes[answer.table.keys.index(key)] for key in answer.order]
    found = []
    for origin, box, n in zip(answer.origin, answer.box, answer.records, strict=True):
        own = [int(place[code[origin]]) for place, code in zip(places, codes, strict=True)]
        low, high = answer.lower[box].tolist(), answer.upper[box].tolist()
        assert all(a <= o <= b for a, o, b in zip(low, own, high, strict=True))
        found += [((*low, *high), int(origin))] * int(n)
    return found


class TestReference:
    def test_strict(self, people, seven):
        answer = mondrian(count(people, seven), 5)
        assert answer.boxes == answer.groups >= 3400
        assert answer.mean_range <= 0.026
        assert (answer.smallest, answer.violations, answer.verdict) == (5, 0, Verdict.SAFE)

    def test_relaxed_flatters_itself_by_boxes(self, people, seven):
        """Boxes with equal ranges are one class of the release, and twice as wide."""
        table = count(people, seven)
        answer, strict = mondrian(table, 5, strict=False), mondrian(table, 5)
        boxes = np.bincount(answer.box, answer.records)
        assert boxes.min() >= 5
        assert answer.groups < answer.boxes
        assert (boxes**2).sum() < answer.discernibility
        assert answer.mean_range > 1.5 * strict.mean_range

    def test_frequency_is_a_better_order_than_the_alphabet(self, people, seven):
        table = count(people, seven)
        alphabet = {
            key: values.to_pylist() for key, values in zip(table.keys, table.values, strict=True)
        }
        assert mondrian(table, 5).mean_range < mondrian(table, 5, order=alphabet).mean_range


maybe = st.one_of(st.none(), st.integers(0, 5))
rows = st.lists(st.tuples(maybe, maybe, st.integers(0, 2)), min_size=4, max_size=40)


@given(rows, st.integers(2, 4), st.booleans())
@settings(deadline=None, max_examples=40)
def test_groups_are_large_enough(people, k, strict):
    """Sizes and discernibility from the records' ranges alone; every record is in its box."""
    table = count(framed(people), ["a", "b"])
    answer = mondrian(table, k, strict=strict)
    found = ranges(answer)
    sizes = Counter(released for released, _ in found)
    assert len(found) == len(people)
    assert min(sizes.values()) == answer.smallest >= k
    assert sum(n * n for n in sizes.values()) == answer.discernibility
    assert (len(sizes), answer.violations) == (answer.groups, 0)
    if strict:
        boxes = {(o, b) for o, b in zip(answer.origin, answer.box, strict=True)}
        assert len(boxes) == len(table)


@given(rows, st.booleans(), st.integers(1, 2), st.sampled_from([0.3, 0.6, 1.0]))
@settings(deadline=None, max_examples=40)
def test_boxes_are_mixed(people, strict, l, t):
    frame = framed(people)
    wanted = min(l, frame["s"].nunique())
    answer = mondrian(count(frame, list("abs")), 2, strict=strict, sensitive="s", l=wanted, t=t)
    private = answer.table.codes[2]
    groups = defaultdict(Counter)
    for released, origin in ranges(answer):
        groups[released][private[origin]] += 1
    whole = Counter(people_s for *_, people_s in people)
    codes = dict(enumerate(sorted(whole)))
    for found in groups.values():
        size = found.total()
        far = sum(abs(found[c] / size - whole[v] / len(people)) for c, v in codes.items()) / 2
        assert size >= 2
        assert len(found) >= wanted
        assert far <= t + 1e-9
    assert answer.violations == 0


@given(rows, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_the_order_of_the_records_does_not_matter(people, random):
    one = mondrian(count(framed(people), ["a", "b"]), 2)
    random.shuffle(people)
    other = mondrian(count(framed(people), ["a", "b"]), 2)
    assert one.released() == other.released()
    assert one.box.tolist() == other.box.tolist()


def test_six_patients_make_three_boxes():
    """Few enough to check by hand: halves of two and four, then two and two."""
    age = [25, 25, 26, 27, 27, 28]
    code = [53711, 53712, 53711, 53710, 53712, 53711]
    answer = mondrian(count({"age": age, "code": code}, ["age", "code"]), 2, strict=False)
    assert answer.smallest >= 2
    assert answer.boxes == 3


def test_labels_say_what_is_inside():
    people = {"age": [20, 21, None, None], "area": ["n", "s", "n", "s"]}
    answer = mondrian(count(people, ["age", "area"]), 2)
    labels = [set(values.to_pylist()) for values in answer.released().values]
    assert labels == [{"20–21", "missing"}, {"n, s"}]


def test_a_hierarchy_gives_the_order():
    """Areas next to each other stay together, whatever their names and frequencies."""
    people = {"area": ["d", "a", "c", "b"] * 2}
    answer = mondrian(count(people, "area"), 4, order={"area": ["d", "b", "a", "c"]})
    assert set(answer.released().values[0].to_pylist()) == {"d, b", "a, c"}
    with pytest.raises(InputError, match="'area' lacks 1 values"):
        mondrian(count(people, "area"), 4, order={"area": ["d", "b", "a"]})


class TestHostile:
    def test_no_records_prove_nothing(self):
        answer = mondrian(count({"a": pa.array([], pa.int64())}, "a"), 3)
        assert (answer.verdict, answer.boxes) == (Verdict.REVIEW, 0)

    @pytest.mark.parametrize("k", [1, 3])
    def test_k_out_of_range(self, k):
        with pytest.raises(InputError, match="2 to the number of records, 2"):
            mondrian(count({"a": [1, 2]}, "a"), k)

    def test_too_few_sensitive_values(self):
        with pytest.raises(InputError, match="only 2 sensitive values"):
            mondrian(count({"a": [1, 2], "s": [1, 2]}, ["a", "s"]), 2, sensitive="s", l=3)

    def test_a_sensitive_column_that_is_not_there(self):
        with pytest.raises(ColumnNotFoundError, match="'ill'"):
            mondrian(count({"a": [1, 2]}, "a"), 2, sensitive="ill")

    def test_a_column_without_values_and_a_constant_one(self):
        people = {"a": pa.array([None] * 4, pa.int64()), "b": [1] * 4, "c": [1, 2, 3, 4]}
        answer = mondrian(count(people, list("abc")), 2)
        assert (answer.boxes, answer.violations) == (2, 0)

    def test_everybody_is_equal(self):
        answer = mondrian(count({"a": [1] * 9}, "a"), 2, strict=False)
        assert (answer.boxes, answer.mean_range) == (1, 0)

    def test_an_answer_shows_no_value_of_a_person(self):
        answer = mondrian(count({"name": ["Canary", "x", "x", "Canary"]}, "name"), 2)
        for text in (repr(answer), answer.sentence, str(answer.to_dict()), answer._repr_html_()):
            assert "Canary" not in text
