"""What the code of a cell asks for: it says what a bare number or list in its output is.

The code is read as Python where it is Python, and by its words where it is SQL.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from govkit.files import packaged

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = re.compile(r"^(\s*)(?:[%!]|\?).*$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\A\s*%%.*\n")
_WORD = re.compile(r"[^\W\d]\w*")
_OPERATOR = re.compile(r"[=<>]|\bselect\b", re.IGNORECASE)
_SQL_COUNT = re.compile(r"\bcount\s*\(", re.IGNORECASE)
_SQL_END = re.compile(r"\b(?:max|min)\s*\(\s*[\"`]?(\w+)", re.IGNORECASE)


@cache
def _calls() -> dict[str, frozenset[str]]:
    known = packaged("guard/calls.yaml")
    return {kind: frozenset(named.split()) for kind, named in known.items()}


def _any(known: set[str], *kinds: str) -> bool:
    """Tell whether one of the names is of one of the kinds."""
    return any(not known.isdisjoint(_calls()[kind]) for kind in kinds)


@dataclass(slots=True)
class Asked:
    """What a cell asks for.

    Attributes
    ----------
    columns
        Names in the code that may be columns.
    of
        Those of them by which no rows are chosen or grouped.
    ends
        Those of which it asks the largest or smallest.
    counts
        Whether it asks for a table of counts.
    number
        Whether it asks how many records there are with a property.
    computed
        Whether it asks for what is computed over several records.
    cell
        Whether it asks for one cell of a table.
    listed
        Whether it asks for the values of a column as they are.
    """

    columns: list[str] = field(default_factory=list)
    of: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    counts: bool = False
    number: bool = False
    computed: bool = False
    listed: bool = False
    cell: bool = False


@lru_cache(256)
def asked(source: str) -> Asked:
    """Tell what a cell's code asks for.

    Examples
    --------
    >>> asked("len(df[df.age > 90])").number, asked("len(df.columns)").number
    (True, False)
    >>> "salary" in asked("np.max(df['salary'])").ends
    True
    """
    told = Asked(ends=_SQL_END.findall(source), counts=bool(_SQL_COUNT.search(source)))
    kept: dict[str, list[str]] = {}  # variables that hold a largest or smallest
    for statement in _statements(source):
        names = list(_names(statement))
        known = set(names)
        told.columns += names
        told.of += _names(statement, all_of=False)
        found = [*_ends(statement, known), *(end for name in known for end in kept.get(name, ()))]
        if isinstance(statement, ast.Assign):
            kept |= {one.id: found for one in statement.targets if isinstance(one, ast.Name)}
        else:
            told.ends += found
        loops = isinstance(statement, ast.For) and "len" in known
        told.counts |= _any(known, "counts") or (loops and _any(known, "groups"))
        compared = any(isinstance(node, ast.Compare) for node in ast.walk(statement))
        chosen = (compared or _any(known, "filters")) and not _any(known, "not_records")
        told.number |= chosen and _any(known, "numbers")
        grouped = _any(known, "several", "groups")
        told.computed |= grouped or _any(known, "ends")
        told.listed |= _any(known, "lists") and not grouped and not _any(known, "ends", "quantiles")
        shown = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Subscript)
        told.cell |= shown and _any(known, "cells") and not grouped
    told.computed |= told.counts
    return told


def _statements(source: str) -> Iterator[ast.stmt]:
    try:
        yield from ast.parse(_MAGIC.sub(r"\1pass", _CELL_MAGIC.sub("", source))).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _names(tree: ast.AST, *, all_of: bool = True) -> Iterator[str]:
    """Give every name: of functions, variables, attributes, arguments, and what strings say.

    Without ``all_of`` what rows are chosen or grouped by is left out.
    """
    match tree:
        case ast.Compare() if not all_of:
            return
        case ast.Call(func=ast.Attribute(attr=name, value=of)) if (
            name in _calls()["by"] and not all_of
        ):
            yield from _names(of, all_of=False)
            return
        case ast.keyword(arg="size"):
            pass  # how large points are, not how many there are
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.Constant(value=str(text)):
            yield from _WORD.findall(text) if _OPERATOR.search(text) else (text,)
    for part in ast.iter_child_nodes(tree):
        yield from _names(part, all_of=all_of)


def _ends(statement: ast.stmt, known: set[str]) -> Iterator[str]:
    """Give the names of which the largest or smallest is asked, unless it is one of means."""
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                within, called = list(_names(node, all_of=False)), {name}
                if _any(called, "aggregates"):
                    yield from _aggregated(node, within)
                ended = _any(called, "ends") and not _any(set(within), "several")
                cut = _any(called, "sorts") and (_any(known, "cuts") or _picks(statement))
                whole = _any(called, "quantiles") and not {0, 1, 100}.isdisjoint(_numbers(node))
                if ended or whole or (cut and not _any(known, "several")):
                    yield from within


def _aggregated(call: ast.Call, within: list[str]) -> Iterator[str]:
    """Give the columns of which a call asks the ends by name, as ``agg(most=("age", "max"))``."""
    ends = _calls()["ends"]
    for node in ast.walk(call):
        match node:
            case ast.Tuple(elts=[ast.Constant(value=str(column)), ast.Constant(value=how)]) if (
                how in ends
            ):
                yield column
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                found = [key for key, part in pairs if key and not ends.isdisjoint(_names(part))]
                yield from (name for key in found for name in _names(key))
    plain = [*call.args, *(one.value for one in call.keywords if one.arg in {"aggfunc", "func"})]
    listed = (ast.Constant, ast.List)
    if any(isinstance(one, listed) and not ends.isdisjoint(_names(one)) for one in plain):
        yield from within


def _numbers(tree: ast.AST) -> Iterator[float]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=int(number) | float(number)):
                yield number


def _picks(statement: ast.stmt) -> bool:
    """Tell whether one row is taken by its place."""
    return any(
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.UnaryOp)
        and not isinstance(getattr(node.slice, "value", 0), str)
        for node in ast.walk(statement)
    )  # fmt: skip
