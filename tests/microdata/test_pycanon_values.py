"""The values that pyCANON 1.3.6 gives on its own data, and the truth where it is wrong.

Only (c, l)- and entropy l-diversity differ: facts checked by hand against the definitions.
"""

from __future__ import annotations

import math

import pytest

from govkit import microdata as m
from govkit.data import count

STUDENT = ("Teacher", "Gender", "Ethnic", "Freeredu", "wesson")
ADULT = ("age", "education", "occupation", "relationship", "sex", "native-country")
STROKE = (
    "gender", "age", "hypertension", "heart_disease", "ever_married", "work_type",
    "Residence_type", "smoking_status",
)  # fmt: skip
DRUG = ("Age", "Sex", "BP", "Cholesterol", "Na_to_K")

# file, quasi-identifiers, sensitive, records, classes, k, alpha, l, beta, enhanced, delta, t
PUBLISHED = [
    ("StudentsMath_Score.csv", STUDENT, "Score", 216, 46, 1, 1, 1,
     71.0, 5.375278407684164, 4.276666119016055, 0.4165919952210274),
    ("StudentsMath_Score_k5.csv", STUDENT, "Score", 154, 25, 5, 0.5, 4,
     29.8, 5.036952602413629, 3.4275146899795286, 0.31023287057769827),
    ("adult_anonymized_3.csv", ADULT, "salary-class", 18203, 2837, 3, 1, 1,
     2.491177598772535, 1.2502391001524518, 2.9206129677828674, 0.7135636982914904),
    ("healthcare-dataset-stroke-data.csv", STROKE, "stroke", 5110, 2819, 1, 1, 1,
     19.522088353413654, 3.0215017867330425, 3.0215017867330425, 0.9512720156555773),
    ("drug_type.csv", DRUG, "Drug", 200, 200, 1, 1, 1,
     11.5, 2.5257286443082556, 2.5257286443082556, 0.92),
    ("drugs_k5.csv", DRUG, "Drug", 185, 20, 5, 0.8333333333333334, 2,
     9.673076923076923, 2.655406467616788, 2.3677243951650073, 0.6797297297297298),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "quasi", "sensitive", "records", "groups", "k", "alpha", "l", "beta", "enhanced",
     "delta", "t"),
    PUBLISHED, ids=[row[0] for row in PUBLISHED],
)  # fmt: skip
def test_published_values(
    shared, file, quasi, sensitive, records, groups, k, alpha, l, beta, enhanced, delta, t
):
    table = count(shared / "pycanon" / file, [*quasi, sensitive])
    sizes = m.k_anonymity(table.rollup(quasi))
    assert (sizes.records, sizes.groups, sizes.smallest) == (records, groups, k)
    near = {"rel": 1e-9, "abs": 0}
    assert m.alpha_k_anonymity(table, sensitive).measured == pytest.approx(alpha, **near)
    assert m.distinct_l_diversity(table, sensitive).measured == l
    assert m.basic_beta_likeness(table, sensitive).measured == pytest.approx(beta, **near)
    bounded = m.enhanced_beta_likeness(table, sensitive)
    assert bounded.measured == pytest.approx(enhanced, **near)
    assert not bounded.satisfiable  # on none of these files does any beta hold
    change = m.delta_disclosure(table, sensitive)
    assert change.finite == pytest.approx(delta, **near)
    assert math.isinf(change.measured)  # a value is absent from some class in each file
    assert m.t_closeness(table, sensitive).measured == pytest.approx(t, **near)


@pytest.mark.parametrize(
    ("file", "quasi", "sensitive", "l", "c", "entropy"),
    [
        ("StudentsMath_Score_k2.csv", STUDENT, "Score", 2, None, 2.0),
        ("StudentsMath_Score_k5.csv", STUDENT, "Score", 4, 3.0, math.sqrt(12)),
        ("StudentsMath_Score_k7.csv", STUDENT, "Score", 6, 2.0, None),
        ("drugs_k5.csv", DRUG, "Drug", 2, 5.0, 1.5691925832),
    ],
    ids=["k2", "k5", "k7", "drugs"],
)
def test_truth_where_pycanon_is_wrong(shared, file, quasi, sensitive, l, c, entropy):
    table = count(shared / "pycanon" / file, [*quasi, sensitive])
    if c is not None:
        answer = m.recursive_cl_diversity(table, sensitive, c=c, l=l)
        assert answer.measured == pytest.approx(c, rel=1e-12)
        assert answer.violations  # the definition asks r1 < c * (...): c itself does not do
        assert not m.recursive_cl_diversity(table, sensitive, c=c + 1e-6, l=l).violations
    if entropy is not None:
        measured = m.entropy_l_diversity(table, sensitive).measured
        assert measured == pytest.approx(entropy, rel=1e-9)


def test_adult_raw(shared):
    """30,162 records without missing values, as ARX ships them."""
    table = count(shared / "arx" / "adult.csv", ["age", "sex", "race", "native-country"])
    answer = m.k_anonymity(table, k=5)
    assert (answer.records, answer.groups, answer.smallest) == (30162, 2087, 1)
