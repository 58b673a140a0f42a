"""Tests of a column as a whole: what has to hold before its values alone prove anything.

Each gives ``None`` where it holds, else the reason for doubt. The tables in ``kinds/`` name them.
"""

import datetime as dt
import re
from collections.abc import Callable

from govkit.data.classify.column import Column
from govkit.data.classify.validators import disease, listed

_FEWEST = 12
_FEW = 4
_DECADES = 25
_JAPANESE_PASSPORT = 0.9


def several(column: Column) -> str | None:
    """Ask for enough different values to tell them from other words or codes."""
    if len(column.values) >= _FEWEST:
        return None
    return f"{len(column.values)} different values are too few to tell it from other words or codes"


def a_few(column: Column) -> str | None:
    """Ask for a few different words."""
    return None if len(column.values) >= _FEW else "there are too few different words"


def written(pattern: str, above: float, otherwise: str) -> Callable[[Column], str | None]:
    """Give a condition: more than this share of the values has to hold the pattern."""
    form = re.compile(pattern)

    def holds(column: Column) -> str | None:
        return None if column.share(map(form.search, column.values)) > above else otherwise

    return holds


def worded(words: str, least: int, otherwise: str) -> Callable[[Column], str | None]:
    """Give a condition: so many words of a list (see ``one_of``) have to occur."""

    def holds(column: Column) -> str | None:
        found = {value.lower() for value in column.values} & listed(words)
        return None if len(found) >= least else otherwise

    return holds


def birth_days(column: Column) -> str | None:
    """Ask for days that spread over the decades in which people are born."""
    days = sorted(column.days)
    if len(days) < _FEWEST or days[0] < dt.date(1890, 1, 1):
        return "there are too few days, or days too long ago, to tell them from other dates"
    years = (days[-1 - len(days) // 20] - days[len(days) // 20]).days / 365
    return None if years >= _DECADES else f"the days spread over {years:.0f} years, like any dates"


def precise(column: Column) -> str | None:
    """Ask for as many digits after the point as coordinates have."""
    short = column.numbers and column.decimals < 4  # noqa: PLR2004 - about ten meters
    return "too few digits after the point" if short else None


def diagnoses(column: Column) -> str | None:
    """Ask for more than one word that names a disease."""
    real = sum(map(disease, column.values))
    return None if real > 1 else "hardly any value names a disease"


def passport_letters(column: Column) -> str | None:
    """Ask for the letters of Japanese passports, in several kinds."""
    japanese = column.share(value[0] in "TMtm" for value in column.values)
    kinds = {value[:2] for value in column.values}
    if japanese > _JAPANESE_PASSPORT and len(kinds) >= min(5, len(column.values)):
        return None
    return "two letters and seven digits are also a common form of product codes"


def not_versions(column: Column) -> str | None:
    """Tell addresses of machines from versions with four parts: they begin with any number."""
    parts = [tuple(map(int, re.findall(r"\d+", v)[:2])) for v in column.values if v.count(".") >= 3]  # noqa: PLR2004
    if not parts:
        return None
    wide = sum(part[0] > 30 for part in parts) / len(parts)  # noqa: PLR2004
    private = sum(part[0] == 10 or part == (192, 168) for part in parts) / len(parts)  # noqa: PLR2004
    fits = wide > 0.6 or private > 0.8  # noqa: PLR2004
    return None if fits else "they begin with numbers as small as those of versions"


def measured(column: Column) -> str | None:
    """Ask for numbers that count no person: with a point, or negative."""
    if column.numbers and (min(column.numbers) < 0 or column.decimals >= 1):
        return None
    return "whole numbers can be ages, codes or incomes"


def repeated(column: Column) -> str | None:
    """Ask for values that many records share."""
    few = len(column.values) * 5 <= column.filled
    return None if few else "nearly as many values as records"
