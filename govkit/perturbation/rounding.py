"""Rounding: random, controlled, and of small counts alone.

Random rounding is unbiased and leaves totals open; controlled rounding keeps them (L. Cox, "A
constructive procedure for unbiased controlled rounding", JASA 82, 1987; J. J. Salazar, "Controlled
rounding and cell perturbation", Math. Programming 105, 2006); small-count rounding changes inner
cells below the base alone and keeps the margins close (Ø. Langsrud, J. Heldal, "An algorithm for
small count rounding of tabular data", PSD 2018).
"""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp

from govkit.data.arrays import Numbers
from govkit.errors import InputError
from govkit.perturbation.attack import address
from govkit.perturbation.price import Perturbed, counted, perturbed
from govkit.tables._solver import Program
from govkit.tables.table import Table, product_equations
from govkit.tables.trees import Variable

_MOST_STEPS = 4  # bases beyond the nearest two, before a block is given up
_EXACT = 1e-9  # nearer than this to a multiple is one
_PAIRS = 40  # cells tried as partners of a change


def random_rounding(table: Table, base: int, *, secret: bytes) -> Perturbed:
    """Round each cell up or down at random, without bias.

    A cell with remainder r goes up with probability r / base (Handbook, section 5.2.2). Its chance
    comes from a keyed hash of its address and value, so that the same cell is rounded the same way
    in every table and every run.

    Parameters
    ----------
    table
        Counts, or sums that are not negative.
    base
        What the published values are multiples of; at least 2.
    secret
        Any bytes, at least 16; keep them, and apart from the table.

    Examples
    --------
    >>> from govkit.tables import tabulate
    >>> table = tabulate({"area": ["N", "N", "S"]}, "area")
    >>> random_rounding(table, 3, secret=b"sixteen bytes...").table.values.tolist()
    [3.0, 3.0, 0.0]
    """
    _check(table, base)
    check_secret(secret)
    low = np.floor(table.values / base)
    rest = table.values / base - low
    chance = np.array([_chance(table, cell, secret) for cell in range(len(table))])
    new = base * (low + (chance < rest))
    return perturbed(table, new, "random rounding", _within(table, base), small=base)


def check_secret(secret: bytes) -> None:
    """Refuse a secret that can be guessed."""
    if len(secret) < 16:  # noqa: PLR2004 - the sentence says it
        raise InputError("The secret must have at least 16 bytes: make a longer one.")


def _chance(table: Table, cell: int, secret: bytes) -> float:
    words = repr((table.value, sorted(address(table, cell)), float(table.values[cell])))
    digest = hashlib.blake2b(words.encode(), key=secret[:64], digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def _within(table: Table, base: int) -> float:
    """How far the true value may lie: of counts less than the base, of sums the base itself."""
    return float(base - 1 if table.value is None else base)


def _check(table: Table, base: int) -> None:
    if table.value is None:
        counted(table)
    elif not (np.isfinite(table.values) & (table.values >= 0)).all():
        raise InputError("Rounding needs values that are known and not negative.")
    if base < 2 or base != int(base):  # noqa: PLR2004 - everything is a multiple of 1
        raise InputError(f"The base must be a whole number of at least 2, got {base}.")
    if base > np.abs(table.values).max(initial=0.0):
        raise InputError(
            f"The base {base} is larger than every value of the table: nothing would be left. "
            "Take a smaller base."
        )


def controlled_rounding(
    table: Table, base: int, *, seconds: float = 60.0, largest_block: int = 6_000
) -> Perturbed:
    """Round every cell to a neighboring multiple of the base so that all totals still add up.

    The sum of absolute changes is smallest (an integer program). Where no such table exists, the
    fewest cells go one more step away, and the largest change tells it. Larger tables are rounded
    along their longest variable, totals before their parts: the whole table is additive all the
    same, and not proven to be closest.

    Parameters
    ----------
    table
        Counts, or sums that are not negative.
    base
        What the published values are multiples of; at least 2.
    seconds
        Time for each integer program; what is in hand then is taken.
    largest_block
        Cells that are rounded at once.

    Raises
    ------
    InputError
        A base that is larger than the table, or no additive table within four steps.

    Examples
    --------
    >>> from govkit.tables import tabulate
    >>> table = tabulate({"area": ["N", "N", "N", "N", "S", "S"]}, "area")
    >>> answer = controlled_rounding(table, 3)
    >>> answer.table.values.tolist(), answer.additive
    ([6.0, 3.0, 3.0], True)
    """
    _check(table, base)
    scaled = table.values / base
    if len(table) <= largest_block:
        new, proven = _nearest(table.equations, scaled, np.zeros(table.equations.shape[0]), seconds)
    else:
        new, proven = _Blocks(table, largest_block, seconds).round(scaled), False
    steps = max(np.ceil(np.abs(new - scaled).max(initial=0.0) - 1e-9), 1.0)
    reach = base * (steps - 1.0) + _within(table, base)
    return perturbed(table, base * new, "controlled rounding", reach, small=base, proven=proven)


def _nearest(
    sums: sp.sparray, scaled: Numbers, target: Numbers, seconds: float
) -> tuple[Numbers, bool]:
    """Find the whole numbers closest to ``scaled`` with ``sums @ numbers == target``."""
    low = np.floor(scaled + _EXACT)
    rest = np.maximum(scaled - low, 0.0)
    high = np.where(rest > _EXACT, 1.0, 0.0)  # what is a multiple already stays
    # how far below, whether up, how far above: three parts of one convex cost
    cost = np.r_[np.ones(len(low)), 1 - 2 * rest, np.ones(len(low))]
    wide, right = sp.hstack([-sums, sums, sums]), target - sums @ low
    for step in range(_MOST_STEPS):
        spare = np.full(len(low), float(step))
        upper = np.r_[np.minimum(spare, low), high, spare]
        program = Program(wide, np.zeros(len(upper)), upper, low=right, high=right, integer=True)
        program.costs(cost)
        found = program.solve(seconds=seconds)
        if found is not None:
            down, up, beyond = np.round(found.x).reshape(3, -1)
            return low - down + up + beyond, found.proven
    raise InputError(
        "No additive table of rounded values was found: raise the base, allow more seconds, or "
        "round a table with fewer variables."
    )


class _Blocks:
    """Rounds a large table along its longest variable: totals first, then what they are made of."""

    def __init__(self, table: Table, largest: int, seconds: float) -> None:
        self.shape = [len(v.labels) for v in table.variables]
        if np.prod(self.shape) != len(table):
            raise InputError(
                f"Only tables made by tabulate are rounded in blocks, and this one has more than "
                f"{largest:,} cells: raise largest_block."
            )
        self.axis = int(np.argmax(self.shape))
        self.groups = table.variables[self.axis].sums
        others = [v for i, v in enumerate(table.variables) if i != self.axis]
        self.sums = product_equations(others) if others else sp.csr_array((0, 1))
        self.width, self.seconds = self.sums.shape[1], seconds
        self.most = max(largest // self.width, 2)

    def round(self, scaled: Numbers) -> Numbers:
        """Round all cells."""
        rows = np.moveaxis(scaled.reshape(self.shape), self.axis, 0)
        flat, new = rows.reshape(len(rows), -1), np.full((len(rows), self.width), np.nan)
        new[0] = _nearest(self.sums, flat[0], np.zeros(self.sums.shape[0]), self.seconds)[0]
        for group, members in self.groups:
            if fresh := [node for node in members if np.isnan(new[node]).any()]:
                known = [node for node in members if node not in fresh]
                new[fresh] = self._parts(flat[fresh], new[group] - new[known].sum(axis=0))
        return np.moveaxis(new.reshape(rows.shape), 0, self.axis).ravel()

    def _parts(self, rows: Numbers, total: Numbers) -> Numbers:
        """Round some slices that add up to a rounded total; many of them bundle by bundle."""
        if len(rows) <= self.most:
            inner = sp.kron(sp.eye_array(len(rows)), self.sums)
            sums = sp.vstack([inner, sp.hstack([sp.eye_array(self.width)] * len(rows))])
            target = np.r_[np.zeros(inner.shape[0]), total]
            found, _ = _nearest(sp.csr_array(sums), rows.ravel(), target, self.seconds)
            return found.reshape(rows.shape)
        bundles = np.array_split(np.arange(len(rows)), self.most)
        above = self._parts(np.stack([rows[b].sum(axis=0) for b in bundles]), total)
        parts = [self._parts(rows[b], t) for b, t in zip(bundles, above, strict=True)]
        return np.concatenate(parts)


def small_count_rounding(table: Table, base: int) -> Perturbed:
    """Round the inner counts between 0 and the base to one of the two; keep the margins close.

    Larger counts stay, and totals add up because they are summed again. Which cells go up is
    decided by the squared error over all cells: the best single change is made until none helps,
    then an exchange of two that does. Ties go to the first cell.

    Parameters
    ----------
    table
        Counts made by ``tabulate``.
    base
        Counts above 0 and below it disappear; at least 2.

    Examples
    --------
    >>> from govkit.tables import tabulate
    >>> table = tabulate({"area": ["N", "N", "N", "N", "S", "S", "W"]}, "area")
    >>> small_count_rounding(table, 3).table.values.tolist()
    [7.0, 4.0, 3.0, 0.0]
    """
    _check(table, base)
    sums = inner_cells(table.variables)
    if sums.shape[0] != len(table) or table.value is not None:
        raise InputError("Small-count rounding needs a table of counts made by tabulate.")
    at = inner_places(sums)
    inner = counted(table)[at]
    small = np.flatnonzero((inner > 0) & (inner < base))
    rounded = inner.copy()
    rounded[small] = base * _closest(sums[:, small], inner[small], base)
    low, high = np.zeros(len(table)), np.full(len(table), np.inf)
    low[at] = np.where(rounded > base, rounded, np.where(rounded == base, 1, 0))
    high[at] = np.where(rounded == 0, base - 1, rounded)
    return perturbed(table, sums @ rounded, "small-count rounding", (low, high), small=base)


def inner_cells(variables: Sequence[Variable]) -> sp.csc_array:
    """Give which inner cells each cell is the sum of; cells and inner cells in product order."""
    whole = sp.csc_array(np.ones((1, 1)))
    for var in variables:
        part = sp.lil_array((len(var.labels), len(var.leaves)))
        for level in var.levels:
            inside = np.flatnonzero(level >= 0)
            part[level[inside], inside] = 1.0
        whole = sp.csc_array(sp.kron(whole, part, format="csc"))
    return whole


def inner_places(sums: sp.csc_array) -> Numbers:
    """Give where the inner cells stand: each is the last that it is part of."""
    return np.asarray(sums.indices[sums.indptr[1:] - 1])


def _closest(sums: sp.csc_array, counts: Numbers, base: int) -> Numbers:
    """Choose which counts go up, so that all sums change least in the square."""
    up, step = np.zeros(len(counts), bool), np.full(len(counts), float(base))
    rows, size = sp.csr_array(sums), np.diff(sums.indptr)
    pull = rows.T @ -(sums @ counts.astype(float))  # half the slope of the squared error

    def shared(cell: int) -> Numbers:
        """Count the sums that each count is in together with one of them."""
        found = np.zeros(len(counts))
        for row in sums.indices[sums.indptr[cell] : sums.indptr[cell + 1]]:
            found[rows.indices[rows.indptr[row] : rows.indptr[row + 1]]] += 1
        return found

    while change := _best_change(2 * step * pull + step**2 * size, step, shared):
        for cell in change:
            pull += step[cell] * shared(cell)
            up[cell], step[cell] = not up[cell], -step[cell]
    return up


def _best_change(gain: Numbers, step: Numbers, shared: Callable[[int], Numbers]) -> tuple[int, ...]:
    """Give the count, or else the pair of counts, whose change lessens the error."""
    if gain.min(initial=0.0) < -_EXACT:
        return (int(np.argmin(gain)),)
    for one in np.argsort(gain, kind="stable")[:_PAIRS].tolist():
        both = gain + gain[one] + 2 * step * step[one] * shared(one)
        both[one] = np.inf
        other = int(np.argmin(both))
        if both[other] < -_EXACT:
            return one, other
    return ()
