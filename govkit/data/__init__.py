"""Where data comes in and is counted: ``scan`` opens it, ``count`` counts it once.

``classify`` tells what the columns hold, ``drift`` whether that is still what was declared.
"""

from govkit.data.classify import DataMap, classify, drift
from govkit.data.counts import FrequencyTable, count
from govkit.data.places import tables
from govkit.data.scan import scan

__all__ = ["DataMap", "FrequencyTable", "classify", "count", "drift", "scan", "tables"]
