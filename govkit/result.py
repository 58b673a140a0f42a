"""What every answer has in common: a verdict, a sentence, numbers, a table for notebooks."""

from __future__ import annotations

import dataclasses
import html
import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Result", "Verdict"]


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
        """A sign that does not rest on color: ✓, ?, or ✗."""
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

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name.replace('_', ' '))}</td>"
            f"<td style='text-align:right'>{html.escape(_written(value))}</td></tr>"
            for name, value in self.numbers().items()
        )
        return (
            f"<div class='govkit-result govkit-{self.verdict.value}'>"
            f"<p><strong>{self.verdict.mark} {self.verdict.name}</strong> "
            f"{html.escape(self.sentence)}</p><table><tbody>{rows}</tbody></table></div>"
        )


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


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return "∞" if math.isinf(value) else f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(_written(item) for item in value)
    return str(value)
