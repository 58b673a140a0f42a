"""Where data comes in and is counted: ``scan`` opens it, ``count`` counts it once."""

from govkit.data.counts import FrequencyTable, count
from govkit.data.scan import scan

__all__ = ["FrequencyTable", "count", "scan"]
