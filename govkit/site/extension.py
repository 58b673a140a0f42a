"""What Sphinx calls: the directive, the style, and the scripts that figures need, once per site."""

from __future__ import annotations

import base64
import gzip
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit import __version__
from govkit.site.command_pages import CommandLine
from govkit.site.glossary import FirstUse, GlossaryPage
from govkit.site.language import StillEnglish
from govkit.site.plotly_mime import PLOTLY
from govkit.site.policy_pages import PolicyPage
from govkit.site.quiz import quiz_catalog
from govkit.site.quiz_directive import QuizDirective
from govkit.site.search import JapaneseSearch
from govkit.site.training import LearningPath, TrainingHead

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DIRECTIVES = {
    "command-line": CommandLine,
    "glossary-page": GlossaryPage,
    "learning-path": LearningPath,
    "policy-page": PolicyPage,
    "quiz": QuizDirective,
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension: put the scripts on the site, once."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_search_language(JapaneseSearch)
    for transform in (TrainingHead, StillEnglish, FirstUse):
        app.add_transform(transform)
    app.connect("builder-inited", _add_scripts)
    app.connect("build-finished", _write_catalog)
    app.add_css_file("govkit-figures.css")
    app.add_css_file("govkit-training.css")
    for script in ("govkit-page.js", "govkit-quiz.js"):
        app.add_js_file(script, loading_method="defer")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _add_scripts(app: Sphinx) -> None:
    app.config.html_static_path.append(str(files("govkit.site") / "static"))
    if app.builder.format == "html":
        pack_plotly(Path(app.outdir) / "_static" / PLOTLY)


def pack_plotly(path: Path) -> None:
    """Write Plotly's script gzipped, two fifths of its size; ``govkit-figures.js`` unpacks it."""
    script = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    packed = base64.b64encode(gzip.compress(script, mtime=0)).decode("ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'/* plotly.js, MIT License. */\nself.packedPlotly = "{packed}";\n', "utf-8")


def _write_catalog(app: Sphinx, failed: Exception | None) -> None:
    if failed is None and app.builder.format == "html":
        text = json.dumps(quiz_catalog(Path(app.srcdir)), ensure_ascii=False, indent=1)
        (Path(app.outdir) / "_static" / "quizzes.json").write_text(text + "\n", "utf-8")
