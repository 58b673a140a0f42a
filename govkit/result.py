"""What every answer has in common: a verdict, a sentence, numbers, a table for notebooks."""

from __future__ import annotations

import dataclasses
import html
import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Result", "Verdict", "written"]


class Verdict(StrEnum):
    """What a person may conclude.

    ``SAFE``: every condition that was asked for holds. ``UNSAFE``: one does not.
    ``REVIEW``: the numbers alone cannot tell (no records prove nothing); a person has to look.

    Examples
    --------
    >>> Verdict.worst([Verdict.SAFE, Verdict.UNSAFE, Verdict.REVIEW])
    <Verdict.UNSAFE: 'unsafe'>
    """

    SAFE = "safe"
    REVIEW = "review"
    UNSAFE = "unsafe"

    @classmethod
    def worst(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """Give the most severe of several verdicts; of none, ``REVIEW``."""
        order = list(cls)
        return max(verdicts, key=order.index, default=cls.REVIEW)

    @property
    def mark(self) -> str:
        """A sign that does not rest on color (✓, ?, or ✗)."""
        return {"safe": "✓", "review": "?", "unsafe": "✗"}[self.value]


class Result:
    """Base of all answers; subclasses are frozen dataclasses.

    A subclass gives ``verdict`` and ``sentence``; fields with ``repr=True`` are its numbers.
    """

    __slots__ = ()

    @property
    def verdict(self) -> Verdict:
        """What a person may conclude."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The answer in words that a non-specialist understands."""
        raise NotImplementedError

    def numbers(self) -> dict[str, Any]:
        """Give the numbers of the answer by name, in the order in which they are shown."""
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)  # type: ignore[arg-type]
            if field.repr
        }

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain JSON values; what is infinite or undefined becomes ``None``."""
        words = {"verdict": self.verdict.value, "sentence": self.sentence}
        return words | {name: _plain(value) for name, value in self.numbers().items()}

    def __repr__(self) -> str:
        """Show the numbers; never a value from the data."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self.numbers().items())
        return f"{type(self).__name__}({shown})"

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: per number its name, its value as written, and a remark."""
        remarks = getattr(self, "reasons", {})
        return [
            (name.replace("_", " "), written(value), remarks.get(name, ""))
            for name, value in self.numbers().items()
            if not isinstance(value, dict | Result)
        ]

    def _repr_html_(self) -> str:
        """Show words and numbers; the colors are seen on light and on dark paper."""
        rows = "".join(
            f"<tr><th scope='row' style='{_LEFT};font-weight:normal'>{html.escape(name)}</th>"
            f"<td style='text-align:right;padding:2px 8px'>{html.escape(value)}</td>"
            f"<td style='{_LEFT}'>{html.escape(remark)}</td></tr>"
            for name, value, remark in self.rows()
        )
        step = html.escape(getattr(self, "next_step", ""))
        style = "margin:6px 0;font-variant-numeric:tabular-nums"
        return (
            f"<div class='govkit-result govkit-{self.verdict.value}' "
            f"style='border-left:6px solid {_COLORS[self.verdict]};padding:2px 0 2px 14px'>"
            f"<p><strong>{self.verdict.mark} {self.verdict.name}</strong> "
            f"{html.escape(self.sentence)}</p>"
            f"{f'<p><strong>Next:</strong> {step}</p>' if step else ''}"
            f"<table style='{style}'><tbody>{rows}</tbody></table></div>"
        )


_LEFT = "text-align:left;padding:2px 8px 2px 0"
_COLORS = {Verdict.SAFE: "#009E73", Verdict.REVIEW: "#E69F00", Verdict.UNSAFE: "#D55E00"}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of any result
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Result):
        return value.to_dict()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def written(value: object) -> str:
    """Write a number for people: thousands apart, four digits, ∞ for what is infinite."""
    if value is None or value != value:  # noqa: PLR0124 - not a number
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        whole = math.isfinite(value) and abs(value) >= 10_000  # noqa: PLR2004 - four digits
        return "∞" if math.isinf(value) else f"{value:,.0f}" if whole else f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(written(item) for item in value)
    return str(value)
