"""Change values at random or by rule, so that no record can be trusted and totals still can.

PRAM: J. M. Gouweleeuw, P. Kooiman, L. C. R. J. Willenborg and P.-P. de Wolf, "Post randomisation
for statistical disclosure control", Journal of Official Statistics 14(4), 1998, 463-478. Rank
swapping: R. A. Moore, "Controlled data-swapping techniques for masking public use microdata sets",
US Bureau of the Census RR 96-04, 1996. Noise: J. J. Kim, "A method for limiting disclosure in
microdata based on random noise and transformation", ASA Survey Research Methods, 1986.

Every function takes data of any kind and gives it back in the same kind (files and databases as an
Arrow table). A missing value stays missing. What is random needs a seed; who knows the seed can
undo the change, so keep it as you keep a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from govkit.errors import InputError, shown
from govkit.remedy.records import Records, changed, held

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

__all__ = ["add_noise", "pram", "rank_swap", "round_values", "top_bottom_code", "transition"]

_ROW_SUM = 1e-9


def transition(
    counts: Sequence[float] | Numbers, keep: float = 0.8, *, invariant: bool = True
) -> Numbers:
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
    shares = np.asarray(counts, float) / max(float(np.sum(counts)), 1.0)
    if not 0 <= keep <= 1:
        raise InputError(f"keep must be between 0 and 1, got {keep}.")
    if len(shares) <= 1:
        return np.eye(len(shares))
    others = np.tile(shares, (len(shares), 1)) * (1 - np.eye(len(shares)))
    matrix: Numbers = keep * np.eye(len(shares))
    matrix += (1 - keep) * others / others.sum(axis=1, keepdims=True)
    if not invariant:
        return matrix
    back = matrix.T * shares
    return matrix @ (back / back.sum(axis=1, keepdims=True))


def pram(
    data: object,
    columns: str | Sequence[str],
    *,
    seed: int,
    keep: float = 0.8,
    invariant: bool = True,
    matrix: Sequence[Sequence[float]] | Numbers | None = None,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Any:  # noqa: ANN401 - the kind of data that came in
    """Exchange values at random by known chances (the post-randomization method).

    Parameters
    ----------
    data, reading
        Anything that ``govkit.scan`` takes.
    columns
        Columns of categories; each is changed by itself.
    seed
        Draws the changes.
    keep, invariant
        Of the matrix that is made: see ``transition``.
    matrix
        Your own, in the order of the sorted values, its rows summing to 1; for one column.

    Examples
    --------
    >>> pram({"a": ["x", "y"] * 3}, "a", seed=1, keep=1.0)["a"].to_pylist()
    ['x', 'y', 'x', 'y', 'x', 'y']
    """
    random = np.random.default_rng(seed)

    def drawn(name: str, records: Records) -> pa.Array:
        values, codes = records.table.values[0], records.codes[0]
        own = transition(np.bincount(codes, minlength=len(values) + 1)[: len(values)], keep,
                         invariant=invariant) if matrix is None else np.asarray(matrix, float)  # fmt: skip
        if own.shape != (len(values),) * 2 or (own < 0).any() or not np.allclose(
            own.sum(axis=1), 1, rtol=0, atol=_ROW_SUM
        ):  # fmt: skip
            raise InputError(
                f"The matrix of {shown(name)} needs {len(values)} rows and columns of chances, "
                "each row summing to 1."
            )
        there = codes < len(values)
        chance, new = random.random(int(there.sum())), codes.copy()
        rows = codes[there]
        steps = np.cumsum(own, axis=1)
        new[there] = [min(np.searchsorted(steps[i], c, side="right"), len(values) - 1)
                      for i, c in zip(rows.tolist(), chance, strict=True)]  # fmt: skip
        return values.take(pa.array(new, mask=~there))

    return _each(data, columns, drawn, **reading)


def rank_swap(
    data: object,
    columns: str | Sequence[str],
    *,
    seed: int,
    percent: float = 5.0,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Any:  # noqa: ANN401 - the kind of data that came in
    """Swap each value with one whose rank is near: the distribution stays exactly as it was.

    Pairs are drawn by sorting ranks with random numbers added, and pairing neighbors.

    Parameters
    ----------
    data, columns, seed, reading
        See ``pram``; columns of anything that can be sorted.
    percent
        Largest difference in rank between the two of a pair, in per cent of the records.

    Examples
    --------
    >>> swapped = rank_swap({"a": [3, 1, 2, 4]}, "a", seed=1, percent=50)["a"].to_pylist()
    >>> sorted(swapped), max(abs(x - y) for x, y in zip(swapped, [3, 1, 2, 4]))
    ([1, 2, 3, 4], 2)
    """
    random = np.random.default_rng(seed)
    if not 0 <= percent <= 100:  # noqa: PLR2004 - per cent
        raise InputError(f"percent must be between 0 and 100, got {percent}.")

    def swapped(_: str, records: Records) -> pa.Array:
        values, codes = records.table.values[0], records.codes[0]
        there = np.flatnonzero(codes < len(values))
        ranked = there[np.argsort(codes[there], kind="stable")]
        width = (int(len(ranked) * percent / 100) + 1) / 2  # two ends of a pair move by half
        order = np.argsort(np.arange(len(ranked)) + random.uniform(0, width, len(ranked)))
        pairs = order[: len(order) // 2 * 2].reshape(-1, 2)
        near = pairs[np.abs(np.diff(pairs, axis=1)[:, 0]) <= len(ranked) * percent / 100]
        new = codes.copy()
        new[ranked[near]] = codes[ranked[near[:, ::-1]]]
        return values.take(pa.array(new, mask=codes == len(values)))

    return _each(data, columns, swapped, **reading)


def add_noise(
    data: object,
    columns: str | Sequence[str],
    *,
    seed: int,
    scale: float = 0.1,
    correlated: bool = False,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Any:  # noqa: ANN401 - the kind of data that came in
    """Add normal noise of mean 0 to numbers.

    Parameters
    ----------
    data, columns, seed, reading
        See ``pram``; columns of numbers, which become floats.
    scale
        Standard deviation of the noise, as a share of the column's own.
    correlated
        Give the noise the correlations of the columns, so that theirs stay (Kim 1986); variances
        grow by 1 + ``scale``² either way.
    """
    frame, names = held(data, **reading), _names(columns)
    numbers = np.column_stack([_numbers(frame, name) for name in names])
    spread = np.sqrt(np.nanvar(numbers, axis=0)) if len(numbers) else np.zeros(len(names))
    whole = numbers[~np.isnan(numbers).any(axis=1)]
    covariance = np.diag(spread**2)
    if correlated and len(whole) > 1:
        covariance = np.atleast_2d(np.cov(whole, rowvar=False, bias=True))
    noise = np.random.default_rng(seed).multivariate_normal(
        np.zeros(len(names)), scale**2 * covariance, len(numbers), method="eigh"
    )
    return _numeric(frame, names, (numbers + noise).T)


def top_bottom_code(
    data: object,
    columns: str | Sequence[str],
    *,
    bottom: float | None = None,
    top: float | None = None,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Any:  # noqa: ANN401 - the kind of data that came in
    """Bring numbers below ``bottom`` and above ``top`` to these ends.

    Examples
    --------
    >>> top_bottom_code({"age": [17, 40, 101]}, "age", bottom=18, top=90)["age"].to_pylist()
    [18, 40, 90]
    """
    if bottom is None and top is None:
        raise InputError("Give bottom, top, or both.")
    frame, names = held(data, **reading), _names(columns)
    return _numeric(frame, names, [np.clip(_numbers(frame, name), bottom, top) for name in names])


def round_values(
    data: object,
    columns: str | Sequence[str],
    base: float,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Any:  # noqa: ANN401 - the kind of data that came in
    """Round numbers to the nearest multiple of ``base``; a tie goes to the even multiple.

    Examples
    --------
    >>> round_values({"income": [1249, 1250, None]}, "income", 500)["income"].to_pylist()
    [1000, 1000, None]
    """
    if not base > 0:
        raise InputError(f"base must be above 0, got {base}.")
    frame, names = held(data, **reading), _names(columns)
    return _numeric(frame, names, [np.round(_numbers(frame, n) / base) * base for n in names])


def _each(
    data: object, columns: str | Sequence[str], change: Callable[[str, Records], pa.Array],
    **reading: Any,  # noqa: ANN401
) -> Any:  # fmt: skip  # noqa: ANN401
    frame = held(data, **reading)
    return changed(frame, {n: change(n, Records.of(frame, [n])) for n in _names(columns)})


def _names(columns: str | Sequence[str]) -> list[str]:
    return [columns] if isinstance(columns, str) else list(columns)


def _numbers(frame: Any, name: str) -> Numbers:  # noqa: ANN401 - a Narwhals frame
    """Give a column as floats, missing values as NaN."""
    records = Records.of(frame, [name])
    try:
        values = records.table.values[0].cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException:
        raise InputError(f"Column {shown(name)} does not hold numbers: name another.") from None
    return np.append(values, np.nan)[records.codes[0]]


def _numeric(frame: Any, names: list[str], columns: Sequence[Numbers] | Numbers) -> Any:  # noqa: ANN401
    """Put floats back as columns, as whole numbers where all of them are whole."""
    arrays = {}
    for name, numbers in zip(names, columns, strict=True):
        array = pa.array(numbers, mask=np.isnan(numbers))
        whole = bool((np.mod(numbers[~np.isnan(numbers)], 1) == 0).all())
        arrays[name] = array.cast(pa.int64()) if whole else array
    return changed(frame, arrays)
