"""Tell which training pages are past their review date.

python tools/reviewed.py [YYYY-MM-DD]
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from govkit.errors import InputError
from govkit.site import Module, read_modules

DOCS = Path(__file__).resolve().parents[1] / "docs"
MONTHS, SHORTEST = 12, 28


def due(module: Module) -> dt.date:
    """Give the day from which a page is past its review; at most the 28th of its month."""
    months = module.reviewed.month - 1 + module.review_months
    day = min(module.reviewed.day, SHORTEST)
    return dt.date(module.reviewed.year + months // MONTHS, months % MONTHS + 1, day)


def past_review(modules: list[Module], today: dt.date) -> list[str]:
    """Tell of each page that its review is overdue, or lies in the future."""
    return [
        f"{one.page}: reviewed on {one.reviewed}, due on {due(one)}: let {one.owner} review it."
        for one in modules
        if due(one) <= today or one.reviewed > today
    ]


def main() -> int:
    """Say it, and give 1 when there is such a page."""
    given = sys.argv[1:]
    today = dt.date.fromisoformat(given[0]) if given else dt.datetime.now(tz=dt.UTC).date()
    try:
        overdue = past_review(read_modules(DOCS), today)
    except InputError as wrong:
        overdue = [str(wrong)]
    print("\n".join(overdue), end="\n" if overdue else "")
    return int(bool(overdue))


if __name__ == "__main__":
    sys.exit(main())
