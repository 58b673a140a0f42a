# ruff: noqa: INP001 - Alembic finds it by its folder
"""Entries that are never changed, and the values of persons apart from them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

_REFUSED = "entries are only ever added"
_GUARDS: dict[str, list[str]] = {
    "sqlite": [
        f"CREATE TRIGGER entries_{verb.lower()} BEFORE {verb} ON entries "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        f"""CREATE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$""",
        """CREATE TRIGGER entries_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
        FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()""",
    ],
}


def upgrade() -> None:
    """Make the two tables and the guards."""

    def text(name: str, **options: Any) -> sa.Column[str]:  # noqa: ANN401 - of SQLAlchemy
        return sa.Column(name, sa.Text, **{"nullable": False} | options)

    op.create_table(
        "entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"),
                  primary_key=True, autoincrement=False),
        text("kind"), text("key"), text("at"), text("author"),
        text("policy_version", nullable=True), text("content"),
        text("person", nullable=True), text("commitment", nullable=True),
        text("previous", unique=True), text("digest", unique=True),
    )  # fmt: skip
    op.create_index("entries_by_key", "entries", ["kind", "key"])
    op.create_table("persons", text("token", primary_key=True), text("salt"), text("data"))
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
