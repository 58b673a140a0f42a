"""govkit: a personal information protection policy that runs.

*Count the records once; every question about people is then a question about the counts.*

>>> import govkit as gk
>>> result = gk.check({"age": [30, 30, 41], "sex": ["f", "f", "m"]}, ["age", "sex"], k=2)
>>> result.verdict
<Verdict.UNSAFE: 'unsafe'>
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from govkit import accessor

if TYPE_CHECKING:
    from govkit import (
        checked,
        data,
        dpia,
        exercises,
        findings,
        guard,
        microdata,
        perturbation,
        plots,
        policy,
        records,
        remedy,
        tables,
    )
    from govkit.assess import assess
    from govkit.checked.explore import explore
    from govkit.checked.output import Output
    from govkit.checked.progress import progress
    from govkit.checked.session import Session, session
    from govkit.data.classify import DataMap, classify, drift
    from govkit.data.counts import FrequencyTable, count
    from govkit.data.scan import scan
    from govkit.errors import GovkitError
    from govkit.findings import Findings, check_register
    from govkit.microdata.check import check
    from govkit.policy import Policy, Register, load_policy, load_register
    from govkit.remedy.anonymize import anonymize
    from govkit.result import Result, Verdict
    from govkit.tables.audit import audit
    from govkit.tables.table import tabulate

__version__ = "0.1.0"

_NAMES = {
    "assess": ("assess",),
    "checked": ("Output", "Session", "explore", "progress", "session"),
    "data": ("DataMap", "FrequencyTable", "classify", "count", "drift", "scan"),
    "errors": ("GovkitError",),
    "findings": ("Findings", "check_register"),
    "microdata": ("check",),
    "policy": ("Policy", "Register", "load_policy", "load_register"),
    "remedy": ("anonymize",),
    "result": ("Result", "Verdict"),
    "tables": ("audit", "tabulate"),
}
_HOMES = {name: room for room, names in _NAMES.items() for name in names}

__all__ = [
    "DataMap", "Findings", "FrequencyTable", "GovkitError", "Output", "Policy", "Register",
    "Result", "Session", "Verdict", "anonymize", "assess", "audit", "check", "check_register",
    "checked", "classify", "count", "data", "dpia", "drift", "exercises", "explore", "findings",
    "guard", "load_policy", "load_register", "microdata", "perturbation", "plots", "policy",
    "progress", "records", "remedy", "scan", "session", "tables", "tabulate",
]  # fmt: skip


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Load a public name on first use, so that importing govkit costs nothing."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"govkit.{_HOMES[name]}"), name)
    if name in __all__:
        return importlib.import_module(f"govkit.{name}")
    raise AttributeError(f"module 'govkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401 - IPython's
    """Give a notebook the magic ``%%checked``: ``%load_ext govkit``."""
    importlib.import_module("govkit.checked.magic").load(shell)


accessor.offer()
del accessor
