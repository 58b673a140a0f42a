"""A policy as a page of a site, written from its file so that it cannot go stale."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from govkit.policy import load_policy, render_policy
from govkit.site.language import WrittenDirective

if TYPE_CHECKING:
    from docutils import nodes


class PolicyPage(WrittenDirective):
    """``policy-page``: the public page of a policy, from its file.

    In the language that is named, ``en`` or ``ja``, or else in that of the site.
    """

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the page as Markdown and hand it to the parser of the page it stands on."""
        file, language = [*self.arguments, self.config.language][:2]
        path = Path(self.env.relfn2path(file)[1])
        self.env.note_dependency(str(path))
        page = re.sub("^#", "##", render_policy(load_policy(path), language), flags=re.MULTILINE)
        return self.written(page)
