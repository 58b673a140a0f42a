"""A policy as a page of a site, written from its file so that it cannot go stale."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from govkit.policy import load_policy, render_policy

if TYPE_CHECKING:
    from docutils import nodes


class PolicyPage(SphinxDirective):
    """``policy-page``: the public page of a policy, from its file, in ``en`` or ``ja``."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Write the page as Markdown and hand it to the parser of the page it stands on."""
        file, language = self.arguments
        path = Path(self.env.relfn2path(file)[1])
        self.env.note_dependency(str(path))
        page = re.sub("^#", "##", render_policy(load_policy(path), language), flags=re.MULTILINE)
        return self.parse_text_to_nodes(page, allow_section_headings=True)
