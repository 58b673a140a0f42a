"""Differential privacy and the ledger: budgets hold, tables stay consistent, nothing leaks."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from govkit.errors import InputError, SourceError
from govkit.perturbation import Ledger, expected_error, noisy_table, random_rounding
from govkit.perturbation.noise import _consistent, _drawer
from govkit.perturbation.rounding import inner_cells
from govkit.tables import tabulate

pytest.importorskip("opendp", reason="the extra 'privacy' is not installed")

DATA = {"area": ["N", "S"] * 200, "sex": ["f"] * 150 + ["m"] * 250, "paid": [5.0] * 400}


@pytest.fixture
def ledger(tmp_path):
    held = Ledger(tmp_path / "ledger.yaml")
    held.set_budget("web", 10.0)
    return held


def test_a_noisy_table_adds_up_and_is_not_negative(ledger):
    answer = noisy_table(DATA, ["area", "sex"], epsilon=2.0, ledger=ledger, dataset="web")
    assert answer.additive
    assert (answer.table.values >= 0).all()
    assert answer.changed
    assert ledger.left("web") == 8.0


def test_the_expected_error_is_what_happens():
    # Noise of all cells is discrete Laplace of scale 4 / epsilon; consistency only lowers it.
    table = tabulate(DATA, ["area", "sex"])
    assert expected_error(table, 0.5) == 8.0
    drawn = _drawer(whole=True)(np.zeros(20_000), 8.0)
    assert np.abs(drawn).mean() == pytest.approx(8.0, rel=0.05)


def test_values_are_clamped_as_declared(ledger):
    data = DATA | {"paid": [5.0] * 399 + [1e9]}
    answer = noisy_table(
        data, "area", "paid", clamp=(0, 10), epsilon=5.0, ledger=ledger, dataset="web"
    )
    assert answer.table.values[0] < 3_000  # 400 values of at most 10, and noise of scale 4


def test_a_spent_budget_refuses_before_the_noise_is_drawn(ledger, monkeypatch):
    ledger.spend("web", 9.5)
    monkeypatch.setattr("govkit.perturbation.noise._drawer", lambda **_: pytest.fail)
    with pytest.raises(InputError, match=r"0\.5 left and this table costs 1"):
        noisy_table(DATA, "area", epsilon=1.0, ledger=ledger, dataset="web")
    assert Ledger(ledger.path).left("web") == pytest.approx(0.5)


def test_the_same_table_is_not_published_with_other_noise(ledger):
    table = tabulate(DATA, ["area", "sex"])
    first, second = (random_rounding(table, 3, secret=bytes([n] * 16)) for n in (1, 2))
    ledger.publish(table, first, bytes([1] * 16))
    Ledger(ledger.path).publish(table, first, bytes([1] * 16))  # the same one again is no news
    with pytest.raises(InputError, match="published before with other noise"):
        Ledger(ledger.path).publish(table, second, bytes([2] * 16))
    text = ledger.path.read_text()
    assert "secret: " in text
    assert bytes([1] * 16).hex() not in text
    assert text.count("- table:") == 1


@pytest.mark.parametrize("text", ["budget: {}", "budgets: [1]", "- 1", "spent: [{epsilon: x}]"])
def test_a_file_that_is_no_ledger_is_refused(tmp_path, text):
    path = tmp_path / "ledger.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match="ledger"):
        Ledger(path)


def test_what_cannot_be_spent_is_told(ledger, tmp_path):
    for epsilon in (0, -1, float("nan"), float("inf")):
        with pytest.raises(InputError):
            ledger.set_budget("other", epsilon)
        with pytest.raises(InputError):
            ledger.spend("web", epsilon)
    with pytest.raises(InputError, match="set already"):
        ledger.set_budget("web", 1)
    with pytest.raises(InputError, match="no budget"):
        ledger.left("absent")
    with pytest.raises(InputError, match="clamp"):
        noisy_table(DATA, "area", "paid", epsilon=1.0, ledger=ledger, dataset="web")
    with pytest.raises(SourceError):
        Ledger(tmp_path / "absent" / "ledger.yaml").set_budget("web", 1)
    assert ledger.left("web") == 10.0


@pytest.mark.parametrize("seed", range(5))
def test_the_consistent_table_is_the_closest_one(seed):
    # The same least squares by another program: bounded least squares of scipy.
    rng = np.random.default_rng(seed)
    table = tabulate(
        {"a": rng.integers(0, 4, 60).astype(str), "b": ["x", "y", "z"] * 20}, ["a", "b"]
    )
    noisy = table.values + rng.laplace(scale=4, size=len(table))
    sums = inner_cells(table.variables)
    wanted = sums @ lsq_linear(sums.toarray(), noisy, bounds=(0, np.inf)).x
    assert _consistent(table, noisy) == pytest.approx(wanted, abs=1e-3)
