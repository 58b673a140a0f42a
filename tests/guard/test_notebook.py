"""Files: what cannot be read gets a sentence and stays; clearing leaves every other byte."""

import json
import os
import stat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govkit.errors import InputError
from govkit.guard import check_notebooks, filter_text
from govkit.guard.leak import Leak
from govkit.guard.notebook import LARGEST, Notebook, cleared, lines, read_text, stripped

# Bad input


def deep(levels):
    return '{"cells": ' + "[" * levels + "]" * levels + "}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("", "broken JSON (line 1)", id="empty"),
        pytest.param('{"cells": [', "broken JSON (line 1)", id="cut off"),
        pytest.param('{"cells": [],\n "a": tru}', "broken JSON (line 2)", id="broken in line 2"),
        pytest.param("\ufeff{}", "broken JSON", id="with a byte order mark"),
        pytest.param(deep(100_000), "nested too deeply", id="a tower of brackets"),
        pytest.param("[]", "it has no list of cells", id="a list"),
        pytest.param('{"cells": {}}', "it has no list of cells", id="cells are no list"),
        pytest.param('{"cells": []}', "its format is not 4", id="no format"),
        pytest.param('{"nbformat": 4, "cells": [3]}', "cell 1 has no form", id="a cell of 3"),
        pytest.param(
            '{"nbformat": 4, "cells": [{"outputs": {"a": 1}}]}', "cell 1 has no form", id="outputs"
        ),
        pytest.param(
            '{"nbformat": 4, "cells": [{"outputs": ["a"]}]}', "cell 1 holds an output", id="output"
        ),
        pytest.param(
            '{"nbformat": 4, "cells": [], "metadata": 7}', "its metadata are", id="metadata"
        ),
        pytest.param(
            '{"nbformat": 3, "worksheets": [{"cells": []}]}', "notebook format 3", id="format 3"
        ),
        pytest.param(b"\x89PNG\xff\xfe", "it is not UTF-8 text", id="a picture"),
        pytest.param("{}".encode("utf-16"), "it is not UTF-8 text", id="UTF-16"),
    ],
)
def test_what_is_no_notebook(tmp_path, content, sentence):
    path = tmp_path / "a.ipynb"
    body = content.encode() if isinstance(content, str) else content
    path.write_bytes(body)
    answer = check_notebooks([path], clear="leaks")
    (told,) = answer.unread
    assert sentence in told
    assert len(told.splitlines()) == 1
    assert path.read_bytes() == body
    assert answer.verdict == "review"


def test_a_symbolic_link_is_not_followed(tmp_path, write, corpus):
    real = write([corpus.code("x", corpus.printed("Call 090-1234-5678"))])
    link = tmp_path / "link.ipynb"
    link.symlink_to(real)
    before = real.read_bytes()
    answer = check_notebooks([link], clear="all")
    assert "is a symbolic link" in answer.unread[0]
    assert (link.is_symlink(), real.read_bytes()) == (True, before)


def test_what_is_not_there(tmp_path):
    assert "cannot be read" in check_notebooks([tmp_path / "none.ipynb"]).unread[0]
    with pytest.raises(InputError, match="There is no notebook"):
        check_notebooks([tmp_path])
    with pytest.raises(InputError, match="threshold is 1 or more"):
        check_notebooks([tmp_path], threshold=0)


def test_200_megabytes_are_refused_before_they_are_read(tmp_path, monkeypatch):
    path = tmp_path / "huge.ipynb"
    with path.open("wb") as file:
        file.write(b'{"cells": [{"outputs": [{"text": "')
        file.truncate(210_000_000)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: pytest.fail("was read"))
    (told,) = check_notebooks([path], clear="leaks").unread
    assert "has 210 MB" in told
    assert path.stat().st_size == 210_000_000
    with pytest.raises(OSError, match="reads up to 100 MB"):
        read_text("standard input", b" " * (LARGEST + 1))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"image/png": "####"}, id="no base64"),
        pytest.param({"image/png": "AAA"}, id="cut off base64"),
        pytest.param({"text/html": '<img src="data:image/png;base64,A">'}, id="within a page"),
        pytest.param(
            {"application/vnd.plotly.v1+json": {"data": [{"x": {"dtype": "f8", "bdata": "AA="}}]}},
            id="packed numbers of a figure",
        ),
    ],
)
def test_junk_in_base64_is_told_with_its_cell(write, corpus, data):
    path = write([corpus.code("x", corpus.display(), corpus.display() | {"data": data})])
    before = path.read_bytes()
    (told,) = check_notebooks([path], clear="leaks").unread
    assert "Cell 1, output 2" in told
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, id="a length beyond the end"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\4zTXta\0\0b", id="what does not unpack"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\0iTXt", id="an empty chunk"),
        pytest.param(os.urandom(500), id="no picture"),
    ],
)
def test_a_damaged_picture_is_no_crash(corpus, body):
    import base64

    from govkit.guard import check_outputs

    picture = corpus.bundle("image/png", base64.b64encode(body).decode())
    assert check_outputs([picture]) == []


def test_folders_are_searched_without_checkpoints(write, tmp_path, corpus):
    write([corpus.code("x", corpus.printed("Call 090-1234-5678"))], "b.ipynb")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    write([corpus.code("x", corpus.printed("Call 090-1234-5678"))], ".ipynb_checkpoints/b.ipynb")
    (tmp_path / "c.ipynb").write_text("{")
    answer = check_notebooks([tmp_path])
    assert (answer.notebooks, answer.found, len(answer.unread)) == (1, 1, 1)


# Clearing


LEAK = "Call 090-1234-5678"


@pytest.mark.parametrize("indent", [None, 1, 4, "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_only_the_output_that_leaks_goes(corpus, tmp_path, indent, ends):
    keep, leak = corpus.printed("fine"), corpus.printed(LEAK)
    cells = [
        corpus.code("a", keep, leak, keep),
        corpus.code("b", leak),
        corpus.code("c", leak, keep, leak, leak),
        corpus.markdown("d", **{"x.txt": {"text/plain": LEAK}, "y.txt": {"text/plain": "fine"}}),
    ]
    whole = corpus.notebook(cells, zeta=1, alpha={"b": "\u3042", "a": 1.0})
    text = json.dumps(whole, indent=indent, ensure_ascii=False).replace("\n", ends) + ends * 2
    path = tmp_path / "a.ipynb"
    path.write_bytes(text.encode())
    answer = check_notebooks([path], clear="leaks")
    assert (answer.cleared, answer.found, answer.verdict) == (6, 0, "safe")
    for cell, outputs in zip(whole["cells"], [[keep, keep], [], [keep]], strict=False):
        cell["outputs"] = outputs
    del whole["cells"][3]["attachments"]["x.txt"]
    after = path.read_bytes().decode()
    assert (
        after == json.dumps(whole, indent=indent, ensure_ascii=False).replace("\n", ends) + ends * 2
    )


def test_permissions_stay(write, corpus):
    path = write([corpus.code("a", corpus.printed(LEAK))])
    path.chmod(0o600)
    check_notebooks([path], clear="leaks")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_widgets_and_everything(write, corpus):
    cells = [corpus.code("a", corpus.printed("fine"))]
    path = write(cells, **corpus.widgets("taro@mailbox.example"))
    assert check_notebooks([path], clear="leaks").cleared == 2  # a value, and a record of one
    after = json.loads(path.read_text("utf-8"))
    assert after["metadata"]["widgets"] == {}
    assert after["cells"][0]["outputs"] != []
    check_notebooks([path], clear="all")
    after = json.loads(path.read_text("utf-8"))["cells"][0]
    assert (after["outputs"], after["execution_count"]) == ([], None)


def test_a_source_is_for_a_person_to_change(write, corpus):
    path = write([corpus.code("who = 'taro@mailbox.example'")])
    before = path.read_bytes()
    assert check_notebooks([path]).found == 0  # only asked for is a source looked at
    answer = check_notebooks([path], sources=True, clear="leaks")
    assert ([leak.part for leak in answer.leaks], path.read_bytes()) == (["source"], before)


def test_a_key_written_twice_ends_in_a_finding(tmp_path):
    """What cannot be cut out is told; it is no endless loop."""
    text = json.dumps({"output_type": "stream", "name": "stdout", "text": LEAK})
    path = tmp_path / "a.ipynb"
    path.write_text(
        f'{{"nbformat": 4, "cells": [], "cells": [{{"outputs": [], "outputs": [{text}]}}]}}'
    )
    answer = check_notebooks([path], clear="leaks")
    assert (answer.cleared, answer.found) == (1, 0)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@example(outputs=[[1, 2, 3, 4]], gone={(1, 0), (1, 1)}, indent=1, ascii_=False)
@example(outputs=[[1, 2, 3, 4]], gone={(1, 1), (1, 2), (1, 3)}, indent=None, ascii_=True)
@given(
    outputs=st.lists(st.lists(json_values, max_size=4), min_size=1, max_size=4),
    gone=st.sets(st.tuples(st.integers(1, 4), st.integers(0, 3))),
    indent=st.sampled_from([None, 0, 1, 3, "\t"]),
    ascii_=st.booleans(),
)
def test_clearing_equals_deleting_and_writing_again(outputs, gone, indent, ascii_):
    """Where JSON was written by one program, cutting gives what that program would write."""
    document = {"cells": [{"id": "x", "outputs": list(one), "z": 1} for one in outputs], "n": [1]}

    def written():
        return json.dumps(document, indent=indent, ensure_ascii=ascii_)

    notebook = Notebook("a", written(), json.loads(written()))
    leaks = [Leak(notebook="a", cell=c, kind="name", where="", number=i) for c, i in gone]
    text = cleared(notebook, leaks)
    for number, cell in enumerate(document["cells"], start=1):
        kept = [one for i, one in enumerate(cell["outputs"]) if (number, i) not in gone]
        cell["outputs"] = kept
    assert json.loads(text) == document
    assert text == written()
    for cell in document["cells"]:
        cell["outputs"] = []
    assert stripped(Notebook("a", text, json.loads(text))) == written()


def test_the_line_of_a_cell(write, corpus):
    path = write([corpus.code("a"), corpus.code("b")])
    text = path.read_text("utf-8")
    notebook = read_text("a", text.encode())
    found = lines(notebook)
    assert [text.splitlines()[line - 1].strip() for line in found] == ["{", "{"]
    assert found[0] < found[1]


def test_a_filter_gives_the_text(corpus):
    whole = corpus.notebook([corpus.code("a", corpus.printed(LEAK))])
    text, found = filter_text(json.dumps(whole).encode())
    assert json.loads(text)["cells"][0]["outputs"] == []
    assert (found.cleared, found.found) == (1, 0)
