"""A register in other people's formats, and back: ROPA, fideslang, DPV, Markdown."""

import json
import tempfile
from os import PathLike
from pathlib import Path
from typing import Any

import yaml

from govkit.errors import InputError, SourceError, shown
from govkit.files import write_whole
from govkit.output.data_map import map_register
from govkit.output.processing import filled, stated, uses, words
from govkit.output.report import Section, html_report
from govkit.policy import Policy, Register, load_register
from govkit.policy.reading import read_yaml

#: What a register can be written as.
FORMATS = ("ropa-csv", "ropa-xlsx", "fideslang", "dpv",
           "markdown", "html", "mermaid", "graphviz")  # fmt: skip


def export_register(
    register: Register, output: str | PathLike[str], *, format: str,  # noqa: A002 - --format
    policy: Policy | None = None, days: int = 90,
) -> Path:  # fmt: skip
    """Write a register for others; nothing about single persons leaves it.

    Parameters
    ----------
    register
        What the company does.
    output
        The file.
    format
        ``ropa-csv`` or ``ropa-xlsx`` (records of GDPR Article 30), ``fideslang`` (YAML), ``dpv``
        (JSON-LD of the W3C Data Privacy Vocabulary); of the data map ``markdown`` or ``html`` (a
        page), ``mermaid`` or ``graphviz`` (the diagram as text).
    policy
        The organization, and the texts of the purposes.
    days
        How far ahead "soon" reaches in the data map.

    Raises
    ------
    InputError
        The format is unknown, or cannot hold the register.
    SourceError
        The file cannot be written.
    """
    from govkit.output import fides, ropa  # noqa: PLC0415 - each loads what it needs

    if format not in FORMATS:
        raise InputError(f"There is no format {shown(format)}: known are {', '.join(FORMATS)}.")
    if format.startswith("ropa"):
        return write_whole(output, getattr(ropa, format.replace("-", "_"))(register, policy))
    if format == "fideslang":
        return write_whole(output, as_yaml(fides.to_fides(register, policy)))
    about: dict[str, Any] = {"register": register, "policy": policy}
    if format == "dpv":
        linked = stated("dpv", uses=uses(register, policy), dpv=words("dpv"), **about)
        return write_whole(output, json.dumps(linked, ensure_ascii=False, indent=2) + "\n")
    found = map_register(register, policy, days=days)
    if format == "markdown":
        return write_whole(output, filled("register.md", map=found, **about))
    if format in found.diagrams:
        return write_whole(output, found.diagrams[format])
    section = Section(title="Who, what, why, where, to whom", text="What the register says.",
                      result=found, figures=found.figures())  # fmt: skip
    return write_whole(output, html_report("Data map", [section]))


def import_register(source: str | PathLike[str], folder: str | PathLike[str]) -> Register:
    """Write a register from a record of processing activities (CSV, Excel) or fideslang (YAML).

    Parameters
    ----------
    source
        The file; its ending tells what it is.
    folder
        Where the register goes; it must not exist yet, or be empty.

    Raises
    ------
    SourceError, InputError
        The file cannot be read, or is something else.
    FilesError
        What it says does not make a register; no folder is written.
    """
    from govkit.output import fides, ropa  # noqa: PLC0415

    path = Path(source)
    if path.suffix.lower() in {".yaml", ".yml"}:
        return write_register(fides.from_fides(read_yaml(path)), folder)
    return write_register(ropa.read_ropa(path), folder)


def write_register(
    entries: dict[str, list[dict[str, Any]]], folder: str | PathLike[str]
) -> Register:
    """Write entries as a register, one file each, whole or not at all, and load it.

    Raises
    ------
    InputError
        The folder holds something already.
    FilesError
        The entries do not make a register.
    """
    from govkit.output.ropa import as_key  # noqa: PLC0415

    target = Path(folder).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{shown(target.name)} exists already: choose another folder.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".govkit-") as name:
            made = Path(name) / target.name
            for kind, several in entries.items():
                for number, one in enumerate(several):
                    stem = as_key(str(one.get("key") or one.get("rule") or number))
                    path = made / kind / f"{stem}.yaml"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    while path.exists():  # a key that stands twice is for the loader to tell
                        path = path.with_stem(f"{path.stem}_")
                    path.write_text(as_yaml(one), "utf-8")
            load_register(made)
            made.replace(target)
    except SourceError:
        raise
    except OSError:
        raise SourceError(
            f"{shown(target.name)} cannot be written: choose another place."
        ) from None
    return load_register(target)


def as_yaml(value: Any) -> str:  # noqa: ANN401
    """Write entries as people read them: in their order, with their own signs."""
    fast: Any = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    return str(yaml.dump(value, Dumper=fast, allow_unicode=True, sort_keys=False, width=100))
