"""The words that policy and register share, and how strictly their files are read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr, StringConstraints

from govkit.roles import AppiClass, Role

__all__ = [
    "AppiClass", "Audience", "Country", "Danger", "Ground", "Key", "Model", "Period",
    "RequestKind", "Role", "SubjectGroup",
]  # fmt: skip

#: Groups of people; ``customer`` stands for customers, clients and suppliers.
SubjectGroup = StrEnum("SubjectGroup", "CUSTOMER APPLICANT CLIENT_PROVIDED VISITOR OTHER")
#: Why something may be handed to a third party (APPI Articles 27 and 43).
Ground = StrEnum("Ground", "CONSENT STATISTICAL SUBCONTRACTOR SUCCESSION LAW OPT_OUT JOINT_USE")
#: Who gets to see a result; ``special_care`` is the bound for such data, whoever sees it.
Audience = StrEnum("Audience", "INTERNAL RECIPIENT PUBLIC SPECIAL_CARE")
#: What safety measures stand against.
Danger = StrEnum("Danger", "LOSS FALSIFICATION LEAKAGE")
#: What individuals can ask for (APPI Articles 32 to 35, GDPR Articles 15 to 21).
RequestKind = StrEnum(
    "RequestKind",
    "PURPOSE DISCLOSE CORRECT ADD DELETE SUSPEND ERASE STOP_PROVISION RECORDS ACCESS PORTABILITY "
    "OBJECT",
)
Key = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$", max_length=80)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Period = Annotated[str, StringConstraints(pattern=r"^P(\d+[YMWD])+$")]


class Model(BaseModel):
    """What is read from a file: frozen, no unknown key, and no value in an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, str_min_length=1, defer_build=True
    )
    #: Which of its keys name an entry of which kind; deeper ones as ``confirmations.dataset``.
    refers: ClassVar[dict[str, str]] = {}
    #: What is said about each key: what it ``is``, ``what`` it holds, ``gdpr``, ``appi`` articles.
    keys: ClassVar[dict[str, dict[str, Any]]] = {}

    def called(self, language: str = "en") -> str:
        """Give its name for people in a language, or else the one that it has."""
        names = (f"title_{language}", f"name_{language}", "title", "name", "key")
        return str(next(filter(None, (getattr(self, name, None) for name in names))))


class Written(Model):
    """What a whole file says; it knows the file."""

    _path: Path | None = PrivateAttr(default=None)

    def located(self, path: Path) -> Self:
        """Give the same with the knowledge of its file."""
        made = self.model_copy()
        made._path = path  # noqa: SLF001 - its own
        return made
