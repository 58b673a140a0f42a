"""Regressions of statsmodels as tables: coefficients, and what they rest on."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from govkit.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Fit", "fit"]

_MODELS = {"ols": "OLS", "logit": "Logit", "probit": "Probit"}


@dataclass(frozen=True, slots=True, repr=False)
class Fit:
    """A regression's tables, its degrees of freedom, and how few records share a yes or no.

    ``thinnest`` is the smallest number of records on one side of an explanatory variable with two
    values: its coefficient is a statement about them, so it is a small table in disguise.
    """

    call: str
    frames: tuple[pd.DataFrame, ...]
    records: int
    degrees: float
    thinnest: float


def fit(method: str, args: Sequence[Any], options: Mapping[str, Any]) -> Fit:
    """Fit a model: ``endog, exog`` as statsmodels takes them, or a formula and ``data``.

    Raises
    ------
    MissingExtraError
        statsmodels is not installed.
    """
    try:
        import statsmodels.api as sm  # noqa: PLC0415 - an extra
        import statsmodels.formula.api as smf  # noqa: PLC0415
    except ModuleNotFoundError:
        raise MissingExtraError("Regressions", "session") from None
    formula = args[0] if args and isinstance(args[0], str) else options.get("formula")
    model = (
        getattr(smf, method)(*args, **options)
        if isinstance(formula, str)
        else getattr(sm, _MODELS[method])(*args, **options)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on convergence: the table says whether it converged
        found = model.fit() if method == "ols" else model.fit(disp=0)
    names = list(map(str, model.exog_names))
    ends = np.asarray(found.conf_int())
    coefficients = pd.DataFrame(
        {
            "coef": found.params, "std err": found.bse, "t" if method == "ols" else "z":
            found.tvalues, "p": found.pvalues, "0.025": ends[:, 0], "0.975": ends[:, 1],
        }
    ).set_axis(names)  # fmt: skip
    r = {"R-squared": found.rsquared} if method == "ols" else {
        "pseudo R-squared": found.prsquared, "converged": float(found.mle_retvals["converged"]),
    }  # fmt: skip
    facts = {"records": found.nobs, "residual degrees of freedom": found.df_resid} | r
    facts["log-likelihood"] = found.llf
    return Fit(
        f"{method}({formula if isinstance(formula, str) else f'{model.endog_names} ~ '}"
        f"{'' if isinstance(formula, str) else ' + '.join(names)})",
        (coefficients, pd.DataFrame({"value": facts})), int(found.nobs), float(found.df_resid),
        min((_thinner(column) for column in np.asarray(model.exog, float).T), default=np.inf),
    )  # fmt: skip


def _thinner(column: Any) -> float:  # noqa: ANN401 - numbers
    counts = np.unique(column, return_counts=True)[1]
    return float(counts.min()) if len(counts) == 2 else np.inf  # noqa: PLR2004 - yes and no
