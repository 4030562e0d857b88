"""What a diagnosis stands on, as records: of layers, updates, probes, rows and the run."""

from dataclasses import dataclass, field, fields

import numpy as np

from glassnet.core.network import Network
from glassnet.explain.diagnosis.leak import Leak
from glassnet.training import Recording

# f′ below this part of its greatest value lets through less than a hundredth of the gradient:
# |z| > 6.0 for sigmoid, |z| > 3.0 for tanh
FLAT = 0.01
NEIGHBOURS = 5


@dataclass(frozen=True)
class LayerFigures:
    """One layer at one step. Shares are None where the activation knows no such thing.

    `delta` is ‖delta‖ over the rows, `W` is ‖W‖; `dead` is the share of neurons whose
    activation is 0 for every row, `flat` that of values with |f′| < FLAT of its greatest,
    `stuck` that of neurons flat for every row.
    """

    activation: str
    delta: float
    W: float
    dead: float | None
    flat: float | None
    stuck: float | None


@dataclass(frozen=True)
class ProbedUpdate:
    """The update that a step made, and what became, or would have become, of the objective.

    `ratios` are ‖ΔW‖/‖W‖ of each layer, `ratio` ‖Δθ‖/‖θ‖ of all that is learned. `own_…` are
    of the step's batch with its masks, `seen_…` of the rows that every probe looks at: before
    the update, after it, after ten times it. Of 1, 1/10, 1/100, … `good` is the first part of
    the update that lowers the loss of its own batch; None where none does. `downhill` is the
    cosine of Δθ and −grad of the seen rows. `plain` is what the step's own gradient alone,
    without what momentum remembers, would have made of them.
    """

    ratio: float
    ratios: list[float]
    own_before: float
    own_after: float
    seen_before: float
    seen_after: float
    seen_tenfold: float
    good: float | None
    downhill: float
    plain: float | None = None


@dataclass(frozen=True)
class Probe:
    """The rows looked at, through the network before one step.

    `skill` is how much of what a constant answer leaves open is answered: 0 for a constant, 1
    for no error. `predicted` is each class's share of the predictions, `spread` the standard
    deviation of the predictions by that of the targets. `noise` is the gradient noise scale
    tr Σ/|G|² in rows: a batch that large has a gradient of as much noise as signal.
    """

    step: int
    loss: float
    skill: float
    layers: list[LayerFigures]
    noise: float
    predicted: list[float] | None = None
    spread: float | None = None
    update: ProbedUpdate | None = None


@dataclass(frozen=True)
class Inputs:
    """The features as the network met them: root mean squares, and the worst mean/deviation."""

    median: float
    largest: float
    largest_at: int
    off_centre: float
    off_centre_at: int


@dataclass(frozen=True)
class AtEnd:
    """What more rows say of the network that training ended with.

    `recall` is of each class the share of its rows that are taken for it; `dead` is of each
    layer the share of ReLUs with a = 0 for all of them, None where it has no ReLUs.
    """

    rows: int
    recall: list[float] | None
    dead: list[float | None]


@dataclass(frozen=True)
class RunFigures:
    """All the numbers that a diagnosis stands on. Without the data, what hangs on them is None.

    `neighbours_skill` is what the nearest other rows tell, `class_shares` how many rows are of
    each class, `averaged_loss` that of the mean of the parameters from step `averaged_from` on.
    """

    last_step: int
    probes: list[Probe] = field(default_factory=list)
    inputs: Inputs | None = None
    class_shares: list[float] | None = None
    at_end: AtEnd | None = None
    constant_loss: float = np.nan
    neighbours_skill: float | None = None
    leak: Leak | None = None
    averaged_loss: float | None = None
    averaged_from: int = 0
    rows: int | None = None
    rows_looked_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Figures(RunFigures):
    """The same, with the run and its first and last network at hand."""

    recording: Recording
    first: Network
    last: Network

    @property
    def end(self) -> Probe | None:
        return self.probes[-1] if self.probes else None

    @property
    def numbers(self) -> RunFigures:
        """The numbers alone, to be kept."""
        return RunFigures(**{each.name: getattr(self, each.name) for each in fields(RunFigures)})
