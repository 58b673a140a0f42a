"""Each place where the guard stands, tried for real: git, pytest, pre-commit, Jupyter, a folder."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from govkit import pytest_guard
from govkit.errors import GovkitError
from govkit.guard import jupyter

ROOT = Path(__file__).parents[2]
LEAK = "Call 090-1234-5678"
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(ROOT), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.example",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.example",
}  # fmt: skip


def run(*command, folder, check=True, **more):
    return subprocess.run(
        [str(part) for part in command], cwd=folder, env=ENVIRONMENT | more, check=check,
        capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def govkit(tmp_path):
    """The command as a program, whatever is installed here."""
    program = tmp_path / "bin" / "govkit"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "from govkit.cli import main; main()" "$@"\n'
    )
    program.chmod(0o755)
    return program


@pytest.fixture
def cells(corpus):
    return [corpus.code("a", corpus.printed(LEAK)), corpus.code("b", corpus.printed("fine"))]


def test_a_clean_filter_of_git(govkit, write, cells, tmp_path):
    """What is committed is clean; what lies in the working folder keeps its outputs."""
    repository = tmp_path / "repository"
    repository.mkdir()
    path = write(cells).rename(repository / "a.ipynb")
    run("git", "init", "-q", folder=repository)
    (repository / ".gitattributes").write_text("*.ipynb filter=govkit\n")
    run("git", "config", "filter.govkit.clean", f"{govkit} guard --fix -", folder=repository)
    run("git", "config", "filter.govkit.required", "true", folder=repository)
    run("git", "add", ".", folder=repository)
    run("git", "commit", "-qm", "x", folder=repository)
    committed = run("git", "show", "HEAD:a.ipynb", folder=repository).stdout
    assert [len(one["outputs"]) for one in json.loads(committed)["cells"]] == [0, 1]
    assert LEAK in path.read_text("utf-8")
    assert run("git", "status", "--porcelain", folder=repository).stdout == ""
    (repository / "b.ipynb").write_text("{")
    refused = run("git", "add", "b.ipynb", folder=repository, check=False)
    assert refused.returncode != 0
    assert "broken JSON" in refused.stderr


def test_the_hooks_of_pre_commit(govkit, write, cells):
    """Each hook as pre-commit starts it: the entry, then the files."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    path = write(cells)
    codes = []
    for hook in hooks:
        assert (hook["types"], hook["language"]) == (["jupyter"], "python")
        _, *arguments = hook["entry"].split()
        codes.append(run(govkit, *arguments, path, folder=ROOT, check=False).returncode)
    assert codes == [1, 0]
    assert LEAK not in path.read_text("utf-8")


def pytest_here(folder, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    installed = run(
        sys.executable, "-c",
        "from importlib.metadata import entry_points as e; print(*e(group='pytest11').names)",
        folder=folder,
    ).stdout.split()  # fmt: skip
    plugin = [] if "govkit_guard" in installed else ["-p", "govkit.pytest_guard"]
    return run(*command, *plugin, folder=folder, check=False)


def test_the_plugin_of_pytest(write, cells, corpus, tmp_path):
    write(cells)
    write(cells[1:], "b.ipynb")
    (tmp_path / "c.ipynb").write_text("{")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    answer = pytest_here(tmp_path, "--govkit-guard", ".")
    assert "2 failed, 1 passed" in answer.stdout
    assert "cell 1: phone (output 1, stdout)" in answer.stdout
    assert "broken JSON" in answer.stdout
    assert "1234" not in answer.stdout
    small = [corpus.code("a", corpus.printed("3 of 600 customers"))]
    write(small, "d.ipynb")
    (tmp_path / "pytest.ini").write_text("[pytest]\ngovkit_guard_threshold = 3\n")
    assert "1 passed" in pytest_here(tmp_path, "--govkit-guard", "d.ipynb").stdout


def test_the_plugin_says_what_its_threshold_is(cells, write):
    path = write(cells)
    config = SimpleNamespace(getini={"govkit_guard_threshold": "few"}.get)
    with pytest.raises(GovkitError, match="no number: write 10"):
        pytest_guard._Item.runtest(SimpleNamespace(config=config, path=path))


# Jupyter


@pytest.fixture
def manager(tmp_path, request):
    contents = pytest.importorskip("jupyter_server.services.contents.filemanager")
    hook = f"govkit.guard.jupyter.{request.param}"
    return contents.FileContentsManager(root_dir=str(tmp_path), pre_save_hook=hook)


def model(corpus, *cells):
    return {"type": "notebook", "format": "json", "content": corpus.notebook(list(cells))}


@pytest.mark.parametrize("manager", ["refuse"], indirect=True)
def test_jupyter_refuses_to_save_what_leaks(manager, corpus, cells, tmp_path):
    from tornado.web import HTTPError

    with pytest.raises(HTTPError) as refused:
        manager.save(model(corpus, *cells), "a.ipynb")
    assert refused.value.status_code == 400
    assert "cell 1: phone" in refused.value.reason
    assert "1234" not in str(refused.value)
    assert not (tmp_path / "a.ipynb").exists()
    manager.save(model(corpus, cells[1]), "a.ipynb")
    manager.save({"type": "file", "format": "text", "content": LEAK}, "a.txt")
    assert {path.name for path in tmp_path.iterdir()} >= {"a.ipynb", "a.txt"}


@pytest.mark.parametrize("manager", ["strip"], indirect=True)
def test_jupyter_saves_without_what_leaks(manager, corpus, cells, tmp_path, monkeypatch):
    manager.save(model(corpus, *cells), "a.ipynb")
    saved = json.loads((tmp_path / "a.ipynb").read_text("utf-8"))
    assert [len(one["outputs"]) for one in saved["cells"]] == [0, 1]
    monkeypatch.setenv(jupyter.THRESHOLD, "many")
    with pytest.raises(Exception, match="GOVKIT_GUARD_THRESHOLD is no number"):
        manager.save(model(corpus, *cells), "a.ipynb")


# The recipe


def notebook_of(*sources):
    import nbformat

    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)) + "\n"


def test_the_recipe_in_an_empty_folder(govkit, tmp_path):
    """A notebook that was never run fails; refreshed, all is green; a changed output is seen."""
    folder = tmp_path / "analysis"
    folder.mkdir()
    run(govkit, "notebooks", "init", folder, folder=tmp_path)
    path = folder / "notebooks" / "a.ipynb"
    path.write_text(notebook_of("x = 40 + 2\nprint(x)", "x / 3"), "utf-8")
    answer = pytest_here(folder, "-c", "pytest-notebooks.ini")
    assert "not every cell was run once" in answer.stdout
    run(sys.executable, "tools/refresh.py", folder=folder)
    stored = path.read_text("utf-8")
    answer = pytest_here(folder, "-c", "pytest-notebooks.ini")
    assert answer.returncode == 0, answer.stdout
    assert "5 passed" in answer.stdout  # two cells, the guard, the two tests of what is stored
    path.write_text(stored.replace('"42\\n"', f'"{LEAK}\\n"'), "utf-8")
    assert "2 failed, 3 passed" in pytest_here(folder, "-c", "pytest-notebooks.ini").stdout


def test_the_recipe_keeps_what_is_there(govkit, tmp_path):
    (tmp_path / ".pre-commit-config.yaml").write_text("mine\n")
    answer = run(govkit, "notebooks", "init", tmp_path, "--json", folder=tmp_path)
    told = json.loads(answer.stdout)
    assert told["kept"] == [".pre-commit-config.yaml"]
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "mine\n"
    assert (tmp_path / "tools" / "refresh.py").is_file()
    again = json.loads(run(govkit, "notebooks", "init", tmp_path, "--json", folder=tmp_path).stdout)
    assert again["written"] == []
    refused = run(govkit, "notebooks", "init", tmp_path / "none", folder=tmp_path, check=False)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    (tmp_path / "file").write_text("")
    refused = run(govkit, "notebooks", "init", tmp_path / "file", folder=tmp_path, check=False)
    assert refused.returncode == 2


def test_the_recipe_holds_the_tools_of_this_project():
    recipe = ROOT / "govkit" / "guard" / "recipe_files"
    shipped = (recipe / "tools" / "refresh.py.txt").read_text("utf-8")
    assert shipped == (ROOT / "tools" / "refresh.py").read_text("utf-8")
    for name in (
        ".github/workflows/notebooks.yml",
        ".gitlab-ci-notebooks.yml",
        ".pre-commit-config.yaml",
    ):
        assert isinstance(yaml.safe_load((recipe / name).read_text("utf-8")), dict)
    compile((recipe / "tests" / "test_notebooks_stored.py.txt").read_text("utf-8"), "t", "exec")


def test_git_is_here():
    assert shutil.which("git"), "the filter and the hooks of git are tried with git itself"
