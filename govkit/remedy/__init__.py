"""Remedy: make records safe by changing them, measure again, and tell what it cost."""

from govkit.remedy.aggregation import Microaggregation, microaggregate
from govkit.remedy.anonymize import Anonymized, anonymize, replay
from govkit.remedy.conditions import Conditions
from govkit.remedy.hierarchy import Fitted, Hierarchy, generalize, load_hierarchies
from govkit.remedy.lattice import Lattice, Node, released, search
from govkit.remedy.mondrian import Partition, mondrian
from govkit.remedy.perturb import (
    add_noise,
    pram,
    rank_swap,
    round_values,
    top_bottom_code,
    transition,
)
from govkit.remedy.pseudonym import AppiStandards, appi_standards, pseudonymize, read_key
from govkit.remedy.recipe import Recipe
from govkit.remedy.records import write_records
from govkit.remedy.suppression import Suppression, suppress_cells
from govkit.remedy.utility import Utility, utility

__all__ = [
    "Anonymized", "AppiStandards", "Conditions", "Fitted", "Hierarchy", "Lattice",
    "Microaggregation", "Node", "Partition", "Recipe", "Suppression", "Utility", "add_noise",
    "anonymize", "appi_standards", "generalize", "load_hierarchies", "microaggregate",
    "mondrian", "pram", "pseudonymize", "rank_swap", "read_key", "released", "replay",
    "round_values", "search", "suppress_cells", "top_bottom_code", "transition", "utility",
    "write_records",
]  # fmt: skip
