"""The variables of a table: flat, a tree, or several trees over the same categories.

A tree says which categories add up to which group. Several trees over one variable (regions by
province and by climate, countries by continent and by treaty) need not be nested.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from govkit.errors import InputError, shown
from govkit.files import unread

if TYPE_CHECKING:
    from govkit.data.arrays import Integers

    Parents = Mapping[str, Sequence[str]]

__all__ = ["Variable", "read_hrc", "variable"]

TOTAL = "Total"


@dataclass(frozen=True, slots=True, repr=False)
class Variable:
    """One variable of a table: its nodes and how they add up.

    Attributes
    ----------
    name
        The column.
    labels
        All nodes, the total first, each group before its members.
    sums
        Per group the positions of its members: the group is their sum.
    levels
        Roll-ups that reach each node once: per category (in the order of ``leaves``) the node it
        belongs to, or -1.
    leaves
        Positions of the categories themselves.
    """

    name: str
    labels: tuple[str, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    levels: tuple[Integers, ...]
    leaves: tuple[int, ...]

    def __repr__(self) -> str:
        """Show sizes; never a category."""
        return f"Variable({self.name!r}, nodes={len(self.labels)}, leaves={len(self.leaves)})"

    def depth(self) -> list[int]:
        """Give each node's distance from the total along the first way that reaches it."""
        deep = {0: 0}
        for parent, children in self.sums:
            for child in children:
                deep.setdefault(child, deep.get(parent, 0) + 1)
        return [deep.get(i, 0) for i in range(len(self.labels))]


def read_text(path: str | os.PathLike[str], encoding: str = "utf-8") -> str:
    """Read a text file without the mark that some programs put before it."""
    try:
        return Path(path).read_text(encoding).removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError, LookupError):
        raise unread(path, "cannot be read: check the encoding.") from None


def read_hrc(path: str | os.PathLike[str], lead: str = "@") -> dict[str, list[str]]:
    """Read a τ-ARGUS hierarchy: one code a line, one ``lead`` per level below the first.

    Raises
    ------
    SourceError
        The file is not there or is not text.
    InputError
        A line is more than one level below the line before it.
    """
    lines = read_text(path).splitlines()
    if not lead:
        raise InputError("The lead of a hierarchy must be at least one character, such as '@'.")
    tree: dict[str, list[str]] = {}
    above = [TOTAL]
    for number, line in enumerate(lines, 1):
        text, depth = line.strip(), 0
        while text.startswith(lead):
            text, depth = text.removeprefix(lead).lstrip(), depth + 1
        if not text:
            continue
        if depth >= len(above):
            raise InputError(
                f"Line {number} of {shown(Path(path).name)} is more than one level below the line "
                f"before it: a member stands one {lead!r} below its group."
            )
        above = [*above[: depth + 1], text]
        tree.setdefault(above[depth], []).append(text)
    return tree


def variable(name: str, found: Sequence[str], trees: object = None, total: str = TOTAL) -> Variable:
    """Make a variable from the categories found in the data and the trees over them.

    Parameters
    ----------
    name
        The column.
    found
        Its categories.
    trees
        ``None`` (the total is the sum of the categories), a ``.hrc`` file, a mapping of groups to
        their members, or a list of these: the first has to hold every category, the others may
        hold some.
    total
        What the total is called; the single root of a tree is the total whatever its name.

    Raises
    ------
    InputError
        Categories absent from the tree, a cycle, or a member of two groups of one tree.
    """
    while total in set(found):
        total += "_"
    given = trees if isinstance(trees, list | tuple) else [trees]
    raw = [_parents(name, tree, found, total) for tree in given]
    below = {group: members for tree in reversed(raw) for group, members in tree.items()}
    absent = set(found) - set(_categories(list(raw[0]), below))
    if absent:
        raise InputError(
            f"{len(absent):,} categories of {shown(name)} are absent from its tree: add them, or "
            "recode them before."
        )
    parsed = [_rooted(tree, below, found, total) for tree in raw]
    labels: dict[str, int] = {total: 0}
    for tree in parsed:
        for node in _walk(_roots(tree), tree):
            labels.setdefault(node, len(labels))
    below = {group: members for tree in reversed(parsed) for group, members in tree.items()}
    leaves = [node for node in labels if node not in below]
    sums = dict.fromkeys(
        (labels[group], tuple(labels[child] for child in members))
        for tree in parsed
        for group, members in tree.items()
    )
    return Variable(
        name, tuple(labels), tuple(sums), tuple(_levels(parsed, below, labels, leaves)),
        tuple(labels[leaf] for leaf in leaves),
    )  # fmt: skip


def _parents(name: str, tree: object, found: Sequence[str], total: str) -> Parents:
    if tree is None:
        return {total: list(found)}
    given = read_hrc(tree) if isinstance(tree, str | os.PathLike) else tree
    if not isinstance(given, Mapping) or not given:
        raise InputError(
            f"The hierarchy of {shown(name)} must be a .hrc file or a mapping of groups to their "
            "members."
        )
    parents = {str(group): [str(child) for child in members] for group, members in given.items()}
    members = list(itertools.chain(*parents.values()))
    twice = len(members) - len(set(members))
    if twice:
        raise InputError(
            f"{twice:,} categories of {shown(name)} have two parents in one tree: give each tree "
            "of a variable by itself, in a list."
        )
    if set(parents) - set(_walk(_roots(parents), parents)):
        raise InputError(
            f"The tree of {shown(name)} has a cycle: a group may not be a member of itself."
        )
    return parents


def _roots(parents: Parents) -> list[str]:
    members = set(itertools.chain(*parents.values()))
    return [group for group in parents if group not in members]


def _rooted(tree: Parents, below: Parents, found: Sequence[str], total: str) -> Parents:
    """Hang a tree that holds all categories under the total; one that does not stays apart."""
    roots = _roots(tree)
    if set(found) - set(_categories(roots, below)):
        return {group: members for group, members in tree.items() if group not in {total, TOTAL}}
    if len(roots) == 1:
        return {(total if group == roots[0] else group): m for group, m in tree.items()}
    return {total: roots} | dict(tree)


def _categories(nodes: Sequence[str], below: Parents) -> list[str]:
    """List the categories under some nodes."""
    return [node for node in _walk(nodes, below) if node not in below]


def _walk(nodes: Sequence[str], below: Parents) -> list[str]:
    """List nodes and all under them once, each group before its members."""
    order, todo = dict[str, None](), list(reversed(nodes))
    while todo:
        node = todo.pop()
        order[node] = None
        todo.extend(reversed(below.get(node, ())))
    return list(order)


def _levels(
    trees: Sequence[Parents], below: Parents, labels: Mapping[str, int], leaves: Sequence[str]
) -> list[Integers]:
    """Give, per tree and level, each category's node; a node is reached by one level alone."""
    at = {leaf: i for i, leaf in enumerate(leaves)}
    seen: set[str] = set()
    levels: list[Integers] = []
    for tree in trees:
        nodes = _roots(tree)
        while nodes:
            level = np.full(len(leaves), -1, np.int64)
            for node in nodes:
                if node not in seen:
                    level[[at[leaf] for leaf in _categories([node], below)]] = labels[node]
            seen.update(nodes)
            if (level >= 0).any():
                levels.append(level)
            nodes = [child for node in nodes for child in tree.get(node, ())]
    return levels
