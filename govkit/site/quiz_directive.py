"""The ``quiz`` directive: questions, with the answers folded away, that a script makes answerable.

Without the script a reader sees the questions and can unfold what is right and why.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from govkit.errors import GovkitError
from govkit.site.quiz import Question, Quiz, read_quiz
from govkit.site.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx.application import Sphinx


class QuizDirective(SphinxDirective):
    """``quiz``: the quiz of a training module, from its text; see :func:`read_quiz`."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "version": directives.unchanged,
        "pass": directives.unchanged,
        "policy": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Give the questions, and the key for the script."""
        folder = Path(self.env.doc2path(self.env.docname)).parent
        try:
            quiz = read_quiz(self.arguments[0], self.options, list(self.content), folder)
        except GovkitError as wrong:
            raise self.error(str(wrong)) from None
        if "policy" in self.options:
            self.env.note_dependency(str(folder / self.options["policy"]))
        said = words(self.config.language)
        text = said["pass_mark"].replace("{pass}", str(quiz.least))
        whole = nodes.container("", key_script(quiz, said), _plain(text), classes=["gk-quiz"])
        whole += [self.question(one, said) for one in quiz.questions]
        return [whole]

    def question(self, question: Question, said: dict[str, Any]) -> nodes.container:
        """Give one question: what is asked, the choices, and in a fold what is right and why."""
        inside, _ = self.parse_inline(question.prompt)
        prompt = nodes.paragraph(question.prompt, "", *inside, classes=["gk-prompt"])
        self.set_source_info(prompt)
        body = nodes.Element()
        self.state.nested_parse(
            StringList(list(question.lines)), self.content_offset + question.start, body
        )
        lists = [one for one in body.children if isinstance(one, nodes.Sequential)]
        whole = nodes.container("", prompt, classes=["gk-question"])
        fold: list[nodes.Node] = [child for child in body.children if child not in lists]
        fold = [part for one in fold for part in _unquoted(one)]
        if question.kind == "number":
            shown = said["answer"].replace("{answer}", str(question.answer))
            fold.insert(0, _plain(shown))
        else:
            items = [item for one in lists for item in one.children]
            whole += _listed([_choice(items[i]) for i in question.shown()])
            if question.kind == "order":
                fold[:0] = [_plain(said["right_order"]), _listed(items, "arabic")]
            else:
                fold = [_listed([*map(_reason, items, _marks(question, said))]), *fold]
        opening = f"<details><summary>{html.escape(said['answer_shown'])}</summary>"
        whole += [_raw(opening), *fold, _raw("</details>")]
        return whole


def _marks(question: Question, said: dict[str, Any]) -> list[str]:
    return [
        said["script"]["right" if i in question.right else "wrong"] for i in range(question.choices)
    ]


def _choice(item: nodes.Element) -> nodes.Element:
    kept = [one.deepcopy() for one in item.children if not isinstance(one, nodes.block_quote)]
    return nodes.list_item("", *kept)


def _reason(item: nodes.Element, mark: str) -> nodes.Element:
    quotes = [one for one in item.children if isinstance(one, nodes.block_quote)]
    return nodes.list_item("", _plain(mark), *(part for one in quotes for part in _unquoted(one)))


def _unquoted(node: nodes.Node) -> Sequence[nodes.Node]:
    return node.children if isinstance(node, nodes.block_quote) else [node]


def _listed(items: list[nodes.Element], form: str = "upperalpha") -> nodes.Element:
    return nodes.enumerated_list("", *items, enumtype=form, prefix="", suffix=".")


def _plain(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text, translatable=False)


def _raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def key_script(quiz: Quiz, said: dict[str, Any]) -> nodes.raw:
    """Write the key, and the words that the script says, as data within the page."""
    key = {"module": quiz.module, **quiz.key(), "words": said["script"]}
    for one, question in zip(key["questions"], quiz.questions, strict=True):
        one["shown"] = list(question.shown())
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return _raw(f'<script type="application/json" class="gk-key">{text}</script>')


def add_quiz_script(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the script on the pages that have something for it."""
    if doctree is not None and "gk-key" in context.get("body", ""):
        app.add_js_file("govkit-quiz.js", loading_method="defer")
