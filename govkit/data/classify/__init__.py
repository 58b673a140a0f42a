"""Find the personal information in any table, Japanese or English.

``classify`` proposes, column by column, a type, a role and a legal class, with its evidence; a
person confirms the proposal in a YAML file; ``drift`` compares the next delivery with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govkit.data.classify.kinds import recognizers
from govkit.data.classify.recognizer import Recognizer
from govkit.data.classify.result import DataMap, Field, Pair
from govkit.data.classify.sources import classify, drift
from govkit.roles import AppiClass, Role

if TYPE_CHECKING:
    from govkit.data.classify.declared import Drift

__all__ = [
    "AppiClass",
    "DataMap",
    "Drift",
    "Field",
    "Pair",
    "Recognizer",
    "Role",
    "classify",
    "drift",
    "recognizers",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class, loaded late: it needs YAML and Pydantic
    if name == "Drift":
        from govkit.data.classify.declared import Drift  # noqa: PLC0415

        return Drift
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
