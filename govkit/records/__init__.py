"""What happens, day by day: records that are only ever added to.

Each entry carries the digest of the one before, so that a change is found.
"""

from govkit.records.chain import Entry, Verification
from govkit.records.store import Store, open_store

__all__ = ["Entry", "Store", "Verification", "open_store"]
