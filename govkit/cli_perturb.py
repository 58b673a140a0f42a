"""``govkit table --protect round|random-round|small-count|cell-key|noise``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govkit.errors import InputError, SourceError, shown

if TYPE_CHECKING:
    from govkit.perturbation import Perturbed
    from govkit.tables import Table

METHODS = ("round", "random-round", "small-count", "cell-key", "noise")

Base = Annotated[int, typer.Option(help="Of rounding: published are multiples of this.")]
SecretFile = Annotated[
    Path | None, typer.Option("--secret", help="File of 16 or more secret random bytes.")
]
Noise = Annotated[
    str, typer.Option("--noise", metavar="D,V", help="Cell keys: largest change and variance.")
]
Delta = Annotated[
    float | None, typer.Option(help="Cell keys of sums: share of the largest contribution.")
]
Epsilon = Annotated[float | None, typer.Option(help="Noise: privacy loss of the table.")]
Clamp = Annotated[str | None, typer.Option(metavar="LOW,HIGH", help="Noise: bounds of a value.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for, as it stood on the command line."""

    data: str
    columns: list[str]
    value: str | None
    making: dict[str, Any]
    base: int
    secret: Path | None
    key: str | None
    person: str | None
    noise: tuple[float, float]
    p_table: Path | None
    delta: float | None
    epsilon: float | None
    clamp: tuple[float, float] | None
    ledger: Path | None
    dataset: str | None


def run(protect: str, table: Table, asked: Request) -> Perturbed:
    """Change a table by one of the methods, and enter it in the ledger."""
    from govkit import perturbation as room  # noqa: PLC0415 - each command loads its own room

    ledger = room.Ledger(asked.ledger) if asked.ledger else None
    if protect == "noise":
        if ledger is None or asked.epsilon is None or asked.dataset is None:
            raise InputError("Noise needs --epsilon, --ledger and --dataset: who pays, and what.")
        return room.noisy_table(
            asked.data, asked.columns, asked.value, epsilon=asked.epsilon, ledger=ledger,
            dataset=asked.dataset, clamp=asked.clamp, **asked.making,
        )  # fmt: skip
    hashed = protect == "random-round" or (protect == "cell-key" and not asked.key)
    secret = _secret(asked) if hashed else b""
    if protect == "round":
        answer = room.controlled_rounding(table, asked.base)
    elif protect == "small-count":
        answer = room.small_count_rounding(table, asked.base)
    elif protect == "random-round":
        answer = room.random_rounding(table, asked.base, secret=secret)
    else:
        keys = room.cell_keys(
            asked.data, asked.columns, key=asked.key, person=asked.person, secret=secret or None,
            **asked.making,
        )  # fmt: skip
        largest, variance = asked.noise
        given = room.read_p_table(asked.p_table) if asked.p_table else None
        noise = given or room.p_table(int(largest), variance)
        answer = room.cell_key(table, keys, noise, delta=asked.delta)
    if ledger is not None:
        ledger.publish(table, answer, secret)
    return answer


def _secret(asked: Request) -> bytes:
    if asked.secret is None:
        raise InputError("Name a file of 16 or more secret random bytes with --secret.")
    try:
        return asked.secret.read_bytes()
    except OSError:
        raise SourceError(
            f"The secret {shown(asked.secret.name)} cannot be read: check the path."
        ) from None
