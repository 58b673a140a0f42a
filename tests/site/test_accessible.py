"""Every page as everybody meets it: by eye in light and dark, by screen reader, on a phone."""

import re
import runpy
from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHOLE = runpy.run_path(str(ROOT / "tools/translations.py"))["WHOLE"]
STRUCTURE = {"color-contrast": {"enabled": False}}
# What was printed wraps; and no words of a page reach beyond it, but in what can be scrolled.
CUT = """
(() => {
  const free = ":not(.highlight *, .cell_output *, .pst-scrollable-table-container *)";
  const words = `:is(article, .prev-next-area) :is(p, li, dt, h1, h2, h3)${free}`;
  return [
    ...[...document.querySelectorAll(".cell_output pre, .highlight-console pre")]
        .filter((one) => one.scrollWidth > one.clientWidth),
    ...[...document.querySelectorAll(words)]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1),
  ].map((one) => one.textContent.slice(0, 60));
})()
"""
# Figures are drawn on English pages; Japanese ones list their numbers, as in an old browser.
NUMBERS = "if (location.pathname.includes('/ja/')) delete window.DecompressionStream"
# Marks one element of each look that was not seen before: its color, its letters, what is below.
LOOKS = """
(known) => {
  const looks = new Set(known), below = new Map([[null, ""]]), fresh = [];
  const under = (one) => {
    if (!below.has(one)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(one);
      const own = `${backgroundColor} ${backgroundImage} ${opacity}`;
      const plain = own === "rgba(0, 0, 0, 0) none 1";
      below.set(one, (plain ? "" : own + "/") + under(one.parentElement));
    }
    return below.get(one);
  };
  document.querySelectorAll("[data-look]").forEach((one) => one.removeAttribute("data-look"));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !one.checkVisibility()) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(one);
    const look = [color, fontSize, fontWeight, under(one)].join(" ");
    if (looks.has(look)) continue;
    looks.add(look);
    fresh.push(look);
    one.dataset.look = "";
  }
  return fresh;
}
"""


@pytest.fixture(scope="module")
def names(site):
    """Every page of text, by its address within the site."""
    paths = (path.relative_to(site) for path in sorted(site.rglob("*.html")))
    return [path.as_posix() for path in paths if "_static" not in path.parts]


def is_english(name):
    """Tell whether the text of a page is English: of some Japanese pages only the title is not."""
    page = name.removeprefix("ja/").removesuffix(".html")
    return page == name.removesuffix(".html") or not any(fnmatch(page, one) for one in WHOLE)


def test_a_japanese_page_in_english_is_built_as_the_english_one(names, site):
    def elements(name):
        article = (site / name).read_text("utf-8").partition("<article")[2].split("</article>")[0]
        text = re.sub(r'<a [^>]*><span class="gk-term">([^<]*)</span></a>', r"\1", article)
        text = re.sub(r'<p class="gk-english.*?</p>| lang="en"', "", text, flags=re.DOTALL)
        return re.findall(r'<(\w+)[^>]*?(?: class="([^"]*)")?[^>]*>', text)

    same = [one for one in names if one.startswith("ja/") and is_english(one)]
    assert len(same) > 80
    odd = [one for one in same if elements(one) != elements(one.removeprefix("ja/"))]
    assert odd == []


def test_every_page_is_accessible_in_light_and_dark_and_fits_a_phone(browse, address, names, axe):
    first = {Path(name).parent: name for name in reversed(names)}.values()
    assert len(first) > 12
    own = [one for one in names if one in first or not (one.startswith("ja/") and is_english(one))]

    def look(page, shown):
        looks = set()
        page.add_init_script(path=axe.script)
        page.add_init_script(NUMBERS)
        return {
            name: wrong_on(page, address + name, axe, looks, whole=name in first) for name in shown
        }

    shares = [own[i::6] for i in range(6)]  # a browser grows with every page that it has shown
    with ThreadPoolExecutor(2) as two:
        found = dict(ChainMap(*two.map(partial(browse, look), shares)))
    assert len(found) == len(own)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def wrong_on(page, url, axe, looks, *, whole):
    """Look at a page of a folder: at the first one in whole, at others without what is alike.

    What surrounds the text, code and the rows of long tables are alike within a folder. Colors are
    looked at once for each way in which text looks on one of the pages.
    """
    show(page, url)
    again = not whole and page.locator("article").count()
    without = [".highlight", "tbody tr:nth-child(n+6)"] if again else []
    without = [one for one in without if page.locator(one).count()]
    within = "article" if again else "html"
    wrong = axe(page, within, without=without, rules=STRUCTURE)
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        wrong += [(theme, *one) for one in pale(page, axe, looks)]
    page.set_viewport_size({"width": 390, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    wrong += [("wide", width)] if width > 390 else []
    wrong += [("cut", text) for text in page.evaluate(CUT)]
    if not again:  # anew: what scrolls on a phone is looked up when the page loads
        show(page, url)
        found = axe(page, "html", rules=STRUCTURE) + pale(page, axe, looks)
        wrong += [("phone", *one) for one in found]
    page.set_viewport_size({"width": 1200, "height": 900})
    return wrong


def show(page, url):
    page.goto(url, wait_until="load")
    page.add_style_tag(content="*, *::before { transition: none !important }")
    figures = page.locator(".govkit-figure")
    if figures.count():
        figures.last.locator(".main-svg, ul").first.wait_for(state="attached")


def pale(page, axe, looks):
    """Give the texts that are hard to read, of those that look as none did before."""
    fresh = page.evaluate(LOOKS, list(looks))
    looks.update(fresh)
    return axe(page, "[data-look]", only=["color-contrast"]) if fresh else []
