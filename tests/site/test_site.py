"""The site, English and Japanese: its files and links, read as a browser would."""

import doctest
import importlib
import re
import shutil
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from docutils import nodes
from sphinx.util.inventory import InventoryFile

from govkit.site.command_pages import section
from govkit.site.html_table import HtmlTable
from govkit.site.plotly_mime import MIME, PlotlyMime

ROOT = Path(__file__).parents[2]
ROOMS = (
    *("assess", "checked", "data", "dpia", "errors", "exercises", "findings", "guard", "microdata"),
    *("output", "perturbation", "plots", "policy", "records", "remedy", "result", "site", "tables"),
)
LOADING = {(tag, "src") for tag in ("script", "img", "iframe", "source")} | {("link", "href")}


class Page(HTMLParser):
    """What a page loads, where it leads, and the ids that others may point to."""

    def __init__(self, path):
        super().__init__()
        self.path, self.loads, self.links, self.ids = path, [], [], set()
        self.figures = self.empty_headings = 0
        self._heading = None
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids |= {found[key] for key in ("id", "name") if found.get(key)}
        self.figures += "govkit-figure" in (found.get("class") or "")
        if tag == "th":
            self._heading = ""
        for name, value in found.items():
            if (tag, name) in LOADING:
                self.loads.append(value)
            elif (tag, name) == ("a", "href"):
                self.links.append(value)

    def handle_data(self, data):
        if self._heading is not None:
            self._heading += data

    def handle_endtag(self, tag):
        if tag == "th":
            self.empty_headings += not (self._heading or "").strip()
            self._heading = None


@pytest.fixture(scope="session")
def pages(site):
    found = [
        Page(path)
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.relative_to(site).parts
    ]
    assert len(found) > 15
    return {page.path.relative_to(site).as_posix(): page for page in found}


def test_pages_load_nothing_from_elsewhere(pages, site):
    outside = {url for page in pages.values() for url in page.loads if urlsplit(url).netloc}
    styles = [path.read_text("utf-8") for path in site.rglob("*.css")]
    assert outside == set()
    assert not [url for text in styles for url in re.findall(r"url\(['\"]?(?:https?:)?//", text)]


def test_what_pages_load_is_there(pages):
    for page in pages.values():
        for url in page.loads:
            assert target(page, url).is_file(), (page.path.name, url)


def test_links_within_the_site_lead_somewhere(pages, site):
    for page in pages.values():
        for url in page.links:
            parts = urlsplit(url)
            if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
                continue
            path = target(page, url)
            assert path.is_file(), (page.path.name, url)
            other = pages.get(path.relative_to(site.resolve()).as_posix())
            if parts.fragment and other:
                assert unquote(parts.fragment) in other.ids, (page.path.name, url)


def target(page, url):
    path = unquote(urlsplit(url).path)
    return (page.path.parent / path if path else page.path).resolve()


def test_figures_are_drawn_by_the_script_of_the_site(pages):
    with_figures = {name for name, page in pages.items() if page.figures}
    with_script = {
        name for name, page in pages.items() if any("plotly.gz.js" in url for url in page.loads)
    }
    assert with_figures == with_script
    assert pages["tutorials/01_check_anonymization.html"].figures > 4


def test_the_site_is_small(site):
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert size < 17_500_000, "20 MB are promised; the rest is room for what is written next"


def test_every_notebook_is_on_the_site_in_both_languages(pages):
    notebooks = ROOT / "notebooks"
    names = [
        path.relative_to(notebooks).with_suffix(".html").as_posix()
        for path in notebooks.rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    ]
    assert len(names) > 5
    assert {f"{site}tutorials/{name}" for site in ("", "ja/") for name in names} <= pages.keys()


def test_no_heading_is_empty(pages):
    assert {name for name, page in pages.items() if page.empty_headings} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_has_its_entry(room, site):
    module = f"govkit.{room}"
    objects = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    entries = {
        name.removeprefix(f"{module}.")
        for kind in ("py:class", "py:data", "py:exception", "py:function")
        for name in objects[kind]
        if name.rpartition(".")[0] == module
    }
    assert entries == set(importlib.import_module(module).__all__)


def test_the_reference_says_what_docstrings_say(site):
    text = "".join(path.read_text("utf-8") for path in (site / "reference").glob("*.html"))
    assert "Alias for field number" not in text, "of a named tuple Python tells only this"
    assert ">Type<" not in text, "the words before a colon were taken for a type"
    assert not re.search("[\ue000\ue001]", text)
    assert "immutable sequence" not in text, "what Python says of a tuple, not we of a constant"
    assert "BaseModel instance" not in text, "what Pydantic says of its own methods"
    assert "&lt;class" not in text, "a class as a default is its name"


def test_attributes_told_together_keep_their_names_and_take_none_for_a_type(site):
    page = (site / "reference/assess.html").read_text("utf-8")
    text = re.sub("<[^>]*>", "", page)
    assert "file, sha256 – The file’s name, and the digest of its bytes." in text
    assert "smallest (int | None) – " in text, "types that are stay"


def test_every_room_has_its_page():
    import pkgutil

    import govkit

    rooms = {m.name for m in pkgutil.iter_modules(govkit.__path__) if not m.name.startswith("cli")}
    # used through others, or by others
    private = {"__main__", "accessor", "files", "pytest_guard", "roles"}
    assert rooms - private == set(ROOMS)


def test_every_short_name_is_told():
    text = (ROOT / "docs/reference/index.md").read_text("utf-8")
    told = set(re.findall(r"`gk\.(\w+)`", text))
    assert told == set(importlib.import_module("govkit").__all__)


def test_translation_does_not_stumble_over_figures(tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "source")
    (tmp_path / "source/index.md").write_text("# T\n\n```{toctree}\n:glob:\n\n**\n```\n")
    (tmp_path / "source/conf.py").write_text(
        "extensions = ['myst_nb', 'govkit.site']\n"
        "nb_execution_mode = 'off'\n"
        "suppress_warnings = ['myst.xref_missing']\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "gettext", "source", "out"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def bundle(content, mime=MIME):
    text = content if isinstance(content, str) else ""
    return SimpleNamespace(mime_type=mime, content=content, string=text)


class Scripts(list):
    def add_js_file(self, _key, name, _about):
        self.append(name)


@pytest.mark.parametrize(
    ("title", "caption"),
    [
        pytest.param("a &lt; b", "a &lt; b", id="escaped once"),
        pytest.param("<script>", "&lt;script&gt;", id="a tag is text"),
        pytest.param("one<br>two", "one two", id="the caption wraps by itself"),
        pytest.param(None, "Figure", id="no title"),
    ],
)
def test_figure(title, caption):
    layout = {"title": {"text": title} if title else {}, "height": 300}
    figure = {"data": [{"name": "</script>"}], "layout": layout}
    scripts = Scripts()
    (node,) = PlotlyMime.handle_mime(scripts, bundle(figure), inline=False)
    assert isinstance(node, nodes.raw)
    assert f"<figcaption>{caption}</figcaption>" in node.astext()
    assert node.astext().count("</script>") == 1
    assert "height:300px" in node.astext()
    assert scripts == ["plotly.gz.js", "govkit-figures.js"]
    assert figure["layout"] == layout, "the notebook's own figure was changed"


@pytest.mark.parametrize(
    ("renderer", "mime", "inline"),
    [
        pytest.param(PlotlyMime, "text/html", False, id="figure: other type"),
        pytest.param(PlotlyMime, MIME, True, id="figure: inline"),
        pytest.param(HtmlTable, "image/png", False, id="table: other type"),
        pytest.param(HtmlTable, "text/html", True, id="table: inline"),
    ],
)
def test_what_is_left_to_others(renderer, mime, inline):
    assert renderer.handle_mime(Scripts(), bundle("{}", mime), inline) is None


def test_table_of_pandas():
    text = pd.DataFrame({"age": [1]})._repr_html_()
    (node,) = HtmlTable.handle_mime(Scripts(), bundle(text, "text/html"), inline=False)
    assert "<th></th>" in text
    assert "<td></td>" in node.astext()
    assert "<style" not in node.astext()


def test_command_page():
    option = SimpleNamespace(
        param_type_name="option", opts=["--k"], metavar=None, required=False, default=5, help="a|b"
    )
    needed = SimpleNamespace(
        param_type_name="option", opts=["--out"], name="output", metavar=None, required=True,
        default=None, help="",
    )  # fmt: skip
    named = SimpleNamespace(**{**vars(needed), "opts": ["--by"], "metavar": "A,B"})
    command = SimpleNamespace(help="Tell.", params=[option, needed, named])
    text = "\n".join(section("govkit try", command))
    assert text.startswith("## govkit try\n\nTell.")
    assert "$ govkit try --out OUTPUT --by A,B [OPTIONS]" in text
    assert "| `--k` | a\\|b | `5` |" in text


def test_readme_shows_what_really_happens(monkeypatch):
    monkeypatch.chdir(ROOT)
    for page in ("README.md", "docs/index.md"):
        text = (ROOT / page).read_text("utf-8")
        code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
        test = doctest.DocTestParser().get_doctest(code, {}, page, page, 0)
        assert test.examples
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_picture_is_the_real_output():
    done = subprocess.run(
        [sys.executable, "tools/picture.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    text = (ROOT / "docs/_static/first-result.svg").read_text("utf-8")
    landing = (ROOT / "docs/index.md").read_text("utf-8").partition("```console\n$ govkit ")[2]
    words = landing.partition("```")[0].partition("\n")[2].split()
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
    assert words
    assert " ".join(words) in shown
    assert "font-face" not in text


@pytest.mark.parametrize("name", ["sample-policy", "sample-policy-ja"])
def test_the_public_page_of_the_sample_policy_is_on_the_site(name, site):
    from govkit.policy import load_policy

    text = unescape((site / "reference" / f"{name}.html").read_text("utf-8"))
    policy = load_policy(ROOT / "data/samples/policy.yaml")
    language = "ja" if name.endswith("ja") else "en"
    said = [*policy.clauses, *policy.purposes, *policy.promises, *policy.disclosure_grounds]
    plain = " ".join(re.sub(r"<[^>]*>", "", text).split())
    assert [one for one in said if getattr(one, f"text_{language}") not in plain] == []
    assert getattr(policy.organization, f"name_{language}") in plain


def test_every_key_of_policy_and_register_has_its_row(site):
    from govkit.policy import entries
    from govkit.policy.words import Model

    text = unescape((site / "reference/policy.html").read_text("utf-8")).replace("’", "'")
    plain = re.sub(r"</?(?:a|span)\b[^>]*>", "", text)  # terms are linked
    models = [one for one in vars(entries).values() if isinstance(one, type)]
    for model in models:
        if issubclass(model, Model) and model.__module__ == entries.__name__:
            assert f">{model.__name__}<" in text
            held = [said["what"] for said in model.keys.values()]
            assert [what for what in held if what not in plain] == []
