"""The release folder: what a person who checks outputs is given.

The layout is ACRO's (``results.json``, one CSV file per table, ``checksums``), which SACRO-Viewer
reads; ACRO 1.0.2 reads it back, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd

from govkit.errors import InputError, SourceError, shown
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govkit.checked.output import Output
    from govkit.tables import Rules

__all__ = ["write"]

FORMAT = "1.0.2"  # of ACRO, whose layout this is
_STATUS = {Verdict.SAFE: "pass", Verdict.REVIEW: "review", Verdict.UNSAFE: "fail"}
_TYPES = {"ols": "regression", "logit": "regression", "probit": "regression"}
_CHECKS = {"p_percent": "p-ratio", "dominance": "nk-rule"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(
    folder: str | os.PathLike[str], outputs: Sequence[Output], rules: Rules, degrees: int
) -> Path:
    """Write the folder in one step; see ``Session.finalize``."""
    target = Path(folder)
    if not outputs:
        raise InputError("There is no output yet: nothing is written.")
    silent = [one.name for one in outputs if one.verdict is Verdict.UNSAFE and not one.exception]
    if silent:
        raise InputError(
            f"{', '.join(silent)} {'is' if len(silent) == 1 else 'are'} unsafe: make again with "
            "suppress=True, remove_output, or say with add_exception why it should be released."
        )
    if target.exists() or target.is_symlink():
        raise SourceError(f"{shown(target.name)} exists already: choose another folder.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".govkit-") as place:
            draft = Path(place) / "release"
            draft.mkdir()
            _fill(draft, outputs, rules, degrees)
            draft.rename(target)
    except OSError as error:
        raise SourceError(
            f"{shown(target.name)} cannot be written "
            f"({(error.strerror or 'the disk refused').lower()}): choose another place."
        ) from None
    return target


def _fill(draft: Path, outputs: Sequence[Output], rules: Rules, degrees: int) -> None:
    files: dict[str, list[str]] = {}
    for one in outputs:
        files[one.name] = [f"{one.name}_{i}.csv" for i in range(len(one.frames))]
        for name, frame in zip(files[one.name], one.frames, strict=True):
            _flat(frame).to_csv(draft / name, index=False, lineterminator="\n")
    _json(draft / "results.json", {
        "version": FORMAT, "tool": "govkit",
        "results": {one.name: _record(one, files[one.name]) for one in outputs},
    })  # fmt: skip
    pairs = rules.dominance or ((0, 0),)
    _json(draft / "config.json", {
        "safe_threshold": rules.threshold, "safe_dof_threshold": degrees,
        "safe_nk_n": pairs[0][0], "safe_nk_k": pairs[0][1] / 100,
        "safe_pratio_p": (rules.p_percent or 0) / 100, "check_missing_values": True,
    })  # fmt: skip
    environment = jinja2.Environment(  # noqa: S701 - Markdown, made safe line by line
        loader=jinja2.PackageLoader("govkit.checked"), trim_blocks=True
    )
    environment.filters["line"] = _line
    text = environment.get_template("summary.md.jinja").render(
        outputs=outputs, rules=rules, files=files
    )
    (draft / "summary.md").write_text(text.strip() + "\n", "utf-8")
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in draft.iterdir()}
    (draft / "checksums").mkdir()
    for name, digest in sums.items():
        (draft / "checksums" / f"{name}.txt").write_text(digest, "utf-8")


def _record(one: Output, files: Sequence[str]) -> dict[str, Any]:
    index, cells = one.frame.index.nlevels - 1, {}
    for rule, places in one.marks.items():
        cells[_CHECKS.get(rule, rule)] = [[row, column + index] for row, column in places]
    counts = {name: len(places) for name, places in cells.items()}
    sdc = {"summary": {"suppressed": bool(one.withheld), **counts}, "cells": cells}
    outcome = pd.DataFrame("ok", range(len(one.frame)), _flat(one.frame).columns[index + 1 :])
    for rule, places in cells.items():
        for row, column in places:
            at = (row, column - index)
            before = str(outcome.iloc[at]).removeprefix("ok")
            outcome.iloc[at] = f"{before}{rule}; "
    kind = _TYPES.get(one.method, "histogram" if one.method == "hist" else "table")
    return {
        "uid": one.name, "status": _STATUS[one.verdict], "type": kind if kind == "regression"
        else "table", "properties": {"method": one.method}, "outcome": json.loads(
            outcome.set_axis(_labels(one.frame), axis=0).to_json()) if len(one.frame) else {},
        "files": [{"name": name, "sdc": sdc if i == 0 else {"summary": {}, "cells": {}}}
                  for i, name in enumerate(files)],
        "command": one.call, "summary": f"{_STATUS[one.verdict]}; {one.sentence}",
        "timestamp": one.at.replace(tzinfo=None).isoformat(timespec="seconds"),
        "comments": list(one.comments), "exception": one.exception,
    }  # fmt: skip


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a table with one line of headings, whose texts no spreadsheet takes for formulas."""
    names = [_literal(" ".join(str(part) for part in _parts(c) if str(part))) for c in frame]
    keys = frame.index.to_frame(index=False, name=[str(n or "") for n in frame.index.names])
    keys = keys.map(lambda x: _literal(str(x)) if not isinstance(x, int | float) else x)
    body = frame.reset_index(drop=True).set_axis(range(frame.shape[1]), axis=1)
    whole = pd.concat([keys, body], axis=1)
    return whole.set_axis([*map(_literal, map(str, keys.columns)), *names], axis=1)


def _labels(frame: pd.DataFrame) -> list[str]:
    """Name the rows of a table, each once."""
    names = [" ".join(map(str, _parts(label))) for label in frame.index]
    return [f"{name} ({i})" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _parts(label: object) -> tuple[object, ...]:
    return label if isinstance(label, tuple) else (label,)


def _literal(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) else text


def _line(text: str) -> str:
    """Keep a text on one line of a Markdown table."""
    plain = " ".join(text.split())
    for sign in ("\\", "|", "<", "`", "[", "*"):
        plain = plain.replace(sign, "\\" + sign)
    return plain


def _json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
