"""Every check at once: a file held against the thresholds that the policy has for an audience."""

import sys
from types import ModuleType
from typing import Any

from govkit.assess.assessing import assess
from govkit.assess.assessment import Assessment, Column, Step, digest_of

__all__ = ["Assessment", "Column", "Step", "assess", "digest_of"]


class _Callable(ModuleType):
    """``govkit.assess(...)`` is the function, whether or not this room was imported before."""

    def __call__(self, *args: Any, **options: Any) -> Assessment:  # noqa: ANN401 - handed on
        return assess(*args, **options)


sys.modules[__name__].__class__ = _Callable
