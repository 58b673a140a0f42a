"""Days on which the authorities of Japan rest, held against the calendars of the Cabinet Office."""

import datetime as dt

import pytest

from govkit.findings.periods import workday

#: National holidays on which somebody would otherwise have worked, as announced.
WEEKDAYS = {
    2025: "0101 0113 0211 0224 0320 0429 0505 0506 0721 0811 0915 0923 1013 1103 1124",
    2026: "0101 0112 0211 0223 0320 0429 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
    2027: "0101 0111 0211 0223 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123",
}


@pytest.mark.parametrize("year", WEEKDAYS)
def test_every_day_of_a_year(year):
    days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    resting = {
        f"{day:%m%d}"
        for day in days
        if workday(day) != day and day.weekday() < 5 and "0104" <= f"{day:%m%d}" <= "1228"
    }
    assert resting == set(WEEKDAYS[year].split()) - {"0101"}
    assert all(workday(day) > day for day in days if day.weekday() > 4)
    assert [workday(dt.date(year, *day)).month for day in ((1, 1), (1, 3), (12, 29))] == [1, 1, 1]


@pytest.mark.parametrize("day", [dt.date.max, dt.date.min, dt.date(2100, 1, 1)])
def test_of_other_centuries_nothing_is_said(day):
    assert workday(day) == day
