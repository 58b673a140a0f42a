"""One place of a notebook that tells something about a person; never what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One place that has to be cleared, or allowed with a reason.

    Attributes
    ----------
    notebook
        The file.
    cell
        Its cell, counted from 1 in the order of the file; 0 is the notebook's own metadata.
    kind
        What it is: ``email``, ``records``, ``small-count``, …
    where
        Output, media type and place in it; never a value.
    part, number
        What ``--fix`` would clear: ``outputs``, ``attachments`` or ``widgets``, and which of them
        from 0; ``source`` is for a person to change.
    """

    notebook: str
    cell: int
    kind: str
    where: str
    part: str = field(default="outputs", repr=False)
    number: int = field(default=0, repr=False)

    def to_dict(self) -> dict[str, object]:
        """Give the four keys of the command line's contract."""
        return {
            "notebook": self.notebook,
            "cell": self.cell,
            "kind": self.kind,
            "where": self.where,
        }
