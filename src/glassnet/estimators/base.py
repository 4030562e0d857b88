"""What the classifier and the regressor share: fit, what it leaves, and the outputs for rows."""

import math
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from glassnet.api import Network
from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.optimizers import Optimizer
from glassnet.data.table.preparation import TablePreparation
from glassnet.estimators import first_weights, parameters, rows
from glassnet.estimators.convergence import Convergence
from glassnet.estimators.layer_arrays import LayerArrays
from glassnet.estimators.parameters import Batches
from glassnet.jobs.threads_and_signals import fitted, followed
from glassnet.training import History, Settings
from glassnet.training.loop.fit import fit_with
from glassnet.training.settings import ClassWeight

SEEDS = 2**31 - 1


def _learns_in_parts(estimator: Any) -> bool:
    if estimator.solver == "lbfgs":
        raise AttributeError("partial_fit needs solver 'adam' or 'sgd': lbfgs takes all rows.")
    return True


class NetworkEstimator(BaseEstimator):
    """What a subclass adds: how targets are read, the output and loss, and how answers are said.

    A fitted one has `network_`, `history_` and `preparation_`, and from these what
    scikit-learn's users know: coefs_, intercepts_, loss_curve_, n_iter_, ...
    """

    warm_start: bool
    early_stopping: bool
    solver: str
    tol: float
    network_: Network
    history_: History
    preparation_: TablePreparation | None

    # -- fitting -------------------------------------------------------------------------

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Trains the network; with warm_start the one that is there goes on.

        Args:
            X: (N, n_in), an array, a sparse one, written out a batch at a time, or a table.
            y: the targets, (N,) or (N, n_outputs).
            sample_weight: (N,), what each row counts.

        Raises: ValueError for rows or parameters that make no sense.
        """
        return self._fit(X, y, sample_weight, self.warm_start and hasattr(self, "network_"))

    @available_if(_learns_in_parts)
    def partial_fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Goes once through these rows, from where network and optimizer stand."""
        return self._fit(X, y, sample_weight, hasattr(self, "network_"), epochs=1)

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        again: bool,
        epochs: int | None = None,
        classes: NDArray[Any] | None = None,
    ) -> Self:
        """Trains afresh, or again; for max_iter epochs, or so many whatever the loss does.

        Args: classes, all that there will be, where they are not those of y.
        """
        given = self.get_params(deep=False)
        parameters.checked(given)
        if y is None:
            raise ValueError("fit requires y to be passed, but the target y is None.")
        if not again:
            self.preparation_ = rows.preparation_for(X, given["preparation"], given["kinds"])
        X = rows.features(self, X, y, reset=not again)
        y = self._read_targets(y, again, classes)
        w = None
        if sample_weight is not None:
            w = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        batches = Batches.of(given["batch_size"], len(y), len(y) if w is None else float(w.sum()))
        random = check_random_state(given["random_state"])
        if not again:
            self._start(X, y, random)
        if epochs is None:
            self._rule: Optimizer | LBFGS = parameters.rule_of(given)
        self.network_.l1, self.network_.l2 = given["l1"], batches.penalty(given["alpha"])
        X = rows.by_parts(X)
        self._train(X, y, w, self._settings(batches.size, int(random.randint(SEEDS)), epochs))
        return self

    def _start(self, X: Any, y: NDArray[Any], random: np.random.RandomState) -> None:
        """A network with fresh weights, and an optimizer that has made no update."""
        given, prepared = self.get_params(deep=False), self.preparation_
        n_in = X.shape[1] if prepared is None else prepared.n_inputs
        loss, output, n_out = self._outputs(y)
        dtype = "float32" if prepared is None and X.dtype == np.float32 else "float64"
        theirs = first_weights.are_theirs(given)
        if theirs:
            given["initializer"] = "glorot_uniform"
        layers = parameters.layers_of(given, n_in, n_out, output)
        seed = None if theirs else int(random.randint(SEEDS))
        self.network_ = Network(layers, loss, seed=seed, dtype=dtype)
        if theirs:
            first_weights.draw(self.network_, given["activation"], random)
        self.network_.preparation = prepared
        self._tell(self.network_, y)
        self._rule = parameters.rule_of(given)
        self._epochs: list[dict[str, Any]] = []
        self.t_ = 0

    def _settings(self, batch_size: int, seed: int, epochs: int | None) -> Settings:
        given = self.get_params(deep=False)
        if given["early_stopping"] and epochs is not None:
            raise InputError("partial_fit goes once through the rows: leave early_stopping out.")
        return Settings(
            epochs=epochs or given["max_iter"],
            batch_size=batch_size,
            optimizer=self._rule,
            keep_state=epochs is not None,
            schedule=given["schedule"],
            validation=given["validation_fraction"] if self._holds_back else None,
            early_stopping=self._patience() if self._holds_back else None,
            class_weight=self._class_weight(),
            clip_norm=given["clip_norm"],
            shuffle=given["shuffle"],
            seed=seed,
            callbacks=[Convergence(given, self._rule, self.t_, epochs is not None)],
        )

    @property
    def _holds_back(self) -> bool:
        """Whether rows are held back to stop by; lbfgs takes all of them, as scikit-learn's."""
        return self.early_stopping and self.solver != "lbfgs"

    def _patience(self) -> int:
        """Epochs without any lower loss on the rows held back; Convergence minds tol and rate."""
        given = self.get_params(deep=False)
        adapts = given["solver"] == "sgd" and given["learning_rate"] == "adaptive"
        most = given["max_iter"] + 1
        return most if adapts else min(given["n_iter_no_change"] + 1, most)

    def _train(self, X: Any, y: NDArray[Any], w: NDArray[Any] | None, settings: Settings) -> None:
        """The training itself; afterwards, what is told of it and what is to be warned of."""
        net = self.network_
        with self._counted(net):
            start = partial(fit_with, net, X, y, w, settings)
            history = followed(
                fitted(net, start, settings, None, warnings.warn), lambda event: None
            )
        self.history_ = history
        self._epochs += history.epochs
        self.n_iter_, self.t_ = len(history), self.t_ + len(history) * len(y)
        self._warn(history, settings.epochs)

    def _warn(self, history: History, epochs: int) -> None:
        """Says how a training ended that did not end as it should."""
        if history.stopped == "interrupted":
            warnings.warn("interrupted: the network is as far as it came.", stacklevel=4)
        elif history.stopped == "diverged" or (
            history.stopped == "stalled" and not self._is_flat()
        ):
            warnings.warn(history.message, ConvergenceWarning, stacklevel=4)
        elif history.stopped == "finished" and epochs > 1:
            if len(history) == epochs:
                bound = f"max_iter, {epochs},"
            elif self.solver == "lbfgs" and not self._is_flat():
                bound = f"max_fun, {self.get_params(deep=False)['max_fun']},"
            else:
                return
            warnings.warn(
                f"{bound} was reached before the training ended by itself: give more, or a "
                "larger tol.",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _is_flat(self) -> bool:
        """Whether no slope is above tol, which ends L-BFGS."""
        net = self.network_
        return bool(np.abs(net.grad[: net.n_learned]).max() <= self.tol)

    # -- what a subclass says --------------------------------------------------------------

    def _read_targets(
        self, y: Any, again: bool, classes: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """y as the network learns it, checked; what is known of it stays with the estimator."""
        raise NotImplementedError

    def _outputs(self, y: NDArray[Any]) -> tuple[Any, Any, int]:
        """The loss, the output's activation, and how many outputs there are."""
        raise NotImplementedError

    def _tell(self, net: Network, y: NDArray[Any]) -> None:
        """What the network is to know of its targets before it is trained."""

    @contextmanager
    def _counted(self, net: Network) -> Generator[None]:
        """While this lasts the network's targets are as `_read_targets` gives them."""
        yield

    def _class_weight(self) -> ClassWeight:
        return None

    # -- use -----------------------------------------------------------------------------

    def _network_outputs(self, X: Any) -> NDArray[Any]:
        """The network's outputs for rows, (N, n_out)."""
        check_is_fitted(self, "network_")
        X = rows.features(self, X, reset=False)
        return np.concatenate([self.network_.predict_proba(part) for part in rows.parts(X)])

    # -- what a fit leaves ---------------------------------------------------------------

    @property
    def coefs_(self) -> list[NDArray[Any]]:
        """Each layer's weights, (n_in, n_out), views into the network, which can be set."""
        return LayerArrays("coefs_", [layer.W.T for layer in self._fitted().dense_layers])

    @coefs_.setter
    def coefs_(self, given: Sequence[ArrayLike]) -> None:
        self.coefs_[:] = [np.asarray(each) for each in given]

    @property
    def intercepts_(self) -> list[NDArray[Any]]:
        """Each layer's biases, (n_out,), views into the network, which can be set."""
        return LayerArrays("intercepts_", [layer.b for layer in self._fitted().dense_layers])

    @intercepts_.setter
    def intercepts_(self, given: Sequence[ArrayLike]) -> None:
        self.intercepts_[:] = [np.asarray(each) for each in given]

    @property
    def n_layers_(self) -> int:
        """The layers, inputs counted."""
        return 1 + len(self._fitted().dense_layers)

    @property
    def n_outputs_(self) -> int:
        return self._fitted().n_out

    @property
    def out_activation_(self) -> str:
        """The output's activation, by the name that scikit-learn gives it."""
        name = self._fitted().dense_layers[-1].activation.name
        return "logistic" if name == "sigmoid" else name

    @property
    def loss_curve_(self) -> list[float]:
        """Each epoch's mean loss on the rows that it learned from, penalty left out."""
        return self._curve("loss")

    @property
    def validation_loss_curve_(self) -> list[float] | None:
        """With early_stopping, each epoch's loss on the rows that are held back."""
        return self._curve("val_loss") if self._holds_back else None

    @property
    def validation_scores_(self) -> list[float] | None:
        """With early_stopping, each epoch's accuracy or R² on the rows that are held back.

        NaN for an epoch whose predictions were none.
        """
        epochs = self._fitted() and self._epochs
        name = next((n for n in ("val_accuracy", "val_r2") if any(n in e for e in epochs)), None)
        if not self._holds_back or name is None:
            return None
        return [row.get(name, math.nan) for row in epochs]

    @property
    def best_validation_score_(self) -> float | None:
        scores = self.validation_scores_
        return float(np.nanmax(scores)) if scores else None

    @property
    def loss_(self) -> float:
        return self.loss_curve_[-1]

    @property
    def best_loss_(self) -> float | None:
        """The lowest of loss_curve_; None with early_stopping, which goes by other rows."""
        return None if self._holds_back else min(self.loss_curve_)

    def _curve(self, name: str) -> list[float]:
        self._fitted()
        return [row[name] for row in self._epochs if name in row]

    def _fitted(self) -> Network:
        try:
            return vars(self)["network_"]
        except KeyError:
            raise AttributeError(f"this {type(self).__name__} is not fitted yet.") from None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
