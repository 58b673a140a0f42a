"""The training pages: every part is there, the law exists, and each can be read in its time."""

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po

from govkit.policy import load_policy, load_register
from govkit.site.quiz import blocks, read_quizzes
from govkit.site.training import read_module

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "training"
SAMPLES = ROOT / "data" / "samples"
CATALOGS = ROOT / "docs" / "locale" / "ja" / "LC_MESSAGES"
ARTICLES = yaml.safe_load((Path(__file__).parent / "articles.yaml").read_text("utf-8"))
TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(PAGES.glob("*.md"))}
MODULES = {page: module for page, text in TEXTS.items() if (module := read_module(text, page))}
PARTS = [
    "Aims", "The rule and its reason", "What would you do?", "At Hoshinuma Works", "Quiz",
    "On Monday", "The law",
]  # fmt: skip
STAFF = {"personal-information", "acquisition", "use", "disclosure", "safety", "rights"}
WORDS_PER_MINUTE = 200
CITED = re.compile(r"(APPI Rules|APPI|GDPR recital|GDPR) (\d+)((?:\([a-z\d]+\))*)")
each_page = pytest.mark.parametrize("page", MODULES)


def parts(text):
    """Give what stands below each heading of the second level."""
    pieces = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def words(text):
    """Count the words that somebody reads: no front matter, no code, no marks."""
    text = re.sub(r"\A---.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    marks = r"^:[\w-]+:.*$|:{3,}(\{\w+\})?|\[[ x]\]|\]\([^)]*\)|[|*`#>-]"
    return len(re.sub(marks, " ", text, flags=re.MULTILINE).split())


@each_page
def test_every_module_has_all_its_parts(page):
    found = parts(TEXTS[page])
    assert list(found) == PARTS
    assert all(text.strip() for text in found.values())
    assert re.search(r"^- ", found["Aims"], re.MULTILINE)
    assert re.search(r"reason", found["The rule and its reason"], re.IGNORECASE)
    assert re.search(r"^- ", found["On Monday"], re.MULTILINE)


@each_page
def test_a_scenario_has_choices_with_good_and_bad_ends(page):
    scenario = parts(TEXTS[page])["What would you do?"]
    ends = re.findall(r"\*\*([^*]*\bend\b[^*]*|No harm done)\*\*", scenario, re.IGNORECASE)
    assert len(list(blocks(scenario.splitlines(), "dropdown"))) >= 3, "choices"
    assert "::::{dropdown}" in scenario.replace(":::::{dropdown}", ""), "choices within choices"
    assert any("good" in end.lower() for end in ends)
    assert any("bad" in end.lower() for end in ends)


@each_page
def test_a_quiz_fits_its_module(page):
    (quiz,) = read_quizzes(TEXTS[page], PAGES)
    module = MODULES[page]
    assert (quiz.module, str(quiz.version)) == (module.module, str(module.version))
    assert len(quiz.questions) >= 3


@each_page
def test_right_and_wrong_answers_have_a_reason(page):
    (quiz,) = blocks(TEXTS[page].splitlines(), "quiz")
    for question in blocks(quiz.lines, "question"):
        answers = sum(line.startswith("- [") for line in question.lines)
        reasons = sum(bool(re.match(r"(  )?> \S", line)) for line in question.lines)
        assert reasons == max(answers, 1), question.argument
        lists = [line for line in question.lines if re.match(r"\s*> (\d+[.)]|[-*+]) ", line)]
        assert lists == [], "a list in Markdown, not a sentence"


def test_all_kinds_of_questions_are_used():
    quizzes = [quiz for text in TEXTS.values() for quiz in read_quizzes(text, PAGES)]
    kinds = {question.kind for quiz in quizzes for question in quiz.questions}
    assert kinds == {"single", "multiple", "order", "number"}


@each_page
def test_a_page_is_read_in_its_time(page):
    needed = words(TEXTS[page]) / WORDS_PER_MINUTE
    assert needed <= MODULES[page].minutes < needed + 1.5


@each_page
def test_a_page_was_reviewed_and_has_an_owner(page):
    module = MODULES[page]
    assert module.owner
    assert 0 < module.review_months <= 12
    assert module.reviewed >= dt.date(2026, 11, 25)


def known(citation):
    """Tell whether a citation names an article and paragraph of the list."""
    found = CITED.fullmatch(citation)
    if not found or found[2] not in ARTICLES[found[1]]:
        return False
    first = re.match(r"\((\d+)\)", found[3])
    return not first or int(first[1]) in ARTICLES[found[1]][found[2]].get("paragraphs", ())


@each_page
def test_the_law_that_a_page_cites_exists(page):
    assert [cited for cited in MODULES[page].law if not known(cited)] == []


@each_page
def test_head_and_last_part_cite_the_same_law(page):
    below = parts(TEXTS[page])["The law"]
    numbers = set(re.findall(r"(?<![\w.])(\d+(?:\([a-z\d]+\))*)(?=\*\*)", below))
    cited = {
        f"{number}{rest}"
        for _, number, rest in (CITED.fullmatch(one).groups() for one in MODULES[page].law)
    }
    assert numbers == cited


@pytest.mark.parametrize(
    ("citation", "exists"),
    [
        pytest.param("APPI 27(5)(i)", True, id="an item"),
        pytest.param("APPI 99", False, id="no such article"),
        pytest.param("APPI 19(4)", False, id="no such paragraph"),
        pytest.param("APPI 23(1)", False, id="the numbering before 2022"),
        pytest.param("Act 27", False, id="no such law"),
    ],
)
def test_a_wrong_citation_is_seen(citation, exists):
    assert known(citation) == exists


def test_the_policy_asks_for_modules_that_exist_in_the_version_that_people_passed():
    policy = load_policy(SAMPLES / "policy.yaml")
    register = load_register(SAMPLES / "register")
    versions = {module.module: str(module.version) for module in MODULES.values()}
    required = {name for role in policy.training.required for name in role.modules}
    assert required <= set(versions)
    assert {(one.module, one.version) for one in register.training} <= set(versions.items())


def test_there_is_a_page_for_each_clause_and_one_for_what_it_is_all_about():
    assert {page for page, one in MODULES.items() if one.module.startswith("basics-")} == STAFF
    clauses = [TEXTS[page].split("# Clause ")[1][0] for page in STAFF if "# Clause " in TEXTS[page]]
    assert sorted(clauses) == list("12345")
    assert all(f"]({page}.md)" in TEXTS["basics"] for page in STAFF)


@pytest.mark.parametrize("page", TEXTS)
def test_a_page_is_in_the_index(page):
    assert page == "index" or re.search(rf"^{page}$", TEXTS["index"], re.MULTILINE)


# In Japanese

TRANSLATED = [f"training/{page}" for page in (*MODULES, "index")] + [
    f"tutorials/training/{path.stem}" for path in (ROOT / "notebooks/training").glob("*.ipynb")
]


@pytest.mark.parametrize("page", TRANSLATED)
def test_the_japanese_keeps_the_numbers_of_cases_and_rules(page):
    with (CATALOGS / f"{page}.po").open("rb") as file:
        catalog = read_po(file, locale="ja")
    for message in catalog:
        english, japanese = (
            sorted(re.findall(r"[A-Z]{1,2}-\d{4}-\d+|GK\d{3}", text))
            for text in (message.id, message.string)
        )
        assert english == japanese, message.id


@pytest.mark.parametrize("page", TRANSLATED)
def test_the_japanese_is_polite_and_written_in_full_width(page):
    with (CATALOGS / f"{page}.po").open("rb") as file:
        texts = [str(message.string) for message in read_po(file, locale="ja") if message.id]
    for text in texts:
        assert not re.search(r"(?<=[ぁ-んァ-ヶ一-龠])[,;:!?]|[ｱ-ﾝ]", text), text
        if text.count("。") > 2 and not text.startswith(("**個人情報保護法", "**GDPR")):
            assert re.search("です|ます|ません|ください|ましょう|でした|ました", text), text
