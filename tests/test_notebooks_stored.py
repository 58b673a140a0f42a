"""The stored notebooks hold what the strict comparison (nbval) would pass in silence.

nbval takes a cell without an execution count for one that was never run and does not compare it,
never compares pictures, and skips cells that ask for it.
"""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
STORED = sorted(NOTEBOOKS.glob("**/[!.]*.ipynb"))

MIME_TYPES = {"text/plain", "text/html", "image/png", "application/vnd.plotly.v1+json"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
LARGEST = 1_500_000
MACHINE_PATH = re.compile(
    r"(?<![\w.~])/(?:home|Users|root|tmp|work|opt|private|var/folders)/\w|\b[A-Z]:\\\\?\w"
)
EXCUSE = re.compile(r"nbval[-_](?!check)|raises[-_]exception|PYTEST_VALIDATE_IGNORE", re.IGNORECASE)


def problems(text):
    """Say what is wrong with the text of a stored notebook."""
    notebook = json.loads(text)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if len(text.encode()) > LARGEST:
        yield "the file is too large"
    if notebook["metadata"] != METADATA:
        yield "the metadata are not the fixed ones"
    if [cell["execution_count"] for cell in code] != list(range(1, len(code) + 1)):
        yield "not every cell was run once, in order"
    if not any(cell["outputs"] for cell in code):
        yield "there are no outputs"
    for cell in code:
        if EXCUSE.search("".join(cell["source"]) + str(cell["metadata"])):
            yield "a cell asks not to be compared"
        yield from output_problems(cell["outputs"])


def output_problems(outputs):
    if MACHINE_PATH.search(json.dumps([without_picture(output) for output in outputs])):
        yield "an output names a path of a machine"
    for output in outputs:
        if output["output_type"] == "error":
            yield "an output is an error"
        if output.get("name") == "stderr":
            yield "an output went to standard error"
        if others := set(output.get("data", ())) - MIME_TYPES:
            yield f"an output has the type {', '.join(sorted(others))}"


def without_picture(output):
    data = {kind: value for kind, value in output.get("data", {}).items() if kind != "image/png"}
    return output | {"data": data}


def test_there_is_a_notebook():
    assert STORED, "notebooks/ is empty, so nothing would be compared"


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_notebook(path):
    assert list(problems(path.read_text("utf-8"))) == []


def cell(source="1 + 1", *, count=1, kind="text/plain", value="2", tags=(), **output):
    bundle = {"output_type": "execute_result", "data": {kind: value}, "metadata": {}} | output
    about = {"tags": list(tags)} if tags else {}
    number = {"execution_count": count, "metadata": about}
    return {"cell_type": "code", "source": [source], "outputs": [bundle]} | number


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([cell()], [], id="good"),
        pytest.param(
            [cell(kind="image/png", value="a/tmp/b")], [], id="a picture may hold any letters"
        ),
        pytest.param([cell(count=None)], ["not every cell was run once, in order"], id="never run"),
        pytest.param(
            [cell(count=2), cell(count=1)],
            ["not every cell was run once, in order"],
            id="out of order",
        ),
        pytest.param([cell() | {"outputs": []}], ["there are no outputs"], id="emptied"),
        pytest.param(
            [cell(kind="application/javascript")],
            ["an output has the type application/javascript"],
            id="a script",
        ),
        pytest.param([cell(output_type="error")], ["an output is an error"], id="an error"),
        pytest.param(
            [cell(output_type="stream", name="stderr")],
            ["an output went to standard error"],
            id="a warning",
        ),
        pytest.param(
            [cell(value="/opt/kari/data.csv")], ["an output names a path of a machine"], id="a path"
        ),
        pytest.param([cell(tags=["nbval-skip"])], ["a cell asks not to be compared"], id="a tag"),
        pytest.param(
            [cell("# NBVAL_IGNORE_OUTPUT\n1 + 1")],
            ["a cell asks not to be compared"],
            id="a comment",
        ),
        pytest.param([cell(value="x" * LARGEST)], ["the file is too large"], id="too large"),
    ],
)
def test_each_problem_is_seen(cells, expected):
    assert list(problems(json.dumps({"cells": cells, "metadata": METADATA}))) == expected


def test_other_metadata_are_seen():
    text = json.dumps({"cells": [cell()], "metadata": {}})
    assert list(problems(text)) == ["the metadata are not the fixed ones"]
