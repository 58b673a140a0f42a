"""The Sphinx extension: how stored results are drawn on a site that loads nothing from elsewhere.

Add ``"govkit.site"`` to ``extensions`` beside ``"myst_nb"``. The renderers themselves are found by
MyST-NB through the entry points of this package.
"""

from govkit.site.command_pages import CommandLine
from govkit.site.extension import setup
from govkit.site.html_table import HtmlTable
from govkit.site.plotly_mime import PlotlyMime
from govkit.site.policy_pages import PolicyPage

__all__ = ["CommandLine", "HtmlTable", "PlotlyMime", "PolicyPage", "setup"]
