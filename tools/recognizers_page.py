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

*Share* is how many of the values have to pass. *Chance* is the share of unrelated values that pass
by accident: the number of hits is tested against it. *Alone* is the confidence where values pass
and no heading speaks; without it values alone never suffice. *Headings* lists some of the words;
kana stand for their Latin spellings, too.

"""
TITLES = "recognizer, type, category|role, legal class|values that|headings"
MOST_WORDS = 6


def page() -> str:
    """Give the page."""
    known = recognizers()
    rows = []
    for one in known:
        tested = one.tests_values
        words = ", ".join(one.words.replace("|", "").split()[:MOST_WORDS])
        law = "" if one.appi_class in (None, AppiClass.NONE) else one.appi_class.value
        tests = {"share": one.least, "chance": one.chance} if tested else {}
        passing = ", ".join(f"{name} {value:.0%}" for name, value in tests.items() if value)
        alone = f"alone {one.alone:.2f}" if one.alone else ""
        what = one.what if tested else "any the heading allows"
        cells = (
            f"`{one.name}`<br>{one.type}<br>{(one.category or '').replace('.', '.<wbr>')}",
            f"{one.role.value}<br>{law.replace('_', ' ')}",
            "<br>".join(filter(None, [what, passing, alone])),
            words,
        )
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
