"""Quizzes as text in a page, and the key by which an answer is marked, anywhere.

The key holds what is right and nothing that is said, so that it is the same in every language.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from govkit.errors import InputError
from govkit.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_LEAST_CHOICES = {"single": 2, "multiple": 1, "order": 2, "number": 0}
_MARKDOWN = MarkdownIt().use(colon_fence_plugin).use(front_matter_plugin)
_OPTION = re.compile(r":([\w-]+):\s*(.*)")
_CHOICE = re.compile(r"- \[([ xX])\] ")
_STEP = re.compile(r"\d+[.)] ")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")
_PERCENT = 100


class Block(NamedTuple):
    """A directive in a text: its argument, its options, and its lines with where they begin."""

    argument: str
    options: dict[str, str]
    lines: list[str]
    start: int


class Question(NamedTuple):
    """One question: what is asked, its lines and where they begin, and what is right."""

    prompt: str
    lines: list[str]
    start: int
    key: dict[str, Any]

    @property
    def kind(self) -> str:
        """How it is answered: ``single``, ``multiple``, ``order`` or ``number``."""
        return str(self.key["kind"])

    def shown(self) -> list[int]:
        """Give the order in which choices stand on the page: steps shuffled, always alike."""
        places = list(range(self.key.get("choices", 0)))
        if self.kind == "order":
            places.sort(key=lambda i: hashlib.sha256(f"{self.prompt} {i}".encode()).digest())
            if places == sorted(places):
                places.append(places.pop(0))
        return places


class Quiz(NamedTuple):
    """The quiz of a module: its version, its pass mark in per cent, its questions."""

    module: str
    version: int | str
    least: int
    policy: str | None
    questions: list[Question]

    @property
    def digest(self) -> str:
        """SHA-256 of the key: kinds, right answers, module, pass mark, the policy asked about."""
        known: dict[str, Any] = {"module": self.module, "pass": self.least}
        known["questions"] = [one.key for one in self.questions]
        known |= {"policy": self.policy} if self.policy else {}
        text = json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def key(self) -> dict[str, Any]:
        """Give the entry of the catalog that answers are marked by."""
        questions = [one.key for one in self.questions]
        known = {"version": self.version, "digest": self.digest, "pass": self.least}
        return {**known, "questions": questions}


def blocks(lines: Sequence[str], name: str) -> Iterator[Block]:
    """Give every ``:::{name}`` of a text, or in backticks; what a fence of code shows is none.

    Examples
    --------
    >>> [one.argument for one in blocks([":::{q} Why?", "text", ":::"], "q")]
    ['Why?']
    """
    for token in _MARKDOWN.parse("\n".join(lines)):
        opening = re.fullmatch(rf"\{{{name}\}}\s*(.*)", token.info)
        if opening and token.map:
            inside = token.content.splitlines()
            found = list(takewhile(bool, (_OPTION.fullmatch(line.rstrip()) for line in inside)))
            options = {option[1]: option[2] for option in found if option}
            start = token.map[0] + 1 + len(found)
            yield Block(opening[1].strip(), options, inside[len(found) :], start)


def read_quiz(module: str, options: Mapping[str, str], lines: Sequence[str], folder: Path) -> Quiz:
    """Read one quiz from its lines; a policy that it asks about is looked for from ``folder``.

    Raises
    ------
    InputError
        When something is missing or cannot be marked.
    """
    written, policy = options.get("version", "1"), None
    version: int | str = int(written) if written.isdecimal() else written
    if "policy" in options:
        path = folder / options["policy"]
        version = load_policy(path).version
        policy = hashlib.sha256(path.read_text("utf-8").encode()).hexdigest()
    least = options.get("pass", "80")
    if not (least.isdecimal() and 0 < int(least) <= _PERCENT):
        raise InputError(f"Quiz '{module}': write the pass mark as 1 to 100, such as ':pass: 80'.")
    if not re.fullmatch(r"[a-z0-9-]+", module):
        raise InputError(f"Name the quiz in small letters and hyphens, not '{module}'.")
    asked = enumerate(blocks(lines, "question"), 1)
    found = [_question(one, f"Question {number} of quiz '{module}'") for number, one in asked]
    if not found:
        raise InputError(f"Quiz '{module}' has no question: write a ':::{{question}}' block.")
    return Quiz(module, version, int(least), policy, found)


def _question(block: Block, where: str) -> Question:
    kind = block.options.get("kind", "single")
    if kind not in _LEAST_CHOICES:
        raise InputError(f"{where}: the kind is one of {', '.join(_LEAST_CHOICES)}.")
    if not block.argument:
        raise InputError(f"{where}: write what is asked after ':::{{question}}'.")
    key: dict[str, Any] = {"kind": kind}
    if kind == "number":
        key |= {name: _number(block, name, where) for name in ("answer", "tolerance")}
    else:
        pattern, sign = (_STEP, "1. ") if kind == "order" else (_CHOICE, "- [ ] ")
        marks = [found for line in block.lines if (found := pattern.match(line))]
        right = [i for i, mark in enumerate(marks) if kind == "order" or mark[1] != " "]
        if len(marks) < (least := _LEAST_CHOICES[kind]):
            raise InputError(f"{where}: give at least {least} lines that begin with '{sign}'.")
        if not right or (kind == "single" and len(right) > 1):
            many = "exactly one choice" if kind == "single" else "at least one choice"
            raise InputError(f"{where}: mark {many} as right with '- [x] '.")
        key |= {"choices": len(marks), "right": right}
    lines = [_CHOICE.sub("- ", line) for line in block.lines]
    return Question(block.argument, lines, block.start, key)


def _number(block: Block, option: str, where: str) -> float:
    text = block.options.get(option, "0" if option == "tolerance" else "")
    if not _NUMBER.fullmatch(text):
        raise InputError(f"{where}: write a plain number, such as ':{option}: 30'.")
    return float(text) if "." in text else int(text)


def read_quizzes(text: str, folder: Path) -> list[Quiz]:
    """Read every quiz of a page."""
    found = blocks(text.splitlines(), "quiz")
    return [read_quiz(one.argument, one.options, one.lines, folder) for one in found]


def quiz_catalog(docs: Path) -> dict[str, Any]:
    """Give the keys of all quizzes of a folder of pages, as ``quizzes.json`` holds them.

    Raises
    ------
    InputError
        When two pages have a quiz of one name.
    """
    modules: dict[str, Any] = {}
    for page in sorted(docs.rglob("*.md")):
        for quiz in read_quizzes(page.read_text("utf-8"), page.parent):
            if quiz.module in modules:
                raise InputError(f"Two quizzes are named '{quiz.module}': rename one of them.")
            modules[quiz.module] = quiz.key()
    return {"schema": "govkit-quizzes/1", "modules": modules}
