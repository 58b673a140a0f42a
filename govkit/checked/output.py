"""One output of a session: what is printed, what was checked, and what people said of it."""

from __future__ import annotations

import dataclasses
import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from govkit.checked.trace import floats
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    import datetime as dt

    from plotly.graph_objects import Figure


@dataclass(frozen=True, slots=True)
class Known:
    """Records of which one number is known once an output is released.

    ``quantity`` is the summed column (``""`` for counts) and the power it is summed in.
    """

    quantity: tuple[str, int]
    at: Any = field(repr=False)
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Output(Result):
    """What one call gives, checked.

    Attributes
    ----------
    name
        Under which it is kept and released.
    cells, unsafe, withheld
        Numbers of cells: printed, unsafe among them, and left out.
    follows
        Unsafe groups, printed by nobody, that can be computed from this output and those before it.
    reasons
        Cells per rule that finds them unsafe (``secondary``: withheld to protect others).
    notes
        What a person has to judge.
    frame
        The table as it would be released, in pandas' own layout; ``frames`` where there are more.
    marks
        Per rule the rows and columns of the unsafe cells of ``frame``.
    comments, exception
        What was said of it, and why it should be released although it is not safe.
    """

    name: str
    cells: int
    unsafe: int
    withheld: int
    follows: int
    reasons: dict[str, int]
    notes: tuple[str, ...]
    comments: tuple[str, ...] = ()
    exception: str = ""
    method: str = field(repr=False)
    call: str = field(repr=False)
    at: dt.datetime = field(repr=False)
    frames: tuple[pd.DataFrame, ...] = field(repr=False)
    marks: dict[str, list[tuple[int, int]]] = field(repr=False)
    known: tuple[Known, ...] = field(repr=False)
    world: int = field(repr=False)

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
        why = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in self.reasons.items())
        why = f" ({why})" if why else ""
        said = [f"{self.unsafe:,} of {self.cells:,} printed cells are unsafe{why}."]
        if self.withheld:
            said = [f"{self.cells:,} cells are printed and {self.withheld:,} withheld{why}."]
        if self.follows:
            said.append(
                "Unsafe groups that are not printed but can be computed from this output and those "
                f"before it: {self.follows:,}."
            )
        return " ".join([*said, *self.notes])

    def rows(self) -> list[tuple[str, str, str]]:
        """Give the numbers for a table; the words stand above it."""
        told = {"cells", "unsafe", "withheld", "follows"}
        return [row for row in Result.rows(self) if row[0] in told]

    def with_words(self, **words: Any) -> Output:  # noqa: ANN401 - fields of this class
        """Give the same output with another name, comment or exception."""
        return dataclasses.replace(self, **words)

    def shown(self) -> list[pd.DataFrame]:
        """Give the tables as a notebook shows them: without the unsafe cells."""
        first, *more = (frame.astype(object).map(_text) for frame in self.frames)
        first.index = self._labels()
        for row, column in (place for places in self.marks.values() for place in places):
            first.iat[row, column] = "✗"  # noqa: PD009 - by position
        return [first, *more]

    def _repr_html_(self) -> str:
        said = [html.escape(text) for text in (self.call, *self.comments, self.exception) if text]
        hint = "✗ withheld, or unsafe and not shown here." if self.marks else ""
        return (
            f"<p><strong>{html.escape(self.name)}</strong> {'<br>'.join(said)}</p>"
            f"{Result._repr_html_(self)}"
            + "".join(frame.to_html(max_rows=60, border=0) for frame in self.shown())
            + f"<p>{hint}</p>"
        )

    def plot(self) -> Figure:
        """Draw the first column as bars, as of a histogram; what is withheld or unsafe has none."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        hidden = {row for places in self.marks.values() for row, column in places if not column}
        numbers = floats(self.frame.iloc[:, 0])
        counts = [None if i in hidden or pd.isna(n) else n for i, n in enumerate(numbers)]
        labels = [str(label) for label in self._labels()]
        return plots.histogram(
            labels,
            counts,
            title=self.sentence,
            x="" if self.frame.index.name is None else str(self.frame.index.name),
        )

    def _labels(self) -> pd.Index[Any]:
        """Give the row labels; none where the ends of bins are values of single people."""
        index = self.frame.index
        told = isinstance(index, pd.IntervalIndex) and "extreme" in self.marks
        return pd.Index(["✗"] * len(index), name=index.name) if told else index


def _text(x: Any) -> str:  # noqa: ANN401 - anything in a table
    if isinstance(x, float) or pd.isna(x):
        return "" if pd.isna(x) else f"{x:,.6g}"
    return f"{x:,}" if isinstance(x, int) else str(x)
