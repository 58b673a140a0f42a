"""What the data themselves say, where they are given: columns, group sizes, old records, files."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import narwhals as nw

from govkit.data import classify, count, scan
from govkit.data.classify import Field
from govkit.data.scan import reading
from govkit.findings.periods import later
from govkit.policy import Policy, Register
from govkit.policy.entries import Dataset, DatasetField, Disclosure


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Policy, register, the day, and the data by the key of their dataset or disclosure."""

    policy: Policy
    register: Register
    today: dt.date
    data: Mapping[str, object] = field(default_factory=dict)
    _maps: dict[str, tuple[Field, ...]] = field(default_factory=dict, init=False)

    def found(self, key: str) -> tuple[Field, ...]:
        """Give the classified columns of a source; none where there is none."""
        if key not in self._maps and key in self.data:
            self._maps[key] = classify(self.data[key], with_pairs=False, progress=False).fields
        return self._maps.get(key, ())

    def disclosed(self, disclosure: Disclosure, *roles: str) -> list[DatasetField]:
        """Give the declared fields that a disclosure hands over, of some roles or all."""
        fields = self.register.by_key["datasets"][disclosure.dataset].fields
        wanted = [one for one in fields if one.name in disclosure.fields]
        return [one for one in wanted if not roles or one.role in roles]

    def group_size(self, disclosure: Disclosure) -> int:
        """Give the smallest group that the policy allows in what is disclosed."""
        classes = {one.appi_class for one in self.disclosed(disclosure)}
        special = "special_care_required" in classes
        return self.policy.group_size(disclosure.audience, special_care=special)

    def smallest(self, disclosure: Disclosure) -> int | None:
        """Give the size of the smallest group, as checked or as counted in the released file."""
        checked = disclosure.check.k if disclosure.check else None
        counted = self._cells(disclosure, self._columns(disclosure)).values()
        return min((size for size in (checked, *counted) if size is not None), default=None)

    def subtractions(self, disclosure: Disclosure) -> Iterator[dict[str, Any]]:
        """Find earlier statistics whose difference from this one is a group too small."""
        for one in self.register.disclosures:
            days = [each.disclosed_on or self.today for each in (one, disclosure)]
            same = one.ground == disclosure.ground and one.dataset == disclosure.dataset
            if same and one.status != "stopped" and (days[0], one.key) < (days[1], disclosure.key):
                columns = [name for name in self._columns(disclosure) if name in self._columns(one)]
                now, then = self._cells(disclosure, columns), self._cells(one, columns)
                gaps = [abs(now[cell] - then[cell]) for cell in now.keys() & then.keys()]
                if one.persons and disclosure.persons:
                    gaps.append(abs(disclosure.persons - one.persons))
                small = [gap for gap in gaps if 0 < gap < self.group_size(disclosure)]
                yield from [{"other": one.key, "n": min(small)}] if small else []

    def alike(self, disclosure: Disclosure) -> Iterator[dict[str, Any]]:
        """Find sensitive columns in which a group of a released file has one value only."""
        quasi = self._columns(disclosure, "quasi")
        for name in self._columns(disclosure, "sensitive") if quasi else ():
            groups = Counter(cell[:-1] for cell in self._cells(disclosure, [*quasi, name]))
            if n := sum(values == 1 for values in groups.values()):
                yield {"name": name, "groups": n}

    def older(self, dataset: Dataset) -> dict[str, Any]:
        """Count the records past their retention by its column of dates; -1 where there is none."""
        kept = dataset.retention
        if kept is None or not (kept.period and kept.column and dataset.key in self.data):
            return {"n": 0}
        start, source = later(self.today, kept.period, -1), self.data[dataset.key]
        frame = scan(source)
        with reading(source):
            if kept.column not in frame.collect_schema().names():
                return {"n": -1}
            dated = nw.col(kept.column).cast(nw.String).str.slice(0, 10).str.replace_all("/", "-")
            old = frame.filter(dated < str(start)).select(n=nw.len()).collect()
        return {"n": int(old["n"][0]), "date": start}

    def digest(self, name: str | None) -> str | None:
        """Give the SHA-256 of a source, or of a file near the register, if there is one."""
        folder, given = (self.register.folder or Path()).resolve(), self.data.get(name or "")
        near = [place / name for place in (folder, *folder.parents)] if name else []
        places = [Path(given)] if isinstance(given, str | PathLike) else near
        path = next((place for place in places if place.is_file()), None)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else None

    def _columns(self, disclosure: Disclosure, *roles: str) -> list[str]:
        if disclosure.key not in self.data:
            return []
        here = set(scan(self.data[disclosure.key]).collect_schema().names())
        wanted = self.disclosed(disclosure, *(roles or ("quasi", "sensitive", "direct")))
        return [one.name for one in wanted if one.name in here]

    def _cells(self, disclosure: Disclosure, columns: Sequence[str]) -> dict[Any, int]:
        """Count the people behind each combination of columns in a released file."""
        if not columns:
            return {}
        table = count(self.data[disclosure.key], columns, weight=disclosure.count_column)
        sizes = table.counts if table.weights is None else table.weights
        rows = table.to_frame().iloc[:, : len(columns)].astype(str).itertuples(index=False)
        return {cell: int(n) for cell, n in zip(map(tuple, rows), sizes, strict=True) if n}
