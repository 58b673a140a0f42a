"""Remedy: make records safe by changing them, and tell what it cost."""

from govkit.remedy import builders
from govkit.remedy.conditions import Conditions
from govkit.remedy.hierarchy import Fitted, Hierarchy, generalize, load_hierarchies
from govkit.remedy.lattice import Lattice, Node, search

__all__ = [
    "Conditions", "Fitted", "Hierarchy", "Lattice", "Node", "builders", "generalize",
    "load_hierarchies", "search",
]  # fmt: skip
