"""Draw the README's picture from the real output of the command line.

::

    python tools/picture.py            write docs/_static/first-result.svg
    python tools/picture.py --check    change nothing; tell whether the picture is stale

The picture is text: it names no font from elsewhere and loads nothing.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "_static" / "first-result.svg"
WIDTH = 82
WORDS = ["check", "data/samples/customers.csv", "-q", "age,sex,postcode", "-s", "payment_record"]


def main(arguments: list[str]) -> int:
    """Write the picture, or compare it with the stored one; return the exit code."""
    fresh = drawn()
    stale = not PICTURE.exists() or PICTURE.read_text("utf-8") != fresh
    if "--check" in arguments:
        print(f"{PICTURE.name}: {'stale' if stale else 'unchanged'}")
        return int(stale)
    PICTURE.write_text(fresh, "utf-8")
    return 0


def drawn() -> str:
    """Give the picture of the command and what it printed, colors included."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "dim"), ("govkit " + " ".join(WORDS), "bold")))
    console.print(Text.from_ansi(output()), end="")
    svg = console.export_svg(title="Is this table anonymous?")
    return re.sub(r"\s*@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)


def output() -> str:
    """Run the command as a user would and give what it printed."""
    command = [sys.executable, "-c", "from govkit.cli import main; main()", *WORDS]
    around = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    done = subprocess.run(  # noqa: S603 - our own command line
        command, cwd=ROOT, env=around, check=False, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
