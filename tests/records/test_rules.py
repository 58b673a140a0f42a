"""Every rule about what happens finds in the records what it finds in the files of a register."""

import datetime as dt
import runpy
from pathlib import Path

import pytest

from govkit.findings import check_register, packs
from govkit.records import open_store

RULES = runpy.run_path(str(Path(__file__).parents[1] / "findings" / "test_rules.py"))
COMPANY, BROKEN, MIXED = RULES["company"], RULES["BROKEN"], RULES["RELEASED"]
TODAY = dt.date.fromisoformat(RULES["TODAY"])
KINDS = {"disclosures": "disclosure", "requests": "request", "incidents": "incident",
         "training": "training"}  # fmt: skip
#: As the page "keep records" promises.
READ = [*(f"GK{number}" for number in range(301, 315)), "GK403", "GK407",
        *(f"GK{number}" for number in range(501, 507))]  # fmt: skip
ALIKE = {"age": [30] * 40 + [41] * 40, "illness": ["asthma"] * 60 + ["flu"] * 20}
OF_DATA = (MIXED | {"disclosures/table/check/k": 20, "disclosures/table/audience": "internal"},
           "disclosures/table", {"table": ALIKE})  # fmt: skip
CASES = {rule: (*BROKEN[rule][0], None) for rule in READ if rule in BROKEN} | {"GK307": OF_DATA}


@pytest.mark.parametrize("rule", READ)
def test_a_rule_reads_the_store(rule, tmp_path):
    """What happened moves from the files into the store; the finding stays, and none is added."""
    patch, subject, data = CASES[rule]
    policy, register = COMPANY(patch)
    store = open_store(tmp_path / "records.sqlite", create=True)
    for part, kind in KINDS.items():
        for one in getattr(register, part):
            content = one.model_dump(mode="json", exclude_defaults=True, exclude={"key"})
            store._append(kind, one.key, content, author="S0002")
    empty = register.model_copy(update=dict.fromkeys(KINDS, ()))
    known = {"packs": [name for name in packs() if name != "suppressions"], "today": TODAY}

    def found(some, *data, **more):
        answer = check_register(policy, some, *data, **known, **more)
        return {(one.rule, one.subject) for one in answer.findings}

    read, one = found(empty, data, events=store.events()), (rule, subject.split()[0])
    assert one in read
    assert read == found(register, data)
    if rule not in {"GK308", "GK309", "GK313", "GK403", "GK505"}:  # of what stands in the register
        assert one not in found(empty)
