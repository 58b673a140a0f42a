"""The register: what the company really does with personal information, entry by entry."""

from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import Field

from govkit.policy.entries import RegisterFiles
from govkit.policy.reading import line_of


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

    def __copy__(self) -> Self:
        """Give a copy that looks its entries up anew, for ``model_copy`` may change them."""
        made = super().__copy__()
        for name in ("by_key", "positions"):
            made.__dict__.pop(name, None)
        return made

    @cached_property
    def by_key(self) -> dict[str, dict[str, Any]]:
        """Give the entries of each kind by key, as in ``by_key["datasets"]["customers"]``."""
        return {
            kind: {getattr(one, "key", str(at)): one for at, one in enumerate(getattr(self, kind))}
            for kind in self.keys
        }

    @cached_property
    def positions(self) -> dict[str, dict[str, int]]:
        """Give the place of each entry among its kind."""
        return {
            kind: {key: at for at, key in enumerate(some)} for kind, some in self.by_key.items()
        }

    def where(self, kind: str, key: str, *inside: str | int) -> tuple[str, int] | None:
        """Tell the file, relative to the folder, and the line in which an entry is written.

        ``inside`` leads further: ``where("datasets", "customers", "fields", 3, "role")``. ``None``
        where the register was not read from a folder.
        """
        places, at = self.places.get(kind, ()), self.positions[kind].get(key)
        if self.folder is None or at is None or at >= len(places):
            return None
        file, start = places[at]
        return file, line_of(self.folder / file, (*start, *inside))
