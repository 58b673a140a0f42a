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
    from govkit import data, microdata, plots, remedy, tables
    from govkit.data.classify import DataMap, classify, drift
    from govkit.data.counts import FrequencyTable, count
    from govkit.data.scan import scan
    from govkit.errors import GovkitError
    from govkit.microdata.check import check
    from govkit.remedy.anonymize import anonymize
    from govkit.result import Result, Verdict
    from govkit.tables.audit import audit
    from govkit.tables.table import tabulate

__version__ = "0.1.0"

_HOMES = {
    "DataMap": "govkit.data",
    "FrequencyTable": "govkit.data",
    "GovkitError": "govkit.errors",
    "Result": "govkit.result",
    "Verdict": "govkit.result",
    "anonymize": "govkit.remedy",
    "check": "govkit.microdata",
    "audit": "govkit.tables",
    "classify": "govkit.data",
    "count": "govkit.data",
    "drift": "govkit.data",
    "tabulate": "govkit.tables",
    "scan": "govkit.data",
}
_ROOMS = ("data", "microdata", "plots", "remedy", "tables")

__all__ = [
    "DataMap",
    "FrequencyTable",
    "GovkitError",
    "Result",
    "Verdict",
    "anonymize",
    "audit",
    "check",
    "classify",
    "count",
    "data",
    "drift",
    "microdata",
    "plots",
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
