"""The optimum of the lattice: against brute force over records, and against ARX."""

import math
from collections import Counter
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govkit as gk
from govkit.errors import ColumnNotFoundError, InputError
from govkit.remedy import Hierarchy, builders, generalize, lattice, load_hierarchies, search
from govkit.remedy.cells import marginals
from govkit.remedy.loss import LOSSES
from govkit.result import Verdict

# Two columns of four values, each value's way up written out, and one that is kept or taken away.
WAYS = {
    "age": {"1": ["1", "a", "*"], "2": ["2", "a", "*"], "3": ["3", "b", "*"], "4": ["4", "b", "*"]},
    "area": {
        "n": ["n", "x", "*"],
        "e": ["e", "x", "*"],
        "s": ["s", "y", "*"],
        "w": ["w", "y", "*"],
    },
    "sex": {"f": ["f", "*"], "m": ["m", "*"]},
}
TREES = {name: Hierarchy.of(list(rows.values())) for name, rows in WAYS.items()}
ILLS = ["flu", "cold", "none"]
records = st.lists(
    st.tuples(*(st.sampled_from(sorted(WAYS[name])) for name in WAYS), st.sampled_from(ILLS)),
    min_size=1,
    max_size=24,
)


def frame(rows):
    return {name: [row[i] for row in rows] for i, name in enumerate([*WAYS, "ill"])}


# An independent computation: records and dictionaries, no roll-up, no packing.


def entropy(counts):
    n = sum(counts)
    return -sum(c / n * math.log(c / n) for c in counts)


def keeps(ills, everybody, asked):
    """Tell whether the sensitive values of one class fulfill what is asked."""
    inside, n = Counter(ills), len(ills)
    sizes = sorted(inside.values(), reverse=True)
    p = {ill: inside[ill] / n for ill in everybody}
    q = {ill: number / sum(everybody.values()) for ill, number in everybody.items()}
    l, model, tiny = asked.get("l"), asked.get("l_model", "distinct"), 1e-9
    return (
        n >= asked.get("k", 5)
        and not (l and model == "distinct" and len(inside) < l)
        and not (l and model == "entropy" and math.exp(entropy(sizes)) < l - tiny)
        and not (l and model == "recursive" and sizes[0] >= asked["c"] * sum(sizes[l - 1 :]) - tiny)
        and not ("t" in asked and sum(abs(p[i] - q[i]) for i in q) / 2 > asked["t"] + tiny)
        and not ("alpha" in asked and sizes[0] / n > asked["alpha"] + tiny)
        and not ("beta" in asked and max(p[i] / q[i] - 1 for i in q) > asked["beta"] + tiny)
        and not (
            "delta" in asked
            and max(abs(math.log(p[i] / q[i])) if p[i] else math.inf for i in q) >= asked["delta"]
        )
    )


def measured(rows, levels, asked):
    """Give classes released and records suppressed at a node."""
    classes = {}
    for row in rows:
        labels = tuple(
            WAYS[name][value][level] for name, value, level in zip(WAYS, row, levels, strict=False)
        )
        classes.setdefault(labels, []).append(row)
    everybody = Counter(row[-1] for row in rows)
    good = {c: m for c, m in classes.items() if keeps([row[-1] for row in m], everybody, asked)}
    while "average_risk" in asked and good:
        if len(good) <= asked["average_risk"] * sum(map(len, good.values())):
            break
        least = min(map(len, good.values()))
        good = {c: m for c, m in good.items() if len(m) > least}
    return good, {c: m for c, m in classes.items() if c not in good}


def cost(rows, levels, good, lost, loss, mean):
    n, gone = len(rows), sum(map(len, lost.values()))
    if loss == "height":
        return sum(levels)
    if loss.startswith("discernibility"):
        blind = sum(len(m) ** 2 for m in lost.values())
        return sum(len(m) ** 2 for m in good.values()) + (blind if "star" in loss else gone * n)
    if loss == "average-class-size":
        return n / max(len(good) + (gone > 0), 1)
    parts = [part(rows, name, levels, i, good, lost, loss) for i, name in enumerate(WAYS)]
    if loss.endswith("entropy"):
        return sum(parts)
    if loss == "precision" or mean == "arithmetic":
        return sum(parts) / len(parts)
    return math.prod(1 + x for x in parts) ** (1 / len(parts)) - 1


def part(rows, name, levels, i, good, lost, loss):
    way, level, n = WAYS[name], levels[i], len(rows)
    gone = sum(map(len, lost.values()))
    if loss == "precision":
        return (level / (len(next(iter(way.values()))) - 1) * (n - gone) + gone) / n
    if loss == "loss":
        below = Counter(path[level] for path in way.values())
        covered = sum(below[labels[i]] / len(way) * len(m) for labels, m in good.items()) + gone
        return (covered - n / len(way)) / (n - n / len(way))
    values = Counter(row[i] for row in rows)
    labels = Counter(way[row[i]][level] for row in rows)
    bits = sum(c * math.log2(labels[way[v][level]] / c) for v, c in values.items())
    hidden = Counter(way[row[i]][level] for m in lost.values() for row in m)
    if loss == "nonuniform-entropy":
        bits += sum(c * math.log2(gone / c) for c in hidden.values())
    return bits


def brute(rows, asked, limit, loss="loss", mean="geometric"):
    """Give all optimal nodes in the stated order, with loss and suppressed records."""
    found = []
    for levels in product(*(range(len(next(iter(way.values())))) for way in WAYS.values())):
        good, lost = measured(rows, levels, asked)
        gone = sum(map(len, lost.values()))
        if gone <= int(limit * len(rows) + 1e-9):
            found.append((cost(rows, levels, good, lost, loss, mean), levels, gone))
    least = min((f[0] for f in found), default=math.inf)
    best = [f for f in found if f[0] <= least + 1e-9 * abs(least) + 1e-12]
    return sorted(best, key=lambda f: (sum(f[1]), f[1]))


CONDITIONS = {
    "k": {"k": 3},
    "k and distinct l": {"k": 2, "l": 2},
    "entropy l": {"k": 1, "l": 1.8, "l_model": "entropy"},
    "entropy l of exactly two": {"k": 1, "l": 2, "l_model": "entropy"},
    "recursive": {"k": 1, "l": 2, "c": 1.5, "l_model": "recursive"},
    "equal t": {"k": 2, "t": 0.3, "t_distance": "equal"},
    "alpha": {"k": 1, "alpha": 0.6},
    "beta": {"k": 1, "beta": 0.5},
    "delta": {"k": 2, "delta": 0.8},
    "average risk": {"k": 1, "average_risk": 0.3},
    "all at once": {"k": 2, "l": 2, "t": 0.5, "alpha": 0.9, "average_risk": 0.4, "t_distance": "equal"},
}  # fmt: skip


def agree(rows, asked, limit, **metric):
    names = [*WAYS, "ill"] if asked.keys() - {"k", "average_risk"} else [*WAYS]
    table = gk.count(frame(rows), names)
    wanted = brute(rows, asked, limit, **metric)
    for time_limit in (None, 60):  # counted whole, and pruned
        found = search(
            table, TREES, sensitive=names[len(WAYS) :], suppression_limit=limit,
            time_limit=time_limit, **asked, **metric,
        )  # fmt: skip
        levels = [tuple(each.values()) for each in (found.levels, *found.ties) if each]
        assert levels == [levels for _, levels, _ in wanted]
        assert found.proved
        if wanted:
            assert found.loss == pytest.approx(wanted[0][0], abs=1e-9)
            assert found.bound == found.loss
            assert found.suppressed_records == wanted[0][2]
            assert found.verdict is Verdict.SAFE
        else:
            assert (found.levels, found.verdict) == ({}, Verdict.UNSAFE)


@pytest.mark.parametrize("asked", CONDITIONS.values(), ids=CONDITIONS)
@settings(max_examples=25, deadline=None)
@given(rows=records, limit=st.sampled_from([0, 0.1, 0.3, 1]))
def test_every_condition_finds_the_optimum_of_brute_force(asked, rows, limit):
    agree(rows, asked, limit)


@pytest.mark.parametrize("loss", LOSSES)
@settings(max_examples=25, deadline=None)
@given(
    rows=records,
    limit=st.sampled_from([0, 0.1, 0.3, 1]),
    mean=st.sampled_from(["geometric", "arithmetic"]),
    asked=st.sampled_from([CONDITIONS["k"], CONDITIONS["equal t"]]),
)
def test_every_metric_finds_the_optimum_of_brute_force(loss, rows, limit, mean, asked):
    agree(rows, asked, limit, loss=loss, mean=mean)
