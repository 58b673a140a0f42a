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
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

__all__ = ["KINDS", "Cell", "Trace", "named", "refusals", "shadow"]

KINDS = {
    "size": "count", "count": "count", "len": "count", "sum": "sum", "mean": "mean",
    "average": "mean", "std": "spread", "var": "spread", "sem": "spread", "median": "order",
    "min": "extreme", "max": "extreme", "amin": "extreme", "amax": "extreme",
    "nunique": "distinct",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed number: where it stands, what it is, and the records behind it.

    ``row`` is -1 where it is not printed itself but known all the same: what a share is a share of.
    """

    row: int
    column: int
    kind: str
    value: Hashable | None
    at: Integers = field(repr=False)
    share: float = 0.5


@dataclass(slots=True)
class Trace:
    """Notes the records behind each cell while pandas makes a table."""

    seen: list[tuple[str, Hashable | None, Integers]] = field(default_factory=list, repr=False)

    def over(self, aggfunc: Any, value: Hashable | None = None) -> Any:  # noqa: ANN401 - as pandas
        """Give the same aggregation with every statistic replaced by one that takes notes."""
        if isinstance(aggfunc, dict):
            return {name: self.over(part) for name, part in aggfunc.items()}
        if isinstance(aggfunc, list):
            return [self.over(part, value) for part in aggfunc]
        if isinstance(aggfunc, tuple):  # named aggregation: a column and its statistic
            return (aggfunc[0], self.over(aggfunc[1]))
        return self._noting(named(aggfunc), getattr(aggfunc, "__name__", aggfunc), value)

    def _noting(self, statistic: str, name: str, value: Hashable | None) -> Callable[..., float]:
        def note(part: pd.Series[Any], *_: object, **__: object) -> float:
            at = part.dropna().to_numpy(np.int64)
            if not len(at):
                return np.nan
            self.seen.append((statistic, part.name if value is None else value, at))
            return len(self.seen) - 1.0

        note.__name__ = name
        return note

    def cells(
        self, frame: pd.DataFrame, places: pd.DataFrame, numbers: Mapping[Any, Any], empty: object
    ) -> list[Cell]:
        """Give the cells of pandas' table by the places that were noted for the same labels.

        Raises
        ------
        InputError
            The noted records do not give the numbers that pandas gave: nothing is let through.
        """
        where = places.reindex(index=frame.index, columns=frame.columns).to_numpy(float)
        found, number = [], frame.to_numpy(object)
        for row, column in np.ndindex(where.shape):
            if np.isnan(where[row, column]):
                _same(number[row, column], 0, empty, np.nan)
                continue
            statistic, value, at = self.seen[int(where[row, column])]
            kind = KINDS[statistic]
            if kind in {"count", "sum", "mean"}:
                x = None if kind == "count" else numbers[value][at]
                truth = len(at) if x is None else x.sum() / (len(at) if kind == "mean" else 1)
                _same(number[row, column], truth)
            found.append(Cell(row, column, kind, None if kind == "count" else value, at))
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
            f"{what} cannot be checked, so it is not computed: use one of "
            f"{', '.join(sorted(set(KINDS) - {'amin', 'amax', 'average', 'len'}))}."
        )
    return str(name)


def shadow(data: pd.DataFrame, keys: Iterable[object]) -> pd.DataFrame:
    """Give the data with the records' positions in all columns but the keys.

    Raises
    ------
    InputError
        Two columns have one name.
    """
    if not data.columns.is_unique:
        raise InputError("Some columns have the same name: give each its own.")
    position = np.arange(len(data), dtype=float)
    kept = [key for key in keys if isinstance(key, str | int | tuple) and key in data.columns]
    return pd.DataFrame(
        {
            name: data[name] if name in kept else np.where(data[name].isna(), np.nan, position)
            for name in data.columns
        },
        index=data.index,
    )


@contextlib.contextmanager
def refusals(what: str, data: object = None, names: Sequence[object] = ()) -> Iterator[None]:
    """Let no message through that may hold a value from the data."""
    if isinstance(data, pd.DataFrame):
        for name in names:
            if isinstance(name, str) and name not in data.columns:
                raise ColumnNotFoundError(name, [str(known) for known in data.columns])
    try:
        yield
    except GovkitError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its words stay here
        raise InputError(
            f"{what} could not be computed ({type(error).__name__}): look at the arguments, and at "
            "the types of the columns. The original message may hold values, so it is left out."
        ) from None


def _same(number: Any, *truths: Any) -> None:  # noqa: ANN401 - any number
    for truth in truths:
        both = pd.isna(number) and pd.isna(truth)
        if both or (not pd.isna(number) and np.isclose(number, truth, 1e-6, 1e-9)):
            return
    raise InputError(
        "The records behind a cell do not give the number that pandas gives, so it cannot be "
        "checked: use simpler arguments."
    )
