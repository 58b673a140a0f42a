"""What was published and spent: the memory that keeps noise from being averaged away."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from govkit.errors import InputError, shown
from govkit.files import write_whole
from govkit.policy.reading import read_yaml

if TYPE_CHECKING:
    import os

    from govkit.perturbation.price import Perturbed
    from govkit.tables.table import Table

__all__ = ["Ledger"]

_KEYS = {"budgets", "spent", "published"}
_HEAD = "# What was published with noise, and what it spent. Written by govkit; keep it in git.\n"


class Ledger:
    """A YAML file of privacy budgets, of what was spent of them, and of tables published.

    It holds digests, names and dates, no value of a table, no secret.

    Parameters
    ----------
    path
        The file; it is made when something is first entered.

    Raises
    ------
    InputError
        The file is not such a ledger.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        held = read_yaml(self.path) if self.path.exists() else {}
        held = {} if held is None else held
        try:
            self._unknown = set(held) - _KEYS
            self._budgets = {k: float(v) for k, v in (held.get("budgets") or {}).items()}
            self._spent = [dict(e, epsilon=float(e["epsilon"])) for e in held.get("spent") or ()]
            self._published = [dict(e) for e in held.get("published") or ()]
        except (TypeError, ValueError, KeyError, AttributeError):
            self._unknown = {""}
        if self._unknown:
            raise InputError(
                f"{shown(self.path.name)} is not a ledger: it holds budgets (dataset: epsilon), "
                "spent and published, and nothing else."
            )

    def __repr__(self) -> str:
        """Show sizes."""
        return f"Ledger(published={len(self._published)}, spent={len(self._spent)})"

    def left(self, dataset: str) -> float:
        """Give the part of a dataset's privacy budget that is not spent.

        Raises
        ------
        InputError
            Nobody has set a budget for the dataset.
        """
        if dataset not in self._budgets:
            raise InputError(
                f"The ledger has no budget for {shown(dataset)}: decide on one with set_budget."
            )
        spent = sum(entry["epsilon"] for entry in self._spent if entry["dataset"] == dataset)
        return max(self._budgets[dataset] - float(spent), 0.0)

    def set_budget(self, dataset: str, epsilon: float) -> None:
        """Decide how much privacy loss (epsilon, above 0) a dataset may ever cost in all.

        Raises
        ------
        InputError
            An epsilon that is not above 0, or a budget that is set already.
        """
        check_epsilon(epsilon)
        if dataset in self._budgets:
            raise InputError(f"The budget of {shown(dataset)} is set already: it is decided once.")
        self._budgets[dataset] = float(epsilon)
        self._write()

    def spend(self, dataset: str, epsilon: float) -> None:
        """Enter a privacy loss before it happens.

        Raises
        ------
        InputError
            The budget does not suffice, or an epsilon that is not above 0; nothing is entered.
        """
        check_epsilon(epsilon)
        left = self.left(dataset)
        if epsilon > left * (1 + 1e-9):
            raise InputError(
                f"The privacy budget of {shown(dataset)} has {left:g} left and this table costs "
                f"{epsilon:g}: publish less, with more noise, or nothing."
            )
        entry: dict[str, Any] = {"dataset": dataset, "epsilon": float(epsilon), "date": _today()}
        self._spent.append(entry)
        self._write()

    def publish(self, table: Table, answer: Perturbed, secret: bytes = b"") -> None:
        """Enter that a table was published, and refuse a second noise for the same values.

        Parameters
        ----------
        table
            The true table; only its digest is kept.
        answer
            What is published.
        secret
            What the noise was made from; only its digest is kept.

        Raises
        ------
        InputError
            The same table was published before by other means or from another secret: whoever has
            both could average the noise away.
        """
        words = repr((table.value, table.by, [v.labels for v in table.variables]))
        data = words.encode() + table.codes.tobytes() + table.values.tobytes()
        entry = {
            "table": hashlib.sha256(data).hexdigest(),
            "method": answer.method,
            "secret": hashlib.sha256(b"govkit ledger" + secret).hexdigest()[:16],
            "result": hashlib.sha256(answer.table.values.tobytes()).hexdigest(),
        }
        for before in self._published:
            if before.get("table") == entry["table"]:
                if before.get("result") == entry["result"]:
                    return
                raise InputError(
                    "This table was published before with other noise: publish the same one again, "
                    "made by the same method from the same secret."
                )
        self._published.append(entry | {"date": _today()})
        self._write()

    def _write(self) -> None:
        held = {"budgets": self._budgets, "spent": self._spent, "published": self._published}
        write_whole(self.path, _HEAD + yaml.safe_dump(held, sort_keys=False, allow_unicode=True))


def check_epsilon(epsilon: float) -> None:
    """Refuse a privacy loss that is none."""
    if not 0 < epsilon < float("inf"):
        raise InputError(f"A privacy loss epsilon must be above 0 and finite, got {epsilon}.")


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()
