"""Microaggregation: losses on known files, a literal MDAV beside ours, and hostile input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from govkit.errors import InputError, MissingValuesError
from govkit.remedy.aggregation import microaggregate
from govkit.result import Verdict


def literal(data, k):
    """MDAV as the paper writes it, with all distances computed anew."""
    left, groups = list(range(len(data))), []
    z = (data - data.mean(axis=0)) / data.std(axis=0)

    def far(point):
        return max(left, key=lambda i: (((z[i] - point) ** 2).sum(), -i))

    def take(point):
        near = sorted(left, key=lambda i: (((z[i] - point) ** 2).sum(), i))[:k]
        groups.append(near)
        for i in near:
            left.remove(i)

    while len(left) >= 3 * k:
        r = far(z[left].mean(axis=0))
        s = far(z[r])
        take(z[r])
        take(z[s])
    if len(left) >= 2 * k:
        take(z[far(z[left].mean(axis=0))])
    groups.append(left)
    lost = sum(((z[g] - z[g].mean(axis=0)) ** 2).sum() for g in groups)
    return groups, lost / (z**2).sum()


class TestReference:
    """Losses on the files that the literature uses, kept to nine digits."""

    @pytest.mark.parametrize(
        ("file", "k", "loss"),
        [
            ("CASCrefmicrodata", 3, 5.692186279),
            ("CASCrefmicrodata", 4, 7.494699833),
            ("CASCrefmicrodata", 5, 9.088435498),
            ("Tarragona", 3, 16.93258762),
            ("Tarragona", 4, 19.54596204),
            ("Tarragona", 5, 22.46185966),
        ],
    )
    def test_loss(self, shared, file, k, loss):
        answer = microaggregate(pd.read_csv(shared / "sdcmicro" / f"{file}.csv").to_numpy(), k)
        assert 100 * answer.loss == pytest.approx(loss, rel=1e-9)
        assert (answer.smallest, answer.verdict) == (k, Verdict.SAFE)

    def test_eia(self, shared):
        data = pd.read_csv(shared / "sdcmicro" / "EIA.csv").iloc[:, 5:15].to_numpy(float)
        assert 100 * microaggregate(data, 3).loss == pytest.approx(0.5919340360, rel=1e-9)


@pytest.mark.parametrize("k", [2, 3, 5, 11])
@pytest.mark.parametrize("records", [11, 23, 100, 301])
def test_the_literal_algorithm_agrees(records, k):
    data = np.random.default_rng(records).normal(size=(records, 3)) @ np.diag([1, 100, 0.01])
    answer = microaggregate(data, k)
    groups, loss = literal(data, k)
    found = {tuple(np.flatnonzero(answer.group == g).tolist()) for g in range(answer.groups)}
    assert found == {tuple(sorted(group)) for group in groups}
    assert answer.loss == pytest.approx(loss, rel=1e-9)


whole = st.integers(-3, 3).map(float)


@given(
    hnp.arrays(float, st.tuples(st.integers(4, 40), st.integers(1, 3)), elements=whole),
    st.integers(2, 4),
    st.booleans(),
)
@settings(deadline=None, max_examples=80)
def test_groups_hold_k_and_keep_the_means(data, k, blocked):
    """Ties and equal records are everywhere in such data."""
    data = data[:, np.ptp(data, axis=0) > 0]
    if not data.shape[1]:
        return
    answer = microaggregate(data, k, blocks=2 * k if blocked else None)
    sizes = np.bincount(answer.group)
    assert (sizes.min(), len(sizes)) == (answer.smallest, answer.groups)
    assert k <= sizes.min() <= sizes.max() < 2 * k
    assert answer.released().mean(axis=0) == pytest.approx(data.mean(axis=0), abs=1e-12)
    lost = ((data - answer.released()) ** 2).sum(axis=0) / ((data - data.mean(axis=0)) ** 2).sum(
        axis=0
    )
    assert answer.loss == pytest.approx(lost.mean(), abs=1e-12)


def test_units_do_not_matter():
    data = np.random.default_rng(5).normal(size=(60, 2))
    one, other = microaggregate(data, 3), microaggregate(data * [1000, 0.5] + 7, 3)
    assert one.group.tolist() == other.group.tolist()
    assert one.loss == pytest.approx(other.loss)


class TestHostile:
    def test_no_records_prove_nothing(self):
        answer = microaggregate(np.empty((0, 2)), 3)
        assert (answer.verdict, answer.groups, answer.loss) == (Verdict.REVIEW, 0, 0)
        assert "no records" in answer.sentence

    @pytest.mark.parametrize(
        ("values", "k", "error", "words"),
        [
            ([[1.0], [2.0]], 3, InputError, "k is 3, but there are only 2 records: ask for less"),
            ([[1.0]], 1, InputError, "at least 2"),
            ([[1.0, np.nan], [2.0, 1.0]], 2, MissingValuesError, "column 2: fill them"),
            ([[1.0, np.inf], [2.0, 1.0]], 2, MissingValuesError, "infinite in column 2"),
            ([[1.0, 5], [2.0, 5]], 2, InputError, "Column 2 is constant.*leave it out"),
            ([1.0, 2.0], 2, InputError, "table of numbers"),
            ([["a"], ["b"]], 2, InputError, "table of numbers"),
        ],
    )
    def test_refused(self, values, k, error, words):
        with pytest.raises(error, match=words):
            microaggregate(values, k)

    def test_blocks_too_small(self):
        with pytest.raises(InputError, match="blocks at least 2 k"):
            microaggregate([[1.0], [2.0]], 2, blocks=3)

    def test_exactly_k_records(self):
        answer = microaggregate([[1.0], [2.0], [6.0]], 3)
        assert (answer.groups, answer.loss) == (1, 1)
        assert answer.released().ravel().tolist() == [3, 3, 3]
