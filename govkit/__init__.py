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

if TYPE_CHECKING:
    from govkit import data, dpia, findings, microdata, perturbation, plots, policy, remedy, tables
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

_HOMES = {
    "DataMap": "govkit.data",
    "Findings": "govkit.findings",
    "FrequencyTable": "govkit.data",
    "GovkitError": "govkit.errors",
    "Policy": "govkit.policy",
    "Register": "govkit.policy",
    "Result": "govkit.result",
    "Verdict": "govkit.result",
    "anonymize": "govkit.remedy",
    "check": "govkit.microdata",
    "audit": "govkit.tables",
    "check_register": "govkit.findings",
    "classify": "govkit.data",
    "count": "govkit.data",
    "drift": "govkit.data",
    "load_policy": "govkit.policy",
    "load_register": "govkit.policy",
    "tabulate": "govkit.tables",
    "scan": "govkit.data",
}
_ROOMS = (
    "data", "dpia", "findings", "microdata", "perturbation", "plots", "policy", "remedy", "tables",
)  # fmt: skip

__all__ = [
    "DataMap",
    "Findings",
    "FrequencyTable",
    "GovkitError",
    "Policy",
    "Register",
    "Result",
    "Verdict",
    "anonymize",
    "audit",
    "check",
    "check_register",
    "classify",
    "count",
    "data",
    "dpia",
    "drift",
    "findings",
    "load_policy",
    "load_register",
    "microdata",
    "perturbation",
    "plots",
    "policy",
    "remedy",
    "scan",
    "tables",
    "tabulate",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Load a public name on first use, so that importing govkit costs nothing."""
    if name in _ROOMS:
        return importlib.import_module(f"govkit.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'govkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
