"""Hooks of Jupyter's contents manager: a notebook that leaks is not saved, or saved without.

In ``jupyter_server_config.py``::

    c.ContentsManager.pre_save_hook = "govkit.guard.jupyter.refuse"   # or .strip
"""

from __future__ import annotations

import json
import os
from typing import Any

from govkit.errors import GovkitError
from govkit.guard.check import filter_text

THRESHOLD = "GOVKIT_GUARD_THRESHOLD"


def refuse(model: dict[str, Any], path: str, **_: Any) -> None:  # noqa: ANN401 - of Jupyter
    """Refuse to save a notebook whose outputs leak; the browser shows why.

    Raises
    ------
    tornado.web.HTTPError
        With the cells and kinds, never a value.
    """
    from tornado.web import HTTPError  # noqa: PLC0415 - comes with Jupyter

    _, found = _filtered(model, clear=None)
    if found is not None and found.leaks:
        places = ", ".join(dict.fromkeys(f"cell {one.cell}: {one.kind}" for one in found.leaks[:8]))
        raise HTTPError(
            400, "not saved", reason=f"Not saved, because its outputs tell about people ({places}). Clear them first."
        )


def strip(model: dict[str, Any], path: str, **_: Any) -> None:  # noqa: ANN401 - of Jupyter
    """Save a notebook without the outputs that leak; on the screen they stay until it is reloaded."""
    text, found = _filtered(model, clear="leaks")
    if found is not None and found.cleared:
        model["content"] = json.loads(text)


def _filtered(model: dict[str, Any], clear: str | None) -> tuple[str, Any]:
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return "", None
    from tornado.web import HTTPError  # noqa: PLC0415

    threshold = os.environ.get(THRESHOLD, "10")
    text = json.dumps(model["content"], ensure_ascii=False)
    try:
        number = int(threshold)
        return filter_text(text.encode("utf-8", "replace"), threshold=number, clear=clear)
    except (GovkitError, ValueError) as error:
        why = str(error) if isinstance(error, GovkitError) else f"{THRESHOLD} is no number"
        raise HTTPError(400, "not saved", reason=f"Not saved: {' '.join(why.split())}") from None
