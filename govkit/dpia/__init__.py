"""Impact assessments that compute their own numbers; what people judge stands in YAML."""

from govkit.dpia.cnil import read_cnil
from govkit.dpia.dpia import Dpia, load_dpia
from govkit.dpia.freshness import Freshness, Problem, approve, check_dpia
from govkit.dpia.impact import Impact, assess_impact
from govkit.dpia.numbers import Measured, Numbers, suggest
from govkit.dpia.proposal import propose_dpia
from govkit.dpia.rendering import DPIA_FORMATS, export_dpia, render
from govkit.dpia.risks import Level, Rated
from govkit.dpia.screening import Met, Screening

__all__ = [
    "DPIA_FORMATS", "Dpia", "Freshness", "Impact", "Level", "Measured", "Met", "Numbers", "Problem",
    "Rated", "Screening", "approve", "assess_impact", "check_dpia", "export_dpia", "load_dpia",
    "propose_dpia", "read_cnil", "render", "suggest",
]  # fmt: skip
