"""`glassnet gradcheck`: analytic gradients beside numerical ones."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

TEXT_RECEIPTS = 40


def gradcheck(
    model: Path | None = None,
    /,
    *,
    rows: int = 8,
    seed: int = 0,
    most: int = 200,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Check every gradient against a central difference, with a receipt for each parameter.

    Parameters
    ----------
    model
        A model file; without it, the worked example.
    rows
        For a model: how many random samples to check with.
    seed
        Of those samples.
    most
        At most so many parameters of each array, evenly spread.
    json
        Print one JSON document, with every receipt.
    """
    import numpy as np

    from glassnet.cli.output import print_json
    from glassnet.core.errors import InputError
    from glassnet.core.gradcheck import TOLERANCE, along_directions
    from glassnet.core.gradcheck import gradcheck as check
    from glassnet.exchange import load
    from glassnet.explain import WORKED

    if rows < 1 or most < 1 or seed < 0:
        raise InputError("rows and most must be at least 1, and the seed at least 0.")
    if model is None:
        net = WORKED.network("neuron")
        x, y = np.array([WORKED.inputs]), np.array([WORKED.targets])
        name = WORKED.name
    else:
        net, name = load(model), str(model)
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(rows, net.n_in))
        if net.classes is not None:
            y = rng.integers(0, max(net.n_out, 2), rows)
        else:
            y = rng.normal(size=(rows, net.n_out))
    result = check(net, x, y, max_receipts=most)
    whole = along_directions(net, x, y)
    if json:
        print_json(
            {
                "ok": result.ok,
                "arrays": [vars(v) for v in result.arrays],
                "along_directions": whole,
                "receipts": [vars(r) for r in result.receipts],
            }
        )
        return 0 if result.ok else 1
    print(f"gradient check of {name}: {len(result.receipts)} of {net.theta.size} parameters")
    print(f"\n{'address':<14}{'analytic':>18}{'numerical':>18}{'relative':>11}{'rounding':>11}")
    for receipt in result.receipts[:TEXT_RECEIPTS]:
        print(
            f"{receipt.address:<14}{receipt.analytic:>18.10g}{receipt.numerical:>18.10g}"
            f"{receipt.relative_error:>11.1e}{receipt.limit:>11.1e}"
        )
    if len(result.receipts) > TEXT_RECEIPTS:
        print(f"... and {len(result.receipts) - TEXT_RECEIPTS} more: see --json")
    print()
    for verdict in result.arrays:
        word = "ok" if verdict.ok else "WRONG"
        print(f"{verdict.name:<6} relative error {verdict.relative_error:.1e}  {word}")
    print(f"whole gradient along random directions: {whole:.1e}")
    print("every gradient holds" if result.ok else f"a gradient is off by more than {TOLERANCE:g}")
    return 0 if result.ok else 1
