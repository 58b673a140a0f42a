"""The notebook refresher: a second run changes no byte, a stale notebook is found."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "tools" / "refresh.py"

spec = importlib.util.spec_from_file_location("refresh", TOOL)
refresh = importlib.util.module_from_spec(spec)
spec.loader.exec_module(refresh)

FIGURE = {"data": [{"y": [2, 1], "type": "bar"}], "layout": {"title": {"text": "Groups"}}}


def messy_notebook(path):
    """Write a notebook as an editor leaves it: timings, versions, no outputs, out of order."""
    bundle = {refresh.FIGURE: FIGURE}
    show = f"from IPython.display import display\ndisplay({bundle}, raw=True)"
    cells = [
        nbformat.v4.new_markdown_cell("# Can you find Kari?"),
        nbformat.v4.new_code_cell("print('a'); print('b')", execution_count=7),
        nbformat.v4.new_code_cell(
            "6 * 7", metadata={"tags": ["kept"], "execution": {"x": "12:00"}}
        ),
        nbformat.v4.new_code_cell(show),
    ]
    versions = {"language_info": {"name": "python", "version": "3.11.7"}, "author": "someone"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=versions), path)


def with_figure(figure, picture=None):
    data = {refresh.FIGURE: figure} | ({refresh.PICTURE: picture} if picture else {})
    output = nbformat.v4.new_output("display_data", data=data)
    cell = nbformat.v4.new_code_cell("fig", outputs=[output])
    return nbformat.v4.new_notebook(cells=[cell])


def run(*arguments):
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    path = tmp_path_factory.mktemp("notebooks") / "kari.ipynb"
    messy_notebook(path)
    assert run(TOOL, path).returncode == 0
    return path


def test_a_stored_notebook_holds_what_is_the_same_everywhere(stored):
    notebook = json.loads(stored.read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert notebook["metadata"] == refresh.METADATA
    assert [cell["id"] for cell in notebook["cells"]] == ["cell-1", "cell-2", "cell-3", "cell-4"]
    assert [cell["execution_count"] for cell in code] == [1, 2, 3]
    assert [cell["metadata"] for cell in code] == [{}, {"tags": ["kept"]}, {}]
    assert code[0]["outputs"][0]["text"] == ["a\n", "b\n"]
    assert code[2]["outputs"][0]["data"][refresh.FIGURE] == FIGURE


def test_a_second_run_changes_no_byte(stored):
    before = stored.read_bytes()
    answer = run(TOOL, stored)
    assert (answer.returncode, answer.stdout) == (0, "kari.ipynb: unchanged\n")
    assert stored.read_bytes() == before


def test_check_finds_a_stale_notebook_and_leaves_it_alone(stored, tmp_path):
    stale = tmp_path / "stale.ipynb"
    stale.write_bytes(stored.read_bytes().replace(b'"42"', b'"43"'))
    before = stale.read_bytes()
    answer = run(TOOL, "--check", stale)
    assert (answer.returncode, answer.stdout) == (1, "stale.ipynb: stale\n")
    assert stale.read_bytes() == before


def test_a_cell_that_stops_is_an_error(tmp_path):
    path = tmp_path / "broken.ipynb"
    cells = [nbformat.v4.new_code_cell("1 / 0")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    before = path.read_bytes()
    answer = run(TOOL, path)
    assert answer.returncode == 2
    assert "ZeroDivisionError" in answer.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("altered", "code"),
    [
        pytest.param(None, 0, id="as stored"),
        pytest.param((b'"Groups"', b'"People"'), 1, id="another title in the figure"),
    ],
)
def test_the_strict_notebook_check_sees_a_change(stored, tmp_path, altered, code):
    path = tmp_path / "kari.ipynb"
    shutil.copy(stored, path)
    if altered:
        head, _, tail = path.read_bytes().rpartition(altered[0])
        path.write_bytes(head + altered[1] + tail)
    strict = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with"]
    sanitize = ROOT / "tests" / "nbval_sanitize.cfg"
    answer = run("-m", "pytest", "-q", "-p", "no:cacheprovider", *strict, sanitize, path)
    assert answer.returncode == code, answer.stdout


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        pytest.param(FIGURE, "stored", id="the same figure keeps its picture"),
        pytest.param(FIGURE | {"layout": {}}, "drawn", id="a changed figure gets a new one"),
    ],
)
def test_pictures(figure, expected):
    fresh = with_figure(figure)
    refresh.add_pictures(fresh, with_figure(FIGURE, "stored"), lambda _: "drawn")
    assert [data[refresh.PICTURE] for data in refresh.figures(fresh)] == [expected]


def test_a_figure_that_cannot_be_drawn_goes_without_a_picture():
    fresh = with_figure(FIGURE)
    refresh.add_pictures(fresh, with_figure({}, "stored"), refresh.no_picture)
    assert [refresh.PICTURE in data for data in refresh.figures(fresh)] == [False]
