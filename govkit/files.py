"""Files are written whole or not at all; those of the package are read from where it is."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.errors import SourceError, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment


def write_whole(
    path: str | os.PathLike[str], content: str | bytes | Callable[[Path], None]
) -> Path:
    """Write a file in one step: it is there whole or, after an error, as it was before.

    Parameters
    ----------
    path
        Where to.
    content
        Text (UTF-8), bytes, or what writes the file that it is given.

    Raises
    ------
    SourceError
        The folder does not exist or may not be written to, or the disk is full.
    """
    target = Path(path)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".govkit-") as folder:
            draft = Path(folder) / target.name
            if callable(content):
                content(draft)
            else:
                draft.write_bytes(content.encode() if isinstance(content, str) else content)
            with draft.open("rb+") as file:
                os.fsync(file.fileno())  # a full disk may show only now
            draft.replace(target)
    except SourceError:  # of what writes the file: it says more
        raise
    except OSError as error:
        raise SourceError(
            f"{shown(target.name)} cannot be written "
            f"({(error.strerror or 'the disk refused').lower()}): choose another place."
        ) from None
    return target


def unread(path: str | os.PathLike[str], advice: str) -> SourceError:
    """Give the error of a file that cannot be read: there is none, or what stands in ``advice``."""
    name = shown(Path(path).name)
    if not Path(path).exists():
        return SourceError(f"There is no file {name}: check the path.")
    return SourceError(f"{name} {advice}")


@cache
def packaged(name: str) -> Any:  # noqa: ANN401 - what YAML holds
    """Read a YAML file of this package, as ``"remedy/japan.yaml"``: what is known, not computed."""
    import yaml  # noqa: PLC0415 - slow to load

    text = files("govkit").joinpath(name).read_text("utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe


@cache
def templates(room: str, *, page: bool = False) -> Environment:
    """Give what fills the templates of a room; on a page every text is escaped."""
    import jinja2  # noqa: PLC0415 - slow to load
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    made = SandboxedEnvironment(
        loader=jinja2.PackageLoader(f"govkit.{room}"), autoescape=page, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"],
    )  # fmt: skip
    made.policies["json.dumps_kwargs"] = {"default": str, "ensure_ascii": False}
    return made
