"""Write docs/reference/methods.md: every model and method with its paper, from the code.

python tools/methods_page.py [--check]

A function's papers are those that its own docstring cites ("Wong et al. 2006"); where no function
of a module cites any, all that the module's docstring names.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "methods.md"
HEAD = """\
# Models and methods, and their papers

Written by `tools/methods_page.py` from the docstrings: what each function computes, and whose work
it follows.
"""
ROOMS = {"microdata": "Measured on records", "remedy": "Done to records"}
SHORTEST = 20
YEAR = r"(?:\b(?:19|20)\d\d\b|RFC \d+|CFR § [\w.()]+)"
ASIDE = re.compile(rf"\(((?:[^()]|\([^()]*\))*?{YEAR}(?:[^()]|\([^()]*\))*)\)")
DOI = re.compile(r".*doi:[^\s,;]*[^\s,;.]")
WORK = re.compile(rf".*{YEAR}(?:, (?:\d+-\d+|LNCS \d+, pp\. [\d-]+))?")
CITED = re.compile(r"([A-Z][\w-]+)(?:,? (?:et al\.|[A-Z]\w+))* ((?:19|20)\d\d)")


def papers(module: str) -> list[str]:
    """Give the works that a module's docstring names."""
    text = inspect.getdoc(importlib.import_module(module)) or ""
    found = []
    for part in re.split(r"\n\s*\n|\n(?=\* )", text):
        line = " ".join(part.removeprefix("* ").split())
        for sentence in re.split(r"(?<=[\d)])\. (?=[A-Z][\w ]+[:.]|[A-Z][a-z]+ )", line):
            asides = [a for a in ASIDE.findall(sentence) if len(a) > SHORTEST]
            found += asides or [w[0] for w in (DOI.match(sentence) or WORK.match(sentence),) if w]
    return found


def cited(function: object) -> list[str]:
    """Give the works of its module that a function's own docstring cites."""
    pairs = CITED.findall(inspect.getdoc(function) or "")
    return [line for line in papers(function.__module__)
            if any(author in line and year in line for author, year in pairs)]  # fmt: skip


def page() -> str:
    """Give the page."""
    text = HEAD
    for room, title in ROOMS.items():
        module = importlib.import_module(f"govkit.{room}")
        functions = [getattr(module, n) for n in module.__all__]
        functions = [f for f in functions if inspect.isfunction(f)]
        each = {f.__module__ for f in functions if cited(f)}
        text += f"\n## {title}\n\n| function | what it does | after |\n|---|---|---|\n"
        for f in functions:
            works = cited(f) or ([] if f.__module__ in each else papers(f.__module__))
            what = (inspect.getdoc(f) or "").partition("\n")[0].removesuffix(".")
            cells = (what, "<br>".join(dict.fromkeys(works)) or "–")
            plain = " | ".join(cells).replace("``", "`")
            text += f"| [`{f.__name__}`](#govkit.{room}.{f.__name__}) | {plain} |\n"
    return text


def main() -> int:
    """Write the page, or tell whether it is as the code says."""
    fresh = page()
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text("utf-8") != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
