"""A fourth set, in ``fourth_corpus.yaml``: ways of printing that the others do not hold."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from corpus import WIDGETS, Plant, bundle, code, failed

_HERE = Path(__file__).parent


def output(kind, text):
    """One output of a media type, of a stream or of an error."""
    if kind in {"stdout", "stderr"}:
        return {"output_type": "stream", "name": kind, "text": text.splitlines(keepends=True)}
    if kind == "error":
        name, _, value = text.partition(": ")
        return failed(name, value, "----> 1 clean(df)")
    if kind == "result":
        data = {"text/plain": text.removesuffix("\n")}
        return {"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": {}}
    return bundle(kind, json.loads(text) if kind.endswith("json") else text)


def _side(entry, side):
    kind, source = entry.get("as", "stdout"), entry.get("source", "show()")
    if kind == "widget":
        state = {"version_major": 2, "version_minor": 0, "state": json.loads(entry[side])}
        return [code("Box()")], {"widgets": {WIDGETS: state}}
    source = entry.get(f"{side}_source", source)
    return [code(source, output(kind, str(entry[side])))], {}


def every(name="fourth"):
    """All plants of the set."""
    for entry in yaml.safe_load((_HERE / f"{name}_corpus.yaml").read_text("utf-8"))["plants"]:
        (leak, about), (twin, around) = _side(entry, "leak"), _side(entry, "clean")
        widget = entry.get("as") == "widget"
        yield Plant(
            f"{name}: {entry['name']}", leak, frozenset(entry["kinds"]), twin,
            at=0 if widget else 1, part="widgets" if widget else "outputs",
            metadata=(about, around),
        )  # fmt: skip


def calm(name="fourth"):
    """Work that leaks nothing."""
    for entry in yaml.safe_load((_HERE / f"{name}_corpus.yaml").read_text("utf-8"))["calm"]:
        yield f"{name}: {entry['name']}", _side(entry | {"clean": entry["text"]}, "clean")[0]
