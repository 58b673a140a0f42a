"""What people write: mistakes are told in one sentence with line and remedy; open questions."""

import pytest

import govkit as gk
from govkit.dpia import assess_impact, load_dpia, propose_dpia
from govkit.errors import FilesError, GovkitError, InputError, SourceError

CANARY = "Quillfeather"


def put(content, path, value):
    *way, last = path
    for key in way:
        content = content[key]
    content[last] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param(("activity",), "no-such", "no such entry among activities", id="no activity"),
        pytest.param(("activity",), "checkup-analysi", "did you mean 'checkup-analysis'",
                     id="near"),
        pytest.param(
            ("scenarios", 0, "dataset"), "ghosts", "no such entry among datasets", id="no dataset"
        ),
        pytest.param(
            ("in_place", 0, "measure"), "moat", "no such entry among measures", id="no measure"
        ),
        pytest.param(
            ("risks", "disappearance", "controls"), ["moat"],
            "no such entry among measures: add it, or remove this.", id="no such control",
        ),
        pytest.param(
            ("risks", "disappearance", "severity"), {"level": 3},
            "reason: this key is missing, add it.", id="severity without a reason",
        ),
        pytest.param(
            ("risks", "reidentification", "likelihood"), {"level": 1, "reason": ""},
            "reason: write", id="an override with an empty reason",
        ),
        pytest.param(
            ("risks", "disappearance", "severity"), {"level": 5, "reason": "x"},
            "level: use one of", id="a level that is none",
        ),
        pytest.param(("plan", 0, "after"), ["A3"], "actions wait for each other", id="a circle"),
        pytest.param(("plan", 0, "after"), ["A1"], "actions wait for each other", id="itself"),
        pytest.param(("plan", 0, "after"), ["A9"], "no such entry among plan", id="no such action"),
        pytest.param(
            ("plan", 1, "start"), "2026-11-10", "before what it waits for", id="too early"
        ),
        pytest.param(
            ("plan", 0, "start"), "2026-12-24", "ends before it starts: correct", id="backwards"
        ),
        pytest.param(
            ("screening",), [{"criterion": "astrology", "met": True, "reason": "x"}],
            "no such criterion", id="no such criterion",
        ),
        pytest.param(("answers", "purposs"), CANARY, "did you mean 'purposes'", id="a typo"),
        pytest.param(("need",), {"needed": False}, "reason: this key is missing", id="bare need"),
        pytest.param(("scenarios", 0, "k"), 1, "number of at least 2", id="k of one"),
        pytest.param(
            ("scenarios", 0, "sampling_fraction"), 2, "at most 1", id="more than everybody"
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_line_and_remedy(changed, path, value, said):
    with pytest.raises(FilesError) as caught:
        changed(lambda content: put(content, path, value))
    (mistake,) = caught.value.mistakes
    assert said in mistake
    assert mistake.startswith("checkup-release.yaml:")
    assert int(mistake.split(":")[1]) > 0
    assert CANARY not in str(caught.value)


def test_data_that_no_longer_exist(company):
    (company / "client_records.csv").unlink()
    register, policy = (
        gk.load_register(company / "register"),
        gk.load_policy(company / "policy.yaml"),
    )
    judged = load_dpia(company / "dpia" / "checkup-release.yaml", register)
    with pytest.raises(SourceError, match=r"checkup-release.yaml:\d+: the data of "
                       r"'client-checkups' "
                       r"are not there \(any more\): correct their location"):  # fmt: skip
        assess_impact(judged, register, policy)
    with pytest.raises(SourceError, match="There is no folder of data"):
        assess_impact(judged, register, policy, data=company / "nowhere")


def test_a_dataset_that_the_activity_does_not_use(changed, register, policy):
    judged = changed(lambda content: put(content, ("scenarios", 0, "dataset"), "customers"))
    with pytest.raises(InputError, match="the activity does not use 'customers': name one of"):
        assess_impact(judged, register, policy)


@pytest.mark.parametrize("text", ["", "[]", "key: [", "key: &a x\nb: *a", "- 1"])
def test_no_assessment_at_all(tmp_path, register, text):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(GovkitError):
        load_dpia(path, register)


def test_thresholds_are_as_strict_as_the_file(release):
    (one,) = release.dpia.measured_with(k=7).scenarios
    assert (one.k, one.recipe) == (7, "checkup-release.recipe.yaml")
    for wrong in ({"k": 1}, {"kk": 7}):
        with pytest.raises(InputError, match="cannot be measured with this 'k"):
            release.dpia.measured_with(**wrong)


# A new one


def test_every_activity_can_be_begun(tmp_path, register, policy):
    for activity in register.by_key["activities"]:
        path = tmp_path / f"{activity}.yaml"
        path.write_text(propose_dpia(register, policy, activity), "utf-8")
        begun = load_dpia(path, register)
        asked = [inside for inside, _ in begun.questions(measured=True)]
        assert len(asked) > 25
        lines = path.read_text("utf-8").splitlines()
        for inside in asked:  # each is marked where it stands
            line = int(begun.where(*inside).split(":")[1])
            assert "open" in lines[line - 1] or "measure" in lines[line - 1], inside


def test_what_the_register_knows_is_filled_in(register, policy):
    text = propose_dpia(register, policy, "site-statistics")
    assert "Nordlicht Webdienste GmbH" in text
    assert "SC-2026-02" in text
    assert "designated by the PPC" in text
    with pytest.raises(InputError, match="no activity 'x': known are"):
        propose_dpia(register, policy, "x")


def test_hostile_names_in_the_register_stay_names(tmp_path, register, policy):
    hostile = 'a"]\n#: {x: &a !!python/object\t'
    fields = (register.datasets[0].fields[0].model_copy(update={"name": hostile}),)
    datasets = tuple(
        one.model_copy(update={"title": hostile, "fields": fields}) for one in register.datasets
    )
    made = register.model_copy(update={"datasets": datasets})
    path = tmp_path / "x.yaml"
    path.write_text(propose_dpia(made, policy, "orders"), "utf-8")
    assert load_dpia(path, made).scenarios[0].title.startswith(hostile)


def test_answered_ones_have_no_open_question(release, website):
    assert list(release.dpia.questions(measured=True)) == []
    assert list(website.dpia.questions(measured=True)) == []


def test_without_numbers_the_likelihood_of_reidentification_is_a_question(release):
    (inside, text), *_ = list(release.dpia.questions(measured=False))
    assert inside == ("risks", "reidentification", "likelihood")
    assert text.startswith("How likely")
