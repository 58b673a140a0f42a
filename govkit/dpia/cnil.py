"""Read the JSON that the PIA software of CNIL exports (github.com/LINCnil/pia).

What it has no place for travels in one of its comments, as ``govkit {…}``: a file that govkit wrote
gives back the same judgments, with whatever was changed in CNIL's software since.
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

    from govkit.policy import Register

_RISKS = {said.get("evaluation"): (name, said.get("cnil")) for name, said in Risks.keys.items()}


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
        made = _read(found, {one.title: one.key for one in register.measures})
    except OSError:
        raise SourceError(f"{shown(path.name)} cannot be opened: check the path.") from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise InputError(
            f"{shown(path.name)} is no export of CNIL's PIA software: it holds one JSON object "
            "with pia, answers, measures, evaluations and comments."
        ) from None
    made |= {"activity": activity} if activity else {}
    if "activity" not in made:
        raise InputError("Say which activity of the register it is about: --activity.")
    made.setdefault("key", made["activity"])
    ordered = {name: made[name] for name in DpiaFile.keys if made.get(name) not in (None, "", [])}
    return yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=100)


def _read(found: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    texts = [_text(one["description"]) for one in found["comments"]]
    ours = [one.removeprefix("govkit ") for one in texts if one.startswith("govkit {")]
    made: dict[str, Any] = json.loads(ours[0]) if ours else _theirs(found)
    pia, decision = found["pia"], made.get("decision", {})
    by = _text(pia.get("validator_name"))
    made |= {"title": _text(pia.get("name")) or "PIA", "owner": _text(pia.get("author_name")),
             "decision": decision | ({"by": by} if by else {})}  # fmt: skip
    heard = made.setdefault("opinions", [])
    for one in _opinions(pia):
        first = next((known for known in heard if known["role"] == one["role"]), None)
        heard.insert(0, one) if first is None else first.update(one)
    given = {int(one["reference_to"]): one["data"] for one in found["answers"]}
    answered = {
        name: _text(given.get(said["cnil"], {}).get("text")) for name, said in Answers.keys.items()
    }
    made["answers"] = {name: text for name, text in answered.items() if text}
    risks = made.setdefault("risks", {})
    for name, start in _RISKS.values():
        said = risks.get(name, {}) | (_risk(given, start, keys) if start else {})
        risks[name] = {part: value for part, value in said.items() if value}
    named = [(_text(one["title"]), _text(one.get("content"))) for one in found["measures"]]
    before = {one.get("measure"): one for one in made.get("in_place", [])}
    made["in_place"] = [
        (before.get(keys[title], {"measure": keys[title]}) if title in keys else {"title": title})
        | ({"note": note} if note else {})
        for title, note in named
    ]
    return made


def _risk(given: dict[int, Any], start: int, keys: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part, said in Risk.keys.items():
        data = given.get(start + said.get("cnil", -1))
        if data is None:
            continue
        listed = [_text(one) for one in data.get("list") or []]
        if part == "controls":
            listed = [keys[one] for one in listed if one in keys]
        reason = _text(data.get("text")) or "Not given in the export."
        level = {"level": str(int(data["gauge"])), "reason": reason} if data.get("gauge") else None
        made[part] = level if said["is"] == "Judgment or none" else listed
    return made


def _opinions(pia: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Find what the software has a place for: what DPO and data subjects say."""
    for role, name, text in (("data_subjects", "people_names", "concerned_people"),
                             ("dpo", "dpos_names", "dpo")):  # fmt: skip
        if said := _text(pia.get(f"{text}_opinion")):
            yield {"role": role, "name": _text(pia.get(name)) or role, "opinion": said,
                   "favorable": bool(pia.get(f"{text}_status"))}  # fmt: skip


def _theirs(found: dict[str, Any]) -> dict[str, Any]:
    """Read what only a file of somebody else says: evaluations, comments, the plan."""
    done = found["evaluations"]
    said = [(f"Evaluation of {e['reference_to']}", e.get("evaluation_comment")) for e in done]
    said += [(f"Comment on {c['reference_to']}", c["description"]) for c in found["comments"]]
    plan = [
        {"action": _text(e["action_plan_comment"]), "owner": _text(e.get("person_in_charge")),
         "due": str(e.get("estimated_implementation_date") or "")[:10],
         "risk": _RISKS.get(e["reference_to"], [""])[0]}
        for e in done if _text(e.get("action_plan_comment"))
    ]  # fmt: skip
    return {
        "opinions": [{"role": "other", "name": name, "opinion": _text(text)}
                     for name, text in said if _text(text)],
        "plan": [{"key": f"A{n}"} | {k: v for k, v in one.items() if v}
                 for n, one in enumerate(plan, 1)],
    }  # fmt: skip


def _text(given: Any) -> str:  # noqa: ANN401 - of somebody's file
    lines = re.sub(r"<(?:br|/p|/div|/li)\s*/?>", "\n", str(given or ""))
    return html.unescape(re.sub(r"<[^>]*>", "", lines)).strip()
