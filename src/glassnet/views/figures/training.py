"""Trainings beside each other, and what went on inside the layers during one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.explain.landscape.course import Course
from glassnet.views import colours
from glassnet.views.figures.shared import figure, headline, legend_below, loss_axis, sequential

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_optimizers(runs: Mapping[str, Course]) -> "Figure":
    """The loss of each run over its epochs, from one start.

    Args:
        runs: by name, as `compare_optimizers` gives them.
    """
    fig, axes = figure(7.4, 4.4)
    ax = axes[0]
    for k, (name, run) in enumerate(runs.items()):
        end = {"diverged": " (diverged)", "early": " (stopped early)"}.get(run.history.stopped, "")
        ax.plot(
            run.at,
            np.where(np.isfinite(run.losses), run.losses, np.nan),
            color=colours.of_kind(k),
            linestyle=colours.DASHES[k % len(colours.DASHES)],
            linewidth=2,
            label=name + end,
        )
    loss_axis(ax, np.concatenate([run.losses for run in runs.values()]))
    when(ax, next(iter(runs.values())).unit)
    legend_below(fig, *ax.get_legend_handles_labels())
    headline(fig, "One start and one order of the rows, different optimizers")
    return fig


def draw_activations(run: Course) -> "Figure":
    """How large activations and gradients are, layer by layer, over the training.

    The root mean square of all entries of a and of dW; the gradients on a logarithmic axis,
    where those that vanish or explode towards the input drift apart.
    """
    fig, axes = figure(9.6, 4.2, 1, 2)
    L = run.activations.shape[1]
    for ax, values, what in (
        (axes[0], run.activations, "size of the activations a"),
        (axes[1], run.gradients, "size of the gradients dW"),
    ):
        for l in range(L):
            ax.plot(run.at, values[:, l], label=_layer_name(l, L), **_style(l, L))
        ax.set_title(what, fontsize=11)
        ax.set_ylabel("root mean square")
        when(ax, run.unit)
        ax.grid(color=colours.RULE, linewidth=0.8)
        ax.set_axisbelow(True)
    axes[0].set_ylim(bottom=0)
    gradients = run.gradients[np.isfinite(run.gradients)]
    if gradients.size and gradients.min() > 0:
        loss_axis(axes[1], gradients, "root mean square")
    handles, names = axes[0].get_legend_handles_labels()
    legend_below(fig, handles[:L], names[:L])
    return fig


def _layer_name(l: int, L: int) -> str:
    return f"layer {l + 1}" + (" (output)" if l == L - 1 else "")


def _style(l: int, L: int) -> dict[str, Any]:
    """Up to seven layers in colours of their own; of more, from light at the input to dark."""
    if len(colours.DASHES) >= L:
        return {"color": colours.of_kind(l), "linestyle": colours.DASHES[l], "linewidth": 2}
    return {"color": sequential()(0.25 + 0.75 * l / (L - 1)), "linewidth": 1.6}


def when(ax: "Axes", unit: str) -> None:
    """The x axis in epochs or steps."""
    ax.set_xlabel(f"{unit} (0: before training)")
    ax.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[attr-defined]
    ax.xaxis.set_major_formatter(lambda epoch, _: f"{epoch:,.0f}")
    ax.margins(x=0.02)
