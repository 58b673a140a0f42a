"""Special uniques: records that few of the columns are enough to single out.

SUDA2: A. Manning, D. Haglin, J. Keane, "A recursive search algorithm for statistical disclosure
assessment", Data Mining and Knowledge Discovery 16(2), 2008, doi:10.1007/s10618-007-0078-6.
A minimal sample unique (MSU) is a set of columns that singles a record out while none of its
subsets does. A record scores (M - k)! for each of its MSUs of k of the M columns. DIS-SUDA spreads
the file's chance of a correct match by these scores: M. Elliot, "Using targeted perturbation of
microdata to protect against intelligent linkage", 2007.

All sets of columns of one size are counted on the classes at once; a record is looked at as long
as it may still have an MSU.
"""

import math
from dataclasses import field
from itertools import combinations

import numpy as np

from govkit import plots
from govkit.data import FrequencyTable
from govkit.data.arrays import Bools, Floats, Numbers
from govkit.data.merge import pack
from govkit.errors import InputError, shown
from govkit.microdata.answers import ClassAnswer, answer, most
from govkit.result import Verdict

_MOST_SETS = (1 << 13) - 1  # all of 13 columns
_DENSE = 8  # a key space of up to this many times the classes is counted without sorting


@answer
class Suda(ClassAnswer):
    """SUDA scores of the records.

    Attributes
    ----------
    uniques
        Records that are unique on all columns (a missing value is a value of its own).
    score_sum, score_max
        Of the scores of all records.
    contribution
        Per column the share of the scores that comes from MSUs with it, in per cent.
    dis_sum
        Sum of the DIS-SUDA scores: matches to be expected.
    dis
        DIS-SUDA score per class, as ``scores``.
    maximum
        Largest number of columns in an MSU that was looked for.
    partial
        Whether larger MSUs were left out, so that scores are lower bounds.
    """

    uniques: int
    score_sum: int
    score_max: int
    dis_sum: float
    contribution: dict[str, float]
    maximum: int
    partial: bool
    dis: Floats = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when a record is singled out; one that is unique otherwise is for a person."""
        if self.violations:
            return Verdict.UNSAFE
        return Verdict.REVIEW if self.uniques or not self.groups else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """How many records are special uniques, and by which column most of all."""
        words = str(ClassAnswer.sentence.fget(self))  # type: ignore[attr-defined]
        if self.violations:
            name, share = max(self.contribution.items(), key=lambda item: item[1])
            words += f"; {shown(name)} takes part in {share:.0f} % of the scores."
        if self.partial:
            words += f" Larger sets were not looked at: scores are partial (up to {self.maximum})."
        return words

    def plot(self) -> plots.Figure:
        """Draw what each column contributes."""
        return plots.bars(self.contribution, title=self.sentence, x="per cent of the scores")


def suda(table: FrequencyTable, maximum: int | None = None, *, fraction: float = 0.01) -> Suda:
    """Score the records that are unique by few columns (SUDA2, Manning et al. 2008).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers. A missing value never singles a record out, however
        missing values were decided.
    maximum
        Largest number of columns in an MSU; default all for up to 13 columns, of more as many as
        make at most 8,191 sets. The scores are partial where it is not the number of columns.
    fraction
        Chance that a unique of the file that matches is the right person, the "DIS" of the whole
        file and the sampling fraction in its derivation; between 0 and 1.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = {"a": [2, 1, 1], "b": [0, 3, 0], "c": [0, 6, 0]}
    >>> answer = suda(count(people, ["a", "b", "c"]))
    >>> answer.scores.tolist(), answer.contribution
    ([2, 4, 2], {'a': 50.0, 'b': 37.5, 'c': 37.5})
    """
    columns = len(table.keys)
    largest = _affordable(columns) if maximum is None else maximum
    if largest < 1:
        raise InputError(f"The largest set must have at least one column, got {maximum}.")
    if not 0 < fraction < 1:
        raise InputError(f"The fraction must be between 0 and 1, got {fraction}.")
    largest = min(largest, columns)
    alone = np.flatnonzero(table.counts == 1)
    scores, shares = _search(table, alone, largest)
    whole = np.zeros(len(table), scores.dtype)
    whole[alone] = scores
    total = scores.sum()
    dis = _dis(table, whole.astype(np.float64), fraction)
    return Suda.of(
        table, whole, whole > 0,
        uniques=len(alone), score_sum=int(total), score_max=int(most(scores)),
        dis_sum=float(dis.sum()), dis=dis,
        contribution={
            key: 100 * float(part / total) if total else 0.0
            for key, part in zip(table.keys, shares, strict=True)
        },
        maximum=largest, partial=largest < columns,
    )  # fmt: skip


def _affordable(columns: int) -> int:
    sets = np.cumsum([math.comb(columns, size) for size in range(1, columns + 1)], dtype=object)
    return max(1, int((sets <= _MOST_SETS).sum()))


def _search(table: FrequencyTable, alone: Numbers, largest: int) -> tuple[Numbers, Numbers]:
    """Find each record's minimal uniques, smaller sets of columns first."""
    columns = len(table.keys)
    missing = [codes[alone] == len(v) for codes, v in zip(table.codes, table.values, strict=True)]
    bound = math.factorial(columns) * max(len(alone), 1)  # no score is above M!
    kind = np.int64 if bound < 1 << 62 else np.float64
    scores, shares = np.zeros(len(alone), kind), np.zeros(columns, np.float64)
    smaller: dict[tuple[int, ...], Numbers] = {(): np.packbits(np.zeros(len(alone), dtype=bool))}
    for size in range(1, largest + 1):
        worth, level = math.factorial(columns - size), {}
        for subset in combinations(range(columns), size):
            covered = smaller[subset[1:]]
            for left in range(1, size):
                covered = covered | smaller[subset[:left] + subset[left + 1 :]]
            alive = ~np.unpackbits(covered, count=len(alone)).view(bool)
            for column in subset:
                alive &= ~missing[column]
            looked = np.flatnonzero(alive)
            if len(looked):
                found = looked[_unique(table, subset, alone[looked])]
                scores[found] += worth
                shares[list(subset)] += worth * len(found)
                alive[:] = False
                alive[found] = True
                covered = covered | np.packbits(alive)
            level[subset] = covered
        smaller = level
    return scores, shares


def _unique(table: FrequencyTable, subset: tuple[int, ...], wanted: Numbers) -> Bools:
    """Tell which of the wanted classes no other class equals on a subset of the columns."""
    radices = [len(table.values[j]) + 1 for j in subset]
    keys, decodable = pack([table.codes[j] for j in subset], radices)
    space = math.prod(radices)
    if decodable and space <= _DENSE * len(keys):
        return np.asarray(np.bincount(keys, minlength=space)[keys[wanted]] == 1)
    ordered, asked = np.sort(keys), keys[wanted]
    following = np.append(ordered, -1)[np.searchsorted(ordered, asked) + 1]
    return np.asarray(following != asked)


def _dis(table: FrequencyTable, scores: Numbers, fraction: float) -> Floats:
    """Spread the file's chance of a correct match over the records, by their scores."""
    uniques = float((table.counts == 1).sum())
    paired = float(table.counts[table.counts == 2].sum())  # noqa: PLR2004 - records in pairs
    scored = scores > 0
    found = np.zeros(len(scores))
    if scored.any():
        chance = uniques * fraction / (uniques * fraction + paired * (1 - fraction))
        power = scores[scored] ** (1 + (8 - len(table.keys)) / 20)
        found[scored] = 1 / (1 + (uniques / chance - uniques) / (power * (1 / power).sum()))
    return found
