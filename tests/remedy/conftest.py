"""What the remedies are tested on: the records of the microdata tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

SEVEN = ["age", "sex", "race", "marital-status", "education", "native-country", "workclass"]


@pytest.fixture(scope="session")
def seven():
    """The seven quasi-identifiers of the synthetic records."""
    return SEVEN


@pytest.fixture(scope="session")
def people(shared, tmp_path_factory):
    """30,000 seeded synthetic records; the first n are the same in a file of n."""
    import pandas as pd

    path = tmp_path_factory.mktemp("people") / "people.csv"
    program = shared / "synthetic" / "make_adult_like.py"
    subprocess.run([sys.executable, program, "30000", path, "0"], check=True)
    return pd.read_csv(path)
