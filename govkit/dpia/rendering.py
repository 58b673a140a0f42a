"""One source in every form that people ask for; nothing is lost between them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.dpia.wording import environment, stated, words
from govkit.errors import InputError, shown
from govkit.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from govkit.dpia.impact import Impact

#: What an assessment can be written as; the last three by the ending of the file, Markdown or HTML.
DPIA_FORMATS = ("cnil", "dpv", "json", "markdown", "html", "ico", "ppc")


def render(
    impact: Impact, format: str, *,  # noqa: A002 - as on the command line
    html: bool = False, links: Mapping[str, str] | None = None,
) -> Any:  # noqa: ANN401 - text or JSON # fmt: skip
    """Give an assessment in one of the formats: text, or (``cnil``, ``dpv``, ``json``) plain JSON.

    Parameters
    ----------
    impact
        The assessment.
    format
        ``html`` (a page that loads nothing, and prints on A4) or ``markdown``; ``ico`` (in the
        seven steps of the British authority), ``ppc`` (in Japanese, in the order of the Japanese
        authority and ISO/IEC 29134); ``cnil`` (what CNIL's PIA software imports), ``dpv`` (JSON-LD
        of the Data Privacy Vocabulary), ``json``.
    html
        ``ico`` and ``ppc`` as a page.
    links
        What a page points to at its beginning: addresses by their text.

    Raises
    ------
    InputError
        There is no such format.
    """
    if format not in DPIA_FORMATS:
        raise InputError(
            f"There is no format {shown(format)}: known are {', '.join(DPIA_FORMATS)}."
        )
    if format == "json":
        return _plain(impact)
    if format in {"cnil", "dpv"}:
        return stated(format, i=impact)
    language = "ja" if format == "ppc" else "en"
    order, page = format if format in words()["orders"] else "house", html or format == "html"
    return _page(impact, order, language, html=page, links=links or {})


def export_dpia(
    impact: Impact, output: str | PathLike[str], *, format: str,  # noqa: A002 - as there
    links: Mapping[str, str] | None = None,
) -> Path:  # fmt: skip
    """Write an assessment to a file; see :func:`render`. An ending ``.html`` asks for a page."""
    made = render(impact, format, html=Path(output).suffix in {".html", ".htm"}, links=links)
    text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    return write_whole(output, text)


def document(impact: Impact, language: str = "en", order: str = "house") -> dict[str, Any]:
    """Give headings, rows and tables of an assessment: what pages are made of."""
    return dict(stated("document", i=impact, language=language, order=order))


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A section of an assessment as a notebook shows it."""

    title: str
    html: str = dataclasses.field(repr=False)

    def _repr_html_(self) -> str:
        look = ".govkit-dpia :is(dd, td) { white-space: pre-line } "
        look += ".govkit-dpia .short { white-space: pre } .govkit-dpia table { margin-bottom: 1em }"
        return f"<div class='govkit-dpia'><style>{look}</style>{self.html}</div>"


def section(impact: Impact, number: int, language: str = "en") -> Shown:
    """Give one section of an assessment, 0 to 9, for a notebook.

    Raises
    ------
    InputError
        There is no such section.
    """
    if number not in words()["sections"]:
        raise InputError(f"There is no section {number}: they are 0 to 9.")
    made = document(impact, language)["sections"][str(number)]
    page = environment(page=True).get_template("section.html.jinja").render(section=made)
    return Shown(made["title"], page)


def _page(
    impact: Impact, order: str, language: str, *, html: bool, links: Mapping[str, str]
) -> str:
    from govkit import plots  # noqa: PLC0415 - charts load when they are drawn
    from govkit.dpia import figures  # noqa: PLC0415

    made, drawn = document(impact, language, order), figures.all_of(impact, language)
    parts = [
        {
            "title": part.get(language),
            "sections": [made["sections"][str(n)] for n in part["sections"]],
        }
        for part in words()["orders"][order]
    ]
    template = environment(page=html).get_template(f"report.{'html' if html else 'md'}.jinja")
    return template.render(
        doc=made, parts=parts, language=language, say=words()["say"], links=links,
        alts={name: one.layout.meta["alt"] for name, one in drawn.items()},
        figures={name: json.loads(one.to_json()) for name, one in drawn.items()} if html else {},
        plotly=plots.script() if html else "",
    )  # fmt: skip


def _plain(impact: Impact) -> dict[str, Any]:
    return {
        "schema": "govkit-dpia/1",
        "source": impact.dpia.model_dump(mode="json"),
        "screening": dataclasses.asdict(impact.screening),
        "measured": [{"scenario": one.scenario.key, **one.to_dict()} for one in impact.measured],
        "risks": [dataclasses.asdict(one) | {"high": one.high} for one in impact.risks],
        "findings": [dataclasses.asdict(one) for one in impact.findings],
        "unused_columns": list(impact.unused), "past_retention": impact.old,
        "digests": impact.digests, "today": impact.today.isoformat(),
    }  # fmt: skip
