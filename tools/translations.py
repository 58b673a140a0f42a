"""Tell what of the translated pages is untranslated, uncertain or stale, or update the files.

python tools/translations.py [--update]

Wrong is also what git left in a file between two versions, and a translation that has other code,
links, roles or places to fill in than the English, or marks that Markdown does not read.

A page is translated when docs/locale/ja/LC_MESSAGES holds its file; those in WHOLE must have one,
and nothing may be missing in it. Of other pages single sentences may be translated.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
CATALOGS = ROOT / "docs" / "locale" / "ja" / "LC_MESSAGES"
HEAD = """\
msgid ""
msgstr ""
"Language: ja\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
LIST = re.compile(r"\d+\. ")
CONFLICT = re.compile(r"^(<{7}|={7}|>{7})", re.MULTILINE)
MARKDOWN = MarkdownIt("commonmark")
WHOLE = ("index", "glossary", "training/*", "tutorials/*", "howto/index", "explanation/index")


def templates(folder: Path) -> dict[str, Catalog]:
    """Give what there is to say on every page, as the pages are now."""
    words = ["-m", "sphinx", "-q", "-b", "gettext", "docs", str(folder)]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True)  # noqa: S603
    return {page_of(path, folder): read(path) for path in sorted(folder.rglob("*.pot"))}


def page_of(path: Path, folder: Path) -> str:
    """Give the name of the page of a file."""
    return path.relative_to(folder).with_suffix("").as_posix()


def read(path: Path) -> Catalog:
    """Read a file of messages."""
    with path.open("rb") as file:
        return read_po(file, locale="ja")


def marks(text: str) -> tuple[set[str], int]:
    """Give what a translation keeps as it is, and how many stars and backticks are left as text."""
    kept, left = set(), 0
    for token in MARKDOWN.parseInline(text)[0].children or ():
        if token.type == "text":
            kept |= set(re.findall(r"\{[^{}]*\}", token.content))
            left += len(re.findall("[*`]", token.content))
        elif token.type in {"code_inline", "html_inline"}:
            kept.add(f"`{token.content}`")
        kept |= {str(token.attrs[name]) for name in ("href", "src") if name in token.attrs}
    return kept, left


def problems(page: str, there: Catalog, have: Catalog | None) -> list[str]:
    """Say what is wrong with the translation of one page."""
    whole = any(fnmatch(page, pattern) for pattern in WHOLE)
    if have is None:
        return [f"{page}: is not translated"] if whole else []
    known = {message.id: message for message in have if message.id}
    wanted = {message.id for message in there if message.id}
    open_ = [key for key in wanted if not (key in known and known[key].string)]
    found = [(key, "untranslated") for key in open_ if whole]
    found += [(key, "fuzzy") for key, message in known.items() if message.fuzzy]
    found += [(key, "stale") for key in [*known, *have.obsolete] if key not in wanted]
    found += [
        (key, "a list; escape the dot") for key, one in known.items() if LIST.match(one.string)
    ]
    for key, one in known.items():
        (kept, left), (wrote, more) = marks(key), marks(one.string)
        differing = sorted(kept ^ wrote) if one.string else []
        found += [(key, f"{mark} is not in both languages") for mark in differing]
        found += [(key, "a mark that Markdown does not read")] if more > left else []
    return [f"{page}: {what}: {str(key)[:70]!r}" for key, what in found]


def update(page: str, there: Catalog, have: Catalog | None) -> None:
    """Bring one file up to date: new sentences come in empty, old ones leave."""
    made = Catalog(locale="ja")
    known = {message.id: message.string for message in have or () if not message.fuzzy}
    whole = any(fnmatch(page, pattern) for pattern in WHOLE)
    for message in there:
        if message.id and (whole or known.get(message.id)):
            made.add(message.id, known.get(message.id, ""))
    if len(made):
        path = CATALOGS / f"{page}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(HEAD.encode())
            write_po(file, made, width=100, omit_header=True)


def main() -> int:
    """Update the files, or say what is wrong with them."""
    files = {page_of(path, CATALOGS): path for path in sorted(CATALOGS.rglob("*.po"))}
    torn = [page for page, path in files.items() if CONFLICT.search(path.read_text("utf-8"))]
    if torn:
        print("\n".join(f"{page}: a conflict that git could not resolve" for page in torn))
        return 1
    have = {page: read(path) for page, path in files.items()}
    with tempfile.TemporaryDirectory() as folder:
        pages = templates(Path(folder))
    if "--update" in sys.argv[1:]:
        for page, there in pages.items():
            update(page, there, have.get(page))
        return 0
    have.pop("sphinx")  # what Sphinx and the theme leave in English
    wrong = [f"{page}: has no page any more" for page in have if page not in pages]
    for page, there in pages.items():
        wrong += problems(page, there, have.get(page))
    print("\n".join(wrong) or f"{len(have)} pages are translated.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
