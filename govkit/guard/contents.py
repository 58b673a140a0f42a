"""What an output holds, by media type: text and tables, whatever they are wrapped in."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from govkit.errors import InputError
from govkit.guard.grids import Grid, value_grids
from govkit.guard.literals import literals
from govkit.guard.pages import drawn_bars, framed, html_grids, html_text, scripts
from govkit.guard.pictures import embedded_text
from govkit.guard.printed import gathered, text_grids
from govkit.guard.records import beside_headings
from govkit.guard.words import says_people

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Piece = tuple[str, "str | Grid"]  # where it stands, and what it is

_COLORS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CODE_LINE = re.compile(r"^(?:-+> ?| *)\d+(?: .*)?$", re.MULTILINE)  # of a traceback
_DATA_URL = re.compile(
    r"data:([\w.+-]{1,30}/[\w.+-]{1,60});(?:[\w=.-]{1,40};)?base64,([A-Za-z0-9+/=\s]+)"
)
_PLOTLY_CALL = re.compile(r"Plotly\.newPlot\(\s*[\"'][^\"']*[\"']\s*,\s*(?=\[)")
_HOVER = re.compile(r"(?:^|<br>)([^<=%{]+)=%\{(x|y|text|hovertext|customdata\[\d+\])")
_STRING = re.compile(r"\"([^\"\\\n<>]*[^\"\\\n]*)\"|'([^'\\\n]*)'|`([^`]*)`")
_DEEPEST = 3
_DRAWN = ("x", "y", "lat", "lon", "labels", "values", "text", "hovertext")
_UNTITLED = {*_DRAWN, "parents", "r", "theta", "customdata"} - {"lat", "lon"}
_BARS = {"bar", "pie", "funnel", "funnelarea", "treemap", "sunburst", "icicle", "barpolar"}
_NO_TEXT = {"template", "bdata", "$schema"}
_DECODE = json.JSONDecoder().raw_decode


def text_of(value: object) -> str:
    """Join what nbformat keeps as one string or as lines; anything else holds no text."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def pieces(output: Mapping[str, Any]) -> Iterator[Piece]:
    """Give every text and table of one output, each with the place where it stands."""
    match output.get("output_type"):
        case "stream":
            yield from _text(str(output.get("name", "stream")), text_of(output.get("text")))
        case "error":
            yield from _traceback(output)
        case _:
            data = output.get("data")
            yield from bundle(data if isinstance(data, dict) else {})
            yield from _values("metadata", output.get("metadata"))


def _traceback(output: Mapping[str, Any]) -> Iterator[Piece]:
    """Give what a traceback says; the lines of code that it repeats hold no tables."""
    listed = map(text_of, [output.get("evalue"), *_listed(output.get("traceback"))])
    text = _COLORS.sub("", "\n".join(listed))
    yield "traceback", text
    yield from (("traceback", grid) for grid in text_grids(_CODE_LINE.sub("", text)))


def bundle(data: Mapping[str, Any]) -> Iterator[Piece]:
    """Give the texts and tables of one value in several media types."""
    for kind, value in data.items():
        if kind == "image/svg+xml":
            drawn = text_of(value)
            drawn = drawn if "<" in drawn else embedded_text(drawn)  # attachments keep base64
            yield kind, html_text(drawn)
            yield from ((kind, grid) for grid in drawn_bars(drawn))
        elif kind.startswith(("image/", "audio/", "video/")) or kind == "application/pdf":
            yield kind, embedded_text(text_of(value))
        elif kind == "text/html":
            yield from _page(text_of(value))
        elif kind.startswith("application/vnd.plotly"):
            yield from _plotly(kind, value)
        elif isinstance(value, dict | list) and kind.endswith("json"):
            yield from _values(kind, value, _vega_look(value) if "vega" in kind else "")
        elif kind.endswith("widget-view+json"):
            continue
        elif kind == "text/plain" and "<table" in text_of(data.get("text/html")):
            yield kind, text_of(value)  # the same table once more
        else:
            yield from _text(kind, text_of(value))


def _vega_look(chart: object) -> str:
    """Tell what a chart shows of its values: where the browser counts, it gets every record."""
    drawn = json.dumps(
        [chart.get("mark"), chart.get("encoding")] if isinstance(chart, dict) else ""
    )
    return "points" if '"aggregate"' in drawn or '"bin"' in drawn else "bars" * ('"bar"' in drawn)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(where: str, text: str) -> Iterator[Piece]:
    text = _COLORS.sub("", text)
    yield where, text
    for grid in text_grids(text):
        yield where, grid


def _page(page: str, depth: int = 0) -> Iterator[Piece]:
    text = html_text(page)
    yield "text/html", text
    answer = "govkit-result" in page  # numbers of an answer, never rows of people
    heads: tuple[str, ...] = ()
    for grid in html_grids(page) if "<table" in page.lower() else beside_headings(text):
        heads = heads if grid.rows else grid.heads
        yield "text/html", replace(grid, look="answer") if answer else grid
    for kind, body in _DATA_URL.findall(page):
        if kind.startswith("text/"):
            yield from _text(f"{kind} in text/html", embedded_text(body))
        else:
            yield f"{kind} in text/html", embedded_text(body)
    for call in _PLOTLY_CALL.finditer(page):
        try:
            data, at = _DECODE(page, call.end())
            layout, _ = _DECODE(page, page.index("{", at))
        except ValueError:
            continue
        yield from _plotly("figure in text/html", {"data": data, "layout": layout})
    yield from _scripts(page, heads)
    for frame in framed(page) if depth < _DEEPEST else ():
        yield from _page(frame, depth + 1)


def _scripts(page: str, heads: tuple[str, ...]) -> Iterator[Piece]:
    """Give what scripts hold; rows without a heading have that of the empty table above them."""
    where = "script in text/html"
    for script in scripts(page):
        yield where, html_text("\n".join(map("".join, _STRING.findall(script))))
        for value in gathered(literals(script)):
            for _, piece in _values(where, value, _vega_look(value)):
                bare = isinstance(piece, Grid) and not any(piece.heads)
                if bare and isinstance(piece, Grid) and len(piece.heads) == len(heads):
                    yield where, replace(piece, heads=heads)
                else:
                    yield where, piece


def _values(where: str, value: object, look: str = "") -> Iterator[Piece]:
    strings = list(_strings(value))
    yield where, "\n".join(strings)
    for grid in value_grids(value):
        yield where, replace(grid, look=look or grid.look)
    for one in strings:
        if "<t" in one:
            yield from ((where, grid) for grid in html_grids(one))
        elif "\n" in one:
            yield from ((where, grid) for grid in text_grids(one))


def _strings(value: object) -> Iterator[str]:
    """Give the strings of a JSON value, with their keys, as lines."""
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        key, one = stack.pop()
        if isinstance(one, str):
            yield f"{key}: {one}" if key else one
        elif isinstance(one, dict):
            stack += [(str(name), part) for name, part in one.items() if name not in _NO_TEXT]
        elif isinstance(one, list) and not all(isinstance(part, int | float) for part in one):
            stack += [("", part) for part in one]


def widgets(state: object) -> Iterator[Piece]:
    """Give what the saved state of widgets holds, the outputs in it too."""
    yield from _values("widget state", state)
    models = state.get("state") if isinstance(state, dict) else None
    for model in models.values() if isinstance(models, dict) else ():
        inner = model.get("state") if isinstance(model, dict) else None
        for output in _listed(inner.get("outputs")) if isinstance(inner, dict) else ():
            if isinstance(output, dict):
                for where, piece in pieces(output):
                    yield f"widget state, {where}", piece


def _plotly(kind: str, figure: Any) -> Iterator[Piece]:  # noqa: ANN401 - JSON
    if not isinstance(figure, dict):
        return
    given = figure.get("layout")
    layout: dict[str, Any] = given if isinstance(given, dict) else {}
    yield kind, "\n".join(_strings({"data": figure.get("data"), "layout": layout}))
    for trace in _listed(figure.get("data")):
        if not isinstance(trace, dict):
            continue
        if (grid := _trace(trace, layout)) is not None:
            yield kind, grid
        title = text_of(trace["title"].get("text")) if isinstance(trace.get("title"), dict) else ""
        if trace.get("type") == "indicator":
            yield kind, f"{title}: {trace.get('value')}"
        ends = [_array(trace.get(key)) for key in ("lowerfence", "upperfence")]
        titles = (_title(layout, trace, axis) for axis in "yx")
        head = next(filter(None, titles), text_of(trace.get("name")))
        if all(ends):
            rows = [["min", ends[0][0]], ["max", ends[1][0]]]
            yield kind, Grid(heads=("", head), rows=rows, labels=1)


def _trace(trace: dict[str, Any], layout: dict[str, Any]) -> Grid | None:
    """Make a table of what one trace draws; its headings are titles of axes and hover texts."""
    shape = str(trace.get("type", "scatter"))
    if shape == "heatmap":
        return _heat(trace, layout)
    cells, header = trace.get("cells"), trace.get("header")
    if isinstance(cells, dict) and isinstance(header, dict):
        columns = list(map(_array, _listed(cells.get("values"))))
        heads = [text_of(head) for head in _listed(header.get("values"))]
    else:
        hover = _HOVER.findall(str(trace.get("hovertemplate", "")))
        named = {axis: head.strip() for head, axis in hover}
        found = {key: _array(trace.get(key)) for key in _DRAWN}
        rest = zip(*map(_array, _listed(_unpacked(trace.get("customdata")))), strict=False)
        found |= {f"customdata[{i}]": list(column) for i, column in enumerate(rest)}
        for one in _listed(trace.get("dimensions")):
            if isinstance(one, dict):
                found[text_of(one.get("label"))] = _array(one.get("values"))
        longest = max(map(len, found.values()), default=0)
        found = {key: values for key, values in found.items() if len(values) == longest > 0}
        heads = [named.get(key) or _title(layout, trace, key) or _own_name(key) for key in found]
        columns = list(found.values())
    if not columns or len({len(column) for column in columns}) > 1 or len(heads) != len(columns):
        return None
    look = "table" if shape == "table" else "bars" if shape in _BARS else "points"
    if shape in {"histogram", "box", "violin", "strip"}:
        look = "raw"  # they carry the value of each record
    elif "lines" in str(trace.get("mode", "")) or shape in {"surface", "contour"}:
        look = "line"
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Grid(heads=tuple(heads), rows=rows, look=look)


def _own_name(key: str) -> str:
    """Give what a key of a trace says by itself of its numbers."""
    return "" if key.partition("[")[0] in _UNTITLED else key


def _heat(trace: dict[str, Any], layout: dict[str, Any]) -> Grid | None:
    """Make a cross table of a heat map that says it counts."""
    rows = [_array(row) for row in _listed(_unpacked(trace.get("z")))]
    heads, labels = _array(trace.get("x")), _array(trace.get("y"))
    bars = [trace, trace.get("marker"), layout.get("coloraxis")]
    titles = [
        _title({"zaxis": one.get("colorbar")}, {}, "z") for one in bars if isinstance(one, dict)
    ]
    titles.append(_title({"axis": layout}, {}, ""))
    if not any(map(says_people, titles)) or len(labels) != len(rows):
        return None
    rows = [[label, *row] for label, row in zip(labels, rows, strict=True)]
    if any(len(row) != len(heads) + 1 for row in rows):
        return None
    return Grid(heads=("", *heads), rows=rows, labels=1, grouped=True, crossed=True, look="bars")


def _title(layout: dict[str, Any], trace: dict[str, Any], key: str) -> str:
    axis = layout.get(str(trace.get(f"{key}axis", key)).replace(key, f"{key}axis", 1), {})
    title = axis.get("title", "") if isinstance(axis, dict) else ""
    return text_of(title.get("text", "") if isinstance(title, dict) else title)


def _array(value: object) -> list[str]:
    return ["" if one is None else str(one) for one in _listed(_unpacked(value))]


def _unpacked(value: object) -> object:
    """Read the packed numbers of Plotly 6 and later."""
    if not isinstance(value, dict) or "bdata" not in value:
        return value
    import numpy as np  # noqa: PLC0415 - only figures need it

    try:
        body = base64.b64decode(text_of(value["bdata"]), validate=True)
        flat = np.frombuffer(body, dtype=np.dtype(f"<{str(value.get('dtype'))[:2]}"))
        shape = [int(part) for part in str(value.get("shape", "")).split(",") if part.strip()]
        return (flat.reshape(shape) if shape else flat).tolist()
    except (binascii.Error, ValueError, TypeError):
        raise InputError(
            "numbers of a figure cannot be read: run the cell again or clear its output"
        ) from None
