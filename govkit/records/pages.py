"""What is written from a template: letters, packages, reports, records of provision."""

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from govkit.files import templates

if TYPE_CHECKING:
    from jinja2 import Environment


def filled(template: str, **about: object) -> str:
    """Fill a template of ``templates/``; what a page of HTML is told is escaped."""
    name = f"{template}.jinja"
    return _environment(page=".html" in name).get_template(name).render(about)


@cache
def _environment(*, page: bool) -> "Environment":
    made = templates("records", page=page)
    made.keep_trailing_newline = True
    made.filters["ja_day"] = lambda day: "{0.year}年{0.month}月{0.day}日".format(_day(day))
    made.filters["en_day"] = lambda day: "{0.day} {0:%B} {0.year}".format(_day(day))
    made.filters["oneline"] = lambda text: " ".join(text.split())
    return made


def _day(day: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(f"{day}")
