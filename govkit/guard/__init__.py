"""What must not be in a notebook's saved outputs: people's values, their records, small counts."""

from govkit.guard.leak import Leak
from govkit.guard.watch import check_outputs

__all__ = ["Leak", "check_outputs"]
