"""Digits drawn by hand: what each layer makes of one, and which pixels spoke for the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.optimizers import Adam
from glassnet.data.sets.builtin import load_data
from glassnet.explain.reasons.asked_row import InColumns
from glassnet.explain.reasons.shapley import shared_out
from glassnet.studio.messages import FileToKeep, Wish, frame
from glassnet.studio.scenes.leaving import written
from glassnet.studio.scenes.pace import Pace
from glassnet.training.loop.fast_pass import plan_for
from glassnet.training.loop.fast_update import update_for
from glassnet.training.loop.order import Order
from glassnet.training.measure.importance import image_blocks

SIZES = [64, 32, 10]
INK = 16.0  # a pixel's largest value
BATCH = 32
HELD = 360  # images that are never trained on
SHOWN = 40  # of them, on the page
BACKGROUND = 30  # images that the reasons compare with


@dataclass(frozen=True)
class Digits:
    """The network for digits as it stands, and some of the images that it never learns from."""

    kind, version = "digits", 1

    sizes: list[int]
    step: int
    accuracy: float
    images: NDArray[Any]
    labels: NDArray[Any]
    running: bool


@dataclass(frozen=True)
class Drawn:
    """What the network makes of a picture: its answer, and each layer's activations."""

    kind, version = "drawn", 1

    answer: int
    probabilities: list[float]
    activations: list[list[float]]


@dataclass(frozen=True)
class WronglyRead:
    """An image that the network reads wrongly, and never learned from: its place among those.

    Args: wrong, how many of all `of` it reads wrongly.
    """

    kind, version = "wrongly_read", 1

    place: int
    image: NDArray[Any]
    label: int
    answer: int
    wrong: int
    of: int


@dataclass(frozen=True)
class PixelsSpoke:
    """What each pixel adds to the probability of `answer`, against images of the set, (8, 8).

    A block of four pixels shares what it adds evenly. without: the mean probability of the answer
    over those images; value: that of the picture; error: the largest standard error of a block.
    """

    kind, version = "pixels_spoke", 1

    answer: int
    adds: NDArray[Any]
    without: float
    value: float
    error: float


class DigitsScene:
    """A network that learns the built-in digits while one draws."""

    def __init__(
        self, send: Callable[[bytes], None], is_free: Callable[[], bool] = lambda: True
    ) -> None:
        self.send = send
        data = load_data("digits")
        order = np.random.default_rng(0).permutation(len(data.X))
        X, y = (data.X[order] / INK).astype(np.float32), data.y[order]
        self.held, self.held_y = X[:HELD], y[:HELD]
        self.x, self.y = X[HELD:], y[HELD:]
        self.pace = Pace(is_free)
        self._begin()

    def _begin(self) -> None:
        net = self.net = Network.dense(SIZES, hidden="relu", output="softmax")
        net.classes = list(range(10))
        self.rule = Adam(0.003)
        self.update = update_for(self.rule, net.theta, net.grad)
        self.rng = np.random.default_rng(1)
        self.plans: dict[int, Any] = {}
        self.step = self.done = 0
        self.order = Order(len(self.x), self.rng)
        self.curve: list[tuple[float, float]] = []
        self._note()

    # -- what is trained -------------------------------------------------------------------

    def open(self, wish: Wish) -> Digits:
        by_digit = [np.flatnonzero(self.held_y == k)[: SHOWN // 10] for k in range(10)]
        shown = np.stack(by_digit, axis=1).ravel()  # each digit once, and once more
        return Digits(
            SIZES, self.step, self._accuracy(),
            (self.held[shown] * INK).astype(np.uint8).reshape(-1, 8, 8), self.held_y[shown],
            self.running,
        )  # fmt: skip

    def restart(self, wish: Wish) -> Digits:
        self._begin()
        self._show()
        return self.open(wish)

    def run(self, wish: Wish) -> Digits:
        self.pace.start()
        return self.open(wish)

    def pause(self, wish: Wish) -> Digits:
        self.pace.stop()
        self._show()
        return self.open(wish)

    @property
    def running(self) -> bool:
        return self.pace.running

    def tick(self) -> float:
        self.pace.work(self._go)
        if self.pace.may_show():
            self.pace.show(self._show)
        return 0.0

    def _go(self, updates: int) -> int:
        with np.errstate(all="ignore"), self.update.bound():
            for _ in range(updates):
                if self.done >= len(self.x):
                    self.done, self.order = 0, Order(len(self.x), self.rng)
                rows = self.order.rows(self.done, self.done + BATCH)
                if len(rows) not in self.plans:
                    self.plans[len(rows)] = plan_for(self.net, self.x, self.y, None, len(rows))
                self.plans[len(rows)](rows, self.rng)
                self.update(1.0)
                self.done += len(rows)
                self.step += 1
                if self.step % 10 == 0:
                    self._note()
        return updates

    def _note(self) -> None:
        self.curve.append((float(self.step), self._accuracy()))
        if len(self.curve) > 400:
            self.curve = self.curve[::2]

    def _accuracy(self) -> float:
        out = self.net.forward(self.held).y_hat
        return float(np.mean(out.argmax(axis=1) == self.held_y))

    def _show(self) -> None:
        head = {
            "scene": "digits", "lane": 0, "step": self.step, "accuracy": self.curve[-1][1],
            "running": self.running, "rate": self.pace.rate,
        }  # fmt: skip
        first = self.net.dense_layers[0].W.reshape(-1, 8, 8)
        self.send(frame(head, {"curve": np.array(self.curve), "weights": first}))

    # -- what is asked ---------------------------------------------------------------------

    def draw(self, wish: Wish) -> Drawn:
        """The answer to a picture of 64 numbers, 0 for paper to 16 for ink."""
        p = self.net.forward(_picture(wish))
        return Drawn(
            int(p.y_hat[0].argmax()),
            p.y_hat[0].astype(float).tolist(),
            [step.a[0].astype(float).tolist() for step in p.dense],
        )

    def why(self, wish: Wish) -> PixelsSpoke:
        """Which pixels spoke for the answer, or for the digit `of`, and which against."""
        x = _picture(wish)
        answer = wish.whole("of", 0, 9, int(self.net.forward(x).y_hat[0].argmax()))
        groups, _ = image_blocks((8, 8), 4)
        about = InColumns(self.net, [f"pixel {k}" for k in range(64)], groups)
        rows = about.background(about.raw(self.held[:BACKGROUND], "background"), 0)
        shares = shared_out(about, about.one(x), rows, answer, None, 0)
        places, adds = dict(groups), np.zeros(64)
        for each in shares.contributions:
            adds[places[each.name]] = each.value / len(places[each.name])
        error = max(each.error for each in shares.contributions)
        return PixelsSpoke(answer, adds.reshape(8, 8), shares.base, shares.value, error)

    def wrong(self, wish: Wish) -> WronglyRead:
        """The next image after `after` that it reads wrongly, of those that it never learns from.

        Raises: InputError where it reads all of them rightly.
        """
        after = wish.whole("after", -1, HELD - 1, otherwise=-1)
        answers = self.net.forward(self.held).y_hat.argmax(axis=1)
        places = np.flatnonzero(answers != self.held_y)
        if not len(places):
            raise InputError(f"all {HELD} are read rightly: draw one that is hard to read.")
        later = places[places > after]
        at = int(later[0] if len(later) else places[0])
        image = (self.held[at] * INK).round().astype(np.uint8).reshape(8, 8)
        return WronglyRead(at, image, int(self.held_y[at]), int(answers[at]), len(places), HELD)

    def code(self, wish: Wish) -> FileToKeep:
        return written(self.net, wish.text("to"))


def _picture(wish: Wish) -> NDArray[np.float32]:
    pixels = np.clip(np.array(wish.numbers("pixels", 64, 64)), 0, INK)
    return (pixels / INK)[None].astype(np.float32)
