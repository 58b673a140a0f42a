"""Tests of a column as a whole: what has to hold before its values alone prove anything.

Each gives ``None`` where it holds, else the reason for doubt. The tables in ``kinds/`` name them.
"""

import datetime as dt
import re
from collections.abc import Callable

from govkit.data.classify.column import Column
from govkit.data.classify.lexicons import lexicon, special
from govkit.data.classify.validators import disease

_FEWEST = 12
_FEW = 4
_DECADES = 25
_JAPANESE_PASSPORT = 0.9
_SINGLE = "a single word says little"


def several(column: Column) -> str | None:
    """Ask for enough different values to tell them from other words or codes."""
    if len(column.values) >= _FEWEST:
        return None
    return f"{len(column.values)} different values are too few to tell it from other words or codes"


def a_few(column: Column) -> str | None:
    """Ask for a few different words."""
    return None if len(column.values) >= _FEW else "there are too few different words"


def birth_days(column: Column) -> str | None:
    """Ask for days that spread over the decades in which people are born."""
    days = sorted(column.days)
    if len(days) < _FEWEST or days[0] < dt.date(1890, 1, 1):
        return "there are too few days, or days too long ago, to tell them from other dates"
    years = (days[-1 - len(days) // 20] - days[len(days) // 20]).days / 365
    return None if years >= _DECADES else f"the days spread over {years:.0f} years, like any dates"


def leading_zero(column: Column) -> str | None:
    """Ask for numbers written as people write telephone numbers."""
    written = column.share(value[0] in "0+(" or "-" in value for value in column.values)
    return None if written > 0.6 else "they have no leading zero and no hyphens"  # noqa: PLR2004


def hyphens(column: Column) -> str | None:
    """Ask for hyphens or the mark of postal codes."""
    written = column.share("-" in value or "〒" in value for value in column.values)
    return None if written > 0.3 else "seven digits without a hyphen can be any number"  # noqa: PLR2004


def precise(column: Column) -> str | None:
    """Ask for as many digits after the point as coordinates have."""
    short = column.numbers and column.decimals < 4  # noqa: PLR2004 - about ten meters
    return "too few digits after the point" if short else None


def _known(column: Column, words: frozenset[str]) -> int:
    return len({value.lower() for value in column.values} & words)


def both_genders(column: Column) -> str | None:
    """Ask for more than one word of gender."""
    return None if _known(column, special("gender")) > 1 else _SINGLE


def creeds(column: Column) -> str | None:
    """Ask for more than one creed."""
    return None if _known(column, lexicon("religions")) > 1 else _SINGLE


def diagnoses(column: Column) -> str | None:
    """Ask for more than one word that names a disease."""
    real = sum(map(disease, column.values))
    return None if real > 1 else "hardly any value names a disease"


def surely(kind: str) -> Callable[[Column], str | None]:
    """Give a condition: one of the words that mean nothing else has to occur."""

    def holds(column: Column) -> str | None:
        return None if _known(column, special(kind)) else "the words also mean other things"

    return holds


def passport_letters(column: Column) -> str | None:
    """Ask for the letters of Japanese passports, in several kinds."""
    japanese = column.share(value[0] in "TMtm" for value in column.values)
    kinds = {value[:2] for value in column.values}
    if japanese > _JAPANESE_PASSPORT and len(kinds) >= min(5, len(column.values)):
        return None
    return "two letters and seven digits are also a common form of product codes"


def insurer_words(column: Column) -> str | None:
    """Ask for words of health insurance beside the numbers."""
    words = re.compile(r"協会|組合|国保|共済|後期|記号|保険")
    worded = column.share(map(words.search, column.values))
    return None if worded > 0.25 else "two numbers with a hyphen can be many things"  # noqa: PLR2004


def license_prefixes(column: Column) -> str | None:
    """Ask for the codes of the public safety commissions, 10 to 97, as first two digits."""
    known = column.share("10" <= value[:2] <= "97" for value in column.values)
    return None if known > 0.95 else "they begin with digits that no prefecture has"  # noqa: PLR2004


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
