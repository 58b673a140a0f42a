"""What makes notebooks comfortable: the accessor, completion, the explorer, %%checked, progress."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest

import govkit as gk

ASK = """
{imports}
import sys
frame = pd.DataFrame({{"area": list("NNNS"), "sex": list("ffmm")}})
print(frame.govkit.check(["area"], k=2).verdict.value,
      frame.govkit.crosstab("area", ["sex"], session=gk.session(threshold=2)).unsafe,
      sum("AfterPandas" in type(one).__name__ for one in sys.meta_path))
"""


@pytest.mark.parametrize(
    "imports",
    [
        pytest.param("import govkit as gk\nimport pandas as pd", id="govkit first"),
        pytest.param("import pandas as pd\nimport govkit as gk", id="pandas first"),
        pytest.param("import govkit as gk\nfrom pandas.api.types import is_dtype_equal\n"
                     "import pandas as pd", id="a part of pandas"),
    ],
)  # fmt: skip
def test_the_accessor_is_there_in_either_order(imports):
    command = [sys.executable, "-W", "error", "-c", ASK.format(imports=imports)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.stdout, answer.stderr) == ("unsafe 2 0\n", "")


def test_only_an_import_of_govkit_registers_it():
    command = [sys.executable, "-c", "import pandas; print(hasattr(pandas.DataFrame, 'govkit'))"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_accessor_asks_govkit():
    frame = pd.DataFrame(
        {"age": [30, 30, 41] * 4, "mail": [f"a{i}@example.com" for i in range(12)]}
    )
    assert frame.govkit.classify().columns == 2
    assert frame.govkit.risk(["age"]).to_dict()["records"] == 12
    assert len(frame.govkit.count(["age"])) == 2
    assert frame.govkit.tabulate("age").values.tolist() == [12, 8, 4]
    s = gk.session(threshold=2)
    assert frame.govkit.groupby("age", session=s)["mail"].agg("count").verdict is gk.Verdict.SAFE
    assert frame.govkit.hist("age", bins=[0, 35, 50], session=s).cells == 2
    assert list(s.outputs) == ["output_0", "output_1"]
    assert {"check", "classify", "crosstab", "explore"} <= set(dir(frame.govkit))
    for name in dir(frame.govkit):  # nothing that is asked shows the data before it is asked
        assert "example.com" not in repr(getattr(frame.govkit, name)) + repr(frame.govkit)
    with pytest.raises(AttributeError, match="no 'chekc' to ask"):
        _ = frame.govkit.chekc


@pytest.fixture
def figure():
    people = {"age": [30, 30, 41, 41, 41], "<b>sex": ["f", "f", "m", "m", None]}
    return gk.explore(people, ["age", "<b>sex"], k=3)


def test_the_explorer_has_a_slider_and_a_list(figure):
    """By hand: pairs (30, f) 2, (41, m) 2, (41, missing) 1; ages 2 and 3; sexes 2, 2, 1."""
    buttons = figure.layout.updatemenus[0].buttons
    assert [b.label for b in buttons] == ["all columns", "without age", "without &lt;b&gt;sex"]
    assert [list(trace.y[:3]) for trace in figure.data[:3]] == [[1, 5, 5], [1, 5, 5], [0, 2, 5]]
    slider = figure.layout.sliders[0]
    assert slider.steps[slider.active].label == "3"
    moved, traces = slider.steps[2].args  # k = 4
    assert (moved["x"], moved["y"], list(traces)) == ([[4]] * 3, [[5], [5], [5]], [3, 4, 5])
    assert [list(b.args[0]["visible"]) for b in buttons][1] == [False, True, False] * 2
    assert [trace.visible for trace in figure.data] == [True, False, False] * 2
    assert figure.data[3].text == (" 5 (100.0%)",)


def test_the_explorer_is_the_same_every_time(figure):
    people = {"age": [30, 30, 41, 41, 41], "<b>sex": ["f", "f", "m", "m", None]}
    assert figure.to_json() == gk.explore(people, ["age", "<b>sex"], k=3).to_json()
    assert json.loads(figure.to_json())["layout"]["sliders"]


def test_the_explorer_takes_one_column_and_no_records():
    assert len(gk.explore({"a": [1, 2]}, "a").data) == 2
    assert gk.explore({"a": []}, "a").data[1].text == (" 0 (0.0%)",)


@pytest.fixture(scope="module")
def shell():
    """A shell of IPython, as a notebook has one, with the extension loaded."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "govkit")
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("cell", "seen", "hidden"),
    [
        pytest.param("print('nothing here')", "nothing here", "HIDDEN", id="safe"),
        pytest.param("print('Call 090-1234-5678')", "", "090-1234", id="a telephone number"),
        pytest.param("import sys; sys.stderr.write('taro@example.com')", "", "taro@", id="stderr"),
        pytest.param("'taro@example.com'", "", "taro@", id="the last value"),
        pytest.param("from IPython.display import display; display('taro@example.com')", "",
                     "taro@", id="displayed"),
        pytest.param("raise KeyError('taro@example.com')", "The cell stopped with KeyError\n",
                     "taro@", id="a traceback"),
        pytest.param("raise KeyError('nothing')", "KeyError: 'nothing'", "HIDDEN",
                     id="a harmless traceback"),
        pytest.param("x = 1", "", "HIDDEN", id="nothing shown"),
    ],
)  # fmt: skip
def test_a_checked_cell_shows_nothing_of_a_person(shell, capsys, cell, seen, hidden):
    result = shell.run_cell(f"%%checked\n{cell}")
    shown = capsys.readouterr()
    assert seen in shown.out + shown.err
    assert hidden not in shown.out + shown.err
    assert result.success is ("raise" not in cell)
    assert ("HTML object" in shown.out) is (hidden != "HIDDEN")


def test_a_handler_of_an_earlier_cell_shows_nothing_either(shell, capsys):
    shell.run_cell("import logging\nlog = logging.getLogger('earlier')\n"
                   "log.addHandler(logging.StreamHandler())")  # fmt: skip
    shell.run_cell("%%checked\nlog.warning('wrote to taro@example.com')")
    hidden = capsys.readouterr()
    shell.run_cell("log.warning('done'); log.handlers.clear()")
    assert "taro@" not in hidden.out + hidden.err
    assert "HTML object" in hidden.out
    assert "done" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["few", "0", "-1", "1.5"])
def test_checked_says_what_it_takes(shell, capsys, line):
    assert not shell.run_cell(f"%%checked {line}\n1").success
    assert "takes one number" in capsys.readouterr().err


def test_the_threshold_of_a_checked_cell(shell, capsys):
    table = "import pandas as pd\npd.DataFrame({'count': [7, 40]}, index=['a', 'b'])"
    shell.run_cell(f"%%checked 5\n{table}")
    assert "40" in capsys.readouterr().out
    shell.run_cell(f"%%checked\n{table}")
    assert "40" not in capsys.readouterr().out


def test_after_a_checked_cell_errors_are_shown_as_before(shell, capsys):
    shell.run_cell("%%checked\nraise KeyError('once')")
    capsys.readouterr()
    shell.run_cell("raise KeyError('again')")
    shown = capsys.readouterr()
    assert "Traceback" in shown.out + shown.err


def test_completion_knows_outputs_and_questions(shell):
    from IPython.core.completer import provisionalcompleter

    shell.run_cell("import pandas as pd, govkit as gk\ns = gk.session(threshold=2)\n"
                   "output = s.value_counts(pd.Series(list('aabb')), name='letters')\n"
                   "frame = pd.DataFrame({'a': [1]})\ngroups = s.groupby(frame, 'a')")  # fmt: skip
    with provisionalcompleter():
        for text, wanted in {
            's.outputs["': "letters", "output.ver": "verdict", "s.cross": "crosstab",
            "gk.sess": "session", "frame.govkit.cla": "classify", 'groups["': "a",
        }.items():  # fmt: skip
            found = {c.text.strip("'\"]") for c in shell.Completer.completions(text, len(text))}
            assert any(wanted in one for one in found), text


def test_progress_is_seen_on_a_terminal_and_wiped(monkeypatch, capsys):
    with gk.progress("protecting", after=0) as tell:
        tell(3)
    assert capsys.readouterr().err == ""  # no terminal, nothing to see
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with gk.progress("protecting", after=0) as tell:
        tell(3)
        tell(1)
    assert capsys.readouterr().err == (
        "\r\x1b[Kprotecting: 3 left\r\x1b[Kprotecting: 1 left\r\x1b[K"
    )
    with gk.progress("protecting", after=60) as tell:
        tell(3)
    assert "left" not in capsys.readouterr().err


def test_a_kernel_shows_progress_and_stores_none_of_it():
    nbformat = pytest.importorskip("nbformat", reason="the extra 'notebook' is not installed")
    from nbclient import NotebookClient

    cell = nbformat.v4.new_code_cell(
        "import govkit as gk\nfor shown in (True, False):\n"
        "    with gk.progress('working', after=0, notebook=shown) as tell:\n        tell(2)"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", ":".join(filter(None, sys.path)))
        NotebookClient(notebook, kernel_name="python3").execute()
    assert [one["data"] for one in notebook.cells[0].outputs] == [{"text/html": ""}]
