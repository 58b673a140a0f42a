"""The recipe by which a repository keeps its notebooks true and clean, as plain files."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from govkit.errors import SourceError, shown
from govkit.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def lay_out(folder: Path) -> tuple[list[str], list[str]]:
    """Write the files of the recipe into a repository; what is there stays as it is.

    Returns
    -------
    tuple
        The files written, and those that were there.

    Raises
    ------
    SourceError
        The folder does not exist or may not be written to.
    """
    if not folder.is_dir():
        raise SourceError(f"There is no folder {shown(folder.name)}: create it first.")
    made, kept = [], []
    with as_file(files("govkit.guard") / "recipe_files") as recipe:
        for file in sorted(path for path in recipe.rglob("*") if path.is_file()):
            plain = file.with_suffix("") if file.name.endswith(".py.txt") else file
            name = plain.relative_to(recipe).as_posix()
            target = folder / name
            if target.exists() or target.is_symlink():
                kept.append(name)
                continue
            _folder(target.parent)
            write_whole(target, file.read_bytes())
            made.append(name)
    _folder(folder / "notebooks")
    return made, kept


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = (error.strerror or "it was refused").lower()
        raise SourceError(f"The folder {shown(path.name)} cannot be made ({why}).") from None
