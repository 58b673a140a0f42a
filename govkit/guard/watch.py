"""Look at the outputs of one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govkit.guard.leak import Leak

__all__ = ["check_outputs"]


def check_outputs(
    outputs: Sequence[Mapping[str, Any]],
    source: str = "",
    *,
    threshold: int = 10,
    register: Any = None,  # noqa: ANN401
    notebook: str = "",
    cell: int = 1,
) -> list[Leak]:
    """Give the leaks of a cell's outputs (nbformat 4 output dictionaries)."""
    del outputs, source, threshold, register, notebook, cell
    return []
