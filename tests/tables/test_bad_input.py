"""What cannot be a table, and tables that no pattern can protect: each says what to change."""

from __future__ import annotations

import numpy as np
import pytest

from govkit.errors import GovkitError, InputError
from govkit.tables import NoPatternError, Rules, audit, naive, primary, suppress, tabulate
from tests.tables.conftest import run

CELLS = {"a": list("xxyyyzzzz"), "b": list("pqpqqpqqq")}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"publish": "all"}, "have none but published cells beside them in 'b'",
                     id="everything else is published"),
        pytest.param({"bounds": 10}, "4 are known beforehand more closely", id="tight bounds"),
    ],
)  # fmt: skip
def test_no_pattern_says_why_and_what_to_change(options, message):
    table, rules = tabulate(CELLS, ["a", "b"]), Rules(threshold=2)
    if "publish" in options:
        options = {"publish": ~primary(table, rules).mask}
    with pytest.raises(NoPatternError, match=message) as caught:
        suppress(table, rules, **options)
    assert len(caught.value.cells) == 4
    assert "coarser" in str(caught.value)
    assert "'x'" not in str(caught.value)


def test_no_pattern_against_an_insider():
    """The other contributor under a published total computes the cell."""
    table = tabulate({"a": list("xy"), "v": [5.0, 6.0]}, "a", "v")
    total = np.array([True, False, False])
    unsafe = primary(table, Rules(contributors=2))
    assert suppress(table, unsafe, publish=total).audit.insiders_open > 0
    with pytest.raises(NoPatternError, match="by a contributor of other cells"):
        suppress(table, unsafe, publish=total, insiders=True)


def test_what_is_impossible_is_never_unsafe():
    data = {"age": ["0-14", "15+", "15+"], "married": ["no", "no", "yes"]}
    table = tabulate(data, ["age", "married"])
    known = np.zeros(len(table), bool)
    known[table.cell(age="0-14", married="yes")] = True
    rules = Rules(zeros=True)
    assert primary(table, rules).unsafe == 1
    assert primary(table, rules, impossible=known).unsafe == 0
    assert not primary(table, rules, impossible=known).candidates.any()
    with pytest.raises(InputError, match="holds something"):
        primary(table, rules, impossible=~known)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"by": []}, "one to five variables", id="no variable"),
        pytest.param({"by": ["a", "a"]}, "each named once", id="twice"),
        pytest.param({"by": list("abcdef")}, "one to five", id="six"),
        pytest.param({"largest": 0}, "at least 1", id="largest"),
        pytest.param({"negative": "maybe"}, "'error' or 'allow'", id="negative"),
        pytest.param({"hierarchies": {"a": [{"g": ["x"]}]}}, "absent from its tree", id="absent"),
        pytest.param({"hierarchies": {"a": 7}}, ".hrc file or a mapping", id="no tree"),
    ],
)
def test_tables_that_cannot_be_made(change, message):
    with pytest.raises(GovkitError, match=message):
        tabulate(CELLS, **({"by": ["a", "b"]} | change))


def test_a_million_cells_are_refused_before_they_are_made():
    data = {name: list(range(40)) for name in "abcd"}
    with pytest.raises(InputError, match="more than 1,000,000 cells"):
        tabulate(data, list("abcd"))


def test_a_hundred_thousand_cells():
    rng = np.random.default_rng(4)
    data = {name: rng.integers(0, 9, 400).tolist() for name in "abcde"}
    table = tabulate(data, list("abcde"))
    assert len(table) == 10**5
    assert table.values[0] == 400
    table.check_sums()


@pytest.mark.parametrize(
    "option",
    [{"method": "best"}, {"cost": "much"}, {"cost": np.ones(2)}, {"bounds": -5.0},
     {"bounds": float("nan")}],
)  # fmt: skip
def test_suppress_refuses(option):
    table = tabulate(CELLS, ["a", "b"])
    with pytest.raises(InputError):
        suppress(table, Rules(threshold=2), **option)
    if "bounds" in option:
        with pytest.raises(InputError, match="per cent of a cell"):
            audit(naive(table, primary(table, Rules(threshold=2))), **option)


def test_on_the_shell_the_cells_that_cannot_be_protected_are_named(tmp_path):
    (tmp_path / "in.csv").write_text(
        "a,b\n" + "\n".join(map(",".join, zip(*CELLS.values(), strict=True)))
    )
    made = run("table", tmp_path / "in.csv", "--by", "a,b", "--threshold", 2, "--bounds", 10)
    named = [line for line in made.stderr.splitlines() if line.startswith("cannot be protected: ")]
    assert (made.returncode, made.stdout, len(named)) == (2, "", 4)
    assert "cannot be protected: x · p" in named
