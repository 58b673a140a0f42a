"""What the code of a cell asks for: it says what a bare number or list in its output is.

The code is read as Python where it is Python, and by its words where it is SQL.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = re.compile(r"^(\s*)(?:[%!]|\?).*$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\A\s*%%.*\n")
_ENDS = {
    "max",
    "min",
    "amax",
    "amin",
    "nanmax",
    "nanmin",
    "idxmax",
    "idxmin",
    "nlargest",
    "nsmallest",
    "ptp",
}
_SORTS = {"sort_values", "sort", "sorted"}
_CUTS = {"head", "tail", "first", "last"}
_COUNTS = {
    "value_counts",
    "Counter",
    "size",
    "most_common",
    "crosstab",
    "return_counts",
    "histogram",
    "bincount",
}
_GROUPS = {"groupby", "group_by"}
_BY = {*_GROUPS, "query", "filter"}
_NUMBERS = {"len", "sum", "count", "nunique", "n_unique", "count_nonzero", "shape", "height"}
_FILTERS = {"query", "filter", "isin", "between", "eq", "ne", "lt", "le", "gt", "ge"}
_SEVERAL = {
    "mean",
    "median",
    "std",
    "var",
    "sum",
    "count",
    "agg",
    "aggregate",
    "pivot_table",
    "corr",
    "quantile",
    "nunique",
}
_LISTS = {
    "tolist",
    "set",
    "tuple",
    "to_list",
    "list",
    "to_pylist",
    "unique",
    "to_numpy",
    "values",
    "head",
    "sample",
}
_CELLS = {"loc", "at", "iat", "iloc"}
_QUANTILES = {"quantile", "percentile"}
_NOT_RECORDS = {"columns", "dtypes", "isna", "isnull", "select_dtypes", "corr", "glob", "listdir"}
_WORD = re.compile(r"[^\W\d]\w*")
_OPERATOR = re.compile(r"[=<>]")
_SQL_COUNT = re.compile(r"\bcount\s*\(", re.IGNORECASE)
_SQL_END = re.compile(r"\b(?:max|min)\s*\(\s*[\"`]?(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a cell asks for.

    Attributes
    ----------
    columns
        Names in the code that may be columns.
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

    columns: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
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
    >>> asked("np.max(df['salary'])").ends
    ('df', 'salary')
    """
    columns: list[str] = []
    ends: list[str] = _SQL_END.findall(source)
    counts, number, computed = bool(_SQL_COUNT.search(source)), False, False
    listed = cell = False
    kept: dict[str, list[str]] = {}  # variables that hold a largest or smallest
    for statement in _statements(source):
        names = list(_names(statement))
        known = set(names)
        columns += names
        found = [*_ends(statement, known), *(end for name in known for end in kept.get(name, ()))]
        if isinstance(statement, ast.Assign):
            kept |= {one.id: found for one in statement.targets if isinstance(one, ast.Name)}
        else:
            ends += found
        counts |= bool(known & _COUNTS)
        counts |= isinstance(statement, ast.For) and bool(known & _GROUPS) and "len" in known
        chosen = known & _FILTERS or any(isinstance(n, ast.Compare) for n in ast.walk(statement))
        number |= bool(chosen and known & _NUMBERS and not known & _NOT_RECORDS)
        computed |= bool(known & {*_SEVERAL, *_ENDS, *_GROUPS})
        listed |= bool(known & _LISTS) and not known & {*_SEVERAL, *_ENDS, *_GROUPS, *_QUANTILES}
        shown = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Subscript)
        cell |= shown and bool(known & _CELLS) and not known & {*_SEVERAL, *_GROUPS}
    return Asked(tuple(columns), tuple(ends), counts, number, computed or counts, listed, cell)


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
        case ast.Call(func=ast.Attribute(attr=name, value=of)) if name in _BY and not all_of:
            yield from _names(of, all_of=False)
            return
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
                within = list(_names(node, all_of=False))
                if name in _QUANTILES and {0, 1, 100} & set(_numbers(node)):
                    yield from within
                cut = name in _SORTS and (known & _CUTS or _picks(statement))
                if (name in _ENDS or cut) and not {*within, *(known if cut else ())} & _SEVERAL:
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
