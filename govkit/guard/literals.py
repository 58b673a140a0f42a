"""Values that stand in text as Python, JSON or JavaScript writes them, whatever stands around.

One way of reading covers what programs print: dictionaries, data classes, rows of Spark, arrays,
lines of JSON, the data of a chart in a page. Calls are read by their keywords, or else by what
they wrap: ``Counter({...})`` is the dictionary, ``Row(age=34)`` too.
"""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|[\[{(]|[\])}]")
_CLOSES = {")": "(", "]": "[", "}": "{"}
_NAME = re.compile(r"[A-Za-z_][\w.]{0,60}$")
_HOLDS = re.compile(r"[,:=]")
_BARE = re.compile(
    r"(?<=[\[,(:=])\s*(?:<[^<>\n]{1,80}>|\.\.\.)(?=\s*[\],)}])"
)  # <NA>, <class 'int'>
_ROW = re.compile(r"\[\s*\d[\d.]*(?:\s+\d[\d.]*)+\s*\]")  # as NumPy prints
_LONGEST = 300_000  # of what Python reads; JSON may be longer
_DEEPEST = 30
_DECODE = json.JSONDecoder(strict=False).raw_decode

_Region = tuple[int, int, list[Any]]  # where it opens and ends, and the regions within


def literals(text: str) -> Iterator[Any]:
    """Give the outermost values of a text that hold others.

    Examples
    --------
    >>> list(literals("row 3: Patient(age=71, sex='F') and [1, 2]; f(x)"))
    [{'age': 71, 'sex': 'F'}, [1, 2]]
    """
    for region in _regions(text):
        yield from _read(text, region, 0)


def _regions(text: str) -> list[_Region]:
    """Pair the brackets of a text in one pass; a bracket that closes nothing ends what is open."""
    done: list[_Region] = []
    open_: list[tuple[int, list[Any]]] = []
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in _CLOSES:
            if open_ and text[open_[-1][0]] == _CLOSES[sign]:
                at, within = open_.pop()
                (open_[-1][1] if open_ else done).append((at, token.end(), within))
            else:
                done += [one for _, inner in open_ for one in inner]
                open_ = []
        elif len(sign) == 1:
            open_.append((token.start(), []))
        elif sign[1:2] in {"{", "["} and len(sign) > 8:  # noqa: PLR2004 - JSON within a string
            (open_[-1][1] if open_ else done).append((token.start(), token.end(), []))
    return done + [one for _, inner in open_ for one in inner]


def _read(text: str, region: _Region, depth: int) -> Iterator[Any]:
    at, end, within = region
    holds = _HOLDS.search(text, at, end) or _ROW.fullmatch(text, at, end)
    value = _value(text, at, end) if holds else None
    if isinstance(value, list | dict) and value:
        yield value
    elif depth < _DEEPEST:
        for inner in within:
            yield from _read(text, inner, depth + 1)


def _value(text: str, at: int, end: int) -> Any:  # noqa: ANN401 - any value
    if text[at] in "\"'":
        plain = text[at + 1 : end - 1]
        return parsed(plain) or parsed(plain.replace('\\"', '"').replace("\\\\", "\\"))
    try:
        value, stop = _DECODE(text, at)
        if stop == end:
            return value
    except (ValueError, RecursionError):
        pass
    if _ROW.fullmatch(text, at, end):
        return [float(n) if "." in n else int(n) for n in text[at + 1 : end - 1].split()]
    if end - at > _LONGEST or ";\n" in text[at:end]:
        return None
    called = _NAME.search(text, max(0, at - 60), at) if text[at] == "(" else None
    written = _BARE.sub("None", text[called.start() if called else at : end])
    try:
        return _meant(ast.parse(written.strip(), mode="eval").body)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def parsed(text: str) -> Any:  # noqa: ANN401 - any value
    """Read JSON, or give nothing."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


_WORDS = {"true": True, "false": False}


def _meant(node: ast.expr) -> Any:  # noqa: ANN401 - any value
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _meant(operand)
            return -value if isinstance(value, int | float) else None
        case ast.List() | ast.Tuple() | ast.Set():
            return [_meant(part) for part in node.elts]
        case ast.Dict():
            return {
                str(_meant(key)): _meant(part)
                for key, part in zip(node.keys, node.values, strict=True)
                if key is not None
            }
        case ast.Call():
            return _called(node)
    return _WORDS.get(node.id) if isinstance(node, ast.Name) else None


def _called(node: ast.Call) -> Any:  # noqa: ANN401 - any value
    """Read a call by its keywords, or by what it wraps; ``name=`` heads a wrapped list."""
    named = {one.arg: _meant(one.value) for one in node.keywords if one.arg}
    wrapped = [_meant(part) for part in node.args]
    if not wrapped:
        return named or None
    held = next((one for one in wrapped if isinstance(one, list | dict)), None)
    if isinstance(held, list) and isinstance(named.get("name"), str):
        return {named["name"]: held}
    return wrapped[0] if held is None else held
