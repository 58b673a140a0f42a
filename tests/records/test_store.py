"""The store: what was acknowledged is there, as it was written, whatever happens."""

import contextlib
import datetime as dt
import hashlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st

from govkit import Verdict
from govkit.errors import GovkitError, InputError, SourceError
from govkit.records import chain, connections, open_store
from govkit.records import store as room

AT = dt.datetime(2026, 11, 25, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
KARI = {"name": "Kari Nordmann", "address": "1 Fjord Street"}
INCIDENT = {"known_at": "2026-07-02T10:15:00+09:00", "classes": ["special_care"], "persons": 1}


def note(store, n=1, **more):
    return [store.append("note", f"N-{i}", {"i": i}, author="S0002", **more) for i in range(n)]


# What is written is what is read


def test_an_entry_is_read_as_it_was_written(store):
    made = store.append(
        "note", "N-1", {"b": [1, None, 0.1], "a": "ä\n日本"}, author="S0002",
        policy_version="3.0", at=AT,
    )  # fmt: skip
    assert store.entries() == (made,)
    assert (made.number, made.previous) == (1, "0" * 64)
    assert made.at == AT
    assert made.at.tzinfo is dt.UTC
    assert made.content == {"b": [1, None, 0.1], "a": "ä\n日本"}
    assert (made.author, made.policy_version) == ("S0002", "3.0")


def test_a_digest_can_be_computed_by_anyone(local):
    first, second = note(local, 2, at=AT)
    parts = [
        2, "note", "N-1", "2026-11-25T00:30:00.000000+00:00", "S0002", None, '{"i":1}', None, None,
        first.digest,
    ]  # fmt: skip
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    assert second.digest == hashlib.sha256(text.encode()).hexdigest()


def test_a_correction_is_a_new_entry(store):
    first = store.append("note", "N-1", {"text": "a"}, author="S0002")
    other = store.append("note", "N-2", {"text": "b"}, author="S0002")
    second = store.append("note", "N-1", {"text": "c"}, author="S0002")
    assert store.latest("note") == {"N-2": other, "N-1": second}
    assert store.entries("note", "N-1") == (first, second)
    assert store.entries("incident") == ()
    assert [one.number for one in store.entries(key="N-2")] == [2]


def test_a_number_is_given_by_kind_and_year(store):
    made = store.append("incident", None, INCIDENT, author="S0002", at=AT)
    again = store.append("incident", None, INCIDENT, author="S0002", at=AT)
    later = store.append("incident", None, INCIDENT, author="S0002", at=AT.replace(year=2027))
    assert [made.key, again.key, later.key] == ["I-2026-001", "I-2026-002", "I-2027-001"]
    store.append("incident", "I-2026-own", INCIDENT, author="S0002")
    store.append("incident", "I-2026-0999", INCIDENT, author="S0002")
    assert store.append("incident", None, INCIDENT, author="S", at=AT).key == "I-2026-1000"
    assert store.append("note", None, {}, author="S0002", at=AT).key == "NOTE-2026-001"


@pytest.mark.parametrize(
    ("kind", "key", "content", "author", "sentence"),
    [
        pytest.param("note", "a b", {}, "S", "key of an entry is a word", id="blank in a key"),
        pytest.param("note", "N\n", {}, "S", "key of an entry is a word", id="newline in a key"),
        pytest.param("no te", "N", {}, "S", "kind of an entry is a word", id="blank in a kind"),
        pytest.param("note", "N", {}, " ", "needs an author", id="no author"),
        pytest.param("note", "N", {}, "a\0b", "needs an author", id="an author that breaks lines"),
        pytest.param("note", "N", {"a": float("nan")}, "S", "plain JSON", id="no number"),
        pytest.param("note", "N", {"a": {1: 2}}, "S", "plain JSON", id="a key that is no text"),
        pytest.param("note", "N", {"a": "\ud800"}, "S", "plain JSON", id="half a character"),
        pytest.param("note", "N", {"a": 10**5000}, "S", "plain JSON", id="a huge number"),
        pytest.param("note", "N", {"a": AT}, "S", "plain JSON", id="an object"),
        pytest.param("note", "N", {"a": "x" * 10**6}, "S", "million", id="a book"),
        pytest.param("incident", "I", {}, "S", "known_at", id="no incident"),
        pytest.param("incident", "I", INCIDENT | {"who": "Kari"}, "S", "who", id="a key too many"),
        pytest.param("training", "T", {"person": "Kari Nordmann"}, "S", "person", id="a name"),
    ],
)
def test_what_is_no_entry_is_refused(local, kind, key, content, author, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        local.append(kind, key, content, author=author)
    assert "Kari" not in str(caught.value)
    assert local.entries() == ()


def test_a_time_needs_its_zone(local):
    with pytest.raises(InputError, match="time zone"):
        note(local, at=dt.datetime(2026, 1, 1))  # noqa: DTZ001


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)  # fmt: skip


@given(json_values)
def test_canonical_json_is_a_fixed_point(content):
    text = chain.canonical(content)
    assert chain.canonical(json.loads(text)) == text


# Persons


def test_a_person_is_kept_apart_and_erased_without_breaking_the_chain(store, place):
    note(store)
    entry, other = store_of_kari(store), store_of_kari(store)
    assert store.person(entry.person) == KARI
    assert entry.person != other.person
    assert entry.commitment != other.commitment  # nobody can try names against it
    assert "Kari" not in repr(store.entries())
    said = store.erase(entry.person, author="S0003", reason="Three years are over.")
    assert (said.kind, said.key, said.author) == ("erasure", entry.key, "S0003")
    assert store.person(entry.person) is None
    assert store.person(other.person) == KARI
    answer = store.verify()
    assert (answer.verdict, answer.persons, answer.erased) == (Verdict.SAFE, 2, 1)
    for again in (entry.person, "no such token"):
        with pytest.raises(InputError, match="erased already"):
            store.erase(again, author="S0003", reason="x")
    with pytest.raises(InputError, match="reason"):
        store.erase(other.person, author="S0003", reason=" ")
    if isinstance(place, Path):
        assert held(store) == 1  # of the other; nothing is left in free pages


def test_a_reader_that_keeps_the_log_of_an_erased_person_is_told(local, monkeypatch):
    """SQLite answers that with a number instead of an error: the values stayed, unsaid."""
    entry = store_of_kari(local)
    monkeypatch.setattr(connections, "PATIENCE", 0.05)
    with closing(sqlite3.connect(local.file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        with pytest.raises(SourceError, match="values are erased, but a program that reads it"):
            local.erase(entry.person, author="S0003", reason="Three years are over.")
        assert local.person(entry.person) is None
        assert held(local) > 0
    assert held(local) == 0  # with the last reader the log goes
    assert local.verify().erased == 1


def test_emptying_the_log_waits_for_whoever_is_at_it(local):
    """SQLite answers at once where another empties the same log, however long it may wait."""
    entry = store_of_kari(local)
    sa.event.listen(local._engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 1"))
    with closing(sqlite3.connect(local.file, isolation_level=None, check_same_thread=False)) as one:
        one.execute("BEGIN")
        one.execute("SELECT count(*) FROM entries").fetchone()
        done = threading.Timer(0.1, one.execute, args=["COMMIT"])
        done.start()
        local.erase(entry.person, author="S0003", reason="Three years are over.")
        done.join()
        assert held(local) == 0


def store_of_kari(store):
    return store.append("request", None, REQUEST, author="S0002", person=KARI)


def held(store):
    """Count how often the address of the person stands in the file, and in what lies beside it."""
    folder = Path(store.file).parent
    return b"".join(one.read_bytes() for one in folder.iterdir() if one.is_file()).count(b"Fjord")


REQUEST = {"received_on": "2026-11-01", "channel": "form", "kind": "disclose"}


# Tampering is found, and where


def tamper(store, *statements):
    """Change the tables as somebody with all rights would: without the guards."""
    guards = {
        "sqlite": ["DROP TRIGGER entries_update", "DROP TRIGGER entries_delete"],
        "postgresql": ["ALTER TABLE entries DISABLE TRIGGER ALL"],
    }
    with store._engine.begin() as connection:
        for statement in guards[store._engine.dialect.name] + list(statements):
            connection.exec_driver_sql(statement)


INSERTED = """INSERT INTO entries SELECT 7, kind, 'N-9', at, author, policy_version, content,
    person, commitment, 'a', 'b' FROM entries WHERE number = 1"""
SWAPPED = [
    "UPDATE entries SET number = 90 WHERE number = 2",
    "UPDATE entries SET number = 2 WHERE number = 3",
    "UPDATE entries SET number = 3 WHERE number = 90",
]


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        *(
            pytest.param([f"UPDATE entries SET {part} = '{word}' WHERE number = 2"],  # noqa: S608
                         "entry 2 was changed", id=f"{part} changed")
            for part, word in [
                ("content", '{"i":2}'), ("author", "S0009"), ("kind", "x"), ("key", "N-8"),
                ("at", "2026-11-25T00:30:01.000000+00:00"), ("policy_version", "9"),
                ("digest", "0"), ("content", "no JSON"),
            ]
        ),
        pytest.param(["UPDATE entries SET previous = 'x' WHERE number = 3"],
                     "entry 3 does not follow", id="cut loose"),
        pytest.param(["DELETE FROM entries WHERE number = 3"], "entry 3 is missing", id="removed"),
        pytest.param(["DELETE FROM entries WHERE number = 1"], "entry 1 is missing",
                     id="the first removed"),
        pytest.param(SWAPPED, "entry 2 does not follow", id="reordered"),
        pytest.param([INSERTED], "entry 7 does not follow", id="inserted"),
        pytest.param(["UPDATE persons SET data = '{}'"], "person of entry 5 was changed",
                     id="person changed"),
        pytest.param(["DELETE FROM persons"], "person of entry 5 is gone", id="person removed"),
        pytest.param(["UPDATE entries SET person = NULL, commitment = NULL WHERE number = 5"],
                     "entry 5 was changed", id="person cut off"),
    ],
)  # fmt: skip
def test_tampering_is_found(store, statements, said):
    note(store, 4)
    store.append("note", "N-5", {}, author="S0002", person=KARI)
    note(store)
    assert store.verify().verdict is Verdict.SAFE
    tamper(store, *statements)
    answer = store.verify()
    assert answer.verdict is Verdict.UNSAFE
    assert any(said in one for one in answer.breaks), answer.breaks
    assert answer.breaks[0] in answer.sentence


def test_an_entry_forged_with_its_digest_breaks_at_the_next(store):
    note(store, 3)
    row = dict(list(store.rows())[1]) | {"content": '{"i":7}'}
    digest = chain.digest_of(row)
    tamper(
        store,
        "UPDATE entries SET content = '{\"i\":7}' WHERE number = 2",
        f"UPDATE entries SET digest = '{digest}' WHERE number = 2",  # noqa: S608
    )
    assert store.verify().breaks == ("entry 3 does not follow the one before it",)


def test_a_cut_off_end_is_found_by_a_digest_noted_elsewhere(store):
    note(store, 3)
    noted = store.verify().last
    note(store)
    assert store.verify(noted).verdict is Verdict.SAFE  # more was written since
    tamper(store, "DELETE FROM entries WHERE number > 2")
    assert store.verify().verdict is Verdict.SAFE  # as far as can be known
    assert "the noted digest is not reached" in store.verify(noted).sentence


def test_an_unreadable_entry_is_told(store):
    note(store)
    tamper(store, "UPDATE entries SET content = 'no JSON'")
    with pytest.raises(InputError, match="Entry 1 cannot be read"):
        store.entries()


def test_no_entries_prove_nothing(store):
    assert store.verify().verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "statement", ["UPDATE entries SET author = 'x'", "DELETE FROM entries", "TRUNCATE entries"]
)
def test_the_database_itself_refuses_changes(store, statement):
    note(store)
    if store.file and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    with store._engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only ever"):
        connection.exec_driver_sql(statement)
    with (
        pytest.raises(SourceError, match="never changed or deleted"),  # and so it is told
        store._transaction(write=True) as connection,
    ):
        connection.exec_driver_sql(statement)


# Nothing that was acknowledged is lost


def test_writers_at_once_lose_nothing(store, place):
    """Two processes and two threads write, each on its own connections."""
    code = (
        "import sys; from govkit.records import open_store; store = open_store(sys.argv[1])\n"
        "for i in range(20): store.append('note', None, {'i': i}, author=sys.argv[2])"
    )
    run = [sys.executable, "-c", code, str(place)]
    processes = [subprocess.Popen([*run, f"process{i}"]) for i in range(2)]
    threads = [
        threading.Thread(
            target=lambda name: [store.append("note", None, {}, author=name) for _ in range(20)],
            args=[f"thread{i}"],
        )
        for i in range(2)
    ]
    for thread in threads:
        thread.start()
    for part in (*threads, *processes):
        part.join() if isinstance(part, threading.Thread) else part.wait()
    entries = store.entries()
    assert len(entries) == len({one.key for one in entries}) == 80
    assert {one.author for one in entries} == {"process0", "process1", "thread0", "thread1"}
    assert store.verify().verdict is Verdict.SAFE


WAL = "PRAGMA journal_mode = WAL"


def test_a_file_can_begin_its_write_ahead_log_while_somebody_writes(tmp_path, monkeypatch):
    """SQLite itself waits for nobody there: who began records beside others was refused."""
    file = tmp_path / "records.sqlite"
    store = open_store(file, create=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("BEGIN IMMEDIATE")
        switch = threading.Thread(target=connections.alone, args=[store._engine, store.name, WAL])
        switch.start()
        switch.join(0.1)
        assert switch.is_alive()
        writer.execute("COMMIT")
        switch.join()
        writer.execute("BEGIN IMMEDIATE")
        assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        writer.execute("COMMIT")
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(connections, "PATIENCE", 0.1)
        with pytest.raises(SourceError, match="another program has been writing"):
            connections.alone(store._engine, store.name, WAL)


def test_records_begun_by_several_at_once_are_one_store(new_place):
    place, together = new_place(), threading.Barrier(8)

    def begin():
        together.wait()
        note(open_store(place, create=True))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in open_store(place).entries()] == [*range(1, 9)]


def test_two_places_begun_at_once_have_their_own_tables(tmp_path, monkeypatch):
    """Alembic's operations belong to the whole program: one place's could reach the other."""
    inside, tables = threading.Barrier(2), sa.Table
    arrived = []

    def slowly(*given, **options):
        with contextlib.suppress(threading.BrokenBarrierError):  # the other waits outside
            arrived.append(inside.wait(0.2))
        return tables(*given, **options)

    monkeypatch.setattr("alembic.operations.schemaobj.sa_schema.Table", slowly)
    places = [tmp_path / name for name in ("a.sqlite", "b.sqlite")]
    threads = [
        threading.Thread(target=open_store, args=[one], kwargs={"create": True}) for one in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert arrived == []  # never both at the same step
    assert [note(open_store(one))[0].number for one in places] == [1, 1]


def test_a_writer_killed_a_hundred_times_loses_nothing_it_acknowledged(store, place):
    """``kill -9`` at any moment; each time all that was acknowledged is there and the chain holds.

    The writers are forked by one program, so that a hundred of them start in seconds. A loss of
    power is another matter: for that the store asks for full synchronization (tested below).
    """
    program = Path(__file__).parent / "writer.py"
    acknowledged = set()
    with subprocess.Popen(
        [sys.executable, program, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writers:
        for turn in range(100):
            writers.stdin.write("\n")
            writers.stdin.flush()
            child = int(writers.stdout.readline().removeprefix("pid "))
            acknowledged.add(int(writers.stdout.readline()))
            time.sleep(turn % 20 / 1000)  # at another moment of its work each time
            os.kill(child, signal.SIGKILL)
            while (line := writers.stdout.readline()) != "gone\n":
                acknowledged.add(int(line))
            if turn % 50 == 49:
                assert acknowledged <= {one.number for one in store.entries()}
                assert store.verify().verdict is Verdict.SAFE
        writers.stdin.close()
    written = [one.number for one in store.entries()]
    assert written == list(range(1, len(written) + 1))
    assert acknowledged <= set(written)
    assert len(written) - len(acknowledged) <= 101  # at most one a kill was on its way
    assert store.verify().verdict is Verdict.SAFE


def test_what_is_acknowledged_is_on_the_disk(local):
    with closing(local._engine.raw_connection()) as connection:
        asked = {
            name: connection.cursor().execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


# Faults are told in a sentence, and nothing is half written


def one_sentence(caught, *never):
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    for word in ("Kari", "Fjord", "INSERT", *never):
        assert word not in text
    return text


def test_a_full_disk_is_told(local):
    note(local, 3)
    sa.event.listen(
        local._engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 1")
    )
    letters = KARI | {"letter": "x" * 100_000}
    with pytest.raises(SourceError) as caught:
        note(local, 100, person=letters)
    assert "the disk is full; nothing was written" in one_sentence(caught)
    assert open_store(local.file).verify().verdict is Verdict.SAFE


def test_a_limit_of_the_system_is_told(local):
    """As of a quota: the system refuses to let the file grow."""
    note(local, 3)
    code = (
        "import sys; from govkit.records import open_store; store = open_store(sys.argv[1])\n"
        "for i in range(100): store.append('note', None, {'x': 'x' * 10000}, author='x')"
    )
    limit = 200_000

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    answer = subprocess.run(
        [sys.executable, "-c", code, local.file],
        preexec_fn=limited, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "SourceError: records.sqlite: the disk refused; nothing was written" in answer.stderr
    found = open_store(local.file)
    assert found.verify().verdict is Verdict.SAFE
    assert 3 < len(found.entries()) < 100


def test_a_read_only_file_is_read_and_not_written(local):
    note(local)
    reader = open_store(f"sqlite:///file:{local.file}?mode=ro&uri=true")
    assert len(reader.entries()) == 1
    with pytest.raises(SourceError) as caught:
        note(reader, person=KARI)
    assert "read-only" in one_sentence(caught)


def test_a_file_without_rights_is_told(local):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; the test above covers it")
    note(local)
    Path(local.file).chmod(0o444)
    Path(local.file).parent.chmod(0o555)
    with pytest.raises(SourceError, match=r"read-only|opened"):
        note(local)


def test_a_store_that_is_busy_is_told(store, monkeypatch):
    """PostgreSQL waits for ever for whoever holds the lock, unless it is told how long."""
    with store._transaction(write=True):
        monkeypatch.setattr(connections, "PATIENCE", 0.1)
        with pytest.raises(SourceError, match="another program has been writing"):
            note(store)
        assert store.entries() == ()  # readers go on
    assert note(store)


def test_a_server_of_any_language_is_understood():
    """Its words are those of its machine; its codes are not."""
    errors = pytest.importorskip("psycopg", reason="the extra 'records' is not installed").errors
    for name, said in {
        "DiskFull": "disk is full", "ReadOnlySqlTransaction": "read-only",
        "LockNotAvailable": "half a minute", "UndefinedTable": "no records in it",
        "InsufficientPrivilege": "rights of the user", "InvalidPassword": "cannot be reached",
        "UniqueViolation": "claim one place", "OperationalError": "cannot be reached",
    }.items():  # fmt: skip
        assert said in str(connections.fault("x", getattr(errors, name)("エラー")))
    assert "refused (DeadlockDetected)" in str(connections.fault("x", errors.DeadlockDetected()))


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("nothing.sqlite", "begin them with govkit records migrate"),
        ("no-folder/x.sqlite", "begin them with govkit records migrate"),
        ("mysql://root:hunter2@host/db", "SQLite file or in postgresql"),
        ("://", "SQLite file or in postgresql"),
        ("postgresql://u:hunter2@127.0.0.1:1/db", "cannot be reached"),
    ],
)
def test_a_place_without_records_is_told(tmp_path, monkeypatch, place, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GovkitError, match=sentence) as caught:
        open_store(place)
    one_sentence(caught, "hunter2")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_store_is_left_alone(tmp_path):
    text, other = tmp_path / "a.csv", tmp_path / "other.sqlite"
    text.write_text("name\nKari\n" * 100)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE people (name)")
    before = text.read_bytes(), other.read_bytes()
    for path, sentence in ((text, "no SQLite file"), (other, "no records|something else")):
        for create in (False, True):
            with pytest.raises(SourceError, match=sentence):
                open_store(path, create=create)
    assert (text.read_bytes(), other.read_bytes()) == before
    with pytest.raises(SourceError, match="cannot be opened"):
        open_store(tmp_path / "no" / "records.sqlite", create=True)


# Versions of the tables


def test_the_version_is_that_of_the_last_migration():
    folder = Path(room.__file__).parent / "migrations"
    assert ScriptDirectory(folder).get_current_head() == room.VERSION


def test_making_a_store_twice_changes_nothing(store, place):
    note(store)
    assert len(open_store(place, create=True).entries()) == 1


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("0", "older version: back it up, then run govkit records migrate"), ("99", "update govkit")],
)
def test_a_store_of_another_version_is_told(store, place, version, sentence):
    note(store)
    with store._engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {room._VERSIONS} SET version_num = '{version}'")  # noqa: S608
    with pytest.raises(SourceError, match=sentence):
        open_store(place)


def test_an_older_store_is_brought_up_to_date(store, place, tmp_path, monkeypatch):
    """A further migration runs once, and what is there stays."""
    folder, versions = tmp_path / "govkit" / "migrations", Path(room.__file__).parent
    (folder / "versions").mkdir(parents=True)
    for old in (versions / "migrations" / "versions").glob("*.py"):
        (folder / "versions" / old.name).write_text(old.read_text("utf-8"), "utf-8")
    (folder / "versions" / "v2_marks.py").write_text(
        "from alembic import op\nrevision, down_revision = '2', '1'\n"
        "def upgrade():\n    op.execute('CREATE TABLE marks (word TEXT)')\n"
    )
    note(store, 2)
    monkeypatch.setattr(room, "__file__", str(folder.parent / "store.py"))
    monkeypatch.setattr(room, "VERSION", "2")
    with pytest.raises(SourceError, match="older version"):
        open_store(place)
    found = open_store(place, create=True)
    assert (len(found.entries()), found.verify().verdict) == (2, Verdict.SAFE)
    assert "marks" in sa.inspect(found._engine).get_table_names()


# What others ask


def test_events_are_the_newest_state_as_the_register_has_it(store):
    store.append("incident", "I-1", INCIDENT, author="S0002")
    store.append(
        "incident", "I-1", INCIDENT | {"persons": 2, "details": {"other": "x"}}, author="S0002"
    )
    store.append("incident", "I-2", INCIDENT | {"details": {"withdrawn": "twice"}}, author="S0002")
    store.append("request", "R-1", REQUEST, author="S0002", person=KARI)
    assert store.events() == {
        "disclosures": [], "requests": [REQUEST | {"key": "R-1"}],
        "incidents": [INCIDENT | {"persons": 2, "key": "I-1"}], "training": [], "assessments": [],
    }  # fmt: skip


def test_a_raw_error_of_the_database_holds_no_value(store):
    """As a traceback would show it, with GOVKIT_DEBUG."""
    with store._engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as caught:
        connection.execute(sa.text("SELECT :name FROM nothing"), {"name": "Kari"})
    assert "Kari" not in str(caught.value)


def test_it_names_no_password(store):
    assert repr(store) in {"Store('the database')", f"Store({store.name!r})"}
    assert "/" not in repr(store)
