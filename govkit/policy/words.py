"""The words that policy, register and data share, and how strictly files are read."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints

__all__ = [
    "AppiClass",
    "Audience",
    "Country",
    "Danger",
    "Ground",
    "Key",
    "Model",
    "Period",
    "Role",
    "SubjectGroup",
]


class Role(StrEnum):
    """What a column does to a person's anonymity (the words of ISO/IEC 20889)."""

    DIRECT = "direct"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    NONE = "none"


class AppiClass(StrEnum):
    """The class of the Act on the Protection of Personal Information a column falls in."""

    PERSONAL = "personal_information"
    CODE = "individual_identification_code"
    SPECIAL_CARE = "special_care_required"
    REFERABLE = "personally_referable_information"
    NONE = "none"


class SubjectGroup(StrEnum):
    """The groups of people; ``customer`` stands for customers, clients and suppliers."""

    CUSTOMER = "customer"
    APPLICANT = "applicant"
    CLIENT_PROVIDED = "client_provided"
    VISITOR = "visitor"
    OTHER = "other"


class Ground(StrEnum):
    """Why something may be handed to a third party (APPI Articles 27 and 43)."""

    CONSENT = "consent"
    STATISTICAL = "statistical"
    SUBCONTRACTOR = "subcontractor"
    SUCCESSION = "succession"
    LAW = "law"
    OPT_OUT = "opt_out"
    JOINT_USE = "joint_use"


class Audience(StrEnum):
    """Who gets to see a result; ``special_care`` is the bound for such data, whoever sees it."""

    INTERNAL = "internal"
    RECIPIENT = "recipient"
    PUBLIC = "public"
    SPECIAL_CARE = "special_care"


class Danger(StrEnum):
    """What safety measures stand against."""

    LOSS = "loss"
    FALSIFICATION = "falsification"
    LEAKAGE = "leakage"


Key = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$", max_length=80)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Period = Annotated[str, StringConstraints(pattern=r"^P(\d+[YMWD])+$")]


class Model(BaseModel):
    """What is read from a file: frozen, no unknown key, and no value in an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, str_min_length=1
    )
    #: Which attribute holds keys of which kind of entry (``"flows.to": "systems"``).
    refers: ClassVar[dict[str, str]] = {}
