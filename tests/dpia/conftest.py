"""The two worked assessments of the sample company, computed once; and a company to change."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
import yaml

import govkit as gk
from govkit.dpia import assess_impact, load_dpia

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
TODAY = dt.date(2026, 11, 25)


@pytest.fixture(scope="session")
def register():
    return gk.load_register(SAMPLES / "register")


@pytest.fixture(scope="session")
def policy():
    return gk.load_policy(SAMPLES / "policy.yaml")


@pytest.fixture(scope="session")
def release(register, policy):
    """The release of checkup statistics: needed, measured, passed after the measures."""
    judged = load_dpia(SAMPLES / "dpia" / "checkup-release.yaml", register)
    return assess_impact(judged, register, policy, today=TODAY)


@pytest.fixture(scope="session")
def website(register, policy):
    """The statistics of the website: counted in people, a person decided that it is needed."""
    judged = load_dpia(SAMPLES / "dpia" / "site-statistics.yaml", register)
    return assess_impact(judged, register, policy, today=TODAY)


@pytest.fixture
def company(tmp_path):
    """A copy of the sample company: register, policy, assessments, and 300 of its records."""
    for name in ("register", "dpia"):
        shutil.copytree(SAMPLES / name, tmp_path / name)
    notebook = tmp_path / "notebooks" / "dpia" / "02_statistical_release.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text(json.dumps({"cells": [{"source": ["1"], "outputs": []}]}), "utf-8")
    shutil.copy(SAMPLES / "policy.yaml", tmp_path)
    lines = (SAMPLES / "client_records.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "client_records.csv").write_text("".join(lines[:301]), "utf-8")
    return tmp_path


@pytest.fixture
def changed(tmp_path, register):
    """Load an assessment after a change of what stands in its file."""

    def load(change, name="checkup-release"):
        content = yaml.safe_load((SAMPLES / "dpia" / f"{name}.yaml").read_text("utf-8"))
        change(content)
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
        for recipe in (SAMPLES / "dpia").glob("*.recipe.yaml"):
            shutil.copy(recipe, tmp_path)
        return load_dpia(path, register)

    return load
