"""What happens, day by day: records that are only ever added to.

Each entry carries the digest of the one before, so that a change is found.
"""

from govkit.records.answers import Package, calendar, letter, package
from govkit.records.cases import Case, Cases
from govkit.records.chain import Entry, Verification
from govkit.records.copies import backup, export, restore
from govkit.records.dashboard import Overview, dashboard, incidents_overview
from govkit.records.incidents import Duties, assess_incident, incident_content, report_incident
from govkit.records.locate import Found, Located, locate
from govkit.records.requests import RequestDesk
from govkit.records.store import Store, open_store
from govkit.records.training import (
    TrainingStatus,
    except_person,
    record_completion,
    training_status,
)

__all__ = [
    "Case",
    "Cases",
    "Duties",
    "Entry",
    "Found",
    "Located",
    "Overview",
    "Package",
    "RequestDesk",
    "Store",
    "TrainingStatus",
    "Verification",
    "assess_incident",
    "backup",
    "calendar",
    "dashboard",
    "except_person",
    "export",
    "incident_content",
    "incidents_overview",
    "letter",
    "locate",
    "open_store",
    "package",
    "record_completion",
    "report_incident",
    "restore",
    "training_status",
]
