"""Several quantiles measured: the share of the targets below each, and between the outer two."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glassnet.training.measure.baselines import Baseline
from glassnet.training.measure.comparison import verdict
from glassnet.training.measure.figure import (
    Estimate,
    Figure,
    comparison_of,
    figure_of,
    how_drawn,
    rows_text,
)
from glassnet.training.measure.intervals import Bootstrap, wilson
from glassnet.training.outputs import Answers

Floats = NDArray[np.float64]


def estimate_quantiles(
    aimed: Sequence[float],
    y: Floats,
    said: Answers,
    others: Sequence[tuple[Baseline, Answers]],
    *,
    seed: int,
    unseen: bool,
) -> Estimate:
    """The figures of K quantiles, in order, that were said of rows.

        within          the share of the targets from the lowest to the highest quantile
        at_or_below[q]  the share at or below that of q; both with Wilson's limits
        pinball         Σ max(q(y − ŷ), (q − 1)(y − ŷ)) over the quantiles, the mean over the rows,
                        in the unit of the target: by it baselines are compared

    Args: y, (N, 1); said, others, answers (N, K).
    """
    N = len(y)
    figures = {"within": _share((y[:, 0] >= said.y_hat[:, 0]) & (y[:, 0] <= said.y_hat[:, -1]))}
    for q, below in zip(aimed, (y <= said.y_hat).T, strict=True):
        figures[f"at_or_below[{q:g}]"] = _share(below)
    own = _pinball(aimed, y, said.y_hat)
    losses = [_pinball(aimed, y, of.y_hat) for _, of in others]
    bootstrap = Bootstrap(np.column_stack([np.ones(N), own, *losses]), seed)
    limits = bootstrap.interval(lambda S: S[..., 1] / S[..., 0])
    figures["pinball"] = figure_of(limits, how_drawn(bootstrap), float(own.mean()))
    tables, comparisons = {}, []
    for k, ((baseline, of), loss) in enumerate(zip(others, losses, strict=True), start=2):
        within = (y[:, 0] >= of.y_hat[:, 0]) & (y[:, 0] <= of.y_hat[:, -1])
        tables[baseline.name] = {"within": float(within.mean()), "pinball": float(loss.mean())} | {
            f"at_or_below[{q:g}]": float(below.mean())
            for q, below in zip(aimed, (y <= of.y_hat).T, strict=True)
        }
        apart = bootstrap.interval(lambda S, k=k: (S[..., k] - S[..., 1]) / S[..., 0])
        a, b = float(own.mean()), float(loss.mean())
        comparisons.append(
            comparison_of(baseline, "pinball", a, b, b - a, apart, how_drawn(bootstrap))
        )
    told = f"{_said(aimed, figures, rows_text(N, unseen))} "
    told += verdict(comparisons, rows_text(N, unseen))
    return Estimate("number", N, figures, tables, comparisons, told, unseen=unseen)


def _share(holds: NDArray[np.bool_]) -> Figure:
    low, high = wilson(int(holds.sum()), len(holds))
    return Figure(float(holds.mean()), low, high, "Wilson's limits")


def _pinball(aimed: Sequence[float], y: Floats, y_hat: Floats) -> Floats:
    """Of each row, (N,)."""
    q, u = np.asarray(aimed), y - y_hat
    return np.maximum(q * u, (q - 1) * u).sum(axis=1)


def _said(aimed: Sequence[float], figures: dict[str, Figure], rows: str) -> str:
    """Whether the outer two hold what they are asked for, in a sentence."""
    wanted, found = aimed[-1] - aimed[0], figures["within"]
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    if found.low <= wanted <= found.high:
        holds = "as far as so many rows can tell, it holds"
    else:
        holds = "they lie too near" if found.value < wanted else "they lie too far apart"
    return (
        f"Of the {rows} {100 * found.value:.1f} % lie between the quantiles of {aimed[0]:g} and "
        f"{aimed[-1]:g} (95 % limits {100 * found.low:.1f} to {100 * found.high:.1f} %), where "
        f"{100 * wanted:g} % are aimed at: {holds}."
    )
