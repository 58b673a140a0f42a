"""The recipe of a remedy: text for people to review, and to replay on the next delivery.

It holds names of columns, numbers and rules, and no value of a person. A hierarchy that is a rule
stands in it; of one that lists values it holds the SHA-256, so that a changed list is noticed.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from govkit.errors import InputError, SourceError, shown
from govkit.remedy.hierarchy import Hierarchy, load_hierarchies


class Recipe(BaseModel):
    """What was asked for, and what was decided: everything that a replay needs.

    Attributes
    ----------
    version
        Of this format.
    method
        ``"lattice"``: the best levels of generalization. ``"mondrian"``: partitions.
        ``"local-suppression"``: single cells are hidden. ``"microaggregation"``: numbers become
        the means of small groups.
    quasi_identifiers, sensitive, direct_identifiers
        Columns that are changed, that must stay hidden, and that are left out; without the last,
        those that ``govkit.classify`` takes for direct identifiers.
    k, l, l_model, c, t, alpha, beta, delta, average_risk, population_uniqueness, sampling_fraction
        What has to hold: see ``Conditions``. All between ``k`` and ``average_risk`` are about the
        sensitive columns. The lattice looks for all of them; every method is measured by those
        that ``govkit.check`` knows.
    suppression_limit, loss
        Of the lattice: share of the records that may be left out, and the metric (``search``).
    reading
        Of local suppression: ``"strict"`` or ``"wildcard"``.
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
    l_model: Literal["distinct", "entropy", "recursive"] = "distinct"
    c: float = Field(3, gt=0)
    t: float | None = Field(None, ge=0, le=1)
    alpha: float | None = Field(None, gt=0, le=1)
    beta: float | None = Field(None, gt=0)
    delta: float | None = Field(None, gt=0)
    average_risk: float | None = Field(None, gt=0, le=1)
    population_uniqueness: float | None = Field(None, gt=0, le=1)
    sampling_fraction: float | None = Field(None, gt=0, le=1)
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
        except OSError:
            raise SourceError(
                f"{shown(Path(path).name)} cannot be opened: check the path of the recipe."
            ) from None
        except (UnicodeDecodeError, yaml.YAMLError):
            raise SourceError(f"{shown(Path(path).name)} cannot be read as YAML.") from None
        return cls.of(**given if isinstance(given, dict) else {"recipe": given})

    def to_yaml(self) -> str:
        """Give the recipe as YAML."""
        plain = self.model_dump(mode="json", exclude_none=True)
        return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)

    def conditions(self) -> dict[str, Any]:
        """Give what the lattice has to fulfill."""
        values = ("l", "l_model", "c", "t", "alpha", "beta", "delta") if self.sensitive else ()
        names = ("k", *values, "average_risk", "population_uniqueness", "sampling_fraction")
        return {name: getattr(self, name) for name in names}

    def limits(self) -> dict[str, Any]:
        """Give what the released records are measured by."""
        wanted = {name: getattr(self, name) for name in ("k", "t", "alpha", "beta", "delta")}
        if self.method == "local-suppression" and self.reading == "wildcard":
            wanted["missing"] = "wildcard"
        if self.l_model == "entropy":
            return wanted | {"entropy_l": self.l}
        return wanted | {"l": self.l or 2, "c": self.c if self.l_model == "recursive" else None}

    def with_hierarchies(self, given: Mapping[str, Hierarchy]) -> Self:
        """Give the recipe with the rules, or the digests, of these hierarchies."""
        return self.model_copy(update={"hierarchies": {n: _told(h) for n, h in given.items()}})

    def same_hierarchies(self, given: Mapping[str, Hierarchy]) -> dict[str, Hierarchy]:
        """Give the hierarchies of the recipe; those that list values must be the ones given."""
        rules = {n: told for n, told in self.hierarchies.items() if isinstance(told, dict)}
        known = {**load_hierarchies(rules), **given}
        for name, told in self.hierarchies.items():
            if name not in known or _told(known[name]) != told:
                raise InputError(
                    f"Give the hierarchy of {shown(name)} that the recipe was made with, or make "
                    "a new recipe."
                )
        return {name: known[name] for name in self.hierarchies}


def _told(hierarchy: Hierarchy) -> dict[str, Any] | str:
    text = json.dumps(hierarchy.to_dict(), sort_keys=True, ensure_ascii=False)
    plain: dict[str, Any] = json.loads(text)  # as YAML gives it back: lists, not tuples
    return plain if "builder" in plain else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
