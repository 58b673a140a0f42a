"""What happens, day by day: records that are only ever added to.

Each entry carries the digest of the one before, so that a change is found.
"""

from govkit.records.answers import Package, calendar, letter, package
from govkit.records.chain import Entry, Verification
from govkit.records.locate import Found, Located, locate
from govkit.records.requests import Case, Cases, RequestDesk
from govkit.records.store import Store, open_store

__all__ = [
    "Case", "Cases", "Entry", "Found", "Located", "Package", "RequestDesk", "Store",
    "Verification", "calendar", "letter", "locate", "open_store", "package",
]  # fmt: skip
