"""Perturbation keeps what it promises to keep, and nothing of a person where it must not."""

import hmac

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit import remedy
from govkit.errors import InputError

counts = st.lists(st.integers(1, 500), min_size=1, max_size=8)


@given(counts, st.floats(0, 1))
def test_invariant_pram_keeps_the_expected_counts(people, keep):
    matrix = remedy.transition(people, keep)
    assert np.allclose(matrix.sum(axis=1), 1)
    assert (matrix >= 0).all()
    assert np.allclose(np.array(people) @ matrix, people)


def test_the_matrix_by_hand():
    """Gouweleeuw et al. 1998, section 3, for two values of 60 and 40 records.

    P has 0.5 everywhere, so its way back has the shares 0.6 and 0.4 in each row, and P Q too.
    """
    assert remedy.transition([60, 40], 0.5, invariant=False).tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert np.allclose(remedy.transition([60, 40], 0.5), [[0.6, 0.4], [0.6, 0.4]])


def test_without_invariance_counts_drift():
    people = [900, 50, 50]
    assert not np.allclose(people @ remedy.transition(people, 0.5, invariant=False), people)


def test_pram_draws_by_the_matrix():
    column = ["a"] * 6000 + ["b"] * 4000 + [None] * 10
    changed = remedy.pram({"x": column}, "x", seed=5, keep=0.7)["x"].to_pylist()
    matrix = remedy.transition([6000, 4000], 0.7)
    stayed = sum(new == "a" for new in changed[:6000]) / 6000
    assert abs(stayed - matrix[0, 0]) < 4 * (0.25 / 6000) ** 0.5
    assert changed[-10:] == [None] * 10
    assert abs(changed.count("a") - 6000) < 200


@pytest.mark.parametrize(
    "matrix",
    [
        pytest.param([[1.0]], id="too small"),
        pytest.param([[0.5, 0.4], [0.0, 1.0]], id="a row that does not sum to 1"),
        pytest.param([[1.5, -0.5], [0.0, 1.0]], id="a negative chance"),
    ],
)
def test_a_matrix_that_is_none(matrix):
    with pytest.raises(InputError, match="2 rows and columns") as told:
        remedy.pram({"x": ["Canary", "b"]}, "x", seed=1, matrix=matrix)
    assert "Canary" not in str(told.value)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=60),
    st.floats(0, 100),
    st.integers(0, 99),
)
def test_rank_swapping_keeps_values_and_bounds_ranks(values, percent, seed):
    table = pa.table({"x": pa.array(values, pa.int64())})
    swapped = remedy.rank_swap(table, "x", seed=seed, percent=percent)["x"].to_pylist()
    assert sorted(map(str, swapped)) == sorted(map(str, values))
    there = sorted(value for value in values if value is not None)
    for old, new in zip(values, swapped, strict=True):
        assert (old is None) == (new is None)
        if old is not None and old != new:
            low, high = sorted((old, new))  # nearest ranks of the two values
            near = there.index(high) - (len(there) - 1 - there[::-1].index(low))
            assert near <= len(there) * percent / 100


def test_rank_swapping_moves_most_values():
    table = {"x": list(range(1000))}
    swapped = remedy.rank_swap(table, "x", seed=1, percent=3)["x"].to_numpy()
    apart = np.abs(swapped - np.arange(1000))
    assert apart.max() <= 30
    assert (apart > 0).mean() > 0.9
    assert (swapped[swapped[swapped]] == swapped).all()  # pairs: twice is as before


def test_correlated_noise_keeps_correlations_and_plain_noise_does_not():
    random = np.random.default_rng(3)
    x = random.normal(size=20_000)
    data = {"x": x, "y": x + random.normal(size=20_000) / 10}
    before = np.corrcoef(data["x"], data["y"])[0, 1]
    kept, plain = (
        remedy.add_noise(data, ["x", "y"], seed=1, scale=0.5, correlated=c) for c in (True, False)
    )
    assert abs(np.corrcoef(kept["x"], kept["y"])[0, 1] - before) < 0.01
    assert np.corrcoef(plain["x"], plain["y"])[0, 1] < before - 0.1
    for table in (kept, plain):
        assert abs(np.var(table["x"].to_numpy()) / np.var(x) - 1.25) < 0.03


def test_missing_stays_missing_and_whole_stays_whole():
    data = {"x": [1, None, 90, 250]}
    assert remedy.add_noise(data, ["x"], seed=1)["x"].to_pylist()[1] is None
    assert remedy.round_values(data, "x", 100)["x"].to_pylist() == [0, None, 100, 200]
    assert remedy.top_bottom_code(data, "x", top=100)["x"].to_pylist() == [1, None, 90, 100]
    assert remedy.round_values(data, "x", 0.5)["x"].type == pa.int64()


def test_the_same_seed_gives_the_same_in_every_kind():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    columns = {"a": ["x", "y", "z", None] * 50, "n": list(range(200))}
    for change in (
        lambda data: remedy.pram(data, "a", seed=4),
        lambda data: remedy.rank_swap(data, "n", seed=4),
        lambda data: remedy.add_noise(data, ["n"], seed=4),
        lambda data: remedy.top_bottom_code(data, "n", bottom=10),
    ):
        given_ = [pa.table(columns), pandas.DataFrame(columns), polars.DataFrame(columns)]
        found = [change(data) for data in given_]
        assert [type(data) for data in found] == [type(data) for data in given_]
        lists = [
            [[None if v is None or v != v else v for v in list(data[n])] for n in ("a", "n")]  # noqa: PLR0124 - NaN
            for data in (found[0].to_pydict(), *found[1:])
        ]
        assert lists[0] == lists[1] == lists[2]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda data: remedy.round_values(data, "a", 10),
        lambda data: remedy.round_values(data, "n", 0),
        lambda data: remedy.rank_swap(data, "n", seed=1, percent=101),
        lambda _: remedy.transition([1, 2], 1.5),
        lambda data: remedy.pram(data, "b", seed=1),
    ],
)
def test_wrong_input_is_told_without_a_value(wrong):
    with pytest.raises((InputError, LookupError)) as told:
        wrong({"a": ["Canary"], "n": [1]})
    assert "Canary" not in str(told.value)


def test_pseudonyms_are_the_hmac_of_the_text():
    key = bytes(range(32))
    table = remedy.pseudonymize({"id": [7, 8, None, 7], "who": ["7", "ü", None, "8"]},
                                ["id", "who"], key=key)  # fmt: skip
    expected = [hmac.new(key, t.encode(), "sha256").hexdigest() for t in ("7", "8", "ü")]
    assert table["id"].to_pylist() == [expected[0], expected[1], None, expected[0]]
    assert table["who"].to_pylist() == [expected[0], expected[2], None, expected[1]]


def test_a_key_is_never_taken_from_beside_the_data(tmp_path, monkeypatch):
    key, out = tmp_path / "key", tmp_path / "out"
    key.write_bytes(b"k" * 40 + b"\n")
    out.mkdir()
    assert remedy.read_key(key) == b"k" * 40
    assert remedy.read_key(key, out / "people.csv") == b"k" * 40
    for beside in (tmp_path / "people.csv", tmp_path / "x" / ".." / "people.csv"):
        with pytest.raises(InputError, match="beside the data"):
            remedy.read_key(key, beside)
    (out / "deeper").mkdir()
    (out / "deeper" / "key").write_bytes(b"k" * 40)
    with pytest.raises(InputError, match="beside the data"):
        remedy.read_key(out / "deeper" / "key", out / "people.csv")
    monkeypatch.setenv("GOVKIT_TEST_KEY", "e" * 32)
    assert remedy.read_key("env:GOVKIT_TEST_KEY", out / "people.csv") == b"e" * 32
    monkeypatch.setenv("GOVKIT_TEST_KEY", "short-secret")
    with pytest.raises(InputError, match="12 bytes") as told:
        remedy.read_key("env:GOVKIT_TEST_KEY")
    assert "short-secret" not in str(told.value)
    with pytest.raises(OSError, match="cannot be read"):
        remedy.read_key(tmp_path / "nothing")
