"""Run every notebook again and store its outputs, so that a second run changes no byte.

::

    python tools/refresh.py                     all of notebooks/ and its folders
    python tools/refresh.py --check             change nothing; tell which notebooks are stale
    python tools/refresh.py notebooks/01_*.ipynb

Times, host names and versions are left out of the stored file. A figure's picture (GitHub draws
nothing else) is kept while the figure's own JSON is the same, because two renderings of one
figure differ in their bytes; a new one is drawn where kaleido and Chromium are installed.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FIGURE = "application/vnd.plotly.v1+json"
PICTURE = "image/png"
NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_WITH_A_CELL = {"tags", "mystnb"}

Notebook = Any  # nbformat publishes no types
Draw = Callable[[dict[str, Any]], str | None]


def main(arguments: list[str] | None = None) -> int:
    """Refresh the notebooks named on the command line, or all; return the exit code."""
    parser = argparse.ArgumentParser(description="Run notebooks again and store their outputs.")
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing, tell what is stale")
    asked = parser.parse_args(arguments)
    paths = asked.notebooks or sorted(NOTEBOOKS.glob("**/[!.]*.ipynb"))
    stale = 0
    for path in paths:
        try:
            fresh = refreshed(path, draw=no_picture if asked.check else picture)
        except CellExecutionError as error:
            print(f"{path.name}: a cell stopped with an error\n{error}", file=sys.stderr)
            return 2
        changed = fresh.encode() != path.read_bytes()
        stale += changed
        if changed and not asked.check:
            path.write_bytes(fresh.encode())
        print(f"{path.name}: {('stale' if asked.check else 'stored') if changed else 'unchanged'}")
    return 1 if asked.check and stale else 0


def refreshed(path: Path, draw: Draw) -> str:
    """Give the text of a notebook after a fresh run, with the pictures that still hold."""
    stored = nbformat.read(path, as_version=4)
    fresh = tidy(nbformat.read(path, as_version=4))
    place = {"metadata": {"path": str(path.resolve().parent)}}
    NotebookClient(
        fresh,
        kernel_name="python3",
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        resources=place,
    ).execute()
    add_pictures(tidy(fresh), stored, draw)
    return str(nbformat.writes(fresh)) + "\n"


def tidy(notebook: Notebook) -> Notebook:
    """Leave only what is the same on every machine: fixed metadata, cells numbered in order."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_WITH_A_CELL}
    return notebook


def add_pictures(fresh: Notebook, stored: Notebook, draw: Draw) -> None:
    """Put a picture beside each figure: the stored one if the figure is the same, or a new one."""
    known = [(data[FIGURE], data[PICTURE]) for data in figures(stored) if PICTURE in data]
    for data in figures(fresh):
        same = (image for figure, image in known if figure == data[FIGURE])
        image = next(same, None) or draw(data[FIGURE])
        if image:
            data[PICTURE] = image


def figures(notebook: Notebook) -> Iterator[dict[str, Any]]:
    """Walk over the output bundles that hold a Plotly figure."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if FIGURE in output.get("data", {}):
                yield output.data


def picture(figure: dict[str, Any]) -> str | None:
    """Draw a figure as PNG in base64, or give nothing where kaleido or Chromium is absent."""
    with contextlib.suppress(ImportError, ValueError, RuntimeError):
        import plotly.graph_objects as go  # noqa: PLC0415 - only needed when there is a new figure

        drawing = go.Figure({key: figure[key] for key in ("data", "layout") if key in figure})
        return base64.b64encode(drawing.to_image("png", width=700, height=400)).decode()
    print("A figure has no picture: install kaleido and Chromium to draw it.", file=sys.stderr)
    return None


def no_picture(_: dict[str, Any]) -> None:
    """Draw nothing."""


if __name__ == "__main__":
    sys.exit(main())
