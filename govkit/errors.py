"""Every deliberate error of govkit: one sentence that says what is wrong and what to do.

No message ever holds a value from the data: column names and counts only.

::

    GovkitError
    ├── InputError (ValueError)              a parameter or a file cannot be used as it is
    │   ├── FilesError                       files hold mistakes, each with its line
    │   ├── MissingValuesError               missing values where they were refused
    │   └── NestedColumnError                lists or structures were asked to form groups
    ├── ColumnNotFoundError (LookupError)    there is no such column
    ├── SourceError (OSError)                data cannot be opened or read
    └── MissingExtraError (ImportError)      an optional package is not installed
"""

import difflib
import re
import shlex
import sys
from collections.abc import Iterable, Sequence

__all__ = [
    "ColumnNotFoundError", "FilesError", "GovkitError", "InputError", "MissingExtraError",
    "MissingValuesError", "NestedColumnError", "SourceError", "shown",
]  # fmt: skip

_LONGEST_NAME = 60
# A mail address, a day, a number of a telephone or an account.
_VALUE = re.compile(r"\S+@\S+|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?|\+?\d[\d\s()-]{5,}\d")
_MOST_NAMES = 12
_MOST_MISTAKES = 20


class GovkitError(Exception):
    """Base of all deliberate errors; catch this to catch them all."""


class InputError(GovkitError, ValueError):
    """A parameter or a file cannot be used as it is."""


class FilesError(InputError):
    """Files that people write hold mistakes.

    Attributes
    ----------
    mistakes
        One sentence each: file, line, key and what to do. The message holds the first twenty.

    Examples
    --------
    >>> print(FilesError("register", ["a.yaml:3: role: write one text."]))
    register holds 1 mistake:
    a.yaml:3: role: write one text.
    """

    def __init__(self, name: str, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        many = len(self.mistakes)
        rest = [f"and {many - _MOST_MISTAKES:,} more"] if many > _MOST_MISTAKES else []
        head = f"{name} holds {many:,} mistake{'s' if many > 1 else ''}:"
        super().__init__("\n".join([head, *self.mistakes[:_MOST_MISTAKES], *rest]))


class MissingValuesError(InputError):
    """There are missing values and the caller asked to refuse them."""


class NestedColumnError(InputError):
    """A column of lists or structures was asked to form groups."""


class SourceError(GovkitError, OSError):
    """Data cannot be opened or read."""


class MissingExtraError(GovkitError, ImportError):
    """An optional package is needed for this and is not installed.

    The message names the packages of the extra, for the Python that runs: on the package index
    the name govkit belongs to another project.

    Examples
    --------
    >>> print(MissingExtraError("Regressions", "session"))  # doctest: +ELLIPSIS
    Regressions need what is not installed: ...python... -m pip install 'statsmodels>=0.14.5'
    """

    def __init__(self, subject: str, extra: str) -> None:
        command = shlex.join([sys.executable, "-m", "pip", "install", *_packages(extra)])
        super().__init__(f"{subject} need what is not installed: {command}")


class ColumnNotFoundError(GovkitError, LookupError):
    """There is no such column; the message offers the nearest names.

    Examples
    --------
    >>> print(ColumnNotFoundError("agee", ["age", "area", "sex"]))
    There is no column 'agee'. Did you mean 'age'? Known columns: 'age', 'area', 'sex'.
    >>> print(ColumnNotFoundError("age", ["Report 2026", "column_2"]))
    There is no column 'age'. Names stand in the first line: delete what is above them. Known
    columns: 'Report 2026', 'column_2'.
    >>> print(ColumnNotFoundError("mail", ["a@example.com", "1990-04-01"]))
    There is no column 'mail'. The first line seems to hold values: put a line of names above it.
    """

    def __init__(self, column: str, known: Sequence[str]) -> None:
        known = [str(name) for name in known]  # of pandas they may be numbers, or several levels
        if any(_VALUE.fullmatch(name) for name in known):  # of people, perhaps: none is told
            super().__init__(
                f"There is no column {shown(column)}. The first line seems to hold values: put a "
                "line of names above it."
            )
            return
        near = difflib.get_close_matches(column, known, n=1)
        hint = f" Did you mean {shown(near[0])}?" if near else ""
        if any(re.fullmatch(r"column_\d+", name) for name in known):  # as columns without are named
            hint += " Names stand in the first line: delete what is above them."
        super().__init__(
            f"There is no column {shown(column)}.{hint} Known columns: {_names(known)}."
        )


def shown(name: object) -> str:
    r"""Write a column name on one line, quoted and not too long.

    Examples
    --------
    >>> print(shown('a"b; drop'), shown("two\nlines"))
    'a"b; drop' 'two\nlines'
    """
    text = repr(str(name))
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 2] + "…'"


def _packages(extra: str) -> list[str]:
    from importlib import metadata  # noqa: PLC0415 - slow to load

    try:
        lines = metadata.requires("govkit") or []
    except metadata.PackageNotFoundError:  # a source tree that nobody installed
        lines = []
    cut = (line.replace('"', "'").partition("; ") for line in lines)
    return [name for name, _, mark in cut if mark == f"extra == '{extra}'"] or [f".[{extra}]"]


def _names(known: Iterable[str]) -> str:
    names = [shown(name) for name in known]
    rest = len(names) - _MOST_NAMES
    listed = ", ".join(names[:_MOST_NAMES]) or "none"
    return listed if rest <= 0 else f"{listed} and {rest:,} more"
