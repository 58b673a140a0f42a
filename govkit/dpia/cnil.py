"""The JSON that the PIA software of CNIL imports and exports (github.com/LINCnil/pia).

What it has no place for (a fourth risk, scenarios, levels after the measures) travels in its
comments, as ``govkit path: value``; read back, the judgments are the same.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from govkit.dpia.entries import Answers, DpiaFile, Risk, Risks
from govkit.errors import InputError, SourceError, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from govkit.dpia.impact import Impact
    from govkit.policy import Register

Flat = dict[str, str]
_LISTS, _LEVELS = ("impacts", "threats", "sources"), ("severity", "likelihood")
_RISKS = {name: said for name, said in Risks.keys.items() if "cnil" in said}
_OURS = re.compile(r"govkit ([\w.]+): (.*)", re.DOTALL)
_PIA = {"title": "name", "owner": "author_name", "decision.by": "validator_name"}
_QUESTIONS, _ACCEPTABLE, _IMPROVABLE = 36, 3, 2


def to_cnil(impact: Impact) -> dict[str, Any]:
    """Give an assessment as CNIL's software imports it; texts are escaped, for it shows HTML."""
    dpia, known = impact.dpia, impact.subject.register.by_key["measures"]
    left: Flat = dict(_flat(dpia.model_dump(mode="json", exclude_none=True, exclude_defaults=True)))
    answers = [
        _answer(said["cnil"], left.pop(f"answers.{name}"))
        for name, said in Answers.keys.items()
        if f"answers.{name}" in left
    ]
    for name, said in _RISKS.items():
        for part in (*_LISTS, "controls"):
            listed = _take(left, f"risks.{name}.{part}")
            texts = [known[one].title for one in listed] if part == "controls" else listed
            if texts:
                answers.append(_answer(said["cnil"] + Risk.keys[part]["cnil"], "", texts))
        for part in _LEVELS:
            level, reason = (left.pop(f"risks.{name}.{part}.{key}", "") for key in ("level", "reason"))
            if level:
                answers.append(_answer(said["cnil"] + Risk.keys[part]["cnil"], reason, gauge=int(level)))
    measures = []
    for at, one in enumerate(dpia.in_place):
        left.pop(f"in_place.{at}.measure", None)
        title = known[one.measure].title if one.measure else left.pop(f"in_place.{at}.title", "")
        note = left.pop(f"in_place.{at}.note", "")
        measures.append({"title": _html(title), "content": _html(note), "placeholder": ""})
    heard = {one.role: one for one in dpia.opinions}
    dpo, people = heard.get("dpo"), heard.get("data_subjects")
    pia = {
        **{theirs: left.pop(ours, "") for ours, theirs in _PIA.items()},
        "numberOfQuestions": _QUESTIONS, "status": 2 if dpia.decision.outcome else 0,
        "dpos_names": (dpo and dpo.name) or "", "dpo_opinion": (dpo and dpo.opinion) or "",
        "dpo_status": int(bool(dpo and dpo.favorable)),
        "people_names": (people and people.name) or "",
        "concerned_people_opinion": (people and people.opinion) or "",
        "concerned_people_status": int(bool(people and people.favorable)),
        "concerned_people_searched_opinion": bool(people and people.opinion),
        "concerned_people_searched_content": "", "rejection_reason": "",
        "applied_adjustments": "", "category": "",
    }  # fmt: skip
    comments = [
        {"description": f"govkit {path}: {value}", "reference_to": _about(path), "for_measure": False}
        for path, value in left.items()
    ]
    return {"pia": pia, "answers": answers, "measures": measures,
            "evaluations": list(_evaluations(impact)), "comments": comments}  # fmt: skip


def _evaluations(impact: Impact) -> Iterator[dict[str, Any]]:
    """Give what is left of each risk, and what is still to be done about it."""
    for one in impact.risks:
        if one.key in _RISKS:
            plan = [act for act in impact.dpia.plan if act.risk == one.key]
            due = [act.due.isoformat() for act in plan if act.due]
            yield {
                "reference_to": _RISKS[one.key]["evaluation"], "global_status": 2,
                "status": _IMPROVABLE if plan else _ACCEPTABLE,
                "gauges": {"x": one.severity_after.value or 0, "y": one.likelihood_after.value or 0},
                "evaluation_comment": _html(one.likelihood_after.reason or ""),
                "action_plan_comment": _html("\n".join(act.action for act in plan)),
                "person_in_charge": ", ".join(act.owner for act in plan if act.owner),
                "estimated_implementation_date": max(due, default=None),
            }  # fmt: skip


def read_cnil(source: str | PathLike[str], register: Register, activity: str | None = None) -> str:
    """Write the file (YAML) of an assessment that CNIL's software exported.

    Parameters
    ----------
    source
        Its JSON; one that govkit wrote gives back the same judgments.
    register
        Knows the measures by their titles; others keep their title, as an open question.
    activity
        The activity that is assessed; needed where the file is not of govkit.

    Raises
    ------
    SourceError, InputError
        The file cannot be read, is something else, or nobody says which activity it is about.
    """
    path = Path(source)
    try:
        found = json.loads(path.read_text("utf-8-sig"))
        flat = _from_cnil(found, {one.title: one.key for one in register.measures})
    except OSError:
        raise SourceError(f"{shown(path.name)} cannot be opened: check the path.") from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise InputError(
            f"{shown(path.name)} is no export of CNIL's PIA software: it holds one JSON object "
            "with pia, answers, measures, evaluations and comments."
        ) from None
    if activity:
        flat["activity"] = activity
    if "activity" not in flat:
        raise InputError("Say which activity of the register it is about: --activity.")
    flat.setdefault("key", flat["activity"])
    nested = _nested(flat)
    for name in ("answers", "decision", "risks"):
        nested.setdefault(name, {})
    nested["risks"] = {name: nested["risks"].get(name, {}) for name in Risks.keys}
    nested = {name: nested[name] for name in DpiaFile.keys if name in nested}
    return yaml.safe_dump(nested, allow_unicode=True, sort_keys=False, width=100)


def _from_cnil(found: dict[str, Any], keys: dict[str, str]) -> Flat:
    flat: Flat = {ours: found["pia"].get(theirs) or "" for ours, theirs in _PIA.items()}
    flat["title"] = flat["title"] or "PIA"
    given = {int(one["reference_to"]): one["data"] for one in found["answers"]}
    for name, said in Answers.keys.items():
        flat[f"answers.{name}"] = _text(given.get(said["cnil"], {}).get("text"))
    for name, said in _RISKS.items():
        for part in (*_LISTS, "controls"):
            listed = given.get(said["cnil"] + Risk.keys[part]["cnil"], {}).get("list") or []
            texts = [_text(one) for one in listed]
            texts = [keys[one] for one in texts if one in keys] if part == "controls" else texts
            flat |= {f"risks.{name}.{part}.{at}": one for at, one in enumerate(texts)}
        for part in _LEVELS:
            data = given.get(said["cnil"] + Risk.keys[part]["cnil"], {})
            if data.get("gauge"):
                flat[f"risks.{name}.{part}.level"] = str(int(data["gauge"]))
                flat[f"risks.{name}.{part}.reason"] = _text(data.get("text")) or "Not given in the export."
    for at, one in enumerate(found["measures"]):
        title = _text(one["title"])
        flat[f"in_place.{at}.{'measure' if title in keys else 'title'}"] = keys.get(title, title)
        flat[f"in_place.{at}.note"] = _text(one.get("content"))
    ours = [_OURS.fullmatch(one["description"]) for one in found["comments"]]
    flat |= {match[1]: match[2] for match in ours if match} if any(ours) else _theirs(found)
    return {path: value for path, value in flat.items() if value}


def _theirs(found: dict[str, Any]) -> Flat:
    """Read what only a file of somebody else says: opinions, evaluations, comments."""
    pia, flat = found["pia"], Flat()
    said = [
        ("dpo", pia.get("dpos_names"), pia.get("dpo_opinion"), pia.get("dpo_status")),
        ("data_subjects", pia.get("people_names"), pia.get("concerned_people_opinion"), pia.get("concerned_people_status")),
    ]  # fmt: skip
    for one in found["evaluations"]:
        said.append(("other", f"Evaluation of {one['reference_to']}", one.get("evaluation_comment"), 0))
    for one in found["comments"]:
        said.append(("other", f"Comment on {one['reference_to']}", one["description"], 0))
    said = [one for one in said if _text(one[2])]
    for at, (role, name, opinion, favorable) in enumerate(said):
        flat |= {f"opinions.{at}.role": role, f"opinions.{at}.name": _text(name),
                 f"opinions.{at}.opinion": _text(opinion),
                 f"opinions.{at}.favorable": "true" if favorable else "false"}  # fmt: skip
    risks = {said["evaluation"]: name for name, said in _RISKS.items()}
    planned = [one for one in found["evaluations"] if _text(one.get("action_plan_comment"))]
    for at, one in enumerate(planned):
        flat |= {f"plan.{at}.key": f"A{at + 1}", f"plan.{at}.action": _text(one["action_plan_comment"]),
                 f"plan.{at}.risk": risks.get(one["reference_to"], ""),
                 f"plan.{at}.owner": _text(one.get("person_in_charge")),
                 f"plan.{at}.due": str(one.get("estimated_implementation_date") or "")[:10]}  # fmt: skip
    return flat


def _answer(reference: int, text: str, listed: list[str] | None = None, gauge: int = 0) -> dict[str, Any]:
    data = {"text": _html(text), "gauge": gauge, "list": [_html(one) for one in listed or []]}
    return {"reference_to": reference, "data": data}


def _about(path: str) -> int:
    parts = path.split(".")
    return int(_RISKS[parts[1]]["cnil"]) + 1 if parts[0] == "risks" and parts[1] in _RISKS else 111


def _html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _text(given: Any) -> str:  # noqa: ANN401 - of somebody's file
    lines = re.sub(r"<(?:br|/p|/div|/li)\s*/?>", "\n", str(given or ""))
    return html.unescape(re.sub(r"<[^>]*>", "", lines)).strip()


def _flat(part: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - plain JSON
    pairs = enumerate(part) if isinstance(part, list) else part.items()
    for key, value in pairs:
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, list | dict):
            yield from _flat(value, here)
        else:
            yield here, str(value).lower() if isinstance(value, bool) else str(value)


def _take(flat: Flat, path: str) -> list[str]:
    return [flat.pop(key) for key in [key for key in flat if key.startswith(f"{path}.")]]


def _nested(flat: Flat) -> Any:  # noqa: ANN401 - plain JSON
    whole: dict[str, Any] = {}
    for path, value in flat.items():
        *way, last = path.split(".")
        part = whole
        for key in way:
            part = part.setdefault(key, {})
        part[last] = value
    return _lists(whole)


def _lists(part: Any) -> Any:  # noqa: ANN401 - plain JSON
    if not isinstance(part, dict):
        return part
    if part and all(key.isdigit() for key in part):
        return [_lists(part[key]) for key in sorted(part, key=int)]
    return {key: _lists(value) for key, value in part.items()}
