"""Which records stand behind each cell of a table that pandas makes.

pandas itself says so: the same call is made once more with the records' positions in place of
the values, and with an aggregation that notes the positions it is given. Margins, missing values,
unused categories and the order of rows are then pandas' own, whatever its version does.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from govkit.errors import ColumnNotFoundError, GovkitError, InputError, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


KINDS = {
    "size": "count", "count": "count", "len": "count", "sum": "sum", "mean": "mean",
    "average": "mean", "std": "spread", "var": "spread", "sem": "spread", "median": "order",
    "min": "extreme", "max": "extreme", "amin": "extreme", "amax": "extreme", "nunique": "distinct",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: where it is printed, what it is, and the positions of the records behind it.

    ``row`` is -1 where it is not printed itself but known all the same: what a share is a share of.
    """

    row: int
    column: int
    kind: str
    value: Any
    at: Any = field(repr=False)
    share: float = 0.5


@dataclass(slots=True, repr=False)
class Trace:
    """Notes the records behind each cell while pandas makes a table by some keys."""

    keys: Sequence[object] = ()
    seen: list[tuple[str, Any, Any]] = field(default_factory=list)

    def over(self, aggfunc: Any, value: Any = None) -> Any:  # noqa: ANN401 - as pandas takes it
        """Give the same aggregation with each statistic replaced by one that takes notes."""
        if isinstance(aggfunc, dict):
            return {name: self.over(part, value) for name, part in aggfunc.items()}
        if isinstance(aggfunc, list):
            return [self.over(part, value) for part in aggfunc]
        statistic = named(aggfunc)

        def note(part: pd.Series[Any], *_: object, **__: object) -> float:
            if part.name in labels(self.keys):
                raise InputError("A column is both key and value: copy it under another name.")
            at = part.dropna().to_numpy(np.int64)
            if not len(at):
                return np.nan
            self.seen.append((statistic, part.name if value is None else value, at))
            return len(self.seen) - 1.0

        note.__name__ = getattr(aggfunc, "__name__", aggfunc)
        return note

    def cells(
        self, frame: pd.DataFrame, places: pd.DataFrame, data: pd.DataFrame, *,
        empty: object = 0, shares: bool = False,
    ) -> list[Cell]:  # fmt: skip
        """Give the cells of pandas' table by the places that were noted for the same labels.

        Raises
        ------
        InputError
            The noted records do not give the number that pandas gives: nothing is let through.
        """
        where = places.reindex(index=frame.index, columns=frame.columns).to_numpy(float)
        numbers = {v: floats(data[v]) for _, v, _ in self.seen if v in data.columns}
        found, printed = [], frame.to_numpy(object)
        for row, column in np.ndindex(where.shape):
            number, at = printed[row, column], np.array([], np.int64)
            kind, value, truths = "count", None, [0, empty, np.nan]
            if not np.isnan(where[row, column]):
                statistic, value, at = self.seen[int(where[row, column])]
                kind = KINDS[statistic]
                truths = [len(at)] if kind == "count" else []
                if kind in {"sum", "mean"}:
                    truths = [numbers[value][at].sum() / (len(at) if kind == "mean" else 1)]
                found.append(Cell(row, column, kind, None if kind == "count" else value, at))
            if (
                truths
                and not (shares and len(at))
                and not any(_same(number, truth) for truth in truths)
            ):
                raise InputError(
                    "The records behind a cell do not give the number that pandas gives, so it "
                    "cannot be checked: use simpler arguments."
                )
        return found


def named(aggfunc: object) -> str:
    """Give a statistic's name; refuse what nobody could check.

    Raises
    ------
    InputError
        A function of the caller's own, or a statistic that shows single records.
    """
    name = aggfunc if isinstance(aggfunc, str) else getattr(aggfunc, "__name__", "")
    known = isinstance(aggfunc, str) or getattr(aggfunc, "__module__", "") in {"numpy", "builtins"}
    if not known or name not in KINDS:
        what = f"The statistic {shown(name)}" if known else "A function of your own"
        raise InputError(
            f"{what} cannot be checked, so it is not computed: use one of count, size, sum, mean, "
            "median, std, var, sem, min, max, nunique."
        )
    return str(name)


def shadow(data: pd.DataFrame, keys: Iterable[object]) -> pd.DataFrame:
    """Give the data with the records' positions in all columns but the keys."""
    position = np.arange(len(distinct(data)), dtype=float)
    kept = [key for key in labels(keys) if key in data.columns]
    values = {c: np.where(data[c].isna(), np.nan, position) for c in data.columns.difference(kept)}
    return data.assign(**values) if all(isinstance(c, str) for c in values) else data[kept].join(
        pd.DataFrame(values, data.index)
    )[list(data.columns)]  # fmt: skip


def distinct(data: pd.DataFrame) -> pd.DataFrame:
    """Give the data, unless two columns have one name: nobody could say which is meant."""
    if not data.columns.is_unique:
        raise InputError("Some columns have the same name: give each its own.")
    return data


def labels(keys: Iterable[object]) -> list[Any]:
    """Give those of some keys that are names; others are columns, or functions, themselves."""
    return [key for key in keys if isinstance(key, str | int | tuple)]


def floats(column: Any) -> Any:  # noqa: ANN401 - a column, and its numbers
    """Give a column as numbers; what is none is missing."""
    number = pd.to_numeric(pd.Series(column), errors="coerce")
    return number.to_numpy(dtype=float, na_value=np.nan)


@contextlib.contextmanager
def refusals(data: object = None, names: Iterable[object] = ()) -> Iterator[None]:
    """Let no message through that may hold a value from the data."""
    if isinstance(data, pd.DataFrame):
        for name in names:
            if isinstance(name, str) and name not in {*data.columns, *data.index.names}:
                raise ColumnNotFoundError(name, [str(known) for known in data.columns])
    try:
        yield
    except GovkitError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its words stay here
        raise InputError(
            f"This could not be computed ({type(error).__name__}): look at the arguments, and at "
            "the types of the columns. The original message may hold values, so it is left out."
        ) from None


def _same(number: Any, truth: Any) -> bool:  # noqa: ANN401 - any numbers
    if pd.isna(number) or pd.isna(truth):
        return bool(pd.isna(number) and pd.isna(truth))
    return bool(np.isclose(float(number), float(truth), 1e-6, 1e-9))
