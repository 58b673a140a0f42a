"""Training modules as their pages' front matter tells them: for whom, how long, reviewed when."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.transforms import SphinxTransform

from govkit.errors import InputError
from govkit.site.language import WrittenDirective
from govkit.site.quiz import quiz_catalog
from govkit.site.quiz_directive import data_script
from govkit.site.words import words

_FRONT = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A training page: its module and version, its readers, and who keeps it."""

    page: str
    module: str
    version: int | str
    roles: tuple[str, ...]
    minutes: int
    owner: str
    reviewed: dt.date
    review_months: int
    law: tuple[str, ...]


def read_module(text: str, page: str) -> Module | None:
    """Read the front matter of a page; a page that names no module is none.

    Raises
    ------
    InputError
        When a key is missing or cannot be read.

    Examples
    --------
    >>> read_module("# A page without front matter", "page") is None
    True
    """
    found = _FRONT.match(text)
    given: Any = yaml.safe_load(found[1]) if found else None
    if not isinstance(given, dict) or "module" not in given:
        return None
    wanted: dict[str, Any] = {
        "module": str, "version": int | str, "roles": list, "minutes": int, "owner": str,
        "reviewed": dt.date, "review_months": int, "law": list,
    }  # fmt: skip
    wrong = [key for key, kind in wanted.items() if not isinstance(given.get(key), kind)]
    unknown = [role for role in given.get("roles") or () if role not in words("en")["roles"]]
    if wrong or unknown:
        said = f"write {', '.join(wrong)}" if wrong else f"there is no role {', '.join(unknown)}"
        example = f"reviewed: 2026-11-20, review_months: 12, roles: {[*words('en')['roles']]}"
        raise InputError(f"{page}: {said} ({example}).")
    lists = {key: tuple(map(str, given[key])) for key in ("roles", "law")}
    return Module(page=page, **{key: given[key] for key in wanted} | lists)


def read_modules(docs: Path) -> list[Module]:
    """Read all training modules of a folder of pages."""
    pages = {path.relative_to(docs).with_suffix("").as_posix(): path for path in docs.rglob("*.md")}
    found = (read_module(path.read_text("utf-8"), page) for page, path in sorted(pages.items()))
    return [module for module in found if module]


def law_in(citations: str, said: dict[str, Any]) -> str:
    """Write citations as they are written in the language of the words, each law named once.

    Examples
    --------
    >>> law_in("APPI 23; APPI 27(5)(i); GDPR 28(3)", words("en"))
    'APPI 23, 27(5)(i); GDPR 28(3)'
    >>> law_in("APPI 23; APPI 27(5)(i); GDPR 28(3)", words("ja"))
    '個人情報保護法第23条、第27条第5項第1号、GDPR第28条第3項'
    """
    split = [one.split(" ", 1) for one in citations.split("; ")]
    laws = groupby(split, key=lambda one: one[0])
    text = "; ".join(f"{law} {', '.join(one[-1] for one in ones)}" for law, ones in laws)
    for old, new in said["citations"]:
        text = re.sub(old, new, text)
    return text


class TrainingHead(SphinxTransform):
    """Write below a module's title for whom it is, how long it takes, and who reviewed it."""

    default_priority = 15  # before the translation, which then finds the owner and the law

    def apply(self, **_: Any) -> None:  # noqa: ANN401 - the signature is docutils'
        """Add the list to the page."""
        path = Path(self.env.doc2path(self.env.docname))
        module = read_module(path.read_text("utf-8"), self.env.docname)
        title = next(self.document.findall(nodes.title), None)
        if module is None or title is None:
            return
        said = words(self.config.language)
        readers = said["between"].join(said["roles"][role] for role in module.roles)
        law = law_in("; ".join(module.law), said)
        head = nodes.field_list(classes=["gk-head"])
        for name, template in said["head"].items():
            text = template.format(one=module, readers=readers, law=law)
            value = nodes.paragraph(text, text, translatable=text == module.owner)
            value.source, value.line = str(path), 1
            name_of = nodes.field_name("", name, translatable=False)
            head += nodes.field("", name_of, nodes.field_body("", value))
        title.parent.insert(title.parent.index(title) + 1, head)


class LearningPath(WrittenDirective):
    """``learning-path``: the modules of each role; the browser marks what it has seen passed."""

    def run(self) -> list[nodes.Node]:
        """Write the sections as Markdown and hand them to the page's own parser."""
        docs, said = Path(self.env.srcdir), words(self.config.language)
        listed = (docs / "training" / "index.md").read_text("utf-8").split()
        order = {f"training/{name}": place for place, name in enumerate(listed)}
        modules = sorted(read_modules(docs), key=lambda one: order.get(one.page, len(order)))
        for one in modules:
            self.env.note_dependency(self.env.doc2path(one.page))
        digests = {name: one["digest"] for name, one in quiz_catalog(docs)["modules"].items()}
        lines = []
        for role, title in said["roles"].items():
            own = [one for one in modules if role in one.roles]
            lines += [f"(path-{role})=", f"## {title}\n"] if own else []
            lines += [said["entry"].format(one=one) for one in own] + [""]
        data = data_script({"words": said["script"], "modules": digests}, "gk-key gk-path-key")
        return [*self.written("\n".join(lines)), data]
