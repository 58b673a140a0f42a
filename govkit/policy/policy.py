"""The policy: what the company promises, each statement with the clause it belongs to."""

from govkit.errors import InputError
from govkit.policy.entries import PolicyFile
from govkit.policy.reading import line_of
from govkit.policy.words import Written


class Policy(Written, PolicyFile):
    """A personal information protection policy as text that runs (``models/policy.yaml``)."""

    def where(self, *inside: str | int) -> tuple[str, int] | None:
        """Tell the file and the line of a part (``("purposes", 2)``); ``None`` without a file."""
        return (self._path.as_posix(), line_of(self._path, inside)) if self._path else None

    def group_size(self, audience: str, *, special_care: bool = False) -> int:
        """Give the smallest group an audience may be shown.

        Special care-required information needs the larger of both bounds.

        Raises
        ------
        InputError
            The policy states no threshold for the audience.
        """
        wanted = [audience, *(["special_care"] if special_care else [])]
        sizes = [one.group_size for one in self.thresholds if one.audience in wanted]
        if len(sizes) < len(wanted):
            raise InputError("The policy lacks a threshold for this audience: add one.")
        return max(sizes)
