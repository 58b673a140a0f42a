"""Tables of the literature, and an attacker written another way than the library's."""

from __future__ import annotations

import contextlib
import io
import sys
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
from scipy.optimize import linprog

from govkit.cli import main
from govkit.tables import Rules, suppress, tabulate


def run(*arguments):
    """Run a command in this process, as the shell would."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["govkit", *map(str, arguments)]),
        contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as end,
    ):  # fmt: skip
        main()
    return SimpleNamespace(returncode=end.value.code, stdout=out.getvalue(), stderr=err.getvalue())


def attacked(table, hidden=None):
    """Give the ends of each cell's interval by scipy, one program per cell and direction."""
    hidden = table.suppressed if hidden is None else hidden
    matrix = table.equations.toarray()
    known = np.where(hidden, 0.0, np.nan_to_num(table.values))
    bounds = [(0, None) if h else (v, v) for h, v in zip(hidden, known, strict=True)]
    low, high = table.values.copy(), table.values.copy()
    for cell in np.flatnonzero(hidden):
        for sign in (1, -1):
            cost = np.zeros(len(table))
            cost[cell] = sign
            found = linprog(cost, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
            end = np.inf * -sign if found.status == 3 else found.fun * sign
            (low if sign > 0 else high)[cell] = end
    return low, high


def failures(table, primary):
    """Count the requirements that the other attacker finds open."""
    return _open(table, primary, *attacked(table))


def open_in(audit, primary):
    """Count the requirements that an audit finds open: directions, not cells."""
    return _open(audit.table, primary, audit.lower, audit.upper)


def _open(table, primary, low, high):
    slack = 1e-5 * np.maximum(table.values, 1)
    ups = (primary.upper > 0) & (high < table.values + primary.upper - slack)
    downs = (primary.lower > 0) & (low > table.values - primary.lower + slack)
    return int(ups.sum() + downs.sum())


def tree_table(shared, name):
    folder = shared / "tables" / "synthetic"
    by = ["region", "sector", "size"]
    trees = {column: folder / f"{name}_{column}.hrc" for column in by}
    return tabulate(folder / f"{name}.csv", by, "turnover", hierarchies=trees)


@pytest.fixture(scope="session")
def small(shared):
    """The 585 cells of S with the p % rule."""
    return tree_table(shared, "S"), Rules(p_percent=10)


@pytest.fixture(scope="session")
def small_protected(small):
    """S as the default way protects it."""
    return suppress(*small)


@pytest.fixture
def squares():
    """The 4 x 4 table of the literature whose every row and column hides two cells or more."""
    inner = {
        "w": (30, 47, 64, 89), "x": (90, 124, 5, 31), "y": (92, 100, 59, 85),
        "z": (800, 991, 651, 685),
    }  # fmt: skip
    hidden = {"wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"}
    cells = [(r, c, n) for r, row in inner.items() for c, n in zip("abcd", row, strict=True)]
    columns = dict(zip(("row", "column", "n"), map(list, zip(*cells, strict=True)), strict=True))
    table = tabulate(columns, ["row", "column"], records="n")
    marks = ["u" if "".join(table.label(i)) in hidden else "s" for i in range(len(table))]
    return table.with_status(marks)
