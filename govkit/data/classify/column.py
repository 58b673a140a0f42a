"""One column as the recognizers see it: distinct values, in one spelling, with their counts."""

import datetime as dt
import statistics
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from govkit.data.classify.lexicons import special
from govkit.data.classify.validators import day

LONGEST = 4000
_KANJI = (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x3005, 0x3008))
_MASKS = dict.fromkeys(range(0x3041, 0x3097), "あ") | dict.fromkeys(range(0x30A1, 0x30FB), "ア")
_MASKS |= dict.fromkeys(_KANJI, "漢")


@dataclass(frozen=True)
class Column:
    """Distinct values of one column, normalized, and what is known about all of it."""

    name: str
    dtype: str
    rows: int
    missing: int
    distinct: int
    values: tuple[str, ...]
    counts: tuple[int, ...]
    sampled: bool = False
    cut: bool = False
    found: tuple[str, ...] = ()  # texts outside the sample in which the engine saw a hint

    @property
    def filled(self) -> int:
        """Number of records that hold a value."""
        return self.rows - self.missing

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The values as numbers; empty where a fifth of them is not."""
        read = [number for value in self.values if (number := _number(value)) is not None]
        return tuple(read) if len(read) > 0.8 * len(self.values) else ()

    @cached_property
    def decimals(self) -> float:
        """Median number of digits after the point."""
        after = [len(v.removesuffix(".0").partition(".")[2]) for v in self.values]
        return statistics.median(after) if after else 0

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The values that are days."""
        return tuple(found for value in self.values if (found := day(value)))

    def share(self, tested: Iterable[object]) -> float:
        """Give the share of values that pass: of records where there are few values."""
        passed = [bool(yes) for yes in tested]
        if not passed:
            return 0.0
        if len(passed) >= 20:  # noqa: PLR2004 - enough to count values, not records
            return sum(passed) / len(passed)
        weighed = sum(n for n, yes in zip(self.counts, passed, strict=True) if yes)
        return weighed / sum(self.counts)


def normalized(value: str) -> str:
    """Bring full width, half width and compatibility characters to one spelling.

    Examples
    --------
    >>> normalized(" ０９０－１２３４－５６７８ "), normalized("ﾔﾏﾀﾞ")
    ('090-1234-5678', 'ヤマダ')
    """
    text = unicodedata.normalize("NFKC", value).strip()
    return text.translate(_DASHES) if not text.isascii() else text


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−─"), "-") | {0: None}


def column(
    name: str,
    dtype: str,
    *,
    rows: int,
    missing: int,
    distinct: int,
    pairs: Collection[tuple[object, int]],
) -> Column:
    """Normalize distinct values and merge those that become one; drop words for "missing"."""
    merged: dict[str, int] = {}
    cut, absent = False, special("missing")
    for value, count in pairs:
        text = str(value)
        cut |= len(text) >= LONGEST
        text = normalized(text[:LONGEST])
        if text and text.lower() not in absent:
            merged[text] = merged.get(text, 0) + count
    values = tuple(sorted(merged))
    counts = tuple(merged[value] for value in values)
    sampled = len(pairs) < distinct
    return Column(name, dtype, rows, missing, distinct, values, counts, sampled=sampled, cut=cut)


def masked(value: str) -> str:
    """Show the form of a value and nothing of it.

    Examples
    --------
    >>> masked("山田 taro@example.com 090")
    '漢漢 xxxx@xxxxxxx.xxx 999'
    """
    return "".join(map(_mask, value[:40])) + ("…" if len(value) > 40 else "")  # noqa: PLR2004


def _mask(sign: str) -> str:
    if sign.isdigit():
        return "9"
    if found := _MASKS.get(ord(sign)):
        return found
    return ("X" if sign.isupper() else "x") if sign.isalnum() else sign


def _number(value: str) -> float | None:
    plain = value.replace(",", "").lstrip("¥$€").removesuffix("円")
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if abs(found) < float("inf") and "_" not in plain else None
