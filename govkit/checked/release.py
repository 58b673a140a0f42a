"""The release folder: what a person who checks outputs is given.

The layout is ACRO's (``results.json``, one CSV file per table, ``checksums``), which SACRO-Viewer
reads; ACRO 1.0.2 reads it back, too.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd

from govkit.errors import InputError, SourceError, shown
from govkit.result import Verdict

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from govkit.checked.output import Output
    from govkit.tables import Rules


FORMAT = "1.0.2"  # of ACRO, whose layout this is
_STATUS = {Verdict.SAFE: "pass", Verdict.REVIEW: "review", Verdict.UNSAFE: "fail"}
_CHECKS = {"p_percent": "p-ratio", "dominance": "nk-rule"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(
    folder: str | os.PathLike[str], outputs: Sequence[Output], rules: Rules, degrees: int
) -> Path:
    """Write the folder in one step; see ``Session.finalize``."""
    target = Path(folder)
    silent = [one.name for one in outputs if one.verdict is Verdict.UNSAFE and not one.exception]
    if silent or not outputs:
        raise InputError(
            f"{', '.join(silent)} cannot be released as it is: make it again with suppress=True, "
            "remove_output, or say with add_exception why it should be released."
            if silent
            else "There is no output yet: nothing is written."
        )
    if target.exists() or target.is_symlink():
        raise SourceError(f"{shown(target.name)} exists already: choose another folder.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".govkit-") as place:
            draft = Path(place) / "release"
            (draft / "checksums").mkdir(parents=True)
            for name, text in _files(outputs, rules, degrees).items():
                (draft / name).write_bytes(text.encode())
                digest = hashlib.sha256(text.encode()).hexdigest()
                (draft / "checksums" / f"{name}.txt").write_text(digest, "utf-8")
            draft.rename(target)
    except OSError as error:
        raise SourceError(
            f"{shown(target.name)} cannot be written "
            f"({(error.strerror or 'the disk refused').lower()}): choose another place."
        ) from None
    return target


def _files(outputs: Sequence[Output], rules: Rules, degrees: int) -> dict[str, str]:
    """Give every file of the folder as text."""
    tables = {one.name: {f"{one.name}_{i}.csv": _csv(frame) for i, frame in enumerate(one.frames)}
              for one in outputs}  # fmt: skip
    results = {one.name: _record(one, list(tables[one.name])) for one in outputs}
    n, k = (rules.dominance or ((0, 0),))[0]
    config = {"safe_threshold": rules.threshold, "safe_dof_threshold": degrees, "safe_nk_n": n,
              "safe_nk_k": k / 100, "safe_pratio_p": (rules.p_percent or 0) / 100}  # fmt: skip
    environment = jinja2.Environment(  # noqa: S701 - Markdown, made safe line by line
        loader=jinja2.PackageLoader("govkit.checked")
    )
    environment.filters["line"] = _line
    page = environment.get_template("summary.md.jinja")
    files = {name: text for mine in tables.values() for name, text in mine.items()}
    return files | {
        "results.json": _json({"version": FORMAT, "tool": "govkit", "results": results}),
        "config.json": _json(config),
        "summary.md": page.render(outputs=outputs, rules=rules, files=tables).strip() + "\n",
    }


def _record(one: Output, files: Sequence[str]) -> dict[str, Any]:
    keys = one.frame.index.nlevels - 1  # the viewer counts columns after the first
    cells = {_CHECKS.get(rule, rule): [[row, column + keys] for row, column in places]
             for rule, places in one.marks.items()}  # fmt: skip
    summary = {"suppressed": bool(one.withheld)} | {name: len(at) for name, at in cells.items()}
    status = _STATUS[one.verdict]
    return {
        "uid": one.name, "status": status, "properties": {"method": one.method}, "outcome": {},
        "type": "table" if one.marks or one.known else "regression", "command": one.call,
        "files": [{"name": name, "sdc": {"summary": summary, "cells": {} if i else cells}}
                  for i, name in enumerate(files)],
        "summary": f"{status}; {one.sentence}", "exception": one.exception,
        "timestamp": one.at.replace(tzinfo=None).isoformat(timespec="seconds"),
        "comments": list(one.comments), "fair": {"context": one.call},
    }  # fmt: skip


def _csv(frame: pd.DataFrame) -> str:
    """Write a table under one line of headings, with no text that is a formula to a spreadsheet."""
    keys = frame.index.to_frame(index=False).astype(object)
    names = ["" if name is None else _literal(str(name)) for name in frame.index.names]
    parts = [c if isinstance(c, tuple) else (c,) for c in frame]
    names += [_literal(" ".join(str(part) for part in c if part != "")) for c in parts]
    body = frame.reset_index(drop=True).set_axis(range(frame.shape[1]), axis=1)
    whole = pd.concat([keys.map(_literal), body.map(_literal)], axis=1)
    return str(whole.to_csv(index=False, header=names, lineterminator="\n"))


def _literal(cell: Any) -> Any:  # noqa: ANN401 - of a table
    formula = isinstance(cell, str) and cell.startswith(_FORMULA)
    return f"'{cell}" if formula else cell


def _line(text: str) -> str:
    """Keep a text on one line of a Markdown table."""
    plain = " ".join(text.split())
    for sign in ("\\", "|", "<", "`", "[", "*"):
        plain = plain.replace(sign, "\\" + sign)
    return plain


def _json(content: object) -> str:
    return json.dumps(content, indent=2) + "\n"  # in ASCII: the viewer reads it as Windows is set
