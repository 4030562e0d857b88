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
from glassnet.studio.scenes.play.kept import Kept, Moment
from glassnet.studio.scenes.play.played import PlaySettings, Points, points_of, settings_of
from glassnet.training.loop.descent import around_update
from glassnet.training.loop.fast_pass import plan_for
from glassnet.training.loop.fast_update import update_for
from glassnet.training.loop.order import Order
from glassnet.training.rows import PassOver

Array = NDArray[Any]

SIDE = 100  # of the grid on which the network's answer is seen
SMALL = 20  # of the grid on which each neuron is
MOST_CURVE = 500  # points of the loss curves
FLAT, CURVED = 0.02, 8  # change of the loss that is hardly one; points by which it is told
MOST_PATH = 200  # thetas of the path on the loss surface
FORM = ("layers", "loss", "dropout")  # what another network is made for
FRESH = ("set", "rows", "noise", "seed", "test", "points", "task")


class Player:
    """One network on its points, as it stands after `step` updates."""

    def __init__(self, settings: PlaySettings) -> None:
        self.settings = settings
        self.points: Points = points_of(settings)
        low, high = self.points.x.min(), self.points.x.max()
        self.bounds = bounds_of(np.array([[low, low], [high, high]]), 0.1)
        self.watched: tuple[int, int] | None = None  # layer and index of a neuron seen large
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
        if net.classes is None and told.task == "classes":
            net.classes = sorted(set(y.tolist()))  # as `fit` does
        player.begin()
        return player

    # -- what is trained -------------------------------------------------------------------

    def start(self, learned: Network | None) -> None:
        """The first update again; with `learned` from what that network knows."""
        fresh, own = self.settings.network(self.points.outputs, learned), vars(self).get("net")
        if learned is None and self.points.labels:
            fresh.classes = list(range(self.points.labels))
        if own is None or _form(own) != _form(fresh):
            self.net = fresh
        else:  # somebody's own begins anew itself
            own.theta[...] = fresh.theta
        self.begin()

    def begin(self) -> None:
        """Counts from here: the first update is the next."""
        self.step = self.done = 0
        self.epoch = 0.0
        self.curve: list[tuple[float, float, float]] = []
        self.path: list[Array] = []
        self.every = 1
        self.ended = ""
        self._bind()
        self._note()

    def change(self, settings: PlaySettings) -> bool:
        """Takes other settings; whether the network begins anew, since its points are others.

        Raises: InputError, with all as it was, where there is no such network.
        """
        if any(getattr(self.settings, name) != getattr(settings, name) for name in FRESH):
            vars(self).update(vars(Player(settings)))
            return True
        learned = net = self.net
        if any(getattr(self.settings, name) != getattr(settings, name) for name in FORM):
            net = settings.network(self.points.outputs, learned)
            self.watched = None
        net.l1, net.l2 = settings.l1, settings.l2
        self.settings, self.net = settings, net
        if net.theta.size != learned.theta.size:
            self.path = []
        self._bind()
        if self.ended and np.isfinite(self.loss(test=False)):
            self.ended = ""
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
        self.kept, self.measured = Kept(self.step), False

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
        due = self.kept.is_due(self.step)
        drawn_from = self.rng.bit_generator.state if due else {}
        loss = self.plans[len(rows)](rows, self.rng)
        ends = not np.isfinite(loss)
        if due or ends:
            state = {name: array.copy() for name, array in self.update.state.items()}
            at = Moment(self.step, loss, self.net.theta.copy(), self.rule.t, state, rows.copy(),
                        drawn_from or self.rng.bit_generator.state)  # fmt: skip
            self.kept.keep(at)
        self.measured = not ends
        if ends:
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
        return self.read(test)[0]

    def read(self, test: bool) -> tuple[float, NDArray[np.bool_]]:
        """The loss as the network stands, NaN where there are no points, and which it tells
        rightly; of numbers none is right or wrong.
        """
        rows = self.points.is_test if test else ~self.points.is_test
        if not rows.any():
            return float("nan"), np.empty(0, bool)
        with np.errstate(all="ignore"):
            p = self.net.forward(self.points.x[rows])
            loss = self.net.measure(p, self.points.y[rows]).loss
        if self.points.labels == 0:
            return loss, np.empty(0, bool)
        return loss, self.chosen(p.y_hat) == self.points.y[rows]

    @property
    def is_flat(self) -> bool:
        """Whether the training's loss has hardly fallen over the second half of the updates."""
        losses = np.array([loss for _, loss, _ in self.curve])
        if len(losses) < CURVED:
            return False
        before, now = (part.mean() for part in np.array_split(losses[len(losses) // 2 :], 2))
        return bool(before - now < FLAT * before)

    def chosen(self, out: Array) -> Array:
        """The class that each row of outputs is taken for."""
        return (out[:, 0] > 0.5).astype(int) if out.shape[1] == 1 else out.argmax(axis=1)

    def _grid(self, side: int) -> Array:
        x0, x1 = np.linspace(*self.bounds[:2], side), np.linspace(*self.bounds[2:], side)
        raw = np.stack(np.meshgrid(x0, x1), axis=-1).reshape(-1, 2)
        return raw.astype(self.net.dtype)

    def regions(self, side: int = SIDE) -> tuple[dict[str, Any], dict[str, Array]]:
        """The head and the arrays of a frame that shows its answer over the plane alone."""
        with np.errstate(all="ignore"):
            large = self.net.forward(self._grid(side))
        head = {"scene": "play", "step": self.step, "watched": self.watched}
        arrays: dict[str, Array] = {
            "regions": large.y_hat.reshape(side, side, -1).astype(np.float32)
        }
        if self.watched is not None:
            layer, index = self.watched
            told = large.dense[layer - 1].a[:, index].reshape(side, side)
            arrays["watched"] = told.astype(np.float32)
        return head, arrays

    def seen(self, side: int = SIDE) -> tuple[dict[str, Any], dict[str, Array]]:
        """A frame's head and its arrays, with all that is seen of it."""
        net, size = self.net, min(SMALL, side)
        head, arrays = self.regions(side)
        with np.errstate(all="ignore"):
            small = net.forward(self._grid(size)).dense
            p = net.forward(self.x[: min(len(self.x), 500)])
        neurons = np.concatenate([step.a.T.reshape(-1, size, size) for step in small])
        (loss, right), (test_loss, test_right) = self.read(test=False), self.read(test=True)
        wrong = np.zeros(len(self.points.x) if self.points.labels else 0, np.uint8)
        if len(wrong):
            wrong[~self.points.is_test], wrong[self.points.is_test] = ~right, ~test_right
        head |= {
            "epoch": self.epoch,
            "loss": loss,
            "test_loss": test_loss,
            "accuracy": float(right.mean()) if len(right) else None,
            "test_accuracy": float(test_right.mean()) if len(test_right) else None,
            "sizes": [layer.n_out for layer in net.dense_layers],
            "bounds": self.bounds,
            "ended": self.ended,
            "measured": self.measured,
        }
        return head, arrays | {
            "neurons": neurons.astype(np.float32),
            "curves": np.array(self.curve, np.float64),
            "theta": net.theta,
            "gradients": self._gradients(),
            "activations": np.array([_size(step.a) for step in p.dense]),
            "dead": np.array([float(np.mean(~step.a.any(axis=0))) for step in p.dense]),
            "wrong": wrong,
        }

    def _gradients(self) -> Array:
        """Each layer's mean size of the gradient of W and b; NaN where none was computed."""
        if not self.measured:
            return np.full(len(self.net.dense_layers), np.nan)
        both = [np.append(layer.dW, layer.db) for layer in self.net.dense_layers]
        return np.array([_size(each) for each in both])

    # -- what is asked ---------------------------------------------------------------------

    def _by_number(self) -> Network:
        """A copy whose classes are the points' own, from 0, whatever names their owner gave."""
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
        """What ails the training that is seen, since its settings were changed last."""
        if self.step < 2:
            raise InputError("nothing was trained yet: let it run, then ask.")
        if self.step - self.kept.since < 2 and not self.ended:
            raise InputError(
                f"the settings were changed at update {self.kept.since:,}, and nothing was learned "
                "with them yet: let it run, then ask."
            )
        with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
            run, rows = self.kept.recording(
                Path(folder) / "run", self._by_number(), self.settings.rule(), (self.x, self.y),
                self.curve, self.size, self.step,
            )  # fmt: skip
            return diagnose(run, rows)


def _size(array: Array) -> float:
    return float(np.abs(array).mean()) if array.size else 0.0


def _form(net: Network) -> list[str]:
    return [*map(repr, net.layers), net.loss.name]
