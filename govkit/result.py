"""What every answer has in common: a verdict, a sentence, numbers, a table for notebooks."""

import dataclasses
import html
import math
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

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
    def worst(cls, verdicts: Iterable["Verdict"]) -> "Verdict":
        """Give the most severe of several verdicts; of none, ``REVIEW``."""
        order = list(cls)
        return max(verdicts, key=order.index, default=cls.REVIEW)

    @property
    def mark(self) -> str:
        """A sign that does not rest on color (✓, ?, or ✗)."""
        return {"safe": "✓", "review": "?", "unsafe": "✗"}[self.value]


def judged(shown: int, failures: int) -> Verdict:
    """Give safe when nothing fails; of nothing, nothing is shown."""
    if not shown:
        return Verdict.REVIEW
    return Verdict.UNSAFE if failures else Verdict.SAFE


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
        return filled("result.html", of=self)


@cache
def _templates() -> Any:  # noqa: ANN401 - of Jinja, which is loaded late
    import jinja2  # noqa: PLC0415 - only notebooks need it

    return jinja2.Environment(  # noqa: S701 - every value is escaped by "finalize"
        loader=jinja2.PackageLoader("govkit"), trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: html.escape(str(value)),
    )  # fmt: skip


def filled(template: str, **about: object) -> str:
    """Fill a template of ``govkit/templates`` for notebooks; every value is escaped."""
    return str(_templates().get_template(f"{template}.jinja").render(about))


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
