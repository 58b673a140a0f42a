"""How the records are reached: connections to SQLite and PostgreSQL, and how long they wait."""

import time
from collections.abc import Sequence
from contextlib import closing
from os import PathLike
from typing import Any

from govkit.errors import InputError, MissingExtraError, SourceError
from govkit.files import packaged

try:
    import sqlalchemy as sa
    from sqlalchemy import event
    from sqlalchemy.exc import ArgumentError
except ModuleNotFoundError:
    raise MissingExtraError("Records", "records") from None

PATIENCE = 30.0  # seconds, while another program writes
_FAULTS = packaged("records/faults.yaml")


def engine_of(place: str | PathLike[str]) -> sa.Engine:
    """Give the engine of a SQLite file or of the URL of a PostgreSQL database.

    Raises
    ------
    InputError
        It is neither.
    MissingExtraError
        The driver is not installed.
    """
    url = sa.URL.create("sqlite", database=str(place))
    try:
        url = sa.make_url(str(place)) if "://" in str(place) else url
    except ArgumentError:
        url = sa.URL.create("")
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise InputError("Records live in a SQLite file or in postgresql://user@host/database.")
    if url.drivername != "sqlite":  # what stands in the URL holds
        url = url.set(query={"connect_timeout": f"{PATIENCE:.0f}"} | dict(url.query))
    try:
        # Each transaction has a connection of its own: safe across forks, nothing to close.
        engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    except ImportError:
        raise MissingExtraError("Records", "records") from None
    event.listen(engine, "connect", _on_sqlite if url.drivername == "sqlite" else _on_postgresql)
    if url.drivername == "sqlite":
        event.listen(engine, "begin", _begin)
    return engine


def _on_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - of a driver
    connection.isolation_level = None  # transactions begin below, not where the driver thinks
    waits = f"busy_timeout = {PATIENCE * 1000:.0f}"
    for pragma in (waits, "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("govkit_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _on_postgresql(connection: Any, _: object) -> None:  # noqa: ANN401 - of a driver
    for setting in ("synchronous_commit = on", f"lock_timeout = {PATIENCE * 1000:.0f}"):
        connection.execute(f"SET {setting}")
    connection.commit()


def alone(engine: sa.Engine, name: str, statement: str) -> Sequence[Any]:
    """Run a statement outside of transactions, wait for whoever is at it, give the first row."""
    until = time.monotonic() + PATIENCE
    while True:
        row: Sequence[Any] = ()
        try:
            with closing(engine.raw_connection()) as connection:
                if engine.dialect.name != "sqlite":
                    connection.dbapi_connection.autocommit = True  # type: ignore[union-attr]
                cursor = connection.cursor()
                cursor.execute(statement)
                row = (cursor.fetchone() if cursor.description else None) or ()
        except engine.dialect.loaded_dbapi.Error as error:
            # SQLite itself waits for nobody when it switches a journal.
            if "is locked" not in str(error) or time.monotonic() > until:
                raise fault(name, error) from None
        else:
            # Nor for who empties the same log: then it answers 1, and has done nothing.
            if row[:1] != (1,) or time.monotonic() > until:
                return row
        time.sleep(0.02)


def fault(name: str, error: object) -> SourceError:
    """Say in a sentence what a database says of itself; no value of an entry is in it."""
    text = f"{error} sqlstate {getattr(error, 'sqlstate', '')}".lower()
    told = next(
        (said for said, signs in _FAULTS.items() if any(one in text for one in signs)), None
    )
    return SourceError(f"{name}: {told or f'the database refused ({type(error).__name__})'}.")
