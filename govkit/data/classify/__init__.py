"""Find the personal information in any table, Japanese or English.

``classify`` proposes, column by column, a type, a role and a legal class, with its evidence; a
person confirms the proposal in a YAML file; ``drift`` compares the next delivery with it.
"""

from govkit.data.classify.kinds import recognizers
from govkit.data.classify.recognizer import Recognizer
from govkit.data.classify.result import DataMap, Drift, Field, Pair
from govkit.data.classify.sources import classify, drift
from govkit.roles import AppiClass, Role

__all__ = [
    "AppiClass", "DataMap", "Drift", "Field", "Pair", "Recognizer", "Role", "classify", "drift",
    "recognizers",
]  # fmt: skip
