"""The eighteen identifiers that the HIPAA Privacy Rule wants gone before health data is free.

45 CFR § 164.514(b)(2)(i), the "Safe Harbor" method, items (A) to (R). What the columns hold is told
by ``govkit.data.classify``; this module only knows which item of the list each type falls under.
"""

from govkit.data import DataMap
from govkit.files import packaged
from govkit.microdata.answers import answer
from govkit.result import Result, Verdict

_LIST = packaged("microdata/safe_harbor.yaml")


@answer
class SafeHarbor(Result):
    """Which columns hold an identifier of the list.

    Attributes
    ----------
    items
        Per item of the list the columns that hold it; an age counts, because it may be over 89.
    unclear
        Columns that a person has to look at: free text, or undetermined.
    unseen
        Items that no recognizer looks for.
    """

    items: dict[str, tuple[str, ...]]
    unclear: tuple[str, ...]
    unseen: tuple[str, ...] = tuple(_LIST["unseen"])

    @property
    def verdict(self) -> Verdict:
        """Unsafe when an identifier is found; never safe, since not all can be recognized."""
        return Verdict.UNSAFE if self.items else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """How many columns have to go, and what is left to look at."""
        columns = {column for found in self.items.values() for column in found}
        return (
            f"{len(columns)} columns hold identifiers of the HIPAA Safe Harbor list, and "
            f"{len(self.unclear)} need a person to look. Not looked for: {', '.join(self.unseen)}."
        )

    def rows(self) -> list[tuple[str, str, str]]:
        """Give one row per item that was found, and one of the columns to look at."""
        found = [(item, ", ".join(columns), "") for item, columns in self.items.items()]
        return [*found, ("to be looked at", ", ".join(self.unclear), "")]


def safe_harbor(found: DataMap) -> SafeHarbor:
    """List the HIPAA Safe Harbor identifiers among classified columns.

    Parameters
    ----------
    found
        What ``govkit.classify`` said, or a person confirmed.

    Examples
    --------
    >>> from govkit.data import classify
    >>> people = {"email": ["a@example.org", "b@example.org"], "sex": ["f", "m"]}
    >>> safe_harbor(classify(people)).items
    {'F e-mail addresses': ('email',)}
    """
    items: dict[str, tuple[str, ...]] = {}
    unclear: tuple[str, ...] = ()
    for one in found.fields:
        name = found.label(one)
        if one.personal is None or one.type == "free_text":
            unclear += (name,)
        for item, types in _LIST["items"].items():
            if one.type in types and (one.personal is not False or one.type in _LIST["always"]):
                items[item] = (*items.get(item, ()), name)
    ordered = {item: items[item] for item in _LIST["items"] if item in items}
    return SafeHarbor(items=ordered, unclear=unclear)
