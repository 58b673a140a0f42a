"""Privacy models: what somebody who knows the quasi-identifiers can learn about one person.

Each model is a function of counts and numbers; each names the paper it follows.

* k-anonymity: L. Sweeney, "k-anonymity: a model for protecting privacy", Int. J. Uncertainty,
  Fuzziness and Knowledge-Based Systems 10(5), 2002, doi:10.1142/S0218488502001648.
* l-diversity (distinct, entropy, recursive): A. Machanavajjhala et al., "l-diversity: privacy
  beyond k-anonymity", ACM TKDD 1(1), 2007, doi:10.1145/1217299.1217302.
* (α, k)-anonymity: R. C.-W. Wong et al., KDD 2006, doi:10.1145/1150402.1150499.
* p-sensitive k-anonymity: T. M. Truta, B. Vinay, ICDE Workshops 2006, doi:10.1109/ICDEW.2006.116.
* β-likeness: J. Cao, P. Karras, "Publishing microdata with a robust privacy guarantee",
  PVLDB 5(11), 2012, doi:10.14778/2350229.2350255.
* δ-disclosure: J. Brickell, V. Shmatikov, "The cost of privacy", KDD 2008,
  doi:10.1145/1401890.1401904.

A missing sensitive value is a value of its own. t-closeness stands in ``closeness``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.errors import InputError
from govkit.microdata.answers import ClassAnswer, judge
from govkit.microdata.classes import Classes, classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from govkit.data import FrequencyTable

__all__ = [
    "AlphaKAnonymity",
    "BasicBetaLikeness",
    "DeltaDisclosure",
    "DistinctLDiversity",
    "EnhancedBetaLikeness",
    "EntropyLDiversity",
    "KAnonymity",
    "PSensitivity",
    "RecursiveCLDiversity",
    "alpha_k_anonymity",
    "basic_beta_likeness",
    "delta_disclosure",
    "distinct_l_diversity",
    "enhanced_beta_likeness",
    "entropy_l_diversity",
    "k_anonymity",
    "p_sensitivity",
    "recursive_cl_diversity",
]

_TOLERANCE = 1e-9  # exp(entropy) of two equal shares is 1.9999999999999998


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KAnonymity(ClassAnswer):
    """Size of the smallest group, and how much lies below the wanted ``k``."""

    k: int
    smallest: int

    @property
    def sentence(self) -> str:
        """What the group sizes mean for a person."""
        if not self.groups:
            return "There are no records, so nothing is shown about anybody."
        if not self.violations:
            return (
                f"Every record looks like at least {self.smallest - 1:,} others: "
                f"the smallest group has {self.smallest:,} records (k={self.k})."
            )
        return (
            f"{self.records_at_risk:,} of {self.records:,} records are in groups smaller than "
            f"{self.k}; the smallest group has {self.smallest:,}."
        )


def k_anonymity(table: FrequencyTable, k: int = 5) -> KAnonymity:
    """Tell how many records share each combination of quasi-identifiers (Sweeney 2002).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers.
    k
        Wanted size of the smallest group, in records; at least 2.

    Examples
    --------
    >>> from govkit.data import count
    >>> k_anonymity(count({"age": [30, 30, 41]}, ["age"]), k=2)
    KAnonymity(k=2, smallest=1, groups=2, violations=1, records=3, records_at_risk=1)
    """
    refuse_lone(k)
    sizes = table.counts
    return KAnonymity(
        k=k,
        smallest=_least(sizes),
        **judge(table, sizes, sizes < k, low=True, name="records"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DistinctLDiversity(ClassAnswer):
    """Fewest distinct sensitive values in a group."""

    l: int
    measured: int

    @property
    def sentence(self) -> str:
        """What the number of values means for a person."""
        return self.told(
            f"every group holds at least {self.measured} different values (l={self.l})",
            f"groups with fewer than {self.l} different values; the poorest has {self.measured}",
        )


def distinct_l_diversity(
    table: FrequencyTable | Classes,
    sensitive: str,
    l: int = 2,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> DistinctLDiversity:
    """Count the different sensitive values in each group (Machanavajjhala et al. 2007, p. 15).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column.
    l
        Wanted number of different values; at least 2.
    quasi_identifiers
        Default: all other columns of the table.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [30, 30, 41], "ill": ["flu", "none", "flu"]}, ["age", "ill"])
    >>> distinct_l_diversity(table, "ill").measured
    1
    """
    _at_least(l, 2, f"l must be at least 2, got {l}: a single value is known of everybody.")
    groups = classes(table, sensitive, quasi_identifiers)
    found = groups.distinct
    return DistinctLDiversity(
        l=l, measured=_least(found), **judge(groups.quasi, found, found < l, low=True, name="l")
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PSensitivity(ClassAnswer):
    """Fewest distinct sensitive values in a group, beside its size."""

    p: int
    k: int
    measured: int
    smallest: int

    @property
    def sentence(self) -> str:
        """What the number of values and the size mean for a person."""
        return self.told(
            f"every group has at least {self.k} records and {self.p} different values",
            f"groups with fewer than {self.k} records or {self.p} different values",
        )


def p_sensitivity(
    table: FrequencyTable | Classes,
    sensitive: str,
    p: int = 2,
    k: int = 5,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> PSensitivity:
    """Tell whether groups reach ``k`` records and ``p`` sensitive values (Truta, Vinay 2006).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column.
    p, k
        Wanted different values and records per group; p not above k, both at least 2.
    quasi_identifiers
        Default: all other columns of the table.
    """
    _at_least(min(p, k), 2, f"p and k must be at least 2, got p={p} and k={k}.")
    if p > k:
        raise InputError(f"p={p} is above k={k}: k records cannot hold more than k values.")
    groups = classes(table, sensitive, quasi_identifiers)
    found = groups.distinct
    bad = (found < p) | (groups.sizes < k)
    return PSensitivity(
        p=p,
        k=k,
        measured=_least(found),
        smallest=_least(groups.sizes),
        **judge(groups.quasi, found, bad, low=True, name="p"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AlphaKAnonymity(ClassAnswer):
    """Largest share of one sensitive value in a group, beside its size."""

    alpha: float
    k: int
    measured: float
    smallest: int

    @property
    def sentence(self) -> str:
        """What the largest share means for a person."""
        return self.told(
            f"no value fills more than {self.measured:.0%} of a group",
            f"groups in which one value fills more than {self.alpha:.0%} or that are smaller "
            f"than {self.k}; the largest share is {self.measured:.0%}",
        )


def alpha_k_anonymity(
    table: FrequencyTable | Classes,
    sensitive: str,
    alpha: float = 0.5,
    k: int = 5,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> AlphaKAnonymity:
    """Measure the largest share of a sensitive value in each group (Wong et al. 2006, def. 3).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column; every one of its values is taken as sensitive.
    alpha
        Largest share allowed, above 0 and at most 1.
    k
        Wanted records per group; at least 2.
    quasi_identifiers
        Default: all other columns of the table.
    """
    if not 0 < alpha <= 1:
        raise InputError(f"alpha must be above 0 and at most 1, got {alpha}: it is a share.")
    refuse_lone(k)
    groups = classes(table, sensitive, quasi_identifiers)
    share = groups.max(groups.shares)
    bad = (share > alpha) | (groups.sizes < k)
    return AlphaKAnonymity(
        alpha=alpha,
        k=k,
        measured=_most(share),
        smallest=_least(groups.sizes),
        **judge(groups.quasi, share, bad, low=False, name="alpha"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EntropyLDiversity(ClassAnswer):
    """Effective number of sensitive values in the poorest group: exp of its entropy."""

    l: float
    measured: float

    @property
    def sentence(self) -> str:
        """What the effective number of values means for a person."""
        return self.told(
            f"every group is as mixed as {self.measured:.2f} equally frequent values (l={self.l:g})",
            f"groups less mixed than {self.l:g} equally frequent values; "
            f"the poorest is worth {self.measured:.2f}",
        )


def entropy_l_diversity(
    table: FrequencyTable | Classes,
    sensitive: str,
    l: float = 2,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> EntropyLDiversity:
    """Measure exp of the entropy in each group (Machanavajjhala et al. 2007, def. 4.1).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column.
    l
        Wanted effective number of values, above 1; it need not be whole.
    quasi_identifiers
        Default: all other columns of the table.

    Returns
    -------
    EntropyLDiversity
        ``measured`` is a float, never truncated: two values 3 to 1 are worth 1.75.
    """
    if not l > 1:
        raise InputError(f"l must be above 1, got {l}: a single value is known of everybody.")
    groups = classes(table, sensitive, quasi_identifiers)
    worth = _effective(groups)
    bad = worth < l - _TOLERANCE
    return EntropyLDiversity(
        l=l, measured=_least(worth), **judge(groups.quasi, worth, bad, low=True, name="entropy_l")
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RecursiveCLDiversity(ClassAnswer):
    """The smallest c above which recursive (c, l)-diversity holds."""

    c: float
    l: int
    measured: float

    @property
    def sentence(self) -> str:
        """What the ratio means for a person."""
        return self.told(
            f"the most frequent value stays under {self.c:g} times the rarer ones",
            f"groups whose most frequent value reaches {self.c:g} times the sum of the "
            f"{self.l}th most frequent and rarer ones",
        )


def recursive_cl_diversity(
    table: FrequencyTable | Classes,
    sensitive: str,
    c: float = 3,
    l: int = 2,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> RecursiveCLDiversity:
    """Test r₁ < c·(r_l + … + r_m) in each group (Machanavajjhala et al. 2007, def. 4.2).

    r₁ ≥ r₂ ≥ … are the frequencies of the sensitive values in the group.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column.
    c
        Wanted factor, above 0.
    l
        From which value on the rarer ones are added up; at least 2.
    quasi_identifiers
        Default: all other columns of the table.

    Returns
    -------
    RecursiveCLDiversity
        ``measured`` is the largest r₁ / (r_l + … + r_m): the model holds for every c *above* it;
        infinite where a group has fewer than ``l`` values.
    """
    _at_least(l, 2, f"l must be at least 2, got {l}: a single value is known of everybody.")
    if not c > 0:
        raise InputError(f"c must be above 0, got {c}.")
    groups = classes(table, sensitive, quasi_identifiers)
    ratio = _ratios(groups, l)
    return RecursiveCLDiversity(
        c=c,
        l=l,
        measured=_most(ratio),
        **judge(groups.quasi, ratio, ratio >= c, low=False, name="recursive_c"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BasicBetaLikeness(ClassAnswer):
    """Largest relative gain of confidence in a sensitive value."""

    beta: float
    measured: float

    @property
    def sentence(self) -> str:
        """What the gain means for a person."""
        return self.told(
            f"knowing the group raises no value's chance by more than {self.measured:.4g} times",
            f"groups that raise a value's chance by more than {self.beta:g} times its overall "
            f"share; the largest gain is {self.measured:.4g}",
        )


def basic_beta_likeness(
    table: FrequencyTable | Classes,
    sensitive: str,
    beta: float = 1,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> BasicBetaLikeness:
    """Measure max (p - q) / q over groups and values (Cao, Karras 2012, def. 2).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column.
    beta
        Largest relative gain allowed, above 0.
    quasi_identifiers
        Default: all other columns of the table.
    """
    _positive(beta, "beta")
    groups = classes(table, sensitive, quasi_identifiers)
    gain = groups.max(_gains(groups))
    return BasicBetaLikeness(
        beta=beta,
        measured=_most(gain),
        **judge(groups.quasi, gain, gain > beta + _TOLERANCE, low=False, name="beta"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EnhancedBetaLikeness(ClassAnswer):
    """Largest relative gain, bounded by -ln q, and whether any beta can hold at all."""

    beta: float
    measured: float
    satisfiable: bool

    @property
    def sentence(self) -> str:
        """What the bounded gain means for a person."""
        if self.groups and not self.satisfiable:
            return (
                "No beta can hold: some group raises a value's chance by more than -ln of its "
                f"overall share, the bound of the model. {self.violations:,} of {self.groups:,} "
                "groups are too telling."
            )
        return self.told(
            "no group raises a value's chance beyond the bound of the model",
            f"groups that raise a value's chance beyond min({self.beta:g}, -ln q)",
        )


def enhanced_beta_likeness(
    table: FrequencyTable | Classes,
    sensitive: str,
    beta: float = 1,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> EnhancedBetaLikeness:
    """Test (p - q) / q ≤ min(beta, -ln q) (Cao, Karras 2012, def. 3).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column.
    beta
        Largest relative gain allowed, above 0.
    quasi_identifiers
        Default: all other columns of the table.

    Returns
    -------
    EnhancedBetaLikeness
        ``measured`` is min(largest gain, -ln of the smallest q); where a gain exceeds the bound
        -ln q of its own value no beta holds and ``satisfiable`` is false.
    """
    _positive(beta, "beta")
    groups = classes(table, sensitive, quasi_identifiers)
    gains = _gains(groups)
    bound = -np.log(groups.expected)
    excess = groups.max(gains - np.minimum(beta, bound))
    measured = min(_most(gains), _most(bound))
    return EnhancedBetaLikeness(
        beta=beta,
        measured=measured,
        satisfiable=bool((gains <= bound + _TOLERANCE).all()),
        **judge(groups.quasi, groups.max(gains), excess > _TOLERANCE, low=False, name="beta"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeltaDisclosure(ClassAnswer):
    """Largest change of a sensitive value's share, in either direction, on the log scale."""

    delta: float
    measured: float
    finite: float

    @property
    def sentence(self) -> str:
        """What the change means for a person."""
        if np.isinf(self.measured):
            return (
                f"{self.violations:,} of {self.groups:,} groups tell too much: in some of them a "
                "value never occurs, so who is in it is known not to have it (delta is infinite)."
            )
        return self.told(
            f"no value's share changes by more than a factor {np.exp(self.measured):.4g}",
            f"groups in which a value's share changes by a factor {np.exp(self.delta):.4g} or more",
        )


def delta_disclosure(
    table: FrequencyTable | Classes,
    sensitive: str,
    delta: float = 1,
    *,
    quasi_identifiers: Sequence[str] | None = None,
) -> DeltaDisclosure:
    """Measure max abs(ln(p / q)) over groups and values (Brickell, Shmatikov 2008, def. 1).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive column.
    sensitive
        The sensitive column.
    delta
        The change must stay below this; above 0.
    quasi_identifiers
        Default: all other columns of the table.

    Returns
    -------
    DeltaDisclosure
        ``measured`` is infinite where some value is absent from some group (ln 0); ``finite`` is
        the largest change among the values that are present.
    """
    _positive(delta, "delta")
    groups = classes(table, sensitive, quasi_identifiers)
    change = groups.max(np.abs(np.log(groups.shares / groups.expected)))
    whole = np.where(groups.distinct < np.count_nonzero(groups.overall), np.inf, change)
    return DeltaDisclosure(
        delta=delta,
        measured=_most(whole),
        finite=_most(change),
        **judge(groups.quasi, whole, whole >= delta, low=False, name="delta"),
    )


def refuse_lone(k: int) -> None:
    """Refuse a ``k`` that would let a person stand alone."""
    _at_least(k, 2, f"k must be at least 2, got {k}: a group of 1 is a person.")


def _effective(groups: Classes) -> npt.NDArray[np.float64]:
    p = groups.shares
    return np.exp(-groups.sum(p * np.log(p)))


def _gains(groups: Classes) -> npt.NDArray[np.float64]:
    return groups.shares / groups.expected - 1


def _ratios(groups: Classes, l: int) -> npt.NDArray[np.float64]:
    if not len(groups.cells):
        return np.empty(0)
    most = groups.max(groups.cells)
    if l == 2:  # noqa: PLR2004 - the usual case needs no sorting
        rest = groups.sizes - most
    else:
        rest = _beyond(groups, l)
    with np.errstate(divide="ignore"):
        return most / rest


def _beyond(groups: Classes, l: int) -> npt.NDArray[np.int64]:
    """Add up r_l, r_(l+1), … in each class, r₁ being its largest cell."""
    owner = np.repeat(np.arange(len(groups.starts)), groups.distinct)
    order = np.lexsort((-groups.cells, owner))
    rank = np.arange(len(order)) - np.repeat(groups.starts, groups.distinct)
    return groups.sum(np.where(rank >= l - 1, groups.cells[order], 0))


def _least(numbers: npt.NDArray[Any]) -> Any:  # noqa: ANN401 - int or float, as the numbers are
    return numbers.min().item() if len(numbers) else 0


def _most(numbers: npt.NDArray[np.generic]) -> float:
    return float(numbers.max()) if len(numbers) else 0.0


def _at_least(number: float, least: int, message: str) -> None:
    if not number >= least:
        raise InputError(message)


def _positive(number: float, letter: str) -> None:
    if not number > 0:
        raise InputError(f"{letter} must be above 0, got {number}.")
