"""Whether the datasets of an activity hold the same identifiers, so that people can be matched."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import narwhals as nw

from govkit.data import scan
from govkit.data.sample import distinct
from govkit.dpia.wording import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govkit.data.classify import Field
    from govkit.dpia.subject import Subject


def shared_identifiers(subject: Subject, data: Mapping[str, object]) -> list[str]:
    """Name the identifiers that two datasets of the activity have in common.

    Columns of one name or one recognized type are compared. They are the same identifier where at
    least the share ``shared`` of ``texts/screening.yaml`` of one column's values is in the other.
    """
    candidates = [(key, one) for key in subject.seen for one in subject.identifiers(key)]
    return [
        f"{a}.{one.name} = {b}.{other.name}"
        for (a, one), (b, other) in combinations(candidates, 2)
        if a != b and (one.name == other.name or (one.type and one.type == other.type))
        if _overlap((data[a], one), (data[b], other))
    ]


def _overlap(*columns: tuple[object, Field]) -> bool:
    """Draw values of the column that has fewer, and count those that the other holds."""
    (few, one), (many, other) = sorted(columns, key=lambda pair: pair[1].distinct)
    drawn = distinct(scan(few), one.name, size=1_000, seed=0, longest=200).values
    wanted = [str(value) for value, _ in drawn]
    text = nw.col(other.name).cast(nw.String)
    held = scan(many).select(text).filter(text.is_in(wanted)).unique().collect()
    return len(held) >= float(words("screening")["numbers"]["shared"]) * max(len(wanted), 1)
