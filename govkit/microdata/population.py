"""What a sample tells about the population: k-map, and how many people are unique out there.

* k-map: L. Sweeney 2002 (see ``privacy``); from a sample alone: K. El Emam, F. Dankar, "Protecting
  privacy using k-anonymity", JAMIA 15(5), 2008, doi:10.1197/jamia.M2716.
* Pitman's model: N. Hoshino, "Applying Pitman's sampling formula to microdata disclosure risk
  assessment", J. Official Statistics 17(4), 2001.
* Zayatz: L. Zayatz, "Estimation of the percent of unique population elements on a microdata file
  using the sample", US Bureau of the Census, 1991.
* Slide negative binomial (SNB): G. Chen, S. Keller-McNulty, "Estimation of identification
  disclosure risk in microdata", J. Official Statistics 14(1), 1998; the number of classes of the
  population after Shlosser, as in P. Haas, L. Stokes, "Estimating the number of classes in a
  finite population", JASA 93(444), 1998.
* Which of them to believe: F. Dankar et al., "Estimating the re-identification risk of clinical
  data sets", BMC Med. Inform. Decis. Mak. 12:66, 2012, doi:10.1186/1472-6947-12-66.
"""

import math
from collections.abc import Callable

import numpy as np

from govkit import plots
from govkit.data import FrequencyTable
from govkit.data.arrays import Floats, Integers
from govkit.data.encode import unify
from govkit.data.merge import pack
from govkit.errors import InputError
from govkit.microdata.answers import ClassAnswer, answer, least, positive
from govkit.microdata.privacy import refuse_lone
from govkit.microdata.wildcard import look_up
from govkit.result import Result, Verdict

_CLOSE = 1e-12  # relative
_FIRST_STEP = 0.1  # relative: a long one leaves what makes sense
_LONGEST_PRODUCT = 1 << 20  # larger classes are all but surely drawn twice or never
_SMALL_SAMPLE = 0.1  # Dankar et al.: up to here Pitman, above it the smaller of SNB and Zayatz


@answer
class KMap(ClassAnswer):
    """Whether each class stands for at least ``k`` people of the population.

    Attributes
    ----------
    wanted
        What is asked of ``scores``: ``k`` people where the population was counted, else the
        records in the sample from which ``k`` people can be concluded.
    """

    k: int
    wanted: int
    smallest: int
    population: str


def k_map(
    table: FrequencyTable,
    k: int = 5,
    *,
    population: FrequencyTable | None = None,
    sampling_fraction: float | None = None,
    truncated: bool = False,
    significance: float = 0.05,
) -> KMap:
    """Tell whether ``k`` people of the population share each combination of the data.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers; a missing value is a value of its own.
    k
        Wanted number of people; at least 2.
    population
        Counts of the population by the same columns. A class is never taken for smaller in the
        population than in the data.
    sampling_fraction
        Without a population: share of it that is in the data. A class of ``k`` people leaves a
        Poisson number of records in the data; classes are accepted from the smallest size that
        fewer people than ``k`` would seldom reach.
    truncated
        Use the zero-truncated Poisson distribution: classes that left no record are not seen.
    significance
        What "seldom" is, between 0 and 1.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = count({"age": [30, 30, 30, 41]}, "age")
    >>> k_map(count({"age": [30]}, "age"), k=3, population=people).verdict.value
    'safe'
    >>> k_map(people, k=20, sampling_fraction=0.1).wanted
    6
    """
    refuse_lone(k)
    if population is not None:
        scores, wanted, kind = population_sizes(table, population), k, "counted"
    elif sampling_fraction is not None:
        positive(sampling_fraction, "The sampling fraction", 1)
        if not 0 < significance < 1:
            raise InputError(f"significance must be between 0 and 1, got {significance}.")
        wanted = min(k, _enough(sampling_fraction * k, significance, truncated=truncated))
        scores, kind = table.counts, "estimated"
    else:
        raise InputError("Give the population's counts, or the sampling fraction to estimate it.")
    return KMap.of(
        table, scores, scores < wanted,
        k=k, wanted=wanted, smallest=int(least(scores)), population=kind,
    )  # fmt: skip


def population_sizes(table: FrequencyTable, population: FrequencyTable) -> Integers:
    """Give each class's number of people in the population, at least its number of records."""
    people = population.rollup(table.keys)
    codes, radices = [], []
    for i in range(len(table.keys)):
        maps, values = unify([table.values[i], people.values[i]], ordered=False, untyped=False)
        codes.append(np.concatenate([maps[0][table.codes[i]], maps[1][people.codes[i]]]))
        radices.append(len(values) + 1)
    keys, _ = pack(codes, radices)
    found = look_up(keys[len(table) :], [people.counts], keys[: len(table)])[0]
    return np.maximum(found.astype(np.int64), table.counts)


def _enough(mean: float, significance: float, *, truncated: bool) -> int:
    """Give the smallest number that a Poisson variable reaches with chance ``significance``."""
    from scipy.special import pdtrik  # noqa: PLC0415 - slow to load

    unseen = math.exp(-mean) if truncated else 0.0
    return int(np.ceil(pdtrik(unseen + (1 - significance) * (1 - unseen), mean))) + 1


@answer
class PopulationUniqueness(Result):
    """Estimated share of the population that is unique by the quasi-identifiers.

    Attributes
    ----------
    sample_uniques
        Records that are unique in the data.
    sampling_fraction
        Share of the population that is in the data; ``None`` where it is not known.
    uniques
        Share of the population, 0 to 1, by model: ``pitman``, ``zayatz``, ``snb``, and
        ``dankar``: the one that Dankar's rule believes. ``None`` where a model has no solution.
    model
        The model that Dankar's rule chose.
    """

    sample_uniques: int
    sampling_fraction: float | None
    uniques: dict[str, float | None]
    model: str

    @property
    def reason(self) -> str:
        """Why there is no estimate, or no verdict."""
        if self.uniques:
            return "These are estimates from a model of the population, not counts."
        return "The size of the population is not known: give weights or the sampling fraction."

    @property
    def verdict(self) -> Verdict:
        """Safe when nobody is unique in the data; otherwise an estimate, for a person to judge."""
        return Verdict.REVIEW if self.sample_uniques or not self.uniques else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """How many people are probably unique."""
        if not self.uniques:
            return self.reason
        unique = self.uniques["dankar"] or 0.0
        share = f"About {unique:.2%}" if unique == 0 or unique >= 5e-5 else "Less than 0.01%"  # noqa: PLR2004
        return f"{share} of the population are unique (estimated by {self.model})."

    def plot(self) -> plots.Figure:
        """Draw the models' estimates."""
        shares = {name: value for name, value in self.uniques.items() if value is not None}
        return plots.bars(shares, title=self.sentence, x="share of the population that is unique")


def population_uniqueness(
    table: FrequencyTable, sampling_fraction: float | None = None
) -> PopulationUniqueness:
    """Estimate how many people of the population nobody else resembles.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers; a missing value is a value of its own.
    sampling_fraction
        Share of the population that is in the data, above 0 and at most 1; default records per
        sum of weights, where there are weights.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = count({"age": [30, 30, 41, 41, 52]}, "age")
    >>> round(population_uniqueness(people, 0.5).uniques["zayatz"], 3)
    0.062
    """
    n, uniques = table.records, int((table.counts == 1).sum())
    fraction = sampling_fraction
    if fraction is None and table.weights is not None and n:
        fraction = min(1.0, n / max(float(table.weights.sum()), 1e-300))
    models: dict[str, float | None] = {}
    chosen = "none"
    if fraction is not None and n:
        positive(fraction, "The sampling fraction", 1)
        sizes, classes = np.unique(table.counts, return_counts=True)
        for name, model in (("pitman", _pitman), ("zayatz", _zayatz), ("snb", _snb)):
            share = model(sizes, classes, fraction) / (n / fraction) if uniques else 0.0
            models[name] = share if 0 <= share <= 1 else None
        chosen = _believed(models, fraction)
        models["dankar"] = models[chosen]
    return PopulationUniqueness(
        sample_uniques=uniques, sampling_fraction=fraction, uniques=models, model=chosen
    )


def _believed(models: dict[str, float | None], fraction: float) -> str:
    if fraction <= _SMALL_SAMPLE:
        return "zayatz" if models["pitman"] is None else "pitman"
    snb, zayatz = models["snb"], models["zayatz"] or 0.0
    return "zayatz" if snb is None or zayatz < snb else "snb"


def _zayatz(sizes: Integers, classes: Integers, fraction: float) -> float:
    """Expect of each sample unique what a population shaped like the sample would do."""
    n = int((sizes * classes).sum())
    people = n / fraction
    once = _drawn_once(people, sizes, n)
    unique = classes[0] * fraction / float((classes * once).sum())
    return float(classes[0] * unique / fraction)


def _drawn_once(people: float, sizes: Integers, n: int) -> Floats:
    """Give the chance that n of ``people`` hold exactly one of a class (hypergeometric)."""
    steps = np.arange(1, min(int(sizes.max()), _LONGEST_PRODUCT))
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.cumsum(np.log1p(-np.minimum((n - 1) / (people - steps), 1)))
        beyond = (sizes - 1) * np.log1p(-n / people)
    spared = np.concatenate([[0.0], others])[np.minimum(sizes, len(steps) + 1) - 1]
    chance = np.exp(np.where(sizes > len(steps) + 1, beyond, spared))
    return np.asarray(sizes * n / people * chance)


def _pitman(sizes: Integers, classes: Integers, fraction: float) -> float:
    """Solve the likelihood equations of Hoshino 2001 for θ and α; N₁ = Γ(θ+1)/Γ(θ+α) N^α."""
    from scipy.special import digamma  # noqa: PLC0415 - slow to load

    n, u = int((sizes * classes).sum()), int(classes.sum())
    several = sizes > 1

    def slopes(at: Floats) -> Floats:
        t, a = at
        top, low = digamma(np.array([t / a + u, t / a + 1]))
        first = (top - low) / a
        end, start = digamma(np.array([n + t, t + 1]))
        inside = digamma(np.append(sizes[several] - a, 1 - a))
        pairs = float((classes[several] * (inside[:-1] - inside[-1])).sum())
        return np.array([first - (end - start), (u - 1 - t * first) / a - pairs])

    c1 = float(classes[0])
    c2 = float(classes[sizes == 2].sum()) or 1.0  # noqa: PLR2004 - classes of two
    c = c1 * (c1 - 1) / c2
    t = (n * u * c - c1 * (n - 1) * (2 * u + c)) / ((2 * c1 * u + c1 * c - n * c) or 1.0)
    a = (t * (c1 - n) + (n - 1) * c1) / (n * u)
    starts = [(t, a), (float(n), 0.3), (n / 100, 0.7), (1.0, 0.5)]
    found = _root(slopes, starts, lambda at: 0 < at[1] < 1 and at[0] > -at[1])
    if found is None:
        return math.nan
    t, a = found
    return math.exp(math.lgamma(t + 1) - math.lgamma(t + a) + a * math.log(n / fraction))


def _snb(sizes: Integers, classes: Integers, fraction: float) -> float:
    """Fit 1 + negative binomial(α, β) to the classes of one and two; K β^α people are unique."""
    c1, c2 = float(classes[0]), float(classes[sizes == 2].sum())  # noqa: PLR2004 - classes of two
    if not c2:
        return math.nan
    k = _shlosser(sizes.astype(float), classes.astype(float), fraction)

    def misfit(at: Floats) -> Floats:
        a, b = np.exp(at[0]), 1 / (1 + np.exp(-at[1]))
        d = (1 - fraction) * (1 - b)
        log_rest = a * np.log(b / (1 - d))
        one = np.log(k * fraction / c1) + log_rest + np.log1p(a * d / (1 - d))
        two = np.log(k * fraction**2 * a * (1 - b) / (2 * c2) * (2 - (1 - a) * d) / (1 - d) ** 2)
        return np.array([one, two + log_rest])

    starts = [(-1.0, -3.0), (0.0, 0.0), (1.0, 0.0), (-1.0, -6.0), (-3.0, -3.0)]
    found = _root(misfit, starts, lambda at: bool(np.abs(at).max() < 30))  # noqa: PLR2004 - e³⁰
    if found is None:
        return math.nan
    return float(k * (1 / (1 + math.exp(-found[1]))) ** math.exp(found[0]))


def _shlosser(sizes: Floats, classes: Floats, q: float) -> float:
    unseen = classes * (1 - q) ** sizes
    twice = float((sizes * q * q * (1 - q * q) ** (sizes - 1) * classes).sum())
    again = float((unseen * ((1 + q) ** sizes - 1)).sum())
    once = float((sizes * q * (1 - q) ** (sizes - 1) * classes).sum())
    more = twice / again * (unseen.sum() / once) ** 2 if again else 0.0
    return float(classes.sum() + classes[0] * more)


def _root(
    function: Callable[[Floats], Floats],
    starts: list[tuple[float, float]],
    inside: Callable[[Floats], bool],
) -> Floats | None:
    """Find where two functions of two numbers are zero, from several starts."""
    from scipy.optimize import root  # noqa: PLC0415 - slow to load

    with np.errstate(all="ignore"):
        for start in starts:
            if np.isfinite(start).all() and inside(np.array(start)):
                found = root(function, start, tol=_CLOSE, options={"factor": _FIRST_STEP})
                if found.success and inside(found.x):
                    return np.asarray(found.x)
    return None
