"""Arrays by what they hold, and frames: the words of the signatures."""

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
Integers = NDArray[np.integer[Any]]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

if TYPE_CHECKING:
    import pandas as pd

    DataFrame: TypeAlias = pd.DataFrame
else:
    DataFrame = "pandas.DataFrame"  # it loads when a frame is made
