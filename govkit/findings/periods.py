"""Days and the periods between them."""

import calendar
import datetime as dt
import re
from functools import cache
from typing import Any

from govkit.files import packaged

_REST: dict[str, Any] = packaged("findings/holidays.yaml")
_DAY = dt.timedelta(days=1)


def later(day: dt.date, period: str, sign: int = 1) -> dt.date:
    """Give the day a period after (or with ``sign=-1`` before) another.

    A month without that day ends earlier, and time itself with the year 9999.

    Examples
    --------
    >>> later(dt.date(2024, 1, 31), "P1M"), later(dt.date(2024, 2, 29), "P1Y2W", -1)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 14))
    """
    n = {unit: sign * int(number) for number, unit in re.findall(r"(\d+)([YMWD])", period)}
    months = (day.year + n.get("Y", 0)) * 12 + day.month - 1 + n.get("M", 0)
    year, month = months // 12, months % 12 + 1
    try:
        moved = dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
        return moved + dt.timedelta(weeks=n.get("W", 0), days=n.get("D", 0))
    except (ValueError, OverflowError):
        return dt.date.max if sign > 0 else dt.date.min


def workday(day: dt.date) -> dt.date:
    """Give a day, or the next on which the authorities of Japan do not rest (2020 to 2099).

    Examples
    --------
    >>> workday(dt.date(2026, 12, 29)), workday(dt.date(2026, 9, 19))
    (datetime.date(2027, 1, 4), datetime.date(2026, 9, 24))
    """
    while day.year in range(*_REST["years"]) and (
        day.weekday() >= calendar.SATURDAY
        or f"{day:%m-%d}" in _REST["turn_of_year"]
        or day in _holidays(day.year)
    ):
        day += _DAY
    return day


@cache
def _holidays(year: int) -> frozenset[dt.date]:
    """Give the national holidays of a year."""
    years = year - 1980
    found = {dt.date.fromisoformat(f"{year}-{one}") for one in _REST["fixed"]}
    for month, n in _REST["mondays"].items():
        first = dt.date(year, month, 1)
        found.add(first + dt.timedelta(days=-first.weekday() % 7, weeks=n - 1))
    for month, first in _REST["equinoxes"].items():
        found.add(dt.date(year, month, int(first + _REST["a_year"] * years) - years // 4))
    for day in [one for one in sorted(found) if one.weekday() == calendar.SUNDAY]:
        ahead = (day + n * _DAY for n in range(7))
        found.add(next(one for one in ahead if one not in found))
    return frozenset(found | {day + _DAY for day in found if day + 2 * _DAY in found})
