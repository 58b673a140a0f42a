"""Remedy: make records safe by changing them, and tell what it cost."""

from govkit.remedy import builders
from govkit.remedy.generalize import generalize
from govkit.remedy.hierarchy import Fitted, Hierarchy, load_hierarchies

__all__ = ["Fitted", "Hierarchy", "builders", "generalize", "load_hierarchies"]
