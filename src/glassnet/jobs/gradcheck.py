"""Every gradient of a model, or of the worked example, beside a numerical one."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from glassnet.core.numerical.gradcheck import GradCheck, along_directions
from glassnet.core.numerical.gradcheck import gradcheck as check
from glassnet.core.validation.rules import Whole
from glassnet.exchange import load
from glassnet.explain import WORKED


@dataclass(frozen=True)
class CheckedGradients:
    """What came of the check: what is told of it, of which network, of how many parameters."""

    result: GradCheck
    name: str
    parameters: int


def gradcheck(
    model: str | Path | None = None, rows: int = 8, seed: int = 0, most: int | None = None
) -> CheckedGradients:
    """Each gradient against a central difference, and the whole along random directions.

    Args:
        model: a model file, checked with random samples; None for the worked example, with its own.
        rows, seed: of those samples, how many, and by which they are drawn.
        most: of each array at most so many parameters, evenly spread.

    Raises: InputError where the model cannot be read, or a number makes no sense.
    """
    Whole(least=1)("rows", rows)
    Whole(least=0)("seed", seed)
    if most is not None:
        Whole(least=1)("most", most)
    if model is None:
        net, name = WORKED.network("neuron"), WORKED.name
        x, y = np.array([WORKED.inputs]), np.array([WORKED.targets])
    else:
        net, name = load(model), str(model)
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(rows, net.n_in))
        y = net.loss.draw(rng, rows, net.n_out)
    found = check(net, x, y, max_receipts=most)
    whole = along_directions(net, x, y)
    return CheckedGradients(replace(found, along_directions=whole), name, net.theta.size)
