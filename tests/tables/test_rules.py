"""The rules by hand, on the examples of the Handbook."""

from __future__ import annotations

import numpy as np
import pytest

from govkit.errors import InputError
from govkit.result import Verdict
from govkit.tables import (
    Rules,
    dominance,
    dominance_level,
    p_percent,
    p_percent_level,
    primary,
    tabulate,
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(dominance(330, 300, 85), True, id="Handbook example 4"),
        pytest.param(dominance(100_000, 50_000, 90), False, id="the 1-rule does not see it"),
        pytest.param(p_percent(100_000, 50_000, 49_000, 2), False, id="p=2 is the border"),
        pytest.param(p_percent(100_000, 50_000, 49_000, 2.1), True, id="p % sees it"),
        pytest.param(p_percent(100, 90, 8, 10), True, id="rest 2 below 9"),
        pytest.param(p_percent(100, 50, 45, 10), False, id="tie is safe"),
        pytest.param(p_percent(100, 50, 45, 10, tie="unsafe"), True, id="tie is unsafe"),
        pytest.param(p_percent(100, 50, 44, 5, q=50), False, id="pq"),
        pytest.param(p_percent(100, 50, 46, 5, q=50), True, id="pq unsafe"),
    ],
)
def test_rules(found, expected):
    assert found is expected


def test_levels():
    assert dominance_level(330, 300, 85) == pytest.approx(22.94, abs=0.005)
    assert p_percent_level(100, 90, 8, 10) == pytest.approx(7)


def test_negative_contributions_have_no_rule():
    with pytest.raises(InputError, match="not defined for negative"):
        p_percent(10, -5, 2, 10)


def test_levels_by_rule():
    table = tabulate({"a": list("xxxyy"), "v": [90.0, 8.0, 2.0, 5.0, 5.0]}, "a", "v")
    found = primary(table, Rules(p_percent=10, threshold=3))
    x, y = table.cell(a="x"), table.cell(a="y")
    assert found.upper[x] == pytest.approx(7)
    assert found.marks["p_percent"][[x, y]].tolist() == [True, True]
    assert found.marks["threshold"][[x, y]].tolist() == [False, True]
    assert found.upper[y] == pytest.approx(0.5)
    assert found.lower[y] == pytest.approx(0.5)


def test_weights_known_or_secret():
    data = {"a": list("xxx"), "v": [10.0, 4.0, 1.0], "w": [5, 1, 1]}
    table = tabulate(data, "a", "v", weights="w")
    secret = primary(table, Rules(p_percent=10)).unsafe
    known = primary(table, Rules(p_percent=10, weights="known")).unsafe
    assert (secret, known) == (0, 2)


def test_homogeneity_hides_zeros_too():
    data = {"area": list("NNNSS"), "ill": ["yes", "yes", "yes", "yes", "no"]}
    found = primary(tabulate(data, ["area", "ill"]), Rules(homogeneity="ill"))
    assert found.reasons == {"homogeneity": 1}
    assert found.candidates.sum() == 1


def test_zeros_and_requests():
    data = {"a": list("xxy"), "b": list("ppq"), "v": [9.0, 1.0, 5.0], "ask": [1, 0, 0]}
    table = tabulate(data, ["a", "b"], "v", request="ask")
    assert primary(table, Rules(zeros=True)).unsafe == 2
    assert primary(table, Rules(request=70)).unsafe == 3


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param({"dominance": ((0, 85),)}, id="n"),
        pytest.param({"dominance": ((1, 185),)}, id="k"),
        pytest.param({"p_percent": -1}, id="p"),
        pytest.param({"pq": (20, 10)}, id="pq"),
        pytest.param({"weights": "maybe"}, id="weights"),
        pytest.param({"threshold": float("nan")}, id="not a number"),
        pytest.param({"threshold": "10"}, id="text"),
        pytest.param({"dominance": (("1", 85),)}, id="text in a pair"),
    ],
)
def test_rules_that_mean_nothing(rules):
    with pytest.raises(InputError):
        Rules(**rules)


def test_rules_of_a_policy_file():
    given = {"p_percent": 12.5, "dominance": [[1, 75], [2, 90]]}
    assert Rules.of(given).dominance == ((1, 75), (2, 90))
    with pytest.raises(InputError, match="no rule 'p_per_cent'"):
        Rules.of({"p_per_cent": 10})


def test_what_the_table_does_not_hold():
    table = tabulate({"a": list("xy"), "v": [1.0, 2.0]}, "a", "v", largest=1)
    with pytest.raises(InputError, match="2 largest"):
        primary(table, Rules(p_percent=10))
    assert primary(table, Rules()).verdict is Verdict.REVIEW
    assert np.isfinite(primary(table, Rules(threshold=2)).upper).all()
