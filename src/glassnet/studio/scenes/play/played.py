"""What the playground trains: its settings, and the points that they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import ACTIVATIONS
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.losses import LOSSES
from glassnet.core.network import Network
from glassnet.core.optimizers import OPTIMIZERS, Optimizer
from glassnet.core.optimizers import get as optimizer_of
from glassnet.data.sets import generated
from glassnet.files.plain import from_plain
from glassnet.studio.messages import choice

Array = NDArray[Any]

MOST_LAYERS, MOST_NEURONS, MOST_ROWS = 8, 64, 20_000
MOST_LABELS = 10
SETS = {
    "moons": generated.moons,
    "circles": generated.circles,
    "xor": generated.xor,
    "spiral": generated.spirals,
    "three spirals": generated.spirals3,
    "blobs": generated.blobs,
    "plane": None,
    "waves": None,
}
OWN = "own"
NUMBERS = ("plane", "waves")  # sets whose target is a number


@dataclass(frozen=True)
class PlayLayer:
    """A hidden layer."""

    n: int = 8
    activation: str = "tanh"


@dataclass(frozen=True)
class PlaySettings:
    """All that can be set in the playground.

    Args:
        set: the points: one that is made, or "own", drawn or brought: `points`, rows of x0, x1
            and the target.
        rows, noise, seed: of a set that is made; the seed is the weights' and the order's too.
        test: the share of the points that is never trained on.
        task: whether the target is a class or a number.
        layers: the hidden ones, first to last.
        knobs: an optimizer's own settings, by their names.
        dropout: after each hidden layer.
        each: whether two classes have an output each, and softmax, as more of them have.
    """

    set: str = "moons"
    rows: int = 400
    noise: float = 0.15
    seed: int = 0
    test: float = 0.3
    points: list[list[float]] = field(default_factory=list)
    task: Literal["classes", "number"] = "classes"
    layers: list[PlayLayer] = field(default_factory=lambda: [PlayLayer(), PlayLayer()])
    loss: str | None = None
    optimizer: str = "adam"
    learning_rate: float = 0.01
    knobs: dict[str, float] = field(default_factory=dict)
    batch: int = 32
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    each: bool = False

    def checked(self) -> "PlaySettings":
        """These settings, where they make a playground. Raises: InputError where they do not."""
        choice("set", self.set, [*SETS, OWN])
        choice("optimizer", self.optimizer, [*OPTIMIZERS])
        _within("rows", self.rows, 4, MOST_ROWS)
        _within("noise", self.noise, 0, 2)
        _within("seed", self.seed, 0, 2**32 - 1)
        _within("test", self.test, 0, 0.9)
        _within("learning_rate", self.learning_rate, 1e-7, 1e3)
        _within("batch", self.batch, 1, MOST_ROWS)
        _within("l1", self.l1, 0, 10)
        _within("l2", self.l2, 0, 10)
        _within("dropout", self.dropout, 0, 0.9)
        if len(self.layers) > MOST_LAYERS:
            raise InputError(f"a network has at most {MOST_LAYERS} hidden layers here.")
        for layer in self.layers:
            _within("a layer's neurons", layer.n, 1, MOST_NEURONS)
            choice("activation", layer.activation, [*ACTIVATIONS])
        if self.loss is not None:
            choice("loss", self.loss, [*LOSSES])
        if self.set == OWN:
            self._check_points()
        self.rule()
        return self

    def _check_points(self) -> None:
        if not 2 <= len(self.points) <= MOST_ROWS:
            raise InputError(f"own points are 2 to {MOST_ROWS:,}; these are {len(self.points):,}.")
        if any(len(point) != 3 or not np.isfinite(point).all() for point in self.points):
            raise InputError("a point of one's own is three finite numbers: x0, x1 and its target.")
        labels = {point[2] for point in self.points}
        if self.task == "classes" and not labels <= set(range(MOST_LABELS)):
            raise InputError(f"the points' classes are whole numbers, 0 to {MOST_LABELS - 1}.")

    @property
    def gives_number(self) -> bool:
        return self.set in NUMBERS or (self.set == OWN and self.task == "number")

    def changed(self, some: Mapping[str, Any]) -> "PlaySettings":
        """With some of them others, as JSON has them. Raises: InputError for what is none."""
        hints = {each.name: each for each in fields(self)}
        for name in some:
            choice("setting", name, [*hints])
        told = {each: getattr(self, each) for each in hints}
        found = from_plain(PlaySettings, _plain(told) | dict(some), "settings")
        if found.set != OWN:
            found = replace(found, task="number" if found.set in NUMBERS else "classes")
        return found.checked()

    def rule(self) -> Optimizer:
        return optimizer_of(self.optimizer, learning_rate=self.learning_rate, **self.knobs)

    def network(self, outputs: int, learned: Network | None = None) -> Network:
        """The network; what another one of these inputs learned is kept where it has a place."""
        layers: list[Dense | Dropout] = []
        n_in = 2
        for layer in self.layers:
            layers.append(Dense(n_in, layer.n, layer.activation))
            if self.dropout:
                layers.append(Dropout(self.dropout))
            n_in = layer.n
        output = "identity" if self.gives_number else "sigmoid" if outputs == 1 else "softmax"
        layers.append(Dense(n_in, outputs, output))
        net = Network(layers, self.loss, seed=self.seed, l1=self.l1, l2=self.l2)
        net.classes = learned.classes if learned else None
        for ours, theirs in zip(net.dense_layers, learned.dense_layers if learned else ()):
            rows, columns = np.minimum(ours.W.shape, theirs.W.shape)
            ours.W[:rows, :columns] = theirs.W[:rows, :columns]
            ours.b[:rows] = theirs.b[:rows]
        return net


def _plain(told: Any) -> Any:
    from glassnet.files.plain import to_plain

    return to_plain(told)


def _within(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise InputError(f"{name} is {value:g}: give {least:g} to {most:,.12g}.")


@dataclass(frozen=True)
class Points:
    """The points in the plane: x, (N, 2); y, (N,), a class or a number; which are for the test."""

    x: Array
    y: Array
    is_test: NDArray[np.bool_]
    labels: int  # 0 where the target is a number
    outputs: int


def points_of(settings: PlaySettings) -> Points:
    """The points that the settings make, scaled to lie about within −1 and 1."""
    rng = np.random.default_rng(settings.seed)
    if settings.set == OWN:
        told = np.array(settings.points, np.float64)
        x, y = told[:, :2], told[:, 2]
    elif settings.set in NUMBERS:
        x = rng.uniform(-1, 1, (settings.rows, 2))
        y = (
            x.sum(axis=1) / 2
            if settings.set == "plane"
            else np.sin(3 * x[:, 0]) * np.cos(3 * x[:, 1])
        )
        y = y + settings.noise * rng.standard_normal(settings.rows)
    else:
        make: Any = SETS[settings.set]
        x, y = make(settings.rows, settings.noise, settings.seed)
    x, y = np.asarray(x, np.float64), np.asarray(y).reshape(len(x), -1)[:, 0]
    x = (x - x.mean(axis=0)) / (np.abs(x - x.mean(axis=0)).max() or 1.0)
    is_test = np.zeros(len(x), bool)
    is_test[rng.permutation(len(x))[: round(settings.test * len(x))]] = True
    if is_test.all():
        is_test[0] = False
    if settings.gives_number:
        return Points(x.astype(np.float32), y.astype(np.float32), is_test, 0, 1)
    labels = max(int(y.max()) + 1, 2)
    outputs = labels if labels > 2 or settings.each else 1
    return Points(x.astype(np.float32), y.astype(np.intp), is_test, labels, outputs)


def settings_of(net: Network, X: Array, y: Array) -> PlaySettings:
    """The settings by which the playground would make a network of this form, and these rows.

    Raises: InputError where it would not.
    """
    labels: list[Any] | None = None
    if net.n_out > 1 or net.dense_layers[-1].activation.name == "sigmoid":
        labels = net.classes if net.classes is not None else sorted(set(y.tolist()))
    place = {label: n for n, label in enumerate(labels or ())}
    if labels is not None and not set(y.tolist()) <= place.keys():
        raise InputError("the rows have labels that the network does not know.")
    targets = y.astype(float) if labels is None else np.array([place[each] for each in y.tolist()])
    rows = np.column_stack([X, targets]).astype(float)
    rates = [layer.rate for layer in net.layers if isinstance(layer, Dropout)]
    found = PlaySettings(
        set=OWN,
        points=rows.tolist(),
        task="number" if labels is None else "classes",
        layers=[PlayLayer(each.n_out, each.activation.name) for each in net.dense_layers[:-1]],
        loss=net.loss.name,
        l1=net.l1,
        l2=net.l2,
        dropout=rates[0] if rates else 0.0,
        each=net.n_out == 2,
    ).checked()
    made = found.network(points_of(found).outputs)
    if [repr(layer) for layer in made.layers] != [repr(layer) for layer in net.layers]:
        raise InputError(
            "the playground has networks with one dropout after each hidden layer, a softmax, a "
            "sigmoid or a plain number at the end; this one is of another form."
        )
    return found
