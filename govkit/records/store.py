"""The store of the records: one SQLite file, or PostgreSQL for a team; entries are only added.

Whoever appends holds the lock of the whole chain, so that it never forks. An entry that
``append`` gave back is on the disk.
"""

import datetime as dt
import json
import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from govkit.errors import InputError, MissingExtraError, SourceError, shown
from govkit.policy import Register
from govkit.policy.loading import kinds_of
from govkit.records import chain
from govkit.records.chain import Entry, Verification
from govkit.records.connections import alone, engine_of, fault

try:
    import sqlalchemy as sa
    from sqlalchemy.exc import DBAPIError
except ModuleNotFoundError:
    raise MissingExtraError("Records", "records") from None

VERSION = "1"  # of the tables, as migrations/versions makes them
_VERSIONS = "govkit_records_version"
_LOCK = 0x676F766B6974  # any number of our own
_EMPTIED = "PRAGMA wal_checkpoint(TRUNCATE)"  # answers 1 while somebody reads what is in the log
_MIGRATING = threading.Lock()  # Alembic knows one database at a time in a whole program
#: What the register calls the entries of a kind, and how their numbers begin.
_KINDS = {
    "disclosure": ("disclosures", "D"), "request": ("requests", "R"),
    "incident": ("incidents", "I"), "training": ("training", "T"),
    "assessment": ("assessments", "A"),
}  # fmt: skip
#: Kinds that have a way of their own, without which nobody could believe them.
_GUARDED = dict.fromkeys(("disclosure", "override"), "govkit disclose") | {
    chain.ERASURE: "govkit records erase"
}
_TABLES = sa.MetaData()
_ENTRIES = sa.Table(
    "entries", _TABLES, sa.Column("number", sa.BigInteger, primary_key=True),
    *(sa.Column(name, sa.Text) for name in (*chain.PARTS[1:], "digest")),
)  # fmt: skip
_PERSONS = sa.Table(
    "persons", _TABLES, *(sa.Column(name, sa.Text) for name in ("token", "salt", "data"))
)


class Store:
    """Records that are only ever added to; made by :func:`open_store`.

    Attributes
    ----------
    name
        Name of the file, or "the database".
    file
        Path of the SQLite file.
    """

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine, self.name = engine, name
        self._sqlite = engine.dialect.name == "sqlite"
        self.file = engine.url.database if self._sqlite else None

    def __repr__(self) -> str:
        """Name the file; never a password."""
        return f"Store({self.name!r})"

    def append(
        self, kind: str, key: str | None, content: Mapping[str, Any], *, author: str,
        policy_version: str | None = None, person: Mapping[str, Any] | None = None,
        at: dt.datetime | None = None, after: int | None = None,
    ) -> Entry:  # fmt: skip
        """Write an entry; when it is given back, it is on the disk.

        Parameters
        ----------
        kind, key
            What it is about. A correction is a new entry with the same two. Without a key it gets
            the next number of its kind and year: ``I-2026-004``. Disclosures and overrides are
            written by the gate alone, erasures by ``erase``.
        content
            Plain JSON without personal data. That of ``disclosure``, ``request``, ``incident``,
            ``training`` and ``assessment`` has the keys of the register, and its own under
            ``details``; ``details.withdrawn`` takes it out of what is judged.
        author, policy_version
            Who writes it, and under which policy.
        person
            Values of a data subject. They are kept apart and can be erased; the entry has a
            random token and a salted digest of them.
        at
            When it was written; default: now.
        after
            Number of the newest entry of the case that was known when this one was decided. If
            somebody wrote another since, nothing is written.

        Raises
        ------
        InputError
            The content is not of its kind, or no plain JSON; or another came in between.
        SourceError
            It could not be written; then nothing was.
        """
        if kind in _GUARDED:
            raise InputError(f"An entry of the kind {kind} is written by {_GUARDED[kind]} alone.")
        return self._append(
            kind, key, content, author=author, policy_version=policy_version, person=person,
            at=at, after=after,
        )  # fmt: skip

    def _append(
        self, kind: str, key: str | None, content: Mapping[str, Any], *, author: str,
        policy_version: str | None = None, person: Mapping[str, Any] | None = None,
        at: dt.datetime | None = None, after: int | None = None, whole_kind: bool = False,
    ) -> Entry:  # fmt: skip
        at = at or dt.datetime.now(dt.UTC)
        if at.tzinfo is None:
            raise InputError("The time of an entry needs its distance from UTC: add a time zone.")
        said: dict[str, str | None] = {"kind": kind, "at": chain.written_at(at), "author": author}
        with self._transaction(write=True) as connection:
            if after is not None:
                newest = sa.select(sa.func.max(_ENTRIES.c.number)).where(_ENTRIES.c.kind == kind)
                newest = newest if whole_kind else newest.where(_ENTRIES.c.key == key)
                if (connection.execute(newest).scalar() or 0) > after:
                    raise InputError(
                        f"Somebody else recorded a {shown(kind)} at the same moment: look at it, "
                        "then repeat."
                    )
            prefix = _KINDS[kind][1] if kind in _KINDS else kind.upper()
            said["key"] = key or self._next(connection, prefix, at.year)
            said["policy_version"] = policy_version
            return self._write(connection, said, content, person)

    def _write(
        self, connection: sa.Connection, said: Mapping[str, str | None],
        content: Mapping[str, Any], person: Mapping[str, Any] | None = None,
    ) -> Entry:  # fmt: skip
        _fit(str(said["kind"]), str(said["key"]), content, str(said["author"]))
        last = connection.execute(sa.select(_ENTRIES).order_by(_ENTRIES.c.number.desc()).limit(1))
        before: chain.Row = last.mappings().first() or {"number": 0, "digest": chain.GENESIS}
        row: dict[str, Any] = dict.fromkeys(chain.PARTS) | dict(said)
        row |= {"number": before["number"] + 1, "previous": before["digest"]}
        row["content"] = chain.canonical(dict(content))
        if person is not None:
            token, salt = secrets.token_hex(16), secrets.token_hex(16)
            kept = {"token": token, "salt": salt, "data": chain.canonical(dict(person))}
            connection.execute(_PERSONS.insert(), kept)
            row |= {"person": token, "commitment": chain.commitment_of(salt, kept["data"])}
        row["digest"] = chain.digest_of(row)
        connection.execute(_ENTRIES.insert(), row)
        return chain.read(row)

    def entries(self, kind: str | None = None, key: str | None = None) -> tuple[Entry, ...]:
        """Give the entries in their order: all, those of a kind, or those with a key."""
        wanted = {"kind": kind, "key": key}
        return self._read(
            *(_ENTRIES.c[name] == word for name, word in wanted.items() if word is not None)
        )

    def latest(self, kind: str) -> dict[str, Entry]:
        """Give the newest entry of each key of a kind: its state now."""
        newest = sa.select(sa.func.max(_ENTRIES.c.number)).where(_ENTRIES.c.kind == kind)
        found = self._read(_ENTRIES.c.number.in_(newest.group_by(_ENTRIES.c.key)))
        return {one.key: one for one in found}

    def _read(self, *conditions: sa.ColumnElement[bool]) -> tuple[Entry, ...]:
        wanted = sa.select(_ENTRIES).where(*conditions).order_by(_ENTRIES.c.number)
        with self._transaction() as connection:
            return tuple(map(chain.read, connection.execute(wanted).mappings()))

    def person(self, token: str) -> dict[str, Any] | None:
        """Give the values of a person; ``None`` where there are none, or none any more."""
        wanted = sa.select(_PERSONS.c.data).where(_PERSONS.c.token == token)
        with self._transaction() as connection:
            data = connection.execute(wanted).scalar()
        return None if data is None else dict(json.loads(data))

    def erase(
        self, token: str, *, author: str, reason: str, policy_version: str | None = None
    ) -> Entry:
        """Erase the values of a person, and write an entry that says so; the chain still holds.

        Raises
        ------
        InputError
            There is no such person any more, or no reason.
        SourceError
            Nothing could be written; or all was, but the log of the file cannot be emptied while
            somebody reads it.
        """
        if not reason.strip():
            raise InputError("Erasing needs a reason: the retention that ended, or the request.")
        with self._transaction(write=True) as connection:
            of = sa.select(_ENTRIES.c.key).where(_ENTRIES.c.person == token)
            key = connection.execute(of).scalar()
            gone = connection.execute(_PERSONS.delete().where(_PERSONS.c.token == token)).rowcount
            if key is None or not gone:
                raise InputError(
                    "There are no such values of a person, or they are erased already."
                )
            said = {
                "kind": chain.ERASURE, "key": key, "author": author,
                "at": chain.written_at(dt.datetime.now(dt.UTC)), "policy_version": policy_version,
            }  # fmt: skip
            entry = self._write(connection, said, {"token": token, "reason": reason})
        emptied = _EMPTIED if self._sqlite else "VACUUM persons"
        if 1 in alone(self._engine, self.name, emptied)[:1]:
            raise SourceError(
                f"{self.name}: the values are erased, but a program that reads it keeps them in "
                "its log: close that program, and the log goes with it."
            )
        return entry

    def verify(self, expect: str | None = None) -> Verification:
        """Follow the whole chain and tell every place where it was tampered with.

        Parameters
        ----------
        expect
            A digest noted earlier; without one, nobody can tell that the end was cut off.
        """
        return chain.walk(self.rows(), expect)

    def rows(self) -> Iterator[chain.Row]:
        """Give everything as it is stored, each entry with salt and data of its person."""
        whole = sa.select(_ENTRIES, _PERSONS.c.salt, _PERSONS.c.data).order_by(_ENTRIES.c.number)
        whole = whole.outerjoin(_PERSONS, _PERSONS.c.token == _ENTRIES.c.person)
        with self._transaction() as connection:
            yield from connection.execution_options(yield_per=1000).execute(whole).mappings()

    def fill(self, rows: Iterable[chain.Row]) -> Verification:
        """Write the rows of other records into these, which are empty: all, or none.

        Raises
        ------
        InputError
            Their chain does not hold.
        SourceError
            There are entries already.
        """

        def written(connection: sa.Connection) -> Iterator[chain.Row]:
            for row in rows:
                connection.execute(
                    _ENTRIES.insert(), {part: row[part] for part in (*chain.PARTS, "digest")}
                )
                if row["salt"] is not None:
                    kept = {"token": row["person"], "salt": row["salt"], "data": row["data"]}
                    connection.execute(_PERSONS.insert(), kept)
                yield row

        with self._transaction(write=True) as connection:
            if connection.execute(sa.select(_ENTRIES.c.number).limit(1)).first():
                raise SourceError(f"{self.name} has entries already: restore to another place.")
            found = chain.walk(written(connection))
            if found.breaks:
                raise InputError(
                    f"The backup does not hold ({found.breaks[0]}): nothing was written."
                )
        return found

    def events(self) -> dict[str, list[dict[str, Any]]]:
        """Give what :func:`govkit.findings.check_register` takes as ``events``.

        The newest entry of each case, as in the register, except what is withdrawn.
        """
        return {
            part: [
                _plain(one.content) | {"key": key}
                for key, one in self.latest(kind).items()
                if not one.content.get("details", {}).get("withdrawn")
            ]
            for kind, (part, _) in _KINDS.items()
        }

    def _next(self, connection: sa.Connection, prefix: str, year: int) -> str:
        head = f"{prefix}-{year}-"
        known = sa.select(_ENTRIES.c.key).where(_ENTRIES.c.key.startswith(head))
        tails = [key.removeprefix(head) for key in connection.execute(known.distinct()).scalars()]
        last = max((int(tail) for tail in tails if re.fullmatch("[0-9]{1,9}", tail)), default=0)
        return f"{head}{last + 1:03}"

    def migrate(self) -> None:
        """Make the tables, or bring those of an older version up to date.

        Raises
        ------
        SourceError
            The file holds something else, cannot be written, or is of a later version.
        """
        from alembic.operations import Operations  # noqa: PLC0415 - needed once
        from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
        from alembic.script import ScriptDirectory  # noqa: PLC0415

        script = ScriptDirectory(Path(__file__).parent / "migrations")
        with self._transaction(write=True) as connection:
            tables = sa.inspect(connection).get_table_names()
            if _VERSIONS not in tables and (tables if self._sqlite else "entries" in tables):
                raise SourceError(f"{self.name} holds something else: choose another place.")
            if _VERSIONS not in tables or _version(connection) < int(VERSION):
                steps = {"fn": lambda now, _: script._upgrade_revs(VERSION, now)}  # noqa: SLF001 - as Alembic's own command does
                options = {"version_table": _VERSIONS} | steps
                context = MigrationContext.configure(connection, opts=options)
                with _MIGRATING, Operations.context(context):
                    context.run_migrations()
        if self._sqlite:
            alone(self._engine, self.name, "PRAGMA journal_mode = WAL")

    def check_version(self) -> None:
        """Refuse tables of another version in a sentence."""
        with self._transaction() as connection:
            version = _version(connection)
        if version < int(VERSION):
            raise SourceError(
                f"{self.name} is of an older version: back it up, then run govkit records migrate."
            )
        if version > int(VERSION):
            raise SourceError(f"{self.name} was made by a later govkit: update govkit.")

    @contextmanager
    def _transaction(self, *, write: bool = False) -> Iterator[sa.Connection]:
        """Read one state, or hold the lock of the chain; tell faults in a sentence."""
        try:
            options = {"govkit_write": write}
            with (
                self._engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                if write and not self._sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                yield connection
        except DBAPIError as error:
            raise fault(self.name, error.orig) from None


def open_store(place: str | PathLike[str], *, create: bool = False) -> Store:
    """Open the records.

    Parameters
    ----------
    place
        A SQLite file, or the URL of a PostgreSQL database (``postgresql://user@host/database``).
    create
        Make the tables where there are none, and bring older ones up to date.

    Raises
    ------
    SourceError
        There is no such file or database, it holds something else, or it is of another version.
    InputError
        It is no URL that govkit knows.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> store = open_store(Path(mkdtemp()) / "records.sqlite", create=True)
    >>> entry = store.append("note", None, {"text": "The audit began."}, author="S0002")
    >>> entry.number, store.latest("note").keys() == {entry.key}, store.verify().verdict
    (1, True, <Verdict.SAFE: 'safe'>)
    """
    store = Store(engine_of(place), Path(place).name if "://" not in str(place) else "the database")
    if not create and "://" not in str(place) and not Path(place).is_file():
        raise SourceError(
            f"There are no records in {shown(store.name)}: check the path, or begin them with "
            "govkit records migrate."
        )
    if create:
        store.migrate()
    store.check_version()
    return store


def _version(connection: sa.Connection) -> int:
    found = connection.exec_driver_sql(f"SELECT version_num FROM {_VERSIONS}").scalar()  # noqa: S608 - our own name
    return int(str(found)) if str(found).isdigit() else 0


def _fit(kind: str, key: str, content: Mapping[str, Any], author: str) -> None:
    """Refuse what is no entry of its kind; no text that was given is repeated."""
    for name, word in {"kind": kind, "key": key}.items():
        if not re.fullmatch(r"\w[\w.-]{0,79}", word):
            raise InputError(f"The {name} of an entry is a word such as D-2026-004: correct it.")
    if not author.strip() or not author.isprintable():
        raise InputError("An entry needs an author: a staff number, or a name on one line.")
    if kind in _KINDS:
        validated(kind, key, content)


def validated(kind: str, key: str, content: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of the register
    """Give a content as the model that the register has for its kind.

    Raises
    ------
    InputError
        It is none; no value is repeated.
    """
    try:
        return kinds_of(Register)[_KINDS[kind][0]].model_validate(_plain(content) | {"key": key})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = shown(".".join(map(str, first["loc"])))
        raise InputError(f"{kind} {key}: {where}: {first['msg']}. Correct it.") from None


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "details"}
