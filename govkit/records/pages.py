"""What is written from a template: letters, packages, reports, records of provision."""

import datetime as dt
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def filled(template: str, **about: object) -> str:
    """Fill a template of ``templates/``; what a page of HTML is told is escaped."""
    return _environment().get_template(f"{template}.jinja").render(about)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("govkit.records"), undefined=StrictUndefined,
        autoescape=lambda name: bool(name and ".html" in name),  # noqa: S701 - the others are text
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["ja_day"] = lambda day: "{0.year}年{0.month}月{0.day}日".format(_day(day))
    made.filters["en_day"] = lambda day: "{0.day} {0:%B} {0.year}".format(_day(day))
    made.filters["oneline"] = lambda text: " ".join(text.split())
    return made


def _day(day: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(f"{day}")
