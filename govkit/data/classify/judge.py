"""From values and heading to a judgment with its evidence.

Each recognizer scores a column by what its values show (a rate, tested against chance) and by
what the heading claims; a claim that the values contradict is dropped. The highest score wins; a
low one leaves the column undetermined, with the reason.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from govkit.data.classify.column import Column, masked
from govkit.data.classify.embedded import search
from govkit.data.classify.headings import Claim, claims
from govkit.data.classify.kinds import named, recognizers
from govkit.data.classify.recognizer import Recognizer

_PROBE = 200  # values tried before a recognizer reads them all
_ALPHA = 1e-4  # about a hundred recognizers look at every column
_BELIEVED = 0.6  # share of values that must be possible for a heading to count
_DECIDED = 0.5
_STRONG = 0.95
_SPEAKS = 0.7
_AGAINST = 0.3
_TEXT_LENGTH = 8
_SHOWN = 20
_UNREADABLE = {"binary": "binary", "nested": "lists or structures"}


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one column is taken for, and why."""

    recognizer: Recognizer | None
    confidence: float
    evidence: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Score:
    recognizer: Recognizer
    score: float
    evidence: tuple[str, ...]
    doubt: str | None = None


def by_chance(hits: int, trials: int, chance: float) -> float:
    """Give the probability of at least so many hits if chance alone were at work.

    The upper tail of the binomial distribution.

    Examples
    --------
    >>> round(by_chance(1, 1, 0.1), 3), by_chance(1998, 2000, 0.1) < 1e-300
    (0.1, True)
    """
    from scipy.special import bdtrc  # noqa: PLC0415 - slow to load

    return float(bdtrc(hits - 1, trials, chance)) if hits > trials * chance else 1.0


def judge(column: Column) -> Judgment:
    """Judge one column."""
    claimed = claims(column.name)
    head = tuple(_said(claim, name) for name, claim in list(claimed.items())[:2])
    if column.dtype in _UNREADABLE:
        why = f"its values are {_UNREADABLE[column.dtype]} and were not read"
        return _unread(claimed, head, why, biometric=column.dtype == "binary")
    if not column.values:
        why = "the table has no records" if not column.rows else "it holds no values"
        return _unread(claimed, head, why)
    inside = _inside(column)
    scores = [found for r in recognizers() if (found := _score(r, column, claimed)) is not None]
    scores.sort(key=lambda found: -found.score)
    best = scores[0] if scores and scores[0].score >= _DECIDED else None
    if best and best.recognizer.name == "free_text":
        best = None
    if inside and not (best and best.recognizer.personal):
        lines = (*inside[0], *head, *_read(column))
        return Judgment(named()["free_text"], inside[1], lines)
    if best:
        notes = tuple(s.evidence[0] for s in scores[1:3] if s.evidence and s.score > _AGAINST)
        sampled = _read(column) + tuple(f"also: {note}" for note in notes)
        return Judgment(best.recognizer, min(best.score, 0.99), (*best.evidence, *sampled))
    return _undetermined(column, scores, head)


def _score(r: Recognizer, column: Column, claimed: dict[str, Claim]) -> _Score | None:
    claim = claimed.get(r.name)
    from_values = _values(r, column, wanted=claim is not None)
    strength, evidence, doubt = 0.0, [], None
    if from_values is not None:
        strength, line, doubt, tested = from_values
        evidence.append(line)
        if claim is None and strength < _STRONG and _contradicted(r, column, claimed):
            strength *= 0.8
    if claim is None:
        return _Score(r, strength, tuple(evidence), doubt) if evidence else None
    if claim.score <= _AGAINST:
        strength *= 0.5
    believed = column.share(map(r.believable, column.values))
    if believed < _BELIEVED or (not r.tests_values and r.also and r.also(column)):
        evidence.append(f"{_said(claim, r.name)}, but only {believed:.0%} of the values could be")
        return _Score(r, strength, tuple(evidence), doubt)
    factor = 0.9 if not r.tests_values else 1.05 if from_values and tested else 0.85
    score = 1 - (1 - strength) * (1 - min(claim.score * factor, 0.97))
    return _Score(r, score, (_said(claim, r.name), *evidence), doubt)


def _values(
    r: Recognizer, column: Column, *, wanted: bool
) -> tuple[float, str, str | None, bool] | None:
    """Score what values show; ``None`` where too few pass to mention."""
    if not r.tests_values or (not r.alone and not wanted):
        return None
    values = column.values
    probe = values[:: len(values) // _PROBE + 1]
    if sum(map(r.passes, probe)) < (r.chance / 2 or 0.2 * r.least) * len(probe):
        return None
    shaped = list(map(r.shaped, values))
    valid = r.valid or bool
    passed = [yes and valid(value) for yes, value in zip(shaped, values, strict=True)]
    hits, tried, share = sum(passed), sum(shaped), column.share(passed)
    accident = by_chance(hits, tried, r.chance)
    line = f"{hits:,} of {len(values):,} values {r.what}"
    if r.chance:
        line += f"; chance would give {round(tried * r.chance):,} of {tried:,}"
    line += _samples(values, passed)
    enough = share >= r.least and accident < _ALPHA
    if not enough:
        doubt = f"{hits:,} hits among {tried:,} values can be chance"
        if share < r.least:
            doubt = f"{share:.0%} of the values {r.what}; that is too few"
        return 0.3 * r.alone * share, line, doubt, share > 0.5 * r.least and accident < _ALPHA
    if r.also and (reason := r.also(column)):
        return 0.4 * r.alone, line, reason, True
    sure = (share - r.least) / (1 - r.least) if r.least < 1 else 1.0
    return r.alone * (0.85 + 0.15 * sure), line, None, True


def _contradicted(r: Recognizer, column: Column, claimed: dict[str, Claim]) -> bool:
    """Tell whether the heading speaks for something else that the values allow."""
    known = named()
    probe = replace(column, values=column.values[:_PROBE], counts=column.counts[:_PROBE])
    return any(
        claim.score >= _SPEAKS
        and known[name].type != r.type
        and probe.share(map(known[name].believable, probe.values)) >= _BELIEVED
        and (not known[name].tests_values or any(map(known[name].passes, probe.values)))
        for name, claim in claimed.items()
    )


def _samples(values: Sequence[str], passed: Sequence[bool]) -> str:
    """Show the forms of up to two values that pass, masked."""
    chosen = itertools.islice(itertools.compress(values, passed), _SHOWN)
    forms = dict.fromkeys(map(masked, chosen))
    return f" (such as {', '.join(list(forms)[:2])})" if forms else ""


def _said(claim: Claim, name: str) -> str:
    return f"heading word {claim.word} speaks for {name}"


def _read(column: Column) -> tuple[str, ...]:
    part = f"{len(column.values):,} of {column.distinct:,} different values were read"
    long = "long values were read to their 4,000th character"
    return (part,) * column.sampled + (long,) * column.cut


def _unread(
    claimed: dict[str, Claim], head: tuple[str, ...], why: str, *, biometric: bool = False
) -> Judgment:
    """Judge a column without values: a heading alone decides nothing but a picture of a face."""
    if biometric and claimed.get("biometric", Claim(0, "")).score >= _SPEAKS:
        return Judgment(named()["biometric"], 0.8, (*head, why))
    said = f"; its heading speaks for {next(iter(claimed))}" if claimed else ""
    return Judgment(None, 0.0, head, f"{why}{said}")


_TEXT = re.compile(r"[ぁ-んァ-ヺ一-龠]|[a-z,.:] +[a-z0-9(+]|://", re.IGNORECASE)


def _inside(column: Column) -> tuple[tuple[str, ...], float] | None:
    """Look for personal data inside text; give the lines of evidence and the confidence."""
    texts = [
        v for v in (*column.values, *column.found) if len(v) >= _TEXT_LENGTH and _TEXT.search(v)
    ]
    found = search(texts)
    if not found:
        return None
    lines = [f"{find.values:,} of {len(texts):,} texts hold {find.what}" for find in found]
    return tuple(lines), found[0].confidence


def _undetermined(column: Column, scores: list[_Score], head: tuple[str, ...]) -> Judgment:
    best = scores[0] if scores else None
    found = [line for score in scores[:3] for line in score.evidence]
    lines = (*(found or head), *_read(column))
    if best and best.recognizer.name == "free_text":
        why = "free text can hold anything; nothing personal was found in what was read"
    elif best and best.doubt and best.score > 0.05:  # noqa: PLR2004 - worth a word
        why = f"could be {best.recognizer.name}: {best.doubt}"
    elif column.numbers:
        why = (
            "numbers without a telling heading: they could be ages, incomes, codes or none of these"
        )
    elif column.distinct > 0.9 * column.filled:
        why = "nearly every record has a value of its own: it may number people or things"
    else:
        why = "no recognizer knows these values, and the heading does not say what they are"
    return Judgment(None, best.score if best else 0.0, tuple(dict.fromkeys(lines)), why)
