"""Utility is zero loss where nothing changed, and the numbers of a hand calculation elsewhere."""

import runpy
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from govkit import Verdict, remedy
from govkit.errors import InputError

PEOPLE = {
    "age": [20, 21, 34, 35, 46, 47, 58, 59] * 25,
    "sex": ["f", "m"] * 100,
    "area": ["n", "n", "s", "s", "n", "s", None, "s"] * 25,
}
COLUMNS = list(PEOPLE)


def test_nothing_changed_nothing_lost():
    found = remedy.utility(PEOPLE, PEOPLE, COLUMNS, seed=1)
    assert (found.query_error, found.correlation_change, found.suppressed_records) == (0, 0, 0)
    assert found.pmse < 1e-12
    for part in found.columns.values():
        assert part["lost"] == pytest.approx(0)
        assert part["distance"] == 0
        assert part["il1s"] in (None, 0)
    assert found.verdict is Verdict.REVIEW


def test_entropy_by_hand():
    """Eight equally frequent ages are 3 bits; four bands of two leave 2 of them."""
    bands = [f"{age // 10}0-" for age in PEOPLE["age"]]
    found = remedy.utility(PEOPLE, PEOPLE | {"age": bands}, COLUMNS, seed=1)
    part = found.columns["age"]
    assert part["entropy_before"] == pytest.approx(3)
    assert part["entropy_after"] == pytest.approx(2)
    assert part["lost"] == pytest.approx(1 / 3)
    assert 0 < part["il1s"] < 0.1  # off by one year or not at all
    assert found.columns["sex"]["lost"] == pytest.approx(0)


def test_il1s_by_hand():
    """Mateo-Sanz et al. 2005: mean of |x - x'| / (√2 S)."""
    before, after = [0.0, 2.0, 4.0, 6.0], [0, 2, 6, 6]
    found = remedy.utility({"x": before}, {"x": after}, "x", seed=1)
    assert found.columns["x"]["il1s"] == pytest.approx(0.5 / (2**0.5 * np.std(before, ddof=1)))
    assert found.columns["x"]["distance"] == pytest.approx(0.25)


def test_a_column_that_is_all_gone():
    found = remedy.utility(PEOPLE, PEOPLE | {"area": pa.nulls(200, pa.string())}, COLUMNS, seed=1)
    assert found.columns["area"]["lost"] == pytest.approx(1)
    assert found.suppressed_cells == {"age": 0, "sex": 0, "area": 175}
    assert "'area' lost most, 100%" in found.sentence


def test_suppressed_records_count_as_lost():
    kept = np.arange(0, 200, 2)  # the women
    half = {name: [column[i] for i in kept] for name, column in PEOPLE.items()}
    found = remedy.utility(PEOPLE, half, COLUMNS, seed=1, kept=kept)
    assert found.suppressed_records == 100
    assert found.columns["age"]["lost"] == pytest.approx(0.5)
    assert found.columns["sex"]["distance"] == pytest.approx(0.5)


def test_what_can_be_told_apart_has_a_large_pmse():
    """Two files without a common value are told apart always: (1 - 1/2)² = 1/4."""
    apart = remedy.utility({"x": [0] * 50 + [1] * 50}, {"x": [1] * 100}, "x", seed=1)
    assert 0.05 < apart.pmse < 0.25
    near = remedy.utility({"x": [0] * 50 + [1] * 50}, {"x": [1] * 51 + [0] * 49}, "x", seed=1)
    assert near.pmse < 0.001 < apart.pmse
    assert near.pmse_ratio < 2 < apart.pmse_ratio


def test_coarser_costs_more():
    ages = np.arange(20, 84).repeat(10)
    errors = [
        remedy.utility(
            {"age": ages}, {"age": [f"{a // width}" for a in ages]}, "age", seed=3
        ).columns["age"]["lost"]
        for width in (1, 5, 10, 40)
    ]  # fmt: skip
    assert errors == sorted(errors)


def test_noise_is_read_as_the_nearest_value():
    data = {"x": list(range(100))}
    found = remedy.utility(data, remedy.add_noise(data, ["x"], seed=1, scale=0.05), "x", seed=1)
    assert 0 < found.columns["x"]["il1s"] < 0.1


def test_the_seed_decides_and_the_kind_does_not():
    polars = pytest.importorskip("polars")
    bands = [f"{age // 20}" for age in PEOPLE["age"]]
    after = PEOPLE | {"age": bands}
    one, two = (remedy.utility(PEOPLE, data, COLUMNS, seed=7)
                for data in (after, polars.DataFrame(after)))  # fmt: skip
    assert one == two
    assert one != remedy.utility(PEOPLE, after, COLUMNS, seed=8)


@pytest.mark.parametrize("after", [{"x": [1]}, {"x": []}], ids=["fewer records", "none"])
def test_records_that_do_not_match(after):
    with pytest.raises(InputError, match="same records"):
        remedy.utility({"x": [1, 2]}, after, "x", seed=1)


def test_it_shows_no_value_of_a_person():
    before = {"who": ["Canary", "b", "b"]}
    found = remedy.utility(before, {"who": ["b", "b", "b"]}, "who", seed=1)
    assert "Canary" not in f"{found} {found.to_dict()} {found._repr_html_()} {found.plot()}"


def test_the_page_of_methods_is_as_the_code_says():
    root = Path(__file__).parents[2]
    page = runpy.run_path(str(root / "tools" / "methods_page.py"))["page"]()
    written = (root / "docs" / "reference" / "methods.md").read_text("utf-8")
    assert written == page, "run python tools/methods_page.py"
    assert "doi:10.1109/ICDE.2007.367856" in page
