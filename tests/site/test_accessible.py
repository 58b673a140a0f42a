"""Every page as everybody meets it: by eye in light and dark, by screen reader, on a phone."""

from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
CUT = """
[...document.querySelectorAll(".cell_output pre, .highlight-console pre")]
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => one.textContent.slice(0, 60))
"""


def of_the_site(site):
    """Every page of text: all English ones, and the Japanese ones that are translated."""
    catalogs = ROOT / "docs" / "locale" / "ja" / "LC_MESSAGES"
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site)
        if "_static" in name.parts:
            continue
        english = name.parts[0] != "ja"
        if english or (catalogs / name.relative_to("ja")).with_suffix(".po").exists():
            yield name.as_posix()


def test_every_page_is_accessible_in_light_and_dark_and_fits_a_phone(browse, address, site, axe):
    names = list(of_the_site(site))
    first = {Path(name).parent: name for name in reversed(names)}
    assert len(first) > 8

    def look(page, own):
        return {
            name: wrong_on(page, address + name, axe, whole=name in first.values()) for name in own
        }

    shares = [names[i::6] for i in range(6)]  # a browser grows with every page that it has shown
    with ThreadPoolExecutor(2) as two:
        found = dict(ChainMap(*two.map(partial(browse, look), shares)))
    assert len(found) == len(names)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def wrong_on(page, url, axe, *, whole):
    """Look at a page of a folder: at the first one in whole, at others without what is alike.

    What surrounds the text, code and the rows of long tables are alike within a folder.
    """
    still = "*, *::before { transition: none !important }"
    page.goto(url, wait_until="load")
    page.add_style_tag(content=still)
    figures = page.locator(".govkit-figure")
    if figures.count():
        figures.last.locator(".main-svg").first.wait_for(state="attached")
    again = not whole and page.locator("article").count()
    within = "article" if again else "html"
    without = [".highlight", "tbody tr:nth-child(n+6)"] if again else []
    without = [one for one in without if page.locator(one).count()]
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    wrong = axe(page, within, without=without)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = axe(page, within, without=without, rules=["color-contrast"])
    wrong += [("dark", *one) for one in dark]
    page.set_viewport_size({"width": 390, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    wrong += [("wide", width)] if width > 390 else []
    wrong += [("cut", text) for text in page.evaluate(CUT)]
    if not again:  # anew: what scrolls on a phone is looked up when the page loads
        page.reload(wait_until="load")
        page.add_style_tag(content=still)
        wrong += [("phone", *one) for one in axe(page, "html")]
    page.set_viewport_size({"width": 1200, "height": 900})
    return wrong
