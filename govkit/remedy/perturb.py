"""Change values at random or by rule, so that no record can be trusted and totals still can.

* PRAM: J. M. Gouweleeuw, P. Kooiman, L. C. R. J. Willenborg, P.-P. de Wolf, J. Official Statistics
  14(4), 1998, 463-478.
* Rank swapping: R. A. Moore, "Controlled data-swapping techniques for masking public use microdata
  sets", US Bureau of the Census RR 96-04, 1996.
* Noise: J. J. Kim, "A method for limiting disclosure in microdata based on random noise and
  transformation", ASA Survey Research Methods, 1986.

Every function takes anything that ``govkit.scan`` takes and gives it back in the same kind (files
and databases as an Arrow table). A missing value stays missing. What is random needs a seed; who
knows the seed may undo the change, so keep it as you keep a key.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from govkit.data.arrays import Floats
from govkit.errors import InputError, shown
from govkit.remedy.records import Frame, Records, Same, changed, held


def transition(counts: ArrayLike, keep: float = 0.8, *, invariant: bool = True) -> Floats:
    """Make the matrix of PRAM: in row i the chances that value i becomes each value.

    Parameters
    ----------
    counts
        Records per value.
    keep
        Chance, 0 to 1, to stay in the first step; the others share the rest by their counts.
    invariant
        Multiply by the matrix of the way back, so that the expected counts do not change: with
        shares t and a matrix P, Q(k, j) = P(j, k) t(j) / Σ P(l, k) t(l), and t P Q = t
        (Gouweleeuw et al. 1998, section 3). The chance to stay is then near ``keep`` squared.

    Examples
    --------
    >>> matrix = transition([60, 40], 0.5)
    >>> (np.array([60, 40]) @ matrix).round(9).tolist()
    [60.0, 40.0]
    """
    if not 0 <= keep <= 1:
        raise InputError(f"keep must be between 0 and 1, got {keep}.")
    shares: Floats = np.asarray(counts, float) / max(float(np.sum(counts)), 1.0)
    own = np.eye(len(shares), dtype=bool)
    if len(shares) <= 1:
        return own * 1.0
    matrix = np.where(own, keep, (1 - keep) * shares / (1 - shares)[:, None])
    back = matrix.T * shares
    return matrix @ (back / back.sum(axis=1, keepdims=True)) if invariant else matrix


def pram(
    data: object, column: str, *, seed: int, keep: float = 0.8, invariant: bool = True,
    matrix: Floats | None = None,
) -> Same:  # fmt: skip
    """Exchange the values of a column at random by known chances (Gouweleeuw et al. 1998).

    Parameters
    ----------
    data, column
        The records, and a column of categories.
    seed
        Draws the changes.
    keep, invariant
        Of the matrix that is made: see ``transition``.
    matrix
        Your own instead, in the order of the sorted values, its rows summing to 1.

    Examples
    --------
    >>> pram({"a": ["x", "y"] * 3}, "a", seed=1, keep=1.0)["a"].to_pylist()
    ['x', 'y', 'x', 'y', 'x', 'y']
    """
    random, records = np.random.default_rng(seed), Records.of(held(data), [column])
    codes, size = records.codes[0], len(records.table.values[0])
    counts = np.bincount(codes, minlength=size + 1)[:size]
    own = transition(counts, keep, invariant=invariant) if matrix is None else matrix
    new = codes.copy()
    try:
        for i, chances in enumerate(np.reshape(own, (size, size))):
            at = np.flatnonzero(codes == i)
            new[at] = random.choice(size, len(at), p=chances)
    except ValueError:
        raise InputError(
            f"The matrix of {shown(column)} needs {size} rows and columns of chances, each row "
            "summing to 1."
        ) from None
    return records.recoded(column, new)


def rank_swap(data: object, column: str, *, seed: int, percent: float = 5.0) -> Same:
    """Swap each value with one of a near rank (Moore 1996).

    The distribution stays exactly as it was. Pairs are drawn by sorting ranks with random numbers
    added, and pairing neighbors.

    Parameters
    ----------
    data, column, seed
        See ``pram``; a column of anything that can be sorted.
    percent
        Largest difference in rank between the two of a pair, in per cent of the records.

    Examples
    --------
    >>> swapped = rank_swap({"a": [3, 1, 2, 4]}, "a", seed=1, percent=50)["a"].to_pylist()
    >>> sorted(swapped), max(abs(x - y) for x, y in zip(swapped, [3, 1, 2, 4]))
    ([1, 2, 3, 4], 2)
    """
    if not 0 <= percent <= 100:  # noqa: PLR2004 - per cent
        raise InputError(f"percent must be between 0 and 100, got {percent}.")
    random, records = np.random.default_rng(seed), Records.of(held(data), [column])
    codes, values = records.codes[0], records.table.values[0]
    ranked = np.argsort(codes, kind="stable")[: (codes < len(values)).sum()]  # missing is last
    width = len(ranked) * percent / 100
    shaken = np.arange(len(ranked)) + random.uniform(0, (int(width) + 1) / 2, len(ranked))
    pairs = np.argsort(shaken)[: len(ranked) // 2 * 2].reshape(-1, 2)
    near = ranked[pairs[np.abs(pairs[:, 0] - pairs[:, 1]) <= width]]
    new = codes.copy()
    new[near] = codes[near[:, ::-1]]
    return records.recoded(column, new)


def add_noise(
    data: object, columns: Sequence[str], *, seed: int, scale: float = 0.1, correlated: bool = False
) -> Same:
    """Add normal noise of mean 0 to columns of numbers (Kim 1986).

    Parameters
    ----------
    data, columns, seed
        See ``pram``.
    scale
        Standard deviation of the noise, as a share of the column's own (in records that have all
        of the columns).
    correlated
        Give the noise the covariances of the columns, so that the correlations stay (Kim 1986);
        variances grow by ``scale`` squared either way.
    """
    frame = held(data)
    numbers = np.column_stack([_numbers(frame, name) for name in columns])
    whole, width = numbers[~np.isnan(numbers).any(axis=1)], len(columns)
    covariance = np.cov(whole, rowvar=False, bias=True) if len(whole) else np.zeros((width, width))
    covariance = np.reshape(covariance, (width, -1)) * (1 if correlated else np.eye(width))
    noise = np.random.default_rng(seed).multivariate_normal(
        np.zeros(width), scale**2 * covariance, len(numbers), method="eigh"
    )
    return _numeric(frame, dict(zip(columns, (numbers + noise).T, strict=True)))


def top_bottom_code(
    data: object, column: str, *, bottom: float | None = None, top: float | None = None
) -> Same:
    """Bring numbers below ``bottom`` and above ``top`` to these ends.

    Examples
    --------
    >>> top_bottom_code({"age": [17, 40, 101]}, "age", bottom=18, top=90)["age"].to_pylist()
    [18, 40, 90]
    """
    frame = held(data)
    return _numeric(frame, {column: np.clip(_numbers(frame, column), bottom, top)})


def round_values(data: object, column: str, base: float) -> Same:
    """Round numbers to the nearest multiple of ``base``; a tie goes to the even multiple.

    Examples
    --------
    >>> round_values({"income": [1249, 1250, None]}, "income", 500)["income"].to_pylist()
    [1000, 1000, None]
    """
    if not base > 0:
        raise InputError(f"base must be above 0, got {base}.")
    frame = held(data)
    return _numeric(frame, {column: np.round(_numbers(frame, column) / base) * base})


def _numbers(frame: Frame, name: str) -> Floats:
    """Give a column as floats, missing values as NaN."""
    numbers = Records.of(frame, [name]).numbers(0)
    if numbers is None:
        raise InputError(f"Column {shown(name)} does not hold numbers: name another.")
    return numbers


def _numeric(frame: Frame, columns: dict[str, Floats]) -> Same:
    """Put floats back as columns, as whole numbers where all of them are whole."""
    arrays = {name: pa.array(numbers, mask=np.isnan(numbers)) for name, numbers in columns.items()}
    whole = {name: (np.nan_to_num(numbers) % 1 == 0).all() for name, numbers in columns.items()}
    return changed(frame, {n: a.cast(pa.int64()) if whole[n] else a for n, a in arrays.items()})
