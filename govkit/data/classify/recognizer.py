"""What a recognizer is: one kind of data, the words that head it and the test its values pass."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from govkit.data.classify.column import Column
from govkit.errors import InputError, shown
from govkit.roles import AppiClass, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognizer:
    r"""One kind of data, declared.

    Attributes
    ----------
    name
        Its own name, unique; the evidence and the documentation speak of it.
    type
        The type it reports; several recognizers may report one type.
    category
        Key of the fideslang taxonomy, ``None`` where the data are not personal.
    role, appi_class
        What a column of this kind is, and its legal class.
    words
        Words that head such columns, separated by blanks: Japanese as written; kana, from which
        the Latin spellings follow; English with ``_`` between words.
    pattern
        Regular expression that a whole value has to match (after NFKC, trimmed).
    valid
        Finer test of a value that matches: a check digit, a list of words.
    chance
        Share of unrelated values that match ``pattern`` and pass ``valid`` by accident.
    least
        Share of values that has to pass.
    alone
        Confidence where values pass and no heading speaks; 0: values alone never suffice.
    plausible
        Expression that most values have to match before a heading is believed.
    also
        Test of the column as a whole; gives ``None``, or why its values alone do not suffice.
    what
        What passes, for the evidence: "pass the check digit".

    Examples
    --------
    >>> badge = Recognizer(name="badge", type="internal_id", category="user.unique_id",
    ...     role=Role.DIRECT, words="社員証 しゃいんしょう badge", pattern=r"B-\d{6}", alone=0.9)
    >>> badge.passes("B-001234"), badge.passes("B-12")
    (True, False)
    """

    name: str
    type: str
    category: str | None = None
    role: Role = Role.NONE
    appi_class: AppiClass | None = None
    words: str = ""
    pattern: str = ""
    valid: Callable[[str], bool] | None = None
    chance: float = 0.0
    least: float = 0.7
    alone: float = 0.0
    plausible: str = r".+"
    also: Callable[[Column], str | None] | None = None
    what: str = "have its form"
    _full: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _plausible: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the expressions and fill in the legal class."""
        personal = self.role is not Role.NONE
        if personal != (self.category is not None):
            raise InputError(
                f"Recognizer {shown(self.name)}: a category belongs to a role, and 'none' has none."
            )
        default = AppiClass.PERSONAL if personal else AppiClass.NONE
        object.__setattr__(self, "appi_class", self.appi_class or default)
        for name, pattern in (("_full", self.pattern or ".*"), ("_plausible", self.plausible)):
            object.__setattr__(self, name, re.compile(pattern, re.IGNORECASE | re.DOTALL))

    @property
    def personal(self) -> bool:
        """Whether such a column is about a person."""
        return self.role is not Role.NONE

    @property
    def tests_values(self) -> bool:
        """Whether values can be tested at all; if not, only a heading speaks."""
        return bool(self.pattern or self.valid)

    def shaped(self, value: str) -> bool:
        """Tell whether a value has the form, before any finer test."""
        return self._full.fullmatch(value) is not None

    def passes(self, value: str) -> bool:
        """Tell whether a value has the form and passes the finer test."""
        return self.shaped(value) and (self.valid is None or self.valid(value))

    def believable(self, value: str) -> bool:
        """Tell whether a value could be of this kind if the heading says so."""
        return self._plausible.fullmatch(value) is not None
