"""The register: what the company really does with personal information, entry by entry."""

from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field

from govkit.policy.entries import RegisterFiles
from govkit.policy.reading import line_of

__all__ = ["Register"]


class Register(RegisterFiles):
    """Everything written down about personal information (``models/register.yaml``).

    Attributes
    ----------
    folder
        Where it was read from.
    places
        File, and place in it, of each entry, in the order of the entries.
    """

    folder: Path | None = Field(default=None, exclude=True, repr=False)
    places: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = Field(
        default={}, exclude=True, repr=False
    )

    @cached_property
    def by_key(self) -> dict[str, dict[str, Any]]:
        """Give the entries of each kind by key: ``register.by_key["datasets"]["customers"]``."""
        return {
            kind: {getattr(one, "key", str(at)): one for at, one in enumerate(getattr(self, kind))}
            for kind in self.keys
        }

    def where(self, kind: str, key: str, *inside: str | int) -> tuple[str, int] | None:
        """Tell the file, relative to the folder, and the line in which an entry is written.

        ``inside`` leads further: ``where("datasets", "customers", "fields", 3, "role")``. ``None``
        where the register was not read from a folder.
        """
        keys = list(self.by_key[kind])
        if self.folder is None or kind not in self.places or key not in keys:
            return None
        file, start = self.places[kind][keys.index(key)]
        return file, line_of(self.folder / file, (*start, *inside))
