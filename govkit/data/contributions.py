"""From records to leaf cells and contributions: one grouping, in the engine that holds the data."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from govkit.data import scan
from govkit.data.scan import reading as reading_from
from govkit.errors import ColumnNotFoundError, InputError, MissingValuesError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govkit.data.arrays import Numbers


__all__ = ["Contributions", "Roles", "Rows", "as_text", "numbered", "read_rows", "rounded"]

MISSING = "(missing)"
_DIGITS = 12
_EXACT = 2**53
_N, _SUM, _W, _WX, _ASK = (f"__govkit_{name}__" for name in ("n", "sum", "w", "wx", "ask"))
_LOW, _HIGH, _HOLES, _RANK = (f"__govkit_{name}__" for name in ("low", "high", "holes", "rank"))


@dataclass(frozen=True, slots=True)
class Contributions:
    """Who gave how much to which cell: the largest first within each cell."""

    at: Numbers
    who: Numbers
    x: Numbers
    wx: Numbers
    asked: Numbers

    def under(self, node: Numbers) -> Contributions:
        """Add up the contributions of each contributor under coarser cells (-1: left out)."""
        at = node[self.at]
        inside = np.flatnonzero(at >= 0)
        order = inside[np.lexsort((self.who[inside], at[inside]))]
        at, who = at[order], self.who[order]
        start = np.flatnonzero(
            np.r_[True, (at[1:] != at[:-1]) | (who[1:] != who[:-1])][: len(order)]
        )
        if not len(start):
            return Contributions(at, who, self.x[order], self.wx[order], self.asked[order])
        x, wx = (np.add.reduceat(part[order], start) for part in (self.x, self.wx))
        asked = np.logical_or.reduceat(self.asked[order], start)
        at, who = at[start], who[start]
        first = np.lexsort((who, -x, at))
        return Contributions(at[first], who[first], x[first], wx[first], asked[first])


@dataclass(frozen=True, slots=True)
class Rows:
    """Leaf cells with their sums, and the contributions to them."""

    labels: tuple[tuple[str, ...], ...]
    codes: Numbers
    total: Numbers
    records: Numbers
    contributions: Contributions
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which column says what of a record."""

    value: str | None = None
    contributor: str | None = None
    weights: str | None = None
    records: str | None = None
    request: str | None = None

    def used(self) -> list[str]:
        """List the columns."""
        every = (self.value, self.contributor, self.weights, self.records, self.request)
        return [name for name in every if name]


def read_rows(
    data: object, by: Sequence[str], roles: Roles, *, largest: int, negative: str, missing: str,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Rows:  # fmt: skip
    """Group the records by cell and contributor; refuse what cannot be grouped or summed."""
    with reading_from(data), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # engines warn of each other's versions
        frame = _prepared(scan(data, **reading), by, roles)
        sums = [nw.col(name).sum() for name in (_N, _SUM, _WX)]
        # what cannot be summed is looked for in the same pass
        ends = [nw.col(_SUM).min().alias(_LOW), nw.col(_SUM).max().alias(_HIGH), nw.col(_W).min()]
        holes = [nw.col(f"{_HOLES}{i}").sum() for i in range(len(roles.used()))]
        cells = _collect(frame.group_by(by).agg(*sums, *ends, *holes))
        _refuse(cells, roles, negative)
        if roles.contributor:
            each = frame.group_by(list(dict.fromkeys([*by, roles.contributor])))
            parts = _collect(each.agg(*sums, nw.col(_ASK).max()))
        elif roles.value:
            parts = _top(frame, by, largest)
        else:
            parts = cells.assign(**{_ASK: 0.0})
    return _rows(cells, parts, by, roles, missing)


def _prepared(frame: nw.LazyFrame[Any], by: Sequence[str], roles: Roles) -> nw.LazyFrame[Any]:
    schema, used = frame.collect_schema(), roles.used()
    for name in [*by, *used]:
        if name not in schema.names():
            raise ColumnNotFoundError(name, schema.names())
    for name in filter(None, (roles.value, roles.weights, roles.records)):
        if not schema[name].is_numeric():
            raise InputError(
                f"Column {shown(name)} does not hold numbers (one entry with a word, a unit or a "
                "thousands separator makes it text): mend it or name another."
            )

    def number(name: str | None, otherwise: float = 1.0) -> nw.Expr:
        return nw.col(name).cast(nw.Float64()) if name else nw.lit(otherwise)

    return frame.with_columns(
        number(roles.value or roles.records).alias(_SUM), number(roles.weights).alias(_W),
        number(roles.request, 0.0).alias(_ASK), number(roles.records).alias(_N),
        *(nw.col(c).is_null().cast(nw.Int64()).alias(f"{_HOLES}{i}") for i, c in enumerate(used)),
    ).with_columns((nw.col(_SUM) * nw.col(_W)).alias(_WX))  # fmt: skip


def _collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    found: pd.DataFrame = frame.collect("pandas").to_native()
    return found


def _top(frame: nw.LazyFrame[Any], by: Sequence[str], largest: int) -> pd.DataFrame:
    """Take each cell's largest records: one for each that may be needed, and those who ask."""
    wanted = [*by, _SUM, _WX, _ASK]
    if frame.implementation.is_pyarrow():
        frame = nw.from_native(_collect(frame.select(wanted))).lazy()
    rank = nw.col(_RANK).rank("ordinal", descending=True).over(*by, _ASK)
    sized = frame.select(wanted).with_columns(nw.col(_SUM).abs().alias(_RANK))
    return _collect(sized.with_columns(rank.alias(_RANK)).filter(nw.col(_RANK) <= largest))


def _refuse(cells: pd.DataFrame, roles: Roles, negative: str) -> None:
    for i, name in enumerate(roles.used()):
        holes = int(cells[f"{_HOLES}{i}"].sum())
        if holes:
            raise MissingValuesError(
                f"Column {shown(name)} has {holes:,} missing values: fill them, or leave out those "
                "records and say so."
            )
    summed, weight = shown(roles.value or roles.records or roles.weights or ""), roles.weights
    if not np.isfinite(cells[[_SUM, _WX, _LOW, _HIGH]].to_numpy(float)).all():
        raise InputError(
            f"Column {summed} has values that are infinite or not numbers: mend them first."
        )
    if (cells[[_SUM, _WX]].abs() > _EXACT).any(axis=None):
        raise InputError(f"Column {summed} sums to more than {_EXACT:,}: use a larger unit.")
    if (cells[_W] < 0).any():
        raise InputError(
            f"Weight column {shown(weight or '')} has negative values: a record stands for at "
            "least nobody."
        )
    below = int((cells[_LOW] < 0).sum())
    if below and negative == "error":
        raise InputError(
            f"Column {summed} has negative values in {below:,} cells: shift them, or use "
            "negative='allow' (the rules then take contributions without their sign)."
        )


def _rows(
    cells: pd.DataFrame, parts: pd.DataFrame, by: Sequence[str], roles: Roles, missing: str
) -> Rows:
    text = {name: as_text(cells[name], name, missing) for name in by}
    labels = {name: tuple(sorted(set(column))) for name, column in text.items()}
    codes = np.stack([_codes(text[name], labels[name]) for name in by], axis=1)
    order = np.lexsort(codes.T[::-1])
    shape = [max(len(labels[name]), 1) for name in by]
    flat = np.ravel_multi_index(tuple(codes.T), shape)[order]
    own = np.stack([_codes(as_text(parts[n], n, missing), labels[n]) for n in by], axis=1)
    at = np.searchsorted(flat, np.ravel_multi_index(tuple(own.T), shape))
    x, wx = (rounded(parts[name].to_numpy(float)) for name in (_SUM, _WX))
    if roles.contributor:
        who = numbered(parts[roles.contributor].astype(str))
    elif roles.value:
        by_size = np.lexsort((wx, -x, at))
        at, x, wx, parts = at[by_size], x[by_size], wx[by_size], parts.iloc[by_size]
        who = np.arange(len(at))
    else:  # records are counted, each is a contribution of one
        whole = np.maximum(parts[_N].to_numpy(float), 1.0)
        n = np.minimum(parts[_N].to_numpy(np.int64), 9)
        at, x, wx = np.repeat(at, n), np.ones(n.sum()), np.repeat(wx / whole, n)
        who, parts = np.arange(len(at)), parts.loc[parts.index.repeat(n)]
    return Rows(
        labels=tuple(labels.values()), codes=codes[order],
        total=rounded(cells[_WX].to_numpy(float)[order]),
        records=cells[_N].to_numpy(np.int64)[order],
        contributions=Contributions(at, who, np.abs(x), np.abs(wx), parts[_ASK].to_numpy() > 0),
        signed=bool((cells[_LOW] < 0).any()),
    )  # fmt: skip


def as_text(column: pd.Series[Any], name: str, missing: str = "category") -> list[str]:
    """Write categories as text, whole numbers without a point; say what a missing one is."""
    if missing == "error" and column.isna().any():
        raise MissingValuesError(
            f"Column {shown(name)} has missing values: fill them, or use missing='category'."
        )
    known = column.dropna()
    if known.dtype.kind == "f" and (known % 1 == 0).all():  # whole numbers beside missing ones
        known = known.astype("int64")
    return known.astype(str).reindex(column.index, fill_value=MISSING).tolist()


def _codes(texts: Sequence[str], labels: Sequence[str]) -> Numbers:
    place = {label: i for i, label in enumerate(labels)}
    return np.array([place[text] for text in texts], np.int64)


def numbered(names: Sequence[str] | pd.Series[Any]) -> Numbers:
    """Give each contributor a number: the same in every table."""
    hashes = pd.util.hash_array(np.asarray(names, object))
    return np.asarray(np.abs(hashes.view(np.int64)))


def rounded(numbers: Numbers) -> Numbers:
    """Keep 12 digits and every whole unit, so that the order of summing does not show."""
    size = np.floor(np.log10(np.maximum(np.abs(numbers), 1e-300)))
    scale = 10.0 ** np.clip(_DIGITS - 1 - size, 0, 300)
    return np.where(numbers == 0, 0.0, np.round(numbers * scale) / scale)
