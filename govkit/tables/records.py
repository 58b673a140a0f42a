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

    import numpy.typing as npt

    Numbers = npt.NDArray[Any]

__all__ = ["Contributions", "Rows", "as_text", "read_rows", "rounded"]

MISSING = "(missing)"
_DIGITS = 12
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
    distinct: bool
    requests: bool
    signed: bool


def read_rows(
    data: object,
    by: Sequence[str],
    value: str | None,
    *,
    contributor: str | None,
    weights: str | None,
    records: str | None,
    request: str | None,
    largest: int,
    negative: str,
    missing: str,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Rows:
    """Group the records by cell and contributor; refuse what cannot be grouped or summed."""
    used = [c for c in (value, contributor, weights, records, request) if c]
    with reading_from(data), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # engines warn of each other's versions
        frame = _prepared(scan(data, **reading), by, used, value, weights, records, request)
        cells = _collect(frame.group_by(by).agg(*_sums(None), *_ranges(used)))
        _refuse(cells, used, value, weights, negative)
        if contributor:
            parts = _collect(frame.group_by([*by, contributor]).agg(*_sums(request)))
        elif value:
            parts = _top(frame, by, largest)
        else:
            parts = cells.assign(**{_ASK: 0.0})
    return _rows(cells, parts, by, contributor, missing, requests=request is not None, value=value)


def _prepared(
    frame: nw.LazyFrame[Any], by: Sequence[str], used: Sequence[str], value: str | None,
    weights: str | None, records: str | None, request: str | None,
) -> nw.LazyFrame[Any]:  # fmt: skip
    names = frame.collect_schema().names()
    for name in [*by, *used]:
        if name not in names:
            raise ColumnNotFoundError(name, names)
    schema = frame.collect_schema()
    for number_of in (value, weights, records):
        if number_of and not schema[number_of].is_numeric():
            raise InputError(
                f"Column {shown(number_of)} does not hold numbers: name another column."
            )
    one = nw.lit(1.0)
    count = nw.col(records).cast(nw.Float64()) if records else one
    number = nw.col(value).cast(nw.Float64()) if value else count
    weight = nw.col(weights).cast(nw.Float64()) if weights else one
    ask = nw.col(request).cast(nw.Float64()) if request else nw.lit(0.0)
    holes = [nw.col(c).is_null().cast(nw.Int64()).alias(f"{_HOLES}{i}") for i, c in enumerate(used)]
    return frame.with_columns(
        number.alias(_SUM), weight.alias(_W), ask.alias(_ASK), count.alias(_N), *holes
    ).with_columns((nw.col(_SUM) * nw.col(_W)).alias(_WX))


def _sums(request: str | None) -> list[nw.Expr]:
    sums = [nw.col(_N).sum(), nw.col(_SUM).sum(), nw.col(_WX).sum()]
    return sums if request is None else [*sums, nw.col(_ASK).max()]


def _ranges(used: Sequence[str]) -> list[nw.Expr]:
    """Look for what cannot be summed, in the same pass."""
    return [nw.col(f"{_HOLES}{i}").sum() for i, c in enumerate(used)] + [
        nw.col(_SUM).min().alias(_LOW), nw.col(_SUM).max().alias(_HIGH),
        nw.col(_W).min().alias(_LOW + "w"),
    ]  # fmt: skip


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


def _refuse(
    cells: pd.DataFrame, used: Sequence[str], value: str | None, weights: str | None, negative: str
) -> None:
    for i, name in enumerate(used):
        holes = int(cells[f"{_HOLES}{i}"].sum())
        if holes:
            raise MissingValuesError(
                f"Column {shown(name)} has {holes:,} missing values: fill them, or leave out those "
                "records and say so."
            )
    sums = cells[[_SUM, _WX, _LOW, _HIGH]].to_numpy(float)
    if not np.isfinite(sums).all():
        raise InputError(
            f"Column {shown(value or weights or '')} has values that are infinite or not numbers: "
            "mend them first."
        )
    if (cells[_LOW + "w"] < 0).any():
        raise InputError(
            f"Weight column {shown(weights or '')} has negative values: a record stands for at "
            "least nobody."
        )
    below = int((cells[_LOW] < 0).sum())
    if below and negative == "error":
        raise InputError(
            f"Column {shown(value or '')} has negative values in {below:,} cells: shift them, or "
            "use negative='allow' (the rules then take contributions without their sign)."
        )


def _rows(
    cells: pd.DataFrame, parts: pd.DataFrame, by: Sequence[str], contributor: str | None,
    missing: str, *, requests: bool, value: str | None,
) -> Rows:  # fmt: skip
    text = {name: as_text(cells[name], name, missing) for name in by}
    labels = {name: tuple(sorted(set(column))) for name, column in text.items()}
    codes = np.stack([_codes(text[name], labels[name]) for name in by], axis=1)
    order = np.lexsort(codes.T[::-1])
    shape = [max(len(labels[name]), 1) for name in by]
    flat = np.ravel_multi_index(tuple(codes.T), shape)[order]
    own = np.stack([_codes(as_text(parts[n], n, missing), labels[n]) for n in by], axis=1)
    at = np.searchsorted(flat, np.ravel_multi_index(tuple(own.T), shape))
    x, wx = (rounded(parts[name].to_numpy(float)) for name in (_SUM, _WX))
    if contributor:
        who = pd.util.hash_array(parts[contributor].astype(str).to_numpy(object)).view(np.int64)
        who = np.abs(who)
    elif value:
        by_size = np.lexsort((wx, -x, at))
        at, x, wx, parts = at[by_size], x[by_size], wx[by_size], parts.iloc[by_size]
        who = np.arange(len(at))
    else:  # records are counted, each is a contribution of one
        whole = np.maximum(parts[_N].to_numpy(float), 1.0)
        n = np.minimum(parts[_N].to_numpy(np.int64), 9)
        at, x, wx = np.repeat(at, n), np.ones(n.sum()), np.repeat(wx / whole, n)
        who, parts = np.arange(len(at)), parts.loc[parts.index.repeat(n)]
    asked = parts[_ASK].to_numpy(float) > 0 if requests else np.zeros(len(at), bool)
    return Rows(
        labels=tuple(labels[name] for name in by), codes=codes[order],
        total=rounded(cells[_WX].to_numpy(float)[order]),
        records=cells[_N].to_numpy(np.int64)[order],
        contributions=Contributions(at, who, np.abs(x), np.abs(wx), asked),
        distinct=contributor is not None, requests=requests, signed=bool((cells[_LOW] < 0).any()),
    )  # fmt: skip


def as_text(column: pd.Series[Any], name: str, missing: str = "category") -> list[str]:
    """Write categories as text, whole numbers without a point; say what a missing one is."""
    holes = column.isna()
    if holes.any() and missing == "error":
        raise MissingValuesError(
            f"Column {shown(name)} has missing values: fill them, or use missing='category'."
        )
    known = column.dropna()
    if known.dtype.kind == "f" and (known % 1 == 0).all():  # whole numbers beside missing ones
        known = known.astype("int64")
    texts = known.astype(str)
    return texts.reindex(column.index, fill_value=MISSING).tolist()


def _codes(texts: Sequence[str], labels: Sequence[str]) -> Numbers:
    place = {label: i for i, label in enumerate(labels)}
    return np.array([place[text] for text in texts], np.int64)


def rounded(numbers: Numbers) -> Numbers:
    """Keep 12 digits, so that the order of summing does not show."""
    size = np.floor(np.log10(np.maximum(np.abs(numbers), 1e-300)))
    scale = 10.0 ** np.clip(_DIGITS - 1 - size, -300, 300)
    return np.where(numbers == 0, 0.0, np.round(numbers * scale) / scale)
