"""glassnet by its compiled functions, as `compiled=True` trains; compiling is not timed."""

import glassnet_
from _door import Training, Worked, main

# The door comes before whatever loads BLAS.
import numba  # isort: skip


def worked(w: Worked):
    return glassnet_.worked(w, compiled=True)


def training(w: Training):
    return glassnet_.training(w, compiled=True)


main(
    f"{glassnet_.LIBRARY}, numba {numba.__version__}",
    worked=worked, training=training, can=glassnet_.CAN,
)  # fmt: skip
