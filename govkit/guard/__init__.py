"""What must not be in a notebook's saved outputs: people's values, their records, small counts."""

from govkit.guard.check import check_notebooks, filter_text
from govkit.guard.leak import Leak, Leaks
from govkit.guard.watch import check_outputs

__all__ = ["Leak", "Leaks", "check_notebooks", "check_outputs", "filter_text"]
