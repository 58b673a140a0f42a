"""Differential privacy: noise whose loss of privacy is a number that adds up.

The noise is drawn by OpenDP (an extra). Every record counts once in each combination of levels, so
the privacy loss epsilon is divided among these; afterwards the cells are made consistent by the
closest table without negative cells, which costs no privacy (C. Dwork et al., TCC 2006; M. Hay et
al., "Boosting the accuracy of differentially private histograms through consistency", VLDB 2010).
"""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np

from govkit.data import scan
from govkit.data.arrays import Numbers
from govkit.errors import InputError, MissingExtraError
from govkit.perturbation.ledger import Ledger, check_epsilon
from govkit.perturbation.price import Perturbed, perturbed
from govkit.perturbation.rounding import inner_cells, inner_places
from govkit.tables.table import Table, tabulate

_READING = {"delimiter", "encoding", "engine"}


def expected_error(table: Table, epsilon: float, *, clamp: float = 1.0) -> float:
    """Give the mean absolute noise of a cell before consistency, without looking at the data.

    Parameters
    ----------
    table
        Only its variables matter.
    epsilon
        Privacy loss of the whole table, above 0.
    clamp
        Of sums the largest contribution of a record; of counts 1.

    Examples
    --------
    >>> expected_error(tabulate({"area": ["N", "S"]}, "area"), epsilon=1.0)
    2.0
    """
    check_epsilon(epsilon)
    levels = int(np.prod([len(variable.levels) for variable in table.variables]))
    return levels * clamp / epsilon


def noisy_table(
    data: object,
    by: str | Sequence[str],
    value: str | None = None,
    *,
    epsilon: float,
    ledger: Ledger,
    dataset: str,
    clamp: tuple[float, float] | None = None,
    **making: Any,  # noqa: ANN401 - handed on to tabulate unchanged
) -> Perturbed:
    """Make a table with differential privacy: no record changes any answer much.

    Parameters
    ----------
    data, by, value
        As for ``tabulate``. One record is one person: adding or removing a record is what the
        privacy loss speaks of.
    epsilon
        Privacy loss of the whole table.
    ledger, dataset
        Where the loss is entered before the noise is drawn, and under which name.
    clamp
        Of sums, declared without looking at the data: the smallest (not below 0) and largest
        value of a record; others are moved to these bounds.
    **making
        ``hierarchies`` and how to read: see ``tabulate``. The categories themselves are taken as
        known to everybody.

    Returns
    -------
    Perturbed
        Additive, nowhere negative; of counts every cell is the closest consistent one, not
        rounded.

    Raises
    ------
    InputError
        Sums without ``clamp``, a spent budget, OpenDP not installed.
    """
    if value is None:
        clamp = (0.0, 1.0)  # what a record adds to a count
    elif clamp is None or not 0 <= clamp[0] < clamp[1] < np.inf:
        raise InputError("Sums need clamp=(lowest, highest), declared without looking at the data.")
    draw = _drawer(whole=value is None)
    frame: Any = scan(data, **{k: making.pop(k) for k in _READING & set(making)})
    if value is not None:
        frame = frame.with_columns(nw.col(value).cast(nw.Float64()).clip(*clamp))
    table = tabulate(frame, by, value, **making)
    scale = expected_error(table, epsilon, clamp=clamp[1])
    ledger.spend(dataset, epsilon)
    noisy = _consistent(table, draw(table.values, scale))
    return perturbed(table, noisy, "noise", np.inf, small=0)


def _drawer(*, whole: bool) -> Any:  # noqa: ANN401 - a function of values and scale
    try:
        import opendp.prelude as dp  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError("Noisy tables", "privacy") from None
    dp.enable_features("contrib")
    kind: Any = int if whole else float
    atoms = dp.atom_domain(T=int) if whole else dp.atom_domain(T=float, nan=False)
    space = dp.vector_domain(atoms), dp.l1_distance(T=kind)

    def draw(values: Numbers, scale: float) -> Numbers:
        drawn = dp.m.make_laplace(*space, scale=scale)(values.astype(kind).tolist())
        return np.asarray(drawn, float)

    return draw


def _consistent(table: Table, noisy: Numbers) -> Numbers:
    """Find the closest table that adds up and has no negative cell (least squares)."""
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to load

    sums = inner_cells(table.variables)
    back = sums.T.tocsr()

    def error(inner: Numbers) -> tuple[float, Numbers]:
        gap = sums @ inner - noisy
        return float(gap @ gap), 2 * (back @ gap)

    own = noisy[inner_places(sums)]
    found = minimize(
        error, np.maximum(own, 0), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(own),
        options={"maxiter": 2_000, "ftol": 1e-12},
    )  # fmt: skip
    return np.asarray(sums @ found.x)
