"""Large tables in blocks: each branch of a tree by itself, in as many processes as there are.

A move that stays inside a block and fulfills all equations is a move of the whole table, so what
a block proves is proven. Requirements that need cells of several blocks are met on the whole table
first; those a block cannot meet are left open. The answer does not depend on the number of
processes.
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
    from govkit.data.arrays import Numbers
    from govkit.tables.system import System
    from govkit.tables.table import Table


__all__ = ["start_in_blocks"]

_ABOVE = 10  # requirements per program that reach over all blocks
_CLEANING = 1_100_000  # simplex iterations spent on cleaning up a block


def start_in_blocks(
    pattern: Pattern, table: Table, batch: int, *, processes: int, seconds: float,
    clean_up: bool = False,
) -> None:  # fmt: skip
    """Meet the requirements that reach over all blocks, then those inside each block.

    Parameters
    ----------
    pattern
        Takes over what the blocks find.
    table
        Whose deepest tree gives the blocks.
    batch
        Requirements per program.
    processes
        How many to use.
    seconds
        Time limit.
    clean_up
        Publish again in each block what it does not need.
    """
    until = time.time() + seconds  # one clock for all processes
    sys, branch = pattern.sys, _branches(table, pattern.sys.cells)
    pattern.start(
        _ABOVE, stop=lambda: time.time() > until, only=np.flatnonzero(branch[sys.target] < 0)
    )
    unmet = pattern.owner[: len(sys.target)] < 0
    blocks = [np.flatnonzero(branch == b) for b in np.unique(branch[branch >= 0])]
    tasks = [
        (part(sys, cells, np.isin(sys.target, cells) & unmet), pattern.hidden[cells], pattern.own,
         batch, until, clean_up)
        for cells in blocks
    ]  # fmt: skip
    with contextlib.ExitStack() as held:
        run: Any = map
        if processes > 1:
            pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
            run = held.enter_context(pool).map
        for cells, (found, programs) in zip(blocks, run(_solve, tasks), strict=True):
            pattern.join(cells, found)
            pattern.programs += programs


def _branches(table: Table, cells: Numbers) -> Numbers:
    """Give for each cell the branch of the deepest tree it lies in; -1 above the branches."""
    tree = max(table.variables, key=lambda v: (max(v.depth()), len(v.labels)))
    above = {child: parent for parent, children in reversed(tree.sums) for child in children}
    branch = np.full(len(tree.labels), -1)
    for node in range(len(branch)):
        top = node
        while above.get(top, 0):
            top = above[top]
        branch[node] = -1 if top == node else top
    own: Numbers = branch[table.codes[cells, table.variables.index(tree)]]
    return own


def _solve(task: tuple[System, Numbers, float, int, float, bool]) -> tuple[list[Witness], int]:
    sys, hidden, own, batch, until, clean_up = task
    block = Pattern(sys, own)
    block.hidden |= hidden
    block.start(batch, stop=lambda: time.time() > until)
    if clean_up:
        block.clean_up(stop=lambda: time.time() > until, kept=hidden, effort=_CLEANING)
    return list(block.witnesses.values()), block.programs
