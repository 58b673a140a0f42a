"""What the commands share: how names, trees and policies are read, and an answer is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

import govkit as gk
from govkit.errors import InputError, SourceError, shown
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from govkit.microdata import Check, Risk, Suda
    from govkit.policy import Policy, Register
    from govkit.result import Result

READING = ("delimiter", "encoding", "engine")  # how a table is read
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*)),')
_COLORS = {Verdict.SAFE: "green", Verdict.REVIEW: "yellow", Verdict.UNSAFE: "red"}


def both(folder: Path, file: Path | None) -> tuple[Register, Policy | None]:
    """Load a register, and its policy: the one named, or policy.yaml in or beside the folder."""
    near = (folder / "policy.yaml", folder.absolute().parent / "policy.yaml")
    found = file or next((path for path in near if path.is_file()), None)
    return gk.load_register(folder), gk.load_policy(found) if found else None


def with_policy(folder: Path, file: Path | None) -> tuple[Policy, Register]:
    """Load a policy and a register as :func:`both` does; the policy is needed."""
    register, policy = both(folder, file)
    if policy is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    return policy, register


def some(given: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Give those of the options that were not left out."""
    return {name: given[name] for name in names if name in given}


def columns(given: list[str]) -> list[str]:
    """Split lists of names at commas, except inside double quotes."""
    names = []
    for text in given:
        for found in _NAME.finditer(f"{text},"):
            quoted, plain = found.groups()
            names.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
    if not all(names):
        raise InputError("A column name is empty: write names as in age,sex,postcode.")
    return names


def pair(text: str, option: str) -> tuple[float, float]:
    """Read two numbers."""
    try:
        first, second = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"{option} takes two numbers, as in {option} 1,75.") from None
    return first, second


def group_sizes(audience: str | None, policy: Path | None) -> dict[str, int] | None:
    """Read the smallest group by audience that a policy states, if one is named."""
    if policy is None:
        return None
    if audience is None:
        raise InputError("A policy has thresholds by audience: name --audience, too.")
    return {str(one.audience): one.group_size for one in gk.load_policy(policy).thresholds}


def trees(folder: Path | None, columns: list[str]) -> dict[str, object]:
    """Find the trees of each column: COLUMN.hrc first, then COLUMN.2.hrc and so on."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise SourceError(f"The folder {shown(folder.name)} does not exist: check the path.")
    found: dict[str, object] = {}
    files = sorted(folder.glob("*.hrc"), key=lambda file: (len(file.name), file.name))
    for name in columns or {file.name.partition(".")[0] for file in files}:
        trees = [f for f in files if f.name.startswith(f"{name}.")]
        found |= {name: trees} if trees else {}
    return found


def exit_code(answer: Result) -> int:
    """Give 0 for safe, 1 for anything else."""
    return 0 if answer.verdict is Verdict.SAFE else 1


def print_verdict(console: Console, answer: Result, title: str = "") -> None:
    """Print the verdict with its sign, and the sentence."""
    color = _COLORS[answer.verdict]
    head = f"[bold {color}]{answer.verdict.mark} {answer.verdict.name}[/]"
    console.print(f"{head}  {escape(title)}" if title else head)
    console.print(escape(answer.sentence))


def print_rows(title: str, result: Result) -> Table:
    """Lay an answer's rows out as a table of the terminal."""
    table = Table(
        title=escape(title), title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim", overflow="fold")
    for row in result.rows():
        table.add_row(*map(escape, row))
    return table


def print_worst(answer: Check | Risk | Suda, n: int, word: str) -> None:
    """Print the ``n`` worst groups, if any are asked for."""
    if n:
        print(f"The {n} {word} groups (values of people: keep them where the data is)")  # noqa: T201
        print(answer.worst_groups(n).to_string(index=False))  # noqa: T201
