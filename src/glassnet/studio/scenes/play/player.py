"""A network of the playground while it learns: update by update, and what is seen of it."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.explain.diagnosis.diagnose import Diagnosis, diagnose
from glassnet.explain.landscape.landscape import (
    HiddenSpace,
    Surface,
    bounds_of,
    hidden_space,
    loss_surface,
    principal_directions,
)
from glassnet.studio.scenes.play.played import PlaySettings, Points, points_of, settings_of
from glassnet.training import Recording, fit
from glassnet.training.loop.descent import around_update
from glassnet.training.loop.fast_pass import plan_for
from glassnet.training.loop.fast_update import update_for
from glassnet.training.loop.order import Order
from glassnet.training.rows import PassOver

Array = NDArray[Any]

SIDE = 100  # of the grid on which the network's answer is seen
SMALL = 20  # of the grid on which each neuron is
MOST_CURVE = 500  # points of the loss curves
MOST_PATH = 200  # thetas of the path on the loss surface
MOST_DIAGNOSED = 3_000  # updates that a diagnosis makes once more, and records
FRESH = ("set", "rows", "noise", "seed", "test", "points", "task")


class Player:
    """One network on its points, as it stands after `step` updates."""

    def __init__(self, settings: PlaySettings) -> None:
        self.settings = settings
        self.points: Points = points_of(settings)
        low, high = self.points.x.min(), self.points.x.max()
        self.bounds = bounds_of(np.array([[low, low], [high, high]]), 0.1)
        self.start(None)

    @classmethod
    def of(cls, net: Network, X: Array, y: Array) -> "Player":
        """A network of one's own, in the plane of its own rows.

        Raises: InputError where the rows are not what it learns, or it is of more than is shown.
        """
        told = settings_of(net, X, y)
        player = cls(told)
        player.points = replace(player.points, x=X.astype(np.float32))
        player.bounds = bounds_of(X, 0.1)
        player.net = net
        player.begin()
        return player

    # -- what is trained -------------------------------------------------------------------

    def start(self, learned: Network | None) -> None:
        """The first update again; with `learned` from what that network knows."""
        self.net = self.settings.network(self.points.outputs, learned)
        self.begin()

    def begin(self) -> None:
        """Counts from here: the first update is the next."""
        self.first = self.net.theta.copy()
        self.step = self.done = 0
        self.epoch = 0.0
        self.curve: list[tuple[float, float, float]] = []
        self.path: list[Array] = []
        self.every = 1
        self.ended = ""
        self._bind()
        self._note()

    def change(self, settings: PlaySettings) -> bool:
        """Takes other settings; whether the network begins anew, since its points are others."""
        before, self.settings = self.settings, settings
        if any(getattr(before, name) != getattr(settings, name) for name in FRESH):
            self.__init__(settings)
            return True
        if (
            before.learning_rate != settings.learning_rate
            and before.optimizer == settings.optimizer
        ):
            self.rule.learning_rate = settings.learning_rate
        learned, step, epoch = self.net, self.step, self.epoch
        curve, path, every = self.curve, self.path, self.every
        self.net = settings.network(self.points.outputs, learned)
        same = self.net.theta.size == learned.theta.size
        self.step, self.epoch, self.curve = step, epoch, curve
        self.path, self.every, self.ended = path if same else [], every, ""
        self.first = self.first if same else self.net.theta.copy()
        self._bind()
        return False

    def _bind(self) -> None:
        settings, points, net = self.settings, self.points, self.net
        learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
        self.rule = settings.rule()
        self.update = update_for(self.rule, learned, grad)
        self.before_update, self.after_update = around_update(net, None, None)
        self.x, self.y = points.x[~points.is_test], points.y[~points.is_test]
        self.size = min(settings.batch, len(self.x))
        self.plans: dict[int, PassOver] = {}
        self.rng = np.random.default_rng([settings.seed, 1])
        self.done, self.order = 0, Order(len(self.x), self._shuffle())

    def _shuffle(self) -> np.random.Generator | None:
        return self.rng if self.size < len(self.x) else None

    def go(self, updates: int) -> None:
        """So many updates; fewer where the loss is no number any more."""
        with np.errstate(all="ignore"), self.update.bound():
            for _ in range(updates):
                if self.ended or not self._one():
                    return

    def _one(self) -> bool:
        if self.done >= len(self.x):
            self.done, self.order = 0, Order(len(self.x), self._shuffle())
        rows = self.order.rows(self.done, self.done + self.size)
        if len(rows) not in self.plans:
            self.plans[len(rows)] = plan_for(self.net, self.x, self.y, None, len(rows))
        loss = self.plans[len(rows)](rows, self.rng)
        if not np.isfinite(loss):
            self.ended = f"the loss is no number any more at update {self.step + 1:,}"
            return False
        for each in self.before_update:
            each()
        self.update(1.0)
        for each in self.after_update:
            each()
        self.done += len(rows)
        self.step += 1
        self.epoch += len(rows) / len(self.x)
        if self.step % self.every == 0:
            self._note()
        return True

    def _note(self) -> None:
        """A point of the curves, and of the path; of too many every other one is dropped."""
        self.curve.append((float(self.step), self.loss(test=False), self.loss(test=True)))
        self.path.append(self.net.theta.copy())
        if len(self.curve) > MOST_CURVE:
            self.curve, self.every = self.curve[::2], 2 * self.every
        if len(self.path) > MOST_PATH:
            self.path = self.path[::2]

    # -- what is seen ----------------------------------------------------------------------

    def loss(self, test: bool) -> float:
        rows = self.points.is_test if test else ~self.points.is_test
        if not rows.any():
            return float("nan")
        with np.errstate(all="ignore"):
            p = self.net.forward(self.points.x[rows])
            return self.net.measure(p, self.points.y[rows]).loss

    def accuracy(self, test: bool) -> float:
        rows = self.points.is_test if test else ~self.points.is_test
        if self.points.labels == 0 or not rows.any():
            return float("nan")
        with np.errstate(all="ignore"):
            out = self.net.forward(self.points.x[rows]).y_hat
        return float(np.mean(self._chosen(out) == self.points.y[rows]))

    def _chosen(self, out: Array) -> Array:
        return (out[:, 0] > 0.5).astype(int) if out.shape[1] == 1 else out.argmax(axis=1)

    def _grid(self, side: int) -> Array:
        x0, x1 = np.linspace(*self.bounds[:2], side), np.linspace(*self.bounds[2:], side)
        raw = np.stack(np.meshgrid(x0, x1), axis=-1).reshape(-1, 2)
        return raw.astype(self.net.dtype)

    def seen(self, side: int = SIDE) -> tuple[dict[str, Any], dict[str, Array]]:
        """A frame's head and its arrays."""
        net, size = self.net, min(SMALL, side)
        with np.errstate(all="ignore"):
            regions = net.forward(self._grid(side)).y_hat.reshape(side, side, -1)
            small = net.forward(self._grid(size)).dense
            p = net.forward(self.x[: min(len(self.x), 500)])
        neurons = np.concatenate([step.a.T.reshape(-1, size, size) for step in small])
        head = {
            "scene": "play",
            "step": self.step,
            "epoch": self.epoch,
            "loss": self.curve[-1][1],
            "test_loss": self.curve[-1][2],
            "accuracy": self.accuracy(test=False),
            "test_accuracy": self.accuracy(test=True),
            "sizes": [layer.n_out for layer in net.dense_layers],
            "bounds": self.bounds,
            "ended": self.ended,
        }
        return head, {
            "regions": regions.astype(np.float32),
            "neurons": neurons.astype(np.float32),
            "curves": np.array(self.curve, np.float64),
            "theta": net.theta,
            "gradients": np.array([_size(layer.dW) for layer in net.dense_layers]),
            "activations": np.array([_size(step.a) for step in p.dense]),
            "dead": np.array([float(np.mean(~step.a.any(axis=0))) for step in p.dense]),
        }

    # -- what is asked ---------------------------------------------------------------------

    def named(self) -> Network:
        """The network as it is now, with its classes."""
        net = self.net.copy()
        if self.points.labels:
            net.classes = list(range(self.points.labels))
        return net

    def hidden(self, layer: int | None) -> HiddenSpace:
        return hidden_space(self.net, self.points.x, layer)

    def surface(self) -> Surface:
        """The loss round the path, in the plane of its two largest directions."""
        if len(self.path) < 3:
            raise InputError("a path needs three updates: let it train first.")
        thetas = np.stack([*self.path, self.net.theta]).astype(np.float64)
        return loss_surface(self.net, self.x, self.y, principal_directions(thetas), path=thetas)

    def diagnosed(self) -> Diagnosis:
        """What ails the training, by its first updates, made once more and recorded."""
        if self.step < 2:
            raise InputError("nothing was trained yet: let it run, then ask.")
        net = self.named()
        net.theta[...] = self.first
        epochs = max(1, round(min(self.step, MOST_DIAGNOSED) * self.size / len(self.x)))
        share = self.points.is_test
        held = (self.points.x[share], self.points.y[share]) if share.any() else None
        with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
            run = Path(folder) / "run"
            for _ in fit(
                net, self.x, self.y, epochs=epochs, batch_size=self.size,
                optimizer=self.settings.rule(), seed=self.settings.seed, validation=held,
                record=run,
            ):  # fmt: skip
                pass
            recording = Recording.open(run)
            return diagnose(recording, recording.rows(self.x, self.y))


def _size(array: Array) -> float:
    return float(np.abs(array).mean()) if array.size else 0.0
