"""Distinction and separation of every subset of columns."""

from __future__ import annotations

import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.data import count
from govkit.errors import InputError
from govkit.microdata import separation
from govkit.result import Verdict

FIVE = {"age": [20, 30, 40, 20, 40], "sex": list("FFFMM"), "state": ["CA", "CA", "TX", "NY", "CA"]}


def test_five_rows_by_hand():
    answer = separation(count(FIVE, list(FIVE)))
    pairs = zip(answer.distinction, answer.separation, strict=True)
    found = dict(zip(answer.subsets, pairs, strict=True))
    assert found == {
        ("age",): (0.6, 0.8),
        ("sex",): (0.4, 0.6),
        ("state",): (0.6, 0.7),
        ("age", "sex"): (1, 1),
        ("age", "state"): (1, 1),
        ("sex", "state"): (0.8, 0.9),
        ("age", "sex", "state"): (1, 1),
    }
    assert "'age' alone tells 80.0%" in answer.sentence
    assert len(answer.plot().data[0].x) == 7


def test_the_reference_program_on_thirty_thousand(adults, seven):
    """Numbers of ARX 3.9.2."""
    answer = separation(count(adults[0], seven))
    assert len(answer.subsets) == 127
    for name, distinction, share in (
        ("age", 0.002466667, 0.976406760),
        ("education", 0.000533333, 0.803649908),
    ):
        assert answer.single[name]["distinction"] == pytest.approx(distinction, abs=5e-10)
        assert answer.single[name]["separation"] == pytest.approx(share, abs=5e-10)
    assert answer.distinction[-1] == pytest.approx(0.4333, abs=5e-10)
    assert answer.separation[-1] == pytest.approx(0.999621716, abs=5e-10)


maybe = st.one_of(st.none(), st.integers(0, 2))


@given(st.lists(st.tuples(maybe, maybe, maybe), min_size=2, max_size=20), st.integers(1, 3))
@settings(deadline=None)
def test_pairs_agree(rows, maximum):
    columns = {
        n: pa.array(c, pa.int64()) for n, c in zip("abc", zip(*rows, strict=True), strict=True)
    }
    answer = separation(count(columns, list("abc")), maximum)
    assert max(map(len, answer.subsets)) == maximum
    for subset, distinction, share in zip(
        answer.subsets, answer.distinction, answer.separation, strict=True
    ):
        seen = [tuple(row["abc".index(name)] for name in subset) for row in rows]
        pairs = list(itertools.combinations(seen, 2))
        assert distinction == pytest.approx(len(set(seen)) / len(rows))
        assert share == pytest.approx(sum(a != b for a, b in pairs) / len(pairs))


@pytest.mark.parametrize("values", [[], [1]], ids=["no record", "one record"])
def test_nothing_to_tell_apart(values):
    answer = separation(count(pa.table({"a": pa.array(values, pa.int64())}), "a"))
    assert answer.separation == (1,)
    assert answer.verdict is Verdict.REVIEW
    assert answer.sentence


def test_wrong_use():
    with pytest.raises(InputError, match="at least one"):
        separation(count({"a": [1]}, "a"), 0)
