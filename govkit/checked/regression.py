"""Regressions of statsmodels as tables: coefficients, and what they rest on."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from govkit.checked.calls import Asked
from govkit.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govkit.tables import Rules


_MODELS = {"ols": "OLS", "logit": "Logit", "probit": "Probit"}


def fit(
    method: str, args: Sequence[Any], options: Mapping[str, Any], rules: Rules, degrees: float
) -> tuple[Asked, dict[str, Any]]:
    """Fit a model: ``endog, exog`` as statsmodels takes them, or a formula and ``data``.

    Unsafe are too few residual degrees of freedom, and an explanatory variable with two values one
    of which few records have: its coefficient is a small table in disguise.

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
    formula = isinstance(args[0] if args else options.get("formula"), str)
    model = getattr(smf, method) if formula else getattr(sm, _MODELS[method])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on convergence: the table says whether it converged
        made = model(*args, **options)
        found = made.fit() if method == "ols" else made.fit(disp=0)
    names, ends = list(map(str, made.exog_names)), np.asarray(found.conf_int())
    columns = {
        "coef": found.params, "std err": found.bse, "t" if method == "ols" else "z": found.tvalues,
        "p": found.pvalues, "0.025": ends[:, 0], "0.975": ends[:, 1],
    }  # fmt: skip
    coefficients = pd.DataFrame({k: np.asarray(v, float) for k, v in columns.items()}, names)
    facts = {"records": found.nobs, "residual degrees of freedom": found.df_resid}
    facts |= {"R-squared": found.rsquared} if method == "ols" else {
        "pseudo R-squared": found.prsquared, "converged": found.mle_retvals["converged"],
    }  # fmt: skip
    facts["log-likelihood"] = found.llf
    sides = [np.unique(column, return_counts=True)[1] for column in np.asarray(made.exog).T]
    thin = sum(len(side) == 2 and side.min() < (rules.threshold or 0) for side in sides)  # noqa: PLR2004
    reasons = {"degrees_of_freedom": 1} if found.df_resid < degrees else {}
    reasons |= {"implicit_table": int(thin)} if thin else {}
    facts_frame = pd.DataFrame({"value": {k: float(v) for k, v in facts.items()}})
    told = {"endog": str(made.endog_names), "exog": names}
    return Asked((coefficients, facts_frame), [], coefficients, reasons), told
