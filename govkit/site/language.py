"""What a translated site says of itself: which pages and passages are still English."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from govkit.site.outputs import translated, with_translation
from govkit.site.words import words


class WrittenDirective(SphinxDirective):
    """A directive whose text is in the language of the site already, and not to be translated."""

    def written(self, text: str) -> list[nodes.Node]:
        """Hand Markdown to the page's own parser, which hangs sections into the page by itself."""
        before = set(map(id, self.state.document.findall(nodes.TextElement)))
        parsed = self.parse_text_to_nodes(text, allow_section_headings=True)
        for root in (self.state.document, *parsed):
            for node in root.findall(nodes.TextElement):
                if id(node) not in before and not isinstance(node, nodes.Inline):
                    node["translatable"] = False
        return parsed


class StillEnglish(SphinxTransform):
    """Mark what nobody has translated, so that it is read aloud as English."""

    default_priority = 21  # right after the translation

    def apply(self, **_: Any) -> None:  # noqa: ANN401 - the signature is docutils'
        """Set the language of pages and passages, and translate what stands in raw HTML."""
        if self.config.language == "en" or self.app.builder.name == "gettext":
            return
        said = words(self.config.language)
        for raw in self.document.findall(nodes.raw):
            text = with_translation(raw.astext(), self.config.language)
            for english, other in said["raw"].items():
                text = text.replace(f">{english}<", f">{other}<")
            raw[:] = [nodes.Text(text)]
        for output in self.document.findall(nodes.container):
            if "cell_output" in output["classes"]:
                self._output(output)
        spoken = [
            one for one in self.document.findall(nodes.Element)
            if "translated" in one and one.tagname != "toctree"  # its caption is translated apart
        ]  # fmt: skip
        for node in spoken:
            node["classes"] += [] if node["translated"] else ["language-en"]
        foreign = 2 * sum(bool(node["translated"]) for node in spoken) <= len(spoken)
        section = next(self.document.findall(nodes.section), None)
        if section is None or not (spoken or section.astext().partition("\n")[0].isascii()):
            return  # written in another language, such as a policy
        stored = Path(self.env.doc2path(self.env.docname)).suffix == ".ipynb"
        if stored or foreign:
            section["classes"] += [] if spoken else ["language-en"]
            note = said["only_english" if foreign else "stored"]
            classes = ["gk-english", f"language-{self.config.language}"]
            section.insert(1, nodes.paragraph("", note, classes=classes))

    def _output(self, output: nodes.container) -> None:
        """Mark an output as English, and say below what a printed sentence says."""
        language = self.config.language
        output["classes"].append("language-en")
        for printed in list(output.findall(nodes.literal_block)):
            said = translated(" ".join(printed.astext().split()).strip("'\""), language)
            if said:
                classes = ["gk-said", f"language-{language}"]
                at = printed.parent.index(printed) + 1
                printed.parent.insert(at, nodes.paragraph("", said, classes=classes))
