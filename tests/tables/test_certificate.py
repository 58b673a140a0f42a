"""The proof of tables that were mended, protected against insiders, or read from a file."""

from __future__ import annotations

import numpy as np
import pytest

from govkit.result import Verdict
from govkit.tables import Certificate, audit, primary, read_table, suppress, write_table
from govkit.tables.pattern import Pattern


@pytest.mark.parametrize("insiders", [False, True])
def test_what_the_attack_finds_is_mended_and_proven(small, monkeypatch, insiders):
    """A clean-up that publishes too much: the other programs find it, the loop mends it."""
    table, rules = small

    def careless(self, **_):
        self.hidden[np.flatnonzero(self.hidden & ~self.sys.unsafe)[:20]] = False

    monkeypatch.setattr(Pattern, "clean_up", careless)
    found = suppress(table, rules, insiders=insiders)
    assert found.verdict is Verdict.SAFE
    again = audit(found.table, primary(table, rules))
    assert (again.exact, again.too_narrow) == (0, 0)
    assert found.certificate.check(found.table).verdict is Verdict.SAFE


@pytest.mark.parametrize("insiders", [False, True])
def test_checked_against_the_file_that_was_published(small, tmp_path, insiders):
    """The check needs the published file and the proof, and no solver."""
    table, rules = small
    found = suppress(table, rules, method="fast", insiders=insiders)
    path = write_table(found.table, tmp_path / "out.parquet")
    trees = {
        v.name: {v.labels[group]: [v.labels[m] for m in members] for group, members in v.sums}
        for v in table.variables
    }
    again = read_table(path, hierarchies=trees)
    held = Certificate.load(found.certificate.save(tmp_path / "proof.npz"))
    proof = held.check(again)
    assert (proof.verdict, proof.requirements) == (Verdict.SAFE, 130)
    assert proof.insiders == (found.audit.insiders if insiders else 0)
    assert (proof.bounds, proof.equations, proof.published, proof.unmet) == (0, 0, 0, 0)


def test_it_proves_the_intervals_that_the_attacker_finds(small, small_protected):
    """No witness goes beyond an attacker's interval; the audit's ends are at least as wide."""
    (table, rules), found = small, small_protected
    ends = audit(found.table, primary(table, rules))
    tables = found.certificate.moves.toarray() + table.values
    slack = 1e-5 * np.maximum(table.values, 1)
    assert (tables >= ends.lower - slack).all()
    assert (tables <= ends.upper + slack).all()


def test_another_table_is_not_proven(small_protected):
    found = small_protected
    other = found.table.with_status(np.where(found.table.values == 0, "z", "s"))
    proof = found.certificate.check(other)
    assert proof.verdict is Verdict.UNSAFE
    assert "does not prove" in proof.sentence
