"""How the records are reached: connections to SQLite and PostgreSQL, and how long they wait."""

import time
from collections.abc import Sequence
from contextlib import closing
from os import PathLike
from typing import Any

from govkit.errors import InputError, MissingExtraError

try:
    import sqlalchemy as sa
    from sqlalchemy import event
    from sqlalchemy.exc import ArgumentError
except ModuleNotFoundError:
    raise MissingExtraError("Records", "records") from None

PATIENCE = 30.0  # seconds, while another program writes


def engine_of(place: str | PathLike[str]) -> sa.Engine:
    """Give the engine of a SQLite file or of the URL of a PostgreSQL database.

    Raises
    ------
    InputError
        It is neither.
    MissingExtraError
        The driver is not installed.
    """
    try:
        url = sa.make_url(place) if isinstance(place, str) and "://" in place else None
    except ArgumentError:
        url = sa.URL.create("")
    url = url if url is not None else sa.URL.create("sqlite", database=str(place))
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise InputError("Records live in a SQLite file or in postgresql://user@host/database.")
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
    connection.execute("SET synchronous_commit = on")
    connection.commit()


def alone(engine: sa.Engine, statement: str) -> Sequence[Any]:
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
                raise
        else:
            # Nor for who empties the same log: then it answers 1, and has done nothing.
            if row[:1] != (1,) or time.monotonic() > until:
                return row
        time.sleep(0.02)
