"""The cell-key method: the same people always get the same noise.

Every record carries a key; the keys of a cell's records, added up, decide its noise. A cell that is
asked for twice, in whatever table, is published with the same value, so nothing is won by asking
again (B. Fraser, J. Wooton, "A proposed method for confidentialising tabular output to protect
against differencing", UNECE 2005; G. Thompson et al., UNECE 2013; Handbook, section 5.4).
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from govkit.data import scan
from govkit.data.arrays import Numbers
from govkit.data.counts import listed
from govkit.errors import ColumnNotFoundError, InputError, MissingValuesError, shown
from govkit.perturbation.p_table import PTable
from govkit.perturbation.price import Perturbed, counted, perturbed
from govkit.perturbation.rounding import check_secret
from govkit.tables.table import Table, tabulate

_HALF = 1 << 16  # keys are whole numbers below its square, so that sums are exact in any order


def cell_keys(
    data: object,
    by: str | Sequence[str],
    *,
    key: str | None = None,
    person: str | None = None,
    secret: bytes | None = None,
    hierarchies: Mapping[str, object] | None = None,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Numbers:
    """Add up the records' keys in every cell of a table.

    Parameters
    ----------
    data, by, hierarchies
        As for ``tabulate``; the keys stand in the order of its cells.
    key
        A column of record keys, each at least 0 and below 1, kept with the data.
    person, secret
        Instead of it, a column that names the person, and a secret of at least 16 bytes: the
        record's key is then the keyed hash (HMAC-SHA-256) of the person, the same in every table
        and every delivery.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Returns
    -------
    numpy.ndarray
        One number per cell, at least 0 and below 1: the fractional part of the sum.

    Raises
    ------
    ColumnNotFoundError, MissingValuesError, InputError
        No such column, missing or wrong keys, a secret that is too short.

    Examples
    --------
    >>> data = {"area": ["N", "N", "S"], "key": [0.75, 0.5, 0.125]}
    >>> cell_keys(data, "area", key="key").tolist()
    [0.375, 0.25, 0.125]
    """
    if (key is None) == (person is None) or (person is not None and secret is None):
        raise InputError("Name the column of keys, or the column of persons and a secret.")
    names = list(listed(by))
    source = key or person or ""
    frame = scan(data, **reading)
    there = frame.collect_schema().names()
    for name in (*names, source):
        if name not in there:
            raise ColumnNotFoundError(name, there)
    records: Any = frame.select([*dict.fromkeys((*names, source))]).collect("pandas").to_native()
    whole = _given(records[source]) if key else _derived(records[source], secret or b"")
    halves = []
    for part in divmod(whole, _HALF):
        at = "__govkit_key__"
        table = tabulate(records[names].assign(**{at: part}), names, at, hierarchies=hierarchies)
        halves.append(table.values.astype(np.int64))
    return np.asarray((halves[0] * _HALF + halves[1]) % _HALF**2 / _HALF**2)


def _given(column: Any) -> Numbers:  # noqa: ANN401 - a pandas Series
    try:
        keys = column.to_numpy(float)
    except (TypeError, ValueError):
        keys = np.full(len(column), np.nan)
    if not ((keys >= 0) & (keys < 1)).all():
        raise InputError(
            f"Column {shown(column.name)} must hold record keys, each at least 0 and below 1 and "
            "none missing: draw them once and keep them with the data."
        )
    return np.asarray(np.floor(keys * _HALF**2), np.int64)


def _derived(column: Any, secret: bytes) -> Numbers:  # noqa: ANN401 - a pandas Series
    check_secret(secret)
    if holes := int(column.isna().sum()):
        raise MissingValuesError(
            f"Column {shown(column.name)} has {holes:,} missing values: "
            "every record needs its person."
        )
    codes, people = column.astype(str).factorize()
    hashed = [hmac.digest(secret, person.encode(), hashlib.sha256)[:4] for person in people]
    numbers = np.array([int.from_bytes(four) for four in hashed], np.int64)
    return np.asarray(numbers[codes])


def cell_key(
    table: Table, keys: Numbers, ptable: PTable, *, delta: float | None = None
) -> Perturbed:
    """Add to each cell the noise that its key stands for.

    Parameters
    ----------
    table
        Counts, or sums of a value that is never negative.
    keys
        One per cell, from ``cell_keys``.
    ptable
        The perturbation table.
    delta
        Of sums: how much of the largest contribution one unit of noise is. The noise is looked up
        at x / (delta · largest contribution), between whole numbers by linear interpolation
        (Handbook, section 5.4).

    Returns
    -------
    Perturbed
        The published table is not additive: each cell stands for itself.

    Raises
    ------
    InputError
        Keys of another number, counts that are not whole, negative values, a sum without
        ``delta`` or without its largest contributions.

    Examples
    --------
    >>> from govkit.perturbation import p_table
    >>> data = {"area": ["N", "N", "S"], "key": [0.75, 0.5, 0.125]}
    >>> table = tabulate(data, "area")
    >>> cell_key(table, cell_keys(data, "area", key="key"), p_table(2, 1)).table.values.tolist()
    [3.0, 1.0, 0.0]
    """
    keys = np.asarray(keys, float)
    if keys.shape != (len(table),) or not ((keys >= 0) & (keys < 1)).all():
        raise InputError(
            f"The table has {len(table):,} cells and needs as many keys, each at least 0 and "
            "below 1: make them with cell_keys from the same records."
        )
    if table.value is None:
        whole = counted(table)
        noisy, largest = whole + ptable.look_up(whole, keys), ptable.largest
        return perturbed(table, noisy, "cell key", largest, small=largest + 1)
    if delta is None or not delta > 0 or table.largest is None or table.signed:
        raise InputError(
            "Sums need delta above 0, the largest contribution of each cell, and no values below "
            "zero: make the table with tabulate from records."
        )
    x, unit = np.asarray(table.values), delta * table.largest[:, 0]
    at = np.divide(x, unit, out=np.zeros(len(table)), where=unit > 0)
    low = np.floor(at)
    below, above = (ptable.look_up(low + step, keys) for step in (0, 1))
    noise = unit * (below + (at - low) * (above - below))
    reach = float(ptable.largest * unit.max(initial=0.0))
    return perturbed(table, np.maximum(noise + x, 0.0), "cell key", reach, small=0)
