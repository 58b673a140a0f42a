"""Write data/samples/quizzes.json: the keys by which completion files of the site are marked.

python tools/quizzes_page.py [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from govkit.site import quiz_catalog

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "data" / "samples" / "quizzes.json"


def main() -> int:
    """Write the file, or tell whether it is as the pages say."""
    fresh = json.dumps(quiz_catalog(ROOT / "docs"), ensure_ascii=False, indent=1) + "\n"
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text("utf-8") != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
