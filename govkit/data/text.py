"""What a CSV file is before an engine reads it: its encoding, its delimiter, its columns."""

import atexit
import codecs
import contextlib
import csv
import functools
import gzip
import io
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from govkit.errors import InputError, SourceError, shown

_DELIMITERS = ",;\t|"
_SAMPLE = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a CSV file.

    Attributes
    ----------
    path
        A UTF-8 file: the one asked for, or a private copy of it.
    columns
        Names of the header line, each once.
    delimiter
        A single character.
    gzip
        Whether the file is compressed.
    line_end
        What ends the header line, where a name in it holds a line break, which may be another.
    """

    path: Path
    columns: list[str]
    delimiter: str
    gzip: bool
    line_end: str = ""


def layout(path: Path, delimiter: str | None = None, encoding: str | None = None) -> Layout:
    """Find out how to read a CSV file from its first lines.

    Parameters
    ----------
    path
        The file; ``.gz`` is unpacked.
    delimiter
        Default: the most frequent of comma, semicolon, tab and bar in the header line.
    encoding
        Default: UTF-8, UTF-16 with its mark, or CP932, whichever the first megabyte fits.

    Raises
    ------
    SourceError
        An empty file, or bytes of no known encoding.
    InputError
        A delimiter of several characters, an unknown encoding, a column name that appears twice.
    """
    encoding = _codec(encoding) if encoding else _encoding(path)
    first = _first_line(path, encoding).lstrip("\ufeff")
    outside_quotes = re.sub(r'"[^"]*"', "", first)
    delimiter = delimiter or max(_DELIMITERS, key=outside_quotes.count)
    if len(delimiter) != 1:
        raise InputError("The delimiter of a CSV file is a single character, as in ';'.")
    header = first.rstrip("\r\n")
    columns = column_names(next(csv.reader([header], delimiter=delimiter)))
    readable = path if encoding == "utf-8" else _transcoded(path, encoding)
    line_end = first.removeprefix(header) if re.search("[\r\n]", header) else ""
    return Layout(readable, columns, delimiter, _zipped(readable), line_end)


def column_names(names: list[str]) -> list[str]:
    """Name the columns that have no name, and refuse a name that appears twice."""
    names = [name or f"column_{position}" for position, name in enumerate(names, 1)]
    folded = [name.casefold() for name in names]
    for position, name in enumerate(folded):
        if name in folded[:position]:
            raise InputError(
                f"Column name {shown(names[position])} appears more than once "
                "(capitals do not count): rename one."
            )
    return names


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if _zipped(path) else path.open("rb")


def _zipped(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _first_line(path: Path, encoding: str) -> str:
    """Read the header record, which may hold line breaks inside quotes."""
    line = ""
    with io.TextIOWrapper(_opened(path), encoding, "replace", newline="") as file:
        for piece in file:
            line += piece
            if line.count('"') % 2 == 0 or len(line) > _SAMPLE:
                break
    if line.count('"') % 2:
        raise SourceError(
            f"{shown(path.name)} cannot be read: a quote is opened in the header and not closed."
        )
    if not line.strip():
        raise SourceError(f"{shown(path.name)} is empty: there is no header line.")
    return line


def _encoding(path: Path) -> str:
    with _opened(path) as file:
        sample = file.read(_SAMPLE)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for name in ("utf-8", "cp932"):
        with contextlib.suppress(UnicodeDecodeError):
            codecs.getincrementaldecoder(name)().decode(sample)
            return name
    raise SourceError(
        f"{shown(path.name)} is neither UTF-8 nor CP932 text: give its encoding "
        "(--encoding, for example latin-1)."
    )


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise InputError(
            f"There is no encoding {shown(encoding)}: use for example utf-8, cp932 or latin-1."
        ) from None
    return {"utf-8-sig": "utf-8", "ascii": "utf-8", "shift_jis": "cp932"}.get(name, name)


def _transcoded(path: Path, encoding: str) -> Path:
    state = path.stat()
    return _utf8_copy(path.absolute(), encoding, state.st_mtime_ns, state.st_size)


@functools.cache
def _utf8_copy(path: Path, encoding: str, *_state: int) -> Path:
    """Write a file again as UTF-8 into a private folder that goes when this process ends.

    DuckDB reads UTF-8 only, and a lazy frame may read its file at any later time.
    """
    folder = Path(tempfile.mkdtemp(prefix="govkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    target = folder / "utf8.csv"
    with _opened(path) as raw, target.open("w", encoding="utf-8", newline="") as out:
        shutil.copyfileobj(codecs.getreader(encoding)(raw), out, _SAMPLE)
    return target
