"""Records: whether they are anonymous, by every model, from one table of frequencies."""

from govkit.microdata.check import Check, SensitiveCheck, check
from govkit.microdata.closeness import TCloseness, t_closeness
from govkit.microdata.individual import (
    HouseholdRisk,
    IndividualRisk,
    benedetti_franconi,
    household_risk,
    individual_risk,
)
from govkit.microdata.likeness import (
    BasicBetaLikeness,
    DeltaDisclosure,
    EnhancedBetaLikeness,
    basic_beta_likeness,
    delta_disclosure,
    enhanced_beta_likeness,
)
from govkit.microdata.population import KMap, PopulationUniqueness, k_map, population_uniqueness
from govkit.microdata.privacy import (
    AlphaKAnonymity,
    DistinctLDiversity,
    EntropyLDiversity,
    KAnonymity,
    PSensitivity,
    RecursiveCLDiversity,
    alpha_k_anonymity,
    distinct_l_diversity,
    entropy_l_diversity,
    k_anonymity,
    p_sensitivity,
    recursive_cl_diversity,
)
from govkit.microdata.risk import Risk, risk
from govkit.microdata.safe_harbor import SafeHarbor, safe_harbor
from govkit.microdata.separation import Separation, separation
from govkit.microdata.suda import Suda, suda
from govkit.microdata.wildcard import frequencies

__all__ = [
    "AlphaKAnonymity", "BasicBetaLikeness", "Check", "DeltaDisclosure", "DistinctLDiversity",
    "EnhancedBetaLikeness", "EntropyLDiversity", "HouseholdRisk", "IndividualRisk", "KAnonymity",
    "KMap", "PSensitivity", "PopulationUniqueness", "RecursiveCLDiversity", "Risk", "SafeHarbor",
    "SensitiveCheck", "Separation", "Suda", "TCloseness", "alpha_k_anonymity",
    "basic_beta_likeness", "benedetti_franconi", "check", "delta_disclosure",
    "distinct_l_diversity", "enhanced_beta_likeness", "entropy_l_diversity", "frequencies",
    "household_risk", "individual_risk", "k_anonymity", "k_map", "p_sensitivity",
    "population_uniqueness", "recursive_cl_diversity", "risk", "safe_harbor", "separation", "suda",
    "t_closeness",
]  # fmt: skip
