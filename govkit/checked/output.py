"""One output of a session: what is printed, what was checked, and what people said of it."""

from __future__ import annotations

import dataclasses
import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from govkit.result import Result, Verdict, written

if TYPE_CHECKING:
    import datetime as dt

    from plotly.graph_objects import Figure

__all__ = ["Known", "Output"]

_ROWS = 60


@dataclass(frozen=True, slots=True)
class Known:
    """Records of which one number is known once an output is released.

    ``quantity`` is the summed column (``""`` for counts) and the power it is summed in.
    """

    quantity: tuple[str, int]
    at: npt.NDArray[np.int64] = field(repr=False)
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Output(Result):
    """What one call gives, checked.

    Attributes
    ----------
    name
        Under which it is kept and released.
    cells, unsafe, withheld
        Numbers of cells: all, unsafe ones that are printed, and those left out.
    follows
        Unsafe groups, printed by nobody, that can be computed from this output and those before it.
    reasons
        Unsafe cells per rule.
    notes
        What a person has to judge.
    call
        What was asked for, by names of columns.
    frame
        The table as it would be released, in pandas' own layout; ``frames`` where there are more.
    marks
        Per rule the rows and columns of the unsafe cells of ``frame``.
    comments, exception
        What was said of it, and why it should be released although it is not safe.
    """

    name: str
    method: str = field(repr=False)
    call: str = field(repr=False)
    cells: int
    unsafe: int = 0
    withheld: int = 0
    follows: int = 0
    records: int = field(default=0, repr=False)
    threshold: float = field(default=0, repr=False)
    reasons: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    exception: str = ""
    at: dt.datetime = field(repr=False)
    frames: tuple[pd.DataFrame, ...] = field(repr=False)
    marks: dict[str, list[tuple[int, int]]] = field(default_factory=dict, repr=False)
    known: tuple[Known, ...] = field(default=(), repr=False)
    world: int = field(default=0, repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """The table as it would be released."""
        return self.frames[0]

    @property
    def verdict(self) -> Verdict:
        """Unsafe on any disclosure; review where a person has to judge, or nothing is printed."""
        if self.unsafe or self.follows:
            return Verdict.UNSAFE
        return Verdict.REVIEW if self.notes or not self.cells else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """The answer in words."""
        rules = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in self.reasons.items())
        found = f"{self.unsafe:,} of {self.cells:,} printed cells are unsafe" + (
            f" ({rules})." if self.unsafe else "."
        )
        kept = f" {self.withheld:,} are withheld ({rules})." if self.withheld else ""
        more = (
            f" Groups that are not printed and unsafe, but can be computed from this output and "
            f"those before it: {self.follows:,}."
            if self.follows
            else ""
        )
        return " ".join([found + kept + more, *self.notes])

    def with_words(self, **words: Any) -> Output:  # noqa: ANN401 - fields of this class
        """Give the same output with another name, comment or exception."""
        return dataclasses.replace(self, **words)

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: the numbers, and what was said."""
        hidden = {"name", "reasons", "notes", "comments", "exception"}
        said = [("comment", "", text) for text in self.comments]
        said += [("exception", "", self.exception)] if self.exception else []
        return [("call", "", self.call)] + [
            row for row in Result.rows(self) if row[0] not in hidden
        ] + said  # fmt: skip

    def shown(self) -> list[pd.DataFrame]:
        """Give the tables as they are shown in a notebook: without the unsafe cells."""
        unsafe = np.zeros(self.frame.shape, bool)
        for places in self.marks.values():
            for row, column in places:
                unsafe[row, column] = True
        first = self.frame.astype(object).map(lambda x: "" if pd.isna(x) else written(x))
        return [first.mask(unsafe, "✗"), *(frame.map(written) for frame in self.frames[1:])]

    def _repr_html_(self) -> str:
        tables = "".join(frame.to_html(max_rows=_ROWS, border=0) for frame in self.shown())
        hint = "<p>✗ withheld, or unsafe and not shown here.</p>" if self.marks else ""
        title = f"<p><strong>{html.escape(self.name)}</strong></p>"
        return title + Result._repr_html_(self) + tables + hint

    def plot(self) -> Figure:
        """Draw a histogram's bars; withheld ones are missing."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        return plots.histogram(
            [str(label) for label in self.frame.index],
            [None if pd.isna(n) else float(n) for n in self.frame.iloc[:, 0]],
            title=self.sentence, x=str(self.frame.index.name),
        )  # fmt: skip
