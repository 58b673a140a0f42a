"""Write docs/reference/recognizers.md: every recognizer in a table, from the code.

python tools/recognizers_page.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from govkit.data.classify import AppiClass, recognizers

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "recognizers.md"
HEAD = """\
# Recognizers

`govkit classify` knows {count} kinds of data, {personal} of them about people. This page is written
by `tools/recognizers_page.py` from the tables in `govkit/data/classify/kinds/`.

*Alone* is the confidence where values pass and no heading speaks; a dash means that values alone
never suffice. *Chance* is the share of unrelated values that pass by accident: the number of hits
is tested against it. *Headings* lists some of the words; kana stand for their Latin spellings, too.

"""
TITLES = "recognizer|type, category|role, legal class|values that|share|chance|alone|headings"
MOST_WORDS = 6


def page() -> str:
    """Give the page."""
    known = recognizers()
    rows = []
    for one in known:
        tested = one.tests_values
        words = ", ".join(one.words.replace("|", "").split()[:MOST_WORDS])
        law = "" if one.appi_class in (None, AppiClass.NONE) else one.appi_class.value
        cells = (
            f"`{one.name}`", f"{one.type}<br>`{one.category}`" if one.category else one.type,
            f"{one.role.value}<br>{law.replace('_', ' ')}",
            one.what if tested else "any the heading allows",
            f"{one.least:.0%}" if tested else "–", f"{one.chance:.0%}" if one.chance else "–",
            f"{one.alone:.2f}" if one.alone else "–", words,
        )  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |\n")
    head = HEAD.format(count=len(known), personal=sum(one.personal for one in known))
    titles = TITLES.split("|")
    return head + f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}\n" + "".join(rows)


def main() -> int:
    """Write the page, or tell whether it is as the code says."""
    fresh = page()
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text("utf-8") != fresh)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
