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

Share = Field(ge=0, le=1)


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
    t: float | None = Share
    alpha: float | None = Share
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
