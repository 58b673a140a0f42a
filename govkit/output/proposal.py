"""Start a register from data: what its columns seem to hold, for a person to confirm."""

import itertools
import os
import re
from os import PathLike
from pathlib import Path
from typing import Any

from govkit.data import classify
from govkit.errors import InputError, shown
from govkit.files import write_whole
from govkit.output.exchange import as_yaml
from govkit.policy.entries import Dataset

_HEAD = """\
# Proposed by govkit register init. A person decides: correct what is wrong (the group of people,
# the owner, each role), then write who confirms a field (confirmed_by) and the day (confirmed_on).
# Where the scan could not tell, "quasi" stands to be on the safe side; the evidence says why.
"""


def propose(
    source: str | PathLike[str], folder: str | PathLike[str]
) -> tuple[list[Path], tuple[str, ...]]:
    """Classify every table of a source and write a dataset of the register for each.

    Parameters
    ----------
    source
        A file, a folder, a database: what :func:`govkit.classify` reads.
    folder
        The register; its files go to ``folder/datasets``, which is made where it is missing.

    Returns
    -------
    The files written, and what could not be read, with why. Nobody has confirmed the proposals:
    ``confirmed_by`` is empty.

    Raises
    ------
    InputError
        A file of that name is there already; nothing is written then.
    """
    found, files = classify(source, with_pairs=False), dict[Path, str]()
    for table, fields in itertools.groupby(found.fields, key=lambda one: one.table):
        key = re.sub(r"[^\w.-]+", "-", re.sub(r"\.\w+$", "", table)).strip(".-")[:70] or "data"
        path = Path(folder) / "datasets" / f"{key}.yaml"
        if path in files:
            path = path.with_stem(f"{key}-{len(files) + 1}")
        content = {
            "key": path.stem, "title": table, "subject_group": "other", "owner": "to be named",
            "location": _location(os.fspath(source), table),
            "fields": [_field(one) for one in fields],
        }  # fmt: skip
        Dataset.model_validate(content)
        files[path] = _HEAD + as_yaml(content)
    if there := [path.name for path in files if path.exists()]:
        raise InputError(f"{shown(there[0])} is there already: move it, or choose another folder.")
    (Path(folder) / "datasets").mkdir(parents=True, exist_ok=True)
    return [write_whole(path, text) for path, text in files.items()], found.unread


def _location(source: str, table: str) -> str | None:
    """Say where the table is, without what may hold a password."""
    name = Path(source.partition("::")[0]).name
    if "://" in source:
        return None
    return table if Path(source).is_dir() or table == name else f"{name}::{table}"


def _field(found: Any) -> dict[str, object]:  # noqa: ANN401 - a Field
    unclear = found.undetermined or not found.role
    said = {
        "name": found.name, "type": found.type, "category": found.category,
        "role": "quasi" if unclear else str(found.role),
        "appi_class": found.appi_class and str(found.appi_class),
        "evidence": [f"undetermined: {found.undetermined}"] if unclear else list(found.evidence),
    }  # fmt: skip
    return {key: value for key, value in said.items() if value}
