"""The records, in a SQLite file and on a real PostgreSQL server."""

import secrets

import pytest

from govkit.records import open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where a test keeps its records."""
    if request.param == "sqlite":
        return tmp_path / "records.sqlite"
    psycopg = pytest.importorskip("psycopg", reason="the extra 'records' is not installed")
    url, schema = request.getfixturevalue("postgres"), f"s{secrets.token_hex(4)}"
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{url}&options=-csearch_path%3D{schema}"


@pytest.fixture
def store(place):
    return open_store(place, create=True)
