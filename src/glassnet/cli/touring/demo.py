"""`glassnet demo`: the tour."""

from pathlib import Path

from glassnet.cli.options import Whole


def demo(*, out: Path = Path("glassnet-demo"), seed: Whole = 0) -> int:
    """Follow a network learn: the worked example, 10,000 steps of it, and real digits.

    Parameters
    ----------
    out
        The folder for the pictures and their page.
    seed
        Of the digits' network.
    """
    from glassnet.cli.touring.tour import run_demo
    from glassnet.runtime import blas_threads

    with blas_threads(1):  # every network of the tour is small
        run_demo(out, print, seed)
    return 0
