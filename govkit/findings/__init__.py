"""Rules that hold the policy, the register, the data and the records against each other.

Each is declared in a pack, as text: clause, level, condition, message, fix, articles. An installed
package may add packs of its own.
"""

from govkit.findings.answer import Finding, Findings
from govkit.findings.engine import check_register
from govkit.findings.facts import Facts
from govkit.findings.packs import Case, Pack, Rule, packs, read_pack

__all__ = [
    "Case", "Facts", "Finding", "Findings", "Pack", "Rule", "check_register", "packs",
    "read_pack",
]  # fmt: skip
