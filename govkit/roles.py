"""What a column is to a person: its role, and its class in the law."""

from enum import StrEnum

__all__ = ["AppiClass", "Role"]


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
