"""Comments by which a person allows what the guard would find, with the reason.

::

    # govkit: allow small-count because the numbers are those of the published report
    <!-- govkit: allow records, name in this notebook because every person is invented -->
"""

from __future__ import annotations

import re
from typing import Any

from govkit.files import packaged
from govkit.guard.words import word

Allowed = set[str]

_SHORTEST = 10


def kinds() -> dict[str, Any]:
    """Give every kind of leak: its rule, what it is, why it matters and what to do."""
    read: dict[str, Any] = packaged("guard/kinds.yaml")
    return read


def allowed(source: str, reach: str = "cell") -> tuple[Allowed, list[str]]:
    """Give the kinds that comments of a cell allow, and what is wrong with those comments.

    Examples
    --------
    >>> allowed("# govkit: allow small-count because the report is public")
    ({'small-count'}, [])
    >>> allowed("# govkit: allow small-count")
    (set(), ['a comment allows without a reason: write "because" and why'])
    """
    found: Allowed = set()
    wrong = []
    for comment in word("allow_comment").finditer(source) if "govkit:" in source else ():
        named = {kind for kind in re.split(r"[\s,]+", comment["kinds"].strip()) if kind}
        if len((comment["reason"] or "").strip()) < _SHORTEST:
            wrong.append('a comment allows without a reason: write "because" and why')
        elif not named or named - {*kinds(), "all"}:
            wrong.append(
                f"a comment allows a kind that does not exist; kinds are {', '.join(kinds())}"
            )
        elif bool(comment["whole"]) == (reach == "notebook"):
            found |= named
    return found, wrong
