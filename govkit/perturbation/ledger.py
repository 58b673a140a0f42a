"""What was published and spent: the memory that keeps noise from being averaged away."""

import datetime as dt
import hashlib
import os
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from govkit.errors import InputError, shown
from govkit.files import write_whole
from govkit.perturbation.price import Perturbed
from govkit.policy.reading import read_yaml
from govkit.tables.table import Table

_HEAD = "# What was published with noise, and what it spent. Written by govkit; keep it in git.\n"


class _Spent(BaseModel):
    dataset: str
    epsilon: float
    date: str = ""


class _Held(BaseModel, extra="forbid"):
    budgets: dict[str, float] = {}
    spent: list[_Spent] = []
    published: list[dict[str, str]] = []


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
        held = read_yaml(self.path) if self.path.exists() else None
        try:
            filled = {key: part for key, part in (held or {}).items() if part is not None}
            self._held = _Held.model_validate(filled)
        except (AttributeError, ValidationError):
            raise InputError(
                f"{shown(self.path.name)} is not a ledger: it holds budgets (dataset: epsilon), "
                "spent and published, and nothing else."
            ) from None

    def __repr__(self) -> str:
        """Show sizes."""
        return f"Ledger(published={len(self._held.published)}, spent={len(self._held.spent)})"

    def left(self, dataset: str) -> float:
        """Give the part of a dataset's privacy budget that is not spent.

        Raises
        ------
        InputError
            Nobody has set a budget for the dataset.
        """
        if dataset not in self._held.budgets:
            raise InputError(
                f"The ledger has no budget for {shown(dataset)}: decide on one with set_budget."
            )
        spent = sum(entry.epsilon for entry in self._held.spent if entry.dataset == dataset)
        return max(self._held.budgets[dataset] - spent, 0.0)

    def set_budget(self, dataset: str, epsilon: float) -> None:
        """Decide how much privacy loss (epsilon, above 0) a dataset may ever cost in all.

        Raises
        ------
        InputError
            An epsilon that is not above 0, or a budget that is set already.
        """
        check_epsilon(epsilon)
        if dataset in self._held.budgets:
            raise InputError(f"The budget of {shown(dataset)} is set already: it is decided once.")
        self._held.budgets[dataset] = float(epsilon)
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
        self._held.spent.append(_Spent(dataset=dataset, epsilon=epsilon, date=_today()))
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
        before = {one.get("table"): one for one in self._held.published}.get(entry["table"])
        if before is None:
            self._held.published.append(entry | {"date": _today()})
            self._write()
        elif before.get("result") != entry["result"]:
            raise InputError(
                "This table was published before with other noise: publish the same one again, "
                "made by the same method from the same secret."
            )

    def _write(self) -> None:
        held = yaml.safe_dump(self._held.model_dump(), sort_keys=False, allow_unicode=True)
        write_whole(self.path, _HEAD + held)


def check_epsilon(epsilon: float) -> None:
    """Refuse a privacy loss that is none."""
    if not 0 < epsilon < float("inf"):
        raise InputError(f"A privacy loss epsilon must be above 0 and finite, got {epsilon}.")


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()
