"""Checked outputs of a notebook: pandas' own calls, judged, kept, stacked and released."""

from govkit.checked.explore import explore
from govkit.checked.output import Known, Output
from govkit.checked.progress import progress
from govkit.checked.session import Grouped, Session, session

__all__ = ["Grouped", "Known", "Output", "Session", "explore", "progress", "session"]
