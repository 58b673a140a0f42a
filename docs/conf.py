"""How the documentation site is built: everything it needs lies on the site itself."""

import inspect
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from govkit import __version__
from govkit.policy import entries

HERE = Path(__file__).parent

project = "govkit"
author = "The govkit developers"
copyright = "2026, the govkit developers. Apache License 2.0"
version = release = __version__
language = "en"  # tools/site.py builds the Japanese site from docs/locale/ja, beside this one

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "myst_nb",
    "govkit.site",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
locale_dirs = [str(HERE / "locale")]
gettext_compact = False
gettext_location = False

# Notebooks are shown as they are stored; `make nbval` proves that a fresh run gives the same.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3

# Docstrings follow NumPy; the fields of an answer are told in its "Attributes" section.
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_param = False
napoleon_use_rtype = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
maximum_signature_line_length = 80
python_use_unqualified_type_names = True
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "pydata_sphinx_theme"
html_title = "govkit"
html_favicon = "_static/mark.svg"
html_static_path = ["_static"]
html_css_files = ["govkit.css"]
html_copy_source = False
html_show_sourcelink = False
html_use_index = html_domain_indices = False  # no page leads to them, and search finds more
html_theme_options = {
    "logo": {"text": "govkit", "image_light": "_static/mark.svg", "image_dark": "_static/mark.svg"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navbar_persistent": ["search-button-field.html", "language-switch.html"],
    "navbar_end": ["theme-switcher"],
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
    "primary_sidebar_end": [],  # the theme keeps a place for advertisements there
}
html_sidebars = {"index": [], "changelog": [], "glossary": []}

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def take_notebooks() -> None:
    """Lay the stored notebooks among the tutorials: Sphinx reads what lies below its folder."""
    notebooks = HERE.parent / "notebooks"
    for source in sorted(notebooks.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in source.parts:
            continue
        target = HERE / "tutorials" / source.relative_to(notebooks)
        target.parent.mkdir(exist_ok=True)
        text = source.read_text("utf-8").replace("../docs/", "../")
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")


def signature(
    _app: Sphinx, what: str, _name: str, _of: object, _how: object, given: str, back: str
) -> tuple[str, str] | None:
    """Leave out how a class is made: answers are given. A class as a default is its name."""
    if what == "class":
        return "", ""
    return (CLASS.sub(r"\1", given), back) if given else None


def without_fields(_app: Sphinx, _what: str, _name: str, thing: object, *_: object) -> bool | None:
    """Leave out what Python adds, the number of a named tuple's field, and what Pydantic adds."""
    of = str(getattr(thing, "__module__", ""))
    return type(thing).__name__ == "_tuplegetter" or of.startswith("pydantic.") or None


def before_napoleon(
    _app: Sphinx, what: str, _name: str, _of: object, _how: object, lines: list[str]
) -> None:
    """Hide the colons of a property: napoleon sees a type before them."""
    if what == "property":
        lines[:] = [line.replace(": ", COLON) for line in lines]


def after_napoleon(
    _app: Sphinx, what: str, _name: str, of: object, _how: object, lines: list[str]
) -> None:
    """Leave out of a constant what Python says of its type, and keep attributes told together."""
    if what == "data" and "\n".join(lines).strip() == inspect.cleandoc(type(of).__doc__ or ""):
        lines.clear()
    for at, line in enumerate(lines):
        together = TOGETHER.sub(lambda names: names[0].replace(" ", SPACE), line)
        lines[at] = together.replace(COLON, ": ")


def parameters_as_lines(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Write the parameters of a signature as lines; Sphinx makes a list without terms of them."""
    if "body" in context:
        body = PARAMETERS.sub(line_of, context["body"])
        body = EMPTY.sub("<td></td>", body)  # a heading without words is none
        context["body"] = VERDICT.sub(r'<span class="go gk-\1">', body).replace(SPACE, " ")


CLASS = re.compile(r"<class '(\w+)'>")
COLON, SPACE = "\ue000", "\ue001"
TOGETHER = re.compile(r"(?<=^:ivar )\w+(?:, \w+)+(?=:)")  # or the last one is taken for a type
EMPTY = re.compile(r"<th[^>]*>\s*(?:<p>\s*</p>)?\s*</th>")
VERDICT = re.compile(r'<span class="go">(?=\W (SAFE|UNSAFE|REVIEW)</span>)')
PARAMETERS = re.compile(r"<dl>\s*(<dd>(?:(?!<dl|<dt).)*?</dd>\s*)</dl>", re.DOTALL)


def line_of(found: re.Match[str]) -> str:
    """Give the lines of one signature."""
    lines = found[1].replace("<dd>", "<span>").replace("</dd>", "</span>")
    return f'<span class="gk-parameters">{lines}</span>'


class PolicyKeys(SphinxDirective):
    """``policy-keys``: a table of keys for each of the models named."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Say of each key what it is, what it holds and where the law asks for it."""
        lines: list[str] = []
        for name in self.arguments[0].split():
            model = getattr(entries, name)
            lines += [f"### {name}\n", f"{model.__doc__}\n", "| key | is | holds | GDPR | APPI |"]
            lines += ["|---|---|---|---|---|", *(row(*one) for one in model.keys.items()), ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def row(key: str, said: dict[str, Any]) -> str:
    """Write one key as a row of Markdown."""
    kind = f"[{said['is'][0]}]" if isinstance(said["is"], list) else said["is"]
    cells = (f"`{key}`", f"`{kind}`", said["what"], said.get("gdpr", ""), said.get("appi", ""))
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def setup(app: Sphinx) -> None:
    """Connect what this page of settings adds."""
    if app.config.language == "ja":  # what the theme does not let its own catalog say
        said = {"search_bar_text": "サイト内を検索", "header_dropdown_text": "その他"}
        app.config.html_theme_options |= said
        app.config.copyright = "2026 govkit開発者（Apache License 2.0）"
    app.add_directive("policy-keys", PolicyKeys)
    app.connect("html-page-context", parameters_as_lines)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-skip-member", without_fields)
    app.connect("autodoc-process-docstring", before_napoleon, priority=400)
    app.connect("autodoc-process-docstring", after_napoleon, priority=600)


take_notebooks()
