"""Cell keys: the Handbook's example, and that the same people always get the same noise."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.errors import ColumnNotFoundError, InputError, MissingValuesError
from govkit.perturbation import PTable, cell_key, cell_keys, p_table
from govkit.tables import tabulate

SECRET = b"a secret of the tests"
# A p-table by which key 0.8 adds nothing to 2 and one to 3, as in the Handbook's example.
HANDBOOK = PTable(
    (np.array([0]), np.array([-1, 0, 1]), np.array([-1, 0, 1]), np.array([-1, 0, 1])),
    (np.ones(1), np.array([0.2, 0.6, 0.2]), np.array([0.1, 0.8, 0.1]), np.array([0.3, 0.4, 0.3])),
)


def people(n=300, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "area": rng.choice(["N", "S", "W"], n), "sex": rng.choice(["f", "m"], n),
        "key": rng.random(n), "id": np.arange(n), "paid": rng.integers(1, 200, n).astype(float),
    })  # fmt: skip


def test_the_example_of_the_handbook():
    # Handbook, section 5.4: keys .9, .3, .6 make .8; a count of 3 becomes 4.
    data = {"a": ["x"] * 3, "key": [0.9, 0.3, 0.6], "paid": [200.0, 60.0, 40.0]}
    keys = cell_keys(data, "a", key="key")
    assert keys == pytest.approx([0.8, 0.8], abs=1e-8)
    assert cell_key(tabulate(data, "a"), keys, HANDBOOK).table.values.tolist() == [4, 4]
    # x = 300 with largest contribution 200: 400 for delta .5; 360 for delta .6, between two rows.
    table = tabulate(data, "a", "paid")
    for delta, published in ((0.5, 400), (0.6, 360)):
        answer = cell_key(table, keys, HANDBOOK, delta=delta)
        assert answer.table.values == pytest.approx([published] * 2)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_same_people_get_the_same_value_in_any_table(seed):
    data, noise = people(seed=seed), p_table(3, 2)
    both = tabulate(data, ["area", "sex"])
    wide = cell_key(both, cell_keys(data, ["area", "sex"], person="id", secret=SECRET), noise)
    narrow = tabulate(data, "sex")
    small = cell_key(narrow, cell_keys(data, "sex", person="id", secret=SECRET), noise)
    women = data[data.sex == "f"].sample(frac=1, random_state=seed)  # another delivery, other order
    part = tabulate(women, "area")
    again = cell_key(part, cell_keys(women, "area", person="id", secret=SECRET), noise)
    for sex in ("f", "m"):
        assert wide.table.values[both.cell(sex=sex)] == small.table.values[narrow.cell(sex=sex)]
    for area in ("N", "S", "W"):
        one = wide.table.values[both.cell(area=area, sex="f")]
        assert one == again.table.values[part.cell(area=area)]


def test_keys_do_not_depend_on_the_engine():
    data = people()
    wanted = cell_keys(data, ["area", "sex"], key="key")
    for source in (pl.DataFrame(data.to_dict("list")), data.iloc[::-1], data.to_dict("list")):
        assert (cell_keys(source, ["area", "sex"], key="key") == wanted).all()


def test_noise_has_no_bias_and_the_variance_asked_for():
    rng = np.random.default_rng(1)
    counts, noise = rng.integers(5, 100, 200_000), p_table(5, 3)
    drawn = noise.look_up(counts, rng.random(200_000))
    assert abs(drawn.mean()) < 4 * np.sqrt(3 / 200_000)
    assert drawn.var() == pytest.approx(3, rel=0.02)


def test_published_tables_carry_nothing_but_the_changed_values():
    data = people()
    answer = cell_key(tabulate(data, "area"), cell_keys(data, "area", key="key"), p_table(2, 1))
    for held in ("counts", "contributors", "largest", "weighted", "holders", "requesting"):
        assert getattr(answer.table, held) is None
    assert "small random changes" in answer.note
    assert answer.to_dict()["changed"] == answer.changed


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda d: cell_keys(d, "area"), InputError),
        (lambda d: cell_keys(d, "area", key="key", person="id"), InputError),
        (lambda d: cell_keys(d, "area", person="id"), InputError),
        (lambda d: cell_keys(d, "area", person="id", secret=b"short"), InputError),
        (lambda d: cell_keys(d, "area", key="absent"), ColumnNotFoundError),
        (lambda d: cell_keys(d.assign(key=d.key + 1), "area", key="key"), InputError),
        (lambda d: cell_keys(d.assign(key=None), "area", key="key"), InputError),
        (lambda d: cell_keys(d.assign(key="a"), "area", key="key"), InputError),
        (lambda d: cell_keys(d.assign(id=None), "area", person="id", secret=SECRET),
         MissingValuesError),
        (lambda d: cell_key(tabulate(d, "area"), np.zeros(2), p_table(2, 1)), InputError),
        (lambda d: cell_key(tabulate(d, "area", "paid"), np.zeros(4), p_table(2, 1)), InputError),
        (lambda d: cell_key(tabulate(d, "area", weights="key"), np.zeros(4), p_table(2, 1)),
         InputError),
        (lambda d: cell_key(tabulate(d.assign(paid=-d.paid), "area", "paid", negative="allow"),
                            np.zeros(4), p_table(2, 1), delta=0.5), InputError),
    ],
)  # fmt: skip
def test_wrong_input_is_told(call, error):
    with pytest.raises(error):
        call(people(30))
