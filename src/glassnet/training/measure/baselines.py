"""What a network must beat to be worth its layers: a constant answer, and a linear model."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.data.yes_no import YesNo, threshold_for
from glassnet.training.events import EpochEnd, TrainingEnd
from glassnet.training.loop.fast_pass import plan_for
from glassnet.training.loop.fit import train_rows
from glassnet.training.outputs import Answers, answers
from glassnet.training.rows import Rows, prepare_rows
from glassnet.training.settings import Settings
from glassnet.training.targets import are_yes_no, encode, meaning_in, quantiles_in

Tick = Callable[[int, int], object]  # (done, of all)

CALLED = {
    "majority": "the majority class",
    "mean": "the mean",
    "quantiles": "the quantiles of the training rows",
    "linear": "the linear model",
}
FINISHED = 20_000_000  # rows × inputs up to which the linear model is brought to its minimum
CHOSEN = 2_000_000  # and up to which its penalty is tried on folds
LBFGS_STEPS = 100
PENALTIES = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)  # l2 is one of them / N
FOLDS, FOLD_BELOW = 5, 50_000  # cross-validation below so many numbers, else a fifth is held
LARGE_EPOCHS, LARGE_BATCH, LARGE_STEPS = 10, 256, 2_000  # beyond FINISHED; steps at least
ENOUGH = 1e-6  # of the objective: a step that gains less is the last, which float32 can tell
TRIED_STEPS = 30  # of each penalty on a fold, from where the one before ended

# what a training brings along that its linear model must not write to
_KEEPS_NOTHING: dict[str, Any] = {
    "callbacks": (), "record": None, "checkpoint": None, "resume": False,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Baseline:
    """A simple answer to the same question: one and the same for every row, or a linear model's.

    Attributes:
        name: 'majority', 'mean', 'quantiles' or 'linear'.
        constant: probabilities, (n_classes,), or numbers, (n_out,); None for a linear model.
        net: the linear model, a network without hidden layers; None for a constant.
        several: whether a constant holds the probability of yes of several targets.
    """

    name: str
    constant: NDArray[np.float64] | None = None
    net: Network | None = None
    several: bool = False

    __repr__ = telling()

    @property
    def called(self) -> str:
        return "each target's share of yes" if self.several else CALLED.get(self.name, self.name)

    def answers(self, x: NDArray[Any]) -> Answers:
        """To prepared rows, (N, n_in), as the network's own."""
        if self.net is not None:
            return answers(self.net, x)
        assert self.constant is not None
        y_hat = np.broadcast_to(self.constant, (len(x), len(self.constant)))
        if self.name in ("mean", "quantiles") or self.several:
            return Answers(y_hat, None)
        return Answers(y_hat, np.full(len(x), int(self.constant.argmax())))

    def spec(self) -> dict[str, Any]:
        """As plain JSON, for the model file; `baseline_from` reads it."""
        if self.net is None:
            assert self.constant is not None
            return {"name": self.name, "constant": self.constant.tolist()}
        layer = self.net.dense_layers[0]
        own = {} if self.net.yes_no is None else {"yes_no": self.net.yes_no.spec()}
        return {"name": self.name, "W": layer.W.tolist(), "b": layer.b.tolist(), **own}


def baseline_for(
    net: Network, X: Any, y: ArrayLike, fit_settings: Mapping[str, Any]
) -> list[Baseline]:
    """The baselines of a trained network, learned from the rows that it was trained on.

        majority   the classes' frequencies as probabilities, and so the commonest as the answer;
                   of several yes/no targets each one's share of yes
        mean       of the targets, each by itself; where several quantiles are learned, those of
                   the training targets (quantiles)
        linear     one layer on the same prepared inputs with the same output and loss, brought
                   to its minimum by L-BFGS, its penalty ½ c Σ W² / N its own: of six c the one
                   with the lowest loss on folds of the training rows, beyond 2·10⁶ numbers in X
                   c = 1. Beyond 2·10⁷ Adam trains it, at 0.01 falling by a cosine, in batches of
                   256, ten epochs and at least 2,000 updates. A baseline must not be weak for
                   want of steps, nor by settings that suit the network, such as its penalty or
                   the distortion of its pictures. Left out where net is linear

    Args:
        X, y: the training rows, raw, as they were given to `fit`.
        fit_settings: what `fit` was given beside them; callbacks and records are left out.

    Raises:
        KeyboardInterrupt: it came while the linear model was trained.
        InputError: as `fit`.
    """
    left = {name: value for name, value in fit_settings.items() if name not in _KEEPS_NOTHING}
    weights = left.pop("sample_weight", None)
    settings = Settings(**left)
    rows, held = prepare_rows(
        net, X, y, settings.validation, weights, settings.class_weight, settings.seed
    )
    return baselines_of(net, rows, held, y, settings)


def baselines_of(
    net: Network,
    rows: Rows,
    held: Rows | None,
    y: ArrayLike,
    settings: Settings,
    tick: Tick = lambda done, total: None,
) -> list[Baseline]:
    """The same, of prepared rows: those that net learned from, and those that were held back.

    Args:
        y: the targets of all of them, as they came.
        tick: told how much of the work is done, of how much.
    """
    constant = constant_baseline(net, y)
    linear = linear_model(net)
    if linear is None:
        return [constant]
    size = len(rows) * net.n_in
    if size > FINISHED:
        linear.l1, linear.l2 = 0.0, 1.0 / len(rows)
        _train(linear, rows, held, _of_its_own(settings, len(rows)), tick)
    else:
        folds = _folds_of(rows, net.n_in) if size <= CHOSEN else []
        steps = _Steps(len(folds) * len(PENALTIES) * TRIED_STEPS + LBFGS_STEPS, tick)
        linear.l1 = 0.0
        linear.l2 = (_penalty_of(linear, rows, folds, steps) if folds else 1.0) / len(rows)
        _to_minimum(linear, rows, LBFGS_STEPS, steps)
    if are_yes_no(net):
        linear.yes_no = _own_thresholds(net, linear, rows)
    return [constant, Baseline("linear", net=linear)]


def _own_thresholds(net: Network, linear: Network, rows: Rows) -> YesNo:
    """The linear model's, chosen as the network's were, by the rows that it learned from.

    It knows hardly more of them than of others.
    """
    known = meaning_in(net)
    p, y = answers(linear, rows.X).y_hat, rows.y.reshape(len(rows), -1)
    chosen = tuple(threshold_for(p[:, j], y[:, j], known.aim) for j in range(net.n_out))
    return replace(known, thresholds=chosen)


class _Steps:
    """Counts the steps of several minimisations, each of which may end before its last."""

    def __init__(self, total: int, tick: Tick) -> None:
        self.total, self.tick = total, tick
        self.before = 0  # of the minimisations that are over

    def at(self, step: int) -> None:
        self.tick(min(self.before + step, self.total), self.total)

    def over(self, steps: int) -> None:
        self.before += steps
        self.at(0)


def _folds_of(rows: Rows, n_in: int) -> list[NDArray[np.bool_]]:
    """Which rows each fold holds back, (N,); none where there is a single row."""
    N = len(rows)
    if N < 2:
        return []
    fold = np.random.default_rng(0).permutation(N) % min(FOLDS, N)
    return [fold == k for k in range(min(FOLDS, N) if N * n_in < FOLD_BELOW else 1)]


def _penalty_of(
    linear: Network, rows: Rows, folds: list[NDArray[np.bool_]], steps: _Steps
) -> float:
    """The c of PENALTIES with the lowest loss on rows that were held back; a fold after another.

    Each fold begins with the strongest, and goes on from where the last one ended.
    """
    losses = np.zeros(len(PENALTIES))
    bare = linear.copy()
    bare.preparation = None  # its columns may be thousands, and are not needed
    for of_fold in folds:
        learned, held = rows.take(~of_fold), rows.take(of_fold)
        net = bare.copy()
        for place, c in enumerate(PENALTIES):
            net.l2 = c / len(learned)
            _to_minimum(net, learned, TRIED_STEPS, steps)
            of_rows = net.measure(net.forward(held.X), held.y).sample_loss
            losses[place] += of_rows.sum() if held.w is None else (of_rows * held.w).sum()
    return PENALTIES[int(np.where(np.isfinite(losses), losses, np.inf).argmin())]


def _to_minimum(net: Network, rows: Rows, most: int, steps: _Steps) -> None:
    """The iterations of L-BFGS alone: what they ended in is looked at by nobody."""
    theta, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
    every = np.arange(len(rows))
    fill_grad = plan_for(net, rows.X, rows.y, rows.w, len(rows))
    nothing_drawn = np.random.default_rng(0)

    def objective(at: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        theta[...] = at
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            loss = fill_grad(every, nothing_drawn)
            net.penalize()
            return loss + net.penalty(), grad

    before = math.inf
    for minimum in LBFGS().iterate(objective, theta.copy(), most):
        if not math.isfinite(minimum.value):
            break
        theta[...] = minimum.theta
        steps.at(minimum.iterations)
        if before - minimum.value <= ENOUGH * abs(minimum.value):
            break
        before = minimum.value
    steps.over(most)


def _of_its_own(settings: Settings, n_rows: int) -> Settings:
    """How the linear model of many numbers is trained, whatever suits the network."""
    return replace(
        settings, optimizer="adam", learning_rate=0.01, schedule="cosine", batch_size=LARGE_BATCH,
        epochs=max(LARGE_EPOCHS, math.ceil(LARGE_STEPS * LARGE_BATCH / n_rows)),
        augment=None, clip_norm=None, clip_value=None, early_stopping=None, **_KEEPS_NOTHING,
    )  # fmt: skip


def _train(net: Network, rows: Rows, held: Rows | None, settings: Settings, tick: Tick) -> None:
    for event in train_rows(net, rows, held, settings):
        if isinstance(event, EpochEnd):
            tick(event.epoch, event.epochs)
        elif isinstance(event, TrainingEnd) and event.history.stopped == "interrupted":
            raise KeyboardInterrupt


def constant_baseline(net: Network, y: ArrayLike) -> Baseline:
    """The one answer for all rows that suits the training targets best."""
    encoded = encode(net, y)
    if not len(encoded):
        raise InputError("there are no training targets to learn a baseline from.")
    if net.classes is not None:
        counts = np.bincount(encoded, minlength=len(net.classes))
        return Baseline("majority", counts / counts.sum())
    if aimed := quantiles_in(net):
        y = np.asarray(encoded, dtype=np.float64).ravel()
        return Baseline("quantiles", np.quantile(y, aimed))
    mean = np.asarray(encoded, dtype=np.float64).mean(axis=0)
    if net.yes_no is not None:
        return Baseline("majority", np.atleast_1d(mean), several=True)
    return Baseline("mean", np.atleast_1d(mean))


def linear_model(net: Network) -> Network | None:
    """The network without its hidden layers, untrained; None where it has none.

    Its loss has no label smoothing: that is against a network's learning by heart.
    """
    if len(net.dense_layers) == 1:
        return None
    loss = {name: value for name, value in net.loss.spec().items() if name != "smoothing"}
    linear = Network.dense(
        [net.n_in, net.n_out],
        output=net.dense_layers[-1].activation,
        loss=loss,
        l1=net.l1,
        l2=net.l2,
        dtype=net.dtype,
        seed=net.seed,
    )
    linear.classes = net.classes
    linear.preparation, linear.target_scale = net.preparation, net.target_scale
    return linear


def baseline_from(net: Network, record: Mapping[str, Any]) -> Baseline:
    """The baseline of net that a record describes.

    Raises: InputError where it describes none.
    """
    try:
        name = str(record["name"])
        if "constant" in record:
            n = net.n_out if net.classes is None else len(net.classes)
            constant = np.array(record["constant"], dtype=np.float64)
            if constant.shape != (n,) or not np.isfinite(constant).all():
                raise ValueError
            return Baseline(name, constant, several=are_yes_no(net))
        linear = linear_model(net)
        if linear is None:
            raise ValueError
        layer = linear.dense_layers[0]
        for place, values in ((layer.W, record["W"]), (layer.b, record["b"])):
            array = np.array(values, dtype=net.dtype)
            if array.shape != place.shape or not np.isfinite(array).all():
                raise ValueError
            place[...] = array
        if are_yes_no(net):
            linear.yes_no = YesNo.from_spec(record["yes_no"])
        return Baseline(name, net=linear)
    except (KeyError, TypeError, ValueError):
        raise InputError("the record of a baseline does not fit the network.") from None
