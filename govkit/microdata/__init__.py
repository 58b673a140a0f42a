"""Records: whether they are anonymous, by every model, from one table of frequencies."""

from govkit.microdata.check import Check, SensitiveCheck, check
from govkit.microdata.closeness import TCloseness, t_closeness
from govkit.microdata.likeness import (
    BasicBetaLikeness,
    DeltaDisclosure,
    EnhancedBetaLikeness,
    basic_beta_likeness,
    delta_disclosure,
    enhanced_beta_likeness,
)
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

__all__ = [
    "AlphaKAnonymity",
    "BasicBetaLikeness",
    "Check",
    "DeltaDisclosure",
    "DistinctLDiversity",
    "EnhancedBetaLikeness",
    "EntropyLDiversity",
    "KAnonymity",
    "PSensitivity",
    "RecursiveCLDiversity",
    "SensitiveCheck",
    "TCloseness",
    "alpha_k_anonymity",
    "basic_beta_likeness",
    "check",
    "delta_disclosure",
    "distinct_l_diversity",
    "enhanced_beta_likeness",
    "entropy_l_diversity",
    "k_anonymity",
    "p_sensitivity",
    "recursive_cl_diversity",
    "t_closeness",
]
