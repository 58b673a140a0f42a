"""Hooks of Jupyter's contents manager: a notebook that leaks is not saved, or saved without.

In ``jupyter_server_config.py``::

    c.ContentsManager.pre_save_hook = "govkit.guard.jupyter.refuse"   # or .strip
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NoReturn

from govkit.errors import GovkitError
from govkit.guard.check import filter_text

if TYPE_CHECKING:
    from govkit.guard.leak import Leaks

THRESHOLD = "GOVKIT_GUARD_THRESHOLD"


def refuse(model: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - of Jupyter
    """Refuse to save a notebook whose outputs leak; the browser shows why.

    Raises
    ------
    tornado.web.HTTPError
        With the cells and kinds, never a value.
    """
    found = _filtered(model, clear=None)[1]
    if found is not None and found.leaks:
        places = ", ".join(dict.fromkeys(f"cell {one.cell}: {one.kind}" for one in found.leaks[:8]))
        _reject(f"its outputs tell about people ({places}); clear them first.")


def strip(model: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - of Jupyter
    """Save a notebook without the outputs that leak; the screen keeps them until a reload."""
    text, found = _filtered(model, clear="leaks")
    if found is not None and found.cleared:
        model["content"] = json.loads(text)


def _filtered(model: dict[str, Any], clear: str | None) -> tuple[str, Leaks | None]:
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return "", None
    threshold = os.environ.get(THRESHOLD, "10")
    if not threshold.isdecimal():
        _reject(f"{THRESHOLD} is no number.")
    content = json.dumps(model["content"], ensure_ascii=False).encode("utf-8", "replace")
    try:
        return filter_text(content, threshold=int(threshold), clear=clear)
    except GovkitError as error:
        _reject(str(error))


def _reject(why: str) -> NoReturn:
    """Let the browser show why a notebook is not saved."""
    from tornado.web import HTTPError  # noqa: PLC0415 - comes with Jupyter

    raise HTTPError(400, "not saved", reason=f"Not saved: {' '.join(why.split())}") from None
