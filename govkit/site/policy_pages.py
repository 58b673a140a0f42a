"""A policy as a page of the site, and the keys of its files, from the code that reads them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import yaml
from sphinx.util.docutils import SphinxDirective

from govkit.policy import entries, load_policy, render_policy

if TYPE_CHECKING:
    from docutils import nodes

__all__ = ["PolicyKeys", "PolicyPage"]


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


class PolicyKeys(SphinxDirective):
    """``policy-keys``: a table of keys for each of the models named."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Say of each key what it is, what it holds and where the law asks for it."""
        lines = []
        for name in self.arguments[0].split():
            model = getattr(entries, name)
            lines += [f"### {name}\n", f"{model.__doc__}\n", "| key | is | holds | GDPR | APPI |"]
            lines += ["|---|---|---|---|---|"] + [_row(*one) for one in model.keys.items()] + [""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _row(key: str, said: dict[str, Any]) -> str:
    kind = yaml.safe_dump(said["is"], default_flow_style=True, width=999).splitlines()[0]
    cells = (f"`{key}`", f"`{kind}`", said["what"], said.get("gdpr", ""), said.get("appi", ""))
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
