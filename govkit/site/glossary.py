"""A glossary in two languages from one file, and each term linked where a page first uses it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from govkit.site.language import WrittenDirective
from govkit.site.training import law_in
from govkit.site.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_OTHER = {"en": "ja", "ja": "en"}
_CLOSED = (
    nodes.title, nodes.reference, nodes.literal, nodes.literal_block, nodes.raw, nodes.term,
    nodes.field_name, nodes.rubric, addnodes.pending_xref, addnodes.desc_signature,
)  # fmt: skip
_CLOSED_CLASSES = {
    "gk-quiz", "gk-promise", "gk-english", "gk-said", "sd-card", "sd-tab-label", "sd-summary-title",
}  # fmt: skip


def terms_of(app: Sphinx, env: BuildEnvironment) -> tuple[str, list[dict[str, Any]]]:
    """Give the language of the glossary and its terms, in the order of that language."""
    language = app.config.language if app.config.language in _OTHER else "en"
    path = Path(env.srcdir) / "glossary.yaml"
    known = yaml.safe_load(path.read_text("utf-8")) if path.exists() else []
    order = {"en": "term", "ja": "kana"}[language]
    return language, sorted(known, key=lambda one: str(one[language][order]).lower())


class GlossaryPage(WrittenDirective):
    """``glossary-page``: every term of ``glossary.yaml``, with its name in the other language."""

    def run(self) -> list[nodes.Node]:
        """Write a glossary as Markdown and hand it to the page's own parser."""
        self.env.note_dependency(str(Path(self.env.srcdir) / "glossary.yaml"))
        language, terms = terms_of(self.env.app, self.env)
        said = words(language)
        lines = ["```{glossary}"]
        for one in terms:
            other = said["glossary_other"].replace("{term}", one[_OTHER[language]]["term"])
            law = said["cited"].replace("{law}", law_in(one["law"], said)) if "law" in one else ""
            about = [one[language]["about"], f"{other}{law}"]
            lines += [one[language]["term"], *(f"  {text}\n" for text in about)]
        return self.written("\n".join([*lines, "```"]))


class FirstUse(SphinxTransform):
    """Link each term of the glossary where a page first uses it."""

    default_priority = 30  # after the translation

    def apply(self, **_: Any) -> None:  # noqa: ANN401 - the signature is docutils'
        """Replace the first use of each term by a link."""
        language, terms = terms_of(self.app, self.env)
        if not terms or self.env.docname == "glossary" or self.app.builder.name == "gettext":
            return
        named = {
            spelling.lower(): one[language]["term"]
            for one in terms
            for spelling in (one[language]["term"], *one[language].get("also", ()))
        }
        spellings = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
        plain = rf"(?<![\w-])({spellings})(?:s|es)?(?![\w-])"
        pattern = re.compile(spellings.join("()") if language == "ja" else plain, re.IGNORECASE)
        used: set[str] = set()
        for text in list(self.document.findall(nodes.Text)):
            if not _closed(text):
                parts = list(self._linked(text.astext(), pattern, named, used))
                if len(parts) > 1:
                    text.parent.replace(text, parts)

    def _linked(
        self, text: str, pattern: re.Pattern[str], named: dict[str, str], used: set[str]
    ) -> Iterator[nodes.Node]:
        done = 0
        for found in pattern.finditer(text):
            term = named[found[1].lower()]
            if term in used:
                continue
            used.add(term)
            yield nodes.Text(text[done : found.start()])
            shown = nodes.inline("", found[0], classes=["gk-term"])
            yield addnodes.pending_xref(
                "", shown, refdomain="std", reftype="term", reftarget=term, refexplicit=True,
                refwarn=True, refdoc=self.env.docname,
            )  # fmt: skip
            done = found.end()
        yield nodes.Text(text[done:])


def _closed(node: nodes.Node) -> bool:
    while node := node.parent:
        if isinstance(node, _CLOSED) or _CLOSED_CLASSES & set(node.get("classes", ())):
            return True
    return False
