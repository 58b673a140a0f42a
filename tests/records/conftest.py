"""The records, in a SQLite file and on a real PostgreSQL server."""

import secrets

import pytest

from govkit.records import open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request, tmp_path):
    """A function that gives a place where no records are yet."""

    def new():
        name = f"s{secrets.token_hex(4)}"
        if request.param == "sqlite":
            return tmp_path / f"{name}.sqlite"
        psycopg = pytest.importorskip("psycopg", reason="the extra 'records' is not installed")
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{url}&options=-csearch_path%3D{name}"

    return new


@pytest.fixture
def place(new_place):
    """Where a test keeps its records."""
    return new_place()


@pytest.fixture
def store(place):
    return open_store(place, create=True)


@pytest.fixture
def local(tmp_path):
    """Records in a file, where the database makes no difference."""
    return open_store(tmp_path / "records.sqlite", create=True)
