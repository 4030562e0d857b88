"""Which way a training goes, by NumPy or compiled: by sizes and settings, never by the clock.

The bits of the two differ, so that the same seed gives the same bits only where the choice is the
same: it depends on nothing that another run of the same training would find otherwise.
"""

import math

from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.parts import as_written
from glassnet.training.loop.compiled.kernels import Compiling, Kernels
from glassnet.training.settings import Settings

NUMPY, COMPILED, PYTHON = "numpy", "compiled", "python"
PAYS = 30.0  # seconds by NumPy: what is saved pays for compiling at the first use too

# seconds of a step by NumPy on one core, as docs/speed.md measures them
A_STEP, A_PRODUCT, AN_OUTPUT, A_PARAMETER = 20e-6, 2.2e-11, 2e-9, 2e-9
A_NUMBER = 8e-8  # of a step by numbers of plain Python, for each of theta and each row

MOST = 100  # numbers of a network; beyond, arrays are as fast as plain Python
WORK = 250  # numbers times rows of a batch: 20 µs, about what a step of arrays takes
ROWS = 10_000  # that are kept as lists


def is_tiny(net: Network, rows: int, batch_size: int) -> bool:
    """Whether a training's steps are made of numbers one by one, not of arrays."""
    size = min(batch_size, rows)
    return net.theta.size <= MOST and size * net.theta.size <= WORK and rows <= ROWS


def seconds_by_numpy(net: Network, rows: int, batch_size: int, epochs: int) -> float:
    """What a training takes about, by its sizes: good to a factor of two.

    A tiny network's goes by numbers of plain Python, as it does where it is not compiled.

    >>> net = Network.dense([784, 128, 10])
    >>> 3 < seconds_by_numpy(net, 60_000, 128, 10) < 12
    True
    >>> 0.5 < seconds_by_numpy(Network.dense([2, 2, 2]), 1, 1, 1_000_000) < 2
    True
    """
    size = min(batch_size, rows)
    if is_tiny(net, rows, batch_size):
        return epochs * math.ceil(rows / batch_size) * size * net.theta.size * A_NUMBER
    layers = net.dense_layers
    products = 3 * size * sum(layer.n_in * layer.n_out for layer in layers)
    outputs = size * sum(layer.n_out for layer in layers)
    step = A_STEP + products * A_PRODUCT + outputs * AN_OUTPUT + net.theta.size * A_PARAMETER
    return epochs * math.ceil(rows / batch_size) * step


def has_compiled_form(net: Network, activations: frozenset[str]) -> bool:
    """Whether every layer of the network has one; an output that has none is computed by core."""
    hidden = [layer.activation for layer in net.dense_layers[:-1]]
    return (
        as_written(net, "forward", "backward", "measure")
        and all(map(as_written, net.layers))
        and all(as_written(f) and f.name in activations for f in hidden)
    )


def kernels_for(
    net: Network, rule: Optimizer | LBFGS, rows: int, settings: Settings, named: str | None
) -> Kernels | None:
    """The compiled functions that a training goes by; None where it goes by NumPy.

    Args: named, the way that the checkpoint went which is gone on from; None where there is none.

    Raises: InputError where that way, or the one asked for, cannot be gone.
    """
    made: Compiling | None = settings.compiled
    wanted = None if made is None else made.wanted
    if named == COMPILED:
        _check_it_can_be_gone(made)
    elif named is not None and wanted:
        raise InputError(
            "the checkpoint is of a training by NumPy, and goes on so: leave --compiled on out."
        )
    if made is None or wanted is False or (named is not None and named != COMPILED):
        return None
    if wanted is None and named is None:
        long = seconds_by_numpy(net, rows, settings.batch_size, settings.epochs) >= PAYS
        # a recorded run is to be made again, bit by bit, by whoever reads it
        if settings.record is not None or not long:
            return None
    if not made.there:
        if wanted:
            raise InputError(f"compiled functions were asked for, and need {made.missing}.")
        return None
    if isinstance(rule, LBFGS) or not has_compiled_form(net, made.activations):
        if wanted:
            what = "L-BFGS has" if isinstance(rule, LBFGS) else "parts of this network have"
            made.say(f"{what} no compiled form: the training goes by NumPy.")
        return None
    return made.kernels()


def _check_it_can_be_gone(made: Compiling | None) -> None:
    begins = "the checkpoint is of a compiled training, and goes on compiled"
    if made is not None and made.wanted is False:
        raise InputError(f"{begins}: leave --compiled off out, or give another folder.")
    if made is None or not made.there:
        missing = "numba" if made is None else made.missing
        raise InputError(f"{begins}, which needs {missing}; or give another folder.")
