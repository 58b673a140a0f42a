"""SUDA2: against sdcMicro, the book's example and all subsets by brute force."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.data import count
from govkit.errors import InputError
from govkit.microdata import suda
from govkit.result import Verdict


class TestReference:
    """Numbers of sdcMicro 5.8.1, whose arithmetic has about seven digits."""

    def test_toy(self):
        answer = suda(count({"a": [2, 1, 1], "b": [0, 3, 0], "c": [0, 6, 0]}, ["a", "b", "c"]))
        assert sorted(answer.scores.tolist()) == [2, 2, 4]
        assert answer.contribution == {"a": 50, "b": 37.5, "c": 37.5}

    def test_francdat(self, shared):
        keys = ["Key1", "Key2", "Key3", "Key4"]
        answer = suda(count(shared / "sdcmicro" / "francdat.csv", keys))
        assert answer.scores.tolist() == [0, 0, 8, 4, 6, 8]
        dis = [0, 0, 0.01421348632, 0.00623684035, 0.01010601501, 0.01421348632]
        assert answer.dis == pytest.approx(dis, rel=2e-7)
        assert list(answer.contribution.values()) == pytest.approx(
            [53.846, 23.077, 0, 53.846], abs=5e-4
        )

    def test_guideline(self, shared):
        keys = ["Residence", "Gender", "Education", "Labor"]
        answer = suda(count(shared / "sdcmicro" / "suda_guideline.csv", keys))
        scores = np.repeat(answer.scores, answer.quasi.counts)
        assert sorted(scores.tolist()) == [0, 0, 0, 0, 0, 0, 6, 6, 10, 12]

    @pytest.mark.parametrize(
        ("keys", "scored", "total", "highest", "dis"),
        [
            ("urbrur roof walls water electcon", 2, 6, 4, 0.007826393667),
            ("urbrur roof walls water sex", 12, 19, 2, 0.1391105231),
            ("urbrur roof walls water electcon relat sex", 157, 4890, 720, 9.831090921),
        ],
    )
    def test_testdata(self, shared, keys, scored, total, highest, dis):
        answer = suda(count(shared / "sdcmicro" / "testdata.csv", keys.split()))
        found = (answer.records_at_risk, answer.score_sum, answer.score_max)
        assert found == (scored, total, highest)
        assert answer.dis_sum == pytest.approx(dis, rel=3e-7)

    def test_thirty_thousand(self, adults, seven):
        answer = suda(count(adults[0], seven))
        found = (answer.records_at_risk, answer.score_sum, answer.score_max)
        assert found == (9288, 377128, 648)
        assert answer.dis_sum == pytest.approx(1185.37770828315, rel=3e-7)


def by_all_subsets(rows, largest):
    """Score every record from the definition, and add up what each column takes part in."""
    columns = len(rows[0])
    sets = [s for n in range(1, largest + 1) for s in itertools.combinations(range(columns), n)]
    seen = {s: Counter(tuple(row[j] for j in s) for row in rows) for s in sets}
    scores, shares = [], [0] * columns
    for row in rows:
        unique = []
        for subset in sets:
            values = tuple(row[j] for j in subset)
            smaller = any(set(u) <= set(subset) for u in unique)
            if seen[subset][values] == 1 and None not in values and not smaller:
                unique.append(subset)
        scores.append(sum(math.factorial(columns - len(u)) for u in unique))
        for u in unique:
            for j in u:
                shares[j] += math.factorial(columns - len(u))
    return scores, [100 * s / sum(scores) if sum(scores) else 0 for s in shares]


maybe = st.one_of(st.none(), st.integers(0, 3))
people = st.lists(st.tuples(maybe, maybe, maybe, maybe), min_size=1, max_size=16)


def counted(rows, **options):
    columns = {
        name: pa.array(c, pa.int64())
        for name, c in zip("abcdefgh", zip(*rows, strict=True), strict=False)
    }
    return count(columns, list(columns), **options)


def rows_of(answer):
    frame = answer.quasi.to_frame().astype(object)
    frame = frame.where(frame.notna(), None)
    keys = list(answer.quasi.keys)
    return Counter(
        {
            (*row[: len(keys)], score): n
            for row, n, score in zip(
                frame[keys].itertuples(index=False, name=None),
                answer.quasi.counts.tolist(),
                answer.scores.tolist(),
                strict=True,
            )
        }
    )


@given(people, st.integers(1, 4))
@settings(deadline=None)
def test_scores_agree_with_all_subsets(rows, largest):
    answer = suda(counted(rows), largest)
    scores, shares = by_all_subsets(rows, largest)
    assert rows_of(answer) == Counter((*r, s) for r, s in zip(rows, scores, strict=True))
    assert list(answer.contribution.values()) == pytest.approx(shares)
    assert answer.partial == (largest < 4)


def test_a_wide_key_space_is_hashed():
    """So many values that counting needs buckets, and some of them collide."""
    rng = np.random.default_rng(7)
    rows = [tuple(row) for row in rng.integers(0, 12, (400, 5)).tolist()]
    answer = suda(counted(rows))
    scores, _ = by_all_subsets(rows, 5)
    assert rows_of(answer) == Counter((*r, s) for r, s in zip(rows, scores, strict=True))


def test_columns_wider_than_64_bits():
    columns = {f"c{i}": [j * 7 for j in range(300)] + [1, 1] for i in range(12)}
    answer = suda(count(columns, list(columns)), 2)
    assert answer.score_sum == 300 * 12 * math.factorial(11)


class TestPartial:
    PARITY = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}

    def test_the_report_says_so(self):
        whole, part = (suda(count(self.PARITY, ["a", "b"]), n) for n in (2, 1))
        assert (whole.score_sum, part.score_sum) == (4, 0)
        assert "partial" in part.sentence
        assert "partial" not in whole.sentence
        assert part.numbers()["partial"] is True

    def test_uniques_that_were_not_found_are_for_a_person(self):
        assert suda(count(self.PARITY, ["a", "b"]), 1).verdict is Verdict.REVIEW
        assert suda(count(self.PARITY, ["a", "b"])).verdict is Verdict.UNSAFE

    @pytest.mark.parametrize(("columns", "largest"), [(13, 13), (14, 6), (40, 2), (200, 1)])
    def test_many_columns_end(self, columns, largest):
        """Beyond 8,191 sets of columns only the smaller ones are looked at."""
        people = {f"c{i}": [1, 1, 2, 2] for i in range(columns)}
        answer = suda(count(people, list(people)))
        assert (answer.maximum, answer.partial) == (largest, largest < columns)

    def test_factorials_beyond_64_bits(self):
        people = {f"c{i}": [1, 2] for i in range(25)}
        assert suda(count(people, list(people)), 1).score_max == pytest.approx(
            25 * math.factorial(24)
        )


@pytest.mark.parametrize(
    ("columns", "verdict", "score"),
    [
        pytest.param({"a": [1, 1]}, Verdict.SAFE, 0, id="nobody is unique"),
        pytest.param({"a": [1, 2]}, Verdict.UNSAFE, 2, id="both are unique"),
        pytest.param({"a": [None, 1, 1]}, Verdict.REVIEW, 0, id="unique by a hole alone"),
        pytest.param({"a": pa.array([], pa.int64())}, Verdict.REVIEW, 0, id="no records"),
    ],
)
def test_verdicts_on_every_engine(engine, columns, verdict, score):
    answer = suda(count(engine(pa.table(columns)), ["a"]))
    assert (answer.verdict, answer.score_sum) == (verdict, score)
    answer.plot()


def test_wrong_use_and_words():
    table = count({"name": ["Canary", "b"]}, "name")
    for wrong in (
        lambda: suda(table, 0),
        lambda: suda(table, fraction=0),
        lambda: suda(table, fraction=1),
    ):
        with pytest.raises(InputError):
            wrong()
    answer = suda(table)
    for text in (repr(answer), answer.sentence, str(answer.to_dict()), answer._repr_html_()):
        assert "Canary" not in text
    assert answer.worst_groups(1)["suda"].tolist() == [1]
