"""Build the site in English, and below it, in ja/, in Japanese; both share what is the same.

python tools/site.py [FOLDER]
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "_build" / "html"
KEPT = re.compile(
    r"(<(?:pre|textarea|script|style)\b.*?</(?:pre|textarea|script|style)>)", re.DOTALL
)
INDENT = re.compile(r"\n\s*\n|\n[ \t]+")
ESCAPED = re.compile(r"(?<!\\)\\u([3-9][0-9a-f]{3})")  # Japanese in an index of words
EACH_WORD = re.compile(r'<span class="(?:pre|w)">([^<]*)</span>')
OPTION = re.compile(r"(?=.*-).{1,30}")
LONG = 24
LOADED = re.compile(r'(?<=")((?:\.\./)*)(_static/[^"?#]+)(?=["?#])')


def build(folder: Path, language: str, trees: Path) -> None:
    """Let Sphinx build one language; a warning, such as a link to nowhere, is an error."""
    words = ["-W", "--keep-going", "-q", "-b", "html", "-D", f"language={language}"]
    words += ["-d", str(trees / language)]
    (folder / "_static").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sphinx", *words, str(ROOT / "docs"), str(folder)],
        cwd=ROOT, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.returncode)


def share(folder: Path, inner: str) -> None:
    """Delete what an inner site has in common with the outer one, and load it from there."""
    below = folder / inner
    for path in sorted((below / "_static").rglob("*")):
        other = folder / path.relative_to(below)
        if path.is_file() and other.is_file() and path.read_bytes() == other.read_bytes():
            path.unlink()
    for page in below.rglob("*.html"):
        depth = "../" * (len(page.relative_to(below).parts) - 1)

        def outer(found: re.Match[str], depth: str = depth) -> str:
            own = found[1] != depth or (below / found[2]).exists()
            return found[0] if own else f"{depth}../{found[2]}"

        text = page.read_text("utf-8")
        page.write_text(LOADED.sub(outer, text), "utf-8")


def plain(found: re.Match[str]) -> str:
    """Give a word without its mark, which keeps one with hyphens in a line; long ones may break."""
    if OPTION.fullmatch(found[1]):
        return found[0]
    return re.sub("([._/|])", r"\1<wbr>", found[1]) if len(found[1]) > LONG else found[1]


def lighten(folder: Path) -> None:
    """Take away what no reader needs: indentation, marks of words, escapes, notebooks again."""
    for page in folder.rglob("*.html"):
        parts = KEPT.split(page.read_text("utf-8"))  # every second one is kept as it is
        parts[::2] = [EACH_WORD.sub(plain, INDENT.sub("\n", part)) for part in parts[::2]]
        page.write_text("".join(parts), "utf-8")
    for path in folder.rglob("searchindex.js"):
        text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), path.read_text("utf-8"))
        path.write_text(text, "utf-8")
    for path in (folder / "_static").rglob("*.map"):
        path.unlink()
    for made in folder.parent, folder:
        shutil.rmtree(made / "jupyter_execute", ignore_errors=True)  # of MyST-NB, per language


def main() -> int:
    """Build both."""
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER
    trees = folder.with_name(f"{folder.name}.doctrees")  # what Sphinx remembers is no page
    build(folder, "en", trees)
    build(folder / "ja", "ja", trees)
    share(folder, "ja")
    lighten(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
