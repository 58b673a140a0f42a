"""Days and the periods between them."""

import calendar
import datetime as dt
import re


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
