"""Quizzes as text: what is read of them, what is right, and what is refused with a sentence."""

import hashlib
import json
from pathlib import Path

import pytest

from govkit.errors import InputError
from govkit.site import quiz_catalog, read_modules, read_quizzes
from govkit.site.quiz import blocks

ROOT = Path(__file__).parents[2]
PAGE = """\
# A page

```md
::::{quiz} shown-as-code
:::{question} Not a quiz?
- [x] a
- [ ] b
:::
::::
```

::::{quiz} basics
:version: 2
:pass: 75

:::{question} Which of these?
:kind: multiple

- [x] One.
  > Because.
- [ ] Two.
- [X] Three.
:::

:::{question} In which order?
:kind: order

1. First.
2. Then.
3. Last.

> So.
:::

:::{question} How many days?
:kind: number
:answer: 30
:tolerance: 0.5
:::
::::
"""


def read(text=PAGE):
    (quiz,) = read_quizzes(text, Path())
    return quiz


def test_a_quiz_in_backticks_is_one_too_and_its_lines_are_known():
    lines = ["# A page", "", "````{quiz} basics", ":version: 2", ":pass: 75", "", "Text.", "````"]
    (block,) = blocks(lines, "quiz")
    assert (block.argument, block.options) == ("basics", {"version": "2", "pass": "75"})
    assert lines[block.start :][: len(block.lines)] == block.lines == ["", "Text."]


def test_the_key_holds_what_is_right_and_nothing_that_is_said():
    quiz = read()
    digest = quiz.key().pop("digest")
    assert quiz.key() == {
        "version": 2,
        "digest": digest,
        "pass": 75,
        "questions": [
            {"kind": "multiple", "choices": 3, "right": [0, 2]},
            {"kind": "order", "choices": 3, "right": [0, 1, 2]},
            {"kind": "number", "answer": 30, "tolerance": 0.5},
        ],
    }
    assert len(digest) == 64
    assert read(PAGE.replace("Because", "Weil").replace("One.", "Eins.")).digest == digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("- [ ] Two", "- [x] Two", id="another right choice"),
        pytest.param("kind: multiple", "kind: single\n", id="another kind"),
        pytest.param("3. Last.", "3. Last.\n4. After.", id="a step more"),
        pytest.param("answer: 30", "answer: 60", id="another number"),
        pytest.param("tolerance: 0.5", "tolerance: 1", id="another tolerance"),
        pytest.param("pass: 75", "pass: 70", id="another pass mark"),
        pytest.param("} basics", "} others", id="another module"),
    ],
)
def test_the_digest_changes_with_the_key(old, new):
    text = PAGE.replace(old, new)
    if "single" in new:
        text = text.replace("- [X] Three", "- [ ] Three")
    assert read(text).digest != read().digest


def test_steps_are_shown_shuffled_and_always_alike():
    steps = read().questions[1]
    assert sorted(steps.shown()) == [0, 1, 2]
    assert steps.shown() != [0, 1, 2]
    assert steps.shown() == read().questions[1].shown()
    assert read().questions[0].shown() == [0, 1, 2]


@pytest.mark.parametrize("number", range(20))
def test_no_two_steps_stand_in_their_right_order_already(number):
    text = f"::::{{quiz}} q\n:::{{question}} {number}\n:kind: order\n\n1. a\n2. b\n:::\n::::"
    assert read(text).questions[0].shown() == [1, 0]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param("kind: order", "kind: sort", "kind is one of single", id="unknown kind"),
        pytest.param("pass: 75", "pass: 120", "1 to 100", id="a pass mark out of reach"),
        pytest.param("pass: 75", "pass: most", "1 to 100", id="a pass mark in words"),
        pytest.param("kind: multiple", "kind: single", "exactly one choice", id="two right"),
        pytest.param("[x] One", "[ ] One", "", id="one right is enough for multiple"),
        pytest.param("answer: 30", "answer: many", "a plain number", id="no number"),
        pytest.param("answer: 30", "answer: 1e999", "a plain number", id="no finite number"),
        pytest.param(":answer: 30\n", "", "a plain number", id="number without answer"),
        pytest.param("2. Then.\n3. Last.", "", "at least 2 lines", id="one step"),
        pytest.param(" Which of these?", "", "what is asked", id="nothing asked"),
        pytest.param("} basics", "} ../../x", "small letters", id="a path as a name"),
    ],
)
def test_a_quiz_that_cannot_be_marked_is_refused(old, new, sentence):
    text = PAGE.replace(old, new)
    if not sentence:
        assert read(text).questions[0].key["right"] == [2]
        return
    with pytest.raises(InputError, match=sentence):
        read(text)


def test_a_quiz_without_questions_is_refused():
    with pytest.raises(InputError, match="has no question"):
        read("::::{quiz} empty\n\nText.\n::::")


def test_a_quiz_about_a_policy_changes_with_the_policy(tmp_path, samples):
    text = (samples / "policy.yaml").read_text("utf-8")
    page = PAGE.replace(":version: 2", ":policy: policy.yaml")
    (tmp_path / "policy.yaml").write_text(text, "utf-8")
    (quiz,) = read_quizzes(page, tmp_path)
    assert quiz.version == "3.0"
    assert quiz.policy == hashlib.sha256(text.encode()).hexdigest()
    (tmp_path / "policy.yaml").write_text(text + "# a word more\n", "utf-8")
    assert read_quizzes(page, tmp_path)[0].digest != quiz.digest


def test_two_quizzes_of_one_name_are_refused(tmp_path):
    (tmp_path / "a.md").write_text(PAGE, "utf-8")
    assert list(quiz_catalog(tmp_path)["modules"]) == ["basics"]
    (tmp_path / "b.md").write_text(PAGE, "utf-8")
    with pytest.raises(InputError, match="Two quizzes are named 'basics'"):
        quiz_catalog(tmp_path)


def test_a_quiz_has_the_name_and_the_version_of_its_page():
    for one in read_modules(ROOT / "docs"):
        path = ROOT / "docs" / f"{one.page}.md"
        for quiz in read_quizzes(path.read_text("utf-8"), path.parent):
            assert (quiz.module, str(quiz.version)) == (one.module, str(one.version))


def test_the_samples_hold_the_keys_of_the_site():
    stored = json.loads((ROOT / "data/samples/quizzes.json").read_text("utf-8"))
    assert stored == quiz_catalog(ROOT / "docs"), "run: python tools/quizzes_page.py"
    assert stored["schema"] == "govkit-quizzes/1"
