"""Large tables in blocks: each branch of a tree by itself, in as many processes as there are.

A move that stays inside a block and fulfills all equations is a move of the whole table, so what
a block proves is proven. Requirements that need cells of several blocks are met on the whole table
first; those a block cannot meet, last. The answer does not depend on the number of processes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.tables.pattern import Pattern, Witness
from govkit.tables.system import part

if TYPE_CHECKING:
    import numpy.typing as npt

    from govkit.tables.system import System
    from govkit.tables.table import Table

    Numbers = npt.NDArray[Any]

__all__ = ["branches", "solve_blocks"]

_CLEANING = 1_100_000  # simplex iterations spent on cleaning up a block


def branches(table: Table, cells: Numbers) -> Numbers:
    """Give for each cell the branch of the deepest tree it lies in; -1 above the branches."""
    tree = max(table.variables, key=lambda v: (max(v.depth()), len(v.labels)))
    branch = np.full(len(tree.labels), -1)
    tops = [child for parent, children in tree.sums if parent == 0 for child in children]
    branch[tops] = tops
    below = {c: p for p, children in reversed(tree.sums) for c in children}
    for node in range(1, len(branch)):
        above = node
        while branch[above] < 0:
            above = below[above]
        branch[node] = branch[above]
    inner = np.isin(np.arange(len(branch)), tops, invert=True) & (branch >= 0)
    node = table.codes[cells, table.variables.index(tree)]
    return np.where(inner[node], branch[node], -1)


def solve_blocks(
    pattern: Pattern, branch: Numbers, batch: int, processes: int, seconds: float
) -> None:
    """Meet the requirements inside each block, clean up there, and take over what was found."""
    until = time.time() + seconds  # one clock for all processes
    blocks = [np.flatnonzero(branch == b) for b in np.unique(branch[branch >= 0])]
    sys, unmet = pattern.sys, pattern.owner[: len(pattern.sys.target)] < 0
    tasks = [
        (part(sys, cells, np.isin(sys.target, cells) & unmet), pattern.hidden[cells], batch, until)
        for cells in blocks
    ]
    with contextlib.ExitStack() as held:
        run: Any = map
        if processes > 1:
            pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
            run = held.enter_context(pool).map
        for cells, found in zip(blocks, run(_solve, tasks), strict=True):
            pattern.join(cells, found)


def _solve(task: tuple[System, Numbers, int, float]) -> list[Witness]:
    sys, hidden, batch, until = task
    block = Pattern(sys)
    block.hidden |= hidden
    block.start(batch, stop=lambda: time.time() > until)
    if batch == 1:
        block.clean_up(stop=lambda: time.time() > until, kept=hidden, effort=_CLEANING)
    return list(block.witnesses.values())
