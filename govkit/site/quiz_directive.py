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
from govkit.site.quiz import Question, read_quiz
from govkit.site.words import words

if TYPE_CHECKING:
    from collections.abc import Callable


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
        asked = [{**one.key, "shown": one.shown()} for one in quiz.questions]
        key = {"module": quiz.module, **quiz.key(), "questions": asked, "words": said["script"]}
        mark = _plain(said["pass_mark"].replace("{pass}", str(quiz.least)))
        questions = [self.question(one, said) for one in quiz.questions]
        return [nodes.container("", data_script(key), mark, *questions, classes=["gk-quiz"])]

    def question(self, question: Question, said: dict[str, Any]) -> nodes.container:
        """Give one question: what is asked, the choices, and in a fold what is right and why."""
        inside, _ = self.parse_inline(question.prompt)
        prompt = nodes.paragraph(question.prompt, "", *inside, classes=["gk-prompt"])
        self.set_source_info(prompt)
        body = nodes.Element()
        lines = StringList(question.lines)
        self.state.nested_parse(lines, self.content_offset + question.start, body)
        lists = [one for one in body.children if isinstance(one, nodes.Sequential)]
        items = [item for one in lists for item in one.children]
        fold = [part for one in body.children if one not in lists for part in _unquoted(one)]
        shown: list[nodes.Node] = []
        if question.kind == "number":
            fold.insert(0, _plain(said["answer"].replace("{answer}", str(question.key["answer"]))))
        else:
            shown = [_listed([_choice(items[i]) for i in question.shown()])]
            if question.kind == "order":
                fold[:0] = [_plain(said["right_order"]), _listed(items, "arabic")]
            else:
                right = [i in question.key["right"] for i in range(len(items))]
                marks = [said["script"]["right" if one else "wrong"] for one in right]
                fold.insert(0, _listed([*map(_reason, items, marks)]))
        opening = f"<details><summary>{html.escape(said['answer_shown'])}</summary>"
        parts = [prompt, *shown, _raw(opening), *fold, _raw("</details>")]
        return nodes.container("", *parts, classes=["gk-question"])


def _choice(item: nodes.Element) -> nodes.Element:
    kept = [one.deepcopy() for one in item.children if not isinstance(one, nodes.block_quote)]
    return nodes.list_item("", *kept)


def _reason(item: nodes.Element, mark: str) -> nodes.Element:
    quotes = [one for one in item.children if isinstance(one, nodes.block_quote)]
    return nodes.list_item("", _plain(mark), *(part for one in quotes for part in one.children))


def _unquoted(node: nodes.Node) -> list[nodes.Node]:
    return list(node.children) if isinstance(node, nodes.block_quote) else [node]


def _listed(items: list[nodes.Element], form: str = "upperalpha") -> nodes.Element:
    return nodes.enumerated_list("", *items, enumtype=form, prefix="", suffix=".")


def _plain(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text, translatable=False)


def _raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def data_script(data: dict[str, Any], name: str = "gk-key") -> nodes.raw:
    """Write what the script needs to know as data within the page."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return _raw(f'<script type="application/json" class="{name}">{text}</script>')
