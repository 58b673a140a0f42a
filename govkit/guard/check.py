"""Look through notebooks, and clear what leaks if that is asked for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from govkit.errors import GovkitError, InputError
from govkit.files import write_whole
from govkit.guard.leak import Leaks
from govkit.guard.notebook import cleared, find_notebooks, lines, read_file, read_text, stripped
from govkit.guard.watch import columns, notebook_leaks

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    from govkit.guard.leak import Leak
    from govkit.guard.notebook import Notebook
    from govkit.guard.records import Known
    from govkit.policy import Register

CLEAR = (None, "leaks", "all")


def check_notebooks(
    paths: Iterable[str | os.PathLike[str]],
    *,
    threshold: int = 10,
    register: Register | None = None,
    sources: bool = False,
    clear: str | None = None,
) -> Leaks:
    """Tell what the saved outputs of notebooks tell about people.

    Parameters
    ----------
    paths
        Notebooks, and folders of them.
    threshold
        Counts below it tell about people; those of zero do not.
    register
        Knows which columns of which dataset are personal; without it the columns are judged as
        :func:`govkit.classify` judges them.
    sources
        Also look at code and text, for values, credentials and paths with a user's name.
    clear
        ``"leaks"`` clears the outputs that leak and leaves every other byte; ``"all"`` clears all
        outputs and execution counts. What stands in a source is for a person to change.

    Returns
    -------
    Leaks
        What is left after clearing, measured again; never a value.

    Raises
    ------
    InputError
        There is no notebook, or a parameter is wrong.

    Examples
    --------
    >>> check_notebooks(["notebooks/03_data_map.ipynb"]).verdict
    <Verdict.SAFE: 'safe'>
    """
    if clear not in CLEAR or threshold < 1:
        raise InputError("clear is None, 'leaks' or 'all', and a threshold is 1 or more.")
    found: list[Leak] = []
    unread, read, gone, accepted = [], 0, 0, 0
    known = columns(register)
    for path in find_notebooks(paths):
        try:
            notebook = read_file(path)
            text, leaks, before, allowed = _looked_at(
                notebook, threshold, known, sources=sources, clear=clear
            )
            if text != notebook.text:
                write_whole(path, lambda draft, path=path, text=text: _write(draft, path, text))  # type: ignore[misc]
        except GovkitError as error:
            unread.append(str(error))
            continue
        read, gone, accepted = read + 1, gone + before, accepted + allowed
        found += leaks
    if not read and not unread:
        raise InputError(
            "There is no notebook in what was named: name .ipynb files or a folder of them."
        )
    return Leaks(
        notebooks=read, found=len(found), cleared=gone, allowed=accepted, leaks=tuple(found),
        unread=tuple(unread),
    )  # fmt: skip


def filter_text(
    content: bytes, *, threshold: int = 10, register: Register | None = None,
    sources: bool = False, clear: str | None = "leaks",
) -> tuple[str, Leaks]:  # fmt: skip
    """Clear the bytes of one notebook, as a filter of git or of Jupyter does.

    Returns
    -------
    tuple
        The text without what leaks, and what is left in it.
    """
    notebook = read_text("the notebook", content)
    text, leaks, gone, allowed = _looked_at(
        notebook, threshold, columns(register), sources=sources, clear=clear
    )
    return text, Leaks(
        notebooks=1, found=len(leaks), cleared=gone, allowed=allowed, leaks=tuple(leaks)
    )


def _looked_at(
    notebook: Notebook, threshold: int, known: Known, *, sources: bool, clear: str | None
) -> tuple[str, list[Leak], int, int]:
    """Give the text, what leaks in it, how many places were cleared and how many are allowed."""
    if clear == "all":
        notebook = read_text(notebook.name, stripped(notebook).encode())
    before = 0
    while True:
        try:
            leaks, allowed = notebook_leaks(
                notebook.document, notebook.name, threshold=threshold, known=known, sources=sources
            )
        except InputError as error:
            raise InputError(f"{notebook.name}: {error}") from None
        gone = [leak for leak in leaks if leak.part != "source"] if clear else []
        text = cleared(notebook, gone) if gone else notebook.text
        if text == notebook.text:
            starts = [1, *lines(notebook)] if leaks else []
            leaks = [replace(one, line=starts[one.cell]) for one in leaks]
            return text, leaks, before, allowed
        before += len(gone)
        notebook = read_text(notebook.name, text.encode())


def _write(draft: Path, like: Path, text: str) -> None:
    """Write beside the notebook with its permissions; a private file stays private."""
    draft.write_bytes(text.encode())
    shutil.copymode(like, draft)
