"""The figures of a run as Markdown tables, charts, and the page in the documentation."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    Measure = dict[str, Any]
    Figures = dict[str, Any]

START, END = "<!-- figures: start -->", "<!-- figures: end -->"
BLUE, VERMILION, ORANGE, GREEN, GRAY = "#0072B2", "#D55E00", "#E69F00", "#009E73", "#767676"
NAMES = {
    "govkit": "govkit: k and eight models",
    "govkit-command": "the command `govkit check --json`",
    "govkit-pandas": "govkit, a pandas frame",
    "govkit-polars": "govkit, a Polars frame",
    "govkit-spark": "govkit, a PySpark frame (local mode)",
    "duckdb-numbers": "DuckDB GROUP BY, three numbers fetched",
    "duckdb-table": "DuckDB GROUP BY, the groups fetched as Arrow",
    "polars": "Polars group_by",
    "pandas": "pandas groupby",
    "pycanon-k": "pyCANON k",
    "pycanon-alpha": "pyCANON (α, k)",
    "pycanon-l": "pyCANON distinct l",
    "pycanon-entropy-l": "pyCANON entropy l",
    "pycanon-recursive": "pyCANON recursive (c, l)",
    "pycanon-t": "pyCANON t",
    "pycanon-beta": "pyCANON basic β",
    "pycanon-enhanced-beta": "pyCANON enhanced β",
    "pycanon-delta": "pyCANON δ",
}
READERS = ["govkit", "govkit-command", "duckdb-numbers", "duckdb-table", "polars", "pandas"]
MODELS = [name for name in NAMES if name.startswith("pycanon")]
COLORS = {
    "govkit-command": BLUE, "duckdb-table": VERMILION, "polars": GREEN, "pandas": ORANGE,
}  # fmt: skip
LABELS = {
    "govkit-command": "govkit, all models", "duckdb-table": "DuckDB, groups only",
    "polars": "Polars, groups only", "pandas": "pandas, groups only",
}  # fmt: skip
DASHES = {"govkit-command": "", "duckdb-table": "8 4", "polars": "2 3", "pandas": "8 3 2 3"}
SCALE = """![CPU seconds and memory by number of records](../_static/benchmarks-scale.svg)

In each cell: CPU seconds of the call / CPU seconds of the whole process with its start / peak
memory of the process. govkit's figures are for all models; the others only count the groups."""
PEER = """![CPU seconds of each model at 300,000 records](../_static/benchmarks-pycanon.svg)

CPU seconds of each call. pyCANON is given a frame in memory and govkit a Parquet file, so only
govkit's time includes reading. What took pyCANON more than 5 seconds was run once. Some people in
these data are alone in their group, so that k and every l are 1 and (c, l) has no c: there the
answers agree easily. Where pyCANON's (c, l) and entropy l differ from their definitions is a matter
of the tests, not of this page."""
BARS = (
    "All models together at 300,000 records in less than 1/500 of pyCANON's CPU time",
    "A Parquet check at 3,000,000 records within 1.5 times the bare DuckDB GROUP BY",
    "30,000,000 records from Parquet in less than 2 GiB of memory",
)


def find(figures: Figures, contestant: str, records: int, **where: object) -> Measure | None:
    """Give one measurement on the plain table, or ``None`` where it was not made or failed."""
    wanted = {"table": "people", "contestant": contestant, "records": records} | where
    for one in figures["measures"]:
        if "failed" not in one and all(one[key] == value for key, value in wanted.items()):
            return one
    return None


def tables(figures: Figures) -> str:
    """Write all tables that the figures allow."""
    parts = (bars, readers, pycanon, inputs, hard)
    return "\n\n".join(filter(None, (part(figures) for part in parts)))


def bars(figures: Figures) -> str:
    """Say whether the three bars are reached, in ratios."""
    rows = [
        [name, found, "reached" if good else "missed"]
        for name, (found, good) in zip(
            BARS, (_against_pycanon(figures), _against_duckdb(figures), _memory(figures)),
            strict=True,
        )
        if found
    ]  # fmt: skip
    return _table(["bar", "measured", "verdict"], rows)


def _against_pycanon(figures: Figures) -> tuple[str, bool]:
    ours, whole = (find(figures, name, 300_000) for name in ("govkit", "govkit-command"))
    theirs = [find(figures, name, 300_000) for name in MODELS]
    if not ours or not whole or not all(theirs):
        return "", False
    spent = sum(one["cpu_call"] for one in theirs if one)
    ratio, with_start = spent / ours["cpu_call"], spent / whole["cpu_process"]
    text = f"1/{ratio:,.0f} for the call ({_seconds(ours['cpu_call'])} to {spent:,.0f} s), "
    return text + f"1/{with_start:,.0f} for the whole command with its start", ratio > 500  # noqa: PLR2004 - the bar


def _against_duckdb(figures: Figures) -> tuple[str, bool]:
    names = ("govkit", "govkit-command", "duckdb-numbers", "duckdb-table")
    ours, whole, numbers, table = (find(figures, name, 3_000_000) for name in names)
    if not ours or not whole or not numbers or not table:
        return "", False
    least, fetched = (ours["cpu_call"] / one["cpu_call"] for one in (numbers, table))
    started = whole["cpu_process"] / numbers["cpu_process"]
    text = (
        f"{least:.2f} times with three numbers fetched from DuckDB, {fetched:.2f} times with its "
    )
    text += f"groups fetched; {started:.2f} times from the start of the process to its end"
    return text, max(least, started) < 1.5  # noqa: PLR2004 - the bar


def _memory(figures: Figures) -> tuple[str, bool]:
    whole = find(figures, "govkit-command", 30_000_000)
    if not whole:
        return "", False
    gib = whole["peak_mb"] / 1024
    return f"{gib:.2f} GiB at the peak of the whole command", gib < 2  # noqa: PLR2004 - the bar


def readers(figures: Figures) -> str:
    """Compare the contestants that read the Parquet file, at every size."""
    sizes = sorted({one["records"] for one in figures["measures"] if one["table"] == "people"})
    rows = []
    for name in READERS:
        found = [find(figures, name, size) for size in sizes]
        rows.append([NAMES[name], *(_cell(one) for one in found)])
    return _table(["program", *(f"{size:,}" for size in sizes)], rows)


def _cell(one: Measure | None) -> str:
    if one is None:
        return "not measured"
    call = f"{_seconds(one['cpu_call'])} / " if "cpu_call" in one else ""
    return f"{call}{_seconds(one['cpu_process'])} / {one['peak_mb']:,.0f} MB"


def pycanon(figures: Figures) -> str:
    """Compare each model of pyCANON with all of govkit's."""
    rows = []
    for name in MODELS:
        found = [find(figures, name, size) for size in (30_000, 300_000)]
        if any(found):
            rows.append([NAMES[name], *(_seconds(one["cpu_call"]) if one else "not measured"
                                        for one in found), _same(figures, name)])  # fmt: skip
    ours = [find(figures, "govkit", size) for size in (30_000, 300_000)]
    if rows and all(ours):
        times = [_seconds(one["cpu_call"]) for one in ours if one]
        rows.append(["**govkit, all of these together**", *times, ""])
    return _table(["model", "30,000", "300,000", "same answer as govkit"], rows)


def _same(figures: Figures, name: str) -> str:
    for size in (300_000, 30_000):
        theirs, ours = find(figures, name, size), find(figures, "govkit", size)
        if theirs and ours:
            one, other = theirs["answer"][name], ours["answer"][name]
            if None in {one, other}:
                return "yes" if one == other else "no"
            return "yes" if abs(one - other) <= 1e-9 * max(abs(one), 1) else "no"
    return ""


def inputs(figures: Figures) -> str:
    """Show other ways in."""
    found = [
        one for one in figures["measures"]
        if one["contestant"] in {"govkit-pandas", "govkit-polars", "govkit-spark"}
    ]  # fmt: skip
    rows = [
        [NAMES[one["contestant"]], f"{one['records']:,}", _seconds(one["cpu_call"]),
         _seconds(one["wall_call"]), f"{one['peak_mb']:,.0f} MB"]
        for one in found if "failed" not in one
    ]  # fmt: skip
    if not rows:
        return ""
    spark = "Spark counts in a Java process: its CPU time and memory are not in these figures."
    return _table(["data", "records", "CPU of the call", "wall", "peak"], rows) + f"\n\n{spark}"


def hard(figures: Figures) -> str:
    """Show the tables that are hard to count, beside DuckDB."""
    rows = []
    for ours in figures["measures"]:
        if ours["contestant"] != "govkit" or ours["table"] == "people":
            continue
        place = {key: ours[key] for key in ("table", "quasi", "sensitive")}
        theirs = find(figures, "duckdb-numbers", ours["records"], **place)
        if theirs:
            ratio = ours["cpu_call"] / theirs["cpu_call"]
            rows.append([_described(ours), f"{ours['answer']['combinations']:,}", _cell(ours),
                         _cell(theirs), f"{ratio:.1f}"])  # fmt: skip
    return _table(["3,000,000 records", "combinations", "govkit", "DuckDB", "ratio"], rows)


def _described(one: Measure) -> str:
    if one["table"] == "people-csv":
        return "the same records as CSV"
    if one["table"] == "people-small-row-groups":
        return "row groups of 1,000 records"
    if one["sensitive"] == "income":
        return "an income in cents as the sensitive column"
    extra = [name for name in one["quasi"] if name in {"postcode", "person", "remark"}]
    return {
        "postcode": "12 columns", "person": "an identifier among the quasi-identifiers",
        "remark": "a text of 290 characters among the quasi-identifiers",
    }[extra[0]]  # fmt: skip


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds:.3f} s"
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:,.0f} s"  # noqa: PLR2004 - three digits


def write(figures: Figures, docs: Path) -> None:
    """Write the charts, and the page between its markers."""
    static = docs / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / "benchmarks-pycanon.svg").write_text(pycanon_chart(figures), encoding="utf-8")
    (static / "benchmarks-scale.svg").write_text(scale_chart(figures), encoding="utf-8")
    page = docs / "explanation" / "benchmarks.md"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{START}\n\n{chapter(figures)}\n\n{END}{after}", encoding="utf-8")


def chapter(figures: Figures) -> str:
    """Write the generated part of the page."""
    versions = ", ".join(f"{name} {number}" for name, number in figures["versions"].items())
    parts = [
        f"Measured on {figures['date']}; {figures['machine']}. {versions}.",
        "## The bars", bars(figures),
        "## From a Parquet file", SCALE, readers(figures),
        "## Beside pyCANON", PEER, pycanon(figures), _large_pycanon(figures),
        "## Other ways in", inputs(figures),
        "## Tables that are hard to count", hard(figures),
    ]  # fmt: skip
    return "\n\n".join(filter(None, parts))


def _large_pycanon(figures: Figures) -> str:
    one = find(figures, "pycanon-k", 3_000_000)
    failed = [m for m in figures["measures"] if "failed" in m]
    text = [
        f"{NAMES[m['contestant']]} at {m['records']:,} records gave no answer ({m['failed']})."
        for m in failed
    ]
    if one:
        text.append(
            f"At 3,000,000 records only pyCANON's k was measured ({_seconds(one['cpu_call'])}); "
            "its other models were not, and nothing is said about them."
        )
    return " ".join(text)


def pycanon_chart(figures: Figures) -> str:
    """Draw one bar per model of pyCANON, and one for all of govkit's."""
    found = [(name, find(figures, name, 300_000)) for name in [*MODELS, "govkit"]]
    rows = [(name, one["cpu_call"]) for name, one in found if one]
    x = _log(0.01, 1000, 210, 660)
    parts, y = [], 44
    for name, value in rows:
        color = BLUE if name == "govkit" else GRAY
        label = "govkit, all together" if name == "govkit" else NAMES[name]
        width = x(value) - x(0.01)
        parts += [
            _text(200, y + 14, label, "end"),
            f'<rect x="{x(0.01)}" y="{y}" width="{width:.1f}" height="18" fill="{color}"/>',
            _text(x(value) + 6, y + 14, _seconds(value)),
        ]
        y += 26
    title = "CPU seconds at 300,000 records, logarithmic scale: every model alone, and all together"
    return _svg(title, 740, y + 40, [*_ticks(x, [0.01, 0.1, 1, 10, 100, 1000], 36, y), *parts])


def scale_chart(figures: Figures) -> str:
    """Draw CPU seconds and peak memory against records."""
    parts = _panel(figures, 70, "cpu_process", "CPU seconds of the process", (0.1, 200))
    parts += _panel(figures, 450, "peak_mb", "Peak memory, MB", (50, 20_000))
    for place, (name, color) in enumerate(COLORS.items()):
        left = 70 + 180 * place
        label = LABELS[name]
        look = f'stroke="{color}" stroke-width="3" stroke-dasharray="{DASHES[name]}"'
        ends = f'x1="{left}" y1="375" x2="{left + 30}" y2="375"'
        parts += [f"<line {ends} {look}/>", _text(left + 36, 379, label)]
    title = "From 30,000 to 30,000,000 records of a Parquet file, logarithmic scales"
    return _svg(title, 790, 395, parts)


def _panel(
    figures: Figures, left: int, key: str, title: str, ends: tuple[float, float]
) -> list[str]:
    x, y = _log(20_000, 45_000_000, left, left + 310), _log(*ends, 320, 70)
    parts = [_text(left, 56, title, weight="bold")]
    for value in [10.0**power for power in range(-1, 5) if ends[0] <= 10.0**power <= ends[1]]:
        parts += [_line(left, y(value), left + 310, y(value)),
                  _text(left - 6, y(value) + 4, f"{value:,g}", "end")]  # fmt: skip
    sizes = [30_000, 300_000, 3_000_000, 30_000_000]
    parts += [_text(x(size), 340, f"{size:,}", "middle") for size in sizes]
    for name, color in COLORS.items():
        found = [(size, find(figures, name, size)) for size in sizes]
        points = [(x(size), y(one[key])) for size, one in found if one]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        look = f'stroke="{color}" stroke-width="2.5" stroke-dasharray="{DASHES[name]}"'
        parts.append(f'<polyline points="{path}" fill="none" {look}/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{color}"/>' for a, b in points]
    return parts


def _log(low: float, high: float, start: float, stop: float) -> Callable[[float], float]:
    from math import log10

    step = (stop - start) / (log10(high) - log10(low))
    return lambda value: start + (log10(max(value, low)) - log10(low)) * step


def _ticks(x: Callable[[float], float], values: Iterable[float], top: int, foot: int) -> list[str]:
    return [
        part for value in values
        for part in (_line(x(value), top, x(value), foot),
                     _text(x(value), foot + 18, f"{value:g}", "middle"))
    ]  # fmt: skip


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="#dddddd"/>'


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "normal") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {place}>{escape(text)}</text>"


def _svg(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#222222">'
    )
    sheet = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    named = f"<title>{escape(title)}</title>"
    return "\n".join([head, named, sheet, _text(16, 24, title, weight="bold"), *parts, "</svg>\n"])
