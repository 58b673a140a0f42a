"""Look at the outputs of one cell, and at all cells of a notebook in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govkit.errors import InputError
from govkit.guard.allow import Allowed, allowed
from govkit.guard.answers import answer_kinds, as_asked, quotes_cell, shows_ends
from govkit.guard.contents import bundle, pieces, text_of, widgets
from govkit.guard.counts import Seen, grid_kinds
from govkit.guard.leak import Leak
from govkit.guard.names import lists_names, mentions_names
from govkit.guard.printed import levels
from govkit.guard.records import identifies, shows_records
from govkit.guard.sentences import text_kinds
from govkit.guard.values import value_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govkit.guard.contents import Piece
    from govkit.guard.records import Known
    from govkit.policy import Register

WIDGETS = "application/vnd.jupyter.widget-state+json"


def check_outputs(
    outputs: Sequence[Mapping[str, Any]],
    source: str = "",
    *,
    threshold: int = 10,
    register: Register | None = None,
    notebook: str = "",
    cell: int = 1,
) -> list[Leak]:
    """Give the leaks of one cell's outputs.

    Parameters
    ----------
    outputs
        As the notebook format has them.
    source
        The cell's code: it says what a bare number is, and may allow kinds with a reason.
    threshold
        Counts below it tell about people.
    register
        Knows the columns of the datasets.
    notebook, cell
        What the leaks are to name.

    Examples
    --------
    >>> text = {"output_type": "stream", "name": "stdout", "text": "Call 090-1234-5678"}
    >>> [(leak.kind, leak.where) for leak in check_outputs([text])]
    [('phone', 'output 1, stdout')]
    """
    kept, _ = allowed(source)
    return _outputs(outputs, source, _Watch(threshold, columns(register)), notebook, cell, kept)


class _Watch:
    """What is held against each output, and what earlier outputs showed."""

    def __init__(self, threshold: int, known: Known) -> None:
        self.threshold, self.seen = threshold, Seen(known=known)

    def kinds(self, found: Iterable[Piece], source: str = "") -> Iterator[tuple[str, str]]:
        """Give kind and place of everything that pieces of an output tell."""
        for where, piece in found:
            if isinstance(piece, str):
                listed = [*value_kinds(piece)]
                named = "name" in listed or lists_names(piece) or mentions_names(piece)
                listed += ["name"] if named and "name" not in listed else []
                listed += text_kinds(piece, self.threshold, self.seen)
                listed += ["records"] if self._told(where, piece, source) else []
                answers = source and where in {"text/plain", "stdout"}
                listed += answer_kinds(piece, source, self.threshold, self.seen) if answers else ()
            else:
                grid = as_asked(piece, source, self.seen)
                listed = ["records"] if shows_records(grid, self.seen.known) else []
                listed += ["extreme"] if shows_ends(grid, source, self.seen) else []
                listed += grid_kinds(grid, self.threshold, self.seen)
            yield from ((kind, where) for kind in listed)

    def _told(self, where: str, text: str, source: str) -> bool:
        """Tell whether an error quotes a cell, or the terms of a model name people."""
        quoted = where == "traceback" and quotes_cell(text, source, self.seen)
        return quoted or any(identifies(*one) for one in levels(text))


def columns(register: Register | None) -> Known:
    """Give the roles of the columns of each dataset that a register knows."""
    datasets = register.datasets if register is not None else ()
    return tuple({one.name: str(one.role) for one in dataset.fields} for dataset in datasets)


def notebook_leaks(
    document: Mapping[str, Any], name: str, *, threshold: int, known: Known, sources: bool
) -> tuple[list[Leak], int]:
    """Give the leaks of a notebook, and how many its own comments allow."""
    watch, found = _Watch(threshold, known), []
    cells = document["cells"]
    whole: Allowed = {kind for cell in cells for kind in allowed(_code(cell), "notebook")[0]}
    dropped = 0
    state = (document.get("metadata") or {}).get("widgets")
    if isinstance(state, dict) and state:
        places = watch.kinds(widgets(state.get(WIDGETS, state)))
        found += _once(places, name, 0, "widgets", 0)
    for number, cell in enumerate(cells, start=1):
        source = _code(cell)
        here, unexplained = allowed(source)
        found += [
            Leak(notebook=name, cell=number, kind="allow", where=why, part="source")
            for why in unexplained
        ]
        own = _outputs(cell.get("outputs") or (), source, watch, name, number, set())
        for at, (_, value) in enumerate((cell.get("attachments") or {}).items()):
            places = (
                (kind, f"attachment {at + 1}, {where}")
                for kind, where in watch.kinds(bundle(value))
            )
            own += _once(places, name, number, "attachments", at)
        if sources:
            listed = ((kind, "source") for kind in value_kinds(source))
            own += _once(listed, name, number, "source", 0)
        kept = [leak for leak in own if not here & {leak.kind, "all"}]
        dropped += len(own) - len(kept)
        found += kept
    left = [leak for leak in found if not whole & {leak.kind, "all"}]
    return left, dropped + len(found) - len(left)


def _outputs(
    outputs: Sequence[Mapping[str, Any]], source: str, watch: _Watch, name: str, cell: int,
    here: Allowed,
) -> list[Leak]:  # fmt: skip
    found: list[Leak] = []
    for at, output in enumerate(outputs):
        try:
            places = list(watch.kinds(pieces(output), source))
        except InputError as error:
            raise InputError(f"Cell {cell}, output {at + 1}: {error}") from None
        named = ((kind, f"output {at + 1}, {where}") for kind, where in places)
        found += _once(named, name, cell, "outputs", at)
    return [leak for leak in found if not here & {leak.kind, "all"}]


def _once(
    places: Iterable[tuple[str, str]], name: str, cell: int, part: str, number: int
) -> list[Leak]:
    """Make one leak of each kind in a part, however often it occurs there."""
    first: dict[str, str] = {}
    for kind, where in places:
        first.setdefault(kind, where)
    return [
        Leak(notebook=name, cell=cell, kind=kind, where=where, part=part, number=number)
        for kind, where in sorted(first.items())
    ]


def _code(cell: Mapping[str, Any]) -> str:
    return text_of(cell.get("source"))
