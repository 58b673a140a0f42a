"""What Sphinx calls: the directive, the style, and the scripts that figures need, once per site."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from govkit import __version__
from govkit.site.command_pages import CommandLine
from govkit.site.policy_pages import PolicyPage

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension: put the scripts on the site, once."""
    app.add_directive("command-line", CommandLine)
    app.add_directive("policy-page", PolicyPage)
    app.connect("builder-inited", _add_scripts)
    app.add_css_file("govkit-figures.css")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _add_scripts(app: Sphinx) -> None:
    plotly = files("plotly") / "package_data" / "plotly.min.js"
    app.config.html_static_path += [str(files("govkit.site") / "static"), str(plotly)]
