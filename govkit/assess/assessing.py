"""Hold one very file against the policy: who may see it, what each column is, what it gives away.

A file of records is counted (direct identifiers, k-anonymity, what everybody in a group shares); a
ready-made table is attacked as somebody would who knows all of its published cells.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.assess import checks
from govkit.assess.assessment import Assessment, Column, digest_of
from govkit.assess.cells import beside, by_columns, held, is_table, published
from govkit.data import classify
from govkit.data.scan import reading as reading_from
from govkit.errors import InputError, SourceError, shown
from govkit.files import unread
from govkit.roles import AppiClass, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govkit.data.classify import Field
    from govkit.policy import Policy, Register
    from govkit.policy.entries import Dataset

__all__ = ["assess"]


def assess(
    data: object,
    policy: Policy,
    register: Register,
    *,
    audience: str,
    dataset: str | None = None,
    hierarchies: Mapping[str, object] | None = None,
    certificate: str | os.PathLike[str] | None = None,
    table: bool | None = None,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Assessment:
    """Run every check that the policy asks for an audience on one very file.

    Parameters
    ----------
    data
        A file; ``book.xlsx::sheet`` and ``file.duckdb::table`` are bound to the whole file. Frames,
        folders and databases behind a URL have no bytes to be bound to and are refused.
    policy, register
        As ``load_policy`` and ``load_register`` give them.
    audience
        ``"internal"``, ``"recipient"`` or ``"public"``; special care-required columns raise what is
        asked by themselves.
    dataset
        Its entry in the register; default: the one with the file's name as location or key.
    hierarchies
        Of a ready-made table, per variable its tree or trees: see ``read_table``.
    certificate
        Of a ready-made table; default: the ``.npz`` file of the same name beside it.
    table
        Whether it is a ready-made table; default: it has a column of marks, or one of counts and a
        total.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Returns
    -------
    Assessment
        Verdict, reasons and next step, bound to the SHA-256 of the file.

    Raises
    ------
    InputError
        No file, no such dataset, or an audience for which the policy states no threshold.
    SourceError
        The file cannot be read, or changed meanwhile.

    Examples
    --------
    >>> from govkit.policy import load_policy, load_register
    >>> policy = load_policy("data/samples/policy.yaml")
    >>> register = load_register("data/samples/register")
    >>> found = assess("data/samples/customers.csv", policy, register, audience="public")
    >>> found.verdict.value, found.dataset, found.group_size, found.checks[0].measured
    ('unsafe', 'customers', 11, 6)
    """
    path = _file(data)
    policy.group_size(audience)  # an audience without threshold is told before a long read
    sha256, entry = digest_of(path), _entry(register, path, dataset)
    with reading_from(data):
        frame: Any = held(path, data, **reading)
        kind = is_table(frame) if table is None else table
        proof = certificate or beside(path)
        found = published(frame, hierarchies, proof) if kind else None
        names = by_columns(found) if found else list(map(str, frame.collect_schema().names()))
        seen = classify(frame, with_pairs=False, progress=False).fields
        roles = _roles(entry, names, {one.name: one for one in seen})
        special = any(one.appi_class == AppiClass.SPECIAL_CARE for one in roles)
        limits = _limits(policy, audience, special)
        smallest, measured = (
            checks.of_table(found, roles, limits)
            if found
            else checks.of_records(frame, roles, limits)
        )
    if digest_of(path) != sha256:
        raise SourceError(f"{shown(path.name)} changed while it was read: assess it again.")
    return Assessment(
        file=path.name, sha256=sha256, kind="table" if kind else "records", audience=audience,
        group_size=limits["k"], special_care=special, dataset=entry.key if entry else None,
        policy_version=policy.version, smallest=smallest, roles=roles,
        checks=(*checks.about(roles, seen), *measured),
    )  # fmt: skip


def _limits(policy: Policy, audience: str, special: bool) -> dict[str, Any]:
    """Give k, l and t: the strictest of the audience's and, where needed, of special care's."""
    wanted = {audience, "special_care"} if special else {audience}
    asked = [one for one in policy.thresholds if one.audience in wanted]
    return {
        "k": policy.group_size(audience, special_care=special),
        "l": max(one.diversity or 0 for one in asked),
        "t": min((one.closeness for one in asked if one.closeness), default=None),
    }


def _file(data: object) -> Path:
    text = os.fspath(data) if isinstance(data, str | os.PathLike) else ""
    path = Path(text.partition("::")[0]) if "://" not in text else Path()
    if text and path.name and not path.exists():
        raise unread(path, "")
    if not path.is_file():
        raise InputError(
            "An assessment is bound to the bytes of one file: write the data to a file, and assess "
            "that very file."
        )
    return path


def _entry(register: Register, path: Path, dataset: str | None) -> Dataset | None:
    held = register.by_key["datasets"]
    if dataset is not None and dataset not in held:
        known = ", ".join(held) or "none"
        raise InputError(f"The register has no dataset {shown(dataset)}: known are {known}.")
    named = [one.key for one in register.datasets
             if path.name == Path(one.location or "").name or path.stem == one.key]  # fmt: skip
    key = dataset or next(iter(named), None)
    return held[key] if key else None


def _roles(entry: Dataset | None, names: list[str], seen: dict[str, Field]) -> tuple[Column, ...]:
    """Take each column's role from the register; an unknown one that nobody can tell is quasi."""
    declared = {one.name: one for one in entry.fields} if entry else {}
    roles = []
    for name in names:
        one, guess = declared.get(name), seen.get(name)
        role = one.role if one else (guess.role if guess and guess.role else Role.QUASI)
        law = one.appi_class if one else (guess and guess.appi_class) or AppiClass.NONE
        source = "register" if one else "proposed"
        roles.append(Column(name=name, role=str(role), appi_class=str(law), source=source))
    return tuple(roles)
