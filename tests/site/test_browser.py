"""The site as people use it: a real Chromium, the real pages, and no host but this one."""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUIZ = """\
---
module: tried
version: 3
roles: [everyone, analyst]
minutes: 4
owner: Personal Information Manager
reviewed: 2026-11-20
review_months: 12
law: ["APPI 27(5)(i)", "GDPR 28(3)"]
---

# A module that is tried

Text about personal information.

## Quiz

::::{quiz} tried
:version: 3
:pass: 75

:::{question} Which of these?
:kind: single

- [ ] The wrong one.
  > Because it is not.
- [x] The right one.
  > Because it is.
:::

:::{question} Which of those?
:kind: multiple

- [x] This.
- [ ] That.
  > That is too much.
- [x] Also this.
:::

:::{question} In which order?
:kind: order

1. First.
2. Second.
3. Third.

> One after the other.
:::

:::{question} How many days?
:kind: number
:answer: 30

> A month.
:::
::::
"""


@pytest.fixture(scope="session")
def tried(tmp_path_factory):
    """A small site of one module, in English and Japanese."""
    folder = tmp_path_factory.mktemp("tried")
    (folder / "src").mkdir()
    (folder / "src" / "index.md").write_text(QUIZ, "utf-8")
    (folder / "src" / "conf.py").write_text(
        "extensions = ['myst_nb', 'govkit.site']\nhtml_theme = 'pydata_sphinx_theme'\n"
        "myst_enable_extensions = ['colon_fence']\nnb_ipywidgets_js = {}\n",
        "utf-8",
    )
    for language in ("en", "ja"):
        words = ["-q", "-W", "-b", "html", "-D", f"language={language}"]
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", *words, "src", language],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return folder


def status(page):
    return page.locator(".gk-status").text_content()


def check(page, words="Check answers"):
    page.get_by_role("button", name=words).click()


# A quiz


def test_a_quiz_is_taken_wrong_then_right_and_leaves_its_file(page, tried, tmp_path):
    page.goto((tried / "en/index.html").as_uri())
    check(page)
    assert status(page) == "Question 1 has no answer yet."
    assert page.evaluate("document.activeElement.type") == "radio", "focus goes to what is open"

    page.get_by_label("The wrong one.").check()
    page.get_by_label("That.").check()
    page.get_by_label("Your answer").fill("3")
    check(page)
    assert status(page).startswith("0 of 4 right. Not passed yet: 75 % are needed.")
    assert page.get_by_text("Because it is not.").is_visible()
    assert page.get_by_text("Because it is.").is_hidden(), "the right one was not chosen"
    assert page.locator(".gk-certificate").count() == 0

    page.get_by_label("The right one.").check()
    page.get_by_label("This.", exact=True).check()
    page.get_by_label("That.").uncheck()
    page.get_by_label("Also this.").check()
    put_in_order(page, ["First.", "Second.", "Third."])
    with page.expect_download() as download:
        check(page)
    assert "3 of 4 right. Passed." in status(page)
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    record = json.loads(path.read_text("utf-8"))
    known = json.loads((tried / "en/_static/quizzes.json").read_text("utf-8"))["modules"]["tried"]
    assert path.name == f"govkit-tried-{record['date']}.json"
    assert record == {
        "schema": "govkit-training/1",
        "module": "tried",
        "version": 3,
        "digest": known["digest"],
        "answers": [[1], [0, 2], [0, 1, 2], 3],
        "score": 3,
        "of": 4,
        "date": record["date"],
    }
    marked = [
        marks(key, given) for key, given in zip(known["questions"], record["answers"], strict=True)
    ]
    assert sum(marked) == record["score"]
    take_in(path, tried / "en/_static/quizzes.json", tmp_path)


def marks(key, given):
    if key["kind"] == "number":
        return abs(given - key["answer"]) <= key["tolerance"]
    return given == key["right"]


def take_in(path, quizzes, folder):
    """Let the command line record the file, and refuse a score that was written by hand."""
    store = {"GOVKIT_RECORDS": str(folder / "records.sqlite"), "GOVKIT_AUTHOR": "S0001"}

    def govkit(*words):
        program = [sys.executable, "-c", "from govkit.cli import main; main()", *words]
        return subprocess.run(
            program, env={**os.environ, **store}, capture_output=True, check=False
        )

    assert govkit("records", "migrate").returncode == 0
    words = ("training", "record", path, "--person", "S0002", "--quizzes", quizzes)
    done = govkit(*words)
    assert done.returncode == 0, done.stderr
    path.write_text(path.read_text("utf-8").replace('"score": 3', '"score": 4'), "utf-8")
    assert govkit(*words).returncode != 0, "a score made by hand"


def put_in_order(page, wanted):
    for place, step in enumerate(wanted):
        while steps(page).index(step) > place:
            page.get_by_role("button", name=f"Move up: {step}").click()


def steps(page):
    return [text.strip() for text in page.locator(".gk-steps p").all_text_contents()]


def test_a_quiz_is_taken_with_the_keyboard_alone(page, tried):
    page.goto((tried / "en/index.html").as_uri())
    reach(page, "e => e.type === 'radio'")
    page.keyboard.press("ArrowDown")
    reach(page, "e => e.type === 'checkbox'")
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for place, step in enumerate(["First.", "Second."]):
        while steps(page).index(step) > place:
            name = f"Move up: {step}"
            page.get_by_role("button", name="Move up").first.focus()
            reach(page, f"e => e.getAttribute('aria-label') === '{name}'")
            page.keyboard.press("Enter")
            focus = page.evaluate("document.activeElement.getAttribute('aria-label')")
            assert focus == name, "focus stays on the step that was moved"
            assert status(page).startswith(f"{step}: place ")
    reach(page, "e => e.type === 'number'")
    page.keyboard.type("30")
    with page.expect_download():
        page.keyboard.press("Enter")
    assert "4 of 4 right. Passed." in status(page)
    reach(page, "e => e.id === 'gk-name'")


def reach(page, wanted, most=60):
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"({wanted})(document.activeElement)"):
            return
    pytest.fail(f"no key leads to {wanted}")


def test_a_screen_reader_hears_groups_reasons_and_the_result(page, tried, axe):
    page.goto((tried / "en/index.html").as_uri())
    group = page.get_by_role("group", name="Which of these?")
    page.get_by_label("The wrong one.").check()
    page.get_by_label("This.", exact=True).check()
    page.get_by_label("Your answer").fill("1")
    check(page)
    described = group.get_by_role("radio").first.get_attribute("aria-describedby")
    assert page.locator(f"[id='{described}']").text_content().strip() == "Because it is not."
    assert "Not right." in group.text_content()
    assert page.get_by_role("status").text_content() == status(page)
    assert axe(page, "main") == []


def test_without_scripts_the_answers_stand_in_folds(chromium, tried):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tried / "en/index.html").as_uri())
    assert page.locator("details").count() == 4
    assert page.get_by_text("Because it is.").is_hidden()
    page.locator("summary").first.click()
    assert page.get_by_text("Because it is.").is_visible()
    assert page.get_by_text("Which of these?").is_visible()
    context.close()


def test_without_scripts_a_figure_is_its_caption(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}tutorials/01_check_anonymization.html")
    figure = page.locator(".govkit-figure").first
    assert figure.locator("figcaption").is_visible()
    assert "could not be drawn here" in figure.inner_text()
    assert figure.bounding_box()["height"] < 100, "no empty box where nothing is drawn"
    context.close()


def test_an_old_browser_that_cannot_draw_tells_the_numbers(page, address):
    page.add_init_script("delete window.DecompressionStream")
    page.goto(f"{address}ja/tutorials/01_check_anonymization.html")
    figures = page.locator(".govkit-figure")
    figures.last.locator("ul").wait_for()
    assert "描けませんでした" in figures.first.text_content()
    first = figures.first.locator("li").first
    assert first.text_content() == "5件未満, 集まりの件数 1, 記録の件数 2988"
    told = [one.locator("li").all_text_contents() for one in figures.all()]
    assert any("5–9" in line for lines in told for line in lines), "as the axis has it"
    assert all(told)


def test_a_browser_that_keeps_nothing_still_passes(chromium, tried):
    context = chromium.new_context(accept_downloads=True)
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})"
    )
    page = context.new_page()
    page.goto((tried / "en/index.html").as_uri())
    page.get_by_label("The right one.").check()
    page.get_by_label("This.", exact=True).check()
    page.get_by_label("Also this.").check()
    page.get_by_label("Your answer").fill("30")
    with page.expect_download():
        check(page)
    assert "Passed." in status(page)
    context.close()


def test_the_certificate_is_printed_with_the_name_and_nothing_else(page, tried, tmp_path):
    pypdf = pytest.importorskip("pypdf", reason="the extra 'test' is not installed")
    page.goto((tried / "ja/index.html").as_uri())
    page.get_by_label("The right one.").check()
    page.get_by_label("This.", exact=True).check()
    page.get_by_label("Also this.").check()
    page.get_by_label("あなたの回答").fill("30")
    with page.expect_download() as download:
        check(page, "回答を確認する")
    page.get_by_label("氏名").fill("Hoshino Misaki")
    page.evaluate("window.print = () => {}")
    page.get_by_role("button", name="修了証を印刷する").click()
    page.pdf(path=tmp_path / "certificate.pdf", format="A4")
    sheets = pypdf.PdfReader(tmp_path / "certificate.pdf").pages
    text = "".join(sheets[0].extract_text().split())
    assert len(sheets) == 1
    for wanted in ("修了証", "HoshinoMisaki", "Amodulethatistried", "4問中3問正解"):
        assert wanted in text
    assert "Whichofthese" not in text
    assert "Hoshino" not in Path(download.value.path()).read_text("utf-8")
    assert "Hoshino" not in page.evaluate("JSON.stringify(localStorage)")


def test_the_head_of_a_module_tells_for_whom_and_by_which_law(page, tried):
    page.goto((tried / "ja/index.html").as_uri())
    head = page.locator(".gk-head").text_content()
    for wanted in (
        "全従業員、データ分析担当者",
        "約4分",
        "tried（第3版）",
        "2026年11月20日",
        "第27条第5項第1号",
    ):
        assert wanted in head


# The site


def test_progress_is_marked_by_this_browser_alone(page, address, site):
    keys = json.loads((site / "_static/quizzes.json").read_text("utf-8"))["modules"]
    page.goto(f"{address}training/acknowledge.html")
    page.get_by_role("checkbox").check()
    with page.expect_download() as download:
        check(page)
    record = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert record["module"] == "policy-acknowledgement"
    assert record["version"] == "3.0"
    assert record["digest"] == keys["policy-acknowledgement"]["digest"]
    known = json.loads(page.evaluate("localStorage.getItem('govkit-training')"))
    assert known["policy-acknowledgement"]["digest"] == record["digest"]

    page.goto(f"{address}training/path.html")
    day = dt.date.fromisoformat(record["date"])
    said = f"✓ passed on {day:%B} {day.day}, {day.year}"
    assert page.locator(".gk-done").first.text_content() == said
    mark = page.locator(".gk-done").nth(1)
    name = mark.get_attribute("data-module")
    passed = {"version": "1", "digest": keys[name]["digest"], "date": "2026-11-25", "score": 4}
    page.evaluate("k => localStorage.setItem('govkit-training', k)", json.dumps({name: passed}))
    page.reload()
    assert mark.text_content() == "✓ passed on November 25, 2026"
    page.evaluate(
        "k => localStorage.setItem('govkit-training', k)",
        json.dumps({name: {**passed, "digest": "another"}}),
    )
    page.reload()
    assert "earlier version" in mark.text_content()
    page.get_by_role("button", name="Forget").click()
    assert mark.text_content() == ""
    assert page.evaluate("localStorage.getItem('govkit-training')") is None


def test_the_switch_leads_to_the_same_page_in_the_other_language(page, address, site):
    page.goto(f"{address}tutorials/01_check_anonymization.html")
    page.get_by_role("link", name="日本語").click()
    assert page.url == f"{address}ja/tutorials/01_check_anonymization.html"
    assert page.locator("html").get_attribute("lang") == "ja"
    assert "一人を見つけられますか" in page.locator("h1").text_content()
    page.get_by_role("link", name="English", exact=True).click()
    assert page.url == f"{address}tutorials/01_check_anonymization.html"

    page.goto((site / "glossary.html").as_uri())
    page.get_by_role("link", name="日本語").click()
    assert page.url == (site / "ja/glossary.html").as_uri(), "also without a server"


@pytest.mark.parametrize("words", ["個人情報", "保護", "要配慮", "準識別子"])
def test_search_finds_every_page_with_a_japanese_word_also_inside_words(page, address, site, words):
    there = set()
    for path in (site / "ja" / "training").glob("*.html"):
        article = path.read_text("utf-8").split("<article")[1].split("</article>")[0]
        if words in re.sub(r"<script.*?</script>|<[^>]+>", "", article, flags=re.DOTALL):
            there.add(path.name)
    assert there
    page.goto(f"{address}ja/search.html?q={words}")
    page.locator("#search-results ul.search > li").first.wait_for()
    page.get_by_text("件見つかりました。").wait_for()
    links = page.locator("#search-results ul.search > li > a")
    names = links.evaluate_all("all => all.map((one) => one.pathname.split('/').at(-1))")
    assert there <= set(names)


def test_search_finds_english_words(page, address):
    page.goto(f"{address}search.html?q=suppress")
    page.locator("#search-results ul.search > li").first.wait_for()
    assert page.locator("#search-results ul.search > li").count() > 3


@pytest.mark.parametrize("language", ["", "ja/"])
def test_figures_are_drawn_and_follow_the_theme(page, address, language):
    page.goto(f"{address}{language}tutorials/01_check_anonymization.html")
    page.locator(".govkit-figure .main-svg").first.wait_for()
    drawn = page.locator(".govkit-figure:has(.main-svg)").count()
    assert drawn == page.locator(".govkit-figure").count() > 4
    ink = "getComputedStyle(document.querySelector('.govkit-figure .xtick text')).fill"
    light = page.evaluate(ink)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"old => {ink} !== old", arg=light)


def test_words_on_a_light_ground_of_their_own_are_dark_also_in_the_dark(page, address):
    page.goto(f"{address}tutorials/dpia/01_website_statistics.html")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    box = page.locator(".govkit-figure g.annotation", has_text="visitors").first
    box.locator("text").wait_for(state="attached")
    ink = "one => getComputedStyle(one).fill"
    assert box.locator("text").evaluate(ink) == "rgb(31, 35, 40)"
    assert box.locator("rect.bg").evaluate(ink) == "rgb(234, 243, 249)"
    point = page.locator(".govkit-figure:has(.hm) .textpoint text", has_text="access")
    assert point.evaluate(ink) == "rgb(31, 35, 40)", "on the light cells of the map of risks"


@pytest.mark.parametrize("language", ["", "ja/"])
def test_the_head_of_a_page_is_one_line_at_every_width(page, address, language):
    page.goto(f"{address}{language}training/use.html")
    for width in (320, 390, 768, 960, 1000, 1199, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        parts = page.locator(":is(.navbar-brand, .search-button-field, .gk-language):visible")
        boxes = [one.bounding_box() for one in parts.all()]
        assert len(boxes) == 3
        middles = [box["y"] + box["height"] / 2 for box in boxes]
        assert max(middles) - min(middles) < 5, f"nothing is pushed into a second line at {width}"
        ends = [box["x"] + box["width"] for box in boxes]
        gaps = [box["x"] - end for box, end in zip(boxes[1:], ends, strict=False)]
        assert min(gaps) >= 0, f"nothing touches at {width}"
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_term_is_linked_once_and_the_link_leads_to_it(page, address):
    for language, term in (("", "quasi-identifier"), ("ja/", "準識別子")):
        page.goto(f"{address}{language}tutorials/01_check_anonymization.html")
        links = page.locator("a:has(> .gk-term)", has_text=term)
        assert links.count() == 1
        links.click()
        name = page.evaluate("decodeURIComponent(location.hash).slice(1)")
        assert term in page.locator(f"[id='{name}']").first.text_content()


def test_the_landing_page_shows_the_first_result_within_one_screen(page, address):
    page.goto(f"{address}index.html")
    result = page.get_by_text("✗ UNSAFE").bounding_box()
    assert result["y"] + result["height"] < 900
    for kind in ("I have a file", "I work in notebooks", "I answer for the data"):
        page.get_by_text(kind).click()
        panel = page.locator(".sd-tab-content:visible")
        assert panel.locator("a").count() > 0, f"{kind} is sent on"


def test_a_page_on_paper_has_its_text_and_no_navigation(page, address, tmp_path):
    pypdf = pytest.importorskip("pypdf", reason="the extra 'test' is not installed")
    page.goto(f"{address}explanation/anonymity.html")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    sheets = pypdf.PdfReader(tmp_path / "page.pdf").pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert "k" in text
    assert "Section Navigation" not in text
    assert "Color mode" not in text


def test_paper_is_light_also_in_the_dark_and_no_table_is_cut(page, address, tmp_path):
    pypdf = pytest.importorskip("pypdf", reason="the extra 'test' is not installed")
    page.goto(f"{address}reference/recognizers.html")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    text = "".join(pypdf.PdfReader(tmp_path / "page.pdf").pages[0].extract_text().split())
    assert "arefullnames(kanji)" in text, "the table begins below its introduction"
    assert "fname,forename,mei_en" in text, "its last column is there"


def test_on_paper_every_end_of_a_scenario_can_be_read(page, address, tmp_path):
    pypdf = pytest.importorskip("pypdf", reason="the extra 'test' is not installed")
    page.goto(f"{address}training/disclosure.html")
    assert page.get_by_text("Bad end.").first.is_hidden()
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    sheets = pypdf.PdfReader(tmp_path / "page.pdf").pages
    assert "Bad end." in " ".join(sheet.extract_text() for sheet in sheets)
