"""Privacy models: what somebody who knows the quasi-identifiers can learn about one person.

Each model is a function of counts and numbers and follows the paper it names; t-closeness stands
in ``closeness``, the models of gained confidence in ``likeness``. Wherever ``table`` is asked for,
it holds counts by the quasi-identifiers and the sensitive column (every other column of it is a
quasi-identifier). A missing value is a value of its own, in both kinds of columns; only
k-anonymity can take it for a wildcard (``count(…, missing="wildcard")``), because a class that
overlaps others has no sensitive values of its own.

* k-anonymity: L. Sweeney, "k-anonymity: a model for protecting privacy", Int. J. Uncertainty,
  Fuzziness and Knowledge-Based Systems 10(5), 2002, doi:10.1142/S0218488502001648.
* l-diversity (distinct, entropy, recursive): A. Machanavajjhala et al., "l-diversity: privacy
  beyond k-anonymity", ACM TKDD 1(1), 2007, doi:10.1145/1217299.1217302.
* (α, k)-anonymity: R. C.-W. Wong et al., KDD 2006, doi:10.1145/1150402.1150499.
* p-sensitive k-anonymity: T. M. Truta, B. Vinay, ICDE Workshops 2006, doi:10.1109/ICDEW.2006.116.
"""

from numbers import Real
from typing import TypeAlias

import numpy as np

from govkit.data import FrequencyTable
from govkit.data.arrays import Floats, Numbers
from govkit.errors import InputError
from govkit.microdata.answers import TOLERANCE, ClassAnswer, answer, least, most, positive
from govkit.microdata.classes import Classes, classes
from govkit.microdata.wildcard import frequencies

Counts: TypeAlias = FrequencyTable | Classes


@answer
class KAnonymity(ClassAnswer):
    """Size of the smallest group, and how much lies below the wanted ``k``."""

    k: int
    smallest: float


def k_anonymity(table: FrequencyTable, k: int = 5) -> KAnonymity:
    """Tell how many records share each combination of quasi-identifiers (Sweeney 2002).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers. Of a table with missing values as wildcards, the sizes
        are those of ``frequencies``.
    k
        Wanted size of the smallest group, in records; at least 2.

    Examples
    --------
    >>> from govkit.data import count
    >>> k_anonymity(count({"age": [30, 30, 41]}, ["age"]), k=2)
    KAnonymity(k=2, smallest=1, groups=2, violations=1, records=3, records_at_risk=1)
    """
    refuse_lone(k)
    sizes, _ = frequencies(table)
    return KAnonymity.of(table, sizes, sizes < k, k=k, smallest=least(sizes))


@answer
class DistinctLDiversity(ClassAnswer):
    """Fewest different sensitive values in a group."""

    l: int
    measured: int


def distinct_l_diversity(table: Counts, sensitive: str, l: int = 2) -> DistinctLDiversity:
    """Count the different sensitive values in each group (Machanavajjhala et al. 2007, p. 15).

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column.
    l
        Wanted number of different values; at least 2.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [30, 30, 41], "ill": ["flu", "none", "flu"]}, ["age", "ill"])
    >>> distinct_l_diversity(table, "ill").measured
    1
    """
    _refuse_single(l)
    groups = classes(table, sensitive)
    found = groups.distinct
    return DistinctLDiversity.of(groups.quasi, found, found < l, l=l, measured=least(found))


@answer
class PSensitivity(ClassAnswer):
    """Fewest different sensitive values in a group, beside its size."""

    p: int
    k: int
    measured: int
    smallest: int


def p_sensitivity(table: Counts, sensitive: str, p: int = 2, k: int = 5) -> PSensitivity:
    """Tell whether groups reach ``k`` records and ``p`` sensitive values (Truta, Vinay 2006).

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column.
    p, k
        Wanted different values and records per group; both at least 2, ``p`` not above ``k``.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [30, 30], "ill": ["flu", "none"]}, ["age", "ill"])
    >>> p_sensitivity(table, "ill", p=2, k=2).verdict.value
    'safe'
    """
    refuse_lone(k)
    if not 2 <= p <= k:  # noqa: PLR2004 - two values hide each other
        raise InputError(f"p must be at least 2 and at most k={k}, got {p}.")
    groups = classes(table, sensitive)
    found, sizes = groups.distinct, groups.sizes
    return PSensitivity.of(
        groups.quasi, found, (found < p) | (sizes < k),
        p=p, k=k, measured=least(found), smallest=least(sizes),
    )  # fmt: skip


@answer
class AlphaKAnonymity(ClassAnswer):
    """Largest share of one sensitive value in a group, beside its size."""

    alpha: float
    k: int
    measured: float
    smallest: int


def alpha_k_anonymity(
    table: Counts, sensitive: str, alpha: float = 0.5, k: int = 5
) -> AlphaKAnonymity:
    """Measure the largest share of a sensitive value in each group (Wong et al. 2006, def. 3).

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column; each of its values is taken as sensitive.
    alpha
        Largest share allowed, above 0 and at most 1.
    k
        Wanted records per group; at least 2.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [30, 30, 30, 30], "ill": [1, 1, 1, 2]}, ["age", "ill"])
    >>> alpha_k_anonymity(table, "ill", k=4).measured
    0.75
    """
    positive(alpha, "alpha", 1)
    refuse_lone(k)
    groups = classes(table, sensitive)
    largest = groups.max(groups.shares)
    return AlphaKAnonymity.of(
        groups.quasi, largest, (largest > alpha + TOLERANCE) | (groups.sizes < k),
        alpha=alpha, k=k, measured=most(largest), smallest=least(groups.sizes),
    )  # fmt: skip


@answer
class EntropyLDiversity(ClassAnswer):
    """Effective number of sensitive values in the poorest group: exp of its entropy."""

    l: float
    measured: float


def entropy_l_diversity(table: Counts, sensitive: str, l: float = 2) -> EntropyLDiversity:
    """Measure exp of the entropy in each group (Machanavajjhala et al. 2007, def. 4.1).

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column.
    l
        Wanted effective number of values, above 1; it need not be whole.

    Returns
    -------
    EntropyLDiversity
        ``measured`` is a float, never truncated.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [30, 30, 30, 30], "ill": [1, 1, 1, 2]}, ["age", "ill"])
    >>> round(entropy_l_diversity(table, "ill").measured, 4)
    1.7548
    """
    if not l > 1:
        raise InputError(f"l must be above 1, got {l}: a single value is known of everybody.")
    groups = classes(table, sensitive)
    p = groups.shares
    worth = np.exp(-groups.sum(p * np.log(p)))
    bad = worth < l - TOLERANCE
    return EntropyLDiversity.of(groups.quasi, worth, bad, l=l, measured=least(worth))


@answer
class RecursiveCLDiversity(ClassAnswer):
    """The number above which every c satisfies recursive (c, l)-diversity."""

    c: float
    l: int
    measured: float


def recursive_cl_diversity(
    table: Counts, sensitive: str, c: float = 3, l: int = 2
) -> RecursiveCLDiversity:
    """Test r₁ < c·(r_l + … + r_m) in each group (Machanavajjhala et al. 2007, def. 4.2).

    r₁ ≥ r₂ ≥ … ≥ r_m are the frequencies of the sensitive values in the group.

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column.
    c
        Wanted factor, above 0.
    l
        From which value on the rarer ones are added up; at least 2.

    Returns
    -------
    RecursiveCLDiversity
        ``measured`` is the largest r₁ / (r_l + … + r_m): the model holds for every c *above* it;
        infinite where a group has fewer than ``l`` values.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [30] * 10, "ill": ["flu"] * 9 + ["none"]}, ["age", "ill"])
    >>> recursive_cl_diversity(table, "ill").measured
    9.0
    """
    _refuse_single(l)
    positive(c, "c")
    groups = classes(table, sensitive)
    ratio = _ratios(groups, l)
    return RecursiveCLDiversity.of(
        groups.quasi, ratio, ratio >= c - TOLERANCE, c=c, l=l, measured=most(ratio)
    )


def refuse_lone(k: int) -> None:
    """Refuse a ``k`` that would let a person stand alone."""
    if not (isinstance(k, Real) and k >= 2):  # noqa: PLR2004 - the sentence says why
        raise InputError(f"k must be at least 2, got {k!r}: a group of 1 is a person.")


def _refuse_single(l: int) -> None:
    if not (isinstance(l, Real) and l >= 2):  # noqa: PLR2004 - the sentence says why
        raise InputError(f"l must be at least 2, got {l!r}: a single value is known of everybody.")


def _ratios(groups: Classes, l: int) -> Floats:
    most = groups.max(groups.cells)
    # the usual l = 2 needs no sorting
    rest = groups.sizes - most if l == 2 else _beyond(groups, l)  # noqa: PLR2004
    with np.errstate(divide="ignore"):
        return np.asarray(most / rest)


def _beyond(groups: Classes, l: int) -> Numbers:
    """Add up r_l, r_(l+1), … in each class, r₁ being its largest cell."""
    owner = np.repeat(np.arange(len(groups.starts)), groups.distinct)
    order = np.lexsort((-groups.cells, owner))
    rank = np.arange(len(order)) - np.repeat(groups.starts, groups.distinct)
    return groups.sum(np.where(rank >= l - 1, groups.cells[order], 0))
