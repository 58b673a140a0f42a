"""Quizzes as text in a page, and the key by which an answer is marked, anywhere.

The key holds what is right and nothing that is said, so that it is the same in every language.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from govkit.errors import InputError
from govkit.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["Question", "Quiz", "blocks", "quiz_catalog", "read_quiz", "read_quizzes"]

KINDS = ("single", "multiple", "order", "number")
_FENCE = re.compile(r"(:{3,}|`{3,}|~{3,})(?:\{([\w-]+)\})?\s*(.*)")
_OPTION = re.compile(r":([\w-]+):\s*(.*)")
_CHOICE = re.compile(r"- \[([ xX])\] ")
_STEP = re.compile(r"\d+[.)] ")
_PERCENT = 100


class Block(NamedTuple):
    """A directive in a text: its argument, its options, and its lines with where they begin."""

    argument: str
    options: dict[str, str]
    lines: list[str]
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: what is asked, its lines, and what is right."""

    prompt: str
    kind: str
    lines: tuple[str, ...]
    start: int
    choices: int
    right: tuple[int, ...]
    answer: float | None
    tolerance: float

    def key(self) -> dict[str, Any]:
        """Give what an answer is marked by."""
        if self.kind == "number":
            return {"kind": self.kind, "answer": self.answer, "tolerance": self.tolerance}
        return {"kind": self.kind, "choices": self.choices, "right": list(self.right)}

    def shown(self) -> tuple[int, ...]:
        """Give the order in which choices stand on the page: steps shuffled, always alike."""
        places = list(range(self.choices))
        if self.kind == "order":
            places.sort(key=lambda i: hashlib.sha256(f"{self.prompt} {i}".encode()).digest())
            if places == sorted(places):
                places.append(places.pop(0))
        return tuple(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """The quiz of a module: its version, its pass mark in per cent, its questions."""

    module: str
    version: int | str
    least: int
    policy: str | None
    questions: tuple[Question, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the key: kinds, right answers, module, pass mark, the policy asked about."""
        known: dict[str, Any] = {"module": self.module, "pass": self.least}
        known["questions"] = [one.key() for one in self.questions]
        if self.policy:
            known["policy"] = self.policy
        text = json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def key(self) -> dict[str, Any]:
        """Give the entry of the catalog that answers are marked by."""
        return {
            "version": self.version,
            "digest": self.digest,
            "pass": self.least,
            "questions": [one.key() for one in self.questions],
        }


def blocks(lines: Sequence[str], name: str) -> Iterator[Block]:
    """Give every ``:::{name}`` of a text; what stands in a fence of code is none.

    Examples
    --------
    >>> [one.argument for one in blocks([":::{q} Why?", "text", ":::"], "q")]
    ['Why?']
    """
    at = 0
    while at < len(lines):
        found = _FENCE.fullmatch(lines[at])
        at += 1
        if not found or (found[1][0] == ":" and found[2] != name):
            continue
        end = next((i for i in range(at, len(lines)) if _closes(lines[i], found[1])), len(lines))
        if found[1][0] == ":":
            options = {}
            while at < end and (option := _OPTION.fullmatch(lines[at].rstrip())):
                options[option[1]] = option[2]
                at += 1
            yield Block(found[3].strip(), options, list(lines[at:end]), at)
        at = end + 1


def _closes(line: str, fence: str) -> bool:
    return line.rstrip() == fence[0] * len(line.rstrip()) and len(line.rstrip()) >= len(fence)


def read_quiz(module: str, options: Mapping[str, str], lines: Sequence[str], folder: Path) -> Quiz:
    """Read one quiz from its lines; a policy that it asks about is looked for from ``folder``.

    Raises
    ------
    InputError
        When something is missing or cannot be marked.
    """
    version: int | str = options.get("version", "1")
    policy = None
    if "policy" in options:
        path = folder / options["policy"]
        version = load_policy(path).version
        policy = hashlib.sha256(path.read_text("utf-8").encode()).hexdigest()
    elif str(version).isdigit():
        version = int(version)
    least = options.get("pass", "80")
    if not (least.isdigit() and 0 < int(least) <= _PERCENT):
        raise InputError(f"Quiz '{module}': write the pass mark as 1 to 100, such as ':pass: 80'.")
    if not re.fullmatch(r"[a-z0-9-]+", module):
        raise InputError(f"Name the quiz in small letters and hyphens, not '{module}'.")
    found = [
        _question(one, f"Question {number} of quiz '{module}'")
        for number, one in enumerate(blocks(lines, "question"), 1)
    ]
    if not found:
        raise InputError(f"Quiz '{module}' has no question: write a ':::{{question}}' block.")
    return Quiz(
        module=module, version=version, least=int(least), policy=policy, questions=(*found,)
    )


def _question(block: Block, where: str) -> Question:
    kind = block.options.get("kind", "single")
    if kind not in KINDS:
        raise InputError(f"{where}: the kind is one of {', '.join(KINDS)}.")
    if not block.argument:
        raise InputError(f"{where}: write what is asked after ':::{{question}}'.")
    pattern = _STEP if kind == "order" else _CHOICE
    marks = [found for line in block.lines if (found := pattern.match(line))]
    right = [i for i, mark in enumerate(marks) if kind == "order" or mark[1] != " "]
    wanted = {"number": 0, "order": 2, "single": 2, "multiple": 1}[kind]
    if len(marks) < wanted:
        sign = "1. " if kind == "order" else "- [ ] "
        raise InputError(f"{where}: give at least {wanted} lines that begin with '{sign}'.")
    if kind in {"single", "multiple"} and (not right or (kind == "single" and len(right) > 1)):
        many = "exactly one choice" if kind == "single" else "at least one choice"
        raise InputError(f"{where}: mark {many} as right with '- [x] '.")
    return Question(
        prompt=block.argument,
        kind=kind,
        lines=tuple(_CHOICE.sub("- ", line) for line in block.lines),
        start=block.start,
        choices=len(marks),
        right=tuple(right),
        answer=_number(block, "answer", where) if kind == "number" else None,
        tolerance=_number(block, "tolerance", where) if "tolerance" in block.options else 0,
    )


def _number(block: Block, option: str, where: str) -> float:
    text = block.options.get(option, "")
    if not re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", text):
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
