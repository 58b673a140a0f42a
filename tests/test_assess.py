"""One very file against the policy: what is checked for whom, and what the answer is bound to."""

import hashlib
import json
import subprocess
import sys

import pandas as pd
import pytest

import govkit as gk
from govkit.assess import Assessment, assess
from govkit.errors import GovkitError, InputError, SourceError
from govkit.policy import Register, load_policy, load_register
from govkit.result import Verdict
from govkit.tables import Rules, naive, primary, suppress, tabulate, write_table


@pytest.fixture(scope="module")
def policy(samples):
    return load_policy(samples / "policy.yaml")


@pytest.fixture(scope="module")
def register(samples):
    return load_register(samples / "register")


@pytest.fixture
def held(policy, register, tmp_path):
    """Write columns to a file and assess it as coming from the customers."""

    def run(columns, audience="internal", name="people.csv", **options):
        pd.DataFrame(columns).to_csv(tmp_path / name, index=False)
        options = {"dataset": "customers", "policy": policy, "register": register} | options
        return assess(tmp_path / name, audience=audience, **options)

    return run


def step(found, name):
    return next(one for one in found.checks if one.name == name)


GROUP = {"age": [30] * 12 + [40] * 12, "sex": ["f"] * 24}


# Records


@pytest.mark.parametrize(
    ("columns", "audience", "verdict", "failing"),
    [
        pytest.param(GROUP, "public", "safe", [], id="large enough for everybody"),
        pytest.param({"age": [30] * 10}, "recipient", "safe", [], id="just enough for a recipient"),
        pytest.param({"age": [30] * 10}, "public", "unsafe", ["k-anonymity"], id="one too few"),
        pytest.param(
            {"age": [30] * 9 + [None]}, "internal", "unsafe", ["k-anonymity"], id="age missing"
        ),
        pytest.param(
            GROUP | {"email": [f"a{i}@example.com" for i in range(24)]},
            "internal", "unsafe", ["direct identifiers"], id="a direct identifier",
        ),
        pytest.param(
            GROUP | {"payment_record": ["late"] * 12 + ["late", "on_time"] * 6},
            "public", "review", ["diversity of 'payment_record'"], id="everybody alike",
        ),
        pytest.param(
            GROUP | {"payment_record": ["late", "on_time"] * 12}, "public", "safe", [],
            id="different values in each group",
        ),
        pytest.param(
            GROUP | {"shoe": [42] * 24}, "internal", "review", ["roles"], id="undeclared column"
        ),
        pytest.param(
            GROUP | {"relationship": [f"a{i}@example.com" for i in range(24)]},
            "internal", "review", ["roles against the data"], id="an address where none belongs",
        ),
        pytest.param({"relationship": ["client"] * 11}, "public", "safe", [], id="no quasi column"),
        pytest.param({"age": []}, "internal", "review", ["k-anonymity"], id="no records"),
    ],
)  # fmt: skip
def test_records(held, columns, audience, verdict, failing):
    found = held(columns, audience)
    assert found.verdict == verdict
    assert [one.name for one in found.checks if one.verdict is not Verdict.SAFE] == failing
    assert len(found.reasons) == len(failing)
    assert bool(found.next_step)
    assert found.kind == "records"


def test_the_threshold_follows_audience_and_special_care(policy, register, tmp_path):
    path = tmp_path / "client_records.csv"  # found by the name of the dataset's file
    pd.DataFrame({"birth_year": [1980] * 19, "diagnosis": ["none", "x"] * 9 + ["y"]}).to_csv(path)
    pd.read_csv(path, index_col=0).to_csv(path, index=False)
    found = assess(path, policy, register, audience="internal")
    assert (found.dataset, found.group_size, found.special_care) == ("client-checkups", 20, True)
    assert step(found, "k-anonymity").verdict is Verdict.UNSAFE
    sizes = {one.audience: one.group_size for one in policy.thresholds}
    for audience in ("internal", "recipient", "public"):
        plain = tmp_path / "customers.csv"
        pd.DataFrame({"age": [30] * 30}).to_csv(plain, index=False)
        assert assess(plain, policy, register, audience=audience).group_size == sizes[audience]


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        pytest.param({"diversity": 2}, Verdict.SAFE, id="two values"),
        pytest.param({"diversity": 3}, Verdict.UNSAFE, id="three values"),
        pytest.param({"closeness": 0.4}, Verdict.SAFE, id="close"),
        pytest.param({"closeness": 0.2}, Verdict.UNSAFE, id="too far"),
    ],
)
def test_l_and_t_where_the_policy_asks(held, policy, asked, verdict):
    told = [one.model_copy(update=asked) for one in policy.thresholds]
    strict = policy.model_copy(update={"thresholds": tuple(told)})
    paid = ["late"] * 9 + ["on_time"] * 3 + ["late"] * 3 + ["on_time"] * 9
    found = held(GROUP | {"payment_record": paid}, "public", policy=strict)
    assert found.verdict is verdict


@pytest.mark.parametrize(("asked", "verdict"), [(2, Verdict.SAFE), (3, Verdict.UNSAFE)])
def test_what_special_care_asks_of_diversity_counts_for_every_audience(
    policy, register, tmp_path, asked, verdict
):
    told = [one.model_copy(update={"diversity": asked}) if one.audience == "special_care" else one
            for one in policy.thresholds]  # fmt: skip
    strict = policy.model_copy(update={"thresholds": tuple(told)})
    path = tmp_path / "client_records.csv"
    pd.DataFrame({"sex": ["F"] * 20, "diagnosis": ["none", "x"] * 10}).to_csv(path, index=False)
    assert assess(path, strict, register, audience="internal").verdict is verdict


def test_without_a_register_entry_roles_are_proposals(policy, register, tmp_path):
    path = tmp_path / "anything.csv"
    pd.DataFrame({"mail": [f"a{i}@example.com" for i in range(30)], "age": [30] * 30}).to_csv(
        path, index=False
    )
    found = assess(path, policy, register, audience="internal")
    assert found.dataset is None
    assert {(one.name, one.role, one.source) for one in found.roles} == {
        ("mail", "direct", "proposed"), ("age", "quasi", "proposed")
    }  # fmt: skip
    assert found.verdict is Verdict.UNSAFE
    assert step(found, "roles").verdict is Verdict.REVIEW


# Tables


@pytest.fixture
def published(samples, tmp_path):
    """Write a table of the sample customers: safe with its certificate, or naive."""

    def make(kind, by=("prefecture", "sex"), value=None):
        table = tabulate(samples / "customers.csv", list(by), value)
        rules = Rules.for_audience("public")
        path = tmp_path / "table.csv"
        if kind == "naive":
            return write_table(naive(table, primary(table, rules)), path)
        if kind == "bare":
            return write_table(table.with_status(["s"] * len(table)), path)
        answer = suppress(table, rules)
        if kind == "certified":
            answer.certificate.save(path.with_suffix(".npz"))
        return write_table(answer.table, path)

    return make


@pytest.mark.parametrize(
    ("kind", "value", "verdict", "failing"),
    [
        pytest.param("certified", None, "safe", [], id="counts with their certificate"),
        pytest.param("lone", None, "review", ["withheld cells"], id="counts without it"),
        pytest.param("naive", None, "unsafe", ["withheld cells"], id="blanks to be subtracted"),
        pytest.param("bare", None, "unsafe", ["published cells"], id="nothing withheld"),
        pytest.param("certified", "annual_spend_yen", "safe", [], id="sums with certificate"),
        pytest.param("lone", "annual_spend_yen", "review", ["published cells", "withheld cells"],
                     id="sums without it"),
    ],
)  # fmt: skip
def test_tables(policy, register, published, kind, value, verdict, failing):
    by = ("occupation", "sex") if value else ("prefecture", "sex")
    found = assess(
        published(kind, by, value), policy, register, audience="public", dataset="customers"
    )
    assert (found.kind, found.verdict) == ("table", verdict)
    assert [one.name for one in found.checks if one.verdict is not Verdict.SAFE] == failing
    assert {one.name for one in found.roles} == {*by, *filter(None, [value])}


@pytest.mark.parametrize(("kind", "opened"), [("certified", False), ("naive", True)])
def test_one_person_whose_sum_is_nothing_is_found(policy, register, published, kind, opened):
    """Somebody stands behind a cell that sums to nothing: it may not follow from the others."""
    path = published(kind, value="annual_spend_yen")
    found = assess(path, policy, register, audience="public", dataset="customers")
    assert (step(found, "withheld cells").measured > 0) is opened


def test_a_stricter_audience_finds_what_a_milder_one_let_pass(policy, register, published):
    path = published("certified")
    strict = [one.model_copy(update={"group_size": 40}) for one in policy.thresholds]
    policy = policy.model_copy(update={"thresholds": tuple(strict)})
    found = assess(path, policy, register, audience="public", dataset="customers")
    assert step(found, "published cells").verdict is Verdict.UNSAFE
    assert step(found, "certificate").verdict is Verdict.SAFE  # of the rules it was made for


def test_a_certificate_of_another_table_proves_nothing(policy, register, published):
    path = published("certified")
    changed = pd.read_csv(path).assign(count=lambda frame: frame["count"] * 2)
    changed.to_csv(path, index=False)
    found = assess(path, policy, register, audience="public", dataset="customers")
    assert step(found, "certificate").verdict is Verdict.UNSAFE


def test_counts_without_totals_are_a_table_if_one_says_so(held):
    counts = {"prefecture": ["Nara", "Gifu"], "count": [30, 9]}
    assert held(counts, "public", table=True).smallest == 9
    assert held(counts | {"count": [30, 11]}, "public", table=True).verdict is Verdict.SAFE
    assert held(counts, "public").kind == "records"  # nobody is sure: a row is a person


def test_what_only_a_tree_knows_is_not_taken_for_empty(held):
    tree = {"occupation": {"Total": ["AB", "C"], "AB": ["A", "B"]}}
    cells = {"occupation": ["Total", "AB", "C"], "count": [45, 25, 20]}
    assert held(cells, "public", hierarchies=tree).verdict is Verdict.SAFE
    more = {"occupation": ["Total", "AB", "C", "A"], "count": [45, 25, 20, 22]}
    found = held(more, "public", hierarchies=tree)
    assert step(found, "withheld cells").measured == 1  # B is 25 - 22


def test_one_of_two_numbers_is_too_close(held):
    """Who is alone in a row is 0 or 1 in each of its cells: not exact, and yet known."""
    cells = {
        "sex": ["Total"] * 3 + ["f"] * 3 + ["m"] * 3,
        "prefecture": ["Total", "Nara", "Gifu"] * 3,
        "count": [31, 15, 16, 1, None, None, 30, None, None],
        "status": ["s", "s", "s", "s", "u", "m", "s", "m", "m"],
    }
    assert step(held(cells), "withheld cells").measured == 2
    wide = cells | {"count": [60, 30, 30, 2, None, None, 58, None, None]}
    assert step(held(wide), "withheld cells").measured == 0


def test_a_variable_that_names_people(held):
    cells = {"name": ["Total", "Taro", "Hana"], "count": [45, 25, 20]}
    assert step(held(cells), "direct identifiers").verdict is Verdict.UNSAFE


# What the answer is bound to


def test_it_is_bound_to_the_bytes_of_the_file(held, tmp_path):
    found = held(GROUP)
    content = (tmp_path / "people.csv").read_bytes()
    assert found.sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_that_changes_meanwhile_is_refused(held, monkeypatch):
    digests = iter(["a", "b"])
    monkeypatch.setattr("govkit.assess.assessing.digest_of", lambda _: next(digests))
    with pytest.raises(SourceError, match="changed while it was read"):
        held(GROUP)


def test_written_read_and_equal(held, tmp_path):
    found = held(GROUP | {"shoe": [42] * 24})
    found.write(tmp_path / "a.json")
    assert Assessment.read(tmp_path / "a.json") == found
    assert held(GROUP | {"shoe": [42] * 24}).run == found.run


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"sha256": "0" * 64}, id="another file"),
        pytest.param({"group_size": 99}, id="another size"),
        pytest.param({"audience": "public"}, id="another audience"),
        pytest.param({"checks": []}, id="no check"),
        pytest.param({"schema": "x/1"}, id="another schema"),
        pytest.param({"run": "A-1"}, id="another seal"),
    ],
)
def test_what_was_changed_by_hand_is_refused(held, change):
    plain = json.loads(json.dumps(held(GROUP).to_dict()))
    assert Assessment.from_dict(plain).audience == "internal"
    with pytest.raises(InputError, match="changed after it was made"):
        Assessment.from_dict(plain | change)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"checks": 3}', "[" * 100_000])
def test_what_is_no_assessment_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"no assessment|no JSON"):
        Assessment.read(tmp_path / "a.json")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"age": [30]}, id="columns"),
        pytest.param(pd.DataFrame({"age": [30]}), id="a frame"),
        pytest.param("postgresql://x/y::z", id="a database"),
        pytest.param(".", id="a folder"),
    ],
)
def test_what_has_no_bytes_is_refused(policy, register, data):
    with pytest.raises(InputError, match="bound to the bytes of one file"):
        assess(data, policy, register, audience="internal")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"dataset": "custmers"}, "known are applicants", id="misspelt dataset"),
        pytest.param({"audience": "moon"}, "lacks a threshold", id="no such audience"),
    ],
)
def test_wrong_usage(held, options, sentence):
    with pytest.raises(GovkitError, match=sentence):
        held(GROUP, **options)


@pytest.mark.parametrize(
    "name", ['"; drop', "two\nlines", "=cmd()", "<b>x</b>", "{measured}", "%s"], ids=range(6)
)
def test_hostile_column_names(held, name):
    found = held(GROUP | {name: ["x", "y"] * 12})
    assert found.verdict is not Verdict.SAFE
    assert len(str(found).splitlines()) == 1
    assert "<b>x" not in found._repr_html_()


def test_no_value_of_a_person_is_told(held):
    found = held(GROUP | {"name": ["Canary Unique"] * 24, "note": ["canary@example.com"] * 24})
    told = json.dumps(found.to_dict()) + repr(found) + found._repr_html_()
    assert "anary" not in told


def test_other_kinds_of_files(policy, register, tmp_path):
    frame = pd.DataFrame(GROUP)
    frame.to_excel(tmp_path / "b.xlsx", index=False, sheet_name="people")
    frame.to_parquet(tmp_path / "b.parquet", index=False)
    frame.to_csv(tmp_path / "b.csv", index=False, encoding="cp932", sep=";")
    names = ["b.xlsx::people", "b.parquet", "b.csv"]
    found = [assess(f"{tmp_path / name}", policy, register, audience="public", dataset="customers")
             for name in names]  # fmt: skip
    assert {one.smallest for one in found} == {12}


@pytest.mark.parametrize("first", ["import govkit.assess", "from govkit.assess import Assessment"])
def test_the_function_whatever_was_imported(first):
    """Importing the room puts it where the function's name is; both names are the function."""
    code = f"{first}; import govkit as gk; gk.assess(1, None, None, audience='x')"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "bound to the bytes of one file" in answer.stderr
    assert gk.assess.__doc__


def test_an_empty_register_still_assesses(samples, policy):
    found = assess(samples / "cps.csv", policy, Register(), audience="public")
    assert found.verdict is Verdict.UNSAFE
