"""Tables that may be changed a little: rounding, cell keys, noise, and what each costs."""

from govkit.perturbation.cell_key import cell_key, cell_keys
from govkit.perturbation.ledger import Ledger
from govkit.perturbation.noise import expected_error, noisy_table
from govkit.perturbation.p_table import PTable, p_table, read_p_table
from govkit.perturbation.price import Comparison, Perturbed, compare
from govkit.perturbation.rounding import controlled_rounding, random_rounding, small_count_rounding

__all__ = [
    "Comparison", "Ledger", "PTable", "Perturbed", "cell_key", "cell_keys", "compare",
    "controlled_rounding", "expected_error", "noisy_table", "p_table", "random_rounding",
    "read_p_table", "small_count_rounding",
]  # fmt: skip
