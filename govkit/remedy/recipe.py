"""The recipe of a remedy: text for people to review, and to replay on the next delivery.

It holds names of columns, numbers and rules, and no value of a person. A hierarchy that is a rule
stands in it; of one that lists values it holds the SHA-256, so that a changed list is noticed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from govkit.errors import InputError, SourceError, shown
from govkit.remedy.hierarchy import Hierarchy, load_hierarchies

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

__all__ = ["Recipe"]


class Recipe(BaseModel):
    """What was asked for, and what was decided: everything that a replay needs.

    Attributes
    ----------
    version
        Of this format.
    method, quasi_identifiers, sensitive, k, l, t, alpha, beta, delta, suppression_limit, loss
        See ``anonymize``; so are ``reading`` and ``direct_identifiers``.
    columns
        The columns of the data, so that one that comes in later is noticed.
    levels
        Per column the level that was found, of the lattice.
    hierarchies
        Per column its rule, or the SHA-256 of its rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1] = 1
    method: Literal["lattice", "mondrian", "local-suppression", "microaggregation"] = "lattice"
    quasi_identifiers: tuple[str, ...] = Field(min_length=1)
    sensitive: tuple[str, ...] = ()
    direct_identifiers: tuple[str, ...] | None = None
    columns: tuple[str, ...] = ()
    k: int = Field(5, ge=2)
    l: int | None = Field(2, ge=2)
    t: float | None = Field(None, ge=0, le=1)
    alpha: float | None = Field(None, gt=0, le=1)
    beta: float | None = Field(None, ge=0)
    delta: float | None = Field(None, ge=0)
    suppression_limit: float = Field(0.05, ge=0, le=1)
    loss: str = "loss"
    reading: Literal["strict", "wildcard"] = "strict"
    levels: dict[str, int] | None = None
    hierarchies: dict[str, dict[str, Any] | str] = {}

    @classmethod
    def of(cls, **given: Any) -> Self:  # noqa: ANN401 - checked here
        """Make a recipe; what is wrong is told in one sentence, without a value."""
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise InputError(f"The recipe is wrong at {shown(where)}: {first['msg']}.") from None

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read a recipe from a YAML file."""
        try:
            given = yaml.safe_load(Path(path).read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            raise SourceError(f"{shown(Path(path).name)} cannot be read as YAML.") from None
        return cls.of(**given if isinstance(given, dict) else {"recipe": given})

    def to_yaml(self) -> str:
        """Give the recipe as YAML."""
        plain = self.model_dump(mode="json", exclude_none=True)
        return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)

    def with_hierarchies(self, given: Mapping[str, Hierarchy]) -> Self:
        """Give the recipe with the rules, or the digests, of these hierarchies."""
        return self.model_copy(update={"hierarchies": {n: _told(h) for n, h in given.items()}})

    def same_hierarchies(self, given: Mapping[str, Hierarchy]) -> dict[str, Hierarchy]:
        """Give the hierarchies of the recipe, those that list values as given.

        Raises
        ------
        InputError
            One is not given, or is not the one of the recipe.
        """
        rules = {n: told for n, told in self.hierarchies.items() if isinstance(told, dict)}
        known = {**load_hierarchies(rules), **given}
        for name, told in self.hierarchies.items():
            if name not in known:
                raise InputError(
                    f"Give the hierarchy of {shown(name)} that the recipe was made with."
                )
            if _told(known[name]) != told:
                raise InputError(
                    f"The hierarchy of {shown(name)} is not the one the recipe was made with: give "
                    "that one, or make a new recipe."
                )
        return {name: known[name] for name in self.hierarchies}


def _told(hierarchy: Hierarchy) -> dict[str, Any] | str:
    plain = hierarchy.to_dict()
    if "builder" in plain:
        return json.loads(json.dumps(plain))  # as YAML gives it back: lists, not tuples
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
