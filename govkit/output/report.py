"""One self-contained HTML page from any results: no request leaves the reader's browser."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from govkit import plots
from govkit.files import templates
from govkit.microdata import Check
from govkit.plots import Figure
from govkit.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One chapter of a report: a heading, some words, a result, its charts, and links."""

    title: str
    text: str
    result: Result
    figures: Sequence[Figure] = ()
    links: Mapping[str, str] = field(default_factory=dict)


def html_report(title: str, sections: Sequence[Section], *, made: dt.datetime | None = None) -> str:
    """Write results as one HTML page with its charts.

    Parameters
    ----------
    title
        Heading of the page.
    sections
        The chapters, in order. All text is escaped.
    made
        When the report was made; default now, in UTC.

    Returns
    -------
    str
        The page. Plotly's script is part of it (4.8 MB); nothing is loaded from elsewhere.
    """
    when = made or dt.datetime.now(dt.UTC)
    page = templates("output", page=True)
    page.policies["json.dumps_function"] = lambda figure, **_: figure.to_json()
    return page.get_template("report.html.jinja").render(
        title=title, sections=sections, made=f"{when:%Y-%m-%d %H:%M} UTC",
        plotly=plots.script() if any(section.figures for section in sections) else "",
    )  # fmt: skip


def check_figures(answer: Check) -> list[Figure]:
    """Give the charts that belong to a check: sizes, k-curve, columns, each sensitive column."""
    figures = [answer.plot(), answer.plot_k_curve(), answer.plot_singling_out()]
    return figures + [part.plot() for part in answer.sensitive.values()]
