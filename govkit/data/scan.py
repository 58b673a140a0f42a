"""Every place where data lives, behind one door.

A path, a database table or a frame of any engine becomes a Narwhals frame: one language over
pandas, Polars, PyArrow, DuckDB, Spark and Ibis. Files are read by DuckDB, which streams and spills,
so they may be larger than memory. Nothing is ever downloaded: DuckDB's extensions stay off.

This is the only module that imports an engine.
"""

from __future__ import annotations

import contextlib
import glob as globbing
import importlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow as pa

from govkit.data.encode import DAY, DECIMAL, WHOLE
from govkit.data.text import column_names, layout
from govkit.errors import GovkitError, InputError, MissingExtraError, SourceError, shown
from govkit.files import packaged

if TYPE_CHECKING:
    import duckdb

    Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]

_PARQUET = {".parquet", ".parq", ".pq"}
_SUFFIXES = {
    "parquet": _PARQUET,
    "excel": {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"},
    "arrow": {".arrow", ".feather", ".ipc", ".arrows"},
    "text": {".csv", ".tsv", ".txt", ".tab", ".gz"},
    "database": {".duckdb", ".ddb", ".db", ".sqlite", ".sqlite3"},
}
KNOWN = set().union(*_SUFFIXES.values())
_ENGINES = ("duckdb", "pandas", "polars", "pyarrow", "pyspark")
_URL = re.compile(r"^[a-z][a-z0-9+]*://", re.IGNORECASE)

# The type of a column of text in SQL: the same rule as encode.typed.
_TYPE = f"""CASE
    WHEN bool_and(regexp_full_match(%s, '{WHOLE}')) THEN 'BIGINT'
    WHEN bool_and(regexp_full_match(%s, '{DECIMAL}')) THEN 'DOUBLE'
    WHEN bool_and(regexp_full_match(%s, '{DAY}')) AND count(%s) = count(TRY_CAST(%s AS DATE))
        THEN 'DATE'
    ELSE 'VARCHAR' END"""


def scan(
    source: object,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    engine: str = "duckdb",
) -> nw.LazyFrame[Any]:
    """Open data where it is, as a Narwhals lazy frame.

    Parameters
    ----------
    source
        A CSV file (delimiter and encoding are detected, CP932 included), a Parquet file, folder or
        glob, an Excel workbook (``book.xlsx::sheet``), an Arrow or Feather file,
        ``file.duckdb::table``, ``file.sqlite::table``, ``postgresql://…/database::table``,
        a pandas, Polars or PyArrow frame, a DuckDB relation, a PySpark data frame, an Ibis table,
        a Narwhals frame, or a mapping of names to columns.
    delimiter, encoding
        Of a CSV file, where detection is wrong.
    engine
        What reads a file: ``"duckdb"`` (default), ``"pandas"``, ``"polars"``, ``"pyarrow"``
        or ``"pyspark"``. Frames stay in the engine they come in.

    Returns
    -------
    narwhals.LazyFrame
        In CSV files an empty field is a missing value; a column becomes numbers or days only where
        every entry is one and no leading zero is lost.

    Raises
    ------
    SourceError
        The source does not exist or cannot be read.
    InputError
        Duplicate column names, an unknown engine, a file type that govkit does not know.

    Examples
    --------
    >>> scan({"age": [30, 41]}).collect_schema().names()
    ['age']
    """
    with reading(source):
        frame, _ = open_source(
            source, delimiter=delimiter, encoding=encoding, engine=engine, typed=True
        )
        return frame.lazy()


def open_source(
    source: object,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    engine: str = "duckdb",
    typed: bool,
) -> tuple[Frame, bool]:
    """Open a source; the second value tells whether its columns are text still to be typed."""
    if engine not in _ENGINES:
        raise InputError(f"There is no engine {shown(engine)}: use one of {', '.join(_ENGINES)}.")
    if not isinstance(source, str | os.PathLike):
        return _frame(source), False
    location, table = _split(os.fspath(source))
    kind = _kind(location)
    if kind == "text":
        frame = _csv(Path(location), delimiter, encoding, typed=typed)
    else:
        frame = _file(location, table, kind)
    if engine != "duckdb":
        frame = _to_engine(frame, engine)
    return frame, kind == "text" and not typed


@contextlib.contextmanager
def reading(source: object) -> Iterator[None]:
    """Turn an engine's error into one sentence; its own message may hold values of people."""
    try:
        yield
    except (GovkitError, MemoryError):
        raise
    except ModuleNotFoundError as error:
        raise SourceError(
            f"{_called(source)} needs the package {error.name}, which is not installed: "
            f"pip install {error.name}."
        ) from None
    except Exception as error:  # noqa: BLE001 - engines share no base class
        raise SourceError(f"{_called(source)} cannot be read: {_reason(error)}") from None


def parquet_files(source: object) -> list[Path] | None:
    """List the files of a Parquet source in order; ``None`` where it is not Parquet.

    Folders partitioned by ``column=value`` are left to DuckDB, which knows those columns.
    """
    if not isinstance(source, str | os.PathLike):
        return None
    text = os.fspath(source)
    if "::" in text or _kind(text) != "parquet":
        return None
    files = _parquet_list(text)
    return None if any("=" in part for file in files for part in file.parent.parts) else files


def _parquet_list(text: str) -> list[Path]:
    path = Path(text)
    if path.is_file():
        return [path]
    inside = path.rglob("*") if path.is_dir() else map(Path, globbing.glob(text, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    files = sorted(file for file in inside if file.suffix.lower() in _PARQUET and file.is_file())
    if not files:
        raise SourceError(f"{_called(text)} holds no Parquet file: name a folder that does.")
    return files


def _split(text: str) -> tuple[str, str | None]:
    location, mark, table = text.partition("::")
    return location, table if mark else None


def _kind(location: str) -> str:
    path = Path(location)
    if _URL.match(location):
        return "database"
    if not location:
        raise SourceError("The name of the data is empty: give a file, a table or a frame.")
    if path.is_dir():
        return "parquet"
    suffix = path.suffix.lower()
    if not path.exists():
        if globbing.has_magic(location):
            return "parquet"
        raise SourceError(f"There is no file {shown(path.name)}: check the path.")
    for kind, suffixes in _SUFFIXES.items():
        if suffix in suffixes:
            return kind
    raise InputError(
        f"govkit does not know the file type {shown(suffix)} of {shown(path.name)}: "
        "use CSV, Parquet, Excel, Arrow, DuckDB or SQLite."
    )


def _frame(source: object) -> Frame:
    if isinstance(source, nw.DataFrame | nw.LazyFrame):
        return source
    if isinstance(source, Mapping):
        columns = {str(name): pa.array(one, from_pandas=True) for name, one in source.items()}
        source = pa.table(columns)
    try:
        frame: Frame = nw.from_native(source)
    except TypeError:
        raise InputError(
            f"govkit cannot read a {type(source).__name__}: give a path, a database table, or a "
            "pandas, Polars, PyArrow, DuckDB, Spark or Ibis frame."
        ) from None
    except nw.exceptions.DuplicateError:
        raise InputError("Column names appear more than once: rename them first.") from None
    return frame


def _file(location: str, table: str | None, kind: str) -> Frame:
    path = Path(location)
    if kind == "database":
        return _database(location, table)
    if kind == "excel":
        return _excel(path, table)
    connection = _connect()
    if kind == "arrow":
        import pyarrow.dataset as ds  # noqa: PLC0415 - slow to import, seldom needed

        return _frame(connection.from_arrow(ds.dataset(path, format="ipc")))
    names = [str(file) for file in _parquet_list(location)]
    return nw.from_native(connection.read_parquet(names, hive_partitioning=True))


def _connect(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    import duckdb  # noqa: PLC0415 - engines load when they are used

    connection = duckdb.connect(
        str(path) if path else ":memory:",
        read_only=path is not None,
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"govkit-spill-{os.getpid()}"),
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _database(location: str, table: str | None) -> Frame:
    if not table and _URL.match(location):
        raise InputError(
            "A database address needs a table, as in postgresql://host/database::table."
        )
    path = Path(location)
    if not table:
        raise InputError(
            f"{shown(path.name)} is a database: name the table, as in {path.name}::table."
        )
    if backend := _backend(location):
        return _from_ibis(backend, table)
    connection = _connect(path)
    rows = _listed(connection)
    names = {name for row in rows for name in (row[1], ".".join(row))}
    if table not in names:
        raise _no_table(table, sorted(names))
    quoted = table if table not in {n.rpartition(".")[2] for n in names} else _quoted(table)
    return nw.from_native(connection.sql(f"SELECT * FROM {quoted}"))  # noqa: S608 - a name checked and quoted


def load_ibis() -> Any:  # noqa: ANN401 - Ibis publishes no types
    """Load Ibis, an extra."""
    return _extra("ibis", "Databases", "database")


def _extra(module: str, subject: str, extra: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise MissingExtraError(subject, extra) from None


def _backend(location: str) -> Any | None:  # noqa: ANN401 - Ibis publishes no types
    """Connect to an address or an SQLite file; ``None`` for a file of DuckDB."""
    if _URL.match(location):
        return load_ibis().connect(location)
    with Path(location).open("rb") as file:
        sqlite = file.read(16).startswith(b"SQLite format 3")
    return load_ibis().sqlite.connect(location) if sqlite else None


def _from_ibis(backend: Any, table: str) -> Frame:  # noqa: ANN401 - Ibis publishes no types
    names = backend.list_tables()
    schema, _, name = table.rpartition(".")
    if table in names:
        return _frame(backend.table(table))
    if not schema:
        raise _no_table(table, names)
    return _frame(backend.table(name, database=schema))


def _no_table(table: str, names: list[str]) -> SourceError:
    listed = ", ".join(shown(name) for name in names[:12]) or "none"
    return SourceError(f"There is no table {shown(table)}. Tables: {listed}.")


def _book(path: Path) -> Any:  # noqa: ANN401 - calamine's workbook
    return _extra("python_calamine", "Excel files", "excel").load_workbook(str(path))


def _excel(path: Path, sheet: str | None) -> Frame:
    book = _book(path)
    names = book.sheet_names
    if sheet is not None and sheet not in names:
        raise _no_table(sheet, names)
    rows = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=True)
    if not rows:
        raise SourceError(f"Sheet {shown(sheet or names[0])} is empty: there is no header row.")
    header = column_names([str(name) for name in rows[0]])
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else [()] * len(header)
    return _frame(pa.table(dict(zip(header, map(_cells, columns), strict=True))))


def _cells(cells: Iterable[Any]) -> pa.Array:
    cells = [None if cell == "" else cell for cell in cells]
    try:
        return pa.array(cells)
    except (pa.ArrowException, OverflowError):  # text beside numbers
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.large_string())


def _csv(path: Path, delimiter: str | None, encoding: str | None, *, typed: bool) -> Frame:
    import duckdb  # noqa: PLC0415

    csv = layout(path, delimiter, encoding)
    connection = _connect()
    ends = {"\n": "LINE_FEED", "\r\n": "CARRIAGE_RETURN_LINE_FEED"}.get(csv.line_end)
    line_end = getattr(duckdb.CSVLineTerminator, ends) if ends else None
    relation = connection.read_csv(
        str(csv.path),
        columns=dict.fromkeys(csv.columns, "VARCHAR"),
        header=True,
        delimiter=csv.delimiter,
        quotechar='"',
        escapechar='"',
        compression="gzip" if csv.gzip else "none",
        auto_detect=False,
        lineterminator=line_end,
    )
    return nw.from_native(_typed(relation) if typed else relation)


def _typed(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Give columns their types after looking at every entry once."""
    names = [_quoted(name) for name in relation.columns]
    kinds = relation.aggregate(", ".join(_TYPE.replace("%s", name) for name in names)).fetchall()[0]
    return relation.project(
        ", ".join(f"CAST({n} AS {k}) AS {n}" for n, k in zip(names, kinds, strict=True))
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _to_engine(frame: Frame, engine: str) -> Frame:
    table = frame.lazy().collect("pyarrow")
    if engine == "pyspark":
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

        session = SparkSession.builder.getOrCreate()
        return _frame(session.createDataFrame(table.to_native()))
    return table.lazy().collect(engine)  # type: ignore[arg-type]


def _called(source: object) -> str:
    if not isinstance(source, str | os.PathLike):
        return f"The {type(source).__name__}"
    location, table = _split(os.fspath(source))
    if _URL.match(location):  # an address may hold a password
        return f"Table {shown(table)} of the database" if table else "The database"
    return shown(Path(location).absolute().name) + (f" (table {shown(table)})" if table else "")


def _reason(error: Exception) -> str:
    """Say why in words of our own, keeping of the engine's message only the line number."""
    text = str(error)
    line = re.search(r"(?i)\bline:? (\d+)", text)
    where = f" (line {line[1]})" if line else ""
    for sign, words in packaged("data/reasons.yaml").items():
        if sign.casefold() in text.casefold():
            return str(words).format(where=where)
    why = f"the reader stopped with {type(error).__name__}{where}"
    return f"{why}; check that the file is whole, and that the column names of a frame are text."


def table_names(location: str) -> list[str]:
    """List the tables of a database or the sheets of a workbook; nothing for any other file."""
    kind = _kind(location)
    if kind == "excel":
        return list(_book(Path(location)).sheet_names)
    if kind != "database":
        return []
    if backend := _backend(location):
        return sorted(backend.list_tables())
    rows = _listed(_connect(Path(location)))
    return [name if schema == "main" else f"{schema}.{name}" for schema, name in rows]


def _listed(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    query = (
        "SELECT schema_name, table_name FROM duckdb_tables() UNION ALL "
        "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
    )
    return connection.sql(query).fetchall()
