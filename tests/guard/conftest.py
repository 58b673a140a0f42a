"""The corpora of planted notebooks, and notebooks written from cells."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the corpora stand beside the tests


@pytest.fixture(scope="session")
def corpus():
    import corpus

    return corpus


@pytest.fixture(scope="session")
def second():
    import second_corpus

    return second_corpus


@pytest.fixture(scope="session")
def third():
    import third_corpus

    return third_corpus


@pytest.fixture(scope="session")
def fourth():
    """Read the fourth set and those after it, which are written in one way."""
    import fourth_corpus

    return fourth_corpus


@pytest.fixture
def write(tmp_path, corpus):
    """Write a notebook of cells and give its path."""

    def written(cells, name="a.ipynb", indent=1, **metadata):
        path = tmp_path / name
        whole = corpus.notebook(cells, **metadata)
        path.write_text(json.dumps(whole, indent=indent, ensure_ascii=False) + "\n", "utf-8")
        return path

    return written
