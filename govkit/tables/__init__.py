"""Tables that nobody can take apart: margins, rules, certified cell suppression, audit."""

from govkit.tables.argus import Described, read_jj, read_rda
from govkit.tables.audit import Audit, audit
from govkit.tables.certificate import Certificate, Proof
from govkit.tables.formats import read_cells, read_table, to_frame, write_table
from govkit.tables.primary import Primary, levels_of, naive, primary
from govkit.tables.rules import (
    Rules,
    dominance,
    dominance_level,
    homogeneity,
    p_percent,
    p_percent_level,
    request,
    threshold,
)
from govkit.tables.secondary import NoPatternError, Protected, suppress
from govkit.tables.show import explanations
from govkit.tables.table import Table, link, tabulate
from govkit.tables.trees import Variable, read_hrc, variable

__all__ = [
    "Audit", "Certificate", "Described", "NoPatternError", "Primary", "Proof", "Protected",
    "Rules", "Table", "Variable", "audit", "dominance", "dominance_level", "explanations",
    "homogeneity",  "levels_of", "link", "naive", "p_percent", "p_percent_level",
    "primary", "read_cells", "read_hrc", "read_jj", "read_rda", "read_table", "request",
    "suppress", "tabulate", "threshold", "to_frame", "variable", "write_table",
]  # fmt: skip
