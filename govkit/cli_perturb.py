"""``govkit table --protect round|random-round|small-count|cell-key|noise``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govkit.cli_options import pair
from govkit.errors import InputError, SourceError, shown

if TYPE_CHECKING:
    from pathlib import Path

    from govkit.cli_described import Given
    from govkit.perturbation import Perturbed
    from govkit.tables import Table

METHODS = ("round", "random-round", "small-count", "cell-key", "noise")


def run(protect: str, table: Table, given: Given, columns: list[str], making: Given) -> Perturbed:
    """Change a table by one of the methods, and enter it in the ledger."""
    from govkit import perturbation as room  # noqa: PLC0415 - each command loads its own room

    largest, variance = pair(given["noise"], "--noise")
    clamp = pair(given["clamp"], "--clamp") if given.get("clamp") else None
    ledger = room.Ledger(given["ledger"]) if "ledger" in given else None
    if protect == "noise":
        if ledger is None or not {"epsilon", "dataset"} <= given.keys():
            raise InputError("Noise needs --epsilon, --ledger and --dataset: who pays, and what.")
        return room.noisy_table(
            given["data"], columns, given.get("value"), epsilon=given["epsilon"], ledger=ledger,
            dataset=given["dataset"], clamp=clamp, **making,
        )  # fmt: skip
    hashed = protect == "random-round" or (protect == "cell-key" and not given.get("key"))
    secret = _secret(given.get("secret")) if hashed else b""
    if protect == "round":
        answer = room.controlled_rounding(table, given["base"])
    elif protect == "small-count":
        answer = room.small_count_rounding(table, given["base"])
    elif protect == "random-round":
        answer = room.random_rounding(table, given["base"], secret=secret)
    else:
        keys = room.cell_keys(
            given["data"], columns, key=given.get("key"), person=given.get("person"),
            secret=secret or None, **making,
        )  # fmt: skip
        read = room.read_p_table(given["p_table"]) if "p_table" in given else None
        noise = read or room.p_table(largest, variance)
        answer = room.cell_key(table, keys, noise, delta=given.get("delta"))
    if ledger is not None:
        ledger.publish(table, answer, secret)
    return answer


def _secret(file: Path | None) -> bytes:
    if file is None:
        raise InputError("Name a file of 16 or more secret random bytes with --secret.")
    try:
        return file.read_bytes()
    except OSError:
        raise SourceError(
            f"The secret {shown(file.name)} cannot be read: check the path."
        ) from None
