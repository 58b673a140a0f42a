"""Start a register from data: what its columns seem to hold, for a person to confirm."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from govkit.errors import InputError, shown
from govkit.output.report import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from govkit.data.classify import Field

__all__ = ["propose"]

_HEAD = """\
# Proposed by govkit register init. A person decides: correct what is wrong (the group of people,
# the owner, each role), then write who confirms a field (confirmed_by) and the day (confirmed_on).
# Where the scan could not tell, "quasi" stands to be on the safe side; the evidence says why.
"""


def propose(source: str | PathLike[str], folder: str | PathLike[str]) -> list[Path]:
    """Classify every table of a source and write a dataset of the register for each.

    Parameters
    ----------
    source
        A file, a folder, a database: what :func:`govkit.classify` reads.
    folder
        The register; its files go to ``folder/datasets``, which is made where it is missing.

    Returns
    -------
    The files written. Nobody has confirmed them: ``confirmed_by`` is empty.

    Raises
    ------
    InputError
        A file of that name is there already; nothing is written then.
    """
    from govkit.data import classify  # noqa: PLC0415 - loads what it needs
    from govkit.policy.entries import Dataset  # noqa: PLC0415

    found = classify(source, with_pairs=False).fields
    texts = {}
    for table, fields in itertools.groupby(found, key=lambda one: one.table):
        key = re.sub(r"[^\w.-]+", "-", re.sub(r"\.\w+$", "", table)).strip(".-")[:70] or "data"
        key = next(name for name in _names(key) if name not in texts)
        content = {
            "key": key, "title": table, "subject_group": "other", "owner": "to be named",
            "location": _location(os.fspath(source), table),
            "fields": [_field(one) for one in fields],
        }  # fmt: skip
        Dataset.model_validate(content)
        texts[key] = _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    files = {Path(folder) / "datasets" / f"{key}.yaml": text for key, text in texts.items()}
    if there := [path.name for path in files if path.exists()]:
        raise InputError(f"{shown(there[0])} is there already: move it, or choose another folder.")
    (Path(folder) / "datasets").mkdir(parents=True, exist_ok=True)
    return [write_whole(path, text) for path, text in files.items()]


def _names(key: str) -> Iterable[str]:
    return itertools.chain([key], (f"{key}-{number}" for number in itertools.count(2)))


def _location(source: str, table: str) -> str | None:
    """Say where the table is, without what may hold a password."""
    if "://" in source:
        return None
    inside = Path(source).is_dir() or "::" in source or table == Path(source).name
    return (
        table if inside and "::" not in source else f"{Path(source).name.split('::')[0]}::{table}"
    )


def _field(found: Field) -> dict[str, object]:
    unclear = found.undetermined or found.role is None
    said = {
        "name": found.name, "type": found.type, "category": found.category,
        "role": "quasi" if unclear else found.role and found.role.value,
        "appi_class": found.appi_class and found.appi_class.value,
        "evidence": [f"undetermined: {found.undetermined}"] if unclear else list(found.evidence),
    }  # fmt: skip
    return {key: value for key, value in said.items() if value}
