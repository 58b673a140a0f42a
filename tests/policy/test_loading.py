"""Loading tells every mistake at once: file, line, key, remedy, and never what was written."""

import ast
import shutil
from pathlib import Path

import pytest
import yaml

import govkit as gk
from govkit.errors import FilesError, InputError, SourceError
from govkit.policy.entries import Activity, Contract, Dataset
from govkit.policy.words import Audience, Ground, Model
from tests.conftest import calls

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
CANARY = "Quillfeather"


@pytest.fixture
def register(tmp_path):
    def register(**texts):
        for name, text in texts.items():
            path = tmp_path / "register" / f"{name.replace('__', '/')}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "register"

    return register


def mistakes(call, *given):
    with pytest.raises(FilesError) as caught:
        call(*given)
    assert CANARY not in str(caught.value)
    return list(caught.value.mistakes)


DATASET = """\
key: customers
title: Customers
subject_group: customer
owner: Sales
fields:
  - {name: email, role: direct}
"""


# The samples


def test_the_sample_policy_says_what_the_founding_policy_says():
    policy = gk.load_policy(SAMPLES / "policy.yaml")
    assert [clause.key for clause in policy.clauses] == ["1", "2", "3", "4", "5"]
    assert {one.subject_group for one in policy.purposes} == {
        "customer", "applicant", "client_provided", "visitor",
    }  # fmt: skip
    assert [one.ground for one in policy.disclosure_grounds] == [
        "statistical", "subcontractor", "succession", "law",
    ]  # fmt: skip
    assert {one.against for one in policy.safety} == {"loss", "falsification", "leakage"}
    assert policy.organization.contact_email
    assert policy.regulations
    assert policy.training.required
    everything = [
        *policy.clauses, *policy.promises, *policy.purposes, *policy.disclosure_grounds,
        *policy.safety, policy.training, policy.requests,
    ]  # fmt: skip
    assert all(one.text_en and one.text_ja for one in everything)


@pytest.mark.parametrize(
    ("audience", "special_care", "size"),
    [
        ("internal", False, 5),
        ("recipient", False, 10),
        (Audience.PUBLIC, False, 11),
        ("internal", True, 20),
        ("special_care", False, 20),
    ],
)
def test_the_smallest_group_by_audience(audience, special_care, size):
    policy = gk.load_policy(SAMPLES / "policy.yaml")
    assert policy.group_size(audience, special_care=special_care) == size


def test_a_missing_threshold_is_told_and_the_stricter_of_two_holds():
    policy = gk.load_policy(SAMPLES / "policy.yaml")
    public = [one for one in policy.thresholds if one.audience == "public"]
    twice = policy.model_copy(
        update={"thresholds": (*public, public[0].model_copy(update={"group_size": 30}))}
    )
    assert twice.group_size("public") == 30
    with pytest.raises(InputError, match="lacks a threshold"):
        twice.group_size("internal")


def test_only_the_public_threshold_asks_for_differences():
    policy = gk.load_policy(SAMPLES / "policy.yaml")
    assert [one.audience for one in policy.thresholds if one.differencing] == ["public"]


def test_the_sample_register_holds_the_company():
    found = gk.load_register(SAMPLES / "register")
    assert {one.subject_group for one in found.datasets} == {
        "customer", "applicant", "client_provided", "visitor",
    }  # fmt: skip
    assert sum(one.kind == "client" for one in found.contracts) == 2
    assert [one.country for one in found.recipients if one.kind != "client"] == ["JP", "DE", "JP"]
    assert all(field.confirmed_by for one in found.datasets for field in one.fields)


@pytest.mark.parametrize("folder", ["register", "register-with-mistakes"])
def test_other_programs_read_the_samples_as_govkit_does(folder):
    for path in (SAMPLES / folder).rglob("*.yaml"):
        content = yaml.safe_load(path.read_text("utf-8"))
        for entry in content if isinstance(content, list) else [content]:
            assert {type(key) for key in entry} == {str}  # no key such as "on", which is true


def test_the_columns_of_the_sample_data_are_declared():
    for one in gk.load_register(SAMPLES / "register").datasets:
        path = SAMPLES / one.location
        encoding = "cp932" if one.key == "applicants" else "utf-8"
        heading = path.read_text(encoding).splitlines()[0].split(",")
        assert [field.name for field in one.fields] == heading


def test_each_planted_mistake_is_marked_where_it_is():
    folder = SAMPLES / "register-with-mistakes"
    marked = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.yaml"))
    table = (folder / "README.md").read_text("utf-8").splitlines()
    listed = [line.split("|")[1].strip() for line in table if line.startswith("| GK")]
    assert (len(listed), len(set(listed))) == (29, 28)
    assert [rule for rule in listed if f"{rule}," not in marked] == []
    gk.load_register(folder)


# Keys, places, lines


def test_entries_are_found_by_key_and_know_their_line(register):
    folder = register(datasets__sales__a=DATASET, systems=(
        "- {key: crm, title: CRM, department: Sales}\n"
        "- key: shop\n  title: Shop\n  department: Sales\n  datasets: [customers]\n"
    ))  # fmt: skip
    found = gk.load_register(folder)
    assert found.by_key["systems"]["shop"].datasets == ("customers",)
    assert found.where("systems", "shop", "datasets", 0) == ("systems.yaml", 5)
    assert found.where("datasets", "customers", "fields", 0) == ("datasets/sales/a.yaml", 6)
    assert found.where("datasets", "nobody") is None
    assert gk.Register(datasets=found.datasets).where("datasets", "customers") is None


def test_entries_do_not_change_and_print_no_folder(register):
    found = gk.load_register(register(datasets=DATASET))
    with pytest.raises(ValueError, match="frozen"):
        found.datasets[0].owner = "x"
    assert "register" not in repr(found)


def test_the_text_of_a_file_decides_no_type(register):
    folder = register(
        recipients="{key: '47', name: 123, kind: authority, country: NO}",
        contracts="{key: c, kind: client, parties: [47], breach_clause: yes, expires: 2026-04-01}",
    )
    found = gk.load_register(folder)
    assert (found.recipients[0].name, found.recipients[0].country) == ("123", "NO")
    assert found.contracts[0].breach_clause is True


def test_a_list_and_files_and_empty_files_go_together(register):
    folder = register(
        datasets=f"- {DATASET.replace(chr(10), chr(10) + '  ').rstrip()}\n",
        datasets__more=DATASET.replace("customers", "visitors"),
        receipts="# nothing yet\n",
        policy="this: is for load_policy",
    )
    (folder / "README.md").write_text("# words")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("a: 1")
    assert sorted(gk.load_register(folder).by_key["datasets"]) == ["customers", "visitors"]


# Mistakes


def test_all_mistakes_of_all_files_are_told_at_once(register):
    folder = register(
        datasets__a=f"key: customers\ntitel: {CANARY}\nowner: Sales\nfields:\n"
        f"  - name: email\n    rol: {CANARY}\n  - {{name: {CANARY}, role: {CANARY}}}\n",
        systems=f"- {{key: crm, title: x, department: y, datasets: [custmers, {CANARY}]}}\n",
        contracts=f"key: c\nkind: client\nparties: []\nsigned: {CANARY}\nbreach_clause: {CANARY}\n",
        measures=f"a:\n\t- {CANARY}\n",
        sistems="key: x",
        plans="key: x",
        incidents="key: i\nknown_at: 2026-07-02T10:15:00\npersons: many",
    )
    expected = [
        "contracts.yaml:3: parties: name at least 1.",
        "contracts.yaml:4: signed: write a date as YYYY-MM-DD.",
        "contracts.yaml:5: breach_clause: write true or false.",
        "datasets/a.yaml:1: title: this key is missing, add it.",
        "datasets/a.yaml:1: subject_group: this key is missing, add it.",
        "datasets/a.yaml:2: unknown key 'titel': did you mean 'title'?",
        "datasets/a.yaml:5: role: this key is missing, add it.",
        "datasets/a.yaml:6: unknown key 'rol': did you mean 'role'?",
        "datasets/a.yaml:7: role: use one of 'direct', 'quasi', 'sensitive' or 'none'.",
        (
            "incidents.yaml:2: known_at: write the time with its distance from UTC, as in "
            "2026-04-01T09:30:00+09:00."
        ),
        "incidents.yaml:3: persons: write a whole number.",
        "measures.yaml:2: a tab where blanks belong: indent with spaces.",
        f"plans.yaml: unknown kind of entry: known are {', '.join(gk.Register.keys)}.",
        "sistems.yaml: unknown kind of entry 'sistems': did you mean 'systems'?",
        "systems.yaml:1: no such entry among datasets: did you mean 'customers'?",
        "systems.yaml:1: no such entry among datasets: add it, or remove this.",
    ]
    assert sorted(mistakes(gk.load_register, folder)) == sorted(expected)


WRONG = {
    "a list where a text belongs": ("title: [a, b]", "title: write one text."),
    "nothing where a text belongs": ("title:", "title: write one text."),
    "an empty text": ("title: ''", "title: write something, or leave the key out."),
    "a text where a list belongs": ("fields: email", "fields: write a list."),
    "a text where keys belong": ("retention: forever", "retention: write keys and values here."),
    "a key with a blank": ("key: my key", "key: the form is wrong"),
    "a country in words": ("country: Japan", "country: the form is wrong"),
    "a period in words": ("retention: {period: 3 years}", "period: the form is wrong"),
    "a key beyond all": ("key: " + "x" * 99, "key: write at most 80 characters."),
    "a date that is none": ("deleted_on: 2026-02-30", "deleted_on: write a date as YYYY-MM-DD."),
    "fields of one name": (
        "fields: [{name: a, role: none}, {name: a, role: none}]",
        "two fields have the same name",
    ),
    "a merge key": ("<<: {a: b}", "unknown key"),
}


@pytest.mark.parametrize(("line", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_told_with_its_line(register, line, words):
    key = line.partition(":")[0]
    lines = [one for one in DATASET.splitlines() if not one.startswith((f"{key}:", "  - "))]
    if key == "fields":
        lines = [one for one in lines if one != "fields:"]
    else:
        lines = [one for one in lines if one != "fields:"] + ["fields: [{name: a, role: none}]"]
    found = mistakes(gk.load_register, register(datasets="\n".join([line, *lines])))
    assert len(found) == 1
    assert found[0].startswith(f"datasets.yaml:1: {words}")


def test_a_key_that_stands_twice_is_told_where_it_stands_again(register):
    folder = register(datasets__a=DATASET, datasets__b=DATASET)
    assert mistakes(gk.load_register, folder) == [
        "datasets/b.yaml:1: this key stands twice: rename one."
    ]


@pytest.mark.parametrize("text", ["- 5", "just words", "- [a]", f"- - {CANARY}"])
def test_something_else_than_entries(register, text):
    assert mistakes(gk.load_register, register(datasets=text))


def test_mistakes_beyond_twenty_are_counted(register):
    folder = register(datasets="\n".join(f"- {{key: {n}}}" for n in range(30)))
    with pytest.raises(FilesError) as caught:
        gk.load_register(folder)
    assert str(caught.value).splitlines()[0] == "register holds 120 mistakes:"
    assert str(caught.value).splitlines()[-1] == "and 100 more"


def test_a_register_that_is_not_there_or_empty(tmp_path):
    with pytest.raises(SourceError, match="no folder 'nowhere'"):
        gk.load_register(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="holds no entry"):
        gk.load_register(tmp_path)


def test_the_folder_one_is_in_has_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=f"'{tmp_path.name[:20]}.* holds no entry"):
        gk.load_register(".")
    with pytest.raises(SourceError, match=f"'{tmp_path.name[:20]}.* holds no file"):
        gk.classify(".")
    (tmp_path / "people.csv").write_text("age\n31\n", "utf-8")
    assert gk.classify(".").source == tmp_path.name


def test_mistakes_of_a_policy(tmp_path):
    text = (SAMPLES / "policy.yaml").read_text("utf-8")
    broken = (
        text.replace("contact_email:", "contact_mail:")
        .replace("ground: law", f"ground: {CANARY}")
        .replace("group_size: 20", "group_size: 1")
        .replace("compatible_with: [service]", "compatible_with: [servise]")
        .replace('  clause: "5"\n', '  clause: "6"\n')
    )
    path = tmp_path / "policy.yaml"
    path.write_text(broken, encoding="utf-8")
    found = mistakes(gk.load_policy, path)
    lines = broken.splitlines()

    def line(text):
        return 1 + next(at for at, one in enumerate(lines) if one.endswith(text))

    grounds = ", ".join(f"'{one}'" for one in list(Ground)[:-1])
    wrong_key = "unknown key 'contact_mail': did you mean 'contact_email'?"
    assert found == [
        f"policy.yaml:{line('@hoshinuma.example')}: {wrong_key}",
        f"policy.yaml:{line(CANARY)}: ground: use one of {grounds} or 'joint_use'.",
        f"policy.yaml:{line(': 1')}: group_size: write a number of at least 2.",
        f"policy.yaml:{line('[servise]')}: no such entry among purposes: did you mean 'service'?",
        f"policy.yaml:{line('6' + chr(34))}: no such entry among clauses: add it, or remove this.",
    ]


@pytest.mark.parametrize("text", ["", "- a", "word", "5"])
def test_a_policy_that_is_something_else(tmp_path, text):
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    assert mistakes(gk.load_policy, path)


# No value anywhere


def texts_of(model, name=()):
    for key, value in model:
        if isinstance(value, Model):
            yield from texts_of(value, (*name, key))
        elif isinstance(value, str) and type(value) is str:
            yield (*name, key)


@pytest.mark.parametrize("model", [Dataset, Activity, Contract], ids=lambda one: one.__name__)
def test_no_error_of_a_model_holds_a_value(model):
    for key in model.model_fields:
        with pytest.raises(ValueError, match="validation") as caught:
            model.model_validate({key: {CANARY: CANARY}})
        assert CANARY not in str(caught.value).replace(f".{CANARY}", "")


# The declarations


def test_the_types_for_editors_are_those_of_the_models():
    root = Path(__file__).parents[2]
    space = {"__name__": "policy_types", "__file__": str(root / "tools" / "policy_types.py")}
    exec((root / "tools" / "policy_types.py").read_text("utf-8"), space)  # noqa: S102 - our own
    for room in ("policy", "dpia"):
        stub = root / "govkit" / room / "entries.pyi"
        texts = (stub.read_text("utf-8"), space["stub"](stub.parent))
        written, made = (ast.dump(ast.parse(text)) for text in texts)
        assert written == made, "run: python tools/policy_types.py"


def test_each_key_says_what_it_holds():
    made = {id(one): one for one in vars(gk.policy.entries).values() if isinstance(one, type)}
    models = [one for one in made.values() if one.__module__ == "govkit.policy.entries"]
    assert len(models) > 30
    for model in models:
        assert model.__doc__.endswith(".")
        assert list(model.keys) == list(model.model_fields)
        assert all(said["what"].endswith(".") for said in model.keys.values())


def test_references_are_known_also_deep_inside():
    assert gk.policy.entries.Request.refers == {
        "confirmations.dataset": "datasets", "confirmations.system": "systems",
        "confirmations.recipient": "recipients",
    }  # fmt: skip
    assert Activity.refers["as_processor_for"] == "recipients"
    assert Ground("law") == "law"


# Large


def grows(work, *, by=4) -> float:
    """Say how much more work four times the input is."""
    work(10)
    return calls(work, 100 * by) / calls(work, 100)


def test_work_grows_as_the_register_does(register):
    """How long 2,000 datasets of 50 fields take is measured in benchmarks/register.py."""
    fields = "".join(f"  - {{name: c{n}, role: none, confirmed_by: x}}\n" for n in range(5))
    folder = register(datasets__first=DATASET)

    def load(many):
        shutil.rmtree(folder / "datasets")
        register(datasets__first=DATASET)
        for number in range(many):
            path = folder / "datasets" / f"d{number}.yaml"
            path.write_text(DATASET.replace("customers", f"d{number}") + fields, encoding="utf-8")
        assert len(gk.load_register(folder).datasets) == many + 1

    assert grows(load) < 4.2


MASSES = {
    "fields with a wrong key": lambda n: DATASET + "  - {name: x, rol: none}\n" * n,
    "wrong keys": lambda n: DATASET + "".join(f"wrong{one}: 1\n" for one in range(n)),
    "wrong references": lambda n: (
        DATASET + f"joined_with: [{', '.join(f'custom{one}' for one in range(n))}]\n"
    ),
    "entries of one key": lambda n: "".join(f"- {{key: a, title: {one}}}\n" for one in range(n)),
}


@pytest.mark.parametrize("text", MASSES.values(), ids=MASSES)
def test_work_grows_as_the_mistakes_do(register, text):
    def load(many):
        assert mistakes(gk.load_register, register(datasets=text(many)))

    assert grows(load) < 4.2


def test_a_copy_of_the_samples_with_crlf_loads(tmp_path):
    shutil.copytree(SAMPLES / "register", tmp_path / "register")
    for path in (tmp_path / "register").rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    again = gk.load_register(tmp_path / "register")
    assert again.model_dump() == gk.load_register(SAMPLES / "register").model_dump()


def test_a_changed_copy_of_a_register_looks_its_entries_up_anew():
    register = gk.load_register(Path(__file__).parents[2] / "data" / "samples" / "register")
    assert "customers" in register.by_key["datasets"]
    fewer = register.model_copy(update={"datasets": register.datasets[:0]})
    assert (fewer.by_key["datasets"], fewer.positions["datasets"]) == ({}, {})
    assert "customers" in register.by_key["datasets"]
