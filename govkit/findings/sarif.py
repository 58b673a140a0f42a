"""Findings as SARIF 2.1.0, the format in which code reviews take annotations.

OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from govkit import __version__
from govkit.findings.answer import Finding, Findings
from govkit.findings.packs import Level, Rule

__all__ = ["log"]

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def log(findings: Findings, root: Path) -> dict[str, Any]:
    """Write all findings as one run; ``root`` is the folder that paths are relative to."""
    order = {rule.id: at for at, rule in enumerate(findings.declared)}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "govkit",
                        "semanticVersion": __version__,
                        "rules": [_rule(rule) for rule in findings.declared],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "results": [_result(one, order[one.rule], root) for one in findings.findings],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    refs = ", ".join(f"{law} {articles}" for law, articles in rule.articles.items())
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.fix.en} ({refs})"},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"tags": ["privacy", f"clause-{rule.clause}"]},
    }


def _result(one: Finding, index: int, root: Path) -> dict[str, Any]:
    same = hashlib.sha256(f"{one.rule} {one.subject}".encode()).hexdigest()
    result = {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": _LEVELS[one.level],
        "message": {"text": f"{one.message} {one.fix}"},
        "partialFingerprints": {"govkitSubject/v1": same},
    }
    if one.file is None:
        return result
    path, base = Path(one.file).resolve(), root.resolve()
    inside = path.relative_to(base) if path.is_relative_to(base) else Path(path.name)
    artifact = {"uri": quote(inside.as_posix()), "uriBaseId": "%SRCROOT%"}
    place = {"artifactLocation": artifact, "region": {"startLine": one.line or 1}}
    return result | {"locations": [{"physicalLocation": place}]}
