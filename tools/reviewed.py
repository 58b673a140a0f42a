"""Tell which training pages are past their review date.

python tools/reviewed.py [YYYY-MM-DD]
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from govkit.errors import InputError
from govkit.site import past_review, read_modules

DOCS = Path(__file__).resolve().parents[1] / "docs"


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
